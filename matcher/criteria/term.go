package criteria

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// term is a state, treatment or event that an item speaks of, at element `at`.
type term struct {
	concept *concept
	at      int
}

// conditional: before a "must", the term tells of whom something is asked.
func (t term) conditional() bool {
	return t.concept.kind == "illness" || t.concept.kind == "state" && !t.concept.senses[0].demanded
}

// termRule tells what a term and the words beside it say of a person. Words are
// the folded words of its part, excused those of the sentence's exception; it gives
// the sense that they chose, too.
func (r *clauseReader) termRule(t term, words, excused []string, w *window) (Rule, *sense) {
	held := marksOf(words)
	for i := range t.concept.senses {
		s := &t.concept.senses[i]
		if len(s.when) > 0 && s.marks&held == 0 {
			continue // as it is with most
		}
		if len(s.when) > 0 && t.concept.kind == "illness" && r.kind == Inclusion && !r.standsBefore(s.when, t) {
			continue // "lung cancer after prior chemotherapy" is no prior lung cancer
		}
		if len(s.when) > 0 && !slices.ContainsFunc(s.when, func(when string) bool { return r.stands(when, words, excused, w != nil) }) {
			continue
		}
		if s.rule == nil || s.since != "" && r.toCome(t, words) {
			return nil, nil
		}
		return r.timed(t.concept, s, w), s
	}
	return nil, nil
}

// Words have one of 63 marks, by which most of those that choose no sense are told. The last
// mark stands for whatever else may choose one.
const otherwise uint64 = 1 << 63

func marksOf(words []string) uint64 {
	marks := otherwise
	for _, w := range words {
		marks |= 1 << ((uint(w[0])*7 + uint(w[len(w)-1])*3 + uint(len(w))) % 63)
	}
	return marks
}

// marksOfSense are the marks of the words that choose a sense.
func marksOfSense(when []string) uint64 {
	marks := marksOf(when)
	if !slices.ContainsFunc(when, func(w string) bool { return w[0] == '~' || w[0] == '@' || strings.Contains(w, "+") }) {
		marks &^= otherwise
	}
	return marks
}

// standsBefore: one of the words stands shortly before the term.
func (r *clauseReader) standsBefore(when []string, t term) bool {
	for i := t.at - 1; i >= max(0, t.at-maxFiller); i-- {
		e := r.at(i)
		if slices.ContainsFunc(r.toks[e.from:e.to], func(t token) bool { return slices.Contains(when, t.Text) }) {
			return true
		}
	}
	return false
}

// toCome: a word makes of the treatment one that is needed, and stands outside its name.
func (r *clauseReader) toCome(t term, words []string) bool {
	own := r.words(t.at, t.at+1)
	return slices.ContainsFunc(words, func(word string) bool {
		return r.vocabulary.toCome.has(word) && !strings.Contains(strings.ToLower(own), word)
	})
}

// stands: a word that chooses a sense stands where meanings.tsv wants it.
func (r *clauseReader) stands(when string, words, excused []string, timed bool) bool {
	if strings.IndexByte(when, '+') > 0 {
		all := strings.Split(when, "+")
		return !slices.ContainsFunc(all, func(w string) bool { return !(slices.Contains(words, w) || w == "@timed" && timed) })
	}
	switch when[0] {
	case '~':
		return slices.Contains(excused, when[1:])
	case '@':
		if when == "@timed" {
			return timed
		}
		cancer, told := r.walk.tellsCancer()
		if when == "@perhaps" {
			return !told
		}
		return (when == "@cancer") == cancer
	}
	return slices.Contains(words, when)
}

// also gives what another sense says where one of the words chooses it and an "or"
// stands beside: "active or history of".
func (c *concept) also(words []string, chosen *sense) Rule {
	if len(words) != 2 || words[1] != "or" {
		return nil
	}
	if last := c.senses[len(c.senses)-1]; slices.Contains(chosen.when, words[0]) && last.when == nil && !last.narrow && !last.wide {
		return last.rule // "symptomatic or known"
	}
	for i := range c.senses {
		if s := &c.senses[i]; slices.Contains(s.when, words[0]) && !s.wide && !s.narrow && s != chosen {
			return s.rule
		}
	}
	return nil
}

// unaccounted gives the narrowing words that no sense of the concept knows: of
// "untreated or symptomatic", one has chosen the sense and the other is like it.
func (c *concept) unaccounted(words []string, chosen *sense) []string {
	var rest []string
	for _, w := range words {
		if w != "or" && !slices.ContainsFunc(c.senses, func(s sense) bool { return slices.Contains(s.when, w) && equal(s.rule, chosen.rule) }) {
			rest = append(rest, w)
		}
	}
	return rest
}

func (r *clauseReader) words(from, to int) string {
	if from >= to {
		return ""
	}
	return oneLine(r.text[r.elems[from].Start:r.elems[to-1].End])
}

// whole is the item as a leaf of which nothing is known.
func (r *clauseReader) whole() Unknown { return Unknown(oneLine(r.text)) }

// oneLine gives s with single spaces between its words.
func oneLine(s string) string {
	for i := range len(s) {
		c := s[i]
		if c >= utf8.RuneSelf || c < ' ' || c == ' ' && (i == 0 || i+1 == len(s) || s[i+1] == ' ') {
			return strings.Join(strings.Fields(s), " ")
		}
	}
	return s
}

// headsNext: behind what an item says stands only the head of what follows it: "At least 7 days
// since cytokines Chemotherapy:".
func (r *clauseReader) headsNext(i int) bool {
	return i > 0 && i+2 == len(r.elems) && r.at(i+1).sign(":") && r.kind == Inclusion && len(r.bounds)+len(r.windows)+len(r.terms) > 0
}
