package view

import (
	"slices"
	"strings"

	"trialfinder/matcher"
	"trialfinder/trials"
)

// What of a trial stands in a title that is made of its fields.
const (
	titleTherapies  = 2
	titleConditions = 2
)

// A change is news for a month; a listing is old that nobody has confirmed for two years.
const (
	newsDays   = 30
	staleYears = 2
	hoursADay  = 24
)

// layTitle says in the reader's language what a trial gives and to whom. It is made of the
// therapies and illnesses that were read, and is "" where none was.
func (t *teller) layTitle(m matcher.TrialMatch, c Card) string {
	var what []string
	for _, role := range []string{"tested", "combined"} {
		for _, th := range c.Therapies {
			if th.Role == role && len(what) < titleTherapies {
				what = append(what, th.Name)
			}
		}
	}
	if len(what) == 0 {
		return ""
	}
	text := strings.Join(what, t.say("lay_with"))
	ids := t.widest(m.Conditions)
	if len(ids) == 0 {
		return text
	}
	var whom []string
	for _, id := range ids[:min(len(ids), titleConditions)] {
		whom = append(whom, t.matcher.Conditions.Name(id, t.words.Code()))
	}
	return t.say("lay_title", "What", text, "Whom", strings.Join(whom, t.say("list_comma")))
}

// widest leaves out illnesses of which a wider one is named too.
func (t *teller) widest(ids []string) []string {
	var out []string
	for _, id := range ids {
		narrower := slices.ContainsFunc(ids, func(o string) bool { return o != id && t.matcher.Conditions.IsA(id, o) })
		if !narrower {
			out = append(out, id)
		}
	}
	return out
}

// changed tells how long ago the registry changed the listing, where that is news.
func (t *teller) changed(d trials.Date) string {
	if t.today.IsZero() || d.Day == 0 {
		return ""
	}
	days := int(t.today.Sub(d.First()).Hours() / hoursADay)
	switch {
	case days < 0 || days > newsDays:
		return ""
	case days == 0:
		return t.say("changed_today")
	}
	return t.say("changed_days", "N", days)
}

// stale says that nobody has confirmed the listing for two years.
func (t *teller) stale(tr *trials.Trial) string {
	if tr == nil || t.today.IsZero() || !tr.Status.Open() {
		return ""
	}
	last := tr.LastUpdatePosted.Date
	if v := tr.StatusVerified; !v.IsZero() && (last.IsZero() || v.Last().After(last.Last())) {
		last = v
	}
	if last.IsZero() || last.Last().After(t.today.AddDate(-staleYears, 0, 0)) {
		return ""
	}
	return t.say("stale", "Day", t.must(t.Partial(last)))
}

// central names whom to ask where the nearest site names nobody, or where there is none.
func (t *teller) central(c *Card, m matcher.TrialMatch) {
	if m.Trial == nil {
		return
	}
	own := func(s *trials.Site) bool {
		return s != nil && len(contacts(s.Contacts)) > 0
	}
	switch {
	case c.Site == nil:
		c.Central = contacts(m.Trial.CentralContacts)
	case own(m.Nearest.Site):
		if cs := contacts(m.Nearest.Site.Contacts); c.Site.Phone == "" {
			c.Site.Mail = cs[0].Mail
		}
	default:
		cs := contacts(m.Trial.CentralContacts)
		c.Site.Central = len(cs) > 0
		if len(cs) > 0 && c.Site.Phone == "" {
			c.Site.Mail = cs[0].Mail
		}
	}
	c.Central = c.Central[:min(1, len(c.Central))]
}

// Fact is one line of a summary in plain words.
type Fact struct {
	Name  string
	Value string
	Names []string // as the registry writes them, in English
	More  string   // what it means
}

// lay sums a trial up: what is given, to whom, in which phase, to how many, where and
// since when.
func (t *teller) lay(tr *trials.Trial, c Card) []Fact {
	var out []Fact
	add := func(key string, f Fact) {
		if f.Value != "" || len(f.Names) > 0 {
			f.Name = t.say(key)
			out = append(out, f)
		}
	}
	add("lay_what", t.given(tr, c))
	add("lay_whom", Fact{Value: t.whom(tr, c)})
	phase := Fact{Value: c.Phase}
	if len(tr.Phases) > 0 {
		if key := "phase_means_" + lower(string(tr.Phases[len(tr.Phases)-1])); t.words.Has(key) {
			phase.More = t.say(key)
		}
	}
	add("lay_phase", phase)
	if e := tr.Enrollment; e != nil && e.Count > 0 {
		add("lay_many", Fact{Value: t.say("enrollment", "N", e.Count)})
	}
	add("lay_where", Fact{Value: t.spread(tr)})
	since := Fact{Value: t.must(t.Partial(tr.Start.Date))}
	if end := t.must(t.Partial(tr.Completion.Date)); end != "" {
		since.More = t.say("lay_until", "Day", end)
	}
	add("lay_since", since)
	return out
}

const givenAtMost = 6

func (t *teller) given(tr *trials.Trial, c Card) Fact {
	var f Fact
	var names []string
	for _, th := range c.Therapies {
		names = append(names, th.Name)
	}
	f.Value = strings.Join(names, t.say("list_comma"))
	for _, i := range tr.Interventions[:min(len(tr.Interventions), givenAtMost)] {
		f.Names = append(f.Names, Clean(i.Name))
	}
	return f
}

// whom says for which illnesses, ages and sex a trial is.
func (t *teller) whom(tr *trials.Trial, c Card) string {
	var parts []string
	if len(c.Conditions) > 0 {
		parts = append(parts, strings.Join(c.Conditions, t.say("list_comma")))
	}
	e := &tr.Eligibility
	switch from, to := t.age(e.MinimumAge), t.age(e.MaximumAge); {
	case from != "" && to != "":
		parts = append(parts, t.say("lay_ages", "From", from, "To", to))
	case from != "":
		parts = append(parts, t.say("lay_age_from", "From", from))
	case to != "":
		parts = append(parts, t.say("lay_age_to", "To", to))
	}
	switch e.Sex {
	case trials.Female:
		parts = append(parts, t.say("lay_women"))
	case trials.Male:
		parts = append(parts, t.say("lay_men"))
	}
	return strings.Join(parts, t.say("why_join"))
}

func (t *teller) age(a *trials.Age) string {
	if a == nil {
		return ""
	}
	if a.Unit == trials.Years {
		return t.say("lay_years", "N", int(a.Value))
	}
	return strings.TrimSpace(t.words.Number(a.Value) + " " + t.must(t.Unit(string(a.Unit))))
}

const countriesAtMost = 8

// spread says in how many places and countries a trial runs.
func (t *teller) spread(tr *trials.Trial) string {
	if len(tr.Sites) == 0 {
		return ""
	}
	var names []string
	for i := range tr.Sites {
		if name := t.country(tr.Sites[i].Country); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, t.words.Collator().CompareString)
	list := strings.Join(names[:min(len(names), countriesAtMost)], t.say("list_comma"))
	if more := len(names) - countriesAtMost; more > 0 {
		list = t.say("lay_more", "List", list, "N", more)
	}
	return t.say("lay_places", "N", len(tr.Sites), "List", list)
}
