package criteria

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// line is one non-blank line of the text: where it stands, how deep it is
// indented, and where its words begin behind the bullet.
type line struct {
	start, end  int // without the white space around it
	indent      int // columns before the first character
	content     int // where the words begin, behind the bullet
	contentCol  int // the column where they begin
	bulleted    bool
	blankBefore bool
	apart       bool // the registry keeps it apart from the line before
}

const tabWidth = 4

// lines appends the non-blank lines of a text to out.
func lines(out []line, text string) []line {
	blank := true
	for at := 0; at < len(text); {
		end := strings.IndexByte(text[at:], '\n')
		if end < 0 {
			end = len(text)
		} else {
			end += at
		}
		if l, ok := readLine(text, at, end); ok {
			l.blankBefore = blank
			out = append(out, l)
			blank = false
		} else {
			blank = true
		}
		at = end + 1
	}
	return out
}

func readLine(text string, at, end int) (line, bool) {
	l := line{start: at}
	for l.start < end {
		r, size := utf8.DecodeRuneInString(text[l.start:end])
		if !unicode.IsSpace(r) {
			break
		}
		if r == '\t' {
			l.indent += tabWidth
		} else {
			l.indent++
		}
		l.start += size
	}
	l.end = l.start + len(strings.TrimRightFunc(text[l.start:end], unicode.IsSpace))
	if l.start == l.end {
		return line{}, false
	}
	l.content, l.contentCol = l.start, l.indent
	if n := bulletLen(text[l.start:l.end]); n > 0 && l.start+n < l.end {
		l.content, l.contentCol, l.bulleted = l.start+n, l.indent+n, true
		if s := text[l.start:l.end]; signed(s) && marksLen(s) < len(s) {
			l.content = l.start + marksLen(s)
		}
	}
	return l, true
}

// signBullets are list marks that need no space behind them.
const signBullets = "•·‣▪●○◦➢✓"

// bulletLen gives the length of the list mark that s begins with: a dot or dash, a
// number, a letter or a roman numeral with its point or bracket, and the space behind.
func bulletLen(s string) int {
	n := markLen(s)
	if n == 0 {
		return tightLen(s)
	}
	end := n
	for end < len(s) && isSpace(s[end]) {
		end++
	}
	if end == n {
		return tightLen(s)
	}
	return end
}

// signed: the list mark is a sign.
func signed(s string) bool { return !isDigit(s[0]) && !isLetter(s[0]) && s[0] != '(' }

// marksLen is bulletLen with the number that stands behind a sign, "* 4\) ", or that is no
// list mark for its form: "4\. Age", "4.Age".
func marksLen(s string) int {
	n := bulletLen(s)
	if n > 0 && !signed(s) || n >= len(s) {
		return n
	}
	open, rest := 0, s[n:]
	if rest[0] == '(' {
		open = 1
	}
	label := open + digitsLen(rest[open:])
	if label == open {
		return n
	}
	closed := label
	for closed < len(rest) && strings.IndexByte(".)\\", rest[closed]) >= 0 {
		closed++
	}
	end := closed
	for end < len(rest) && isSpace(rest[end]) {
		end++
	}
	tight := end == closed && closed == label+1 && end+1 < len(rest) && 'A' <= rest[end] && rest[end] <= 'Z' && isLetter(rest[end+1])
	if closed == label || end == len(rest) || end == closed && !tight {
		return n
	}
	return n + end
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' }

// tightLen is the length of a mark without a space behind it, which only signs may have.
func tightLen(s string) int {
	if len(s) > 1 && s[0] == '-' && 'A' <= s[1] && s[1] <= 'Z' {
		return 1
	}
	if r, size := utf8.DecodeRuneInString(s); size > 1 && strings.ContainsRune(signBullets, r) {
		return size
	}
	return 0
}

// markLen is the length of a mark that needs a space behind it; 0 where there is none.
func markLen(s string) int {
	n := 0
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		if r != '*' && r != '-' && r != '–' && r != '—' && !strings.ContainsRune(signBullets, r) {
			break
		}
		n += size
	}
	if n > 0 {
		return n
	}
	if s != "" && s[0] == 'o' && len(s) > 1 && isSpace(s[1]) {
		return 1
	}
	open := 0
	if s != "" && s[0] == '(' {
		open = 1
	}
	n = open + labelLen(s[open:])
	if n == open {
		return 0
	}
	if strings.HasPrefix(s[n:], ".-") && open == 0 && isDigit(s[0]) {
		return n + 2
	}
	closed := n
	for closed < len(s) && (s[closed] == '.' || s[closed] == ')') {
		closed++
	}
	if closed == n {
		return 0
	}
	return closed
}

// labelLen is the length of "12", "3.1.2", "b" or "iv".
func labelLen(s string) int {
	n := digitsLen(s)
	if n > 0 {
		for n < len(s) && s[n] == '.' {
			more := digitsLen(s[n+1:])
			if more == 0 {
				break
			}
			n += 1 + more
		}
		return n
	}
	for n < len(s) && n < 5 && strings.IndexByte("ivxIVX", s[n]) >= 0 {
		n++
	}
	if n > 0 && (n == len(s) || !isLetter(s[n])) {
		return n
	}
	if s != "" && isLetter(s[0]) && (len(s) == 1 || !isLetter(s[1])) {
		return 1
	}
	return 0
}

// digitsLen is the length of a number of one or two digits that s begins with.
func digitsLen(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	if n > 2 {
		return 0
	}
	return n
}

// letterMark: the list mark is a letter or a roman numeral: "b)", "(ii)".
func letterMark(mark string) bool {
	mark = strings.TrimPrefix(mark, "(")
	return len(mark) > 1 && isLetter(mark[0]) && (mark[0] != 'o' || !isSpace(mark[1]))
}
