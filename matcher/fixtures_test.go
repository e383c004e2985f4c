package matcher_test

import (
	"io"
	"strings"
	"testing"

	"trialfinder/trials/place"
)

func stringsReader(s string) io.Reader { return strings.NewReader(s) }

func gazetteer(tb testing.TB) *place.Gazetteer {
	tb.Helper()
	g, err := place.Load()
	if err != nil {
		tb.Fatal(err)
	}
	return g
}
