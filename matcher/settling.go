package matcher

import (
	"fmt"

	"trialfinder/matcher/fact"
)

// settling gives, for each fact, those whose answer can settle it: itself, and all
// from which it follows.
func settling(facts *fact.Catalogue) []idSet {
	out := make([]idSet, facts.Len())
	for i := range out {
		out[i].set(i)
	}
	for more := true; more; {
		more = false
		for _, i := range facts.Implications() {
			from, _ := facts.Index(i.If.Fact)
			to, _ := facts.Index(i.Then.Fact)
			if !out[from].without(out[to]).empty() {
				out[to].add(out[from])
				more = true
			}
		}
	}
	return out
}

// ofKinds lets what follows from an illness follow from each of its kinds too.
func (m *Matcher) ofKinds(all []fact.Implication) ([]fact.Implication, error) {
	var out []fact.Implication
	for _, i := range all {
		out = append(out, i)
		if f, _ := m.Facts.ByID(i.If.Fact); !f.Conditions() || i.If.Not {
			continue
		}
		if _, known := m.Conditions.ByID(i.If.Value); !known {
			return nil, fmt.Errorf("%q is no illness", i.If.Value)
		}
		for _, kind := range m.Conditions.Descendants(i.If.Value) {
			of := i
			of.If.Value = kind
			out = append(out, of)
		}
	}
	return out, nil
}

// leadsTo turns settling around.
func leadsTo(settling []idSet) []idSet {
	out := make([]idSet, len(settling))
	for to, from := range settling {
		for f := range from.all() {
			if f != to {
				out[f].set(to)
			}
		}
	}
	return out
}
