package matcher

import "trialfinder/matcher/fact"

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
