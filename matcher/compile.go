package matcher

import (
	"encoding/binary"
	"fmt"
	"iter"
	"math"
	"math/bits"

	"trialfinder/matcher/criteria"
)

// idSet is a set of up to 256 facts or illnesses, by their place in the vocabulary.
type idSet [4]uint64

func (b *idSet) set(i int)     { b[i/64] |= 1 << (i % 64) }
func (b *idSet) add(o idSet)   { b[0] |= o[0]; b[1] |= o[1]; b[2] |= o[2]; b[3] |= o[3] }
func (b idSet) has(i int) bool { return b[i/64]>>(i%64)&1 == 1 }
func (b idSet) intersects(o idSet) bool {
	return b[0]&o[0]|b[1]&o[1]|b[2]&o[2]|b[3]&o[3] != 0
}
func (b idSet) empty() bool { return b[0]|b[1]|b[2]|b[3] == 0 }

// firstIn gives the first member of b that is in o too; -1 where none is.
func (b idSet) firstIn(o idSet) int {
	for w := range b {
		if both := b[w] & o[w]; both != 0 {
			return w*64 + bits.TrailingZeros64(both)
		}
	}
	return -1
}

// all gives the members, in order.
func (b idSet) all() iter.Seq[int] {
	return func(yield func(int) bool) {
		for w, word := range b {
			for ; word != 0; word &= word - 1 {
				if !yield(w*64 + bits.TrailingZeros64(word)) {
					return
				}
			}
		}
	}
}

// both gives the members of b that are in o too.
func (b idSet) both(o idSet) idSet {
	return idSet{b[0] & o[0], b[1] & o[1], b[2] & o[2], b[3] & o[3]}
}

// without gives the members of b that are not in o.
func (b idSet) without(o idSet) idSet {
	return idSet{b[0] &^ o[0], b[1] &^ o[1], b[2] &^ o[2], b[3] &^ o[3]}
}

// node is one part of a rule. Equal parts of all rules are one node, so that each
// is judged once a person.
type node struct {
	kind nodeKind
	from uint32 // all, any, not: the first of its parts in parts; atom: its place in atoms
	n    uint32 // how many parts
	uses idSet  // the facts in it
}

type nodeKind uint8

const (
	unknownNode nodeKind = iota
	atomNode
	allNode
	anyNode
	notNode
)

// compiledAtom is a comparison with what is looked up beforehand.
type compiledAtom struct {
	criteria.Atom
	fact    int
	illness bool
	all     bool  // looks at all illnesses of the person, not only at the one sought
	wanted  idSet // the illnesses compared with
}

// program is the rules of many trials as one graph of nodes.
type program struct {
	nodes      []node
	parts      []uint32
	atoms      []compiledAtom
	soughtFact int // the place of the fact "condition"
	othersFact int // and of "other_conditions"
}

// compiler builds a program. Its keys are dropped once it is built.
type compiler struct {
	m *Matcher
	program
	seen map[string]uint32
	key  []byte
}

func newCompiler(m *Matcher) *compiler {
	c := &compiler{m: m, seen: map[string]uint32{}}
	c.soughtFact, _ = m.Facts.Index("condition")
	c.othersFact, _ = m.Facts.Index("other_conditions")
	c.intern(node{kind: unknownNode}, nil, "?") // node 0
	return c
}

// intern gives the node that the key stands for, and makes it where it is new.
func (c *compiler) intern(n node, parts []uint32, key string) uint32 {
	if at, ok := c.seen[key]; ok {
		return at
	}
	if parts != nil {
		n.from, n.n = uint32(len(c.parts)), uint32(len(parts))
		c.parts = append(c.parts, parts...)
		for _, p := range parts {
			n.uses.add(c.nodes[p].uses)
		}
	}
	at := uint32(len(c.nodes))
	c.nodes = append(c.nodes, n)
	c.seen[key] = at
	return at
}

// rule gives the node of a rule in a list of demands or of bans, which look for
// illnesses in different places.
func (c *compiler) rule(r criteria.Rule, kind criteria.Kind) uint32 {
	switch r := r.(type) {
	case criteria.All:
		return c.partsOf(allNode, r, kind)
	case criteria.Any:
		return c.partsOf(anyNode, r, kind)
	case criteria.Not:
		return c.partsOf(notNode, []criteria.Rule{r.Rule}, kind)
	case criteria.Atom:
		return c.atom(r, kind)
	}
	return 0
}

func (c *compiler) partsOf(k nodeKind, rules []criteria.Rule, kind criteria.Kind) uint32 {
	parts := make([]uint32, len(rules))
	for i, r := range rules {
		parts[i] = c.rule(r, kind)
	}
	c.key = append(c.key[:0], byte(k))
	for _, p := range parts {
		c.key = binary.LittleEndian.AppendUint32(c.key, p)
	}
	return c.intern(node{kind: k}, parts, string(c.key))
}

func (c *compiler) atom(a criteria.Atom, kind criteria.Kind) uint32 {
	at := compiledAtom{Atom: a, illness: a.Fact == "condition" || a.Fact == "other_conditions"}
	if at.illness {
		at.all = kind == criteria.Exclusion || a.Fact == "other_conditions"
	}
	key := atomKey(at)
	if n, ok := c.seen[key]; ok {
		return n
	}
	f, ok := c.m.Facts.Index(a.Fact)
	if !ok {
		return 0 // a rule of older rule-sets; nothing is known of the fact
	}
	at.fact = f
	n := node{kind: atomNode, from: uint32(len(c.atoms))}
	n.uses.set(f)
	if at.illness {
		at.wanted = c.illnesses(a)
		n.uses.set(c.soughtFact)
		n.uses.set(c.othersFact)
	}
	c.atoms = append(c.atoms, at)
	return c.intern(n, nil, key)
}

// atomKey tells atoms apart by all that bears on their truth.
func atomKey(a compiledAtom) string {
	written := ""
	if w := a.AsWritten; w != nil && w.Value != nil {
		written = fmt.Sprintf("%x %s", math.Float64bits(*w.Value), w.Unit)
	}
	v := a.Value
	return fmt.Sprintf("= %s %s %t %d %x %q %t %q %s", a.Fact, a.Op, a.all, v.Kind, math.Float64bits(v.Number), v.Text, v.Bool, v.List, written)
}

func (c *compiler) illnesses(a criteria.Atom) idSet {
	var out idSet
	wanted := a.Value.List
	if a.Value.Kind == criteria.TextOperand {
		wanted = []string{a.Value.Text}
	}
	for _, id := range wanted {
		if i, ok := c.m.Conditions.Index(id); ok {
			out.set(i)
		}
	}
	return out
}
