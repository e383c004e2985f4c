package web

import (
	"errors"
	"mime"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// form is what a reader sent: only fields that the page has, each once unless
// it is a list.
type form map[string][]string

// maxText bounds a typed text.
const maxText = 80

// readForm refuses what our own pages can't have sent.
func readForm(r *http.Request, once, lists []string) (form, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return nil, errForm
	}
	if err := r.ParseForm(); err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return nil, errTooLarge
		}
		return nil, errForm // the error may quote what was sent
	}
	fields := 0
	for name, values := range r.PostForm {
		fields += len(values)
		switch {
		case slices.Contains(lists, name):
		case !slices.Contains(once, name), len(values) != 1:
			return nil, errForm
		}
	}
	if fields > maxFields {
		return nil, errForm
	}
	return form(r.PostForm), nil
}

func (f form) get(name string) string {
	if v := f[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// text is a typed text on one line, without invisible characters: dictation
// and pasting leave them behind.
func (f form) text(name string) string { return tidy(f.get(name)) }

func tidy(s string) string {
	s = norm.NFC.String(strings.ToValidUTF8(s, ""))
	s = strings.Map(func(c rune) rune {
		switch {
		case unicode.IsSpace(c):
			return ' '
		case unicode.IsControl(c), unicode.Is(unicode.Cf, c):
			return -1
		}
		return c
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > maxText {
		s = string(r[:maxText])
	}
	return s
}
