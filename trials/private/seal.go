package private

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
)

// ErrSealed: what was sealed can't be opened. It is another's, or was changed.
var ErrSealed = errors.New("a sealed field can't be opened")

// step is what plain texts are padded to: the length would tell how much is known.
const step = 512

// Keys seals and finds rows under one data key. It may be used by many goroutines.
type Keys struct {
	id   string
	data []byte
	find []byte // for keyed hashes
	link []byte // for the audit's chain
}

// NewKeys makes a data key and seals it under the key file's key.
func NewKeys(file []byte) (k *Keys, wrapped []byte, err error) {
	if k, err = newKeys(NewID(), newKey()); err != nil {
		return nil, nil, err
	}
	wrapped, err = seal(file, k.data, "data-key", k.id)
	return k, wrapped, err
}

// OpenKeys opens a data key with the key file's key.
func OpenKeys(file []byte, id string, wrapped []byte) (*Keys, error) {
	data, err := open(file, wrapped, "data-key", id)
	if err != nil {
		return nil, ErrWrongKey
	}
	return newKeys(id, data)
}

func newKeys(id string, data []byte) (*Keys, error) {
	k := &Keys{id: id, data: data}
	var err error
	if k.find, err = hkdf.Key(sha256.New, data, nil, "find", keySize); err != nil {
		return nil, err
	}
	k.link, err = hkdf.Key(sha256.New, data, nil, "audit", keySize)
	return k, err
}

// ID names the data key.
func (k *Keys) ID() string { return k.id }

// Seal encrypts a field of a row: it opens as that field of that row alone.
func (k *Keys) Seal(plain []byte, field, row string) ([]byte, error) {
	return seal(k.data, plain, k.id, field, row)
}

// Open is the other way.
func (k *Keys) Open(sealed []byte, field, row string) ([]byte, error) {
	return open(k.data, sealed, k.id, field, row)
}

// Hash is a keyed hash to find a row by: the database alone can't be tried against it.
func (k *Keys) Hash(what, text string) []byte { return mac(k.find, what, text) }

// NewRowKey makes a key for one row, and that key sealed. Whoever deletes it deletes the row,
// in every copy of the rest.
func (k *Keys) NewRowKey(row string) (key, wrapped []byte, err error) {
	key = newKey()
	wrapped, err = k.Seal(key, "row-key", row)
	return key, wrapped, err
}

// OpenRowKey is the other way.
func (k *Keys) OpenRowKey(wrapped []byte, row string) ([]byte, error) {
	return k.Open(wrapped, "row-key", row)
}

// mac binds its parts one by one: their lengths stand before them.
func mac(key []byte, parts ...string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(bound(parts))
	return h.Sum(nil)
}

func bound(parts []string) []byte {
	var out []byte
	for _, p := range parts {
		out = binary.BigEndian.AppendUint64(out, uint64(len(p)))
		out = append(out, p...)
	}
	return out
}

func aead(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("private: %w", err)
	}
	return cipher.NewGCMWithRandomNonce(block)
}

func seal(key, plain []byte, about ...string) ([]byte, error) {
	a, err := aead(key)
	if err != nil {
		return nil, err
	}
	padded := binary.BigEndian.AppendUint32(nil, uint32(len(plain)))
	padded = append(padded, plain...)
	padded = append(padded, make([]byte, (step-len(padded)%step)%step)...)
	return a.Seal(nil, nil, padded, bound(about)), nil
}

func open(key, sealed []byte, about ...string) ([]byte, error) {
	a, err := aead(key)
	if err != nil {
		return nil, err
	}
	padded, err := a.Open(nil, nil, sealed, bound(about))
	if err != nil || len(padded) < 4 {
		return nil, ErrSealed
	}
	n := binary.BigEndian.Uint32(padded)
	if int(n) > len(padded)-4 {
		return nil, ErrSealed
	}
	return padded[4 : 4+n], nil
}

// SealWith encrypts under a row's own key.
func SealWith(key, plain []byte, field, row string) ([]byte, error) {
	return seal(key, plain, field, row)
}

// OpenWith is the other way.
func OpenWith(key, sealed []byte, field, row string) ([]byte, error) {
	return open(key, sealed, field, row)
}
