package matcher

import (
	"math"
	"slices"
	"strconv"

	"trialfinder/matcher/criteria"
	"trialfinder/matcher/fact"
)

// Alternative is an answer that by itself rules trials out, and what other answers
// would make of them. It is there to find a mistake or a thing that has changed; it
// never says that an answer should be another one.
type Alternative struct {
	Fact    string       `json:"fact"`
	Changes fact.Changes `json:"changes"` // whether the fact itself can become another, or the answer can only be a mistake
	Offered bool         `json:"offered"` // whether a person is to be offered to change it: not their age, sex or illness
	Alone   int          `json:"alone"`   // ruled-out trials that would be possible if it were not known
	Trials  []string     `json:"trials"`  // the first of these, in the order of results
	Instead []Instead    `json:"instead"` // other answers, those first that bring back most
}

// Instead is another answer: how many trials it would bring back, and how many that
// are possible now it would rule out.
type Instead struct {
	Value   fact.Value `json:"-"`
	Answer  any        `json:"value"`          // as an answers file has it; of a stretch of numbers, its middle
	From    *float64   `json:"from,omitempty"` // the stretch in which it makes no difference which number it is,
	To      *float64   `json:"to,omitempty"`   // without its ends
	Returns int        `json:"returns"`
	Loses   int        `json:"loses"`
	Trials  []string   `json:"trials"` // the first that come back, in the order of results
}

// identity are the facts that nobody is offered to change: they make the person.
var identity = [...]string{"age", "sex", "condition"}

// Offered says whether a person may be asked to look at an answer once more.
func Offered(id string) bool { return !slices.Contains(identity[:], id) }

// others are the answers to try instead of one that was given. Numbers are taken from
// the stretches between bounds, but for scales of a few steps. Of a list, one or all
// of its values may be wrong.
func others(f fact.Fact, now fact.Value, bounds []float64) []fact.Value {
	var out []fact.Value
	add := func(v fact.Value) {
		v.Type = f.Type
		if !v.Equal(now) {
			out = append(out, v)
		}
	}
	switch {
	case f.Type == fact.Bool:
		add(fact.Value{Bool: !now.Bool})
	case f.Type == fact.Enum:
		for _, text := range f.Values {
			add(fact.Value{Text: text})
		}
	case f.Type == fact.Set:
		for i := range now.Texts {
			add(fact.Value{Texts: slices.Concat(now.Texts[:i:i], now.Texts[i+1:])})
		}
		if len(now.Texts) > 1 {
			add(fact.Value{Texts: []string{}})
		}
	case scale(f):
		for n := f.Min; n <= f.Max; n++ {
			add(fact.Value{Span: fact.Point(n)})
		}
	case f.Type == fact.Number:
		tried := stretches(f, bounds)
		if len(bounds) == 0 {
			tried = []float64{(f.Min + f.Max) / 2} // any number stands for all
		}
		for _, n := range tried {
			add(fact.Value{Span: fact.Point(n)})
		}
		if f.CanNever {
			add(fact.Value{Never: true})
		}
	}
	return out
}

// longestScale is how many steps a number may have and still be told step by step.
const longestScale = 20

// scale says whether a number counts or has steps, so that it is whole.
func scale(f fact.Fact) bool {
	steps := f.Unit == "{count}" || f.Unit == "{score}" || f.Unit == "{class}" || f.Unit == "{grade}"
	return f.Type == fact.Number && steps && f.Max-f.Min <= longestScale
}

// answerOf writes a value as an answers file has it.
func answerOf(f fact.Fact, v fact.Value) any {
	switch f.Type {
	case fact.Bool:
		return v.Bool
	case fact.Set:
		return v.Texts
	case fact.Number:
		switch {
		case v.Never:
			return criteria.NeverText
		case v.Span.Lo != v.Span.Hi:
			return map[string]float64{"min": v.Span.Lo, "max": v.Span.Hi}
		}
		return v.Span.Lo
	case fact.Enum:
		if n, err := strconv.Atoi(v.Text); err == nil && f.Numeric() {
			return n
		}
	}
	return v.Text
}

// around gives the stretch between bounds in which a number lies; sorted bounds.
func around(f fact.Fact, n float64, bounds []float64) (from, to float64) {
	from, to = f.Min, f.Max
	at, _ := slices.BinarySearch(bounds, n)
	if at > 0 {
		from = math.Max(from, bounds[at-1])
	}
	if at < len(bounds) {
		to = math.Min(to, bounds[at])
	}
	return from, to
}

// decidedBy lists the answers each of which by itself rules a trial out: were it not
// known, the trial would be possible.
func (m *Matcher) decidedBy(l Listing, p Profile, outcomes []Outcome) []string {
	var unmet []idSet // what each criterion that is not met can hang on
	for _, o := range outcomes {
		if o.Status == NotMet && o.Counts() {
			unmet = append(unmet, m.settlers(m.factSet(o.Criterion.Rule)))
		}
	}
	if len(unmet) == 0 {
		return nil
	}
	var out []string
	for at := range m.Facts.Len() {
		f := m.Facts.At(at)
		if !p.Given[f.ID] {
			continue
		}
		of := idSet{}
		of.set(at)
		if times, ok := m.Facts.Index(f.ID + ulnSuffix); ok {
			of.set(times)
		}
		if slices.ContainsFunc(unmet, func(s idSet) bool { return !s.intersects(&of) }) {
			continue
		}
		if v, _ := m.verdict(l, m.outcomes(l, m.Changed(p, f.ID, nil))); v != RuledOut {
			out = append(out, f.ID)
		}
	}
	return out
}

func (m *Matcher) factSet(r criteria.Rule) idSet {
	var out idSet
	for _, id := range factsOf(r) {
		if at, ok := m.Facts.Index(id); ok {
			out.set(at)
		}
		if id == "condition" { // a ban looks at all illnesses
			at, _ := m.Facts.Index("other_conditions")
			out.set(at)
		}
	}
	return out
}
