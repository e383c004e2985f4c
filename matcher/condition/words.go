package condition

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"trialfinder/matcher/lexicon"
)

// headSet names the set of words that several names can share.
const headSet = "heads"

// loadWords reads the phrases of registries and the words of people.
func (v *Vocabulary) loadWords(fsys fs.FS) error {
	sets, err := readSets(fsys)
	if err != nil {
		return err
	}
	rows, err := readTable(fsys, "words.tsv", "id", "use", "words")
	if err != nil {
		return err
	}
	for _, head := range sets[headSet] {
		v.heads[lexicon.Fold(head)] = true
	}
	for i := range v.conditions {
		for _, lang := range Languages() {
			v.addSpoken(i, lang, v.conditions[i].Names[lang], true)
		}
	}
	for _, row := range rows {
		if err := v.addWords(row[0], row[1], list(row[2], "|"), sets); err != nil {
			return err
		}
	}
	return nil
}

func readSets(fsys fs.FS) (map[string][]string, error) {
	rows, err := readTable(fsys, "sets.tsv", "name", "words")
	if err != nil {
		return nil, err
	}
	sets := make(map[string][]string, len(rows))
	for _, row := range rows {
		if _, ok := sets[row[0]]; ok {
			return nil, fmt.Errorf("condition: set %q twice", row[0])
		}
		sets[row[0]] = strings.Split(row[1], "|")
	}
	return sets, nil
}

func (v *Vocabulary) addWords(id, use string, words []string, sets map[string][]string) error {
	i, known := v.byID[id]
	if !known && (id != none || use != registryUse) {
		return fmt.Errorf("condition: words for unknown id %q (%s)", id, use)
	}
	if use != registryUse && !slices.Contains(Languages(), use) {
		return fmt.Errorf("condition: %s: unknown use %q", id, use)
	}
	if len(words) == 0 {
		return fmt.Errorf("condition: %s: no words for %s", id, use)
	}
	for _, word := range words {
		if lexicon.Fold(word) == "" {
			return fmt.Errorf("condition: %s: empty word for %s", id, use)
		}
		if use != registryUse {
			v.addSpoken(i, use, word, false)
			continue
		}
		if err := v.addPhrases(id, word, sets); err != nil {
			return err
		}
	}
	return nil
}

// phrase is what a registry phrase stands for, and how it must stand there.
type phrase struct {
	id       string
	capitals bool // its last word is an abbreviation that is also a word: "B-ALL"
}

// addPhrases lists all that a registry pattern stands for. Patterns of one
// illness may overlap.
func (v *Vocabulary) addPhrases(id, pattern string, sets map[string][]string) error {
	dst, value, bare := []*lexicon.Lexicon[phrase]{&v.listed, &v.phrases}, phrase{id: id}, pattern[1:]
	switch pattern[0] {
	case '=':
		dst = []*lexicon.Lexicon[phrase]{&v.whole}
	case '&':
		dst = []*lexicon.Lexicon[phrase]{&v.parts}
	case '*':
		dst = []*lexicon.Lexicon[phrase]{&v.listed}
	case '^':
		value.capitals = true
	default:
		bare = pattern
	}
	words, err := lexicon.Expand(bare, sets)
	if err != nil {
		return fmt.Errorf("condition: %s: %w", id, err)
	}
	for _, w := range words {
		for _, d := range dst {
			if !d.Add(w, value) {
				return fmt.Errorf("condition: %s: pattern %q gives an empty phrase", id, pattern)
			}
		}
	}
	return nil
}
