package fact

import (
	"math"
	"slices"
	"strconv"
)

// Value is what is known of one fact for one person. "I don't know" is no
// Value: the fact is then absent.
type Value struct {
	Type  Type
	Bool  bool
	Text  string   // enum, country, place
	Texts []string // set; empty but not nil: asked, and none
	Never bool     // numbers: it never happened
	Span  Span     // numbers: what it can be
}

// Span is the numbers that a value can be: from Lo to Hi, Hi itself left out if
// HiOpen. A point has Lo = Hi.
type Span struct {
	Lo, Hi float64
	HiOpen bool
}

// Point is the span of one number.
func Point(v float64) Span { return Span{Lo: v, Hi: v} }

// Truth is one of the three values of Kleene's logic, in order: And is min, Or
// is max.
type Truth int8

// The three truth values.
const (
	False Truth = iota - 1
	Unknown
	True
)

// Not is Kleene's negation.
func (t Truth) Not() Truth { return -t }

// Of gives the truth of a settled question.
func Of(b bool) Truth {
	if b {
		return True
	}
	return False
}

// AtLeast says whether every number of the span is at least v.
func (s Span) AtLeast(v float64) Truth {
	switch {
	case s.Lo >= v:
		return True
	case s.Hi < v || s.Hi == v && s.HiOpen:
		return False
	}
	return Unknown
}

// Above says whether every number of the span is above v.
func (s Span) Above(v float64) Truth {
	switch {
	case s.Lo > v:
		return True
	case s.Hi <= v:
		return False
	}
	return Unknown
}

// Equal says whether the span is the point v.
func (s Span) Equal(v float64) Truth {
	switch {
	case s.Lo == v && s.Hi == v:
		return True
	case s.Above(v) == True || s.AtLeast(v) == False:
		return False
	}
	return Unknown
}

// Floor is the span of whole numbers below or at those of s, as ages are told.
func (s Span) Floor() Span {
	hi := math.Floor(s.Hi)
	if s.HiOpen && hi == s.Hi {
		hi--
	}
	return Span{Lo: math.Floor(s.Lo), Hi: math.Max(hi, math.Floor(s.Lo))}
}

// Grown is the span after a time of d has passed.
func (s Span) Grown(d float64) Span { return Span{Lo: s.Lo + d, Hi: s.Hi + d, HiOpen: s.HiOpen} }

// Is says whether the value is the one that text writes, as data files write
// values: "true", "never", "none", "3".
func (v Value) Is(text string) Truth {
	switch v.Type {
	case Bool:
		return Of(strconv.FormatBool(v.Bool) == text)
	case Number:
		if v.Never || text == "never" {
			return Of(v.Never && text == "never")
		}
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return Unknown
		}
		return v.Span.Equal(n)
	case Set:
		return Of(slices.Contains(v.Texts, text))
	}
	return Of(v.Text == text)
}

// Parse reads a value as data files write it.
func (f Fact) Parse(text string) (Value, bool) {
	v := Value{Type: f.Type}
	switch f.Type {
	case Bool:
		v.Bool = text == "true"
		return v, text == "true" || text == "false"
	case Number:
		if text == "never" {
			v.Never = true
			return v, f.CanNever
		}
		n, err := strconv.ParseFloat(text, 64)
		v.Span = Point(n)
		return v, err == nil && n >= f.Min && n <= f.Max
	case Set:
		v.Texts = []string{text}
		return v, f.Has(text)
	case Enum:
		v.Text = text
		return v, f.Has(text)
	}
	v.Text = text
	return v, text != ""
}

// Equal says whether two values say the same.
func (v Value) Equal(o Value) bool {
	return v.Type == o.Type && v.Bool == o.Bool && v.Text == o.Text && slices.Equal(v.Texts, o.Texts) && v.Never == o.Never && v.Span == o.Span
}
