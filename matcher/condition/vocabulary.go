package condition

import (
	"maps"
	"slices"

	"trialfinder/matcher/lexicon"
)

// Condition is one illness of the vocabulary.
type Condition struct {
	ID      string
	Parents []string          // the wider illnesses right above it
	Group   string            // the heading under which it is listed
	MeSH    []string          // MeSH descriptors that mean just this illness
	Names   map[string]string // language → plain name
}

// Group is a heading of the list to browse, with its illnesses in file order.
type Group struct {
	ID         string
	Names      map[string]string
	Conditions []string
}

// Vocabulary holds all illnesses. It is read-only once loaded, and safe for use
// by any number of goroutines.
type Vocabulary struct {
	conditions []Condition
	byID       map[string]int
	ancestors  map[string][]string // nearest first
	children   map[string][]string
	groups     []Group
	mesh       map[string]string       // canonical descriptor → id
	listed     lexicon.Lexicon[phrase] // phrases of conditions, titles and keywords
	phrases    lexicon.Lexicon[phrase] // those among them that mean the illness in running text too
	whole      lexicon.Lexicon[phrase] // phrases that count only as the whole string
	parts      lexicon.Lexicon[phrase] // "breast" in "breast or lung cancer"
	heads      map[string]bool         // the words so shared
	spoken     lexicon.Lexicon[int]    // names and words of people → entry
	entries    []entry
}

// Languages are the languages in which every illness has a name.
func Languages() []string { return []string{"en", "da", "nl", "fr", "zh"} }

// All gives the illnesses in the order of the data file.
func (v *Vocabulary) All() []Condition {
	out := make([]Condition, len(v.conditions))
	for i := range v.conditions {
		out[i] = v.conditions[i].clone()
	}
	return out
}

// ByID gives one illness.
func (v *Vocabulary) ByID(id string) (Condition, bool) {
	i, ok := v.byID[id]
	if !ok {
		return Condition{}, false
	}
	return v.conditions[i].clone(), true
}

// Name gives the plain name in a language, in English where the language is not
// known, and the id itself where the illness is not.
func (v *Vocabulary) Name(id, lang string) string {
	i, ok := v.byID[id]
	if !ok {
		return id
	}
	names := v.conditions[i].Names
	if name := names[lang]; name != "" {
		return name
	}
	return names["en"]
}

// IsA reports whether id is ancestor or a kind of it.
func (v *Vocabulary) IsA(id, ancestor string) bool {
	if _, ok := v.byID[id]; !ok {
		return false
	}
	return id == ancestor || slices.Contains(v.ancestors[id], ancestor)
}

// Ancestors gives the wider illnesses above id, nearest first.
func (v *Vocabulary) Ancestors(id string) []string { return slices.Clone(v.ancestors[id]) }

// Children gives the narrower illnesses right below id, in file order.
func (v *Vocabulary) Children(id string) []string { return slices.Clone(v.children[id]) }

// Groups gives the headings in file order.
func (v *Vocabulary) Groups() []Group {
	out := slices.Clone(v.groups)
	for i := range out {
		out[i].Names = maps.Clone(out[i].Names)
		out[i].Conditions = slices.Clone(out[i].Conditions)
	}
	return out
}

func (c Condition) clone() Condition {
	c.Parents = slices.Clone(c.Parents)
	c.MeSH = slices.Clone(c.MeSH)
	c.Names = maps.Clone(c.Names)
	return c
}

// Index gives the place of an illness in file order.
func (v *Vocabulary) Index(id string) (int, bool) {
	i, ok := v.byID[id]
	return i, ok
}

// Descendants gives the kinds of an illness, in file order.
func (v *Vocabulary) Descendants(id string) []string {
	var out []string
	for i := range v.conditions {
		if slices.Contains(v.ancestors[v.conditions[i].ID], id) {
			out = append(out, v.conditions[i].ID)
		}
	}
	return out
}
