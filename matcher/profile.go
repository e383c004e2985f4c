package matcher

import (
	"maps"
	"slices"
	"strings"
	"time"

	"trialfinder/matcher/fact"
	"trialfinder/trials/place"
)

// Profile is all that is known of a person today: the answers, grown to today,
// and what follows from them. Facts that are not in it are not known.
type Profile struct {
	Today          time.Time
	Therapies      []string
	Answered       int // facts with an answer, "I don't know" among them
	Asked          map[string]bool
	Facts          map[string]fact.Value
	Given          map[string]bool   // facts of which the person gave a value; the others follow from these
	Derived        map[string]string // facts that were reckoned from another answer, and that answer's fact
	Contradictions []Contradiction
	Home           *place.Point // where the person's town lies; nil if not known
	HomeExact      bool         // it is the very place, and not the town's centre
}

// Contradiction is an answer that another answer rules out. The answer stands;
// the person is to be asked which is right.
type Contradiction struct {
	Fact    string `json:"fact"`    // whose answer is in doubt
	Because string `json:"because"` // the other fact
	Implies string `json:"implies"` // what would follow from that
}

// Gazetteer tells where towns lie.
type Gazetteer interface {
	Find(name, country string) (place.Town, bool)
}

// Profile draws up the profile for today. The gazetteer may be nil.
func (m *Matcher) Profile(a Answers, today time.Time, towns Gazetteer) Profile {
	p := Profile{
		Today: today, Therapies: a.Therapies,
		Asked: map[string]bool{}, Facts: map[string]fact.Value{}, Given: map[string]bool{}, Derived: map[string]string{},
	}
	days := 0.0
	if !a.AsOf.IsZero() {
		days = daysBetween(a.AsOf, today)
	}
	for id, answer := range a.Facts {
		p.Asked[id] = true
		if answer == nil || !answer.Derived {
			p.Answered++
		}
		if answer == nil {
			continue
		}
		if answer.Derived {
			p.Derived[id] = strings.TrimSuffix(id, ulnSuffix)
		} else {
			p.Given[id] = true
		}
		v := answer.Value
		if !answer.Dated {
			v = m.grown(id, v, days)
		}
		p.Facts[id] = v
	}
	m.imply(&p)
	if town, ok := p.Facts["place"]; ok && towns != nil {
		if t, found := towns.Find(town.Text, p.Facts["country"].Text); found {
			p.Home = &t.Point
			_, p.HomeExact = place.ParsePoint(town.Text)
		}
	}
	return p
}

// grown is a value of a fact after a number of days.
func (m *Matcher) grown(id string, v fact.Value, days float64) fact.Value {
	f, _ := m.Facts.ByID(id)
	if f.Grows() && !v.Never && days != 0 {
		v.Span = v.Span.Grown(days / daysPer[f.Unit])
	}
	return v
}

// After is the profile a number of days later, if nothing else changes.
func (m *Matcher) After(p Profile, days float64) Profile {
	later := p
	later.Today = p.Today.AddDate(0, 0, int(days))
	later.Facts = make(map[string]fact.Value, len(p.Facts))
	for id, v := range p.Facts {
		later.Facts[id] = m.grown(id, v, days)
	}
	return later
}

// With is the profile with one more answer.
func (m *Matcher) With(p Profile, id string, v fact.Value) Profile {
	more := p
	more.Facts = maps.Clone(p.Facts)
	more.Contradictions = slices.Clip(p.Contradictions)
	more.Facts[id] = v
	m.imply(&more)
	return more
}

// Without is the profile without some facts, but for those that follow from what is left.
func (m *Matcher) Without(p Profile, drop func(id string) bool) Profile {
	less := p
	less.Facts = maps.Clone(p.Facts)
	less.Contradictions = slices.Clip(p.Contradictions)
	maps.DeleteFunc(less.Facts, func(id string, _ fact.Value) bool { return drop(id) })
	m.imply(&less)
	return less
}

// imply adds what follows from what is known, to a fixed point. An answer is
// never overridden: a clash is a contradiction.
func (m *Matcher) imply(p *Profile) {
	for more := true; more; {
		more = false
		for _, i := range m.implications {
			if !holds(p.Facts, i.If) {
				continue
			}
			have, known := p.Facts[i.Then.Fact]
			if known {
				p.contradict(i, have)
				continue
			}
			f, _ := m.Facts.ByID(i.Then.Fact)
			v, ok := f.Parse(i.Then.Value)
			if !ok {
				continue
			}
			p.Facts[i.Then.Fact] = v
			more = true
		}
	}
}

func holds(facts map[string]fact.Value, c fact.Condition) bool {
	v, known := facts[c.Fact]
	if !known {
		return false
	}
	is := v.Is(c.Value)
	if c.Not {
		is = is.Not()
	}
	return is == fact.True
}

func (p *Profile) contradict(i fact.Implication, have fact.Value) {
	c := Contradiction{Fact: i.Then.Fact, Because: i.If.Fact, Implies: i.Then.Value}
	if have.Is(i.Then.Value) == fact.False && !slices.Contains(p.Contradictions, c) {
		p.Contradictions = append(p.Contradictions, c)
	}
}
