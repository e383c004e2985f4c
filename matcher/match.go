package matcher

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"trialfinder/matcher/criteria"
	"trialfinder/matcher/therapy"
	"trialfinder/trials"
)

// Options of a match.
type Options struct {
	Limit    int  // 0 = all
	Offset   int  // how many to pass over
	RuledOut bool // list the ruled-out trials too
	Plainly  bool // list those alone that are ruled out and not only for now
	Only     Only // the trials to look at
	NoNext   bool // leave out the next questions
}

// Match is the trials for one person. Its JSON is a contract.
type Match struct {
	Answered       int             `json:"answered"`
	Considered     int             `json:"considered"`
	Fits           int             `json:"fits"`
	Open           int             `json:"open"`
	RuledOut       int             `json:"ruled_out"`
	NotNow         int             `json:"not_now"`
	Day            string          `json:"day"` // on which the answers were held against the trials
	Rules          string          `json:"rules"`
	ListingVersion string          `json:"listing_version"` // names the state of the listings by their content
	Listings       *time.Time      `json:"listings"`        // when the listings were last brought up to date
	Trials         []TrialMatch    `json:"trials"`
	Next           []Next          `json:"next"`
	Contradictions []Contradiction `json:"contradictions"`
	WhatIf         []Alternative   `json:"what_if,omitempty"` // where it was asked for
	Papers         []Paper         `json:"papers,omitempty"`  // likewise, over the first that are listed
	Screens        int             `json:"-"`                 // of questions that can still change a verdict, at the most
	Listed         int             `json:"-"`                 // how many there are to list, over all pages
}

// TrialMatch is one trial for one person.
type TrialMatch struct {
	ID         string           `json:"id"`
	IDs        []string         `json:"ids"`
	Title      string           `json:"title"`
	Therapies  []therapy.Label  `json:"therapies"`
	Conditions []string         `json:"conditions"`
	Status     trials.Status    `json:"status"`
	Phase      string           `json:"phase"`
	Verdict    Verdict          `json:"verdict"`
	MayChange  bool             `json:"may_change"`
	NotBefore  *string          `json:"not_before"`
	Score      float64          `json:"score"`
	Why        Why              `json:"why"`
	Nearest    *Nearest         `json:"nearest"`
	Criteria   []CriterionMatch `json:"criteria"`
	Questions  []string         `json:"questions"`
	DecidedBy  []string         `json:"decided_by"`       // ruled out: the answers each of which alone does it
	Fewest     *Fewest          `json:"fewest,omitempty"` // open, and among the first: what would settle it
	URL        string           `json:"url"`
	Updated    string           `json:"updated"`
	Synced     *time.Time       `json:"synced"`
	Trial      *trials.Trial    `json:"-"` // as the registry lists it, for a page
	Listing    *Listing         `json:"-"` // as it was read
}

// CriterionMatch is one criterion for one person. Headings and notes, which demand
// nothing, are unread: their kind tells them apart.
type CriterionMatch struct {
	Kind   criteria.Kind `json:"kind"`
	Text   string        `json:"text"`
	Start  *int          `json:"start"`
	End    *int          `json:"end"`
	Field  *string       `json:"field"`
	Cohort *string       `json:"cohort"`
	Rule   criteria.Rule `json:"rule"`
	Status Status        `json:"status"`
	Facts  []string      `json:"facts"` // those still missing
	Code   string        `json:"code"`
}

// Next is a question worth asking, and how many trials its best answer settles.
type Next struct {
	Fact    string `json:"fact"`
	Settles int    `json:"settles"`
}

// nextShown is how many of the next questions a match carries.
const nextShown = 5

// Match judges the set's trials for a profile. Details are made for those alone
// that are listed.
func (s *Set) Match(p Profile, o Options) (Match, error) {
	out := Match{
		Answered: p.Answered, Day: p.Today.Format(dateLayout), Rules: s.m.Version(), Trials: []TrialMatch{}, Next: []Next{},
		Contradictions: append([]Contradiction{}, p.Contradictions...),
	}
	st := s.standing(p, o.Only)
	defer st.end()
	parts := st.byClass()
	out.Fits, out.Open, out.NotNow = parts[fitsClass].count(), parts[openClass].count(), parts[notNow].count()
	out.RuledOut = out.NotNow + parts[plainlyOut].count()
	out.Considered = out.Fits + out.Open + out.RuledOut
	listed := o.lists(parts)
	for _, part := range listed {
		out.Listed += part.count()
	}
	var err error
	if out.Trials, err = s.matches(st.page(listed, o.Offset, o.Limit), p); err != nil {
		return out, err
	}
	if !o.NoNext {
		var questions []Question
		questions, out.Screens = st.questions(parts, nextShown)
		for _, q := range questions {
			out.Next = append(out.Next, Next{q.Fact, q.Settles})
		}
	}
	return out, nil
}

// lists gives the parts of the results that are to be listed.
func (o Options) lists(parts [classes]marks) []marks {
	switch {
	case o.Plainly:
		return parts[plainlyOut:]
	case o.RuledOut:
		return parts[:]
	}
	return parts[:plainlyOut]
}

// NearMisses gives the n ruled-out trials of which the fewest criteria are not met,
// and among those with as few the first in the order of results.
func (s *Set) NearMisses(p Profile, n int, only Only) ([]TrialMatch, error) {
	st := s.standing(p, only)
	defer st.end()
	parts := st.byClass()
	var nearest []marks // by how many criteria are not met, those that may change first
	for _, part := range parts[notNow:] {
		for i := range part.all() {
			unmet := st.unmet(i)
			for len(nearest) <= 2*unmet+1 {
				nearest = append(nearest, newMarks(len(s.trials)))
			}
			nearest[2*unmet+flag(!st.left.has(i))].set(i)
		}
	}
	return s.matches(st.page(nearest, 0, n), p)
}

// matches makes the details of trials, over all cores.
func (s *Set) matches(shown []uint32, p Profile) ([]TrialMatch, error) {
	out := make([]TrialMatch, len(shown))
	errs := make([]error, len(shown))
	const fewDetails = 8
	inShares(len(shown), fewDetails, func(from, to int) {
		for k := from; k < to; k++ {
			var c *Candidate
			if c, errs[k] = s.details(int(shown[k])); c != nil {
				out[k] = s.m.One(c, p)
			}
		}
	})
	return out, errors.Join(errs...)
}

// One judges a single trial, whatever it is: an explanation hides nothing.
func (m *Matcher) One(c *Candidate, p Profile) TrialMatch {
	return m.trialMatch(c, m.Assess(c.Listing, p), p)
}

func (m *Matcher) trialMatch(c *Candidate, a Assessment, p Profile) TrialMatch {
	t := &c.Trial
	n := nearest(t, p)
	out := TrialMatch{
		ID: t.ID, IDs: IDs(t), Title: t.Title(), Therapies: append([]therapy.Label{}, c.Listing.Therapies...),
		Conditions: c.Listing.Conditions, Status: t.Status, Phase: Phase(t.Phases),
		Verdict: a.Verdict, MayChange: a.MayChange, Score: m.score(c, a, p, n), Why: m.why(c, a, p, n), Nearest: n,
		Questions: append([]string{}, a.Missing...), URL: trials.URL(t.ID), Updated: t.LastUpdatePosted.Date.String(), Trial: t, Listing: &c.Listing,
	}
	if a.NotBefore > 0 {
		day := p.Today.AddDate(0, 0, int(a.NotBefore)).Format(dateLayout)
		out.NotBefore = &day
	}
	out.DecidedBy = []string{}
	if a.Verdict == RuledOut {
		out.DecidedBy = append(out.DecidedBy, m.decidedBy(c.Listing, p, a.Outcomes)...)
	}
	if !c.Synced.IsZero() {
		out.Synced = &c.Synced
	}
	out.Criteria = make([]CriterionMatch, 0, len(a.Outcomes))
	for i := range a.Outcomes {
		out.Criteria = append(out.Criteria, criterionMatch(&a.Outcomes[i]))
	}
	return out
}

func criterionMatch(o *Outcome) CriterionMatch {
	c := &o.Criterion
	out := CriterionMatch{
		Kind: c.Kind, Text: c.Text, Rule: c.Rule, Status: cmp.Or(o.Status, Unread), Code: c.Code, Facts: append([]string{}, o.Missing...),
	}
	if o.Field != "" {
		out.Field = &o.Field
	} else {
		out.Start, out.End = &c.Start, &c.End
	}
	if c.Cohort != "" {
		out.Cohort = &c.Cohort
	}
	return out
}

// IDs are the trial's ids in the registries that are known, its own first.
func IDs(t *trials.Trial) []string {
	ids := []string{t.ID}
	add := func(text string) {
		if id, _, ok := trials.CanonicalID(text); ok && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	for _, alias := range t.Aliases {
		add(alias)
	}
	for _, s := range t.SecondaryIDs {
		add(s.ID)
	}
	return ids
}

// Phase joins the phases that a study names: "PHASE1/PHASE2".
func Phase(phases []trials.Phase) string {
	words := make([]string, len(phases))
	for i, p := range phases {
		words[i] = string(p)
	}
	return strings.Join(words, "/")
}
