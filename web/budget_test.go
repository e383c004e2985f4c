package web_test

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"
)

// What a page may weigh: gzipped bytes, and elements. Going down is free; going up needs a
// reason in the commit.
const (
	pageBytes    = 30 << 10
	pageElements = 1500
	mapBytes     = 21 << 10
)

func gzipped(t *testing.T, b []byte) int {
	t.Helper()
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return z.Len()
}

func TestPagesOfTrialsStaySmall(t *testing.T) {
	f := start(t)
	for _, lang := range f.languages() {
		b := f.browser(lang)
		b.begin()
		for _, path := range []string{"/results", "/results?show=ruled_out", "/compare", "/map", "/doctor", "/trial/NCT99900001"} {
			v := b.get(path)
			if n := gzipped(t, []byte(v.body)); n > pageBytes {
				t.Errorf("%s: %d bytes gzipped, want %d at most", v.path, n, pageBytes)
			}
			if n := len(v.All("*")); n > pageElements {
				t.Errorf("%s: %d elements, want %d at most", v.path, n, pageElements)
			}
		}
	}
}

func TestMapsStaySmall(t *testing.T) {
	for _, name := range []string{"europe.svg", "world.svg"} {
		b, err := os.ReadFile(filepath.Join("static", name))
		if err != nil {
			t.Fatal(err)
		}
		if n := gzipped(t, b); n > mapBytes {
			t.Errorf("%s: %d bytes gzipped, want %d at most", name, n, mapBytes)
		}
	}
}
