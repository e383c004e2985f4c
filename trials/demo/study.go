package demo

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"unicode"
)

type object = map[string]any

// study is one listing, ready to be searched and sent.
type study struct {
	id      string
	aliases []string
	doc     object
	words   map[*piece][][]string // the folded words of each text

	// raw is the whole study as JSON on one line, made when it is first asked
	// for; a stamped study alone has it.
	raw func() ([]byte, error)
}

var canonicalID = regexp.MustCompile(`^NCT\d{8}$`)

func newStudy(id string, doc object, cat *catalogue) (*study, error) {
	if err := cat.checkPaths("", doc); err != nil {
		return nil, fmt.Errorf("%s: %w", id, err)
	}
	s := &study{id: id, doc: doc, words: map[*piece][][]string{}}
	if got := s.texts(cat.pieces["NCTId"]); !canonicalID.MatchString(id) || len(got) != 1 || got[0] != id {
		return nil, fmt.Errorf("nctId %q under the name %q", got, id)
	}
	s.aliases = s.texts(cat.pieces["NCTIdAlias"])
	for _, p := range cat.list {
		if p.kind != kindText {
			continue
		}
		for _, t := range s.texts(p) {
			s.words[p] = append(s.words[p], foldedWords(t))
		}
	}
	return s, nil
}

// stamped gives the study as one state of the data has it: the registry stamps
// every study with the day of its data, whether the study has changed or not.
// A client must not mistake that for a change.
func (s study) stamped(day string) *study {
	s.doc = merge(s.doc, object{"derivedSection": object{"miscInfoModule": object{"versionHolder": day}}})
	s.raw = sync.OnceValues(func() ([]byte, error) { return encode(s.doc) })
	return &s
}

// values gives all values of a piece, those inside lists one by one.
func (s *study) values(p *piece) []any {
	found := []any{s.doc}
	for _, key := range p.keys {
		var next []any
		for _, v := range found {
			if o, ok := v.(object); ok {
				next = appendFlat(next, o[key])
			}
		}
		found = next
	}
	return found
}

func appendFlat(to []any, v any) []any {
	switch v := v.(type) {
	case nil:
		return to
	case []any:
		return append(to, v...)
	}
	return append(to, v)
}

// texts gives the values of a leaf piece as they are written.
func (s *study) texts(p *piece) []string {
	var texts []string
	for _, v := range s.values(p) {
		switch v := v.(type) {
		case string:
			texts = append(texts, v)
		case json.Number:
			texts = append(texts, v.String())
		case bool:
			texts = append(texts, fmt.Sprint(v))
		}
	}
	return texts
}

// foldedWords splits a text into words that can be compared: lower case, and
// without the s of a plural.
func foldedWords(text string) []string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
	for i, w := range words {
		if len(w) > 3 && strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") {
			words[i] = strings.TrimSuffix(w, "s")
		}
	}
	return words
}
