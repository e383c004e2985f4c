package place

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Letters that Unicode does not take apart into a base letter and a mark.
var narrow = strings.NewReplacer(
	"æ", "ae", "ð", "d", "ø", "o", "þ", "th", "đ", "d", "ħ", "h", "ı", "i",
	"ł", "l", "œ", "oe", "ß", "ss",
)

// How the letters are written out where a keyboard lacks them.
var wide = strings.NewReplacer("ä", "ae", "å", "aa", "ö", "oe", "ø", "oe", "ü", "ue")

// fold gives the words of s without case, accents, hyphens and apostrophes.
func fold(s string) []string {
	return words(strings.ToLower(norm.NFKC.String(strings.ToValidUTF8(s, " "))))
}

// foldWide is fold with the special letters written out: Århus is aarhus.
func foldWide(s string) []string {
	return words(wide.Replace(strings.ToLower(norm.NFKC.String(strings.ToValidUTF8(s, " ")))))
}

func words(lower string) []string {
	var out []string
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			out = append(out, b.String())
			b.Reset()
		}
	}
	for _, r := range norm.NFKD.String(narrow.Replace(lower)) {
		switch {
		case unicode.Is(unicode.Mn, r) || apostrophe(r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		default:
			flush()
		}
	}
	flush()
	return out
}

// apostrophe says whether r only joins: Xi'an is also written Xian.
func apostrophe(r rune) bool {
	switch r {
	case '\'', '’', '‘', 'ʼ', 'ʹ', '`', '´':
		return true
	}
	return false
}

// forms are the ways in which s can be folded, the plain one first.
func forms(s string) [][]string {
	plain, written := fold(s), foldWide(s)
	if strings.Join(plain, " ") == strings.Join(written, " ") {
		return [][]string{plain}
	}
	return [][]string{plain, written}
}

// key joins words to what the gazetteer looks up; spaces differ too much between
// writers to count. saints are the words that stand for "saint".
func key(words []string, saints map[string]bool) string {
	var b strings.Builder
	for _, w := range words {
		if saints[w] {
			w = "saint"
		}
		b.WriteString(w)
	}
	return b.String()
}

func hasDigit(s string) bool {
	return strings.ContainsFunc(s, unicode.IsDigit)
}
