package matcher

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"trialfinder/matcher/fact"
	"trialfinder/trials"
	"trialfinder/trials/place"
)

// maxText bounds a typed text such as a town.
const maxText = 100

// measure is the object form of a number's answer.
type measure struct {
	Value *float64 `json:"value"`
	Min   *float64 `json:"min"`
	Max   *float64 `json:"max"`
	Unit  string   `json:"unit"`
	ULN   *float64 `json:"uln"`
	Date  string   `json:"date"`
}

// read reads one answer that is not null. The second answer is the same value
// in multiples of the upper limit, where one was given.
func (m *Matcher) read(f fact.Fact, raw json.RawMessage, today time.Time) (Answer, *Answer, error) {
	if f.Type == fact.Number {
		return m.readNumber(f, raw, today)
	}
	v := fact.Value{Type: f.Type}
	var err error
	switch f.Type {
	case fact.Bool:
		err = strict(raw, &v.Bool, "true, false or null")
	case fact.Enum:
		v.Text, err = readEnum(f, raw)
	case fact.Set:
		v.Texts, err = m.readSet(f, raw)
	case fact.Country:
		v.Text, err = readCountry(raw)
	case fact.Place:
		v.Text, err = readPlace(raw)
	}
	return Answer{Value: v}, nil, err
}

func strict(raw json.RawMessage, into any, want string) error {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return fmt.Errorf("%.60s: want %s", raw, want)
	}
	return nil
}

func readEnum(f fact.Fact, raw json.RawMessage) (string, error) {
	want := "one of " + strings.Join(f.Values, ", ")
	if f.Numeric() {
		var n json.Number
		if bytes.HasPrefix(bytes.TrimSpace(raw), []byte(`"`)) {
			return "", fmt.Errorf("%.60s: want a number, %s", raw, want)
		}
		if err := strict(raw, &n, want); err != nil {
			return "", err
		}
		v, err := n.Float64()
		if text := formatWhole(v); err == nil && f.Has(text) {
			return text, nil
		}
		return "", fmt.Errorf("%s: want %s", n, want)
	}
	var s string
	if err := strict(raw, &s, want); err != nil {
		return "", err
	}
	if !f.Has(s) {
		return "", fmt.Errorf("%q: want %s", s, want)
	}
	return s, nil
}

func (m *Matcher) readSet(f fact.Fact, raw json.RawMessage) ([]string, error) {
	vs := []string{}
	if err := strict(raw, &vs, "an array of texts"); err != nil {
		return nil, err
	}
	if vs == nil {
		return nil, errors.New("want an array of texts")
	}
	for _, v := range vs {
		if f.Conditions() {
			if _, ok := m.Conditions.ByID(v); !ok {
				return nil, fmt.Errorf("%q is no illness that is known; `trialfinder conditions` lists them", v)
			}
		} else if !f.Has(v) {
			return nil, fmt.Errorf("%q: want some of %s", v, strings.Join(f.Values, ", "))
		}
	}
	return vs, nil
}

func readCountry(raw json.RawMessage) (string, error) {
	var s string
	if err := strict(raw, &s, "a country code such as DK"); err != nil {
		return "", err
	}
	if len(s) != 2 || trials.CountryCode(s) != s {
		return "", fmt.Errorf("%q is no ISO 3166-1 country code such as DK", s)
	}
	return s, nil
}

func readPlace(raw json.RawMessage) (string, error) {
	var s string
	if err := strict(raw, &s, `a town's name or "latitude,longitude"`); err != nil {
		return "", err
	}
	s = strings.TrimSpace(s)
	if s == "" || utf8.RuneCountInString(s) > maxText {
		return "", fmt.Errorf("want a town's name of 1 to %d characters", maxText)
	}
	if strings.Trim(s, "0123456789.,+- ") == "" && strings.Contains(s, ",") {
		if _, ok := place.ParsePoint(s); !ok {
			return "", fmt.Errorf("%q is no latitude,longitude", s)
		}
	}
	return s, nil
}

func (m *Matcher) readNumber(f fact.Fact, raw json.RawMessage, today time.Time) (Answer, *Answer, error) {
	v := fact.Value{Type: fact.Number}
	raw = bytes.TrimSpace(raw)
	switch {
	case len(raw) > 0 && raw[0] == '"':
		var s string
		if err := strict(raw, &s, "a number"); err != nil || s != "never" || !f.CanNever {
			return Answer{}, nil, fmt.Errorf("%.60s: want a number%s", raw, neverToo(f))
		}
		v.Never = true
		return Answer{Value: v}, nil, nil
	case len(raw) > 0 && raw[0] == '{':
		return m.readMeasure(f, raw, today)
	}
	var n float64
	if err := strict(raw, &n, "a number"+neverToo(f)); err != nil {
		return Answer{}, nil, err
	}
	v.Span = wholeStep(f, n, f.Unit, 1)
	return Answer{Value: v}, nil, inRange(f, v.Span)
}

func neverToo(f fact.Fact) string {
	if f.CanNever {
		return ` or "never"`
	}
	return ""
}

// wholeStep is the span of an answer. An age of n whole years, months or weeks
// lasts until the next; every other number is a point. perUnit turns the
// answer's unit into the fact's.
func wholeStep(f fact.Fact, n float64, unitCode string, perUnit float64) fact.Span {
	v := n * perUnit
	if f.ID == "age" && n == math.Trunc(n) && unitCode != "d" {
		return fact.Span{Lo: v, Hi: v + perUnit, HiOpen: true}
	}
	return fact.Point(v)
}

func inRange(f fact.Fact, s fact.Span) error {
	out := s.Lo
	switch {
	case s.Lo < f.Min || s.Lo > f.Max || math.IsNaN(s.Lo):
	case s.Hi > f.Max && !s.HiOpen:
		out = s.Hi
	default:
		return nil
	}
	return fmt.Errorf("%v is out of range: want %v to %v %s", out, f.Min, f.Max, f.Unit)
}

func (m *Matcher) readMeasure(f fact.Fact, raw json.RawMessage, today time.Time) (Answer, *Answer, error) {
	var in measure
	if err := strict(raw, &in, `{"value","unit","uln"}, {"min","max","unit"} or {"date"}`); err != nil {
		return Answer{}, nil, err
	}
	switch {
	case in.Date != "":
		if in.Value != nil || in.Min != nil || in.Max != nil || in.Unit != "" || in.ULN != nil {
			return Answer{}, nil, errors.New("a date stands alone")
		}
		return readDate(f, in.Date, today)
	case in.Value != nil && (in.Min != nil || in.Max != nil), in.ULN != nil && in.Value == nil,
		in.Value == nil && in.Min == nil && in.Max == nil:
		return Answer{}, nil, errors.New(`want {"value","unit","uln"}, {"min","max","unit"} or {"date"}`)
	}
	span, err := m.measureSpan(f, in)
	if err != nil {
		return Answer{}, nil, err
	}
	answer := Answer{Value: fact.Value{Type: fact.Number, Span: span}}
	if in.ULN == nil {
		return answer, nil, nil
	}
	multiple, ok := m.Facts.ByID(f.ID + ulnSuffix)
	if !ok || *in.ULN <= 0 {
		return Answer{}, nil, errors.New("uln: no upper limit is used for this fact, or it is not above 0")
	}
	times := fact.Point(*in.Value / *in.ULN)
	uln := Answer{Value: fact.Value{Type: fact.Number, Span: times}, Derived: true}
	return answer, &uln, inRange(multiple, times)
}

// measureSpan converts a value or an interval to the fact's own unit.
func (m *Matcher) measureSpan(f fact.Fact, in measure) (fact.Span, error) {
	written := in.Unit
	if written == "" {
		written = f.Unit
	}
	convert := func(v float64) (float64, error) { return m.units.Convert(f.ID, v, written, f.Unit) }
	if in.Value != nil {
		v, err := convert(*in.Value)
		if err != nil {
			return fact.Span{}, err
		}
		next, err := convert(*in.Value + 1)
		if err != nil {
			return fact.Span{}, err
		}
		span := fact.Point(v)
		if f.ID == "age" {
			code, _ := m.units.Code(written)
			span = wholeStep(f, *in.Value, code, next-v)
		}
		return span, inRange(f, span)
	}
	span := fact.Span{Lo: f.Min, Hi: f.Max}
	for _, end := range []struct {
		given *float64
		into  *float64
	}{{in.Min, &span.Lo}, {in.Max, &span.Hi}} {
		if end.given == nil {
			continue
		}
		v, err := convert(*end.given)
		if err != nil {
			return fact.Span{}, err
		}
		*end.into = v
	}
	if span.Lo > span.Hi {
		return fact.Span{}, errors.New("min is above max")
	}
	if err := inRange(f, span); err != nil || f.ID != "age" || in.Max == nil {
		return span, err
	}
	next, err := convert(*in.Max + 1)
	code, _ := m.units.Code(written)
	last := wholeStep(f, *in.Max, code, next-span.Hi) // who is 70 may be nearly 71
	span.Hi, span.HiOpen = max(span.Hi, last.Hi), last.HiOpen
	return span, err
}

// readDate turns a date into the time since then, as long as it can be.
func readDate(f fact.Fact, text string, today time.Time) (Answer, *Answer, error) {
	if !f.Grows() || f.ID == "age" {
		return Answer{}, nil, errors.New("a date is no answer to this")
	}
	d, err := trials.ParseDate(text)
	if err != nil {
		return Answer{}, nil, fmt.Errorf("date %q: want 2026, 2026-05 or 2026-05-17", text)
	}
	if d.First().After(today) {
		return Answer{}, nil, fmt.Errorf("date %q is in the future", text)
	}
	perDay := daysPer[f.Unit]
	last := d.Last()
	if last.After(today) {
		last = today
	}
	span := fact.Span{Lo: daysBetween(last, today) / perDay, Hi: daysBetween(d.First(), today) / perDay}
	return Answer{Value: fact.Value{Type: fact.Number, Span: span}, Dated: true}, nil, inRange(f, span)
}

// daysPer is how many days the units of time have: 1 a = 365.25 d, 1 mo = 30.4375 d.
var daysPer = map[string]float64{"d": 1, "mo": 30.4375, "a": 365.25}

func daysBetween(from, to time.Time) float64 {
	day := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	return math.Round(day(to).Sub(day(from)).Hours() / 24)
}
