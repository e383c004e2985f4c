package seal_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"trialfinder/web/seal"
)

const schema = "answers-1"

// clock is a hand-wound clock.
type clock struct{ t time.Time }

func (c *clock) now() time.Time { return c.t }

func newClock() *clock { return &clock{time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)} }

func ring(t *testing.T, path string, c *clock) *seal.Ring {
	t.Helper()
	r, err := seal.NewRing(path, c.now)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func sealed(t *testing.T, r *seal.Ring, plain string) string {
	t.Helper()
	text, err := r.Seal([]byte(plain), schema)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestOpensWhatItSealed(t *testing.T) {
	r := ring(t, "", newClock())
	for _, plain := range []string{"", "a", strings.Repeat("x", 508), strings.Repeat("x", 509), strings.Repeat("æ", 1400)} {
		got, err := r.Open(sealed(t, r, plain), schema)
		if err != nil || string(got) != plain {
			t.Errorf("Open(Seal(%d bytes)): got %d bytes, %v", len(plain), len(got), err)
		}
	}
}

func TestLengthSaysLittle(t *testing.T) {
	r := ring(t, "", newClock())
	short, longer, more := len(sealed(t, r, "")), len(sealed(t, r, strings.Repeat("x", 508))), len(sealed(t, r, strings.Repeat("x", 509)))
	if short != longer {
		t.Errorf("0 and 508 bytes: got %d and %d characters, want the same", short, longer)
	}
	if more == longer {
		t.Errorf("509 bytes: got %d characters, want the next step", more)
	}
}

func TestSameTextSealsDifferently(t *testing.T) {
	r := ring(t, "", newClock())
	if a, b := sealed(t, r, "same"), sealed(t, r, "same"); a == b {
		t.Errorf("got %q twice, want a nonce to differ", a)
	}
}

func TestRefusesWhatIsNotIts(t *testing.T) {
	r := ring(t, "", newClock())
	good := sealed(t, r, "plain")
	turned := []byte(good)
	turned[len(turned)/2] ^= 1
	other := sealed(t, ring(t, "", newClock()), "plain")
	for name, text := range map[string]string{
		"empty": "", "not base64": "***", "short": "AAAA", "one bit turned": string(turned),
		"cut": good[:len(good)-4], "another ring's": other,
	} {
		if _, err := r.Open(text, schema); !errors.Is(err, seal.ErrExpired) {
			t.Errorf("%s: got %v, want ErrExpired", name, err)
		}
	}
	if _, err := r.Open(good, "answers-2"); !errors.Is(err, seal.ErrExpired) {
		t.Errorf("another schema: got %v, want ErrExpired", err)
	}
}

// After two days neither the ring nor the old bytes of the file open a text.
func TestTwoDaysLaterNothingOpensIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys")
	c := newClock()
	r := ring(t, path, c)
	text := sealed(t, r, "plain")
	first, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// A slot is a day, an id and the secret; the first day's stands first.
	_, slot, found := bytes.Cut(first, []byte("2026-11-24"))
	if !found {
		t.Fatal("the key file names no day")
	}
	secret := slot[4:36]

	c.t = c.t.AddDate(0, 0, 1)
	if got, err := r.Open(text, schema); err != nil || string(got) != "plain" {
		t.Errorf("a day later: got %q, %v, want it open", got, err)
	}
	c.t = c.t.AddDate(0, 0, 1)
	if _, err := r.Open(text, schema); !errors.Is(err, seal.ErrExpired) {
		t.Errorf("two days later: got %v, want ErrExpired", err)
	}
	if _, err := ring(t, path, c).Open(text, schema); !errors.Is(err, seal.ErrExpired) {
		t.Errorf("two days later, after a restart: got %v, want ErrExpired", err)
	}
	last, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(last, secret) {
		t.Error("the key file still holds the old key's bytes")
	}
}

func TestRestartLosesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys")
	c := newClock()
	text := sealed(t, ring(t, path, c), "plain")
	if got, err := ring(t, path, c).Open(text, schema); err != nil || string(got) != "plain" {
		t.Errorf("after a restart: got %q, %v", got, err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key file: got mode %v, %v, want 0600", info.Mode(), err)
	}
}

func TestForeignFileIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notes.txt")
	if err := os.WriteFile(path, []byte("my notes"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := seal.NewRing(path, newClock().now); err == nil {
		t.Error("a file of notes: got no error, want a refusal")
	}
}

func TestManyAtOnce(t *testing.T) {
	r := ring(t, "", newClock())
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			text, err := r.Seal([]byte("plain"), schema)
			if err != nil {
				t.Error(err)
			}
			if _, err := r.Open(text, schema); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}
