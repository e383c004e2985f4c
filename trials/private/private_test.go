package private_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"trialfinder/trials/private"
)

func keys(t *testing.T) *private.Keys {
	t.Helper()
	k, _, err := private.NewKeys(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// What is sealed opens as that field of that row under that key, and as nothing else.
func TestSealedFieldsAreBoundToTheirRow(t *testing.T) {
	k := keys(t)
	sealed, err := k.Seal([]byte("has lung cancer"), "case", "a")
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, []byte("lung")) {
		t.Error("the plain text stands in the sealed one")
	}
	if plain, err := k.Open(sealed, "case", "a"); err != nil || string(plain) != "has lung cancer" {
		t.Errorf("got %q, %v", plain, err)
	}
	changed := bytes.Clone(sealed)
	changed[len(changed)-1] ^= 1
	for name, try := range map[string]func() ([]byte, error){
		"another row":   func() ([]byte, error) { return k.Open(sealed, "case", "b") },
		"another field": func() ([]byte, error) { return k.Open(sealed, "casea", "") },
		"another key":   func() ([]byte, error) { return keys(t).Open(sealed, "case", "a") },
		"a changed bit": func() ([]byte, error) { return k.Open(changed, "case", "a") },
		"nothing":       func() ([]byte, error) { return k.Open(nil, "case", "a") },
	} {
		if plain, err := try(); !errors.Is(err, private.ErrSealed) || plain != nil {
			t.Errorf("%s: got %q, %v, want ErrSealed", name, plain, err)
		}
	}
	short, _ := k.Seal([]byte("a"), "case", "a")
	if len(short) != len(sealed) {
		t.Errorf("got %d and %d bytes: the length tells how much is known", len(short), len(sealed))
	}
}

func TestDataKeyOpensWithItsKeyFileAlone(t *testing.T) {
	mine, other := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
	k, wrapped, err := private.NewKeys(mine)
	if err != nil {
		t.Fatal(err)
	}
	again, err := private.OpenKeys(mine, k.ID(), wrapped)
	if err != nil || !bytes.Equal(again.Hash("x", "y"), k.Hash("x", "y")) {
		t.Errorf("got %v, want the same keys", err)
	}
	if _, err := private.OpenKeys(other, k.ID(), wrapped); !errors.Is(err, private.ErrWrongKey) {
		t.Errorf("another key file: got %v, want ErrWrongKey", err)
	}
	if _, err := private.OpenKeys(mine, "x", wrapped); !errors.Is(err, private.ErrWrongKey) {
		t.Errorf("another id: got %v, want ErrWrongKey", err)
	}
}

func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	if _, err := private.ReadKeyFile(path); !errors.Is(err, private.ErrNoKeyFile) {
		t.Errorf("missing: got %v", err)
	}
	if err := private.CreateKeyFile(path); err != nil {
		t.Fatal(err)
	}
	if err := private.CreateKeyFile(path); err == nil {
		t.Error("it was written over")
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got the mode %v, %v, want 0600", info.Mode(), err)
	}
	if key, err := private.ReadKeyFile(path); err != nil || len(key) != 32 {
		t.Errorf("got %d bytes, %v", len(key), err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := private.ReadKeyFile(path); !errors.Is(err, private.ErrKeyFile) || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("read by a group: got %v", err)
	}
	for _, text := range []string{"", "trialfinder-key-1 abcd\n", strings.Repeat("a", 64)} {
		other := filepath.Join(t.TempDir(), "other")
		if err := os.WriteFile(other, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := private.ReadKeyFile(other); !errors.Is(err, private.ErrKeyFile) {
			t.Errorf("%q: got %v, want ErrKeyFile", text, err)
		}
	}
}

// A wrong figure and two swapped ones are noticed by the check digit.
func TestRef(t *testing.T) {
	if got := private.Ref(572, 2026); got != "26-00572-"+got[len(got)-1:] {
		t.Errorf("got %q", got)
	}
	seen := map[string]bool{}
	for n := range int64(2000) {
		ref := private.Ref(n, 2026)
		if len(ref) != len("26-00001-0") || seen[ref[:8]] {
			t.Errorf("%d: got %q", n, ref)
		}
		seen[ref[:8]] = true
	}
	for _, pair := range [][2]int64{{12, 21}, {12, 13}, {1203, 1230}, {90, 9}} {
		a, b := private.Ref(pair[0], 2026), private.Ref(pair[1], 2026)
		if a[len(a)-1] == b[len(b)-1] {
			t.Errorf("%s and %s have one check digit", a, b)
		}
	}
}

func TestStates(t *testing.T) {
	for _, s := range private.States() {
		if !s.MayBecome(s) || s != private.Closed && !s.MayBecome(private.Closed) {
			t.Errorf("%s: it can neither stay nor be closed", s)
		}
	}
	for _, tt := range []struct {
		from, to private.State
		may      bool
	}{
		{private.New, private.Looking, true}, {private.New, private.Enrolled, false}, {private.Referred, private.Screening, true},
		{private.Closed, private.Looking, true}, {private.Closed, private.Enrolled, false}, {private.Screening, private.Enrolled, true},
		{private.Enrolled, "gone", false},
	} {
		if got := tt.from.MayBecome(tt.to); got != tt.may {
			t.Errorf("%s to %s: got %v", tt.from, tt.to, got)
		}
	}
}

func TestCleanEmail(t *testing.T) {
	for in, want := range map[string]string{
		" Ann@Example.ORG ": "ann@example.org", "ann": "", "": "", "Ann <ann@example.org>": "", "a@b\nBcc: c@d": "", "a@b, c@d": "",
	} {
		got, err := private.CleanEmail(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v, want %q", in, got, err, want)
		}
		if err != nil && in != "" && strings.Contains(err.Error(), in) {
			t.Errorf("%q: the error quotes it", in)
		}
	}
}
