package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"trialfinder/matcher"
	"trialfinder/matcher/fact"
)

// numberQuestion asks for a number, with its unit where several are in use.
type numberQuestion struct{ f fact.Fact }

// numberField is the number's part of the page.
type numberField struct {
	Value, Unit, ULN string
	Year, Month      string
	Typed            bool // the above is what was typed, with its faults
	Units            []choice
	Suffix           string // the unit where there is only one
	WithULN          bool   // the laboratory's upper limit is of use
	WithDate         bool   // a month and year will do
	Months, Seasons  []choice
}

func (numberQuestion) template() string { return "question_number" }

func (numberQuestion) fields() (once, lists []string) {
	return []string{"value", "unit", "uln", "year", "month", "skip"}, nil
}

func (n numberQuestion) units() []string { return append([]string{n.f.Unit}, n.f.Also...) }

func (n numberQuestion) withDate() bool {
	return n.f.Grows() && n.f.ID != "age" && n.f.Changes == fact.Time
}

func (n numberQuestion) draw(r *request, q *questionPage) error {
	_, q.Number.WithULN = r.server.matcher.Facts.ByID(n.f.ID + "_uln")
	q.Number.WithDate = n.withDate()
	if err := n.given(r, &q.Number); err != nil {
		return err
	}
	if err := n.drawUnits(r, &q.Number); err != nil {
		return err
	}
	if q.Number.WithDate {
		var err error
		if q.Number.Seasons, err = r.named("season_", "s", 4); err != nil {
			return err
		}
		if q.Number.Months, err = r.named("month_", "", 12); err != nil {
			return err
		}
	}
	var more []string
	if n.f.CanNever {
		more = append(more, skipNever)
	}
	var err error
	q.Skips, err = r.skips(n.f.ID, more...)
	return err
}

// named are choices whose names are numbered keys.
func (r *request) named(key, prefix string, n int) ([]choice, error) {
	var out []choice
	for i := 1; i <= n; i++ {
		name, err := r.words.T(key + strconv.Itoa(i))
		if err != nil {
			return nil, err
		}
		out = append(out, choice{Value: prefix + strconv.Itoa(i), Label: name})
	}
	return out, nil
}

// given fills in the earlier answer.
func (n numberQuestion) given(r *request, field *numberField) error {
	raw, ok := r.session.get(n.f.ID)
	if !ok || string(raw) == "null" || raw[0] == '"' {
		return nil
	}
	if raw[0] != '{' {
		field.Value, field.Unit = localNumber(r, string(raw)), n.f.Unit
		return nil
	}
	var v packed
	if err := json.Unmarshal(raw, &v); err != nil {
		return errInternal
	}
	if v.Date != "" {
		w, ok := keptWhen(v.Date)
		if !ok {
			return errInternal
		}
		field.Year, field.Month = strconv.Itoa(w.year), w.choice()
		return nil
	}
	field.Value, field.Unit, field.ULN = localNumber(r, v.Value.String()), v.Unit, localNumber(r, v.ULN.String())
	return nil
}

// localNumber writes a number into a field with the language's decimal sign and
// without marks between thousands.
func localNumber(r *request, text string) string {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || v >= 1000 || v == math.Trunc(v) {
		return text
	}
	return r.words.Number(v)
}

func (n numberQuestion) drawUnits(r *request, field *numberField) error {
	units := n.units()
	usual, country := r.usualUnit(n.f.ID)
	// Everybody counts an age in years, and a country's laboratories print the same unit.
	// Elsewhere a unit chosen for a reader would be a guess.
	switch {
	case field.Unit != "":
	case n.f.ID == "age" || len(units) == 1:
		field.Unit = n.f.Unit
	default:
		field.Unit = usual
	}
	if i := slices.Index(units, usual); i > 0 {
		units = append([]string{usual}, slices.Delete(slices.Clone(units), i, i+1)...)
	}
	for i, u := range units {
		label, err := r.viewer.Unit(u)
		if err != nil {
			return err
		}
		if len(units) == 1 {
			field.Suffix = label
			return nil
		}
		c := choice{ID: fieldID("unit", i), Value: u, Label: label}
		if u == usual {
			if c.Hint, err = r.words.T("unit_usual", "Country", r.words.Country(country)); err != nil {
				return err
			}
		}
		field.Units = append(field.Units, c)
	}
	return nil
}

func (n numberQuestion) read(r *request, f form, q *questionPage) (bool, error) {
	t := numberField{Value: f.text("value"), Unit: f.get("unit"), ULN: f.text("uln"), Year: f.text("year"), Month: f.get("month"), Typed: true}
	q.Number = t
	if t.Unit != "" && !slices.Contains(n.units(), t.Unit) {
		return false, errForm
	}
	raw, skips := skipped(f.get("skip"))
	if skips && f.get("skip") == skipNone || f.get("skip") == skipNever && !n.f.CanNever {
		return false, errForm
	}
	var err error
	switch {
	case skips && (t.Value != "" || t.Year != ""):
		return false, r.fault(q, "value", "fault_number_and_skip")
	case skips:
	case t.Value == "" && t.Year != "":
		raw, err = n.readDate(r, q, t)
	case t.Value == "":
		return false, r.fault(q, "value", "fault_number_missing")
	case t.Year != "":
		return false, r.fault(q, "value", "fault_number_and_date")
	default:
		raw, err = n.readValue(r, q, t)
	}
	if err != nil || len(q.Errors) > 0 {
		return false, err
	}
	if string(raw) == "null" {
		return false, r.unknown(n.f.ID)
	}
	if !r.answer(n.f.ID, raw) {
		return false, n.outOfRange(r, q, t)
	}
	return false, nil
}

// unknown keeps "I don't know" of a fact. Who does not know a value does not know how
// many times the laboratory's limit it is.
func (r *request) unknown(id string) error {
	if !r.answer(id, null) {
		return errForm
	}
	times := id + "_uln"
	if _, ok := r.server.matcher.Facts.ByID(times); !ok {
		return nil
	}
	if _, answered := r.session.get(times); !answered && !r.answer(times, null) {
		return errForm
	}
	return nil
}

// readValue reads a number, its unit and the laboratory's limit.
func (n numberQuestion) readValue(r *request, q *questionPage, t numberField) (json.RawMessage, error) {
	unit := t.Unit
	if len(n.f.Also) == 0 {
		unit = n.f.Unit
	}
	value, err := parseNumber(t.Value)
	if errors.Is(err, errAmbiguous) && unit != "" {
		value, err = n.onlyReading(r, t.Value, unit)
	}
	if err != nil {
		return nil, r.faultNumber(q, "value", err)
	}
	if unit == "" {
		return nil, r.fault(q, "unit", "fault_unit")
	}
	if t.ULN == "" {
		if unit == n.f.Unit {
			return number(value), nil
		}
		return quoted(packed{Value: json.Number(number(value)), Unit: unit}), nil
	}
	if _, ok := r.server.matcher.Facts.ByID(n.f.ID + "_uln"); !ok {
		return nil, errForm
	}
	limit, err := parseNumber(t.ULN)
	if err == nil && limit == 0 {
		err = errNoNumber
	}
	if err != nil {
		return nil, r.faultNumber(q, "uln", err)
	}
	return quoted(packed{Value: json.Number(number(value)), Unit: unit, ULN: json.Number(number(limit))}), nil
}

// onlyReading settles a number such as "12.381" where only one of its two
// readings can be: nobody has 12381 g/dL of haemoglobin.
func (n numberQuestion) onlyReading(r *request, text, unit string) (float64, error) {
	var possible []float64
	for _, v := range readings(text) {
		var scratch matcher.Answers
		raw := quoted(packed{Value: json.Number(number(v)), Unit: unit})
		if r.server.matcher.Set(&scratch, n.f.ID, raw, r.today) == nil {
			possible = append(possible, v)
		}
	}
	if len(possible) != 1 {
		return 0, errAmbiguous
	}
	return possible[0], nil
}

func (r *request) faultNumber(q *questionPage, field string, err error) error {
	if errors.Is(err, errAmbiguous) {
		return r.fault(q, field, "fault_number_ambiguous")
	}
	return r.fault(q, field, "fault_number")
}

// readDate reads "about when": a year, alone or with a month or a season.
func (n numberQuestion) readDate(r *request, q *questionPage, t numberField) (json.RawMessage, error) {
	if !n.withDate() {
		return nil, errForm
	}
	w, ok := r.readWhen(t.Year)
	if !ok || w.year < 1900 || w.year > 9999 {
		return nil, r.fault(q, "year", "fault_year")
	}
	if t.Month != "" {
		chosen, ok := keptWhen(fmt.Sprintf("%04d-%s", w.year, t.Month))
		if len(t.Month) == 1 {
			chosen, ok = keptWhen(fmt.Sprintf("%04d-0%s", w.year, t.Month))
		}
		if !ok {
			return nil, errForm
		}
		w = chosen
	}
	if first, _ := w.span(); first.After(r.today) {
		return nil, r.fault(q, "year", "fault_future")
	}
	return quoted(packed{Date: w.String()}), nil
}

func (n numberQuestion) outOfRange(r *request, q *questionPage, t numberField) error {
	unit, err := r.viewer.Unit(n.f.Unit)
	if err != nil {
		return err
	}
	field := "value"
	if t.Value == "" {
		field = "year"
	}
	return r.fault(q, field, "fault_range", "Low", r.words.Number(n.f.Min), "High", r.words.Number(n.f.Max), "Unit", unit)
}

// dated turns the time since something, told on a later day than the first
// answer, into the day itself: the session has one day on which answers were true.
func (r *request) dated(id string, raw json.RawMessage, a *matcher.Answer) json.RawMessage {
	f, _ := r.server.matcher.Facts.ByID(id)
	if a == nil || a.Dated || season.MatchString(dateOf(raw)) || a.Value.Never || !f.Grows() || id == "age" || r.session.AsOf.Equal(r.today) {
		return raw
	}
	days := int(math.Round(a.Value.Span.Lo * daysIn[f.Unit]))
	return quoted(packed{Date: r.today.AddDate(0, 0, -days).Format(time.DateOnly)})
}

// dateOf is the date that an answer was kept as; "" for any other answer.
func dateOf(raw json.RawMessage) string {
	var v packed
	_ = json.Unmarshal(raw, &v) // a number or a text has none
	return v.Date
}

func fieldID(name string, i int) string {
	if i == 0 {
		return name // error summaries link to the first
	}
	return fmt.Sprintf("%s-%d", name, i)
}
