package matcher

import (
	"fmt"
	"slices"
	"strings"

	"trialfinder/matcher/criteria"
	"trialfinder/matcher/therapy"
)

// Why is what a trial's verdict and place in the list rest on: one sentence as
// codes and parameters. Its words are in web/i18n; as text, and in JSON, it is the
// codes.
type Why struct {
	Verdict Verdict
	Met     int // criteria that count for the verdict, by what they are
	NotMet  int
	Unknown int
	Clinic  int
	Unread  int
	// Decided is the one criterion that is not met, where there is one alone.
	Decided *Decided
	// Therapy is the wanted one that brought the trial into the list, and its role there.
	Therapy string
	Role    therapy.Role
	Illness Closeness
	KM      *float64 // to the nearest site that takes people; nil if not known
	Home    bool     // that site is in the person's country
}

// Decided is a criterion that decided by itself.
type Decided struct {
	Code  string   // of the rule by which it was read
	Facts []string // that its rule is about
}

// Closeness is how a trial's illnesses stand to the one that it is sought for.
type Closeness string

// How close. What is not asked yet is none of them.
const (
	SameIllness     Closeness = "same"     // the very illness
	WiderIllness    Closeness = "wider"    // one that it belongs to
	NarrowerIllness Closeness = "narrower" // one that it may turn out to be
	UnnamedIllness  Closeness = "unnamed"  // words that the vocabulary does not know
	OtherIllness    Closeness = "other"
)

func (m *Matcher) why(c *Candidate, a Assessment, p Profile, n *Nearest) Why {
	w := Why{Verdict: a.Verdict, Illness: m.illness(c.Listing.Conditions, p)}
	for _, o := range a.Outcomes {
		if o.Counts() {
			w.count(o)
		}
	}
	if w.NotMet != 1 {
		w.Decided = nil
	}
	if l := bestLabel(c.Listing.Therapies, p.Therapies); l != nil {
		w.Therapy, w.Role = l.ID, l.Role
	}
	if n != nil {
		w.KM, w.Home = n.KM, n.Country != "" && n.Country == p.Facts["country"].Text
	}
	return w
}

func (w *Why) count(o Outcome) {
	switch o.Status {
	case Met:
		w.Met++
	case NotMet:
		w.NotMet++
		w.Decided = &Decided{Code: o.Criterion.Code, Facts: factsOf(o.Criterion.Rule)}
	case Unknown:
		w.Unknown++
	case Clinic:
		w.Clinic++
	case Unread:
		w.Unread++
	}
}

// factsOf lists the facts of a rule in the order in which they stand there.
func factsOf(r criteria.Rule) []string {
	var ids []string
	criteria.Walk(r, func(a criteria.Atom) {
		if !slices.Contains(ids, a.Fact) {
			ids = append(ids, a.Fact)
		}
	})
	return ids
}

// Of is how many criteria there are.
func (w Why) Of() int { return w.Met + w.NotMet + w.Unknown + w.Clinic + w.Unread }

// String writes the codes: "open: met 5, unknown 3, clinic 1, unread 0; checkpoint tested; illness same; 40 km".
func (w Why) String() string {
	var counts []string
	for _, c := range []struct {
		status Status
		n      int
	}{{Met, w.Met}, {NotMet, w.NotMet}, {Unknown, w.Unknown}, {Clinic, w.Clinic}, {Unread, w.Unread}} {
		if c.n > 0 || c.status != NotMet {
			counts = append(counts, fmt.Sprintf("%s %d", c.status, c.n))
		}
	}
	parts := []string{string(w.Verdict) + ": " + strings.Join(counts, ", ")}
	if d := w.Decided; d != nil {
		parts = append(parts, strings.TrimSpace("decided by "+d.Code+" "+strings.Join(d.Facts, ", ")))
	}
	if w.Therapy != "" {
		parts = append(parts, w.Therapy+" "+string(w.Role))
	}
	if w.Illness != "" {
		parts = append(parts, "illness "+string(w.Illness))
	}
	switch {
	case w.KM != nil:
		parts = append(parts, fmt.Sprintf("%.0f km", *w.KM))
	case w.Home:
		parts = append(parts, "in the country")
	}
	return strings.Join(parts, "; ")
}

// MarshalText makes the codes a string of the match's JSON.
func (w Why) MarshalText() ([]byte, error) { return []byte(w.String()), nil }
