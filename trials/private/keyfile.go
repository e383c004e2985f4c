package private

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// keySize is that of every key: AES-256 and HMAC-SHA-256 take it.
const keySize = 32

// keyMark begins the key file, so that no other file is taken for one.
const keyMark = "trialfinder-key-1 "

// Errors of the key file.
var (
	ErrNoKeyFile = errors.New("the key file is not there")
	ErrKeyFile   = errors.New("the key file can't be used")
	ErrWrongKey  = errors.New("the key file belongs to another database")
)

// CreateKeyFile makes a new key that only its owner can read, and never over another file.
func CreateKeyFile(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("private: key file: %w", err)
	}
	_, err = f.WriteString(keyMark + hex.EncodeToString(newKey()) + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(fmt.Errorf("private: key file: %w", err), os.Remove(path))
	}
	return nil
}

// ReadKeyFile reads the key. A file that others can read is refused: it is all that stands
// between a copy of the database and the cases in it.
func ReadKeyFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s", ErrNoKeyFile, path)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeyFile, err)
	}
	if !info.Mode().IsRegular() || info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%w: %s can be read by others; run `chmod 600` on it", ErrKeyFile, path)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeyFile, err)
	}
	text, ours := strings.CutPrefix(strings.TrimSpace(string(b)), keyMark)
	key, err := hex.DecodeString(text)
	if !ours || err != nil || len(key) != keySize {
		return nil, fmt.Errorf("%w: %s is none of this program's", ErrKeyFile, path)
	}
	return key, nil
}

func newKey() []byte {
	key := make([]byte, keySize)
	_, _ = rand.Read(key) // it never fails: the program ends instead
	return key
}

// NewID is a new random id. It says nothing of what it names.
func NewID() string {
	b := make([]byte, 12)
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)
}
