package matcher

import (
	"cmp"
	"slices"

	"trialfinder/matcher/criteria"
	"trialfinder/matcher/fact"
)

// How much of what-if is told.
const (
	insteadShown   = 4 // other answers to one fact
	returningShown = 5 // trials of one answer
)

// WhatIf finds the answers that by themselves rule trials out, those first that rule
// out most, and what other answers would bring back. It looks at the trials that a
// match looks at, and where keep is given at those of them alone.
func (s *Set) WhatIf(p Profile, keep func(i int) bool) []Alternative {
	st := s.standing(p, keep)
	defer st.end()
	t := newTrier(st)
	defer t.end()
	out := []Alternative{}
	for f := range t.deciding.all() {
		about := s.m.Facts.At(f)
		if !p.Given[about.ID] {
			continue
		}
		if a := t.alternative(about); a.Alone > 0 {
			out = append(out, a)
		}
	}
	slices.SortStableFunc(out, func(a, b Alternative) int { return cmp.Compare(b.Alone, a.Alone) })
	return out
}

// trier tries other answers on the trials of a standing.
type trier struct {
	*standing
	judge    *judge
	deciding idSet    // the facts that clauses which are not met can hang on
	unmet    []uint16 // by trial: how many of its clauses are not met
	mended   []uint16 // by trial: how many of these the answer that is tried mends
	broken   marks    // trials of which the answer makes a clause not met
	touched  []uint32 // trials that have something mended
}

func newTrier(st *standing) *trier {
	n := len(st.trials)
	t := &trier{standing: st, judge: st.judge(st.who), unmet: make([]uint16, n), mended: make([]uint16, n), broken: newMarks(n)}
	var uses idSet
	for k := range st.Set.clauses {
		if is, _ := st.stateOf(uint32(k)); is != fact.False {
			continue
		}
		c := &st.Set.clauses[k]
		uses.add(c.uses)
		for _, i := range st.askedBy[c.trials.from:c.trials.to] {
			t.unmet[i]++
		}
	}
	t.deciding = st.m.settlers(uses)
	for derived, from := range st.profile.Derived {
		if at, ok := st.m.Facts.Index(derived); ok && uses.has(at) {
			at, _ = st.m.Facts.Index(from)
			t.deciding.set(at)
		}
	}
	return t
}

func (t *trier) end() { t.release(t.judge) }

// alternative weighs one answer that was given.
func (t *trier) alternative(f fact.Fact) Alternative {
	a := Alternative{Fact: f.ID, Changes: f.Changes, Offered: Offered(f.ID), Instead: []Instead{}, Trials: []string{}}
	unknown := t.m.Changed(t.profile, f.ID, nil)
	alone, _ := t.try(unknown)
	a.Alone = alone.count()
	if a.Alone == 0 {
		return a
	}
	a.Trials = t.ids(alone)
	if !a.Offered {
		return a
	}
	for _, v := range others(f, t.profile.Facts[f.ID], t.bounds(f, fact.False)) {
		with := t.m.Changed(t.profile, f.ID, &v)
		if len(with.Contradictions) > len(unknown.Contradictions) {
			continue // another answer excludes it
		}
		back, loses := t.try(with)
		if n := back.count(); n > 0 {
			a.Instead = append(a.Instead, Instead{Value: v, Answer: answerOf(f, v), Returns: n, Loses: loses, Trials: t.ids(back)})
		}
	}
	slices.SortStableFunc(a.Instead, func(x, y Instead) int {
		return cmp.Or(cmp.Compare(y.Returns, x.Returns), cmp.Compare(x.Loses, y.Loses))
	})
	a.Instead = a.Instead[:min(len(a.Instead), insteadShown)]
	if f.Type == fact.Number && !scale(f) {
		t.tellStretches(f, a.Instead)
	}
	return a
}

// tellStretches adds to numbers the stretches within which they make no difference.
func (t *trier) tellStretches(f fact.Fact, instead []Instead) {
	bounds := t.bounds(f, fact.True, fact.Unknown, fact.False)
	for i := range instead {
		if v := instead[i].Value; !v.Never {
			from, to := around(f, v.Span.Lo, bounds)
			instead[i].From, instead[i].To = &from, &to
		}
	}
}

// try gives the ruled-out trials that a profile with another answer brings back, and
// how many of the possible ones it rules out.
func (t *trier) try(with Profile) (back marks, loses int) {
	t.judge.take(t.m.person(with))
	differ := t.m.differing(t.profile, with)
	for f := range differ.all() {
		for _, k := range t.using[f] {
			if t.Set.clauses[k].uses.firstIn(differ) == f {
				t.tryClause(k)
			}
		}
	}
	back = newMarks(len(t.trials))
	for _, i := range t.touched {
		if t.mended[i] > 0 && t.mended[i] == t.unmet[i] && t.considered.has(int(i)) && !t.broken.has(int(i)) {
			back.set(int(i))
		}
		t.mended[i] = 0
	}
	t.touched = t.touched[:0]
	t.broken.and(t.considered)
	t.broken.without(t.out)
	loses = t.broken.count()
	clear(t.broken)
	return back, loses
}

func (t *trier) tryClause(k uint32) {
	c := &t.Set.clauses[k]
	before, _ := t.stateOf(k)
	after := c.asked(t.judge.truth(c.root))
	if (before == fact.False) == (after == fact.False) {
		return
	}
	for _, i := range t.askedBy[c.trials.from:c.trials.to] {
		if after == fact.False {
			t.broken.set(int(i))
			continue
		}
		if t.mended[i] == 0 {
			t.touched = append(t.touched, i)
		}
		t.mended[i]++
	}
}

// ids names the first of some trials in the order of results.
func (t *trier) ids(some marks) []string {
	out := []string{}
	for _, i := range t.page([]marks{some}, 0, returningShown) {
		out = append(out, t.trials[i].id)
	}
	return out
}

// bounds are the numbers that clauses of these truths compare a fact with, those of
// its multiple of the laboratory's limit among them; sorted.
func (t *trier) bounds(f fact.Fact, of ...fact.Truth) []float64 {
	out := t.boundsOn(f.ID, 1, of, nil)
	if limit, ok := t.profile.limit(f.ID); ok {
		out = t.boundsOn(f.ID+ulnSuffix, limit, of, out)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (t *trier) boundsOn(id string, times float64, of []fact.Truth, into []float64) []float64 {
	about, _ := t.m.Facts.Index(id)
	seen := map[uint32]bool{}
	for _, k := range t.using[about] {
		if is, _ := t.stateOf(k); slices.Contains(of, is) {
			t.eachAtom(t.Set.clauses[k].root, about, func(at uint32, a *compiledAtom) {
				if !seen[at] && a.Value.Kind == criteria.NumberOperand {
					seen[at] = true
					into = append(into, a.Value.Number*times)
				}
			})
		}
	}
	return into
}

// eachAtom walks the atoms about a fact below a node.
func (p *program) eachAtom(at uint32, about int, use func(at uint32, a *compiledAtom)) {
	n := &p.nodes[at]
	switch {
	case !n.uses.has(about):
	case n.kind == atomNode:
		if a := &p.atoms[n.from]; a.fact == about {
			use(n.from, a)
		}
	default:
		for _, part := range p.parts[n.from : n.from+n.n] {
			p.eachAtom(part, about, use)
		}
	}
}
