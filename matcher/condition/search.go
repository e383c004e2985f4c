package condition

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"trialfinder/matcher/lexicon"
)

// Suggestion is an illness that may be the one looked for: its name in the
// reader's language, and the name or word that matched.
type Suggestion struct {
	ID, Name, Matched string
}

// entry is one name or word of people, ready for search.
type entry struct {
	condition int
	lang      string
	name      bool
	text      string
	tokens    [][]rune
	joined    []rune // the tokens in one: "non hodgkin" as "nonhodgkin"
}

// Kinds of hit, best first.
const (
	hitExact = iota
	hitPrefix
	hitInside // the query is longer, and names the illness somewhere
	hitFuzzy
	hitNone
)

// hit is an entry with what ranks it.
type hit struct {
	entry   *entry
	kind    int
	slips   int
	foreign bool // not in the reader's language
	later   bool // matched, but not from its first word
	extra   int  // letters that one of the two has more
}

func (v *Vocabulary) addSpoken(condition int, lang, text string, name bool) {
	v.spoken.Add(text, len(v.entries))
	v.entries = append(v.entries, newEntry(condition, lang, text, name))
}

func newEntry(condition int, lang, text string, name bool) entry {
	e := entry{condition: condition, lang: lang, name: name, text: text}
	for _, t := range lexicon.Tokens(text) {
		e.tokens = append(e.tokens, []rune(t.Text))
		e.joined = append(e.joined, []rune(t.Text)...)
	}
	return e
}

// Search finds illnesses by what a person types, in any of the languages: a
// name, a lay word, an abbreviation, its beginning, or one with small slips.
// The reader's own language comes first; limit 0 is no limit.
func (v *Vocabulary) Search(query, lang string, limit int) []Suggestion {
	q := newQuery(query)
	if len(q.joined) == 0 {
		return nil
	}
	hits := v.hitsInside(query, lang)
	exact := false
	for i := range v.entries {
		e := &v.entries[i]
		if kind, later := q.match(e); kind != hitNone {
			hits = append(hits, hit{entry: e, kind: kind, later: later, foreign: e.lang != lang})
			exact = exact || kind == hitExact
		}
	}
	if !exact {
		// Who wrote it right did not mean the neighbour one slip away.
		hits = append(hits, v.hitsWithSlips(q, lang)...)
	}
	for i := range hits {
		n := len(hits[i].entry.joined)
		hits[i].extra = max(len(q.joined)-n, n-len(q.joined))
	}
	slices.SortStableFunc(hits, compareHits)
	return v.suggest(hits, lang, limit)
}

func (v *Vocabulary) hitsWithSlips(q query, lang string) []hit {
	var out []hit
	for i := range v.entries {
		e := &v.entries[i]
		if n, ok := q.slipsTo(e); ok {
			out = append(out, hit{entry: e, kind: hitFuzzy, slips: n, foreign: e.lang != lang})
		}
	}
	return out
}

func (v *Vocabulary) suggest(hits []hit, lang string, limit int) []Suggestion {
	var out []Suggestion
	seen := map[int]bool{}
	for _, h := range hits {
		if limit > 0 && len(out) == limit {
			break
		}
		if seen[h.entry.condition] {
			continue
		}
		seen[h.entry.condition] = true
		id := v.conditions[h.entry.condition].ID
		out = append(out, Suggestion{ID: id, Name: v.Name(id, lang), Matched: h.entry.text})
	}
	return out
}

// hitsInside reads the query as a sentence. Registry phrases serve here too:
// people paste what is written in their papers.
func (v *Vocabulary) hitsInside(query, lang string) []hit {
	var out []hit
	for _, m := range v.spoken.Find(query) {
		for _, i := range m.Values {
			e := &v.entries[i]
			out = append(out, hit{entry: e, kind: hitInside, foreign: e.lang != lang})
		}
	}
	for _, f := range v.MapText(query) {
		e := newEntry(v.byID[f.ID], "", f.Text, false)
		out = append(out, hit{entry: &e, kind: hitInside, foreign: true})
	}
	return out
}

type query struct {
	tokens [][]rune
	joined []rune
	han    bool
}

func newQuery(text string) query {
	var q query
	for _, t := range lexicon.Tokens(text) {
		word := []rune(t.Text)
		q.tokens = append(q.tokens, word)
		q.joined = append(q.joined, word...)
		q.han = q.han || unicode.Is(unicode.Han, word[0])
	}
	return q
}

// match tells how the query hits e without slips; later, if not from its first
// word.
func (q query) match(e *entry) (kind int, later bool) {
	switch {
	case slices.Equal(q.joined, e.joined):
		return hitExact, false
	case hasPrefix(e.joined, q.joined):
		return hitPrefix, false
	case q.han && strings.Contains(string(e.joined), string(q.joined)):
		// Chinese has no word borders to hold a beginning to.
		return hitPrefix, true
	case !q.han && q.beginsWords(e):
		return hitPrefix, true
	}
	return hitNone, false
}

// beginsWords reports whether each word typed begins some word of e.
func (q query) beginsWords(e *entry) bool {
	return !slices.ContainsFunc(q.tokens, func(typed []rune) bool {
		return !slices.ContainsFunc(e.tokens, func(word []rune) bool { return hasPrefix(word, typed) })
	})
}

// slipsTo counts the slips with which the query is e, word by word or with the
// words run together.
func (q query) slipsTo(e *entry) (int, bool) {
	limit := lexicon.Slips(len(q.joined))
	best := lexicon.Distance(q.joined, e.joined, limit, false)
	if n, ok := q.slipsByWord(e); ok && n < best {
		return n, true
	}
	return best, best <= limit
}

func (q query) slipsByWord(e *entry) (int, bool) {
	total := 0
	for _, typed := range q.tokens {
		limit := lexicon.Slips(len(typed))
		best := limit + 1
		for _, word := range e.tokens {
			best = min(best, lexicon.Distance(typed, word, limit, true))
		}
		if best > limit {
			return 0, false
		}
		total += best
	}
	return total, true
}

func hasPrefix(s, prefix []rune) bool {
	return len(s) >= len(prefix) && slices.Equal(s[:len(prefix)], prefix)
}

func compareHits(a, b hit) int {
	length := cmp.Compare(a.extra, b.extra)
	inside := 0
	if a.kind == hitInside && b.kind == hitInside {
		inside = length // the longer words say more than the language they are in
	}
	return cmp.Or(
		cmp.Compare(a.kind, b.kind),
		inside,
		cmp.Compare(a.slips, b.slips),
		compareBool(a.foreign, b.foreign),
		compareBool(a.later, b.later),
		length,
		compareBool(!a.entry.name, !b.entry.name),
		cmp.Compare(a.entry.condition, b.entry.condition),
	)
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// Spoken reports whether a phrase is a name of the illness or a word that people use
// for it; other registry wordings may mean something narrower.
func (v *Vocabulary) Spoken(id, phrase string) bool {
	for _, i := range v.spoken.Exact(phrase) {
		if v.conditions[v.entries[i].condition].ID == id {
			return true
		}
	}
	return false
}

// Called reports whether a phrase is the name of the illness, and not only a word
// for it or for something narrower.
func (v *Vocabulary) Called(id, phrase string) bool {
	for _, i := range v.spoken.Exact(phrase) {
		if e := v.entries[i]; e.name && v.conditions[e.condition].ID == id {
			return true
		}
	}
	return false
}
