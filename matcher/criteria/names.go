package criteria

import (
	"strings"
)

// names reads the names that stand together, "ALT, AST and bilirubin", and says
// whether "or" joins them.
func (r *clauseReader) names(i int) (names []*quantity, next int, or bool) {
	names = []*quantity{r.elems[i].quantity()}
	next = i + 1
	for {
		k := next
		joins := false
		for k < next+3 && (r.at(k).sign(",", "/", "&", "(", ")", "[", "]") || r.at(k).is(orWord) || r.at(k).is(andWord)) {
			joins = joins || r.at(k).is(orWord) && !r.at(k).is(andWord)
			k++
		}
		q := r.at(k).quantity()
		if q == nil && k > next && r.unknownName(k) > 0 {
			k += r.unknownName(k)
			for r.at(k).sign(",") || r.at(k).is(andWord) {
				k++
			}
			if q = r.at(k).quantity(); q != nil {
				names = append(names, nil) // one that we don't know stands among them
			}
		}
		if q == nil {
			return names, next, or
		}
		if names[0] != nil && names[0].code == "bmi" && q.code != "bmi" {
			return names, next, or // a formula, or another demand
		}
		or = or || joins
		if k == next && len(q.facts) == 1 && names[len(names)-1] != nil && names[len(names)-1].code == "blood_pressure" {
			names = names[:len(names)-1] // "BP systolic"
			names = append(names, q)
		}
		if len(names) == 0 || q != names[len(names)-1] {
			names = append(names, q)
		}
		next = k + 1
	}
}

// formula gives the element behind a bracket that tells how the name before i is reckoned:
// "BMI (weight in kg divided by the square of height)"; i itself where there is none.
func (r *clauseReader) formula(i int) int {
	k := i
	for k < i+3 && (r.at(k).sign("(", ",", ":", ";", "=", "-") || r.at(k).op == Eq) {
		k++
	}
	if q := r.at(k).quantity(); q == nil || q.code != "weight_kg" {
		return i
	}
	for ; k < len(r.elems) && k < i+25; k++ {
		e := r.at(k)
		switch _, comparing := e.comparison(); {
		case comparing:
			return i
		case e.sign(")") && !r.at(k+1).sign(")", "/", "^"):
			return k + 1
		}
	}
	return i
}

// unknownName gives how many elements the unknown name at i has that a comma or "and"
// ends; 0 where there is none.
func (r *clauseReader) unknownName(i int) int {
	for n := 0; n < 4; n++ {
		e := r.at(i + n)
		switch {
		case n > 0 && (e.sign(",") || e.is(andWord) && !e.is(neutral)):
			return n
		case e.known && !e.sign("-") || e.kind == numberToken || e.op != "" || e.kind == signToken && !e.sign("-"):
			return 0
		}
	}
	return 0
}

// acronym: an unknown name in capitals.
func (r *clauseReader) acronym(i int) bool {
	e := r.at(i)
	written := r.text[e.Start:e.End]
	return e.kind == wordToken && !e.known && e.concept == nil && len(written) > 2 && strings.ToUpper(written) == written
}

// pressure reads a limit behind a state that tells what it is of: "hypertension (> 160/100
// mmHg)", "hypotension, < 90 mmHg systolic".
func (r *clauseReader) pressure(i int) (bound, int, bool) {
	at := i - 1
	for at > i-4 && (r.at(at).sign("(", ",", ":", "[") || r.at(at).is(defines)) {
		at--
	}
	_, comparing := r.at(i).comparison()
	if c := r.at(at).concept; !comparing || c == nil || !r.vocabulary.measured.has(c.code+" blood_pressure") {
		return bound{}, i, false
	}
	pressure := r.vocabulary.quantities["blood_pressure"]
	x, next, ok := r.extent(i, pressure)
	names, after := r.figure([]*quantity{pressure}, next)
	if !ok || x.second == nil && after == next {
		return bound{}, i, false
	}
	return r.make(names, x, i, after, false)
}

// namesScale: it is the name of what a scale measures, before the scale's own:
// "performance status: Karnofsky".
func (r *clauseReader) namesScale(i int) bool {
	if q := r.at(i).quantity(); q == nil || q.code != "performance_ecog" {
		return false
	}
	next := i + 1
	for next < i+3 && r.at(next).kind == signToken {
		next++
	}
	scale := r.at(next).quantity()
	return scale != nil && (scale.code == "karnofsky" || scale.code == "lansky" || scale.code == "performance_ecog")
}
