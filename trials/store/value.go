package store

import (
	"bytes"
	"compress/gzip"
	"database/sql"
	"fmt"
	"time"

	"github.com/klauspost/compress/zstd"
)

// timeLayout has a fixed width in UTC, so that times sort as text, and keeps
// nanoseconds, so that a time comes back as it went in.
const timeLayout = "2006-01-02T15:04:05.000000000Z"

// when is a time as the database has it; the zero time is NULL.
func when(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(timeLayout)
}

// scanTime reads what when wrote.
type scanTime struct{ to *time.Time }

// Scan makes scanTime a sql.Scanner.
func (s scanTime) Scan(value any) error {
	var text sql.NullString
	if err := text.Scan(value); err != nil {
		return fmt.Errorf("time: %w", err)
	}
	*s.to = time.Time{}
	if !text.Valid {
		return nil
	}
	t, err := time.Parse(timeLayout, text.String)
	if err != nil {
		return fmt.Errorf("time: %w", err)
	}
	*s.to = t
	return nil
}

// packer compresses. It is reused within a transaction, and not by two at once.
type packer struct{ zstd *zstd.Encoder }

func newPacker() (*packer, error) {
	// The fastest level: on registry JSON it packs as well as gzip's middle ones, in
	// a quarter of the time.
	z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true))
	if err != nil {
		return nil, fmt.Errorf("zstd: %w", err)
	}
	return &packer{zstd: z}, nil
}

// pack gives a copy that the caller may keep.
func (p *packer) pack(plain []byte) ([]byte, error) {
	// Room for what it usually comes to.
	return p.zstd.EncodeAll(plain, make([]byte, 0, len(plain)/3+64)), nil
}

// unpacker is the other way; the same holds.
type unpacker struct {
	zstd   *zstd.Decoder
	from   bytes.Reader
	gzip   gzip.Reader
	buffer bytes.Buffer
}

// gzipMagic begins what earlier versions of this program packed.
const gzipMagic = "\x1f\x8b"

// maxUnpacked bounds what damaged bytes may claim to be.
const maxUnpacked = 1 << 30

// unpack gives bytes that hold until the next call.
func (u *unpacker) unpack(packed []byte) ([]byte, error) {
	if bytes.HasPrefix(packed, []byte(gzipMagic)) {
		return u.gunzip(packed)
	}
	if u.zstd == nil {
		z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxMemory(maxUnpacked))
		if err != nil {
			return nil, fmt.Errorf("unpack: %w", err)
		}
		u.zstd = z
	}
	plain, err := u.zstd.DecodeAll(packed, u.buffer.AvailableBuffer())
	if err != nil {
		return nil, fmt.Errorf("unpack: %w", err)
	}
	u.buffer = *bytes.NewBuffer(plain[:0])
	return plain, nil
}

func (u *unpacker) gunzip(packed []byte) ([]byte, error) {
	u.from.Reset(packed)
	if err := u.gzip.Reset(&u.from); err != nil {
		return nil, fmt.Errorf("gunzip: %w", err)
	}
	u.buffer.Reset()
	if _, err := u.buffer.ReadFrom(&u.gzip); err != nil {
		return nil, fmt.Errorf("gunzip: %w", err)
	}
	return u.buffer.Bytes(), nil
}
