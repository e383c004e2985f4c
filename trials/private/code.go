package private

import (
	"crypto/rand"
	"math/big"
	"strings"
	"time"
)

// A hand-over code is fifteen random figures and a check digit: figures can be said on the
// phone in every language, and a slip is noticed before it counts as a try.
const codeRandom = 15

// CodeLasts is how long a code opens its answers.
const CodeLasts = 14 * 24 * time.Hour

// Shared is what is kept under a code, besides the sealed answers.
type Shared struct {
	Sealed []byte
	Ends   time.Time
	Opened int
	Last   time.Time
}

// DidOpenCode is what is audited of a code: its case is told of beside it.
const DidOpenCode = "code.open"

// NewCode draws a code.
func NewCode() string {
	var b strings.Builder
	ten := big.NewInt(10)
	for range codeRandom {
		n, err := rand.Int(rand.Reader, ten)
		if err != nil { // the reader never fails: the program ends instead
			panic(err)
		}
		b.WriteByte(byte('0' + n.Int64()))
	}
	return b.String() + string(rune('0'+damm(b.String())))
}

// CleanCode is a code without what people put between its figures; false where it can be none.
func CleanCode(text string) (string, bool) {
	code := strings.Map(func(c rune) rune {
		switch {
		case c >= '0' && c <= '9':
			return c
		case c >= '\uff10' && c <= '\uff19': // full-width figures
			return c - '\uff10' + '0'
		case strings.ContainsRune(between, c):
			return -1
		}
		return 'x'
	}, text)
	if len(code) != codeRandom+1 || strings.Contains(code, "x") {
		return "", false
	}
	return code, damm(code) == 0
}

const between = " \t-.\u00a0\u2010\u2011\u2012\u2013\u3000"
