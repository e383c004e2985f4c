package content

import (
	"fmt"
	"slices"
	"strings"
)

// check holds the files to each other: whatever leads somewhere arrives.
func (l *Library) check() error {
	for lang, texts := range l.texts {
		for _, t := range texts {
			if err := l.checkText(lang, t); err != nil {
				return err
			}
		}
	}
	for name, targets := range l.links {
		for _, t := range targets {
			if !l.has(t.Slug, t.Paragraph) {
				return fmt.Errorf("content: links.tsv: %s: no %s#%s", name, t.Slug, t.Paragraph)
			}
		}
	}
	for _, e := range l.evidence {
		if !l.has(e.Slug, e.Paragraph) {
			return fmt.Errorf("content: evidence.tsv: %s: no %s#%s", e.ID, e.Slug, e.Paragraph)
		}
	}
	return nil
}

func (l *Library) checkText(lang string, t *Text) error {
	for _, to := range t.Related {
		if l.texts[lang][to] == nil || to == t.Slug {
			return fmt.Errorf("content: texts.tsv: %s: related to %q", t.Slug, to)
		}
	}
	for _, s := range t.Sections {
		for _, to := range s.leads {
			if !l.arrives(lang, t.Slug, to) {
				return fmt.Errorf("content: %s/%s.md: %s: a link to %q leads nowhere", lang, t.Slug, s.ID, to)
			}
		}
	}
	return nil
}

// arrives says whether a link of a text leads to a text or paragraph of the same language.
func (l *Library) arrives(lang, slug, to string) bool {
	if id, ok := strings.CutPrefix(to, "#"); ok {
		return l.has(slug, id)
	}
	path, ok := strings.CutPrefix(to, "/"+lang+"/learn/")
	if !ok {
		return false
	}
	slug, id, _ := strings.Cut(path, "#")
	return l.has(slug, id)
}

// has says whether there is such a text, and such a paragraph of it.
func (l *Library) has(slug, id string) bool {
	ids, ok := l.outline[slug]
	return ok && slices.Contains(l.slugs, slug) && (id == "" || slices.Contains(ids, id))
}
