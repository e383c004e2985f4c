package view

import (
	"trialfinder/matcher"
	"trialfinder/matcher/criteria"
)

// Criterion is one statement of a trial for one person.
type Criterion struct {
	Status    string // met, not_met, unknown, clinic, unread
	Exclusion bool
	Quote     string // the registry's own words
	Field     string // or the name of the registry's field, in the reader's words
	Cohort    string
	Reading   string // what we took it to mean, or that we could not
	Asks      []Ask  // what would settle it
	URL       string // where the quote stands
}

// Ask is a fact that is missing.
type Ask struct {
	Fact     string
	Question string
	Name     string
	Step     string // the questionnaire's page for it; "" if it has none
}

// Group is the criteria of one status.
type Group struct {
	Status string
	Items  []Criterion
}

// groups is the order in which a trial's page shows them: what decides first.
var groups = [...]matcher.Status{matcher.NotMet, matcher.Unknown, matcher.Met, matcher.Clinic, matcher.Unread}

// Criteria groups all criteria of a match by status; headings and notes, which
// demand nothing, come apart.
func (v *Viewer) Criteria(m matcher.TrialMatch) (out []Group, notes []string, err error) {
	by := map[matcher.Status][]Criterion{}
	for _, c := range m.Criteria {
		if !c.Kind.Demands() {
			if c.Kind == criteria.Note {
				notes = append(notes, Sentence(c.Text))
			}
			continue
		}
		one, err := v.criterion(c)
		if err != nil {
			return nil, nil, err
		}
		one.URL = m.URL
		by[c.Status] = append(by[c.Status], one)
	}
	for _, s := range groups {
		if len(by[s]) > 0 {
			out = append(out, Group{string(s), by[s]})
		}
	}
	return out, notes, nil
}

func (v *Viewer) criterion(c matcher.CriterionMatch) (Criterion, error) {
	t := &teller{Viewer: v}
	out := Criterion{Status: string(c.Status), Exclusion: c.Kind == criteria.Exclusion, Quote: Sentence(c.Text)}
	if c.Field != nil {
		out.Field = t.say("field_" + *c.Field)
	}
	if c.Cohort != nil {
		out.Cohort = Clean(*c.Cohort)
	}
	var err error
	if out.Reading, err = v.Reading(c.Rule); err != nil {
		return out, err
	}
	switch {
	case out.Reading != "":
	case c.Status == matcher.Clinic:
		out.Reading = t.say("plain_clinic")
	case c.Rule == nil:
		out.Reading = t.say("plain_unread")
	default:
		out.Reading = t.about(c.Rule)
	}
	for _, id := range c.Facts {
		out.Asks = append(out.Asks, t.ask(id))
	}
	return out, t.err
}

// ask is a missing fact as a question.
func (t *teller) ask(id string) Ask {
	f, ok := t.matcher.Facts.ByID(id)
	if !ok {
		return Ask{Fact: id, Question: id, Name: id}
	}
	step := id
	if id == "country" || id == "place" {
		step = "place"
	}
	return Ask{Fact: id, Question: t.label(f).Question, Name: t.label(f).Name, Step: step}
}

// Counts are how many criteria are what, for the sentence on a card. What holds
// for one cohort only does not count.
type Counts struct {
	Met, NotMet, Unknown, Clinic, Unread int
}

// Open is how many nobody can tell yet: not known, left to the hospital, or not read.
func (c Counts) Open() int { return c.Unknown + c.Clinic + c.Unread }

// Count counts a match's criteria.
func Count(m matcher.TrialMatch) Counts {
	var n Counts
	for _, c := range m.Criteria {
		if !c.Kind.Demands() || c.Cohort != nil {
			continue
		}
		switch c.Status {
		case matcher.Met:
			n.Met++
		case matcher.NotMet:
			n.NotMet++
		case matcher.Unknown:
			n.Unknown++
		case matcher.Clinic:
			n.Clinic++
		case matcher.Unread:
			n.Unread++
		}
	}
	return n
}
