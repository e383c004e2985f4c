package criteria

// pairBySex makes one limit of two of the same number that hold for one sex each: "≥ 13
// g/dL in men, ≥ 12 g/dL in women".
func (r *clauseReader) pairBySex() {
	out := r.bounds[:0]
	for _, b := range r.bounds {
		if n := len(out); n > 0 {
			if both, ok := r.bySex(out[n-1], b); ok {
				out[n-1] = both
				continue
			}
		}
		out = append(out, b)
	}
	r.bounds = out
}

func (r *clauseReader) bySex(a, b bound) (bound, bool) {
	if a.upper != b.upper || a.names[0] != b.names[0] || !r.sexOrFiller(a.to, b.from) {
		return bound{}, false
	}
	end := r.behindSex(b.to)
	of, other := r.sexes(a.to, b.from), r.sexes(b.from, end)
	if end == b.to { // the sex stands before its limit, behind the name of what is measured
		of, other = r.sexes(a.from, a.to), r.sexes(a.to, b.to)
		if of == 0 {
			of = r.sexes(a.from-1, a.from)
		}
	}
	if of|other != male|female || of&other != 0 {
		return bound{}, false
	}
	// Which of the two holds is told by the sex alone, in a demand and in a ban.
	a.rule = Any{All{ofSex(of), a.rule}, All{ofSex(other), b.rule}}
	a.to = end
	return a, true
}

func ofSex(c class) Rule {
	if c == female {
		return Atom{Fact: "sex", Op: Eq, Value: Text("female")}
	}
	return Atom{Fact: "sex", Op: Eq, Value: Text("male")}
}

// sexes are those that the elements of a stretch name.
func (r *clauseReader) sexes(from, to int) class {
	var found class
	for i := from; i < to; i++ {
		found |= r.at(i).classes & (male | female)
	}
	return found
}

// sexOrFiller: nothing else stands in a stretch that bears on its limits.
func (r *clauseReader) sexOrFiller(from, to int) bool {
	for i := from; i < to; i++ {
		e := r.at(i)
		if !e.is(male|female|neutral|orWord|andWord) && !e.sign(",", ";", "/", "(", ")", "[", "]", ":") && !r.vocabulary.people.has(e.Text) {
			return false
		}
	}
	return true
}

// behindSex gives the element behind a sex that is told after a limit, and the bracket
// around it; the limit's own end where there is none.
func (r *clauseReader) behindSex(end int) int {
	open := false
	for i := end; i < len(r.elems) && i < end+maxFiller; i++ {
		e := r.at(i)
		switch {
		case e.is(male | female):
			i++
			if r.vocabulary.people.has(r.at(i).Text) {
				i++
			}
			if open && r.at(i).sign(")", "]") {
				i++
			}
			return i
		case e.sign("(", "["):
			open = true
		case !e.is(neutral):
			return end
		}
	}
	return end
}
