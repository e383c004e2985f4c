package matcher

import (
	"math"
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

// personWith is the person of the profile with one more answer.
func (m *Matcher) personWith(who person, p Profile, f int, v fact.Value) person {
	about := m.Facts.At(f)
	if about.Conditions() || m.implying.has(f) {
		return m.person(m.With(p, about.ID, v))
	}
	who.facts = slices.Clone(who.facts)
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

// judge holds what is settled of the nodes for one person. Stamps make it fit for
// the next person without clearing it.
type judge struct {
	*program
	person
	stamps []uint32 // of each node: the round in which its truth was settled, and the truth
	round  uint32
	base   *judge // with one answer less; what does not use the answer is as there
	fresh  idSet  // the facts that the answer settled; of a judge with a base
}

// take begins a round for another person.
func (j *judge) take(p person) {
	j.person, j.base = p, nil
	j.begin()
}

// forget leaves nothing of the person behind for whoever takes the judge next.
func (j *judge) forget() { j.person, j.base = person{}, nil }

// begin begins a round.
func (j *judge) begin() {
	if len(j.stamps) < len(j.nodes) {
		j.stamps = make([]uint32, len(j.nodes))
		j.round = 0
	}
	const last = math.MaxUint32>>2 - 1
	if j.round == last {
		clear(j.stamps)
		j.round = 0
	}
	j.round++
}

// takeOver begins a round for the same person with one more answer.
func (j *judge) takeOver(base *judge, p person) {
	j.person, j.base, j.fresh = p, base, p.known.without(base.known)
	j.begin()
}

// truth is Kleene's logic over the graph.
func (j *judge) truth(at uint32) fact.Truth {
	n := &j.nodes[at]
	if !n.uses.intersects(j.known) {
		return fact.Unknown
	}
	if j.base != nil && !n.uses.intersects(j.fresh) {
		return j.base.truth(at)
	}
	if s := j.stamps[at]; s>>2 == j.round {
		return fact.Truth(s&3) - 1
	}
	t := fact.Unknown
	switch n.kind {
	case atomNode:
		t = j.atom(&j.atoms[n.from])
	case notNode:
		t = j.truth(j.parts[n.from]).Not()
	case allNode:
		t = fact.True
		for _, p := range j.parts[n.from : n.from+n.n] {
			if t = min(t, j.truth(p)); t == fact.False {
				break
			}
		}
	case anyNode:
		t = fact.False
		for _, p := range j.parts[n.from : n.from+n.n] {
			if t = max(t, j.truth(p)); t == fact.True {
				break
			}
		}
	}
	j.stamps[at] = j.round<<2 | uint32(t+1)
	return t
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
	case a.wanted.intersects(mine.is):
		t = fact.True
	case a.wanted.intersects(mine.mayBe) || !settled:
		t = fact.Unknown
	}
	if a.Op == criteria.Ne {
		return t.Not()
	}
	return t
}

func (s *Set) judge(who person) *judge {
	j := s.judges.Get().(*judge)
	j.take(who)
	return j
}

func (s *Set) release(j *judge) {
	j.forget()
	s.judges.Put(j)
}

// lack is what could still change an unknown: facts, and whether words that no
// fact expresses stand in the way.
type lack struct {
	facts idSet
	leaf  bool
}

// missing says what a node lacks, as evaluator.missing does of its rule.
func (j *judge) missing(at uint32, into *lack) {
	if j.truth(at) != fact.Unknown {
		return
	}
	n := &j.nodes[at]
	switch n.kind {
	case unknownNode:
		into.leaf = true
	case atomNode:
		into.facts.set(j.lacking(&j.atoms[n.from]))
	case notNode:
		j.missing(j.parts[n.from], into)
	case allNode:
		j.missingOf(n, into, fact.False)
	case anyNode:
		j.missingOf(n, into, fact.True)
	}
}

func (j *judge) missingOf(n *node, into *lack, alone fact.Truth) {
	parts := j.parts[n.from : n.from+n.n]
	together := !slices.ContainsFunc(parts, func(p uint32) bool { return !j.canBe(p, alone.Not()) })
	for _, p := range parts {
		if together || j.canBe(p, alone) {
			j.missing(p, into)
			continue
		}
		into.leaf = into.leaf || j.truth(p) == fact.Unknown
	}
}

func (j *judge) canBe(at uint32, t fact.Truth) bool {
	if now := j.truth(at); now != fact.Unknown {
		return now == t
	}
	n := &j.nodes[at]
	switch n.kind {
	case atomNode:
		return true
	case unknownNode:
		return false
	}
	parts := j.parts[n.from : n.from+n.n]
	if n.kind == notNode {
		return j.canBe(parts[0], t.Not())
	}
	alone := fact.False // what one part brings about by itself
	if n.kind == anyNode {
		alone = fact.True
	}
	if t == alone {
		return slices.ContainsFunc(parts, func(p uint32) bool { return j.canBe(p, t) })
	}
	return !slices.ContainsFunc(parts, func(p uint32) bool { return !j.canBe(p, t) })
}

func (j *judge) lacking(a *compiledAtom) int {
	if a.Fact == "condition" && a.all && !j.sureAll {
		return j.othersFact
	}
	return a.fact
}
