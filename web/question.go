package web

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"trialfinder/matcher/fact"
)

// questionPage is one question. Which template shows it depends on Kind.
type questionPage struct {
	Step     string
	Question string
	Hint     string
	Name     string // what the question is about, in two or three words
	Back     string // path of the page before; "" = start
	Change   bool   // came from the list of answers
	Settles  int    // trials that the answer decides; 0 = not known
	Of       int    // trials still possible
	Narrow   narrowing
	Results  bool // the list of trials is offered
	Errors   []fieldError

	Choices []choice
	Skips   []choice // "I don't know" and its kin, below the divider
	Number  numberField
	Illness illnessField
	Place   placeField
	Items   []screenItem // of a screen of several questions
}

// fieldError is a fault in a form: the field to go to, and the words.
type fieldError struct{ Field, Message string }

// choice is one radio button or check box.
type choice struct {
	ID, Value, Label, Hint, Href string
	Checked                      bool
}

// ErrorAt is the message beside a field, or "".
func (q questionPage) ErrorAt(field string) string {
	for _, e := range q.Errors {
		if e.Field == field {
			return e.Message
		}
	}
	return ""
}

// Describes lists the ids of what describes a field: its hint and its fault.
func (q questionPage) Describes(field string) string {
	var ids []string
	if q.Hint != "" && (field == "value" || field == "q") {
		ids = append(ids, "hint")
	}
	if field == "year" {
		ids = append(ids, "year-hint")
	}
	if q.ErrorAt(field) != "" {
		ids = append(ids, field+"-error")
	}
	return strings.Join(ids, " ")
}

// question is a page of the questionnaire: how it is drawn from the session, and
// how what was sent becomes answers.
type question interface {
	template() string
	// fields names what the form may send: once each, and lists.
	fields() (once, lists []string)
	draw(r *request, q *questionPage) error
	// read turns a form into answers. Faults are for the reader; with "stay" the
	// same page is shown again.
	read(r *request, f form, q *questionPage) (stay bool, err error)
}

// questionFor finds the page for a path.
func (s *Server) questionFor(step string) (question, bool) {
	switch step {
	case stepWho:
		return whoQuestion{}, true
	case stepPlace:
		return placeQuestion{}, true
	case stepTherapy:
		return therapyQuestion{}, true
	}
	if screen, ok := s.screen(step); ok {
		return screen, true
	}
	f, ok := s.matcher.Facts.ByID(step)
	switch {
	case !ok || f.Type == fact.Country || f.Type == fact.Place:
		return nil, false
	case f.Conditions():
		return illnessQuestion{f}, true
	case f.Type == fact.Set:
		return setQuestion{f}, true
	case f.Type == fact.Number && len(f.Labels["en"].Values) == 0:
		return numberQuestion{f}, true
	}
	return choiceQuestion{f}, true
}

func (s *Server) showQuestion(r *request) error {
	qu, ok := s.questionFor(r.Param("fact"))
	if !ok {
		return errNotFound
	}
	q, err := r.newQuestion(qu)
	if err != nil {
		return err
	}
	if err := qu.draw(r, &q); err != nil {
		return err
	}
	if _, several := qu.(screenQuestion); several && len(q.Items) < 2 {
		return r.seeAlone(q.Items)
	}
	return r.showQuestion(http.StatusOK, qu, q)
}

// seeAlone sends the reader to the page of the one question that is left of a screen.
func (r *request) seeAlone(items []screenItem) error {
	if len(items) == 0 {
		return r.see("/answers")
	}
	return r.see("/question/" + items[0].Fact)
}

func (r *request) showQuestion(status int, qu question, q questionPage) error {
	r.head = head{Title: q.Question, NoIndex: true, Error: len(q.Errors) > 0}
	return r.page(status, qu.template(), q)
}

func (r *request) newQuestion(qu question) (questionPage, error) {
	step := r.Param("fact")
	q := questionPage{
		Step: step, Back: r.backFrom(step), Change: r.QueryParam("change") == "1",
		Results: r.number(step) >= resultsFrom,
	}
	if f, ok := r.server.matcher.Facts.ByID(step); ok && step != stepPlace {
		label := r.label(f)
		q.Question, q.Hint, q.Name = label.Question, label.Hint, label.Name
	}
	if r.session.firstOpen() == "condition" {
		return q, nil // nothing is known yet: every trial is possible
	}
	m, err := r.overview()
	if err != nil {
		return q, err
	}
	q.Of = m.Fits + m.Open
	q.Narrow = r.narrowing(m, step)
	for _, n := range m.Next {
		if n.Fact == step {
			q.Settles = n.Settles
		}
	}
	return q, nil
}

// number is which question this is, counted from one.
func (r *request) number(step string) int {
	done := r.steps()
	if i := slices.Index(done, step); i >= 0 {
		return i + 1
	}
	return len(done) + 1
}

func (s *Server) answerQuestion(r *request) error {
	qu, ok := s.questionFor(r.Param("fact"))
	if !ok {
		return errNotFound
	}
	once, lists := qu.fields()
	f, err := readForm(r.Request(), append(once, "change"), lists)
	if err != nil {
		return err
	}
	change := f.get("change") == "1"
	var before map[string]bool // the questions that were open before a change
	if change && len(r.session.Entries) > 0 {
		if before, err = r.openFacts(); err != nil {
			return err
		}
		r.profile = nil
	}
	var q questionPage
	stay, err := qu.read(r, f, &q)
	if err != nil {
		return err
	}
	if len(q.Errors) > 0 {
		return r.showFaults(qu, q, f)
	}
	if err := r.keep(); err != nil {
		return err
	}
	r.profile = nil
	return r.goOn(stay, change, before)
}

// goOn sends the reader on after an answer.
func (r *request) goOn(stay, change bool, before map[string]bool) error {
	step := r.Param("fact")
	if !stay {
		clash, err := r.clashesAt(step)
		if err != nil {
			return err
		}
		if clash {
			return r.see("/clash")
		}
	}
	switch {
	case stay && change:
		return r.see("/question/" + step + "?change=1#found")
	case stay:
		return r.see("/question/" + step + "#found")
	case change && step == stepWho:
		return r.see("/answers")
	case change:
		return r.afterChange(before)
	}
	return r.toNext()
}

// showFaults shows the page again, with what was typed.
func (r *request) showFaults(qu question, faulty questionPage, f form) error {
	q, err := r.newQuestion(qu)
	if err != nil {
		return err
	}
	if err := qu.draw(r, &q); err != nil {
		return err
	}
	q.Errors, q.Change = faulty.Errors, f.get("change") == "1"
	if faulty.Number.Typed {
		q.Number.Value, q.Number.Unit, q.Number.ULN = faulty.Number.Value, faulty.Number.Unit, faulty.Number.ULN
		q.Number.Year, q.Number.Month = faulty.Number.Year, faulty.Number.Month
		q.Skips = unchecked(q.Skips)
	}
	if screen, several := qu.(screenQuestion); several {
		screen.typed(f, &q)
	}
	if faulty.Place.Typed {
		q.Place.Town = faulty.Place.Town
		q.Place.choose(faulty.Place.Country)
	}
	return r.showQuestion(http.StatusUnprocessableEntity, qu, q)
}

func unchecked(cs []choice) []choice {
	for i := range cs {
		cs[i].Checked = false
	}
	return cs
}

// fault adds a fault in a field, told in the reader's words.
func (r *request) fault(q *questionPage, field, key string, params ...any) error {
	text, err := r.words.T(key, params...)
	if err != nil {
		return err
	}
	q.Errors = append(q.Errors, fieldError{field, text})
	return nil
}

// answer keeps one answer after the matcher has taken it; false if it does not.
func (r *request) answer(id string, raw json.RawMessage) bool {
	a, err := r.server.answers(&r.session)
	if err != nil {
		return false
	}
	f, _ := r.server.matcher.Facts.ByID(id)
	if err := r.server.matcher.Set(&a, id, forMatcher(f, raw, cmp.Or(r.session.AsOf, r.today)), r.today); err != nil {
		return false
	}
	if r.session.AsOf.IsZero() {
		r.session.AsOf = r.today
	}
	r.session.set(id, r.dated(id, raw, a.Facts[id]))
	return true
}

// Values of the choices below the divider. Both of the first two are kept as "not known".
const (
	skipUnknown  = "unknown"
	skipWithheld = "withheld"
	skipNever    = "never"
	skipNone     = "none"
)

// skips are the choices below the divider; "I don't know" is shown as chosen
// where that was the answer.
func (r *request) skips(id string, more ...string) ([]choice, error) {
	raw, answered := r.session.get(id)
	var out []choice
	for _, value := range append(more, skipUnknown, skipWithheld) {
		label, err := r.words.T("skip_" + value)
		if err != nil {
			return nil, err
		}
		c := choice{ID: "skip-" + value, Value: value, Label: label}
		switch value {
		case skipUnknown:
			c.Checked = answered && string(raw) == "null"
		case skipNever:
			c.Checked = answered && string(raw) == `"never"`
		case skipNone:
			c.Checked = answered && string(raw) == "[]"
		}
		out = append(out, c)
	}
	return out, nil
}

// skipped is the answer that a choice below the divider stands for.
func skipped(value string) (json.RawMessage, bool) {
	switch value {
	case skipUnknown, skipWithheld:
		return null, true
	case skipNever:
		return quoted("never"), true
	case skipNone:
		return json.RawMessage("[]"), true
	}
	return nil, false
}
