package fact

import (
	"fmt"
	"maps"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Who is whom the questions are about: the reader, the reader's child or somebody else.
type Who string

// The three, Self being the zero value.
const (
	Self  Who = ""
	Child Who = "child"
	Other Who = "other"
)

// others are the labels for persons who are not the reader, by who, fact and language.
type others map[Who]map[string]map[string]Label

// Label is what a fact is called in a language, worded for whom it is about.
func (c *Catalogue) Label(f Fact, lang string, who Who) Label {
	if l, ok := c.others[who][f.ID][lang]; ok {
		return l
	}
	return f.Labels[lang]
}

// readWho reads the words for the person that the labels of others leave open: in a
// question the reader is spoken to ("your child"), in an answer the reader speaks.
func (c *Catalogue) readWho(rows [][]string) error {
	c.who = map[Who]map[string][]string{Child: {}, Other: {}}
	for _, row := range rows {
		who := Who(row[0])
		if c.who[who] == nil || row[1] == "" {
			return fmt.Errorf("%q: want child or other, and what stands for them", row[0])
		}
		for n, lang := range Languages {
			c.who[who][lang] = append(c.who[who][lang], row[1], row[n+2])
		}
	}
	return nil
}

// readOthers reads the labels that are worded otherwise where the facts are another
// person's. All that are not there are the same for everybody.
func (c *Catalogue) readOthers(rows [][]string) error {
	c.others = others{}
	for who := range c.who {
		c.others[who] = map[string]map[string]Label{}
	}
	for _, row := range rows {
		id, part, _ := strings.Cut(row[0], ".")
		f, ok := c.ByID(id)
		if !ok {
			return fmt.Errorf("key %q: unknown fact", row[0])
		}
		for who, words := range c.who {
			if c.others[who][id] == nil {
				c.others[who][id] = map[string]Label{}
			}
			for n, lang := range Languages {
				text := strings.NewReplacer(words[lang]...).Replace(row[n+1])
				if text == "" || strings.ContainsAny(text, "{}") {
					return fmt.Errorf("key %q: %q in %s: no text, or a word for the person that who.tsv has not", row[0], text, lang)
				}
				l := c.Label(f, lang, who)
				l.Values = maps.Clone(l.Values)
				c.others[who][id][lang] = l.with(part, capitalised(text))
			}
		}
	}
	return nil
}

func capitalised(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}
