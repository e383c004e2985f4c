package view

import (
	"cmp"
	"slices"
	"time"

	"trialfinder/matcher"
	"trialfinder/matcher/therapy"
	"trialfinder/trials"
	"trialfinder/web/content"
)

// Card is one trial in the list of results.
type Card struct {
	ID, Title  string // the title is the registry's, in English
	Verdict    string // fits, open, not_now, ruled_out
	Label      string // the verdict in words
	Sentence   string // what it rests on
	Why        string // one sentence: what its place in the list rests on
	Counts     Counts
	Therapies  []Therapy
	Conditions []string
	Status     string
	Phase      string
	Asks       []Ask // the most telling questions that are open
	MoreAsks   int
	Deciding   []Criterion // ruled out: what decided
	Decided    []Ask       // ruled out: the answers each of which alone does it
	Several    bool        // ruled out by more than one answer
	Site       *Site
	Checked    string // the day on which the registry was last asked
	Updated    string // the registry's own date
	URL        string
	Registry   string
}

// Therapy is a label that leads to the text explaining it.
type Therapy struct {
	ID, Name, Path string // Path is the text's, to the paragraph, without the language
	Role           string // tested, combined, comparator
	RoleName       string
}

// Site is a place to ask at.
type Site struct {
	Facility, City, Country string
	KM                      string // "about 160 km away", "" if not known
	Approximate             bool   // from town centre to town centre
	Status                  string
	Open                    bool
	Phone, Tel              string
	Nearer                  string // a closer site that takes nobody now
}

// shownAsks is how many open questions a card names.
const shownAsks = 4

// VerdictClass parts "not now" from the plainly ruled out.
func VerdictClass(m matcher.TrialMatch) string {
	if m.Verdict == matcher.RuledOut && m.MayChange {
		return "not_now"
	}
	return string(m.Verdict)
}

// Card makes the card of a match.
func (v *Viewer) Card(m matcher.TrialMatch) (Card, error) {
	t := &teller{Viewer: v}
	c := Card{
		ID: m.ID, Title: Clean(m.Title), Verdict: VerdictClass(m), Counts: Count(m),
		URL: m.URL, Registry: Registry(m.ID), Therapies: t.therapies(m.Therapies),
	}
	c.Label = t.say("verdict_" + c.Verdict)
	c.Sentence = t.sentence(m, c)
	for _, id := range m.Conditions {
		c.Conditions = append(c.Conditions, v.matcher.Conditions.Name(id, v.words.Code()))
	}
	for _, id := range m.Questions {
		if len(c.Asks) < shownAsks {
			c.Asks = append(c.Asks, v.ask(id))
		}
	}
	c.MoreAsks = len(m.Questions) - len(c.Asks)
	if m.Verdict == matcher.RuledOut {
		c.Deciding, c.Decided = t.deciding(m), t.decided(m)
		c.Several = len(m.DecidedBy) == 0
	}
	c.Site = t.nearest(m.Nearest)
	c.Why = t.why(m, c)
	c.Status, c.Phase = t.must(v.Status(m.Status)), t.must(v.Phase(m.Phase))
	if m.Synced != nil {
		c.Checked = t.must(v.Day(*m.Synced))
	}
	if d, err := trials.ParseDate(m.Updated); err == nil {
		c.Updated = t.must(v.Partial(d))
	}
	return c, t.err
}

func (t *teller) must(text string, err error) string {
	if err != nil && t.err == nil {
		t.err = err
	}
	return text
}

// sentence says in one line what the verdict rests on.
func (t *teller) sentence(m matcher.TrialMatch, c Card) string {
	switch c.Verdict {
	case "not_now":
		if m.NotBefore == nil {
			return t.say("sentence_not_now")
		}
		day, err := time.Parse(time.DateOnly, *m.NotBefore)
		return t.say("sentence_not_before", "Day", t.must(t.must2(day, err)))
	case string(matcher.RuledOut):
		return t.say("sentence_ruled_out", "N", c.Counts.NotMet)
	case string(matcher.Fits):
		return t.say("sentence_fits")
	}
	return t.say("sentence_open", "N", c.Counts.Unknown)
}

func (t *teller) must2(day time.Time, err error) (string, error) {
	if err != nil {
		return "", err
	}
	return t.Day(day)
}

func (t *teller) therapies(labels []therapy.Label) []Therapy {
	var out []Therapy
	for _, l := range labels {
		if l.Role == therapy.Comparator {
			continue // what only the control group gets is not what the trial offers
		}
		out = append(out, Therapy{
			ID: l.ID, Name: t.say("therapy_" + l.ID), Path: t.path(l),
			Role: string(l.Role), RoleName: t.say("role_" + string(l.Role)),
		})
	}
	return out
}

// path leads to the paragraph on the very kind, or else to the therapy's text.
func (v *Viewer) path(l therapy.Label) string {
	return cmp.Or(v.texts.Link(content.OfSubtype, l.ID+"/"+l.Subtype), v.texts.Link(content.OfTherapy, l.ID))
}

func (t *teller) deciding(m matcher.TrialMatch) []Criterion {
	var out []Criterion
	for _, c := range m.Criteria {
		if c.Status != matcher.NotMet || c.Cohort != nil {
			continue
		}
		one, err := t.criterion(c)
		if err != nil && t.err == nil {
			t.err = err
		}
		out = append(out, one)
	}
	return out
}

func (t *teller) nearest(n *matcher.Nearest) *Site {
	if n == nil {
		return nil
	}
	s := &Site{
		Facility: Clean(n.Facility), City: Clean(n.City), Country: t.words.Country(n.Country),
		Status: t.must(t.Status(n.Status)), Open: takesNow(n.Status), Phone: Clean(n.Phone), Tel: Tel(n.Phone),
	}
	if n.KM != nil {
		s.KM, s.Approximate = t.distance(*n.KM, n.Approximate), n.Approximate
	}
	if c := n.NearerClosed; c != nil {
		s.Nearer = t.say("nearer_closed", "Place", where(Clean(c.Facility), Clean(c.City)), "Distance", t.distance(c.KM, c.Approximate))
	}
	return s
}

func takesNow(s trials.Status) bool {
	return slices.Contains([]trials.Status{trials.Recruiting, trials.EnrollingByInvitation, trials.Available}, s)
}

func where(facility, city string) string {
	if facility == "" || city == "" {
		return facility + city
	}
	return facility + ", " + city
}
