package content

import (
	"fmt"
	"io/fs"
	"slices"
)

// Kind is what leads to a text.
type Kind string

// The kinds of links.tsv: see there.
const (
	OfTherapy Kind = "therapy"
	OfSubtype Kind = "subtype"
	OfVerdict Kind = "verdict"
	OfStatus  Kind = "status"
	OfFact    Kind = "fact"
	Notice    Kind = "notice"
	Reading   Kind = "reading"
	Diagram   Kind = "diagram"
)

var kinds = []Kind{OfTherapy, OfSubtype, OfVerdict, OfStatus, OfFact, Notice, Reading, Diagram}

// Target is a text, or a paragraph of it.
type Target struct{ Kind, Key, Slug, Paragraph string }

// Path is its address without the language.
func (t Target) Path() string {
	if t.Slug == "" {
		return ""
	}
	path := "/learn/" + t.Slug
	if t.Paragraph != "" {
		path += "#" + t.Paragraph
	}
	return path
}

func loadLinks(fsys fs.FS) (map[string][]Target, error) {
	rows, err := table(fsys, "links.tsv", "kind", "key", "slug", "paragraph")
	if err != nil {
		return nil, err
	}
	out := map[string][]Target{}
	for _, row := range rows {
		t := Target{row[0], row[1], row[2], row[3]}
		name := t.Kind + " " + t.Key
		if !slices.Contains(kinds, Kind(t.Kind)) || len(out[name]) > 0 && !slices.Contains([]Kind{Reading, Diagram}, Kind(t.Kind)) {
			return nil, fmt.Errorf("content: links.tsv: %s is of no kind, or stands twice", name)
		}
		out[name] = append(out[name], t)
	}
	return out, nil
}

// Link is where a word leads to, without the language; "" if nowhere.
func (l *Library) Link(kind Kind, key string) string {
	if to := l.links[string(kind)+" "+key]; len(to) > 0 {
		return to[0].Path()
	}
	return ""
}

// Reading are the texts that a reader of results should know.
func (l *Library) Reading(lang string) []*Text {
	var out []*Text
	for _, t := range l.links[string(Reading)+" "] {
		out = append(out, l.Text(lang, t.Slug))
	}
	return out
}

// Keys lists what of a kind leads to a text.
func (l *Library) Keys(kind Kind) []string {
	var out []string
	for _, ts := range l.links {
		if ts[0].Kind == string(kind) {
			out = append(out, ts[0].Key)
		}
	}
	slices.Sort(out)
	return out
}

// Diagrams names what is drawn below a paragraph.
func (l *Library) Diagrams(slug, paragraph string) []string {
	var out []string
	for _, name := range l.Keys(Diagram) {
		for _, t := range l.links[string(Diagram)+" "+name] {
			if t.Slug == slug && t.Paragraph == paragraph {
				out = append(out, name)
			}
		}
	}
	return out
}
