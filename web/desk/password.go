package desk

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

//go:embed data/argon2id.tsv
var hashingTSV []byte

//go:embed data/weak.txt
var weakText []byte

// Bounds of a password. Any characters may make it up, and it never has to be changed.
const (
	minPassword = 15
	maxPassword = 128
	leftOver    = 12
)

// Why a password is refused.
var (
	ErrShort = errors.New("the password is short")
	ErrLong  = errors.New("the password is long")
	ErrWeak  = errors.New("the password is easily guessed")
)

// Hashing is what a password's hash costs.
type Hashing struct {
	MemoryKiB, Passes uint32
	Lanes             uint8
	Salt, Key         uint32
}

func loadHashing() (h Hashing, err error) {
	rows := dataRows(hashingTSV)
	if len(rows) != 2 {
		return h, errors.New("argon2id.tsv: want a head and one row")
	}
	_, err = fmt.Sscan(rows[1], &h.MemoryKiB, &h.Passes, &h.Lanes, &h.Salt, &h.Key)
	return h, err
}

// dataRows are the lines of a data file that are no comments.
func dataRows(b []byte) (out []string) {
	for s := bufio.NewScanner(bytes.NewReader(b)); s.Scan(); {
		if line := strings.TrimSpace(s.Text()); line != "" && !strings.HasPrefix(line, "#") {
			out = append(out, line)
		}
	}
	return out
}

// CheckPassword refuses what is guessed first.
func CheckPassword(password, email string) error {
	password = norm.NFC.String(password)
	switch n := utf8.RuneCountInString(password); {
	case n < minPassword:
		return ErrShort
	case n > maxPassword:
		return ErrLong
	}
	rest := strings.ToLower(password)
	name, host, _ := strings.Cut(email, "@")
	for _, word := range append(dataRows(weakText), email, name, strings.Split(host, ".")[0]) {
		if len(word) >= 4 {
			rest = strings.ReplaceAll(rest, word, "")
		}
	}
	kinds := map[rune]bool{}
	for _, c := range rest {
		kinds[c] = true
	}
	if utf8.RuneCountInString(rest) < leftOver || len(kinds) < 5 {
		return ErrWeak
	}
	return nil
}

// hash gives a password's hash as the PHC string format writes it.
func (h Hashing) hash(password string) string {
	salt := make([]byte, h.Salt)
	_, _ = rand.Read(salt)
	return h.encode(salt, h.derive(password, salt))
}

func (h Hashing) derive(password string, salt []byte) []byte {
	return argon2.IDKey([]byte(norm.NFC.String(password)), salt, h.Passes, h.MemoryKiB, h.Lanes, h.Key)
}

func (h Hashing) encode(salt, key []byte) string {
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.MemoryKiB, h.Passes, h.Lanes, b.EncodeToString(salt), b.EncodeToString(key))
}

// verify says whether a password is the one that was hashed, and whether that was done with
// other costs than are used now.
func (h Hashing) verify(password, encoded string) (same, stale bool) {
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return false, false
	}
	var was Hashing
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &was.MemoryKiB, &was.Passes, &was.Lanes); err != nil || was.Passes == 0 || was.Lanes == 0 {
		return false, false
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, false
	}
	key, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || len(key) == 0 {
		return false, false
	}
	was.Salt, was.Key = uint32(len(salt)), uint32(len(key))
	return subtle.ConstantTimeCompare(was.derive(password, salt), key) == 1, was != h
}
