package matcher

import "trialfinder/matcher/fact"

// possibleAnswers are the answers to a fact that can make a difference to the
// trials: every value of a choice, a number in each stretch between their bounds.
func (w *weigher) possibleAnswers(place int, f fact.Fact) []fact.Value {
	var out []fact.Value
	switch f.Type {
	case fact.Bool:
		return []fact.Value{{Type: fact.Bool}, {Type: fact.Bool, Bool: true}}
	case fact.Enum:
		for _, v := range f.Values {
			out = append(out, fact.Value{Type: fact.Enum, Text: v})
		}
	case fact.Set:
		for _, v := range w.setAnswers(f) {
			out = append(out, fact.Value{Type: fact.Set, Texts: v})
		}
	case fact.Number:
		for _, n := range stretches(f, w.bounds(place)) {
			out = append(out, fact.Value{Type: fact.Number, Span: fact.Point(n)})
		}
		if f.CanNever {
			out = append(out, fact.Value{Type: fact.Number, Never: true})
		}
	}
	return out
}

// setAnswers: none, and each single value; of illnesses, those that the trials name.
func (w *weigher) setAnswers(f fact.Fact) [][]string {
	values := f.Values
	if f.Conditions() {
		for i, c := range w.m.Conditions.All() {
			if w.illnesses[i].meets(w.still) {
				values = append(values, c.ID)
			}
		}
	}
	var out [][]string
	if f.ID != "condition" {
		out = append(out, []string{})
	}
	for _, v := range values {
		out = append(out, []string{v})
	}
	return out
}

// maxStretches bounds how many numbers are tried; with more bounds, every so
// many of them stand for the rest.
const maxStretches = 12

// stretches gives a number below, between and above the bounds.
func stretches(f fact.Fact, bounds []float64) []float64 {
	if n := len(bounds); n > maxStretches {
		var thinned []float64
		for i := range maxStretches {
			thinned = append(thinned, bounds[i*n/maxStretches])
		}
		bounds = thinned
	}
	if len(bounds) == 0 {
		return nil
	}
	edges := append([]float64{f.Min}, bounds...)
	edges = append(edges, f.Max)
	var out []float64
	for i := 1; i < len(edges); i++ {
		if edges[i] > edges[i-1] {
			out = append(out, (edges[i]+edges[i-1])/2)
		}
	}
	return out
}
