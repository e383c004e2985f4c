package ctis

import (
	"strings"
	"unicode"
)

// net tells by a row of the search whether a trial may be of interest. The
// register's own search takes no lists of thousands of words, and its rows are
// few; so all rows are read, and the words are looked for here.
type net struct {
	terms map[string][]string // folded, by their first word
}

func newNet(terms []string) *net {
	n := &net{terms: map[string][]string{}}
	for _, term := range terms {
		words := fold(term)
		if len(words) > 0 {
			n.terms[words[0]] = append(n.terms[words[0]], strings.Join(words, " "))
		}
	}
	return n
}

// takes says whether one of the words is in the titles or the products. A row that
// names no product is taken, since nothing speaks against it.
func (n *net) takes(r *row) bool {
	if n == nil || strings.TrimSpace(r.Product) == "" {
		return true
	}
	for _, text := range []string{r.Product, r.Title, r.ShortTitle} {
		words := fold(text)
		for i, word := range words {
			if terms := n.terms[word]; len(terms) > 0 && begins(strings.Join(words[i:], " ")+" ", terms) {
				return true
			}
		}
	}
	return false
}

func begins(text string, terms []string) bool {
	for _, term := range terms {
		if strings.HasPrefix(text, term+" ") {
			return true
		}
	}
	return false
}

// fold parts a text into its words: small letters, and no s of the plural.
func fold(text string) []string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
	for i, w := range words {
		if len(w) > 3 && !strings.HasSuffix(w, "ss") {
			words[i] = strings.TrimSuffix(w, "s")
		}
	}
	return words
}
