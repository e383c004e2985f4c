package fact

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Type is the type of a fact's value.
type Type string

// The types of facts.
const (
	Number  Type = "number"
	Bool    Type = "bool"
	Enum    Type = "enum"
	Set     Type = "set"
	Country Type = "country"
	Place   Type = "place"
)

// Changes says whether a fact can become another one.
type Changes string

// How facts change.
const (
	Never     Changes = "no"
	Time      Changes = "time"      // it passes, or can be measured again
	Treatable Changes = "treatable" // treatment can change it
)

// Fact is one row of the catalogue.
type Fact struct {
	ID       string
	Type     Type
	Unit     string   // UCUM; numbers only
	Values   []string // enum and set; empty for the illnesses, which have their own vocabulary
	Min, Max float64  // numbers: the plausible range, both ends included
	CanNever bool     // numbers: "never" is an answer
	Also     []string // other units that are accepted
	Changes  Changes
	Group    string
	Labels   map[string]Label // by language
}

// Label is what a fact is called in one language.
type Label struct {
	Question string            `json:"question"`
	Name     string            `json:"name"`
	Hint     string            `json:"hint,omitempty"`
	Values   map[string]string `json:"values,omitempty"`
}

// Grows says whether the fact counts time that goes on: an age, days since.
func (f Fact) Grows() bool {
	return f.Type == Number && (f.Unit == "a" || f.Unit == "mo" || f.Unit == "d")
}

// Conditions says whether the values are illnesses.
func (f Fact) Conditions() bool { return f.ID == "condition" || f.ID == "other_conditions" }

// Numeric says whether an enum's values are numbers in JSON, as stages are.
func (f Fact) Numeric() bool {
	return f.Type == Enum && !slices.ContainsFunc(f.Values, func(v string) bool {
		_, err := strconv.Atoi(v)
		return err != nil
	})
}

// Has says whether v is one of the values of an enum or set.
func (f Fact) Has(v string) bool { return slices.Contains(f.Values, v) }

// setValues reads the "values" cell, whose form depends on the type.
func (f *Fact) setValues(cell string) error {
	switch f.Type {
	case Number:
		return f.setRange(cell)
	case Enum:
		f.Values = strings.Split(cell, "|")
		if len(f.Values) < 2 {
			return fmt.Errorf("%s: an enum needs two values or more, got %q", f.ID, cell)
		}
	case Set:
		if f.Conditions() {
			return nil
		}
		f.Values = strings.Split(cell, "|")
	case Bool, Country, Place:
	default:
		return fmt.Errorf("%s: unknown type %q", f.ID, f.Type)
	}
	return nil
}

func (f *Fact) setRange(cell string) error {
	span, never, _ := strings.Cut(cell, "|")
	f.CanNever = never == "never"
	if never != "" && !f.CanNever {
		return fmt.Errorf("%s: want a range, or a range|never, got %q", f.ID, cell)
	}
	low, high, ok := strings.Cut(span, "..")
	if !ok {
		return fmt.Errorf("%s: bad range %q", f.ID, cell)
	}
	var err error
	if f.Min, err = strconv.ParseFloat(low, 64); err != nil {
		return fmt.Errorf("%s: bad range %q: %w", f.ID, cell, err)
	}
	if f.Max, err = strconv.ParseFloat(high, 64); err != nil {
		return fmt.Errorf("%s: bad range %q: %w", f.ID, cell, err)
	}
	if f.Min >= f.Max {
		return fmt.Errorf("%s: empty range %q", f.ID, cell)
	}
	return nil
}
