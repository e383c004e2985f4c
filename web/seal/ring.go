package seal

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
	"time"
)

const (
	idSize     = 4
	secretSize = 32
	daySize    = len(dayLayout)
	keySize    = daySize + idSize + secretSize
	dayLayout  = "2006-01-02"
	// kept is how many days' keys there are: today's and yesterday's.
	kept = 2
)

// magic begins a key file, so that no other file is overwritten by mistake.
var magic = []byte("trialfinder-keys-1\n")

type key struct {
	Day    string
	ID     [idSize]byte
	Secret [secretSize]byte
}

// Ring holds the keys of today and yesterday. It may be used by any number of
// goroutines.
type Ring struct {
	path string // "" keeps the keys in memory only
	now  func() time.Time

	mu   sync.Mutex
	keys []key // newest first; guarded by mu
}

// NewRing opens the key file, or makes it. With an empty path the keys live in
// memory and die with the process.
func NewRing(path string, now func() time.Time) (*Ring, error) {
	r := &Ring{path: path, now: now}
	return r, r.Rotate()
}

// Rotate makes today's key if there is none and destroys keys older than
// yesterday's. It is called on every use; call it now and then on a server
// that nobody uses, too.
func (r *Ring) Rotate() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.rotate()
}

func (r *Ring) rotate() error {
	today, yesterday := r.days()
	if len(r.keys) > 0 && r.keys[0].Day == today && (len(r.keys) == 1 || r.keys[1].Day == yesterday) {
		return nil
	}
	// Another process with the same file may have made today's key already.
	if err := r.read(); err != nil {
		return err
	}
	var live []key
	for _, k := range r.keys {
		if k.Day == today || k.Day == yesterday {
			live = append(live, k)
		}
	}
	if len(live) == 0 || live[0].Day != today {
		k := key{Day: today}
		// rand.Read never fails: it ends the program instead.
		_, _ = rand.Read(k.ID[:])
		_, _ = rand.Read(k.Secret[:])
		live = append([]key{k}, live...)
	}
	for i := range r.keys {
		clear(r.keys[i].Secret[:])
	}
	r.keys = live[:min(kept, len(live))]
	return r.write()
}

func (r *Ring) days() (today, yesterday string) {
	now := r.now().UTC()
	return now.Format(dayLayout), now.AddDate(0, 0, -1).Format(dayLayout)
}

func (r *Ring) today() (key, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.rotate(); err != nil {
		return key{}, err
	}
	return r.keys[0], nil
}

func (r *Ring) byID(id [idSize]byte) (key, bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.rotate(); err != nil {
		return key{}, false, err
	}
	for _, k := range r.keys {
		if k.ID == id {
			return k, true, nil
		}
	}
	return key{}, false, nil
}

func (r *Ring) read() error {
	if r.path == "" {
		return nil
	}
	b, err := os.ReadFile(r.path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(b) == 0 {
		return nil
	}
	if err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	body, ours := bytes.CutPrefix(b, magic)
	if !ours || len(body) != kept*keySize {
		return fmt.Errorf("seal: %s is not a key file; remove it to begin anew", r.path)
	}
	r.keys = nil
	for ; len(body) > 0; body = body[keySize:] {
		if body[0] == 0 { // an empty slot
			continue
		}
		r.keys = append(r.keys, key{
			Day: string(body[:daySize]), ID: [idSize]byte(body[daySize:]), Secret: [secretSize]byte(body[daySize+idSize:]),
		})
	}
	return nil
}

// write overwrites the file in place: a new file beside it would leave the old
// key's bytes behind on the disk.
func (r *Ring) write() error {
	if r.path == "" {
		return nil
	}
	b := append([]byte{}, magic...)
	for _, k := range r.keys {
		b = append(b, k.Day...)
		b = append(b, k.ID[:]...)
		b = append(b, k.Secret[:]...)
	}
	b = append(b, make([]byte, len(magic)+kept*keySize-len(b))...)
	f, err := os.OpenFile(r.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	err = errors.Join(f.Chmod(0o600), writeAll(f, b), f.Sync(), f.Close())
	if err != nil {
		return fmt.Errorf("seal: %s: %w", r.path, err)
	}
	return nil
}

func writeAll(w io.Writer, b []byte) error {
	_, err := w.Write(b)
	return err
}
