package criteria

import (
	"slices"
	"strings"
)

// term is a state, treatment or event that an item speaks of, at element `at`.
type term struct {
	concept *concept
	at      int
}

// window is a stretch of time beside a term: within so many days, or at least so
// many days ago; elements [from, to).
type window struct {
	within   bool
	strict   bool
	from, to int
	number   float64
	unit     string
}

// termRule tells what a term and the words beside it say of a person. Words are
// the folded words of its part; it gives the words that chose the meaning, too.
func (r *clauseReader) termRule(t term, words []string, w *window) (Rule, *sense) {
	for i := range t.concept.senses {
		s := &t.concept.senses[i]
		if len(s.when) > 0 && !slices.ContainsFunc(s.when, func(when string) bool { return slices.Contains(words, when) }) {
			continue
		}
		if s.rule == nil || s.since != "" && slices.ContainsFunc(words, func(word string) bool { return slices.Contains(toCome, word) }) {
			return nil, nil
		}
		return r.timed(s, w), s
	}
	return nil, nil
}

// toCome are words that make of a treatment one that is needed, not one that was given.
var toCome = []string{"requiring", "requires", "require", "need", "needs", "needing", "required", "anticipated", "elective"}

// unaccounted gives the narrowing words that no sense of the concept knows: of
// "untreated or symptomatic", one has chosen the sense and the other is like it.
func (c *concept) unaccounted(words []string) []string {
	var rest []string
	for _, w := range words {
		if !slices.ContainsFunc(c.senses, func(s sense) bool { return slices.Contains(s.when, w) }) {
			rest = append(rest, w)
		}
	}
	return rest
}

// timed puts a window to what a sense says.
func (r *clauseReader) timed(s *sense, w *window) Rule {
	if w == nil {
		return s.rule
	}
	if s.since == "" {
		if a, ok := s.rule.(Atom); ok && a.Fact == "condition" {
			return All{s.rule, Unknown(r.words(w.from, w.to))}
		}
		// The fact tells of now; the words reach back.
		return Any{s.rule, Unknown(r.words(w.from, w.to))}
	}
	f, ok := r.facts.ByID(s.since)
	if !ok {
		return nil
	}
	v, err := r.units.Convert(s.since, w.number, w.unit, f.Unit)
	if err != nil || v < f.Min || v > f.Max {
		return All{s.rule, Unknown(r.words(w.from, w.to))}
	}
	a := Atom{Fact: s.since, Op: Lt, Value: Num(tidy(v)), Unit: f.Unit}
	if w.strict {
		a.Op = Le
	}
	if w.unit != f.Unit {
		number := w.number
		a.AsWritten = &AsWritten{Value: &number, Unit: w.unit}
	}
	if onlyTime(s) {
		return a // "it happened" says no more than its time does
	}
	return All{s.rule, a}
}

// onlyTime: the sense says that something happened at some time, and no more.
func onlyTime(s *sense) bool {
	only, ok := s.rule.(Not)
	if !ok {
		return false
	}
	inner, ok := only.Rule.(Atom)
	return ok && inner.Fact == s.since
}

func (r *clauseReader) words(from, to int) string {
	if from >= to {
		return ""
	}
	return strings.Join(strings.Fields(r.text[r.elems[from].Start:r.elems[to-1].End]), " ")
}

// timeUnits are the units of time, by what folds to them.
var timeUnits = map[string]string{
	"day": "d", "days": "d", "week": "wk", "weeks": "wk", "wk": "wk", "wks": "wk", "month": "mo", "months": "mo", "mo": "mo",
	"year": "a", "years": "a", "yr": "a", "yrs": "a", "hour": "h", "hours": "h", "hrs": "h",
}

// window reads a stretch of time that begins at element i: "within 4 weeks before
// the first dose", "at least 6 months ago", "≥ 3 months prior to screening".
func (r *clauseReader) window(i int) (window, bool) {
	j := i
	w := window{from: i}
	opened := false
	for j < i+3 {
		e := r.at(j)
		op, comparing := e.comparison()
		switch {
		case e.is(within):
			w.within, opened = true, true
		case comparing && (op == Lt || op == Le):
			w.within, opened = true, true
		case comparing:
			w.within, w.strict, opened = false, op == Gt, true
		default:
			op = ""
		}
		if !e.is(within) && op == "" {
			break
		}
		j++
	}
	v, ok := r.at(j).value(false)
	if !opened {
		return w, false
	}
	w.number, w.to = 1, j
	if ok {
		w.number, w.to = v, j+1
	}
	if r.at(w.to).sign("(") && r.at(w.to+2).sign(")") { // "four (4) weeks"
		w.to += 3
	}
	if r.at(w.to).sign("-") {
		w.to++
	}
	unit := timeUnits[strings.ToLower(r.word(w.to))]
	if unit == "" || !ok && !w.within {
		return w, false
	}
	w.unit, w.to = unit, w.to+1
	return r.anchored(w), true
}

// word is the first word of element i as it stands.
func (r *clauseReader) word(i int) string {
	if i >= len(r.elems) {
		return ""
	}
	e := r.elems[i]
	first, _, _ := strings.Cut(strings.TrimSpace(r.text[e.Start:e.End]), " ")
	return first
}

// anchored takes in what the time is counted from: "before the first dose of the
// study treatment".
func (r *clauseReader) anchored(w window) window {
	if !r.at(w.to).is(anchor) && !r.at(w.to).is(since) && !strings.HasPrefix(strings.ToLower(r.word(w.to)), "prior") {
		return w
	}
	// "at least 4 weeks since chemotherapy": what follows is the term itself.
	if !w.within && (r.at(w.to).is(since) && !r.at(w.to).is(anchor)) {
		w.to++
		return w
	}
	for n := 0; n < maxAnchor && w.to < len(r.elems); n++ {
		e := r.at(w.to)
		if e.is(orWord) || e.is(andWord) && !e.is(neutral) || e.is(except) || e.sign(",", ";", ".", ")", "(") || r.startsTerm(w, n) {
			break
		}
		w.to++
	}
	return w
}

// startsTerm: behind a window of "at least", a term may follow: "at least 4 weeks
// from prior chemotherapy".
func (r *clauseReader) startsTerm(w window, n int) bool {
	c := r.at(w.to).term()
	return !w.within && n <= 4 && c != nil && c.kind != "quantity"
}

const maxAnchor = 12
