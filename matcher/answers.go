package matcher

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"trialfinder/matcher/fact"
)

// ErrAnswers: the answers are not as they should be; the message names the fact.
var ErrAnswers = errors.New("answers")

// Answers is what a person said, before anything follows from it.
type Answers struct {
	Lang      string
	AsOf      time.Time // the day on which the answers were true; zero = today
	Therapies []string  // the therapies that are wanted; none = any
	Facts     map[string]*Answer
	clashes   []Contradiction // multiples that were given and are not those of the values
}

// Answer is one answer; nil stands for "I don't know".
type Answer struct {
	Value fact.Value
	// Dated: the value was counted from a date and is true today, whatever AsOf says.
	Dated bool
	// Derived: it was reckoned from another answer, as a multiple of a laboratory's limit is.
	Derived bool
}

// ulnSuffix makes of a fact's id that of the same in multiples of the laboratory's
// upper limit.
const ulnSuffix = "_uln"

// dateLayout is how answers write a day.
const dateLayout = "2006-01-02"

// ParseAnswers reads the JSON of an answers file. Today bounds the dates in it.
func (m *Matcher) ParseAnswers(r io.Reader, today time.Time) (Answers, error) {
	var in struct {
		Lang      string                     `json:"lang"`
		AsOf      string                     `json:"as_of"`
		Therapies []string                   `json:"therapies"`
		Facts     map[string]json.RawMessage `json:"facts"`
	}
	dec := json.NewDecoder(r)
	dec.DisallowUnknownFields()
	var raw json.RawMessage
	if err := dec.Decode(&raw); err != nil {
		return Answers{}, fmt.Errorf("%w: %w", ErrAnswers, err)
	}
	if !bytes.HasPrefix(raw, []byte("{")) {
		return Answers{}, fmt.Errorf(`%w: want an object such as {"facts":{"age":62}}`, ErrAnswers)
	}
	whole := json.NewDecoder(bytes.NewReader(raw))
	whole.DisallowUnknownFields()
	if err := whole.Decode(&in); err != nil {
		return Answers{}, fmt.Errorf("%w: %w", ErrAnswers, err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return Answers{}, fmt.Errorf("%w: more behind the closing brace", ErrAnswers)
	}
	a := Answers{Lang: in.Lang, Therapies: in.Therapies, Facts: map[string]*Answer{}}
	if err := m.checkHead(&a, in.AsOf, today); err != nil {
		return Answers{}, err
	}
	for _, id := range slices.Sorted(maps.Keys(in.Facts)) {
		if err := m.Set(&a, id, in.Facts[id], today); err != nil {
			return Answers{}, err
		}
	}
	return a, nil
}

func (m *Matcher) checkHead(a *Answers, asOf string, today time.Time) error {
	if a.Lang != "" && !slices.Contains(fact.Languages[:], a.Lang) {
		return fmt.Errorf("%w: lang: %q is none of %v", ErrAnswers, a.Lang, fact.Languages)
	}
	for _, id := range a.Therapies {
		if !slices.Contains(m.Therapies.IDs(), id) {
			return fmt.Errorf("%w: therapies: %q is none of %v", ErrAnswers, id, m.Therapies.IDs())
		}
	}
	if asOf == "" {
		return nil
	}
	day, err := time.Parse(dateLayout, asOf)
	if err != nil {
		return fmt.Errorf("%w: as_of: %q is no day such as 2026-11-23", ErrAnswers, asOf)
	}
	if day.After(today) {
		return fmt.Errorf("%w: as_of: %s is in the future", ErrAnswers, asOf)
	}
	a.AsOf = day
	return nil
}

// Set reads the JSON of one fact's answer into a. A value with its laboratory's
// upper limit also answers the fact that counts in multiples of that limit.
func (m *Matcher) Set(a *Answers, id string, raw json.RawMessage, today time.Time) error {
	f, ok := m.Facts.ByID(id)
	if !ok {
		return fmt.Errorf("%w: %q is no fact; `trialfinder facts` lists them", ErrAnswers, id)
	}
	if a.Facts == nil {
		a.Facts = map[string]*Answer{}
	}
	if bytes.Equal(bytes.TrimSpace(raw), []byte("null")) {
		if reckoned := a.Facts[id]; reckoned == nil || !reckoned.Derived {
			a.Facts[id] = nil
		}
		return nil
	}
	answer, uln, err := m.read(f, raw, today)
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrAnswers, id, err)
	}
	if reckoned := a.Facts[id]; reckoned != nil && reckoned.Derived {
		a.clash(id, &answer, reckoned)
	}
	a.Facts[id] = &answer
	if uln == nil {
		return nil
	}
	if given := a.Facts[id+ulnSuffix]; given != nil {
		a.clash(id+ulnSuffix, given, uln)
		return nil
	}
	a.Facts[id+ulnSuffix] = uln
	return nil
}

// clash notes where a multiple of the laboratory's limit was given, and is another than
// the one that the value gives.
func (a *Answers) clash(id string, given, reckoned *Answer) {
	n := reckoned.Value.Span.Lo
	if given.Value.Span.Equal(n) == fact.False && math.Abs(given.Value.Span.Lo-n) > 0.05*n { // as far as people round
		a.clashes = append(a.clashes, Contradiction{
			Fact: id, Because: strings.TrimSuffix(id, ulnSuffix), Implies: strconv.FormatFloat(n, 'g', 3, 64),
		})
	}
}
