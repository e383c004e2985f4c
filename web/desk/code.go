package desk

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"golang.org/x/crypto/argon2"

	"trialfinder/trials/private"
)

// CodeStore is what hand-over codes need of the private database.
type CodeStore interface {
	PutCode(ctx context.Context, id []byte, s private.Shared) error
	Code(ctx context.Context, id []byte) (private.Shared, error)
	OpenedCode(ctx context.Context, who string, id []byte) error
	DeleteCode(ctx context.Context, id []byte) error
}

// codeKeys are the row's id and key that a code gives. Neither is kept: whoever has the file
// has to try codes, each at the cost of a password, and needs the key file as well.
func (d *Desk) codeKeys(ctx context.Context, code string) (id, key []byte, err error) {
	select {
	case d.room <- struct{}{}:
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	defer func() { <-d.room }()
	h, pepper := d.hashing, d.store.Keys().Hash("code", "pepper")
	m := argon2.IDKey([]byte(code), d.store.Keys().Hash("code", "salt"), h.Passes, h.MemoryKiB, h.Lanes, 64)
	if id, err = hkdf.Key(sha256.New, m, pepper, "tf-code-id", 16); err != nil {
		return nil, nil, err
	}
	key, err = hkdf.Key(sha256.New, m, pepper, "tf-code-key", 32)
	return id, key, err
}

const fieldCode = "code"

// Share keeps answers under a new code, which is given back and kept nowhere.
func (d *Desk) Share(ctx context.Context, answers []byte) (code string, err error) {
	code = private.NewCode()
	id, key, err := d.codeKeys(ctx, code)
	if err != nil {
		return "", err
	}
	ends := d.now().UTC().Truncate(24 * time.Hour).Add(private.CodeLasts)
	sealed, err := private.SealWith(key, answers, fieldCode, hex.EncodeToString(id)+ends.Format(time.DateOnly))
	if err != nil {
		return "", err
	}
	return code, d.store.PutCode(ctx, id, private.Shared{Sealed: sealed, Ends: ends})
}

// Shown is what the reader sees of a code: until when it opens, and how often it was opened.
func (d *Desk) Shown(ctx context.Context, code string) (private.Shared, error) {
	id, _, err := d.codeKeys(ctx, code)
	if err != nil {
		return private.Shared{}, err
	}
	return d.store.Code(ctx, id)
}

// Unshare takes a code back.
func (d *Desk) Unshare(ctx context.Context, code string) error {
	id, _, err := d.codeKeys(ctx, code)
	if err != nil {
		return err
	}
	return d.store.DeleteCode(ctx, id)
}

// OpenCode gives an adviser the answers of a code. A code that is wrong, over or taken back
// gives the same error at the same cost; one with a slip costs no try.
func (d *Desk) OpenCode(ctx context.Context, account, typed string) ([]byte, error) {
	code, ok := private.CleanCode(typed)
	if !ok {
		return nil, ErrCode
	}
	keys := []string{"code " + account, "codes"}
	if !d.codes.allows(keys[0], d.now()) || !d.allCodes.allows(keys[1], d.now()) {
		return nil, ErrTooMany
	}
	d.codes.failed(keys[0], d.now())
	d.allCodes.failed(keys[1], d.now())
	id, key, err := d.codeKeys(ctx, code)
	if err != nil {
		return nil, err
	}
	s, err := d.store.Code(ctx, id)
	if errors.Is(err, private.ErrNotFound) {
		return nil, ErrCode
	}
	if err != nil {
		return nil, err
	}
	answers, err := private.OpenWith(key, s.Sealed, fieldCode, hex.EncodeToString(id)+s.Ends.Format(time.DateOnly))
	if err != nil {
		return nil, err
	}
	d.codes.forgive(keys[0])
	d.allCodes.forgive(keys[1])
	return answers, d.store.OpenedCode(ctx, account, id)
}
