package matcher

import (
	"math/bits"

	"trialfinder/matcher/fact"
)

// open is a trial that is not ruled out, and what it lacks.
type open struct {
	trial int
	fits  bool
	lack  lack
}

// lacking says what could still change a trial's verdict.
func (s *session) lacking(i int) open {
	t := &s.trials[i]
	o := open{trial: i, fits: t.mayFit}
	for _, c := range s.criteria[t.criteria.from:t.criteria.to] {
		if c.flags&(forCohort|isClinic|isUnread) != 0 || s.now.rule(c.root) != fact.Unknown {
			continue
		}
		o.lack.add(s.lackOf(c))
		o.fits = o.fits && c.flags&isField == 0
	}
	o.fits = o.fits && !o.lack.leaf && o.lack.facts.without(s.m.labs).empty()
	return o
}

func (l *lack) add(o lack) {
	l.facts.add(o.facts)
	l.leaf = l.leaf || o.leaf
}

// lackOf is what an unknown rule lacks. Where nothing is known of its facts, that is
// the same for everybody.
func (s *session) lackOf(c compiledCriterion) lack {
	if !c.uses.intersects(s.now.hint) {
		return s.lacks[c.root]
	}
	var l lack
	s.now.missing(s.roots[c.root], &l)
	return l
}

// lacksOfAll are what each rule lacks for somebody of whom nothing is known.
func lacksOfAll(p *program) []lack {
	j := &judge{program: p}
	j.take(person{})
	out := make([]lack, len(p.roots))
	for i, node := range p.roots {
		j.missing(node, &out[i])
	}
	return out
}

// slots numbers the rules that are in question, each as a demand and as a ban.
type slots struct {
	at    []uint32 // by root and flag: one more than its number; 0 = it has none
	roots []uint32
	bans  []bool
}

func (s *slots) of(c *compiledCriterion) uint32 {
	i := 2 * c.root
	if c.flags&isBan != 0 {
		i++
	}
	if s.at[i] == 0 {
		s.roots = append(s.roots, c.root)
		s.bans = append(s.bans, i%2 == 1)
		s.at[i] = uint32(len(s.roots))
	}
	return s.at[i] - 1
}

// clear forgets the numbers, one by one: most rules have none.
func (s *slots) clear() {
	for i, root := range s.roots {
		at := 2 * root
		if s.bans[i] {
			at++
		}
		s.at[at] = 0
	}
	s.roots, s.bans = s.roots[:0], s.bans[:0]
}

// settledBy counts, for each of the people that the person may turn out to be, at
// most 64 of them, the trials that this decides. Each rule that it bears on is judged once for each of
// them, however many trials have it.
func (s *session) settledBy(people []person, concerned []open) []int {
	var fresh idSet
	for i := range people {
		fresh.add(people[i].known.without(s.now.known))
	}
	if s.inQuestion.at == nil {
		s.inQuestion.at = make([]uint32, 2*len(s.roots))
	}
	defer s.inQuestion.clear()
	rules := make([][]uint32, len(concerned)) // of each trial, by number
	hint := fresh.hint()
	for i, o := range concerned {
		t := &s.trials[o.trial]
		cs := s.criteria[t.criteria.from:t.criteria.to]
		for k := range cs {
			if c := &cs[k]; c.flags&(forCohort|isClinic|isUnread) == 0 && c.uses.intersects(hint) && s.now.rule(c.root) == fact.Unknown {
				rules[i] = append(rules[i], s.inQuestion.of(c))
			}
		}
	}
	unmet := s.unmetBy(people)
	settled := make([]int, len(people))
	for i, o := range concerned {
		out := uint64(0) // the people whom the trial does not take
		for _, n := range rules[i] {
			out |= unmet[n]
		}
		for left := out; left != 0; left &= left - 1 {
			settled[bits.TrailingZeros64(left)]++
		}
		s.settledByFit(o, people, out, settled)
	}
	return settled
}

// unmetBy marks, for each rule in question, the people for whom its criterion is not met.
func (s *session) unmetBy(people []person) []uint64 {
	with := s.judges.Get().(*judge)
	defer s.release(with)
	out := make([]uint64, len(s.inQuestion.roots))
	for i := range people {
		with.takeOver(s.now, people[i])
		for n, root := range s.inQuestion.roots {
			flags := criterionFlags(0)
			if s.inQuestion.bans[n] {
				flags = isBan
			}
			if asked(with.truth(s.roots[root]), flags) == fact.False {
				out[n] |= 1 << i
			}
		}
	}
	return out
}

// settledByFit counts the people for whom a trial comes to fit.
func (s *session) settledByFit(o open, people []person, out uint64, settled []int) {
	t := &s.trials[o.trial]
	if o.fits || !t.mayFit || o.lack.leaf {
		return
	}
	with := s.judges.Get().(*judge)
	defer s.release(with)
	for i := range people {
		if out>>i&1 == 1 || !o.lack.facts.without(people[i].known).without(s.m.labs).empty() {
			continue
		}
		with.takeOver(s.now, people[i])
		if s.fits(t, with) {
			settled[i]++
		}
	}
}
