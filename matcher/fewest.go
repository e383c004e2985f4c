package matcher

import (
	"cmp"
	"slices"

	"trialfinder/matcher/criteria"
	"trialfinder/matcher/fact"
)

// Fewest is what would settle an open trial. docs/what-if.md defines it.
type Fewest struct {
	// Facts is a smallest set of facts that, answered as the trial wants, leave no
	// criterion in the way that facts can move out of it.
	Facts []string `json:"facts"`
	// Fits: with them the trial fits. Otherwise something is left that no fact settles.
	Fits bool `json:"fits"`
	// Exact: it is proven that fewer do not do. Otherwise it is as few as were found.
	Exact bool `json:"exact"`
	// RulesOut are the facts of which one answer by itself rules the trial out, those
	// first that a person likeliest knows.
	RulesOut []string `json:"rules_out"`
}

// Bounds of the search, so that no listing holds a page up.
const (
	maxWays   = 48   // of one criterion
	maxTries  = 500  // sets of facts that are looked into
	maxTrials = 1500 // answers that are tried, over all sets, to show that one does it
)

// Fewest finds what would settle a trial that is open for a profile.
func (m *Matcher) Fewest(l Listing, p Profile) Fewest {
	s := m.settlement(l, p)
	set, found := s.fewest()
	out := Fewest{Facts: []string{}, Exact: !s.capped, Fits: found && s.mayFit && !s.stuck, RulesOut: s.rulesOut()}
	for f := range set.all() {
		out.Facts = append(out.Facts, m.Facts.At(f).ID)
	}
	return out
}

// settlement is the search for one trial: the criteria that are in the way of a fit,
// and for each the sets of facts that can move it out of it.
type settlement struct {
	m       *Matcher
	profile Profile
	mayFit  bool // enough is read and the illness is known
	unknown []undecided
	moving  []hurdle
	stuck   bool  // something is in the way that no fact moves
	wanted  idSet // the facts that the obstacles lack
	capped  bool  // some sets were left out, or not shown to do it
	failed  map[idSet]bool
	answer  map[string][]fact.Value // to try, by fact
	tries   int
	trials  int
}

// undecided is a criterion that more answers can decide.
type undecided struct {
	Outcome
	settlers idSet // the facts that bear on it
	obstacle bool  // it is in the way, and facts can move it
}

// hurdle is a criterion in the way and what moves it: each way is enough.
type hurdle struct {
	ways []idSet
}

func (m *Matcher) settlement(l Listing, p Profile) *settlement {
	s := &settlement{m: m, profile: p, answer: map[string][]fact.Value{}}
	read, demands := 0, 0
	for _, o := range m.outcomes(l, p) {
		if o.Field == "" && o.Status != "" {
			demands++
			if o.Status != Unread {
				read++
			}
		}
		if !o.Counts() || o.Status != Unknown {
			continue
		}
		s.unknown = append(s.unknown, undecided{Outcome: o, settlers: m.settlers(m.factSet(o.Criterion.Rule))})
		if !m.inTheWay(o) {
			continue
		}
		ways := s.ways(o.Criterion.Rule, o.Criterion.Kind, wanted(o.Criterion.Kind), o.Field == "")
		if len(ways) == 0 {
			s.stuck = true
			continue
		}
		s.unknown[len(s.unknown)-1].obstacle = true
		s.moving = append(s.moving, hurdle{ways})
		for _, id := range o.Missing {
			if at, ok := m.Facts.Index(id); ok {
				s.wanted.set(at)
			}
		}
	}
	s.mayFit = len(l.Conditions) > 0 && demands > 0 && float64(read) >= readShare*float64(demands)
	return s
}

// inTheWay says whether an outcome keeps a trial from fitting, as verdict has it.
func (m *Matcher) inTheWay(o Outcome) bool {
	return o.Status == NotMet || o.Status == Unknown && (o.Field != "" || o.Leaf || !m.onlyLabs(o.Missing))
}

// ways are the smallest sets of facts that can make a rule turn out so. Laboratory
// values may stay unknown where that leaves nothing else open.
func (s *settlement) ways(r criteria.Rule, kind criteria.Kind, want fact.Truth, labsStay bool) []idSet {
	e := evaluator{s.m, s.profile}
	if now := e.truth(r, kind); now != fact.Unknown {
		if now == want {
			return []idSet{{}}
		}
		return nil
	}
	var missing []string
	if leaf := e.missing(r, kind, &missing); labsStay && !leaf && s.m.onlyLabs(missing) {
		return []idSet{{}}
	}
	switch r := r.(type) {
	case criteria.Not:
		return s.ways(r.Rule, kind, want.Not(), labsStay)
	case criteria.All:
		return s.waysOf(r, kind, want, labsStay, fact.True)
	case criteria.Any:
		return s.waysOf(r, kind, want, labsStay, fact.False)
	case criteria.Atom:
		at, ok := s.m.Facts.Index(e.lacking(r, kind))
		if !ok {
			return nil
		}
		var one idSet
		one.set(at)
		return []idSet{one}
	}
	return nil
}

// waysOf: wanted so, it takes every part; wanted otherwise, one part is enough, or all
// but what hangs on laboratory values turned out the other way.
func (s *settlement) waysOf(parts []criteria.Rule, kind criteria.Kind, want fact.Truth, labsStay bool, every fact.Truth) []idSet {
	if want == every {
		return s.product(parts, func(part criteria.Rule) []idSet { return s.ways(part, kind, want, labsStay) })
	}
	var out []idSet
	for _, part := range parts {
		out = append(out, s.ways(part, kind, want, false)...)
	}
	if labsStay {
		out = append(out, s.product(parts, func(part criteria.Rule) []idSet {
			return append(s.ways(part, kind, want.Not(), false), s.ways(part, kind, want, true)...)
		})...)
	}
	return s.smallest(out)
}

// product takes a way of each part.
func (s *settlement) product(parts []criteria.Rule, ways func(criteria.Rule) []idSet) []idSet {
	out := []idSet{{}}
	for _, part := range parts {
		var next []idSet
		for _, way := range ways(part) {
			for _, so := range out {
				so.add(way)
				next = append(next, so)
			}
		}
		out = s.smallest(next)
	}
	return out
}

// smallest leaves out the sets that hold another one, and the largest of too many.
func (s *settlement) smallest(sets []idSet) []idSet {
	slices.SortFunc(sets, s.compareSets)
	var out []idSet
	for _, set := range sets {
		if !slices.ContainsFunc(out, func(o idSet) bool { return o.without(set).empty() }) {
			out = append(out, set)
		}
	}
	if len(out) > maxWays {
		out, s.capped = out[:maxWays], true
	}
	return out
}

// compareSets puts smaller sets first, and of equal ones that which a person likelier
// knows.
func (s *settlement) compareSets(a, b idSet) int {
	return cmp.Or(cmp.Compare(a.count(), b.count()), cmp.Compare(s.chance(b), s.chance(a)), slices.Compare(b[:], a[:]))
}

func (s *settlement) chance(set idSet) float64 {
	p := 1.0
	for f := range set.all() {
		p *= s.m.knownBy.of(s.m.Facts.At(f))
	}
	return p
}

func (b idSet) count() int {
	n := 0
	for range b.all() {
		n++
	}
	return n
}

// fewest looks for ever larger sets until one does it. Where none is found, the set is
// what the obstacles need one after the other.
func (s *settlement) fewest() (set idSet, found bool) {
	if !s.canFit(s.wanted) {
		return s.greedy(), false // the trial wants what can't be
	}
	for size := s.atLeast(idSet{}); size <= s.wanted.count(); size++ {
		s.failed = map[idSet]bool{}
		if set, found = s.search(idSet{}, size); found {
			return set, true
		}
		if s.tries > maxTries {
			break
		}
	}
	s.capped = true
	set = s.greedy()
	return set, s.canFit(set)
}

// search looks for a set of at most size facts that holds the given ones.
func (s *settlement) search(have idSet, size int) (idSet, bool) {
	s.tries++
	if s.tries > maxTries || s.failed[have] || have.count()+s.atLeast(have) > size {
		return have, false
	}
	next := s.firstNotMoved(have)
	if next == nil {
		return s.widen(have, size)
	}
	for _, way := range next.ways {
		for _, more := range s.addings(have, way) {
			if set, ok := s.search(more, size); ok {
				return set, true
			}
		}
	}
	s.failed[have] = true
	return have, false
}

// widen looks at a set that moves every obstacle by itself. Where the answers that it
// takes are at odds with each other, another fact may help.
func (s *settlement) widen(have idSet, size int) (idSet, bool) {
	if s.canFit(have) {
		return have, true
	}
	if have.count() < size {
		for f := range s.wanted.without(have).all() {
			more := have
			more.set(f)
			if set, ok := s.search(more, size); ok {
				return set, true
			}
		}
	}
	s.failed[have] = true
	return have, false
}

// firstNotMoved is the obstacle with the fewest ways of which none is had yet.
func (s *settlement) firstNotMoved(have idSet) *hurdle {
	var best *hurdle
	for i := range s.moving {
		if o := &s.moving[i]; !s.moved(o, have) && (best == nil || len(o.ways) < len(best.ways)) {
			best = o
		}
	}
	return best
}

func (s *settlement) moved(o *hurdle, have idSet) bool {
	return slices.ContainsFunc(o.ways, func(way idSet) bool { return s.lacks(way, have).empty() })
}

// lacks are the facts of a way that neither are had nor follow from what is had.
func (s *settlement) lacks(way, have idSet) idSet {
	out := way.without(have)
	for f := range out.both(s.m.follow).all() {
		if s.m.settling[f].intersects(&have) {
			var one idSet
			one.set(f)
			out = out.without(one)
		}
	}
	return out
}

// addings are the ways to get what a way lacks: the facts themselves, or one from
// which several of them, or of those of other obstacles, follow.
func (s *settlement) addings(have, way idSet) []idSet {
	lack := s.lacks(way, have)
	all := have
	all.add(lack)
	out := []idSet{all}
	for from := range s.sources(lack).all() {
		more := have
		more.set(from)
		out = append(out, more)
	}
	return out
}

// sources are facts that are not known and from which one that is lacking follows, and
// another that some obstacle lacks.
func (s *settlement) sources(lack idSet) idSet {
	var out idSet
	for f := range lack.both(s.m.follow).all() {
		for from := range s.m.settling[f].all() {
			if _, known := s.profile.Facts[s.m.Facts.At(from).ID]; known || from == f {
				continue
			}
			covers := 0
			for w := range s.wanted.all() {
				covers += flag(s.m.settling[w].has(from))
			}
			if covers > 1 {
				out.set(from)
			}
		}
	}
	return out
}

// atLeast is how many facts more it takes at the least: obstacles that have no fact in
// common need one each.
func (s *settlement) atLeast(have idSet) int {
	var seen idSet
	n := 0
	for i := range s.moving {
		o := &s.moving[i]
		if s.moved(o, have) {
			continue
		}
		var any idSet
		for _, way := range o.ways {
			any.add(s.m.settlers(way))
		}
		if !any.intersects(&seen) {
			seen.add(any)
			n++
		}
	}
	return n
}

// greedy takes for each obstacle the way that adds least.
func (s *settlement) greedy() idSet {
	var have idSet
	for o := s.firstNotMoved(have); o != nil; o = s.firstNotMoved(have) {
		best := slices.MinFunc(o.ways, func(a, b idSet) int {
			return cmp.Compare(s.lacks(a, have).count(), s.lacks(b, have).count())
		})
		have.add(s.lacks(best, have))
	}
	return have
}
