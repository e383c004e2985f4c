package lexicon_test

import (
	"slices"
	"testing"

	"trialfinder/matcher/lexicon"
)

func TestExpand(t *testing.T) {
	sets := map[string][]string{"s": {"", "s"}}
	tests := []struct {
		pattern string
		want    []string // nil: refused
	}{
		{"lung cancer", []string{"lung cancer"}},
		{"(small/non small) cell", []string{"small cell", "non small cell"}},
		{"tumor<s>", []string{"tumor", "tumors"}},
		{"(a (b/c)/) d", []string{"a b d", "a c d", " d"}},
		{"(open", nil}, {"shut)", nil}, {"<none>", nil}, {"a>b", nil},
	}
	for _, tt := range tests {
		got, err := lexicon.Expand(tt.pattern, sets)
		if !slices.Equal(got, tt.want) || (err != nil) != (tt.want == nil) {
			t.Errorf("Expand(%q): got %q, %v; want %q", tt.pattern, got, err, tt.want)
		}
	}
}
