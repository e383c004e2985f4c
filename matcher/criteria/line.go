package criteria

import (
	"regexp"
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
}

// bullet is a list mark: a dot or dash, a number, a letter, a roman numeral.
var bullet = regexp.MustCompile(`^(?:[*•·‣▪●○◦➢✓–—-]+|o|\(?(?:\d{1,2}(?:\.\d{1,2})*|[a-zA-Z]|[ivxIVX]{1,5})[.)]+|\d{1,2}\.-)\s+`)

// tightBullet is a mark without a space behind it, which only signs may have.
var tightBullet = regexp.MustCompile(`^(?:[•·‣▪●○◦➢✓]|-(?:[A-Z]))`)

const tabWidth = 4

// lines cuts a text into its non-blank lines.
func lines(text string) []line {
	var out []line
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
	}
	return l, true
}

func bulletLen(s string) int {
	if m := bullet.FindString(s); m != "" {
		return len(m)
	}
	m := tightBullet.FindString(s)
	if strings.HasPrefix(m, "-") {
		return 1
	}
	return len(m)
}
