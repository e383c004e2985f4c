package quick

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode"

	"trialfinder/matcher/criteria"
	"trialfinder/matcher/lexicon"
)

// maxWords is of how many words a name may be.
const maxWords = 6

// maxDrug is of how many words a treatment's name may be.
const maxDrug = 3

// word reads a name: the longest that is an illness or a town, or a treatment.
func (l *line) word() (int, []Answer) {
	ends := l.nameEnds()
	for _, end := range slices.Backward(ends) {
		if answers := l.place(l.name(end)); answers != nil {
			return end, answers
		}
		if answers := l.illness(l.name(end)); answers != nil {
			return end, answers
		}
	}
	at, id := l.at, ""
	for _, end := range ends[:min(len(ends), maxDrug)] {
		// More words are part of the name only where they make it another treatment.
		if got := l.treatment(l.name(end)); got != "" && got != id {
			at, id = end, got
		}
	}
	if id == "" {
		return l.at, nil
	}
	return at, []Answer{{id, json.RawMessage("true")}}
}

func (l *line) name(end int) string { return strings.TrimSpace(string(l.text[l.at:end])) }

// nameEnds are where a name may end: behind each of the next words, and behind each Chinese
// character of the first.
func (l *line) nameEnds() (ends []int) {
	for i := l.at + 1; i < l.wordEnd(l.at); i++ {
		if unicode.Is(unicode.Han, l.low[i-1]) {
			ends = append(ends, i)
		}
	}
	for i, n := l.at, 0; n < maxWords && i < len(l.low); n++ {
		i = l.wordEnd(i)
		ends = append(ends, i)
		for i < len(l.low) && unicode.IsSpace(l.low[i]) {
			i++
		}
	}
	return ends
}

func (l *line) wordEnd(i int) int {
	end := i + 1
	for end < len(l.low) && l.skip(end) == end {
		end++
	}
	return end
}

// named looks up what an abbreviation stands for.
func (l *line) named(name string) []Answer {
	if answers := l.illness(name); answers != nil {
		return answers
	}
	if id := l.treatment(name); id != "" {
		return []Answer{{id, json.RawMessage("true")}}
	}
	return nil
}

func (l *line) illness(name string) []Answer {
	if len([]rune(name)) < 2 {
		return nil
	}
	found := ""
	for _, c := range l.matcher.Conditions.All() {
		switch {
		case l.matcher.Conditions.Called(c.ID, name):
			return []Answer{{"condition", quoted([]string{c.ID})}}
		case found == "" && l.matcher.Conditions.Spoken(c.ID, name):
			found = c.ID
		}
	}
	if found == "" {
		return nil
	}
	return []Answer{{"condition", quoted([]string{found})}}
}

// place finds a town by its whole name: an address is none.
func (l *line) place(name string) []Answer {
	rs := []rune(name)
	if l.towns == nil || len(rs) < 2 || len(rs) < 3 && !unicode.Is(unicode.Han, rs[0]) || unicode.IsDigit(rs[0]) {
		return nil
	}
	t, ok := l.towns.Find(name, "")
	if !ok || !slices.ContainsFunc(append(t.Aliases, t.Name), func(a string) bool { return lexicon.Fold(a) == lexicon.Fold(name) }) {
		return nil
	}
	return []Answer{{"country", quoted(t.Country)}, {"place", quoted(t.Name)}}
}

// treatment asks the reader of eligibility texts which treatment a name is: what it reads of a
// ban on it is true of somebody who had it.
func (l *line) treatment(name string) string {
	if len([]rune(name)) < 3 || strings.Trim(name, "0123456789.,+-%<>") == "" {
		return ""
	}
	for _, c := range l.matcher.ReadText("Exclusion Criteria:\n\n* Prior treatment with " + name + "\n") {
		rule := c.Rule
		if all, ok := rule.(criteria.All); ok {
			rule = all[0]
		}
		atom, ok := rule.(criteria.Atom)
		if ok && strings.HasPrefix(atom.Fact, "prior_") && atom.Op == criteria.Eq && atom.Value.Kind == criteria.BoolOperand && atom.Value.Bool {
			return atom.Fact
		}
	}
	return ""
}
