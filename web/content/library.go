package content

import (
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"slices"

	"trialfinder/trials"
)

//go:embed *.tsv en da nl fr zh
var files embed.FS

// languages are those in which every text is there, English first.
var languages = [...]string{"en", "da", "nl", "fr", "zh"}

// Glossary is the slug of the list of words.
const Glossary = "glossary"

// Text is one explanatory text in one language.
type Text struct {
	Slug, Group    string
	Therapies      []string // those that it explains
	Related        []string // slugs
	Front          bool     // its title stands on the start page and in the footer
	Title, Summary string
	Author         string
	CheckedBy      string // "" = nobody yet
	LastChecked    trials.Date
	ReviewBy       trials.Date
	SignedOff      bool
	Sources        []Source
	Sections       []Section
}

// Section is one paragraph with its heading.
type Section struct {
	ID, Title string
	Body      template.HTML // made by goldmark of our own files, raw HTML refused
	Plain     string        // the same without marks, one block a line
	leads     []string      // where its links lead
}

// Source is where a fact comes from.
type Source struct{ ID, Title, Publisher, Year, URL string }

// Group is texts that belong together.
type Group struct {
	ID    string
	Texts []*Text
}

// Library is all texts. It is read-only and safe for concurrent use.
type Library struct {
	slugs    []string                    // in the order in which they are offered, the glossary last
	texts    map[string]map[string]*Text // language → slug
	links    map[string][]Target         // kind and key → where they lead
	evidence []Evidence
	sources  map[string]Source
	outline  map[string][]string
}

// Load reads the embedded texts.
func Load() (*Library, error) { return load(files) }

func load(fsys fs.FS) (*Library, error) {
	l := &Library{texts: map[string]map[string]*Text{}}
	var err error
	if l.sources, err = loadSources(fsys); err != nil {
		return nil, err
	}
	if l.outline, err = loadOutline(fsys); err != nil {
		return nil, err
	}
	list, err := loadList(fsys)
	if err != nil {
		return nil, err
	}
	for _, one := range list {
		l.slugs = append(l.slugs, one.Slug)
	}
	for _, lang := range languages {
		if err := l.loadLanguage(fsys, lang, list); err != nil {
			return nil, err
		}
	}
	if l.links, err = loadLinks(fsys); err != nil {
		return nil, err
	}
	if l.evidence, err = l.loadEvidence(fsys); err != nil {
		return nil, err
	}
	return l, l.check()
}

// loadLanguage reads the glossary first: its words are explained in the texts.
func (l *Library) loadLanguage(fsys fs.FS, lang string, list []Text) error {
	l.texts[lang] = map[string]*Text{}
	glossary, err := l.loadText(fsys, lang, list[len(list)-1], nil)
	if err != nil {
		return err
	}
	terms, err := loadTerms(fsys, lang, glossary)
	if err != nil {
		return err
	}
	l.texts[lang][Glossary] = glossary
	for _, one := range list[:len(list)-1] {
		if l.texts[lang][one.Slug], err = l.loadText(fsys, lang, one, terms); err != nil {
			return err
		}
	}
	return nil
}

func (l *Library) loadText(fsys fs.FS, lang string, t Text, w *terms) (*Text, error) {
	file := lang + "/" + t.Slug + ".md"
	b, err := fs.ReadFile(fsys, file)
	if err != nil {
		return nil, fmt.Errorf("content: %w", err)
	}
	body, err := t.readHead(string(b), l.sources)
	if err != nil {
		return nil, fmt.Errorf("content: %s: %w", file, err)
	}
	if t.Sections, err = sections([]byte(body), lang, w); err != nil {
		return nil, fmt.Errorf("content: %s: %w", file, err)
	}
	var ids []string
	for _, s := range t.Sections {
		ids = append(ids, s.ID)
	}
	if want := l.outline[t.Slug]; !slices.Equal(ids, want) {
		return nil, fmt.Errorf("content: %s: the paragraphs are %v, the outline has %v", file, ids, want)
	}
	return &t, nil
}

// Languages are those of the texts.
func (l *Library) Languages() []string { return slices.Clone(languages[:]) }

// Slugs are all texts' names in their order; the glossary is the last.
func (l *Library) Slugs() []string { return slices.Clone(l.slugs) }

// Text is a text in a language; nil if there is none.
func (l *Library) Text(lang, slug string) *Text { return l.texts[lang][slug] }

// Groups lists the texts of a language as they are offered, without the glossary.
func (l *Library) Groups(lang string) []Group {
	var out []Group
	for _, slug := range l.slugs {
		t := l.texts[lang][slug]
		if slug == Glossary {
			continue
		}
		if len(out) == 0 || out[len(out)-1].ID != t.Group {
			out = append(out, Group{ID: t.Group})
		}
		last := &out[len(out)-1]
		last.Texts = append(last.Texts, t)
	}
	return out
}

// Passages are the parts of all texts, for the search.
func (l *Library) Passages() []trials.Passage {
	var out []trials.Passage
	for _, lang := range languages {
		for _, slug := range l.slugs {
			t := l.texts[lang][slug]
			out = append(out, trials.Passage{Lang: lang, Slug: slug, Title: t.Title, Text: t.Summary})
			for _, s := range t.Sections {
				out = append(out, trials.Passage{Lang: lang, Slug: slug, ID: s.ID, Title: t.Title, Heading: s.Title, Text: s.Plain})
			}
		}
	}
	return out
}
