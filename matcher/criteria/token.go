package criteria

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"trialfinder/matcher/lexicon"
)

// tokenKind says what a token is.
type tokenKind uint8

const (
	wordToken tokenKind = iota
	numberToken
	compareToken // one of the six signs
	signToken    // punctuation, text is the sign itself
)

// token is a word, a number or a sign of an item, with its bytes in the item.
type token struct {
	lexicon.Token
	kind   tokenKind
	word   *knownWord // what is known of it, or nil
	number float64
	op     Op
}

// know takes over what is known of the token's word.
func (t *token) know(w *knownWord) {
	t.word = w
	if t.counts() {
		t.number = w.number
	}
}

// mark is what tells that no phrase goes on with the token's word.
func (t *token) mark() uint64 {
	if t.word == nil {
		return 0
	}
	return t.word.mark
}

// counts: the token is a number that is written as a word.
func (t *token) counts() bool { return t.word != nil && t.word.counts }

// tokens reads an item and appends to out. Registry escapes and entities are read as what they
// stand for; offsets stay those of the item as it is.
func (b wordBook) tokens(out []token, s string) []token {
	t := tokenizer{s: s, out: out, book: b}
	for t.at < len(s) {
		t.next()
	}
	return t.out
}

type tokenizer struct {
	s    string
	at   int
	out  []token
	book wordBook
}

func (t *tokenizer) next() {
	rest := t.s[t.at:]
	c := rest[0]
	switch {
	case c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '*' && !t.afterNumber():
		t.at++
	case c == '\\' && len(rest) > 1 && rest[1] > ' ' && rest[1] < utf8.RuneSelf && !isLetter(rest[1]) && !isDigit(rest[1]):
		t.at++ // the registry's Markdown escape: the sign behind it counts
	case c == ':' && t.afterNumber() && t.touchesWord() && len(rest) > 1 && isDigit(rest[1]):
		t.at++ // "HLA-A*02:01"
	case isDigit(c) || c == '.' && len(rest) > 1 && isDigit(rest[1]) && !t.touchesWord():
		t.readNumber()
	case abbreviation(t.s, t.at) > 0:
		t.abbreviated(abbreviation(t.s, t.at))
	case isLetter(c):
		t.word()
	default:
		t.sign(rest)
	}
}

func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

// afterNumber: a star behind a number multiplies; elsewhere it is a bullet.
func (t *tokenizer) afterNumber() bool {
	return len(t.out) > 0 && t.out[len(t.out)-1].kind == numberToken
}

// touchesWord: the byte before is a letter or digit.
func (t *tokenizer) touchesWord() bool {
	return t.at > 0 && (isLetter(t.s[t.at-1]) || isDigit(t.s[t.at-1]))
}

// readNumber reads digits with thousands separators, a decimal point or comma.
// "1,500" is a thousand and a half; "1,5" is one and a half; "100 000" is left as
// two numbers for the bound reader to join, since "1 000" may be a list.
func (t *tokenizer) readNumber() {
	i, value, seenPoint, scale := t.at, 0.0, false, 1.0
	for i < len(t.s) {
		c := t.s[i]
		switch {
		case isDigit(c) && !seenPoint:
			value = value*10 + float64(c-'0')
		case isDigit(c):
			scale /= 10
			value += float64(c-'0') * scale
		case c == '.' && !seenPoint && i+1 < len(t.s) && isDigit(t.s[i+1]):
			seenPoint = true
		case !seenPoint && pointed(t.s[i:]):
			seenPoint = true
			i++ // the point takes two bytes
		case c == ',' && !seenPoint && thousands(t.s[i+1:]):
			// The separator of a group of three digits.
		case c == ',' && !seenPoint && !t.afterComma() && decimalComma(t.s[i+1:]):
			seenPoint = true
		default:
			t.add(numberToken, i, value)
			return
		}
		i++
	}
	t.add(numberToken, i, value)
}

// pointed: a raised point stands before a single digit, "2·5", and before no power.
func pointed(s string) bool {
	rest, ok := strings.CutPrefix(s, "·")
	return ok && rest != "" && isDigit(rest[0]) && (len(rest) == 1 || !isDigit(rest[1]))
}

// afterComma: the number is an item of a list such as "1,2,3".
func (t *tokenizer) afterComma() bool { return t.at > 0 && t.s[t.at-1] == ',' }

// thousands: exactly three digits follow.
func thousands(s string) bool {
	return len(s) >= 3 && isDigit(s[0]) && isDigit(s[1]) && isDigit(s[2]) && (len(s) == 3 || !isDigit(s[3]))
}

// decimalComma: one or two digits follow, and no letter or further digit.
func decimalComma(s string) bool {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return (n == 1 || n == 2) && (n == len(s) || s[n] != ',')
}

func (t *tokenizer) add(kind tokenKind, end int, number float64) {
	tok := token{kind: kind, number: roundDecimal(number)}
	tok.Text, tok.Start, tok.End = t.s[t.at:end], t.at, end
	tok.know(t.book.folded(tok.Text))
	t.out = append(t.out, tok)
	t.at = end
}

// roundDecimal takes off what adding tenths has left over.
func roundDecimal(v float64) float64 {
	const digits = 1e9
	if v > 1e6 {
		return v
	}
	return float64(int64(v*digits+0.5)) / digits
}

// word reads a run of letters, digits and what folds to them.
func (t *tokenizer) word() {
	end, plain := t.at, true
	for end < len(t.s) {
		c := t.s[end]
		if isLetter(c) || isDigit(c) {
			end++
			continue
		}
		if c == '.' && versioned(t.s, end) {
			end, plain = end+1, false
			continue
		}
		if c < utf8.RuneSelf {
			break
		}
		r, size := utf8.DecodeRuneInString(t.s[end:])
		if !unicode.IsLetter(r) && !unicode.IsMark(r) || unicode.Is(unicode.Han, r) || unicode.Is(unicode.Greek, r) {
			break
		}
		end, plain = end+size, false
	}
	if end = t.unglued(end); plain {
		t.plainWord(end)
		return
	}
	t.words(end)
}

// unglued gives the end of a word that a number was written to: "to75", "Age18".
func (t *tokenizer) unglued(end int) int {
	at := t.at
	if end == at || !isDigit(t.s[end-1]) {
		return end
	}
	for at < end && isLetter(t.s[at]) {
		at++
	}
	if at == t.at || at == end || !isDigit(t.s[at]) || digitsOnly(t.s[at:end]) == 0 {
		return end
	}
	switch strings.ToLower(t.s[t.at:at]) {
	case "to", "age", "aged", "ages", "status", "than", "score", "from", "and", "between", "ecog", "bmi":
		return at
	}
	return end
}

// digitsOnly is the length of s where it is a number, or 0.
func digitsOnly(s string) int {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return 0
		}
	}
	return len(s)
}

// abbreviation gives the length of "e.g." or "i.e." at a byte; 0 where there is none.
func abbreviation(s string, at int) int {
	if at+1 >= len(s) || s[at+1] != '.' || s[at]|0x20 != 'e' && s[at]|0x20 != 'i' {
		return 0
	}
	for _, a := range [...]string{"e.g.", "i.e.", "e.g", "i.e", "e. g.", "i. e."} {
		if len(s) >= at+len(a) && strings.EqualFold(s[at:at+len(a)], a) && (at == 0 || !isLetter(s[at-1]) && s[at-1] != '.') {
			return len(a)
		}
	}
	return 0
}

// abbreviated adds an abbreviation as a word without its points.
func (t *tokenizer) abbreviated(size int) {
	tok := token{}
	tok.Text, tok.Start, tok.End = "eg", t.at, t.at+size
	if t.s[t.at] == 'i' || t.s[t.at] == 'I' {
		tok.Text = "ie"
	}
	tok.know(t.book.folded(tok.Text))
	t.out = append(t.out, tok)
	t.at += size
}

// asciiOnly: nothing but ASCII letters and digits.
func asciiOnly(s string) bool {
	for i := range len(s) {
		if !isLetter(s[i]) && !isDigit(s[i]) {
			return false
		}
	}
	return true
}

// versioned: the point stands between digits of a word, as in "v1.1".
func versioned(s string, at int) bool {
	return at > 0 && at+1 < len(s) && isDigit(s[at-1]) && isDigit(s[at+1])
}

// plainWord adds the word up to end, of ASCII letters and digits.
func (t *tokenizer) plainWord(end int) {
	known, folded := t.book.find(t.s[t.at:end])
	t.out = append(t.out, token{Token: lexicon.Token{Text: folded, Start: t.at, End: end}})
	t.out[len(t.out)-1].know(known)
	t.at = end
}

// words adds the folded words of the bytes up to end.
func (t *tokenizer) words(end int) {
	if asciiOnly(t.s[t.at:end]) {
		t.plainWord(end)
		return
	}
	for _, w := range lexicon.Tokens(t.s[t.at:end]) {
		w.Start, w.End = w.Start+t.at, w.End+t.at
		tok := token{Token: w}
		tok.know(t.book.folded(w.Text))
		t.out = append(t.out, tok)
	}
	t.at = end
}

// comparison is a way to write a sign; longer ones come first.
var comparisons = []struct {
	text string
	op   Op
}{
	{"&gt;=", Ge}, {"&lt;=", Le}, {"&ge;", Ge}, {"&le;", Le}, {"&gt;", Gt}, {"&lt;", Lt},
	{">/=", Ge}, {"</=", Le}, {">\\=", Ge}, {"<\\=", Le}, {">or=", Ge}, {"<or=", Le}, {"> or =", Ge}, {"< or =", Le}, {"> or equal to", Ge}, {"< or equal to", Le}, {"> or equal", Ge}, {"< or equal", Le}, {"> / =", Ge}, {"< / =", Le},
	{">/ =", Ge}, {"</ =", Le}, {"> /=", Ge}, {"< /=", Le},
	{"=\\<", Le}, {"=\\>", Ge}, {">=", Ge}, {"<=", Le}, {"=>", Ge}, {"=<", Le}, {"> =", Ge}, {"< =", Le}, {"= >", Ge}, {"= <", Le}, {"≥", Ge}, {"≤", Le}, {"≧", Ge}, {"≦", Le},
	{"⩾", Ge}, {"⩽", Le}, {"≯", Le}, {"≮", Ge}, {"＞", Gt}, {"＜", Lt}, {"˃", Gt}, {"˂", Lt}, {"﹥", Gt}, {"﹤", Lt}, {"›", Gt}, {"‹", Lt},
	{">", Gt}, {"<", Lt}, {"＝", Eq}, {"=", Eq},
}

// signs that mean the same as a plain one.
var plainSigns = map[rune]string{
	'，': ",", '、': ",", '；': ";", '。': ".", '：': ":", '（': "(", '）': ")", '［': "[", '］': "]", '【': "[", '】': "]", '／': "/", '％': "%",
	'–': "-", '—': "-", '‐': "-", '‑': "-", '−': "-", '－': "-", '～': "-", '~': "-", '×': "x", '✕': "x", '·': "x", '∙': "x", '⋅': "x", '*': "x", '•': "•",
}

// sign reads one sign, or a word in another script.
func (t *tokenizer) sign(rest string) {
	for _, c := range comparisons {
		if plainByte(rest[0]) {
			break
		}
		if strings.HasPrefix(rest, c.text) {
			t.addSign(compareToken, len(c.text), c.text)
			t.out[len(t.out)-1].op = c.op
			return
		}
	}
	if strings.HasPrefix(rest, "&amp;") {
		t.addSign(signToken, len("&amp;"), "&")
		return
	}
	r, size := utf8.DecodeRuneInString(rest)
	switch {
	case unicode.IsSpace(r) || r == utf8.RuneError && size == 1 || unicode.IsControl(r):
		t.at += size
	case plainSigns[r] != "":
		t.addSign(signToken, size, plainSigns[r])
	case unicode.Is(unicode.Han, r) || unicode.Is(unicode.Greek, r):
		t.words(t.at + size)
	case unicode.IsLetter(r):
		t.word()
	default:
		t.addSign(signToken, size, rest[:size])
	}
}

// plainByte: no comparison begins with it.
func plainByte(c byte) bool {
	return c < utf8.RuneSelf && c != '<' && c != '>' && c != '=' && c != '&'
}

func (t *tokenizer) addSign(kind tokenKind, size int, text string) {
	tok := token{kind: kind}
	tok.Text, tok.Start, tok.End = text, t.at, t.at+size
	t.out = append(t.out, tok)
	t.at += size
}
