package therapy

import (
	"slices"
	"strings"
	"unicode"

	"trialfinder/matcher/lexicon"
)

// SearchTerms gives the drug, product and cell-type words to put to a registry
// as a wide net. A phrase that holds another whole is left out: a search for
// the shorter finds it.
func (c *Classifier) SearchTerms() []string { return slices.Clone(c.terms) }

func searchTerms(phrases []string) []string {
	folded := make(map[string]string, len(phrases))
	for _, p := range phrases {
		if f := lexicon.Fold(p); folded[f] == "" && !hasHan(p) {
			folded[f] = p
		}
	}
	var out []string
	for f, p := range folded {
		if !holdsAnother(f, folded) {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return out
}

// hasHan reports whether p is Chinese, which no registry that is asked indexes.
func hasHan(p string) bool {
	return strings.ContainsFunc(p, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// holdsAnother reports whether some run of f's words is itself a phrase.
func holdsAnother(f string, phrases map[string]string) bool {
	words := strings.Split(f, " ")
	for i := range words {
		for j := i + 1; j <= len(words); j++ {
			if j-i == len(words) {
				continue
			}
			if _, ok := phrases[strings.Join(words[i:j], " ")]; ok {
				return true
			}
		}
	}
	return false
}
