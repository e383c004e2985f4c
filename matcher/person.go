package matcher

import (
	"slices"

	"trialfinder/matcher/condition"
	"trialfinder/matcher/criteria"
	"trialfinder/matcher/fact"
)

// person is a profile laid out for judging nodes.
type person struct {
	facts   []*fact.Value // by the fact's place; nil where it is not known
	known   idSet
	own     idSet   // the illness sought itself
	sought  kinship // of the illness that a trial is sought for
	all     kinship // of all illnesses
	sure    bool    // the illness sought is known
	sureAll bool    // the others are known
}

// kinship is illnesses as ids to look for: a trial for one of is takes the person,
// one for a kind among mayBe perhaps.
type kinship struct{ is, mayBe idSet }

func (m *Matcher) person(p Profile) person {
	out := person{facts: make([]*fact.Value, m.Facts.Len())}
	for id, v := range p.Facts {
		if i, ok := m.Facts.Index(id); ok {
			out.facts[i] = &v
			out.known.set(i)
		}
	}
	sought, soughtKnown := p.Facts["condition"]
	others, othersKnown := p.Facts["other_conditions"]
	out.sure, out.sureAll = soughtKnown, othersKnown
	out.sought = m.kinship(sought.Texts)
	for _, id := range sought.Texts {
		if i, ok := m.Conditions.Index(id); ok {
			out.own.set(i)
		}
	}
	out.all = m.kinship(slices.Concat(sought.Texts, others.Texts))
	return out
}

// personWith is the person of the profile with one more answer. What they told is laid out
// in the room, if there is enough.
func (m *Matcher) personWith(who person, p Profile, f int, v fact.Value, room []*fact.Value) person {
	about := m.Facts.At(f)
	if about.Conditions() || m.implying.has(f) {
		return m.person(m.With(p, about.ID, v))
	}
	who.facts = append(room[:0], who.facts...)
	who.facts[f] = &v
	who.known.set(f)
	return who
}

func (m *Matcher) kinship(ids []string) kinship {
	var out kinship
	for _, id := range ids {
		if i, ok := m.Conditions.Index(id); ok {
			out.is.add(m.kin[i].is)
			out.mayBe.add(m.kin[i].mayBe)
		}
	}
	return out
}

// kinships are those of each illness, in the vocabulary's order.
func kinships(v *condition.Vocabulary) []kinship {
	var out []kinship
	for _, c := range v.All() {
		var k kinship
		for _, id := range append(v.Ancestors(c.ID), c.ID) {
			i, _ := v.Index(id)
			k.is.set(i)
		}
		for _, id := range v.Descendants(c.ID) {
			i, _ := v.Index(id)
			k.mayBe.set(i)
		}
		out = append(out, k)
	}
	return out
}

func (p *person) atom(a *compiledAtom) fact.Truth {
	if a.illness {
		return p.illness(a)
	}
	v := p.facts[a.fact]
	if v == nil {
		return fact.Unknown
	}
	return compare(&a.Atom, v)
}

func (p *person) illness(a *compiledAtom) fact.Truth {
	mine, settled := p.sought, p.sure
	if a.all {
		mine, settled = p.all, p.sureAll
	}
	t := fact.False
	switch {
	case a.wanted.intersects(&mine.is):
		t = fact.True
	case a.wanted.intersects(&mine.mayBe) || !settled:
		t = fact.Unknown
	}
	if a.Op == criteria.Ne {
		return t.Not()
	}
	return t
}
