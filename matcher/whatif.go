package matcher

import (
	"cmp"
	"math/bits"
	"slices"

	"trialfinder/matcher/fact"
)

// How much of what-if is told.
const (
	insteadShown   = 4 // other answers to one fact
	returningShown = 5 // trials of one answer
)

// WhatIf finds the answers that by themselves rule trials out, those first that rule
// out most, and what other answers would bring back. Only is which trials it looks at.
func (s *Set) WhatIf(p Profile, only Only) []Alternative {
	st := s.standing(p, only)
	defer st.end()
	t := newTrier(st)
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

// trier tries other answers on the trials of a standing. Up to 64 are tried at once,
// each a bit of a word.
type trier struct {
	*standing
	with     judge
	deciding idSet      // the facts that clauses which are not met can hang on
	unmet    []uint16   // by trial: how many of its clauses are not met
	ruledOut marks      // the trials that have one
	notMet   marks      // the clauses that are not
	tried    []verdicts // by trial
	touched  []uint32   // the trials of which something was tried
}

// verdicts are what answers do to a trial.
type verdicts struct {
	mended uint64 // the answers by which each of the clauses that were judged again is met, or unknown
	broken uint64 // and those by which another one is not met
	judged uint16 // how many of the clauses that are not met were judged again
}

func newTrier(st *standing) *trier {
	n := len(st.trials)
	t := &trier{
		standing: st, unmet: make([]uint16, n), ruledOut: newMarks(n), notMet: newMarks(len(st.Set.clauses)), tried: make([]verdicts, n),
		with: judge{program: &st.program, settled: make([]truths, len(st.atoms))},
	}
	for a := range t.with.settled {
		t.with.settled[a] = st.judge.settled[a].forAll()
	}
	var uses idSet
	for k := range st.Set.clauses {
		if st.truthOf(uint32(k)) != fact.False {
			continue
		}
		t.notMet.set(k)
		uses.add(*st.factsOf(uint32(k)))
		for _, i := range st.trialsOf(&st.Set.clauses[k]) {
			t.unmet[i]++
			t.ruledOut.set(int(i))
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

// tryOut is what comes of one answer: the ruled-out trials that it brings back, and how
// many of the possible ones it rules out.
type tryOut struct {
	back  []uint32
	loses int
}

// alternative weighs one answer that was given.
func (t *trier) alternative(f fact.Fact) Alternative {
	a := Alternative{Fact: f.ID, Changes: f.Changes, Offered: Offered(f.ID), Instead: []Instead{}, Trials: []string{}}
	unknown := t.m.Changed(t.profile, f.ID, nil)
	alone := t.try([]Profile{unknown})[0]
	if a.Alone = len(alone.back); a.Alone == 0 {
		return a
	}
	a.Trials = t.ids(alone.back)
	if !a.Offered {
		return a
	}
	var values []fact.Value
	var with []Profile
	for _, v := range others(f, t.profile.Facts[f.ID], t.bounds(f, true)) {
		p := t.m.Changed(t.profile, f.ID, &v)
		if len(p.Contradictions) <= len(unknown.Contradictions) { // else another answer excludes it
			values, with = append(values, v), append(with, p)
		}
	}
	type tried struct {
		value fact.Value
		tryOut
	}
	var all []tried
	for some := range slices.Chunk(with, atOnce) {
		for n, out := range t.try(some) {
			if len(out.back) > 0 {
				all = append(all, tried{values[n], out})
			}
		}
		values = values[len(some):]
	}
	slices.SortStableFunc(all, func(x, y tried) int {
		return cmp.Or(cmp.Compare(len(y.back), len(x.back)), cmp.Compare(x.loses, y.loses))
	})
	for _, one := range all[:min(len(all), insteadShown)] {
		a.Instead = append(a.Instead, Instead{Value: one.value, Answer: answerOf(f, one.value), Returns: len(one.back), Loses: one.loses, Trials: t.ids(one.back)})
	}
	if f.Type == fact.Number && !scale(f) {
		t.tellStretches(f, a.Instead)
	}
	return a
}

// tellStretches adds to numbers the stretches within which they make no difference.
func (t *trier) tellStretches(f fact.Fact, instead []Instead) {
	bounds := t.bounds(f, false)
	for i := range instead {
		if v := instead[i].Value; !v.Never {
			from, to := around(f, v.Span.Lo, bounds)
			instead[i].From, instead[i].To = &from, &to
		}
	}
}

// try gives what comes of other answers, at most 64.
func (t *trier) try(with []Profile) []tryOut {
	people := make([]person, len(with))
	var differ idSet
	for n, p := range with {
		people[n] = t.m.person(p)
		differ.add(t.m.differing(t.profile, p))
	}
	t.with.full = ^uint64(0) >> (64 - len(with))
	for f := range differ.all() {
		for _, a := range t.atomsOf[f] {
			t.with.settled[a] = t.atom(people, a)
		}
	}
	for k := range t.using(differ) {
		t.mend(k)
	}
	live := t.live()
	for k := range t.using(differ) {
		t.breaks(k, live)
	}
	out := t.sum(len(with))
	for f := range differ.all() {
		for _, a := range t.atomsOf[f] {
			t.with.settled[a] = t.judge.settled[a].forAll()
		}
	}
	return out
}

// atom settles an atom for all people.
func (t *trier) atom(people []person, at uint32) (out truths) {
	for n := range people {
		switch people[n].atom(&t.atoms[at]) {
		case fact.True:
			out.yes |= 1 << n
		case fact.False:
			out.no |= 1 << n
		}
	}
	return out
}

// mend judges a clause that is not met again.
func (t *trier) mend(k uint32) {
	c := &t.Set.clauses[k]
	list := t.trialsOf(c)
	if !t.notMet.has(int(k)) || !t.considered.hasOneOf(list) {
		return
	}
	unmet := c.asked(t.with.truths(c.root)).no & t.with.full
	for _, i := range list {
		v := &t.tried[i]
		if v.judged == 0 {
			v.mended = t.with.full
			t.touched = append(t.touched, i)
		}
		v.judged++
		v.mended &^= unmet
	}
}

// live are the trials to which it matters that another clause is not met: those that
// are possible, and those that come back otherwise.
func (t *trier) live() marks {
	out := slices.Clone(t.considered)
	out.without(t.ruledOut)
	for _, i := range t.touched {
		if v := &t.tried[i]; v.judged == t.unmet[i] && v.mended != 0 && t.considered.has(int(i)) {
			out.set(int(i))
		}
	}
	return out
}

// breaks judges a clause that is not unmet again.
func (t *trier) breaks(k uint32, live marks) {
	c := &t.Set.clauses[k]
	list := t.trialsOf(c)
	if t.notMet.has(int(k)) || !live.hasOneOf(list) {
		return
	}
	unmet := c.asked(t.with.truths(c.root)).no & t.with.full
	if unmet == 0 {
		return
	}
	for _, i := range list {
		v := &t.tried[i]
		if v.judged == 0 && v.broken == 0 {
			t.touched = append(t.touched, i)
		}
		v.broken |= unmet
	}
}

// sum adds up what the answers do to each trial, and forgets it.
func (t *trier) sum(n int) []tryOut {
	out := make([]tryOut, n)
	for _, i := range t.touched {
		v := t.tried[i]
		t.tried[i] = verdicts{}
		switch {
		case !t.considered.has(int(i)):
		case t.unmet[i] == 0:
			for left := v.broken; left != 0; left &= left - 1 {
				out[bits.TrailingZeros64(left)].loses++
			}
		case v.judged == t.unmet[i]:
			for left := v.mended &^ v.broken; left != 0; left &= left - 1 {
				one := &out[bits.TrailingZeros64(left)]
				one.back = append(one.back, i)
			}
		}
	}
	t.touched = t.touched[:0]
	return out
}

// ids names the first of some trials in the order of results.
func (t *trier) ids(some []uint32) []string {
	part := newMarks(len(t.trials))
	for _, i := range some {
		part.set(int(i))
	}
	out := []string{}
	for _, i := range t.page([]marks{part}, 0, returningShown) {
		out = append(out, t.trials[i].id)
	}
	return out
}

// bounds are the numbers that clauses, or those that are not met, compare a fact with,
// those of its multiple of the laboratory's limit among them; sorted.
func (t *trier) bounds(f fact.Fact, notMet bool) []float64 {
	out := t.boundsOn(f.ID, 1, notMet, nil)
	if limit, ok := t.profile.limit(f.ID); ok {
		out = t.boundsOn(f.ID+ulnSuffix, limit, notMet, out)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (t *trier) boundsOn(id string, times float64, notMet bool, into []float64) []float64 {
	about, _ := t.m.Facts.Index(id)
	met := map[uint32]bool{}
	seen := func(atom uint32) bool {
		before := met[atom]
		met[atom] = true
		return before
	}
	var own []float64
	var facts idSet
	facts.set(about)
	for k := range t.using(facts) {
		if !notMet || t.notMet.has(int(k)) {
			own = t.program.bounds(t.Set.clauses[k].root, about, seen, own)
		}
	}
	for _, n := range own {
		into = append(into, n*times)
	}
	return into
}
