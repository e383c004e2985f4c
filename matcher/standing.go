package matcher

import (
	"runtime"
	"sync"

	"trialfinder/matcher/fact"
)

// standing is how the trials of a set stand for one person. Every clause that what
// is known bears on is judged once, for all its trials.
type standing struct {
	*Set
	judge      judge // of the two below
	profile    Profile
	who        person
	wanted     uint32 // therapies
	considered marks  // the trials that the match looks at
	ruling
	settles  []bool     // by what clauses need: they may be true or false
	may      []idSet    // by what clauses need: the facts of which a single answer may settle them
	against  []idSet    // and those of which one may make them not met
	by       []directed // and by which answers about them
	clauses  []clauseState
	inTheWay []uint32 // of each open trial that does not fit: a clause that stands in the way; noClause where its text does
}

// The two whom a standing judges: the person, and the person without what can change.
const (
	asTheyAre = iota
	withoutChange
)

// ruling is what clauses rule of trials.
type ruling struct {
	left marks // considered, and not plainly ruled out
	out  marks // one of its clauses is not met
}

// clauseState is what a clause is for the person: its truth, two more than it is.
// 0: not judged, since what is known can't settle it or none of its trials was left.
type clauseState uint8

const (
	unknownState = clauseState(fact.Unknown + 2)
	trueState    = clauseState(fact.True + 2)
)

const noClause = ^uint32(0)

func newStanding(s *Set) *standing {
	n := len(s.trials)
	return &standing{
		Set:        s,
		judge:      judge{program: &s.program, settled: make([]truths, len(s.atoms)), full: 1<<asTheyAre | 1<<withoutChange},
		considered: newMarks(n),
		ruling:     ruling{newMarks(n), newMarks(n)},
		settles:    make([]bool, len(s.needs)),
		may:        make([]idSet, len(s.needs)),
		against:    make([]idSet, len(s.needs)),
		by:         make([]directed, len(s.needs)),
		clauses:    make([]clauseState, len(s.clauses)),
		inTheWay:   make([]uint32, n),
	}
}

// standing judges the set for a profile; only is which trials the match looks at. The
// caller gives it back with end.
func (s *Set) standing(p Profile, only Only) *standing {
	st := s.standings.Get().(*standing)
	st.profile, st.who, st.wanted = p, s.m.person(p), s.wanted(p)
	stable := s.m.person(s.m.Without(p, s.m.changes))
	st.judge.takeAll(&st.who, asTheyAre)
	st.judge.takeAll(&stable, withoutChange)
	for n := range s.needs {
		st.settles[n] = s.needs[n].settles(&st.who.known)
	}
	s.considered(p, &st.who, st.considered)
	s.narrow(st.considered, only, p)
	copy(st.left, st.considered)
	st.judgeShared()
	st.judgeOwn()
	return st
}

// end leaves nothing of the person behind for whoever takes the standing next.
func (s *standing) end() {
	s.profile, s.who = Profile{}, person{}
	clear(s.judge.settled)
	clear(s.clauses)
	clear(s.left)
	clear(s.out)
	s.standings.Put(s)
}

// stripe is how many clauses a core takes in one go.
const stripe = 512

// judgeShared judges, over all cores, the clauses that several trials have.
func (s *standing) judgeShared() {
	workers := min(runtime.GOMAXPROCS(0), 1+int(s.shared)/stripe)
	others := make([]*standing, workers-1) // lend their marks
	work := func(w int, into *ruling) {
		for from := w * stripe; from < int(s.shared); from += workers * stripe {
			for k := from; k < min(from+stripe, int(s.shared)); k++ {
				s.judgeClause(uint32(k), into)
			}
		}
	}
	var running sync.WaitGroup
	for w := range others {
		other := s.standings.Get().(*standing)
		copy(other.left, s.left)
		others[w] = other
		running.Go(func() { work(w+1, &other.ruling) })
	}
	work(0, &s.ruling)
	running.Wait()
	for _, other := range others {
		s.left.and(other.left)
		s.out.or(other.out)
		other.end()
	}
}

func (s *standing) judgeClause(k uint32, into *ruling) {
	c := &s.Set.clauses[k]
	if !s.settles[c.need] {
		return
	}
	list := s.trialsOf(c)
	if !into.left.hasOneOf(list) {
		return
	}
	is := s.state(k, c)
	if is.of(asTheyAre) != fact.False {
		return
	}
	for _, i := range list {
		into.out.set(int(i))
	}
	if is.of(withoutChange) == fact.False {
		for _, i := range list {
			into.left.unset(int(i))
		}
	}
}

// state judges a clause that what is known bears on, and keeps its state.
func (s *standing) state(k uint32, c *clause) truths {
	is := c.asked(s.judge.truths(c.root))
	s.clauses[k] = clauseState(is.of(asTheyAre) + 2)
	return is
}

// judgeOwn judges the clauses of single trials, where the trial is left.
func (s *standing) judgeOwn() {
	inShares(len(s.left), fewForOne/64, func(from, to int) {
		for i := range s.left.within(from, to) {
			s.judgeOwnOf(i)
		}
	})
}

func (s *standing) judgeOwnOf(i int) {
	for k, own := s.trials[i].own.from, s.trials[i].own.to; k < own; k++ {
		c := &s.Set.clauses[k]
		if !s.settles[c.need] {
			continue
		}
		is := s.state(k, c)
		if is.of(asTheyAre) != fact.False {
			continue
		}
		s.out.set(i)
		if is.of(withoutChange) == fact.False {
			s.left.unset(i)
			return
		}
	}
}

// truthOf gives a clause's truth for the person.
func (s *standing) truthOf(k uint32) fact.Truth {
	if state := s.clauses[k]; state > 0 {
		return fact.Truth(state) - 2
	}
	c := &s.Set.clauses[k]
	if !s.settles[c.need] {
		return fact.Unknown
	}
	return c.asked(s.judge.truths(c.root)).of(asTheyAre)
}

// asked turns the truths of a rule into those of its clause: a ban is met where its
// rule does not hold.
func (c *clause) asked(t truths) truths {
	if c.ban {
		return t.not()
	}
	return t
}

// unmet counts the criteria of a trial that are not met.
func (s *standing) unmet(i int) int {
	n := 0
	for _, k := range s.clausesOf(i) {
		n += flag(s.truthOf(k) == fact.False)
	}
	return n
}

// changes says whether a fact is one that can become another.
func (m *Matcher) changes(id string) bool {
	f, _ := m.Facts.ByID(id)
	return f.Changes != fact.Never
}

// obstacles finds the clauses that stand in the way of a fit, and remembers them. One
// goroutine uses it.
type obstacles struct {
	*standing
	seen []obstacle
}

// obstacle is what is remembered of a clause.
type obstacle uint8

const (
	notSeen obstacle = iota
	noObstacle
	isObstacle
)

func (s *standing) obstacles() *obstacles {
	o := s.Set.seen.Get().(*obstacles)
	o.standing = s
	return o
}

func (o *obstacles) end() {
	set := o.Set
	o.standing = nil
	clear(o.seen)
	set.seen.Put(o)
}

// blocks says whether a clause that is unknown stands in the way of a fit.
func (o *obstacles) blocks(k uint32) bool {
	if o.seen[k] == notSeen {
		o.seen[k] = noObstacle
		if o.lacksMore(&o.Set.clauses[k]) {
			o.seen[k] = isObstacle
		}
	}
	return o.seen[k] == isObstacle
}

func (o *obstacles) lacksMore(c *clause) bool {
	if c.field || !o.needs[c.need].uses.intersects(&o.who.known) {
		return c.blocks
	}
	return o.judge.blocks(c.root, &o.who, asTheyAre, &o.m.labs)
}

// first gives a clause that stands in the way of a trial's fit.
func (o *obstacles) first(i int) (uint32, bool) {
	for _, k := range o.clausesOf(i) {
		if o.truthOf(k) == fact.Unknown && o.blocks(k) {
			return k, true
		}
	}
	return noClause, false
}

// fitting are the open trials of which nothing but laboratory values is left open.
func (s *standing) fitting(open marks) marks {
	fits := newMarks(len(s.trials))
	inShares(len(open), fewForOne/64, func(from, to int) {
		o := s.obstacles()
		defer o.end()
		for i := range open.within(from, to) {
			s.inTheWay[i] = noClause
			if !s.trials[i].mayFit {
				continue
			}
			k, blocked := o.first(i)
			if s.inTheWay[i] = k; !blocked {
				fits.set(i)
			}
		}
	})
	return fits
}
