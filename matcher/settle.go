package matcher

import (
	"math/bits"
	"slices"

	"trialfinder/matcher/criteria"
	"trialfinder/matcher/fact"
)

// atOnce is how many answers are tried at once: one word of bits has room for them.
const atOnce = 64

// weigher tries answers on the trials that are not ruled out. Up to 64 answers are
// tried at once, each a bit of a word: Kleene's "and" and "or" work on all of them.
type weigher struct {
	*standing
	still  marks  // the trials that are not ruled out
	now    *judge // what is known
	with   *judge // with an answer
	people []person
	fresh  idSet // the facts that the answers settle
	full   uint64

	atoms   []truths // of the answers, by atom
	tried   []uint32 // by atom: the round in which its truths were settled
	round   uint32
	out     []uint64 // by trial: the answers that rule it out
	freed   []uint16 // by trial: the clauses in the way of a fit that the answers bear on
	touched []uint32 // the trials of which either is not 0
}

// truths are those of several people, a bit each; neither is unknown.
type truths struct{ yes, no uint64 }

func newWeigher(s *Set) *weigher {
	return &weigher{
		atoms: make([]truths, len(s.atoms)), tried: make([]uint32, len(s.atoms)),
		out: make([]uint64, len(s.trials)), freed: make([]uint16, len(s.trials)),
	}
}

func (s *standing) weigher(still marks) *weigher {
	w := s.weighers.Get().(*weigher)
	w.standing, w.still, w.now, w.with = s, still, s.judge(s.who), s.judge(s.who)
	return w
}

func (w *weigher) end() {
	set := w.Set
	set.release(w.now)
	set.release(w.with)
	w.standing, w.still, w.now, w.with, w.people = nil, nil, nil, nil, nil
	set.weighers.Put(w)
}

// begin begins a round over the atoms.
func (w *weigher) begin() {
	if w.round++; w.round == 0 {
		clear(w.tried)
		w.round = 1
	}
}

// settledBy counts, for each of the people that the person may turn out to be, at
// most 64 of them, the trials that this decides. Each clause that it bears on is
// judged once, however many trials have it.
func (w *weigher) settledBy(people []person) []int {
	w.try(people)
	settled := make([]int, len(people))
	var close []uint32 // the trials that may come to fit
	for _, i := range w.touched {
		for left := w.out[i]; left != 0; left &= left - 1 {
			settled[bits.TrailingZeros64(left)]++
		}
		t := &w.trials[i]
		if inTheWay := int(t.blocks) - w.sums[i].freed(); t.mayFit && inTheWay > 0 && inTheWay == int(w.freed[i]) && w.out[i] != w.full {
			close = append(close, i)
		}
	}
	for n := range people {
		w.with.takeOver(w.now, people[n])
		for _, i := range close {
			if w.out[i]>>n&1 == 0 && w.comesToFit(i) {
				settled[n]++
			}
		}
	}
	for _, i := range w.touched {
		w.out[i], w.freed[i] = 0, 0
	}
	w.touched = w.touched[:0]
	return settled
}

// try marks by trial the people who are ruled out.
func (w *weigher) try(people []person) {
	w.people, w.full, w.fresh = people, 1<<len(people)-1, idSet{}
	for i := range people {
		w.fresh.add(people[i].known.without(w.who.known))
	}
	w.begin()
	for f := range w.fresh.all() {
		for _, k := range w.using[f] {
			if w.Set.clauses[k].uses.firstIn(w.fresh) == f {
				w.tryClause(k)
			}
		}
	}
}

func (w *weigher) tryClause(k uint32) {
	t, blocks := w.stateOf(k)
	if t != fact.Unknown {
		return
	}
	c := &w.Set.clauses[k]
	judged, unmet := false, uint64(0)
	for _, i := range w.askedBy[c.trials.from:c.trials.to] {
		if !w.still.has(int(i)) {
			continue
		}
		if !judged {
			is := w.truths(c.root)
			if judged, unmet = true, is.no; c.ban {
				unmet = is.yes
			}
			if unmet == 0 && !blocks {
				return
			}
		}
		if w.out[i] == 0 && w.freed[i] == 0 {
			w.touched = append(w.touched, i)
		}
		w.out[i] |= unmet
		if blocks {
			w.freed[i]++
		}
	}
}

// truths is Kleene's logic over the graph, for all people at once.
func (w *weigher) truths(at uint32) truths {
	n := &w.nodes[at]
	if !n.uses.intersects(w.fresh) {
		switch w.now.truth(at) {
		case fact.True:
			return truths{yes: w.full}
		case fact.False:
			return truths{no: w.full}
		}
		return truths{}
	}
	if n.kind == atomNode {
		return w.atom(n.from)
	}
	parts := w.parts[n.from : n.from+n.n]
	switch n.kind {
	case notNode:
		is := w.truths(parts[0])
		return truths{is.no, is.yes}
	case allNode:
		out := truths{yes: w.full}
		for _, p := range parts {
			is := w.truths(p)
			out.yes &= is.yes
			if out.no |= is.no; out.no == w.full {
				break
			}
		}
		return out
	case anyNode:
		out := truths{no: w.full}
		for _, p := range parts {
			is := w.truths(p)
			out.no &= is.no
			if out.yes |= is.yes; out.yes == w.full {
				break
			}
		}
		return out
	}
	return truths{}
}

func (w *weigher) atom(at uint32) truths {
	if w.tried[at] == w.round {
		return w.atoms[at]
	}
	var out truths
	for i := range w.people {
		switch w.people[i].atom(&w.Set.atoms[at]) {
		case fact.True:
			out.yes |= 1 << i
		case fact.False:
			out.no |= 1 << i
		}
	}
	w.atoms[at], w.tried[at] = out, w.round
	return out
}

// comesToFit says whether a trial that does not fit yet does so with the answer.
func (w *weigher) comesToFit(i uint32) bool {
	for _, k := range w.clausesOf(int(i)) {
		t, blocks := w.stateOf(k)
		if t != fact.Unknown {
			continue
		}
		if c := &w.Set.clauses[k]; c.uses.intersects(w.fresh) {
			t = c.asked(w.with.truth(c.root))
			blocks = t == fact.False || t == fact.Unknown && (c.field || w.m.blocks(w.with, c.root))
		}
		if blocks {
			return false
		}
	}
	return true
}

// bounds are the numbers that trials which are not ruled out compare a fact with,
// where that is not settled yet; sorted.
func (w *weigher) bounds(about int) []float64 {
	var out []float64
	w.begin()
	for _, k := range w.using[about] {
		if t, _ := w.stateOf(k); t != fact.Unknown {
			continue
		}
		c := &w.Set.clauses[k]
		if slices.ContainsFunc(w.askedBy[c.trials.from:c.trials.to], func(i uint32) bool { return w.still.has(int(i)) }) {
			out = w.boundsOf(c.root, about, out)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (w *weigher) boundsOf(at uint32, about int, into []float64) []float64 {
	n := &w.nodes[at]
	if !n.uses.has(about) {
		return into
	}
	if n.kind != atomNode {
		for _, p := range w.parts[n.from : n.from+n.n] {
			into = w.boundsOf(p, about, into)
		}
		return into
	}
	if a := &w.Set.atoms[n.from]; w.tried[n.from] != w.round && a.fact == about && a.Value.Kind == criteria.NumberOperand {
		w.tried[n.from] = w.round
		into = append(into, a.Value.Number)
	}
	return into
}
