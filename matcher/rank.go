package matcher

import (
	"math"
	"slices"

	"trialfinder/matcher/fact"
	"trialfinder/matcher/therapy"
	"trialfinder/trials"
)

// What the score of a trial is made of; the weights add up to 1. They order
// trials of one verdict and mean nothing by themselves: half of it is how
// far the criteria are known to be met, since that is what a person asks first.
// docs/ranking.md tells the reader of them.
const (
	weightFit       = 0.50
	weightOpenness  = 0.18
	weightRole      = 0.12
	weightCondition = 0.10
	weightDistance  = 0.10
)

// halfwayKM is the distance at which closeness counts half.
const halfwayKM = 150

func (m *Matcher) score(c *Candidate, a Assessment, p Profile, n *Nearest) float64 {
	ground := weightFit*fit(a) + weightRole*role(c.Listing.Therapies, p.Therapies) + weightCondition*m.closeness(c.Listing.Conditions, p)
	return rounded(ground + weightOpenness*openness(statusThere(c.Trial.Status, n)) + weightDistance*nearnessOf(n, p))
}

func rounded(score float64) float64 { return math.Round(score*1000) / 1000 }

// fit is the share of what is asked that is met; a ruled-out trial's is how much of it is.
func fit(a Assessment) float64 {
	met, demands := 0.0, 0.0
	for _, o := range a.Outcomes {
		if !o.Counts() || o.Status == Clinic {
			continue
		}
		// The registry's own fields are the sure ground and count double.
		w := 1.0
		if o.Field != "" {
			w = 2
		}
		demands += w
		if o.Status == Met {
			met += w
		}
	}
	if demands == 0 {
		return 0
	}
	return met / demands
}

// statusThere is the status that counts: the nearest site's, or else the trial's.
func statusThere(overall trials.Status, n *Nearest) trials.Status {
	if n != nil {
		return n.Status
	}
	return overall
}

func openness(status trials.Status) float64 {
	switch status {
	case trials.Recruiting:
		return 1
	case trials.Available:
		return 0.8
	case trials.EnrollingByInvitation:
		return 0.6
	case trials.NotYetRecruiting:
		return 0.5
	}
	return 0.3
}

func role(labels []therapy.Label, wanted []string) float64 {
	l := bestLabel(labels, wanted)
	switch {
	case l == nil:
		return 0
	case l.Role == therapy.Tested:
		return 1
	}
	return 0.5
}

// bestLabel is the wanted therapy that counts: one that is tested before one that is
// given along with it.
func bestLabel(labels []therapy.Label, wanted []string) *therapy.Label {
	var best *therapy.Label
	for i, l := range labels {
		if len(wanted) > 0 && !slices.Contains(wanted, l.ID) {
			continue
		}
		if l.Role == therapy.Tested {
			return &labels[i]
		}
		if l.Role == therapy.Combined && best == nil {
			best = &labels[i]
		}
	}
	return best
}

// closenessCounts is what each closeness counts in the score.
var closenessCounts = map[Closeness]float64{SameIllness: 1, WiderIllness: 0.6, NarrowerIllness: 0.4}

func (m *Matcher) closeness(ids []string, p Profile) float64 {
	return closenessCounts[m.illness(ids, p)]
}

// illness: the trial is for the very illness, for one that it belongs to, or
// perhaps for it.
func (m *Matcher) illness(ids []string, p Profile) Closeness {
	mine, known := p.Facts["condition"]
	switch {
	case !known:
		return ""
	case len(ids) == 0:
		return UnnamedIllness
	}
	best := OtherIllness
	for _, have := range mine.Texts {
		for _, want := range ids {
			switch {
			case have == want:
				return SameIllness
			case m.Conditions.IsA(have, want):
				best = WiderIllness
			case best == OtherIllness && m.Conditions.IsA(want, have):
				best = NarrowerIllness
			}
		}
	}
	return best
}

func nearnessOf(n *Nearest, p Profile) float64 {
	if n == nil {
		return 0
	}
	return nearness(n.KM, n.Country, p)
}

// nearness falls with distance; where only the country is known, that counts.
// Beyond the distance that the person can travel it is nothing.
func nearness(km *float64, country string, p Profile) float64 {
	switch {
	case km == nil && p.Facts["country"].Text != "" && country == p.Facts["country"].Text:
		return 0.7
	case km == nil:
		return 0
	}
	if limit, ok := p.Facts["max_distance_km"]; ok && limit.Span.AtLeast(*km) == fact.False {
		return 0
	}
	return halfwayKM / (halfwayKM + *km)
}
