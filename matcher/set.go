package matcher

import (
	"math"
	"slices"
	"sync"

	"trialfinder/matcher/therapy"
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
	asked   []uint32   // the clauses of each trial, one trial after the other
	askedBy []uint32   // the trials of each clause, one clause after the other
	using   [][]uint32 // by a fact's place: the clauses that it bears on
	sites   []compiledSite
	points  []place.Point // of the sites
	words   []string      // statuses and countries of the sites
	details func(i int) (*Candidate, error)

	looked    marks            // trials that a match may look at
	therapies map[string]marks // those that give a therapy
	illnesses []marks          // by the illness's place: those for it
	anyone    marks            // those for no illness that is known
	judges    sync.Pool
	standings sync.Pool
	weighers  sync.Pool
}

// compiledTrial is what a match needs of one trial.
type compiledTrial struct {
	id         string
	place      uint32 // among the trials in the order of their ids
	status     trials.Status
	therapies  []therapy.Label
	conditions idSet
	clauses    span   // in asked
	sites      span   // in sites
	weight     uint16 // of all that is asked: what fit divides by
	blocks     uint16 // how many clauses stand in the way of a fit while nothing is known
	mayFit     bool   // its illness is known and enough of its text is read
}

type span struct{ from, to uint32 }

// clause is a rule as trials ask for it or forbid it. What holds for one cohort
// only, what is the clinic's and what was not read is none: it settles nothing.
type clause struct {
	clauseKey
	blocks bool  // while nothing is known it stands in the way of a fit
	uses   idSet // the facts in it
	trials span  // in askedBy
}

// clauseKey tells clauses apart.
type clauseKey struct {
	root  uint32 // the rule's node
	ban   bool   // the rule must not hold
	field bool   // it is a field of the registry's
}

// weight is what a clause counts in the score: the registry's own fields are the
// sure ground and count double.
func (c clauseKey) weight() uint16 {
	if c.field {
		return 2
	}
	return 1
}

// clausesOf are the clauses of a trial.
func (s *Set) clausesOf(trial int) []uint32 {
	t := &s.trials[trial]
	return s.asked[t.clauses.from:t.clauses.to]
}

// compiledSite is a place to ask at, as small as can be: there are many.
type compiledSite struct {
	at      vector
	placed  bool
	rank    int8
	status  uint32 // in words
	country uint32 // in words
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

// NewSet compiles candidates that stay at hand.
func (m *Matcher) NewSet(candidates []Candidate) *Set {
	b := m.NewBuilder(len(candidates))
	for i := range candidates {
		b.Add(&candidates[i])
	}
	return b.Set(func(i int) (*Candidate, error) { return &candidates[i], nil })
}
