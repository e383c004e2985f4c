package desk

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp/hotp"
)

const (
	stepLasts     = 30 // seconds
	seedSize      = 20
	codeDigits    = 6
	recoveryCodes = 10
)

var plain32 = base32.StdEncoding.WithPadding(base32.NoPadding)

// Seed is the second factor's seed as authenticator apps take it.
func Seed(seed []byte) string { return plain32.EncodeToString(seed) }

// SeedURL is the same as a link that an app opens.
func SeedURL(seed []byte, issuer, account string) string {
	q := url.Values{"secret": {Seed(seed)}, "issuer": {issuer}}
	u := url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + issuer + ":" + account, RawQuery: q.Encode()}
	return u.String()
}

// Code is the code of a step.
func Code(seed []byte, step int64) (string, error) {
	return hotp.GenerateCode(Seed(seed), uint64(step))
}

// Step counts the steps of the clock.
func Step(t time.Time) int64 { return t.Unix() / stepLasts }

// stepOf finds the step whose code was typed: the present one, or the one before, since
// typing takes time.
func stepOf(seed []byte, typed string, now time.Time) (int64, bool) {
	found, ok := int64(0), false
	for _, step := range []int64{Step(now), Step(now) - 1} {
		want, err := Code(seed, step)
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(typed)) == 1 && !ok {
			found, ok = step, true
		}
	}
	return found, ok
}

// cleanCode is a code without what people put between its characters.
func cleanCode(text string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c >= '0' && c <= '9' || c >= 'A' && c <= 'Z':
			return c
		case c >= 'a' && c <= 'z':
			return c - 'a' + 'A'
		case c >= '\uff10' && c <= '\uff19': // full-width figures
			return c - '\uff10' + '0'
		}
		return -1
	}, text)
}

func newRecoveryCodes() []string {
	out := make([]string, recoveryCodes)
	for i := range out {
		b := make([]byte, 10)
		_, _ = rand.Read(b)
		out[i] = plain32.EncodeToString(b)
	}
	return out
}

// Grouped writes a recovery code or a seed in groups of four.
func Grouped(code string) string {
	var b strings.Builder
	for i, c := range code {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// seedOf is the seed for a one-time link. It comes from the link's secret, so that nothing is
// kept until the link is used, and a page opened twice shows the same.
func (d *Desk) seedOf(secret string) []byte {
	sum := sha256.Sum256(d.store.Keys().Hash("seed", secret))
	return sum[:seedSize]
}
