package criteria

import "slices"

// longAgo reads "at least 4 weeks since X" as what it says of a list, too: no X
// within 4 weeks.
func (r *clauseReader) longAgo(p *part) {
	if len(p.windows) != 1 || len(p.terms) == 0 || p.windows[0].within || !p.timed() && !r.takes(p) || slices.Contains(p.unread, "not") {
		return
	}
	p.windows[0].within = true
	completed := slices.ContainsFunc(p.words, func(w string) bool { return w == "completed" || w == "complete" || w == "history" }) || r.vocabulary.relapse.some(p.words)
	p.past = !p.denied && (completed || p.windows[0].ago && p.terms[0].at < p.windows[0].from)
	p.over = !p.denied
	p.denied = !p.denied
}

// takes: a demand is about drugs that are taken: "at least 2 weeks since steroids".
func (r *clauseReader) takes(p *part) bool {
	if r.kind != Inclusion || p.denied || slices.ContainsFunc(p.terms, func(t term) bool { return !r.vocabulary.drugStates.has(t.concept.code) }) {
		return false
	}
	w := p.windows[0]
	if w.from > p.terms[0].at || w.to > len(r.elems) {
		return false
	}
	return slices.ContainsFunc(r.elems[w.from:w.to], func(e element) bool { return e.Text == "since" || e.Text == "from" })
}

// alsoLongAgo takes one more of what must be over, of which nothing was read: "more than 30
// days since trial drugs or devices".
func (p *part) alsoLongAgo(before *part) {
	if before.over && !p.says() && p.before == byOr && p.clause == before.clause {
		p.denied, p.carried, p.over = true, true, true
	}
}

// timed: a fact counts the time of some term of the part.
func (p *part) timed() bool {
	return slices.ContainsFunc(p.terms, func(t term) bool {
		return slices.ContainsFunc(t.concept.senses, func(s sense) bool { return s.since != "" || s.how == anyTime || s.how == each })
	})
}
