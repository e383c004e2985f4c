package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
)

// ErrExpired: the text was sealed with a key that is gone, for another schema,
// or not by us at all. The three are not told apart.
var ErrExpired = errors.New("seal: expired or not ours")

// step is what plain texts are padded to, so that the length of a sealed text
// says little about what is in it.
const step = 512

// encoding is safe in a cookie without quotes.
var encoding = base64.RawURLEncoding

// Seal encrypts plain under today's key. The schema is bound to the text: it
// opens only under the same one.
func (r *Ring) Seal(plain []byte, schema string) (string, error) {
	k, err := r.today()
	if err != nil {
		return "", err
	}
	aead, err := k.aead()
	if err != nil {
		return "", err
	}
	sealed := aead.Seal(nil, nil, pad(plain), additional(k.ID, schema))
	return encoding.EncodeToString(append(append([]byte{}, k.ID[:]...), sealed...)), nil
}

// Open decrypts a sealed text, or gives ErrExpired.
func (r *Ring) Open(text, schema string) ([]byte, error) {
	raw, err := encoding.DecodeString(text)
	if err != nil || len(raw) < idSize {
		return nil, ErrExpired
	}
	k, found, err := r.byID([idSize]byte(raw))
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, ErrExpired
	}
	aead, err := k.aead()
	if err != nil {
		return nil, err
	}
	plain, err := aead.Open(nil, nil, raw[idSize:], additional(k.ID, schema))
	if err != nil {
		return nil, ErrExpired
	}
	return unpad(plain)
}

func (k key) aead() (cipher.AEAD, error) {
	block, err := aes.NewCipher(k.Secret[:])
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return cipher.NewGCMWithRandomNonce(block)
}

func additional(id [idSize]byte, schema string) []byte { return append(id[:], schema...) }

// pad puts the length before the text and fills up to the next step.
func pad(plain []byte) []byte {
	n := 4 + len(plain)
	out := make([]byte, (n+step-1)/step*step)
	binary.BigEndian.PutUint32(out, uint32(len(plain)))
	copy(out[4:], plain)
	return out
}

func unpad(padded []byte) ([]byte, error) {
	if len(padded) < 4 {
		return nil, ErrExpired
	}
	n := binary.BigEndian.Uint32(padded)
	if uint64(n) > uint64(len(padded)-4) {
		return nil, ErrExpired
	}
	return padded[4 : 4+n], nil
}
