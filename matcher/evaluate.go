package matcher

import (
	"math"
	"slices"

	"trialfinder/matcher/criteria"
	"trialfinder/matcher/fact"
)

// evaluator judges rules for one profile. Kind decides how an illness is looked
// for: a demand looks at the illness that the trial is sought for, a ban at all.
type evaluator struct {
	m       *Matcher
	profile Profile
}

// truth is Kleene's logic over a rule: and is min, or is max.
func (e *evaluator) truth(r criteria.Rule, kind criteria.Kind) fact.Truth {
	switch r := r.(type) {
	case criteria.All:
		t := fact.True
		for _, part := range r {
			if t = min(t, e.truth(part, kind)); t == fact.False {
				break
			}
		}
		return t
	case criteria.Any:
		t := fact.False
		for _, part := range r {
			if t = max(t, e.truth(part, kind)); t == fact.True {
				break
			}
		}
		return t
	case criteria.Not:
		return e.truth(r.Rule, kind).Not()
	case criteria.Atom:
		return e.atom(r, kind)
	}
	return fact.Unknown
}

// missing adds to facts what could still change the outcome of a rule that is
// unknown, and says whether an Unknown leaf stands in its way. What could not
// change it, because a leaf beside it never settles, is not asked for.
func (e *evaluator) missing(r criteria.Rule, kind criteria.Kind, facts *[]string) (leaf bool) {
	if e.truth(r, kind) != fact.Unknown {
		return false
	}
	return e.missingOfUnknown(r, kind, facts)
}

// missingOfUnknown is missing of a rule that is unknown.
func (e *evaluator) missingOfUnknown(r criteria.Rule, kind criteria.Kind, facts *[]string) (leaf bool) {
	switch r := r.(type) {
	case criteria.All:
		return e.missingOf(r, kind, facts, fact.False)
	case criteria.Any:
		return e.missingOf(r, kind, facts, fact.True)
	case criteria.Not:
		return e.missingOfUnknown(r.Rule, kind, facts)
	case criteria.Unknown:
		return true
	case criteria.Atom:
		if id := e.lacking(r, kind); !slices.Contains(*facts, id) {
			*facts = append(*facts, id)
		}
	}
	return false
}

// missingOf collects from the parts of an all or any. One part alone can decide it
// the one way; the other way takes all of them.
func (e *evaluator) missingOf(parts []criteria.Rule, kind criteria.Kind, facts *[]string, alone fact.Truth) (leaf bool) {
	together := true
	for _, part := range parts {
		together = together && e.canBe(part, kind, alone.Not())
	}
	for _, part := range parts {
		if together || e.canBe(part, kind, alone) {
			leaf = e.missing(part, kind, facts) || leaf
			continue
		}
		leaf = leaf || e.truth(part, kind) == fact.Unknown
	}
	return leaf
}

// canBe says whether a rule can still turn out so.
func (e *evaluator) canBe(r criteria.Rule, kind criteria.Kind, t fact.Truth) bool {
	if now := e.truth(r, kind); now != fact.Unknown {
		return now == t
	}
	some := func(parts []criteria.Rule) bool {
		return slices.ContainsFunc(parts, func(part criteria.Rule) bool { return e.canBe(part, kind, t) })
	}
	every := func(parts []criteria.Rule) bool {
		return !slices.ContainsFunc(parts, func(part criteria.Rule) bool { return !e.canBe(part, kind, t) })
	}
	switch r := r.(type) {
	case criteria.All:
		if t == fact.False {
			return some(r)
		}
		return every(r)
	case criteria.Any:
		if t == fact.True {
			return some(r)
		}
		return every(r)
	case criteria.Not:
		return e.canBe(r.Rule, kind, t.Not())
	case criteria.Atom:
		return true
	}
	return false
}

// lacking names the fact to ask for where an atom is unknown.
func (e *evaluator) lacking(a criteria.Atom, kind criteria.Kind) string {
	if a.Fact != "condition" || kind != criteria.Exclusion {
		return a.Fact
	}
	if _, known := e.profile.Facts["other_conditions"]; !known {
		return "other_conditions"
	}
	return a.Fact
}

func (e *evaluator) atom(a criteria.Atom, kind criteria.Kind) fact.Truth {
	if a.Fact == "condition" || a.Fact == "other_conditions" {
		return e.illness(a, kind)
	}
	v, known := e.profile.Facts[a.Fact]
	if !known {
		return fact.Unknown
	}
	return compare(&a, &v)
}

// compare holds a value against an atom that is not about illnesses.
func compare(a *criteria.Atom, v *fact.Value) fact.Truth {
	switch v.Type {
	case fact.Number:
		return compareNumber(a, v)
	case fact.Bool:
		if a.Value.Kind != criteria.BoolOperand {
			return fact.Unknown
		}
		return equality(a.Op, v.Bool == a.Value.Bool)
	case fact.Set:
		return compareSet(a, v.Texts)
	}
	return compareText(a, v.Text)
}

func equality(op criteria.Op, equal bool) fact.Truth {
	switch op {
	case criteria.Eq:
		return fact.Of(equal)
	case criteria.Ne:
		return fact.Of(!equal)
	}
	return fact.Unknown
}

func compareText(a *criteria.Atom, text string) fact.Truth {
	switch a.Value.Kind {
	case criteria.TextOperand:
		return equality(a.Op, text == a.Value.Text)
	case criteria.NumberOperand: // a stage, which is a number in JSON
		return equality(a.Op, text == formatWhole(a.Value.Number))
	case criteria.ListOperand:
		if a.Op == criteria.In {
			return fact.Of(slices.Contains(a.Value.List, text))
		}
	}
	return fact.Unknown
}

func compareSet(a *criteria.Atom, texts []string) fact.Truth {
	switch {
	case a.Value.Kind == criteria.TextOperand:
		return equality(a.Op, slices.Contains(texts, a.Value.Text))
	case a.Value.Kind == criteria.ListOperand && a.Op == criteria.In:
		return fact.Of(slices.ContainsFunc(texts, func(t string) bool { return slices.Contains(a.Value.List, t) }))
	}
	return fact.Unknown
}

// compareNumber compares spans. "never" is later than any number.
func compareNumber(a *criteria.Atom, v *fact.Value) fact.Truth {
	if a.Value.Kind == criteria.TextOperand {
		if a.Value.Text != criteria.NeverText {
			return fact.Unknown
		}
		return equality(a.Op, v.Never)
	}
	if a.Value.Kind != criteria.NumberOperand {
		return fact.Unknown
	}
	if v.Never {
		return fact.Of(a.Op == criteria.Gt || a.Op == criteria.Ge || a.Op == criteria.Ne)
	}
	span, bound := v.Span, a.Value.Number
	if a.Fact == "age" {
		span, bound = ageSteps(a, span)
	}
	switch a.Op {
	case criteria.Ge:
		return span.AtLeast(bound)
	case criteria.Gt:
		return span.Above(bound)
	case criteria.Lt:
		return span.AtLeast(bound).Not()
	case criteria.Le:
		return span.Above(bound).Not()
	case criteria.Eq:
		return span.Equal(bound)
	case criteria.Ne:
		return span.Equal(bound).Not()
	}
	return fact.Unknown
}

// stepsPerYear are the units in which a bound on age is counted in whole steps.
var stepsPerYear = map[string]float64{"mo": 12, "wk": 365.25 / 7, "d": 365.25}

// ageSteps tells an age and a bound in whole steps of the bound's unit: "75
// years" takes every 75-year-old, "24 months" every child of 24 months. A bound
// that is no whole number is compared as it is.
func ageSteps(a *criteria.Atom, span fact.Span) (fact.Span, float64) {
	bound, perYear := a.Value.Number, 1.0
	if w := a.AsWritten; w != nil && w.Value != nil && stepsPerYear[w.Unit] > 0 {
		bound, perYear = *w.Value, stepsPerYear[w.Unit]
	}
	if bound != math.Trunc(bound) {
		return span, a.Value.Number
	}
	// Rounding mends what the conversion to years and back has lost.
	scaled := fact.Span{Lo: round(span.Lo * perYear), Hi: round(span.Hi * perYear), HiOpen: span.HiOpen}
	return scaled.Floor(), bound
}

func round(v float64) float64 { return math.Round(v*1e6) / 1e6 }

// illness looks for an illness as design 2 has it: a demand at the illness that
// the trial is sought for, a ban at all illnesses that were asked about.
func (e *evaluator) illness(a criteria.Atom, kind criteria.Kind) fact.Truth {
	sought, soughtKnown := e.profile.Facts["condition"]
	others, othersKnown := e.profile.Facts["other_conditions"]
	mine := slices.Clone(sought.Texts)
	all := kind == criteria.Exclusion || a.Fact == "other_conditions"
	if all {
		mine = append(mine, others.Texts...)
	}
	wanted := a.Value.List
	if a.Value.Kind == criteria.TextOperand {
		wanted = []string{a.Value.Text}
	}
	truth := e.oneOf(mine, wanted)
	if truth == fact.False {
		settled := soughtKnown
		if all {
			settled = othersKnown
		}
		if !settled {
			truth = fact.Unknown
		}
	}
	if a.Op == criteria.Ne {
		return truth.Not()
	}
	return truth
}

// oneOf says whether one of the illnesses is, or may turn out to be, a wanted one.
func (e *evaluator) oneOf(mine, wanted []string) fact.Truth {
	truth := fact.False
	for _, have := range mine {
		for _, want := range wanted {
			if e.m.Conditions.IsA(have, want) {
				return fact.True
			}
			if e.m.Conditions.IsA(want, have) {
				truth = fact.Unknown
			}
		}
	}
	return truth
}
