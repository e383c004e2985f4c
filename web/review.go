package web

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"trialfinder/matcher"
	"trialfinder/matcher/fact"
	"trialfinder/trials"
	"trialfinder/web/i18n"
)

// reviewPage is all answers, to be checked and changed.
type reviewPage struct {
	Who      string // whom the answers are about
	Steps    []stepRow
	Narrow   narrowing
	Sections []reviewSection
	Clashes  []clash
	NextStep string // a question that can still change the list
	Possible int
	Of       int
}

type reviewSection struct {
	TitleKey string
	Rows     []reviewRow
}

type reviewRow struct {
	Name, Value, Step string
	Unknown           bool
	Alone             int // trials that this answer alone rules out
}

// clash is two answers of which one must be wrong.
type clash struct{ A, B reviewRow }

// groupOrder is the order of the sections: that of the catalogue's groups.
var groupOrder = []string{"diagnosis", "about", "place", "daily_life", "treatment", "marker", "health", "labs", "msc"}

func (s *Server) showAnswers(r *request) error {
	r.head = head{TitleKey: "answers_title", NoIndex: true}
	if len(r.session.Entries) == 0 {
		return r.show("answers", reviewPage{NextStep: firstSteps[0]})
	}
	p, err := r.person()
	if err != nil {
		return err
	}
	m, err := r.overview()
	if err != nil {
		return err
	}
	page := reviewPage{Possible: m.Fits + m.Open, Of: m.Considered}
	if page.NextStep = r.session.firstOpen(); page.NextStep == "" {
		if page.NextStep, _, err = r.openQuestion(m); err != nil {
			return err
		}
	}
	if page.Sections, err = r.review(r.alone(p)); err != nil {
		return err
	}
	if page.Clashes, err = r.clashes(p); err != nil {
		return err
	}
	if page.Who, err = r.whoWords(); err != nil {
		return err
	}
	page.Narrow = r.narrowing(m, "/answers")
	if !r.session.Hide {
		if page.Steps, err = r.stepRows(); err != nil {
			return err
		}
	}
	return r.show("answers", page)
}

// whoWords says whom the answers are about.
func (r *request) whoWords() (string, error) {
	for _, w := range whoValues {
		if w.who == r.session.For {
			return r.words.T("who_" + w.value)
		}
	}
	return "", errInternal
}

// alone counts, by fact, the trials that an answer alone rules out, where a reader may
// be asked to look at it again.
func (r *request) alone(p matcher.Profile) map[string]int {
	out := map[string]int{}
	if !r.weighs(p) {
		return out
	}
	for _, a := range r.snap.Set.WhatIf(p, matcher.Only{}) {
		if a.Offered {
			out[a.Fact] = a.Alone
		}
	}
	return out
}

func (r *request) review(alone map[string]int) ([]reviewSection, error) {
	rows := map[string][]reviewRow{}
	for _, e := range r.session.Entries {
		row, group, err := r.row(e)
		if err != nil {
			return nil, err
		}
		row.Alone = alone[e.ID]
		rows[group] = append(rows[group], row)
	}
	var out []reviewSection
	for _, g := range groupOrder {
		if len(rows[g]) > 0 {
			out = append(out, reviewSection{"group_" + g, rows[g]})
		}
	}
	return out, nil
}

// row is one answer in words, and the group it belongs to.
func (r *request) row(e entry) (reviewRow, string, error) {
	row := reviewRow{Step: stepOf(e.ID)}
	var err error
	if e.ID == therapiesID {
		if row.Name, err = r.words.T("therapy_name"); err != nil {
			return row, "", err
		}
		row.Value, err = r.wanted()
		return row, "diagnosis", err
	}
	f, ok := r.server.matcher.Facts.ByID(e.ID)
	if !ok {
		return row, "", errInternal
	}
	row.Name = r.label(f).Name
	if string(e.Raw) == "null" {
		row.Unknown = true
		key := "not_known"
		if e.ID == "place" {
			key = "not_given"
		}
		row.Value, err = r.words.T(key)
		return row, f.Group, err
	}
	row.Value, err = r.inWords(f, e.Raw)
	return row, f.Group, err
}

func (r *request) wanted() (string, error) {
	var names []string
	for _, id := range r.texts(therapiesID) {
		name, _, err := r.viewer.Therapy(id)
		if err != nil {
			return "", err
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return r.words.T("therapy_any")
	}
	return r.list(names)
}

func (r *request) list(names []string) (string, error) {
	return joined(r.words, names)
}

func joined(w *i18n.Words, names []string) (string, error) {
	comma, err := w.T("list_comma")
	return strings.Join(names, comma), err
}

// inWords is an answer as the reader gave it.
func (r *request) inWords(f fact.Fact, raw json.RawMessage) (string, error) {
	values := r.label(f).Values
	if label := values[strings.Trim(string(raw), `"`)]; label != "" {
		return label, nil
	}
	switch f.Type {
	case fact.Country:
		return r.words.Country(asText(raw)), nil
	case fact.Place, fact.Enum:
		return asText(raw), nil
	case fact.Set:
		return r.setInWords(f)
	case fact.Number:
		return r.numberInWords(f, raw)
	}
	return string(raw), nil
}

func (r *request) setInWords(f fact.Fact) (string, error) {
	var names []string
	for _, id := range r.texts(f.ID) {
		if f.Conditions() {
			names = append(names, r.server.matcher.Conditions.Name(id, r.lang))
			continue
		}
		names = append(names, r.label(f).Values[id])
	}
	if len(names) == 0 {
		return r.words.T("skip_none")
	}
	return r.list(names)
}

func (r *request) numberInWords(f fact.Fact, raw json.RawMessage) (string, error) {
	if raw[0] == '"' {
		return r.words.T("skip_never")
	}
	v := packed{Value: json.Number(raw), Unit: f.Unit}
	if raw[0] == '{' {
		v = packed{}
		if err := json.Unmarshal(raw, &v); err != nil {
			return "", errInternal
		}
	}
	if v.Date != "" {
		return r.dateInWords(v.Date)
	}
	unit, err := r.viewer.Unit(v.Unit)
	if err != nil {
		return "", err
	}
	text := strings.TrimSpace(localNumber(r, v.Value.String()) + " " + unit)
	if v.ULN == "" {
		return text, nil
	}
	return r.words.T("with_uln", "Value", text, "ULN", localNumber(r, v.ULN.String()))
}

func (r *request) dateInWords(kept string) (string, error) {
	if w, ok := keptWhen(kept); ok && len(kept) < len(time.DateOnly) {
		return w.inWords(r)
	}
	d, err := trials.ParseDate(kept)
	if err != nil {
		return "", errInternal
	}
	return r.viewer.Partial(d)
}

// clashes shows both answers of each contradiction: which is right is the
// reader's to say.
func (r *request) clashes(p matcher.Profile) ([]clash, error) {
	var out []clash
	for _, c := range p.Contradictions {
		a, errA := r.known(p, c.Fact)
		b, errB := r.known(p, c.Because)
		if errA != nil || errB != nil {
			return nil, errInternal
		}
		if !slices.Contains(out, clash{a, b}) && !slices.Contains(out, clash{b, a}) {
			out = append(out, clash{a, b})
		}
	}
	return out, nil
}

// known is what is known of a fact, given or following from what was given.
func (r *request) known(p matcher.Profile, id string) (reviewRow, error) {
	if raw, ok := r.session.get(id); ok {
		row, _, err := r.row(entry{id, raw})
		return row, err
	}
	f, ok := r.server.matcher.Facts.ByID(id)
	if !ok {
		return reviewRow{}, errInternal
	}
	row := reviewRow{Name: r.label(f).Name, Step: stepOf(id)}
	v := p.Facts[id]
	label := r.label(f).Values
	switch f.Type {
	case fact.Bool:
		row.Value = label["false"]
		if v.Bool {
			row.Value = label["true"]
		}
	case fact.Enum:
		row.Value = label[v.Text]
	case fact.Number:
		if !v.Never {
			row.Value = r.words.Number(v.Span.Lo)
			return row, nil
		}
		var err error
		row.Value, err = r.words.T("skip_never")
		return row, err
	}
	return row, nil
}
