package matcher

import (
	"math"
	"slices"

	"trialfinder/matcher/criteria"
	"trialfinder/matcher/fact"
)

// Status is what one criterion is for one person.
type Status string

// The statuses. A heading or note demands nothing and has none.
const (
	Met     Status = "met"
	NotMet  Status = "not_met"
	Unknown Status = "unknown"
	Clinic  Status = "clinic"
	Unread  Status = "unread"
)

// Verdict is what one trial is for one person.
type Verdict string

// The verdicts.
const (
	Fits     Verdict = "fits"
	Open     Verdict = "open"
	RuledOut Verdict = "ruled_out"
)

// Outcome is one criterion for one person.
type Outcome struct {
	Field     string // the registry's field, or "" for a criterion of the text
	Criterion criteria.Criterion
	Status    Status   // "" for headings and notes
	Missing   []string // the facts that could still change an unknown
	Leaf      bool     // unknown also because of words that no fact expresses
}

// Counts says whether the outcome counts for the trial's verdict: what holds
// for one cohort only does not.
func (o Outcome) Counts() bool { return o.Status != "" && o.Criterion.Cohort == "" }

// Assessment is one trial for one person.
type Assessment struct {
	Verdict   Verdict
	MayChange bool    // ruled out, but only by facts that change
	NotBefore float64 // days until time alone mends it; 0 = it does not
	Outcomes  []Outcome
	Missing   []string // facts that could still change an outcome that counts
}

// readShare is the share of the eligibility text that must be read, or be the
// clinic's, before a trial can be said to fit.
const readShare = 0.75

// Assess judges one listing for one profile.
func (m *Matcher) Assess(l Listing, p Profile) Assessment {
	a := Assessment{Outcomes: m.outcomes(l, p)}
	a.Verdict, a.Missing = m.verdict(l, a.Outcomes)
	if a.Verdict == RuledOut {
		m.mend(l, p, &a)
	}
	return a
}

// StatusWithoutAnswers is what a criterion is for somebody of whom nothing is known.
func (m *Matcher) StatusWithoutAnswers(c criteria.Criterion) Status {
	return outcome(&evaluator{m, Profile{}}, "", c).Status
}

func (m *Matcher) outcomes(l Listing, p Profile) []Outcome {
	e := &evaluator{m, p}
	out := make([]Outcome, 0, len(l.Fields)+len(l.Criteria))
	for _, f := range l.Fields {
		out = append(out, outcome(e, f.Field, f.Criterion))
	}
	for _, c := range l.Criteria {
		out = append(out, outcome(e, "", c))
	}
	return out
}

func outcome(e *evaluator, field string, c criteria.Criterion) Outcome {
	o := Outcome{Field: field, Criterion: c}
	switch {
	case !c.Kind.Demands():
		return o
	case c.Rule == nil && c.Clinic:
		o.Status = Clinic
		return o
	case c.Rule == nil:
		o.Status = Unread
		return o
	}
	t := e.truth(c.Rule, c.Kind)
	if c.Kind == criteria.Exclusion {
		t = t.Not()
	}
	switch t {
	case fact.True:
		o.Status = Met
	case fact.False:
		o.Status = NotMet
	default:
		o.Status = Unknown
		o.Leaf = e.missingOfUnknown(c.Rule, c.Kind, &o.Missing)
	}
	return o
}

// verdict weighs the outcomes of a trial as design 2 has it.
func (m *Matcher) verdict(l Listing, outcomes []Outcome) (Verdict, []string) {
	var missing []string
	fits, read, demands := len(l.Conditions) > 0, 0, 0
	for _, o := range outcomes {
		if o.Field == "" && o.Status != "" {
			demands++
			if o.Status != Unread {
				read++
			}
		}
		if !o.Counts() {
			continue
		}
		switch o.Status {
		case NotMet:
			return RuledOut, nil
		case Unknown:
			for _, id := range o.Missing {
				if !slices.Contains(missing, id) {
					missing = append(missing, id)
				}
			}
			fits = fits && o.Field == "" && !o.Leaf && m.onlyLabs(o.Missing)
		}
	}
	if demands == 0 || float64(read) < readShare*float64(demands) {
		fits = false
	}
	if fits {
		return Fits, missing
	}
	return Open, missing
}

// onlyLabs says whether all facts are laboratory values, which a hospital
// measures anyway.
func (m *Matcher) onlyLabs(ids []string) bool {
	return !slices.ContainsFunc(ids, func(id string) bool {
		f, _ := m.Facts.ByID(id)
		return f.Group != "labs"
	})
}

// mend says whether what rules a trial out can change, and when time alone
// will have mended it.
func (m *Matcher) mend(l Listing, p Profile, a *Assessment) {
	changing := m.Without(p, func(id string) bool {
		f, _ := m.Facts.ByID(id)
		return f.Changes != fact.Never
	})
	e := &evaluator{m, changing}
	var hang []criteria.Criterion
	for _, o := range a.Outcomes {
		if o.Status != NotMet || !o.Counts() {
			continue
		}
		if outcome(e, o.Field, o.Criterion).Status == NotMet {
			return
		}
		hang = append(hang, o.Criterion)
	}
	a.MayChange = true
	for _, days := range m.waits(hang, p) {
		if v, _ := m.verdict(l, m.outcomes(l, m.After(p, days))); v != RuledOut {
			a.NotBefore = days
			return
		}
	}
}

// waits lists the days, soonest first, after which a bound on a growing fact is
// passed by some of the person's value, or by the whole of it.
func (m *Matcher) waits(cs []criteria.Criterion, p Profile) []float64 {
	var days []float64
	for _, c := range cs {
		criteria.Walk(c.Rule, func(a criteria.Atom) {
			f, _ := m.Facts.ByID(a.Fact)
			v, known := p.Facts[a.Fact]
			if !known || !f.Grows() || f.Changes != fact.Time || v.Never || a.Value.Kind != criteria.NumberOperand {
				return
			}
			for _, from := range [...]float64{v.Span.Lo, v.Span.Hi} {
				wait := math.Ceil((a.Value.Number - from) * daysPer[f.Unit])
				days = append(days, wait, wait+1) // a strict bound takes a day more
			}
		})
	}
	slices.Sort(days)
	return slices.DeleteFunc(slices.Compact(days), func(d float64) bool { return d < 1 })
}
