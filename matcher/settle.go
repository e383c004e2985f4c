package matcher

import (
	"iter"
	"math/bits"
	"slices"

	"trialfinder/matcher/fact"
)

// atOnce is how many answers are tried at once: one word of bits has room for them.
const atOnce = 64

// weigher tries answers on the trials that are not ruled out. Up to 64 answers are
// tried at once, each a bit of a word.
type weigher struct {
	*standing
	still  marks // the trials that are not ruled out
	fits   marks // those of them that fit
	with   judge // of the people with an answer
	people []person
	room   [atOnce]person // for them
	fresh  idSet          // the facts that the answers settle
	close  [][]uint32
	way    *obstacles

	out     []uint64 // by trial: the answers that rule it out
	touched []uint32 // the trials of which that is not 0
	met     []uint32 // by atom: the round in which it was met with
	round   uint32
}

func newWeigher(s *Set) *weigher {
	return &weigher{
		with: judge{program: &s.program, settled: make([]truths, len(s.atoms))},
		out:  make([]uint64, len(s.trials)), met: make([]uint32, len(s.atoms)),
	}
}

// weigher begins to weigh for the trials that are not ruled out; close are, by the
// fact that it wants, those that may come to fit.
func (s *standing) weigher(still, fits marks, close [][]uint32) *weigher {
	w := s.weighers.Get().(*weigher)
	w.standing, w.still, w.fits, w.close, w.way = s, still, fits, close, s.obstacles()
	for a := range w.with.settled {
		w.with.settled[a] = s.judge.settled[a].forAll()
	}
	return w
}

// forAll is the truth of the person as they are, for all of 64.
func (t truths) forAll() truths {
	return truths{yes: -(t.yes >> asTheyAre & 1), no: -(t.no >> asTheyAre & 1)}
}

func (w *weigher) end() {
	set := w.Set
	w.way.end()
	w.standing, w.still, w.fits, w.close, w.people, w.way = nil, nil, nil, nil, nil, nil
	clear(w.with.settled)
	for i := range w.room { // nothing of the person stays
		clear(w.room[i].facts)
		w.room[i] = person{facts: w.room[i].facts}
	}
	set.weighers.Put(w)
}

// close gives, by fact, the trials of which a clause that stands in the way of a fit
// wants the fact: no other answer can bring them to fit.
func (s *standing) close(open marks) [][]uint32 {
	out := make([][]uint32, s.m.Facts.Len())
	for i := range open.all() {
		if k := s.inTheWay[i]; k != noClause {
			for f := range s.factsOf(k).without(s.who.known).all() {
				out[f] = append(out[f], uint32(i))
			}
		}
	}
	return out
}

// settledBy counts, for each of the people that the person may turn out to be, at
// most 64 of them, the trials that the answer about a fact decides. Each clause that it bears on is
// judged once, however many trials have it.
func (w *weigher) settledBy(about int, people []person) []int {
	w.try(about, people)
	settled := make([]int, len(people))
	for _, i := range w.touched {
		for left := w.out[i]; left != 0; left &= left - 1 {
			settled[bits.TrailingZeros64(left)]++
		}
	}
	for f := range w.fresh.all() {
		for _, i := range w.close[f] {
			uses := w.factsOf(w.inTheWay[i])
			if !uses.without(w.who.known).both(w.fresh).isFirst(f) || !w.wantsOnlyFresh(i) {
				continue
			}
			for n := range people {
				if w.out[i]>>n&1 == 0 && w.comesToFit(i, uint(n)) {
					settled[n]++
				}
			}
		}
	}
	w.forget()
	return settled
}

// try marks by trial the people who are ruled out.
func (w *weigher) try(about int, people []person) {
	w.people, w.with.full, w.fresh = people, 1<<len(people)-1, idSet{}
	for i := range people {
		w.fresh.add(people[i].known.without(w.who.known))
	}
	for f := range w.fresh.all() {
		for _, a := range w.atomsOf[f] {
			w.with.settled[a] = truths{}
		}
	}
	for f := range w.fresh.all() {
		for i := range people {
			if people[i].known.has(f) {
				w.with.take(&people[i], uint(i), f)
			}
		}
	}
	for k := range w.undecided(about, w.against) {
		w.tryClause(k)
	}
}

// forget takes the answers back.
func (w *weigher) forget() {
	for _, i := range w.touched {
		w.out[i] = 0
	}
	w.touched = w.touched[:0]
	for f := range w.fresh.all() {
		for _, a := range w.atomsOf[f] {
			w.with.settled[a] = w.judge.settled[a].forAll()
		}
	}
}

// undecided gives the clauses that are not settled and of whose needs the fact is one of
// those given.
func (w *weigher) undecided(about int, of []idSet) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for n := range of {
			if !of[n].has(about) {
				continue
			}
			for _, k := range w.byNeed[n] {
				if state := w.clauses[k]; (state == 0 || state == unknownState) && !yield(k) {
					return
				}
			}
		}
	}
}

func (w *weigher) tryClause(k uint32) {
	c := &w.Set.clauses[k]
	list := w.trialsOf(c)
	for n, i := range list {
		if !w.still.has(int(i)) {
			continue
		}
		unmet := c.asked(w.with.truths(c.root)).no & w.with.full
		if unmet == 0 {
			return
		}
		for _, i := range list[n:] {
			if !w.still.has(int(i)) {
				continue
			}
			if w.out[i] == 0 {
				w.touched = append(w.touched, i)
			}
			w.out[i] |= unmet
		}
		return
	}
}

// wantsOnlyFresh says whether each clause in the way of a trial's fit wants one of the
// facts that the answers settle.
func (w *weigher) wantsOnlyFresh(i uint32) bool {
	for _, k := range w.clausesOf(int(i)) {
		if w.truthOf(k) == fact.Unknown && !w.factsOf(k).intersects(&w.fresh) && w.way.blocks(k) {
			return false
		}
	}
	return true
}

// comesToFit says whether a trial that does not fit yet does so for one of the people.
func (w *weigher) comesToFit(i uint32, n uint) bool {
	for _, k := range w.clausesOf(int(i)) {
		if w.truthOf(k) != fact.Unknown || !w.factsOf(k).intersects(&w.fresh) {
			continue
		}
		c := &w.Set.clauses[k]
		switch c.asked(w.with.truths(c.root)).of(n) {
		case fact.False:
			return false
		case fact.Unknown:
			if c.field || w.with.blocks(c.root, &w.people[n], n, &w.m.labs) {
				return false
			}
		}
	}
	return true
}

// bounds are the numbers that trials which are not ruled out compare a fact with,
// where that is not settled yet; sorted.
func (w *weigher) bounds(about int) []float64 {
	var out []float64
	w.round++
	seen := func(atom uint32) bool {
		before := w.met[atom] == w.round
		w.met[atom] = w.round
		return before
	}
	for k := range w.undecided(about, w.may) {
		if c := &w.Set.clauses[k]; w.still.hasOneOf(w.trialsOf(c)) {
			out = w.program.bounds(c.root, about, seen, out)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
