package web

import (
	"fmt"
	"net/http"
	"slices"

	"trialfinder/matcher"
	"trialfinder/trials/private"
	"trialfinder/web/view"
)

// casePage is one case: everything on one page, in sections.
type casePage struct {
	ID, Ref       string
	Version       int64
	Draft, Ending bool
	Changed       bool // somebody has saved it meanwhile
	Ends          string
	Line          string
	Chips         []chip
	Read, Unread  bool
	Counts        counts
	Known         int
	Next          []string // questions that narrow it most
	Trials        []deskTrial
	Therapies     []choice
	Sections      []deskSection
	Illnesses     []string
	Notes         string
	Langs, States []choice
	FollowUp      string
	Owner         string
	Colleagues    []choice
	Log           []logRow
	Errors        []fieldError
	Clashes       []clash
}

// chip is a part of the quick line: what was read of it, to be confirmed.
type chip struct {
	N             int
	Text, Reading string
}

// deskTrial is a trial on the page of a case.
type deskTrial struct {
	ID, Title, Label, Verdict, Sentence, Site string
	Short                                     bool
}

type logRow struct{ Day, Who, What string }

// ErrorAt is the message beside a field, or "".
func (p casePage) ErrorAt(field string) string {
	return questionPage{Errors: p.Errors}.ErrorAt(field)
}

func (s *Server) showCase(r *deskRequest) error {
	c, err := s.ownCase(r, r.Param("id"))
	if err != nil {
		return err
	}
	if err := r.answersOf(c); err != nil {
		return err
	}
	if err := s.noteOpening(r, c); err != nil {
		return err
	}
	return s.casePage(r, c, &caseFaults{})
}

// noteOpening notes that somebody has opened a case: once as long as a session may rest.
func (s *Server) noteOpening(r *deskRequest, c *private.Case) error {
	log, err := s.desk.store.AuditOf(r.Request().Context(), c.ID)
	if err != nil {
		return err
	}
	since := s.now().Add(-deskIdle)
	if slices.ContainsFunc(log, func(e private.Entry) bool { return e.Who == r.account.ID && e.At.After(since) }) {
		return nil
	}
	return s.desk.store.Audit(r.Request().Context(), r.account.ID, private.DidOpen, c.ID)
}

func (s *Server) casePage(r *deskRequest, c *private.Case, faults *caseFaults) error {
	page := casePage{
		ID: c.ID, Ref: c.Ref, Version: c.Version, Draft: c.Draft, Ending: r.ending(c), Changed: faults.changed,
		Line: c.Line, Notes: c.Notes, FollowUp: c.FollowUp, Errors: faults.errors, Known: len(r.session.Entries),
	}
	if faults.line != "" {
		page.Line = faults.line
	}
	if faults.notes != "" {
		page.Notes = faults.notes
	}
	for _, fill := range []func(*casePage, *private.Case) error{r.fillChips, r.fillTrials, r.fillChoices, r.fillPeople} {
		if err := fill(&page, c); err != nil {
			return err
		}
	}
	var err error
	if page.Ends, err = r.viewer.Day(c.Ends()); err != nil {
		return err
	}
	if page.Sections, err = r.deskSections(faults.fields); err != nil {
		return err
	}
	r.session = session{} // the layout is for readers, and offers them their answers
	r.head = head{Title: c.Ref, NoIndex: true, Error: len(faults.errors) > 0}
	status := http.StatusOK
	switch {
	case faults.changed:
		status = http.StatusConflict
	case len(faults.errors) > 0:
		status = http.StatusUnprocessableEntity
	}
	return r.page(status, "desk_case", page)
}

func (r *deskRequest) fillChips(page *casePage, _ *private.Case) error {
	for i, p := range r.server.desk.reader.Read(page.Line, r.snap.Towns, r.today) {
		c := chip{N: i, Text: p.Text}
		for _, a := range p.Answers {
			reading, err := r.reading(entry{a.Fact, a.Raw})
			if err != nil {
				return err
			}
			if c.Reading != "" {
				c.Reading += " · "
			}
			c.Reading += reading
		}
		page.Unread, page.Read = page.Unread || c.Reading == "", page.Read || c.Reading != ""
		page.Chips = append(page.Chips, c)
	}
	return nil
}

// reading is an answer in words: the fact's name and its value.
func (r *request) reading(e entry) (string, error) {
	f, _ := r.server.matcher.Facts.ByID(e.ID)
	kept := r.session
	r.session = session{Entries: []entry{e}} // sets are told from the session
	defer func() { r.session = kept }()
	in := r.typedAs
	if r.optionsOf(f) != nil {
		in = r.inWords
	}
	value, err := in(f, e.Raw)
	return f.Labels[r.lang].Name + ": " + value, err
}

func (r *deskRequest) fillTrials(page *casePage, c *private.Case) error {
	m, err := r.matched()
	if err != nil {
		return err
	}
	page.Counts = countsOf(m)
	for _, q := range m.Next[:min(len(m.Next), shownNext)] {
		if f, ok := r.server.matcher.Facts.ByID(q.Fact); ok {
			page.Next = append(page.Next, f.Labels[r.lang].Question)
		}
	}
	p, err := r.person()
	if err != nil {
		return err
	}
	if page.Clashes, err = r.clashes(p); err != nil {
		return err
	}
	var shown []string
	for _, id := range c.Shortlist {
		found, err := r.snap.Trial(r.Request().Context(), id)
		if err != nil || found == nil {
			page.Trials = append(page.Trials, deskTrial{ID: id, Short: true})
			continue
		}
		shown = append(shown, found.Trial.ID)
		card, err := r.viewer.Card(r.server.matcher.One(found, p))
		if err != nil {
			return err
		}
		t := deskTrial{ID: id, Title: card.Title, Label: card.Label, Verdict: card.Verdict, Sentence: card.Sentence, Short: true}
		if card.Site != nil {
			t.Site = card.Site.City
		}
		page.Trials = append(page.Trials, t)
	}
	for _, one := range m.Trials {
		card, err := r.viewer.Card(one)
		if err != nil {
			return err
		}
		if slices.Contains(shown, card.ID) {
			continue
		}
		t := deskTrial{ID: card.ID, Title: card.Title, Label: card.Label, Verdict: card.Verdict, Sentence: card.Sentence}
		if card.Site != nil {
			t.Site = card.Site.City
		}
		page.Trials = append(page.Trials, t)
	}
	return nil
}

func (r *deskRequest) fillChoices(page *casePage, c *private.Case) (err error) {
	if page.States, err = r.states(c.State.Next(), c.State); err != nil {
		return err
	}
	for _, code := range r.server.catalogue.Languages() {
		w, _ := r.server.catalogue.Words(code)
		name, err := w.T("language_name")
		if err != nil {
			return err
		}
		page.Langs = append(page.Langs, choice{Value: code, Label: name, Checked: code == c.Lang})
	}
	wanted := r.texts(therapiesID)
	for i, id := range r.server.matcher.Therapies.IDs() {
		name, _, err := r.viewer.Therapy(id)
		if err != nil {
			return err
		}
		page.Therapies = append(page.Therapies, choice{ID: fmt.Sprintf("therapy-%d", i), Value: id, Label: name, Checked: slices.Contains(wanted, id)})
	}
	for _, one := range r.server.matcher.Conditions.All() {
		page.Illnesses = append(page.Illnesses, r.server.matcher.Conditions.Name(one.ID, r.lang))
	}
	return nil
}

// fillPeople names the colleagues, and who did what with the case.
func (r *deskRequest) fillPeople(page *casePage, c *private.Case) error {
	accounts, err := r.server.desk.store.Accounts(r.Request().Context())
	if err != nil {
		return err
	}
	page.Owner = emailOf(accounts, c.Owner)
	for _, a := range accounts {
		if colleague(a) && a.ID != c.Owner {
			page.Colleagues = append(page.Colleagues, choice{Value: a.ID, Label: a.Email})
		}
	}
	log, err := r.server.desk.store.AuditOf(r.Request().Context(), c.ID)
	if err != nil {
		return err
	}
	for _, e := range slices.Backward(log[max(0, len(log)-20):]) {
		day, err := r.viewer.Day(e.At)
		if err != nil {
			return err
		}
		what, err := r.words.T("desk_did_" + e.What[len("case."):])
		if err != nil {
			return err
		}
		page.Log = append(page.Log, logRow{day, emailOf(accounts, e.Who), what})
	}
	return nil
}

// matched is the trials for the case, the best first.
func (r *request) matched() (matcher.Match, error) {
	p, err := r.person()
	if err != nil {
		return matcher.Match{}, err
	}
	return r.snap.Match(p, matcher.Options{Limit: shownTrials, NoNext: !r.weighs(p)})
}

// deskSamples is data for each page of the desk that reaches most of its template.
func deskSamples() map[string]any {
	choices := []choice{{ID: "a", Value: "v", Label: "l", Checked: true}}
	fields := []deskField{{ID: "x", Label: "l", Options: choices}, {ID: "y", Label: "l", Value: "v", Hint: "h", List: "illnesses", Error: "e"}}
	row := reviewRow{Name: "n", Value: "v"}
	return map[string]any{
		"desk": deskPage{Lead: true, All: true, Total: 1, States: choices, Rows: []deskRow{{ID: "a", Ref: "r", Draft: true, Due: true}, {Ending: true}},
			Accounts: []accountRow{{Joined: true}, {Disabled: true}, {}}},
		"desk_sign_in": signInPage{To: "a", Kept: "k", Over: true, Error: "desk_sign_in_wrong"},
		"desk_join":    joinPage{Code: "M0 0h1v1h-1z", Size: 1, Error: "desk_code_wrong", Field: "code"},
		"desk_message": nil,
		"share":        sharePage{Code: "c", Opened: 1, Error: true},
		"desk_trial": caseTrialPage{CaseID: "c", Ref: "r", Removed: true, Trial: view.Trial{IDs: []string{"a"}, Card: view.Card{Verdict: "open", MoreAsks: 1, Asks: []view.Ask{{}}},
			Groups: []view.Group{{Status: "met", Items: []view.Criterion{{Reading: "r", Cohort: "c", Asks: []view.Ask{{}}}}}}}},
		"desk_case": casePage{Draft: true, Changed: true, Chips: []chip{{0, "t", "r"}, {1, "t", ""}}, Read: true, Unread: true, Next: []string{"n"},
			Trials: []deskTrial{{ID: "NCT99999999", Verdict: "open", Label: "l", Sentence: "s", Site: "s", Short: true}}, Therapies: choices,
			Sections: []deskSection{{TitleKey: "group_about", Fields: fields, Known: 1, Faulty: true}}, Illnesses: []string{"i"}, Langs: choices,
			States: choices, Colleagues: choices, Log: []logRow{{"d", "w", "w"}}, Clashes: []clash{{row, row}},
			Errors: []fieldError{{"line", "m"}, {"notes", "m"}, {"consent", "m"}, {"owner", "m"}}},
	}
}
