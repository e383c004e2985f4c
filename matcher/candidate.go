package matcher

import (
	"slices"
	"time"

	"trialfinder/matcher/fact"
	"trialfinder/matcher/therapy"
	"trialfinder/trials"
)

// Candidate is one trial to be matched: the registry's listing and what the
// matcher made of it.
type Candidate struct {
	Trial   trials.Trial
	Listing Listing
	Synced  time.Time // when the registry was last seen to list it so
}

// Considered says whether a match looks at the trial at all: one that treats,
// is open, gives a wanted therapy, and whose illnesses are possible.
func (m *Matcher) Considered(c *Candidate, p Profile) bool {
	return c.Trial.StudyType.Treats() && c.Trial.Status.Open() &&
		givesWanted(c.Listing.Therapies, p.Therapies) && m.possibleCondition(c.Listing.Conditions, p)
}

func givesWanted(labels []therapy.Label, wanted []string) bool {
	return slices.ContainsFunc(labels, func(l therapy.Label) bool {
		return l.Role != therapy.Comparator && (len(wanted) == 0 || slices.Contains(wanted, l.ID))
	})
}

// possibleCondition: the same illness, a descendant or an ancestor; a trial
// whose illness is not known stays, and so does every trial while the person's
// is not known.
func (m *Matcher) possibleCondition(ids []string, p Profile) bool {
	mine, known := p.Facts["condition"]
	if !known || len(ids) == 0 {
		return true
	}
	e := evaluator{m, p}
	return e.oneOf(mine.Texts, ids) != fact.False
}
