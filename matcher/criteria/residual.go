package criteria

import (
	"slices"
	"strings"
)

// residual reads what is left of the side effects of earlier treatment: "recovered
// from all toxicities to grade 1 or less". The treatments that it names are only
// where the side effects came from.
func (r *clauseReader) residual() Rule {
	if r.first(0, len(r.elems), isToxicity) < 0 {
		return nil
	}
	from, to := r.firstSentence()
	toxicity := r.first(from, to, isToxicity)
	if toxicity < 0 {
		return nil
	}
	settled := r.first(from, to, func(e *element) bool { return e.is(recovered) })
	lasting := r.first(from, to, func(e *element) bool { return e.is(lasting) })
	grade, at, after := r.grade(from, to)
	if grade == nil || settled < 0 && lasting < 0 || settled >= 0 && settled > at {
		return nil
	}
	if settled >= 0 && r.of(settled, at) {
		grade.Op, grade.Value = Lt, Num(r.lowestGrade(at, after)) // "recovered from grade 3-4 toxicity"
	}
	denied := r.first(from, max(settled, lasting), func(e *element) bool { return e.is(notWord) }) >= 0
	unless := settled >= 0 && r.first(from, settled, func(e *element) bool { return e.is(except) && !e.is(causes) }) >= 0
	rule := gradeRule(*grade, r.kind, settled >= 0, lasting >= 0, denied, unless)
	if rule == nil {
		return nil
	}
	if r.kind == Exclusion && r.bannedBefore(max(settled, 0)) {
		return Any{All{rule, r.whole()}, Unknown(r.words(from, settled))}
	}
	elapsed := len(r.windows) > 0 || settled >= 0 && r.first(from, settled, func(e *element) bool { return e.is(since) }) >= 0
	if r.kind == Inclusion && elapsed && !r.onlyResidual(from, to, at, after) {
		return undecided(rule, r.whole()) // "four weeks since the last therapy, and recovered to grade 1"
	}
	if r.kind == Exclusion && (settled < 0 && r.orBetween(after, lasting) || r.first(from, toxicity, otherIllness) >= 0) {
		return undecided(rule, r.whole()) // "pneumonitis, autoimmune disease or lasting toxicity", "any grade 3 event, or any that lasts"
	}
	if r.kind == Exclusion && r.bansMoreBehind(after, to) {
		return undecided(rule, r.whole()) // "lasting toxicity, having neuropathy, and those who had grade 3 events"
	}
	if !r.onlyResidual(from, to, at, after) || to < len(r.elems) {
		return r.softened(rule, r.whole())
	}
	return rule
}

// otherIllness: the element names an illness or a state that is no side effect.
func otherIllness(e *element) bool {
	c := e.term()
	return c != nil && (c.kind == "state" || c.kind == "illness") && c.code != "toxicity_grade" && !isToxicity(e)
}

// bansMoreBehind: outside of brackets and before any exception something else is banned as well.
func (r *clauseReader) bansMoreBehind(from, to int) bool {
	depth := 0
	for i := from; i+1 < to; i++ {
		e, next := r.at(i), r.at(i+1)
		switch {
		case e.sign("(", "["):
			depth++
		case e.sign(")", "]"):
			depth--
		case depth > 0:
		case e.is(except) && !e.is(causes):
			return false
		case (e.sign(",") || e.is(orWord|andWord)) && (next.Text == "having" || next.Text == "those" || next.Text == "who" || r.vocabulary.people.has(next.Text)):
			return true
		}
	}
	return false
}

// orBetween: an "or" stands between two elements.
func (r *clauseReader) orBetween(from, to int) bool {
	return r.first(from, to, func(e *element) bool { return e.is(orWord) }) >= 0
}

// of: the grade at element `at` is that of the side effects which are over.
func (r *clauseReader) of(settled, at int) bool {
	from := false
	for i := settled + 1; i < at; i++ {
		from = from || r.at(i).Text == "from"
		if r.at(i).is(toWord) && r.at(i).Text == "to" {
			return false
		}
	}
	_, comparing := r.at(at).comparison()
	return from && !comparing
}

// lowestGrade is the lowest of the grades among elements [at, after).
func (r *clauseReader) lowestGrade(at, after int) float64 {
	lowest := 5.0
	for i := at; i < after; i++ {
		if v, ok := r.at(i).value(true); ok {
			lowest = min(lowest, v)
		}
	}
	return lowest
}

// gradeRule turns the grade that is compared into what is demanded or banned: whether
// side effects are over ("recovered") or last is said, denied, or an exception.
func gradeRule(grade Atom, kind Kind, settled, lasting, denied, unless bool) Rule {
	upper := grade.Op == Le || grade.Op == Lt
	switch {
	case kind == Inclusion && upper && !denied && !unless && settled:
		return grade
	case kind == Inclusion && !upper && denied:
		return Not{grade}
	case kind == Exclusion && upper && settled && denied != unless:
		return Not{grade}
	case kind == Exclusion && !upper && (lasting || denied):
		return grade
	}
	return nil
}

// bannedBefore: an "or" before element i ends another ban: "chemotherapy within 2 weeks or
// who has not recovered from side effects".
func (r *clauseReader) bannedBefore(i int) bool {
	named := false
	for k := 0; k < i; k++ {
		e := r.at(k)
		if c := e.term(); c != nil && (c.kind == "treatment" || c.kind == "event") {
			named = true
		}
		if named && e.is(orWord) {
			for _, w := range r.windows {
				if w.from < k {
					return true
				}
			}
		}
	}
	return false
}

func isToxicity(e *element) bool {
	return e.concept != nil && e.concept.code == "toxicity_grade"
}

// firstSentence gives the elements up to the first full stop or semicolon.
func (r *clauseReader) firstSentence() (from, to int) {
	c := cutter{r: r}
	for i := range r.elems {
		e := &r.elems[i]
		if e.sign(";") || e.sign(".") && c.ends(e) {
			if i == len(r.elems)-1 {
				break
			}
			return 0, i
		}
	}
	return 0, len(r.elems)
}

// first gives the first of elements [from, to) that is so, or -1.
func (r *clauseReader) first(from, to int, is func(*element) bool) int {
	for i := from; i < to; i++ {
		if is(r.at(i)) {
			return i
		}
	}
	return -1
}

// grade reads the first comparison of a grade, "≤ grade 1", "grade 1 or less", "to
// grade 1", and the elements [at, after) that it takes.
func (r *clauseReader) grade(from, to int) (bounded *Atom, at, after int) {
	q := r.vocabulary.quantities["toxicity_grade"]
	for i := from; i < to; i++ {
		if !strings.HasPrefix(r.at(i).Text, "grade") {
			continue
		}
		at = i
		x, next, ok := r.extent(i+1, q)
		if op, comparing := r.at(i - 1).comparison(); comparing {
			at = i - 1
			var l limit
			if l, next, ok = r.number(i+1, q); ok {
				x = limited(op, l)
			}
		}
		if ok && x.low != nil && strings.HasSuffix(strings.ToLower(r.words(i, next)), "better") {
			x = extent{high: x.low} // "grade 1 or better"
		}
		if ok && x.steps != nil {
			// "to grade 1", "to grade 0-1": what is left is at most that
			x = limited(Le, limit{value: slices.Max(x.steps)})
		}
		if ok && x.low != nil && x.high != nil {
			x.low = nil
		}
		if !ok {
			continue
		}
		if rule, fits := r.single("toxicity_grade", q, x); fits {
			if a, one := rule.(Atom); one {
				return &a, at, next
			}
		}
	}
	return nil, 0, 0
}

// onlyResidual: every word but the comparison [at, after) speaks of side effects, their
// cause or their end.
func (r *clauseReader) onlyResidual(from, to, at, after int) bool {
	for i := from; i < to; i++ {
		e := r.at(i)
		if i >= at && i < after || r.idle(i) || e.is(past) || e.is(anchor) || e.is(since) || e.is(recovered) || e.is(lasting) || e.is(causes) || e.is(notWord) ||
			e.is(narrow) || e.is(version) || e.kind == numberToken && r.editionAt(i) {
			continue
		}
		if c := e.term(); c != nil && (c.kind == "treatment" || c.kind == "event" || c.code == "toxicity_grade") {
			continue
		}
		if e.is(except) && strings.EqualFold(r.word(i), "unless") || e.is(orWord) || e.is(andWord) {
			continue
		}
		return false
	}
	return true
}
