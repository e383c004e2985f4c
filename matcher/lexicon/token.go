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
func Tokens(s string) []Token { return AppendTokens(nil, s) }

// AppendTokens appends the folded words of s to toks.
func AppendTokens(toks []Token, s string) []Token { return AppendTokensBy(Word, toks, s) }

// AppendTokensBy is AppendTokens for a caller who knows how most words of ASCII letters and
// digits are folded.
func AppendTokensBy(fold func(word string) string, toks []Token, s string) []Token {
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf && !asciiAlnum(s[i]) {
			i++
			continue
		}
		if end := asciiWord(s, i); end > i {
			toks = append(toks, Token{Text: fold(s[i:end]), Start: i, End: end})
			i = end
			continue
		}
		if !wordStart(s, i) {
			_, size := utf8.DecodeRuneInString(s[i:])
			i += size
			continue
		}
		toks, i = foreignWord(toks, s, i)
	}
	return toks
}

// Word folds a word of ASCII letters and digits.
func Word(s string) string {
	for i := 0; i < len(s); i++ {
		if 'A' <= s[i] && s[i] <= 'Z' {
			return foldSpelling(strings.ToLower(s))
		}
	}
	return foldSpelling(s)
}

// asciiWord gives the end of the word of ASCII letters and digits at i; i itself
// where there is none, or where the word goes on in other letters.
func asciiWord(s string, i int) int {
	end := i
	for end < len(s) && asciiAlnum(s[end]) {
		end++
	}
	if end < len(s) && s[end] >= utf8.RuneSelf {
		return i
	}
	return end
}

func asciiAlnum(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// wordStart: a word, or a sign that is one, begins at i.
func wordStart(s string, i int) bool {
	r, _ := utf8.DecodeRuneInString(s[i:])
	return asciiAlnum(s[i]) || unicode.Is(unicode.Han, r) || greek[unicode.ToLower(r)] != "" || foldRune(r) != ""
}

// foreignWord reads the word at i letter by letter.
func foreignWord(toks []Token, s string, i int) ([]Token, int) {
	var word strings.Builder
	start := i
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		sign := greek[unicode.ToLower(r)]
		if unicode.Is(unicode.Han, r) {
			sign = string(r)
		}
		if sign != "" && word.Len() == 0 {
			return append(toks, Token{Text: sign, Start: i, End: i + size}), i + size
		}
		folded := ""
		if sign == "" {
			folded = foldRune(r)
		}
		if folded == "" && (sign != "" || !unicode.IsMark(r)) {
			break // a combining accent belongs to the letter before it; all else ends the word
		}
		word.WriteString(folded)
		i += size
	}
	return append(toks, Token{Text: foldSpelling(word.String()), Start: start, End: i}), i
}

// maxFewWords is the length up to which the words of a name need no room of their own.
const maxFewWords = 12

// Fold gives the folded words of s joined by single spaces: the form in which
// two spellings of one phrase are equal.
func Fold(s string) string {
	var room [maxFewWords]Token
	toks := AppendTokens(room[:0], s)
	if len(toks) == 1 {
		return toks[0].Text
	}
	var out strings.Builder
	out.Grow(len(s))
	for i, t := range toks {
		if i > 0 {
			out.WriteByte(' ')
		}
		out.WriteString(t.Text)
	}
	return out.String()
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

func foldSpelling(w string) string {
	if len(w) < len("haem") || !british(w) {
		return w // nothing of the list is in it
	}
	return spelling.Replace(w)
}

// british: a part of the list may be in the word.
func british(w string) bool {
	for i := 1; i < len(w); i++ {
		switch w[i] {
		case 'e':
			if w[i-1] == 'a' || w[i-1] == 'o' {
				return true
			}
		case 'u':
			if i > 2 && strings.HasPrefix(w[i-2:], "mour") {
				return true
			}
		case 't', 'b':
			if strings.HasPrefix(w[i-1:], "ntre") || strings.HasPrefix(w[i-1:], "ibre") {
				return true
			}
		}
	}
	return false
}
