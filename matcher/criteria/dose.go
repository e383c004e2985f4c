package criteria

import (
	"slices"
	"strings"
)

// near is how many words may stand between a dose and the drug that it is of.
const near = 8

// dose reads a dose of steroids, "more than 10 mg a day of prednisone or equivalent".
func (r *clauseReader) dose(i int) (bound, int, bool) {
	op, ok := r.at(i).comparison()
	if !ok {
		return bound{}, i, false
	}
	j := i + 1
	for r.at(j).is(neutral) && r.at(j).kind == wordToken && j < i+4 {
		j++
	}
	v, ok := r.at(j).value(false)
	if !ok || r.at(j+1).Text != "mg" {
		return bound{}, i, false
	}
	next, ok := r.daily(j + 2)
	if !ok || !r.ofSteroids(i, next) {
		return bound{}, i, false
	}
	x := limited(op, limit{value: v, unit: "mg/d"})
	return r.make([]*quantity{r.vocabulary.quantities["steroids_mg"]}, x, i, next, false)
}

// daily reads "/day", "per day", "daily" behind a number of milligrams; without any of
// them a day is meant, too, but not where it is counted by weight.
func (r *clauseReader) daily(i int) (next int, ok bool) {
	word := func(i int) string { return r.at(i).Text }
	for k := i; k < i+near && !r.at(k).sign(")", ",", ";"); k++ {
		if slices.Contains([]string{"kg", "m2", "week", "wk"}, word(k)) {
			return i, false
		}
	}
	switch {
	case slices.Contains([]string{"/", "per", "a", "each", "every"}, word(i)) && slices.Contains([]string{"day", "d", "24"}, word(i+1)):
		return i + 2, true
	case word(i) == "daily", word(i) == "qd":
		return i + 1, true
	}
	return i, true
}

// ofSteroids: prednisone is named near elements [from, to).
func (r *clauseReader) ofSteroids(from, to int) bool {
	for i := max(0, from-near); i < min(len(r.elems), to+near); i++ {
		if q := r.at(i).quantity(); q != nil && q.code == "steroids_mg" {
			return true
		}
	}
	return false
}

// graded reads the grade of a state that has one: "GVHD of grade 2 or more", "grade
// II-IV acute GVHD", "≥ grade 2 neuropathy".
func (r *clauseReader) graded(i int) (bound, int, bool) {
	at := i
	if _, comparing := r.at(i).comparison(); comparing && strings.HasPrefix(r.at(i+1).Text, "grade") {
		at = i + 1
	}
	if !strings.HasPrefix(r.at(at).Text, "grade") {
		return bound{}, i, false
	}
	q := r.gradeOf(i)
	if q == nil {
		return bound{}, i, false
	}
	x, next, ok := r.extent(at+1, q)
	if at > i {
		op, _ := r.at(i).comparison()
		var l limit
		if l, next, ok = r.number(at+1, q); ok {
			x = limited(op, l)
		}
	}
	if !ok || len(x.steps) == 1 {
		return bound{}, i, false
	}
	return r.make([]*quantity{q}, x, i, next, false)
}

// gradeOf gives the grade of the nearest state around element i that has one, inside
// its own bracket.
func (r *clauseReader) gradeOf(i int) *quantity {
	ahead, behind := true, true
	for d := 1; d <= near/2; d++ {
		ahead = ahead && !r.at(i+d).sign("(", ")", ",", ";")
		behind = behind && !r.at(i-d).sign(")", ",", ";")
		if c := r.at(i + d).term(); ahead && c != nil && r.vocabulary.graded[c.code] != nil {
			return r.vocabulary.graded[c.code]
		}
		if c := r.at(i - d).term(); behind && c != nil && r.vocabulary.graded[c.code] != nil {
			return r.vocabulary.graded[c.code]
		}
	}
	return nil
}
