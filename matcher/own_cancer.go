package matcher

import (
	"slices"

	"trialfinder/matcher/criteria"
	"trialfinder/matcher/fact"
)

// cancerEver is the fact that takes in the cancer which a trial is sought for.
const cancerEver = "cancer_ever"

// otherCancer stands for what that fact can't tell apart.
const otherCancer = criteria.Unknown("a cancer other than the one that the trial is for")

// spareOwnCancer lets the person's own cancer rule nobody out: where a trial may be for a
// cancer, its text means others by "malignancy", whether it says "other" or not.
func (m *Matcher) spareOwnCancer(l *Listing) {
	isCancer := func(id string) bool { return m.Conditions.IsA(id, "cancer") || m.Conditions.IsA("cancer", id) }
	if len(l.Conditions) > 0 && !slices.ContainsFunc(l.Conditions, isCancer) {
		return
	}
	for i := range l.Criteria {
		l.Criteria[i].Rule = sparing(l.Criteria[i].Rule)
	}
}

// sparing gives the rule undecided where only the own cancer decides it.
func sparing(r criteria.Rule) criteria.Rule {
	parts := func(all []criteria.Rule) []criteria.Rule {
		out := make([]criteria.Rule, len(all))
		for i, part := range all {
			out[i] = sparing(part)
		}
		return out
	}
	switch r := r.(type) {
	case criteria.All:
		return criteria.All(parts(r))
	case criteria.Any:
		return criteria.Any(parts(r))
	case criteria.Not:
		return criteria.Not{Rule: sparing(r.Rule)}
	case criteria.Atom:
		if r.Fact != cancerEver {
			return r
		}
		if compare(&r, &fact.Value{Type: fact.Enum, Text: "current"}) == fact.True {
			return criteria.All{r, otherCancer}
		}
		return criteria.Any{r, otherCancer}
	}
	return r
}
