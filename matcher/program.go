package matcher

import (
	"trialfinder/matcher/criteria"
	"trialfinder/matcher/fact"
)

// program is the rules of many trials as one stretch of words. A node is a word, its
// kind in the low bits: an atom's word says which atom; behind the word of an "all", an
// "any" or a "not" come its parts, and it says how many words they take.
type program struct {
	code    []uint32
	atoms   []compiledAtom
	atomsOf [][]uint32 // by a fact's place: the atoms that it bears on
	sought  int        // the place of the fact "condition"
	others  int        // and of "other_conditions"
}

type nodeKind uint32

const (
	unknownNode nodeKind = iota
	atomNode
	notNode
	allNode
	anyNode
)

const kindBits = 3

func wordOf(k nodeKind, n uint32) uint32 { return uint32(k) | n<<kindBits }

func (p *program) node(at uint32) (k nodeKind, n uint32) {
	w := p.code[at]
	return nodeKind(w & (1<<kindBits - 1)), w >> kindBits
}

// after gives the place behind a node and its parts.
func (p *program) after(at uint32) uint32 {
	if k, n := p.node(at); k >= notNode {
		return at + 1 + n
	}
	return at + 1
}

// compiledAtom is a comparison with what is looked up beforehand.
type compiledAtom struct {
	criteria.Atom
	fact    int
	illness bool
	all     bool  // looks at all illnesses of the person, not only at the one sought
	wanted  idSet // the illnesses compared with
}

// truths are those of up to 64 people, a bit each; where neither is set it is unknown.
type truths struct{ yes, no uint64 }

func (t truths) not() truths { return truths{t.no, t.yes} }

// of gives the truth for one of the people.
func (t truths) of(n uint) fact.Truth {
	return fact.Truth(t.yes>>n&1) - fact.Truth(t.no>>n&1)
}

// judge judges rules for up to 64 people at once: what each atom is for them is settled
// beforehand, and Kleene's "and" and "or" are those of bits.
type judge struct {
	*program
	settled []truths // by atom
	full    uint64   // a bit for each of the people
}

// take settles the atoms about a fact for the person with that number.
func (j *judge) take(who *person, n uint, about int) {
	for _, a := range j.atomsOf[about] {
		switch who.atom(&j.atoms[a]) {
		case fact.True:
			j.settled[a].yes |= 1 << n
		case fact.False:
			j.settled[a].no |= 1 << n
		}
	}
}

// takeAll settles all that the person tells.
func (j *judge) takeAll(who *person, n uint) {
	for f := range who.known.all() {
		if f == j.others && who.known.has(j.sought) {
			continue // the same atoms
		}
		j.take(who, n, f)
	}
}

// truths are those of a rule.
func (j *judge) truths(at uint32) truths {
	is, _ := j.judge(at)
	return is
}

// judge gives the truths of the rule at a place, and the place behind it.
func (j *judge) judge(at uint32) (is truths, after uint32) {
	k, n := j.node(at)
	at++
	switch k {
	case atomNode:
		return j.settled[n], at
	case notNode:
		is, _ = j.judge(at)
		return is.not(), at + n
	case allNode:
		return j.every(at, at+n), at + n
	case anyNode:
		return j.some(at, at+n), at + n
	}
	return truths{}, at
}

func (j *judge) every(at, end uint32) truths {
	out := truths{yes: j.full}
	for at < end && out.no != j.full {
		var is truths
		is, at = j.judge(at)
		out.yes &= is.yes
		out.no |= is.no
	}
	return out
}

func (j *judge) some(at, end uint32) truths {
	out := truths{no: j.full}
	for at < end && out.yes != j.full {
		var is truths
		is, at = j.judge(at)
		out.no &= is.no
		out.yes |= is.yes
	}
	return out
}

// lack is what could still change an unknown: facts, and whether words that no
// fact expresses stand in the way.
type lack struct {
	facts idSet
	leaf  bool
}

// missing says what a rule lacks for one of the people, as evaluator.missing does.
func (j *judge) missing(at uint32, who *person, n uint, into *lack) {
	if j.truths(at).of(n) != fact.Unknown {
		return
	}
	k, arg := j.node(at)
	switch k {
	case unknownNode:
		into.leaf = true
	case atomNode:
		into.facts.set(j.lacking(&j.atoms[arg], who))
	case notNode:
		j.missing(at+1, who, n, into)
	case allNode:
		j.missingOf(at, who, n, into, fact.False)
	case anyNode:
		j.missingOf(at, who, n, into, fact.True)
	}
}

func (j *judge) missingOf(at uint32, who *person, n uint, into *lack, alone fact.Truth) {
	together := j.canBe(at, n, alone.Not())
	_, size := j.node(at)
	for p, end := at+1, at+1+size; p < end; p = j.after(p) {
		if together || j.canBe(p, n, alone) {
			j.missing(p, who, n, into)
			continue
		}
		into.leaf = into.leaf || j.truths(p).of(n) == fact.Unknown
	}
}

// canBe says whether more answers can bring a rule to a truth.
func (j *judge) canBe(at uint32, n uint, t fact.Truth) bool {
	if now := j.truths(at).of(n); now != fact.Unknown {
		return now == t
	}
	k, size := j.node(at)
	switch k {
	case atomNode:
		return true
	case unknownNode:
		return false
	case notNode:
		return j.canBe(at+1, n, t.Not())
	}
	// One part of an "any" brings it to true by itself, one of an "all" to false.
	one := (k == anyNode) == (t == fact.True)
	for p, end := at+1, at+1+size; p < end; p = j.after(p) {
		if j.canBe(p, n, t) == one {
			return one
		}
	}
	return !one
}

func (j *judge) lacking(a *compiledAtom, who *person) int {
	if a.Fact == "condition" && a.all && !who.sureAll {
		return j.others
	}
	return a.fact
}

// blocks says whether what a rule that is unknown lacks stands in the way of a fit:
// it is more than laboratory values.
func (j *judge) blocks(at uint32, who *person, n uint, labs *idSet) bool {
	var l lack
	j.missing(at, who, n, &l)
	return l.leaf || !l.facts.without(*labs).empty()
}

// need is what must be known for a rule, or a clause, to be settled.
type need struct {
	uses idSet // the facts in it
	yes  idSet // those without which it can't be true, or met
	no   idSet // those without which it can't be false, or not met
	by   directed
}

// never can't be known: nobody knows so many facts.
var never = idSet{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)}

// settles says whether with the known facts the rule may be true or false; where not, it is
// unknown and need not be judged.
func (n *need) settles(known *idSet) bool {
	return n.yes.within(known) || n.no.within(known)
}

// needOf is what a clause needs.
func (p *program) needOf(c *clause, m *Matcher) need {
	n := p.need(c.root)
	if c.ban {
		n.yes, n.no = n.no, n.yes
	}
	n.by = p.directions(c, &n.uses, m)
	return n
}

// need works out what a rule needs.
func (p *program) need(at uint32) need {
	k, n := p.node(at)
	switch k {
	case atomNode:
		return p.needOfAtom(&p.atoms[n])
	case notNode:
		of := p.need(at + 1)
		return need{uses: of.uses, yes: of.no, no: of.yes}
	case allNode:
		out := need{no: never}
		for p1, end := at+1, at+1+n; p1 < end; p1 = p.after(p1) {
			of := p.need(p1)
			out.uses.add(of.uses)
			out.yes.add(of.yes)
			out.no = out.no.both(of.no)
		}
		return out
	case anyNode:
		out := need{yes: never}
		for p1, end := at+1, at+1+n; p1 < end; p1 = p.after(p1) {
			of := p.need(p1)
			out.uses.add(of.uses)
			out.no.add(of.no)
			out.yes = out.yes.both(of.yes)
		}
		return out
	}
	return need{yes: never, no: never}
}

func (p *program) needOfAtom(a *compiledAtom) need {
	var of idSet
	of.set(a.fact)
	if !a.illness {
		return need{uses: of, yes: of, no: of}
	}
	var sought, others, both idSet
	sought.set(p.sought)
	others.set(p.others)
	both = sought
	both.add(others)
	out := need{uses: both, yes: sought, no: sought}
	if a.all { // one of the two is enough to have an illness, and both to be free of it
		out = need{uses: both, no: others}
	}
	if a.Op == criteria.Ne {
		out.yes, out.no = out.no, out.yes
	}
	return out
}

// bounds adds the numbers with which a rule compares a fact, each but once; seen are the
// atoms that were met with.
func (p *program) bounds(at uint32, about int, seen func(atom uint32) bool, into []float64) []float64 {
	for end := p.after(at); at < end; at++ {
		k, n := p.node(at)
		if k != atomNode {
			continue
		}
		if a := &p.atoms[n]; a.fact == about && a.Value.Kind == criteria.NumberOperand && !seen(n) {
			into = append(into, a.Value.Number)
		}
	}
	return into
}
