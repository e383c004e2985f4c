package matcher

import (
	"runtime"
	"sync"
	"sync/atomic"

	"trialfinder/matcher/fact"
)

// standing is how the trials of a set stand for one person. Every clause that what
// is known bears on is judged once, and adds to the sums of its trials.
type standing struct {
	*Set
	profile    Profile
	who        person
	stable     person // who, without what can change
	considered marks  // the trials that the match looks at
	clauses    []clauseState
	tally
}

// clauseState is what a clause is for the person: its truth, two more than it is,
// and whether it is in the way of a fit. 0: nothing that is known bears on it.
type clauseState uint8

const stateBlocks clauseState = 4

func stateOf(t fact.Truth, blocks bool) clauseState {
	s := clauseState(t + 2)
	if blocks {
		s |= stateBlocks
	}
	return s
}

// stateOf gives a clause's truth for the person, and whether it is in the way of a fit.
func (s *standing) stateOf(k uint32) (t fact.Truth, blocks bool) {
	state := s.clauses[k]
	if state == 0 {
		return fact.Unknown, s.Set.clauses[k].blocks
	}
	return fact.Truth(state&^stateBlocks) - 2, state&stateBlocks != 0
}

// tally is what clauses add up to, by trial.
type tally struct {
	sums    []sum
	out     marks // trials of which a clause is not met
	plainly marks // and does not hang on what can change
}

func newTally(n int) tally { return tally{make([]sum, n), newMarks(n), newMarks(n)} }

func (t *tally) clear() {
	clear(t.sums)
	clear(t.out)
	clear(t.plainly)
}

func (t *tally) add(o *tally) {
	for i := range t.sums {
		t.sums[i] += o.sums[i]
	}
	t.out.or(o.out)
	t.plainly.or(o.plainly)
}

// sum holds two figures of a trial, so that one addition sees to both: the weight of
// what is met, and in the upper half how many clauses do not stand in the way of a
// fit any more.
type sum uint32

func sumOf(met uint16, freed int) sum { return sum(met) + sum(freed)<<16 }
func (s sum) met() uint16             { return uint16(s) }
func (s sum) freed() int              { return int(int16(s >> 16)) }

func newStanding(s *Set) *standing {
	n := len(s.trials)
	return &standing{Set: s, considered: newMarks(n), clauses: make([]clauseState, len(s.clauses)), tally: newTally(n)}
}

// standing judges the set for a profile. Where keep is given, the match looks at
// those trials alone. The caller gives it back with end.
func (s *Set) standing(p Profile, keep func(i int) bool) *standing {
	st := s.standings.Get().(*standing)
	st.profile, st.who = p, s.m.person(p)
	st.stable = s.m.person(s.m.Without(p, s.m.changes))
	s.considered(p, &st.who, st.considered)
	if keep != nil {
		for i := range st.considered.all() {
			if !keep(i) {
				st.considered.unset(i)
			}
		}
	}
	st.judgeClauses()
	return st
}

// release leaves nothing of the person behind for whoever takes the standing next.
func (s *standing) end() {
	s.profile, s.who, s.stable = Profile{}, person{}, person{}
	clear(s.clauses)
	s.tally.clear()
	s.standings.Put(s)
}

// some is how many clauses are judged in one go.
const some = 4096

// judgeClauses judges, over all cores, the clauses that what is known bears on.
func (s *standing) judgeClauses() {
	type job struct {
		fact    int
		clauses []uint32
	}
	var jobs []job
	for f := range s.who.known.all() {
		for all := s.using[f]; len(all) > 0; {
			n := min(len(all), some)
			jobs = append(jobs, job{f, all[:n]})
			all = all[n:]
		}
	}
	var next atomic.Int64
	work := func(into *tally) {
		j := s.clauseJudge(into)
		defer j.end()
		for i := next.Add(1) - 1; i < int64(len(jobs)); i = next.Add(1) - 1 {
			j.judge(jobs[i].fact, jobs[i].clauses)
		}
	}
	var others []*standing // lend their tallies
	var running sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(jobs)) - 1 {
		other := s.standings.Get().(*standing)
		others = append(others, other)
		running.Go(func() { work(&other.tally) })
	}
	work(&s.tally)
	running.Wait()
	for _, other := range others {
		s.tally.add(&other.tally)
		other.end()
	}
}

// clauseJudge judges clauses on one core.
type clauseJudge struct {
	*standing
	now, stable *judge
	into        *tally
}

func (s *standing) clauseJudge(into *tally) *clauseJudge {
	return &clauseJudge{s, s.judge(s.who), s.judge(s.stable), into}
}

func (j *clauseJudge) end() {
	j.release(j.now)
	j.release(j.stable)
}

// judge judges those of a fact's clauses for which it is the first fact that is known.
func (j *clauseJudge) judge(about int, clauses []uint32) {
	for _, k := range clauses {
		c := &j.Set.clauses[k]
		if c.uses.firstIn(j.who.known) != about {
			continue
		}
		t := c.asked(j.now.truth(c.root))
		blocks := t == fact.Unknown && (c.field || j.m.blocks(j.now, c.root))
		j.clauses[k] = stateOf(t, blocks)
		trials := j.askedBy[c.trials.from:c.trials.to]
		if t == fact.False {
			j.ruleOut(c, trials)
			continue
		}
		add := sum(0)
		if t == fact.True {
			add = sumOf(c.weight(), 0)
		}
		if blocks != c.blocks {
			add += sumOf(0, flag(c.blocks)-flag(blocks))
		}
		if add != 0 {
			for _, i := range trials {
				j.into.sums[i] += add
			}
		}
	}
}

func (j *clauseJudge) ruleOut(c *clause, trials []uint32) {
	plainly := c.asked(j.stable.truth(c.root)) == fact.False
	for _, i := range trials {
		j.into.out.set(int(i))
	}
	if plainly {
		for _, i := range trials {
			j.into.plainly.set(int(i))
		}
	}
}

// asked turns the truth of a rule into that of its clause: a ban is met where its
// rule does not hold.
func (c clauseKey) asked(t fact.Truth) fact.Truth {
	if c.ban {
		return t.Not()
	}
	return t
}

// fits says whether nothing but laboratory values is left open of a trial that is
// not ruled out.
func (s *standing) fits(i int) bool {
	t := &s.trials[i]
	return t.mayFit && int(t.blocks) == s.sums[i].freed()
}

// unmet counts the criteria of a trial that are not met.
func (s *standing) unmet(i int) int {
	n := 0
	for _, k := range s.clausesOf(i) {
		if t, _ := s.stateOf(k); t == fact.False {
			n++
		}
	}
	return n
}

// changes says whether a fact is one that can become another.
func (m *Matcher) changes(id string) bool {
	f, _ := m.Facts.ByID(id)
	return f.Changes != fact.Never
}
