package lexicon

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Token is one word of a text: its folded form and its byte span in the original.
type Token struct {
	Text       string
	Start, End int
}

// Tokens splits s into folded words. Letters and digits make words, everything
// else parts them; each Han character is a word of its own, so that Chinese
// phrases match without a segmenter.
func Tokens(s string) []Token {
	var toks []Token
	var word strings.Builder
	start := -1
	flush := func(end int) {
		if start >= 0 {
			toks = append(toks, Token{Text: foldSpelling(word.String()), Start: start, End: end})
			word.Reset()
			start = -1
		}
	}
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		end := i + size
		switch {
		case unicode.Is(unicode.Han, r):
			flush(i)
			toks = append(toks, Token{Text: string(r), Start: i, End: end})
		case greek[unicode.ToLower(r)] != "":
			flush(i)
			toks = append(toks, Token{Text: greek[unicode.ToLower(r)], Start: i, End: end})
		case unicode.IsMark(r) && start >= 0:
			// A combining accent belongs to the letter before it.
		default:
			folded := foldRune(r)
			if folded == "" {
				flush(i)
				break
			}
			if start < 0 {
				start = i
			}
			word.WriteString(folded)
		}
		i = end
	}
	flush(len(s))
	return toks
}

// Fold gives the folded words of s joined by single spaces: the form in which
// two spellings of one phrase are equal.
func Fold(s string) string {
	toks := Tokens(s)
	words := make([]string, len(toks))
	for i, t := range toks {
		words[i] = t.Text
	}
	return strings.Join(words, " ")
}

// foldRune lower-cases r and strips accents and width; "" parts words.
func foldRune(r rune) string {
	if r < utf8.RuneSelf {
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
			return string(r)
		case 'A' <= r && r <= 'Z':
			return string(r + 'a' - 'A')
		}
		return ""
	}
	if s, ok := special[unicode.ToLower(r)]; ok {
		return s
	}
	var out strings.Builder
	for _, d := range norm.NFKD.String(string(r)) {
		if unicode.IsLetter(d) || unicode.IsDigit(d) {
			out.WriteRune(unicode.ToLower(d))
		}
	}
	return out.String()
}

// Letters that Unicode does not decompose, and registry signs (superscripts are
// decomposed; trademark signs must not become the letters "tm").
var special = map[rune]string{
	'ø': "o", 'æ': "ae", 'œ': "oe", 'ß': "ss", 'đ': "d", 'ł': "l", 'ı': "i",
	'™': "", '®': "", '©': "", '℠': "",
}

var greek = map[rune]string{
	'α': "alpha", 'β': "beta", 'γ': "gamma", 'δ': "delta", 'ε': "epsilon",
	'ζ': "zeta", 'κ': "kappa", 'λ': "lambda", 'ω': "omega",
}

// British to American, as parts of words. Both sides of a comparison are
// folded, so a part that is too wide does no harm but a needless collision.
var spelling = strings.NewReplacer(
	"tumour", "tumor", "haem", "hem", "aemi", "emi", "oesoph", "esoph", "oedem", "edem",
	"paed", "ped", "gynaec", "gynec", "caec", "cec", "centre", "center", "fibre", "fiber",
)

func foldSpelling(w string) string { return spelling.Replace(w) }
