package matcher

import (
	"iter"
	"maps"
	"math"
	"slices"
	"sync"

	"trialfinder/trials"
	"trialfinder/trials/place"
)

// Set is trials compiled for matching. It never changes, and any number of
// goroutines may use it.
//
// It is laid out by what is asked, not by trial: each clause (a rule that is asked
// or forbidden) is judged once a person and knows its trials.
type Set struct {
	m *Matcher
	program
	trials  []compiledTrial
	clauses []clause
	shared  uint32     // how many clauses several trials have; the others are one trial's own
	needs   []need     // what clauses need; many need the same
	asked   []uint32   // the clauses of each trial, one trial after the other
	askedBy []uint32   // the trials of each clause, one clause after the other
	byNeed  [][]uint32 // the clauses that need the same
	sites   []compiledSite
	places  []compiledPlace
	words   []string // statuses of the sites
	details func(i int) (*Candidate, error)

	looked       marks            // trials that a match may look at
	recruiting   marks            // by the trial's own status
	therapies    map[string]marks // those that give a therapy
	phases       map[string]marks
	countries    map[string]marks // those with a site there that takes people, now or soon
	recruitingIn map[string]marks // those that recruit, with a site there that does
	illnesses    []marks          // by the illness's place: those for it
	anyone       marks            // those for no illness that is known
	standings    sync.Pool
	seen         sync.Pool // of obstacles
	weighers     sync.Pool
}

// compiledTrial is what a match needs of one trial.
type compiledTrial struct {
	id         string
	place      uint32 // among the trials in the order of their ids
	status     trials.Status
	tested     uint32 // therapies, a bit each in the order of the vocabulary
	combined   uint32
	conditions idSet
	clauses    span   // in asked
	own        span   // the clauses that no other trial has
	sites      span   // in sites
	weight     uint16 // of all that is asked: what fit divides by
	fields     uint16 // how many of its clauses are fields of the registry's; they come first
	mayFit     bool   // its illness is known and enough of its text is read
}

type span struct{ from, to uint32 }

// clause is a rule as trials ask for it or forbid it.
type clause struct {
	root   uint32 // the rule's place in the program
	need   uint32 // in needs
	trials span   // in askedBy
	ban    bool   // the rule must not hold
	field  bool   // it is a field of the registry's
	blocks bool   // while nothing is known it stands in the way of a fit
}

// fieldWeight is what a field of the registry's counts in the score: they are the sure
// ground and count double.
const fieldWeight = 2

// clausesOf are the clauses of a trial.
func (s *Set) clausesOf(trial int) []uint32 {
	t := &s.trials[trial]
	return s.asked[t.clauses.from:t.clauses.to]
}

// factsOf are those that a clause uses.
func (s *Set) factsOf(k uint32) *idSet { return &s.needs[s.clauses[k].need].uses }

// using are the clauses in which one of some facts is.
func (s *Set) using(facts idSet) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for n := range s.needs {
			if !s.needs[n].uses.intersects(&facts) {
				continue
			}
			for _, k := range s.byNeed[n] {
				if !yield(k) {
					return
				}
			}
		}
	}
}

// trialsOf are the trials of a clause.
func (s *Set) trialsOf(c *clause) []uint32 { return s.askedBy[c.trials.from:c.trials.to] }

// compiledSite is a place to ask at, as small as can be: there are many. A trial's
// stand in the order of their ranks.
type compiledSite struct {
	place  uint32 // in places
	status uint16 // in words
	rank   uint8
}

// compiledPlace is a town with sites.
type compiledPlace struct {
	at      vector
	point   place.Point
	placed  bool
	city    string
	country string
}

// vector points from the middle of the earth to a place on it.
type vector struct{ x, y, z float64 }

func towards(p place.Point) vector {
	lat, lon := p.Lat*math.Pi/180, p.Lon*math.Pi/180
	return vector{math.Cos(lat) * math.Cos(lon), math.Cos(lat) * math.Sin(lon), math.Sin(lat)}
}

func (v vector) dot(o vector) float64 { return v.x*o.x + v.y*o.y + v.z*o.z }

// considered marks the trials that a match looks at, as Considered says of each.
func (s *Set) considered(p Profile, who *person, into marks) {
	clear(into)
	if len(p.Therapies) == 0 {
		for _, marks := range s.therapies {
			into.or(marks)
		}
	}
	for _, id := range p.Therapies {
		into.or(s.therapies[id])
	}
	into.and(s.looked)
	if !who.sure {
		return
	}
	possible := slices.Clone(s.anyone)
	for i, marks := range s.illnesses {
		if who.sought.is.has(i) || who.sought.mayBe.has(i) {
			possible.or(marks)
		}
	}
	into.and(possible)
}

// Only narrows a match to some trials; what is empty narrows nothing.
type Only struct {
	Country    string // with a site there that takes people, now or soon
	Phase      trials.Phase
	Recruiting bool // now; in the country, where one is named
	KM         int  // with a site that takes people, now or soon, so near to the person's town
}

func (s *Set) narrow(into marks, o Only, p Profile) {
	for _, only := range []struct {
		holds bool
		to    marks
	}{
		{o.Phase != "", s.phases[string(o.Phase)]},
		{o.Country != "", s.countries[o.Country]},
		{o.Recruiting, s.recruiting},
		{o.Recruiting && o.Country != "", s.recruitingIn[o.Country]},
	} {
		switch {
		case only.holds && only.to == nil:
			clear(into)
		case only.holds:
			into.and(only.to)
		}
	}
	if o.KM > 0 && p.Home != nil {
		s.narrowToNear(into, float64(o.KM), p)
	}
}

// Len is how many trials there are.
func (s *Set) Len() int { return len(s.trials) }

// All gives the trials, in the order in which they were added.
func (s *Set) All() iter.Seq2[*Candidate, error] {
	return func(yield func(*Candidate, error) bool) {
		for i := range s.trials {
			if !yield(s.details(i)) {
				return
			}
		}
	}
}

// Count counts the open trials that give a therapy, or any where it is "", in a country
// or anywhere.
func (s *Set) Count(therapy, country string) int {
	p := Profile{}
	if therapy != "" {
		p.Therapies = []string{therapy}
	}
	of := newMarks(len(s.trials))
	s.considered(p, &person{}, of)
	s.narrow(of, Only{Country: country}, p)
	return of.count()
}

// Countries are those in which some trial has a site that takes people: ISO 3166-1 codes,
// or the registry's words where it has none.
func (s *Set) Countries() []string { return slices.Sorted(maps.Keys(s.countries)) }

// wanted are the therapies that a person wants, or all, a bit each.
func (s *Set) wanted(p Profile) uint32 {
	out := uint32(0)
	for at, id := range s.m.Therapies.IDs() {
		if len(p.Therapies) == 0 || slices.Contains(p.Therapies, id) {
			out |= 1 << at
		}
	}
	return out
}

// NewSet compiles candidates that stay at hand.
func (m *Matcher) NewSet(candidates []Candidate) *Set {
	b := m.NewBuilder(len(candidates))
	for i := range candidates {
		c := &candidates[i]
		if err := b.Add(m.Slip(&c.Trial, &c.Listing)); err != nil {
			panic(err) // its own slip
		}
	}
	return b.Set(func(i int) (*Candidate, error) { return &candidates[i], nil })
}
