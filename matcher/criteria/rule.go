package criteria

import "slices"

// Rule is a statement over facts: All, Any, Not, Atom or Unknown. The rule of an
// inclusion criterion must hold; that of an exclusion criterion must not.
type Rule interface{ rule() }

// All holds if every part holds. It is never empty.
type All []Rule

// Any holds if some part holds. It is never empty.
type Any []Rule

// Not holds if its part does not.
type Not struct{ Rule Rule }

// Unknown stands for words that no fact can express; it is always unknown.
type Unknown string

// Atom compares one fact with a value.
type Atom struct {
	Fact      string
	Op        Op
	Value     Operand
	Unit      string     // of a number: the fact's own
	AsWritten *AsWritten // where the text used another unit, scale or notation
}

func (All) rule()     {}
func (Any) rule()     {}
func (Not) rule()     {}
func (Unknown) rule() {}
func (Atom) rule()    {}

// Op is how an atom compares.
type Op string

// The comparisons. Enums and booleans know = and !=, sets and enums also in.
const (
	Eq Op = "="
	Ne Op = "!="
	Lt Op = "<"
	Le Op = "<="
	Gt Op = ">"
	Ge Op = ">="
	In Op = "in"
)

// Operand is the value that an atom compares with: one of its fields counts, as
// Kind says.
type Operand struct {
	Kind   OperandKind
	Number float64
	Text   string
	Bool   bool
	List   []string // of In; numbers as text where Numeric
	// Numeric: the enum's values are numbers in JSON, as stages are.
	Numeric bool
}

// OperandKind says which form an operand has.
type OperandKind int

// The forms of operands.
const (
	NumberOperand OperandKind = iota
	TextOperand
	BoolOperand
	ListOperand
)

// Num, Text, Boolean and List make operands.
func Num(v float64) Operand       { return Operand{Kind: NumberOperand, Number: v} }
func Text(v string) Operand       { return Operand{Kind: TextOperand, Text: v} }
func Boolean(v bool) Operand      { return Operand{Kind: BoolOperand, Bool: v} }
func List(vs ...string) Operand   { return Operand{Kind: ListOperand, List: vs} }
func Stages(vs ...string) Operand { return Operand{Kind: ListOperand, List: vs, Numeric: true} }

// NeverText is the operand for what has not happened.
const NeverText = "never"

// AsWritten is what the text said where the rule says it otherwise; only what
// differs is set.
type AsWritten struct {
	Value *float64 `json:"value,omitempty"`
	Unit  string   `json:"unit,omitempty"`
	Scale string   `json:"scale,omitempty"` // karnofsky, lansky
}

// equal: two rules say the same, in the same order.
func equal(a, b Rule) bool {
	switch a := a.(type) {
	case All:
		b, ok := b.(All)
		return ok && slices.EqualFunc(a, b, equal)
	case Any:
		b, ok := b.(Any)
		return ok && slices.EqualFunc(a, b, equal)
	case Not:
		b, ok := b.(Not)
		return ok && equal(a.Rule, b.Rule)
	case Atom:
		b, ok := b.(Atom)
		return ok && a.equal(&b)
	}
	return a == b
}

func (a *Atom) equal(b *Atom) bool {
	return a.Fact == b.Fact && a.Op == b.Op && a.Unit == b.Unit && a.Value.equal(&b.Value) && a.AsWritten.equal(b.AsWritten)
}

func (o *Operand) equal(p *Operand) bool {
	return o.Kind == p.Kind && o.Number == p.Number && o.Text == p.Text && o.Bool == p.Bool && o.Numeric == p.Numeric && slices.Equal(o.List, p.List)
}

func (w *AsWritten) equal(o *AsWritten) bool {
	if w == nil || o == nil {
		return w == o
	}
	sameValue := w.Value == o.Value || w.Value != nil && o.Value != nil && *w.Value == *o.Value
	return sameValue && w.Unit == o.Unit && w.Scale == o.Scale
}

// Facts lists the facts that a rule uses, each once, sorted.
func Facts(r Rule) []string {
	var ids []string
	Walk(r, func(a Atom) { ids = append(ids, a.Fact) })
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Walk calls f for each atom of a rule, in order.
func Walk(r Rule, f func(Atom)) {
	switch r := r.(type) {
	case All:
		for _, part := range r {
			Walk(part, f)
		}
	case Any:
		for _, part := range r {
			Walk(part, f)
		}
	case Not:
		Walk(r.Rule, f)
	case Atom:
		f(r)
	}
}
