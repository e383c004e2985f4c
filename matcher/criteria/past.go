package criteria

import (
	"slices"

	"trialfinder/matcher/fact"
)

// passes: a fact of the rule tells only whether a state is there now, which may have been
// there before; of others it asks for what is over, too.
func (r *clauseReader) passes(rule Rule) bool {
	now, over := false, false
	Walk(rule, func(a Atom) {
		f, known := r.facts.ByID(a.Fact)
		now = now || known && f.Changes != fact.Never && !f.Grows()
		over = over || slices.ContainsFunc(append(slices.Clip(a.Value.List), a.Value.Text), func(v string) bool { return isOver[v] })
	})
	return now && !over
}

// isOver are values of what was, and need not be now.
var isOver = map[string]bool{"past": true, "treated": true, "treated_stable": true, "inactive": true}

// onceThere: the words tell that a state was there at some time, "history of arrhythmia", and
// its fact only whether it is there now.
func (r *clauseReader) onceThere(t term, rule Rule, p *part, of *sentence) bool {
	if t.concept.kind != "state" || r.vocabulary.drugStates.has(t.concept.code) || r.vocabulary.strayed.has(t.concept.code) || r.vocabulary.now.some(p.words) || slices.Contains(p.words, "active") {
		return false
	}
	return (r.toldAsPast(t.at) || r.toldAsPast(of.headOf(p))) && r.passes(rule)
}

// headOf is the place of the first term of the clause that a part is of, or -1.
func (s *sentence) headOf(p *part) int {
	for i := range s.parts {
		if o := &s.parts[i]; o.clause == p.clause && len(o.terms) > 0 {
			return o.terms[0].at
		}
	}
	return -1
}

// notOfPast are words that make of the one before them something else: "prior to", "previously
// documented".
var notOfPast = map[string]bool{"to": true, "documented": true, "confirmed": true, "diagnosed": true, "known": true}

// toldAsPast: shortly before element `at` stands a word that tells that what follows was.
func (r *clauseReader) toldAsPast(at int) bool {
	for i := at - 1; i >= max(0, at-2*maxFiller); i-- {
		e := r.at(i)
		if e.term() != nil || e.sign(",", ";", ".", ":") {
			return false
		}
		for k := e.from; k < e.to; k++ {
			if r.vocabulary.was.has(r.toks[k].Text) && (k+1 == len(r.toks) || !notOfPast[r.toks[k+1].Text]) {
				return true
			}
		}
	}
	return false
}
