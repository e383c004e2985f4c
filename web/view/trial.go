package view

import (
	"cmp"
	"math"
	"slices"

	"trialfinder/matcher"
	"trialfinder/trials"
	"trialfinder/trials/place"
)

// Trial is a trial's page.
type Trial struct {
	Card
	IDs           []string
	OfficialTitle string
	Acronym       string
	Summary       string // the registry's, in English
	Sponsor       string
	Type          string
	Enrollment    string
	Gives         []Given
	InShort       []Fact // the whole in plain words
	Dates         []Date
	Open          bool // the study takes people now or soon
	WhyStopped    string
	Groups        []Group
	Notes         []string
	Sites         []SiteRow
	Contacts      []Contact
	Listings      []ListingRow // of a trial that more than one registry lists
	Disagree      bool         // they do not say the same
}

// ListingRow is what one registry says of a trial.
type ListingRow struct {
	ID, Registry, URL            string
	Status, Updated, Start, Ends string
	Checked                      string
}

// Given is one thing that the trial gives or does.
type Given struct{ Kind, Name string }

// Date is a date with its name.
type Date struct{ Name, Value string }

// SiteRow is one site in the table.
type SiteRow struct {
	Facility, City, Country, KM, Status string
	Open                                bool
	Contacts                            []Contact
	km                                  float64
}

// Contact is somebody to ask.
type Contact struct{ Name, Phone, Tel, Mail string }

// Trial makes a trial's page: what the registry lists, and what each of its
// criteria is for the person.
func (v *Viewer) Trial(tr *trials.Trial, m matcher.TrialMatch, p matcher.Profile) (Trial, error) {
	card, err := v.Card(m)
	if err != nil {
		return Trial{}, err
	}
	t := &teller{Viewer: v}
	out := Trial{
		Card: card, IDs: m.IDs, Acronym: Clean(tr.Acronym), Summary: Clean(tr.BriefSummary), Sponsor: Clean(tr.LeadSponsor),
		Open: tr.Status.Open(), WhyStopped: Clean(tr.WhyStopped),
	}
	if tr.OfficialTitle != tr.Title() {
		out.OfficialTitle = Clean(tr.OfficialTitle)
	}
	if key := "type_" + lower(string(tr.StudyType)); v.words.Has(key) {
		out.Type = t.say(key)
	}
	if e := tr.Enrollment; e != nil {
		out.Enrollment = t.say("enrollment", "N", e.Count)
	}
	for _, i := range tr.Interventions {
		g := Given{Name: Clean(i.Name)}
		if key := "given_" + lower(i.Type); v.words.Has(key) {
			g.Kind = t.say(key)
		}
		out.Gives = append(out.Gives, g)
	}
	out.InShort = t.lay(tr, card)
	t.dates(&out, tr)
	t.listings(&out, tr)
	if out.Groups, out.Notes, err = v.Criteria(m); err != nil {
		return out, err
	}
	out.Sites = t.sites(tr, p)
	out.Contacts = contacts(tr.CentralContacts)
	return out, t.err
}

func (t *teller) dates(out *Trial, tr *trials.Trial) {
	for _, d := range []struct {
		key  string
		date trials.Date
	}{
		{"date_start", tr.Start.Date}, {"date_primary", tr.PrimaryCompletion.Date}, {"date_completion", tr.Completion.Date},
		{"date_first_posted", tr.FirstPosted.Date}, {"date_updated", tr.LastUpdatePosted.Date}, {"date_verified", tr.StatusVerified},
	} {
		if value := t.must(t.Partial(d.date)); value != "" {
			out.Dates = append(out.Dates, Date{t.say(d.key), value})
		}
	}
}

// listings tells what each registry says, and whether they differ in what a person
// would go by: the status, the start and the end. A date that one leaves out is no
// difference.
func (t *teller) listings(out *Trial, tr *trials.Trial) {
	for _, l := range tr.Listings {
		out.Listings = append(out.Listings, ListingRow{
			ID: l.ID, Registry: Registry(l.ID), URL: trials.URL(l.ID), Status: t.must(t.Status(l.Status)),
			Updated: t.must(t.Partial(l.Updated)), Start: t.must(t.Partial(l.Start)), Ends: t.must(t.Partial(l.Completion)),
			Checked: t.must(t.Day(l.Synced)),
		})
		first := tr.Listings[0]
		out.Disagree = out.Disagree || l.Status != first.Status || differ(l.Start, first.Start) || differ(l.Completion, first.Completion)
	}
}

func differ(a, b trials.Date) bool {
	return !a.IsZero() && !b.IsZero() && (a.First().After(b.Last()) || b.First().After(a.Last()))
}

// sites lists all sites: those that take people first, the nearest of them on top.
func (t *teller) sites(tr *trials.Trial, p matcher.Profile) []SiteRow {
	var out []SiteRow
	for i := range tr.Sites {
		s := &tr.Sites[i]
		status := s.Status
		if status == "" {
			status = tr.Status
		}
		row := SiteRow{
			Facility: Clean(s.Facility), City: Clean(s.City), Country: t.country(s.Country),
			Status: t.must(t.Status(status)), Open: takesNow(status), Contacts: contacts(s.Contacts), km: math.Inf(1),
		}
		if s.GeoPoint != nil && p.Home != nil {
			row.km = p.Home.Km(place.Point{Lat: s.GeoPoint.Lat, Lon: s.GeoPoint.Lon})
			row.KM = t.distance(row.km, matcher.Approximate(s, p))
		}
		out = append(out, row)
	}
	slices.SortStableFunc(out, func(a, b SiteRow) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.km, b.km))
	})
	return out
}

func rank(s SiteRow) int {
	if s.Open {
		return 0
	}
	return 1
}

func (t *teller) country(name string) string {
	if code := trials.CountryCode(name); code != "" {
		return t.words.Country(code)
	}
	return Clean(name)
}

func contacts(cs []trials.Contact) []Contact {
	var out []Contact
	for _, c := range cs {
		one := Contact{Name: Clean(c.Name), Phone: Clean(c.Phone), Tel: Tel(c.Phone), Mail: Mail(c.Email)}
		if c.PhoneExt != "" && one.Phone != "" {
			one.Phone += " ext. " + Clean(c.PhoneExt)
		}
		if one != (Contact{}) {
			out = append(out, one)
		}
	}
	return out
}
