package view

import (
	"html"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxText bounds what is shown of one text of a registry.
const maxText = 6000

// The registry's editor puts a backslash before what Markdown would take for
// a mark.
var markdownEscape = regexp.MustCompile("\\\\([\\\\`*_{}\\[\\]()<>#+\\-.!~|^=])")

// bullet is the mark of a list before a criterion.
var bullet = regexp.MustCompile(`^(?:[*•‣▪◦·–—-]\s+)+`)

// Clean makes a registry's text fit to be shown: entities decoded once, escapes
// undone, invisible and direction-changing characters dropped. The words stay.
func Clean(text string) string {
	text = html.UnescapeString(strings.ToValidUTF8(text, "\uFFFD"))
	text = markdownEscape.ReplaceAllString(text, "$1")
	text = strings.Map(visible, norm.NFC.String(text))
	text = strings.TrimSpace(text)
	if r := []rune(text); len(r) > maxText {
		text = string(r[:maxText]) + "…"
	}
	return text
}

// Sentence is Clean for one criterion: without the mark of its list.
func Sentence(text string) string { return bullet.ReplaceAllString(Clean(text), "") }

func visible(c rune) rune {
	switch {
	case c == '\n':
		return c
	case c == '\t', c == '\u00a0', unicode.Is(unicode.Zl, c), unicode.Is(unicode.Zp, c):
		return ' '
	case unicode.IsControl(c), unicode.Is(unicode.Cf, c), unicode.Is(unicode.Co, c):
		return -1
	}
	return c
}

var phoneMarks = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "", ".", "", "/", "", "\u00a0", "")

var dialled = regexp.MustCompile(`^\+?\d{5,15}$`)

// Tel is a telephone number as a tel: link has it, "" where the text is no
// plain number.
func Tel(phone string) string {
	number, _, _ := strings.Cut(strings.ToLower(phone), "ext")
	number = phoneMarks.Replace(strings.TrimSpace(number))
	if !dialled.MatchString(number) {
		return ""
	}
	return number
}

var address = regexp.MustCompile(`^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$`)

// Mail is an e-mail address fit for a mailto: link, or "".
func Mail(text string) string {
	text = strings.TrimSpace(text)
	if !address.MatchString(text) {
		return ""
	}
	return text
}

// maxShort is how much of a registry's sentence stands on a sheet of paper.
const maxShort = 220

// Short is the beginning of a text, cut at a word.
func Short(text string) string {
	r := []rune(text)
	if len(r) <= maxShort {
		return text
	}
	cut := string(r[:maxShort])
	if i := strings.LastIndex(cut, " "); i > 0 {
		cut = cut[:i]
	}
	return cut + " …"
}
