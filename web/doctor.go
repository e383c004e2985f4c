package web

import (
	"slices"
	"strings"

	"trialfinder/matcher"
	"trialfinder/web/view"
)

const (
	paramWith = "with"
	// checksAtMost keeps a trial within two sheets of paper.
	checksAtMost = 12
	asksAtMost   = 8
)

// pair says one thing in two languages, the patient's and the doctor's.
type pair struct{ A, B string }

// sheetPage is what somebody takes to a doctor, in two languages at once.
type sheetPage struct {
	Tag, Other string // the two languages' tags
	With       string
	Languages  []choice
	Said       map[string]pair // the sheet's own words
	Answers    []sheetAnswer
	Trials     []sheetTrial
	Picked     []string // the trials that the address names
}

type sheetAnswer struct{ Name, Value pair }

type sheetTrial struct {
	view.Trial
	Named               pair
	Tally, Verdict      pair
	Illness             pair
	Asks                []pair
	Checks              []sheetCheck
	More                pair // how many criteria are left out; "" for none
	Place, Status, Date pair
}

// sheetCheck is a criterion that is not settled.
type sheetCheck struct {
	Status  string
	Kind    pair // that it must be so, or must not
	Reading pair
	Quote   string
}

// sheetWords are the keys of the sheet's own words.
var sheetWords = [...]string{
	"sheet_title", "sheet_limits", "sheet_answers", "sheet_no_answers", "sheet_trials", "sheet_questions", "sheet_check", "sheet_contact",
	"sheet_none", "compare_verdict", "compare_place", "trial_status", "date_updated", "trial_conditions",
}

// sheet is the page for the doctor. Nothing of it is kept.
func (s *Server) sheet(r *request) error {
	r.head = head{TitleKey: "sheet_title", NoIndex: true}
	p, err := r.person()
	if err != nil {
		return err
	}
	ids, _, err := r.picks(p, paramTrial, paramWith)
	if err != nil {
		return err
	}
	with := r.QueryParam(paramWith)
	if with == "" {
		with = "en"
		if r.lang == "en" {
			with = "da"
		}
	}
	other, ok := r.in(with)
	if !ok {
		return errNotFound
	}
	r.viewer, other.viewer = r.viewer.For(p), other.viewer.For(p)
	page := sheetPage{Tag: r.words.Tag(), Other: other.words.Tag(), With: with, Said: map[string]pair{}, Picked: ids}
	if err := r.sheetHead(&page, other); err != nil {
		return err
	}
	for _, id := range ids {
		t, err := r.sheetTrial(other, id, p)
		if err != nil {
			return err
		}
		if t != nil {
			page.Trials = append(page.Trials, *t)
		}
	}
	return r.show("doctor", page)
}

// in is the same request for a reader of another language.
func (r *request) in(lang string) (*request, bool) {
	words, ok := r.server.catalogue.Words(lang)
	if !ok {
		return nil, false
	}
	other := *r
	other.lang, other.words, other.viewer = lang, words, r.server.viewers[lang]
	return &other, true
}

// both says something in the two languages.
func both(a, b *request, say func(*request) (string, error)) (pair, error) {
	first, err := say(a)
	if err != nil {
		return pair{}, err
	}
	second, err := say(b)
	return pair{first, second}, err
}

func (r *request) sheetHead(page *sheetPage, other *request) (err error) {
	for _, key := range sheetWords {
		if page.Said[key], err = both(r, other, func(r *request) (string, error) { return r.words.T(key) }); err != nil {
			return err
		}
	}
	if page.Said["sheet_made"], err = both(r, other, (*request).made); err != nil {
		return err
	}
	for _, code := range r.server.catalogue.Languages() {
		if code == r.lang {
			continue
		}
		w, _ := r.server.catalogue.Words(code)
		name, err := w.T("language_name")
		if err != nil {
			return err
		}
		page.Languages = append(page.Languages, choice{Value: code, Label: name, Hint: w.Tag(), Checked: code == page.With})
	}
	for _, e := range r.session.Entries {
		a, _, err := r.row(e)
		if err != nil {
			return err
		}
		b, _, err := other.row(e)
		if err != nil {
			return err
		}
		page.Answers = append(page.Answers, sheetAnswer{pair{a.Name, b.Name}, pair{a.Value, b.Value}})
	}
	return nil
}

// made says when the sheet was made, and from the listings of which day.
func (r *request) made() (string, error) {
	day, err := r.viewer.Day(r.today)
	if err != nil {
		return "", err
	}
	listings, err := r.viewer.Day(r.snap.Listings)
	if err != nil {
		return "", err
	}
	return r.words.T("sheet_made", "Day", day, "Listings", listings)
}

// sheetTrial tells of one trial in both languages; nil where it is no more.
func (r *request) sheetTrial(other *request, id string, p matcher.Profile) (*sheetTrial, error) {
	a, _, err := r.trialOf(id, p)
	if a == nil || err != nil {
		return nil, err
	}
	b, _, err := other.trialOf(id, p)
	if b == nil || err != nil {
		return nil, err
	}
	t := &sheetTrial{
		Trial: *a, Named: pair{a.Lay, b.Lay}, Verdict: pair{a.Label, b.Label}, Status: pair{a.Status, b.Status}, Date: pair{a.Updated, b.Updated},
		Illness: pair{strings.Join(a.Conditions, "; "), strings.Join(b.Conditions, "; ")},
	}
	if a.Site != nil {
		t.Place = pair{a.Site.Where(), b.Site.Where()}
	}
	if t.Tally, err = both(r, other, func(r *request) (string, error) { return r.viewer.Tally(a.Counts) }); err != nil {
		return nil, err
	}
	kinds := map[bool]pair{}
	for exclusion, key := range map[bool]string{true: "kind_exclusion", false: "kind_inclusion"} {
		if kinds[exclusion], err = both(r, other, func(r *request) (string, error) { return r.words.T(key) }); err != nil {
			return nil, err
		}
	}
	return t, t.fill(r, other, a, b, kinds)
}

// fill adds the open questions and the criteria to check; the first of them, so that the
// sheet stays one that somebody reads.
func (t *sheetTrial) fill(r, other *request, a, b *view.Trial, kinds map[bool]pair) (err error) {
	left := 0
	for i, g := range a.Groups {
		if !slices.Contains([]string{"not_met", "unknown", "clinic", "unread"}, g.Status) {
			continue
		}
		for k, c := range g.Items {
			for q, ask := range c.Asks {
				if one := (pair{ask.Question, b.Groups[i].Items[k].Asks[q].Question}); len(t.Asks) < asksAtMost && !slices.Contains(t.Asks, one) {
					t.Asks = append(t.Asks, one)
				}
			}
			if len(t.Checks) == checksAtMost {
				left++
				continue
			}
			t.Checks = append(t.Checks, sheetCheck{c.Status, kinds[c.Exclusion], pair{c.Reading, b.Groups[i].Items[k].Reading}, view.Short(c.Quote)})
		}
	}
	if left > 0 {
		t.More, err = both(r, other, func(r *request) (string, error) { return r.words.T("sheet_more", "N", left) })
	}
	return err
}
