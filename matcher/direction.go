package matcher

import (
	"trialfinder/matcher/criteria"
	"trialfinder/matcher/fact"
)

// directed are facts, by the answers that bear on a clause. A low answer is "no" or a small
// number, a high one "yes", a large number or "never". Where hiv is banned only a high one
// is against anybody, and a question that hardly anybody answers so is not worth much.
//
// They may bring it to be not met, and answers of the other side to be met. A fact of which
// the side is not clear is in both.
type directed struct{ low, high idSet }

// directions works them out for the facts that a clause uses.
func (p *program) directions(c *clause, uses *idSet, m *Matcher) directed {
	var d directed
	p.pushes(c.root, c.ban, &d)
	unclear := never
	for f := range uses.all() {
		if t := m.Facts.At(f).Type; (t == fact.Bool || t == fact.Number) && !m.leadsTo[f].intersects(uses) {
			unclear[f/64] &^= 1 << (f % 64)
		}
	}
	d.low.add(unclear)
	d.high.add(unclear)
	return d
}

// pushes adds the facts of a rule that must hold, or of a ban.
func (p *program) pushes(at uint32, ban bool, into *directed) {
	k, n := p.node(at)
	switch k {
	case atomNode:
		a := &p.atoms[n]
		low, high := a.holdsFor()
		if low && ban || high && !ban {
			into.low.set(a.fact)
		}
		if high && ban || low && !ban {
			into.high.set(a.fact)
		}
	case notNode:
		p.pushes(at+1, !ban, into)
	case allNode, anyNode:
		for part, end := at+1, at+1+n; part < end; part = p.after(part) {
			p.pushes(part, ban, into)
		}
	}
}

// holdsFor says whether an atom holds for low or for high answers; both where it may be
// either.
func (a *compiledAtom) holdsFor() (low, high bool) {
	switch kind := a.Value.Kind; {
	case kind == criteria.BoolOperand && (a.Op == criteria.Eq || a.Op == criteria.Ne):
		high = a.Value.Bool == (a.Op == criteria.Eq)
		return !high, high
	case kind == criteria.TextOperand && a.Value.Text == criteria.NeverText && (a.Op == criteria.Eq || a.Op == criteria.Ne):
		high = a.Op == criteria.Eq
		return !high, high
	case kind == criteria.NumberOperand && (a.Op == criteria.Lt || a.Op == criteria.Le):
		return true, false
	case kind == criteria.NumberOperand && (a.Op == criteria.Gt || a.Op == criteria.Ge):
		return false, true
	}
	return true, true
}
