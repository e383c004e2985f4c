package matcher

import (
	"cmp"
	_ "embed"
	"encoding/csv"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"trialfinder/matcher/criteria"
	"trialfinder/matcher/fact"
)

//go:embed data/known_by.tsv
var knownByTSV string

// knownBy is how likely a person knows the answer, by fact or by group of facts.
type knownBy map[string]float64

func loadKnownBy(facts *fact.Catalogue) (knownBy, error) {
	r := csv.NewReader(strings.NewReader(knownByTSV))
	r.Comma, r.Comment, r.FieldsPerRecord, r.LazyQuotes = '\t', '#', 3, true
	rows, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	k := knownBy{}
	for _, row := range rows[1:] {
		p, err := strconv.ParseFloat(row[1], 64)
		if err != nil || p <= 0 || p > 1 {
			return nil, fmt.Errorf("%s: want a probability, got %q", row[0], row[1])
		}
		k[row[0]] = p
	}
	for _, f := range facts.All() {
		if k[f.ID] == 0 && k[f.Group] == 0 {
			return nil, fmt.Errorf("neither %s nor its group %s has a row", f.ID, f.Group)
		}
	}
	return k, nil
}

func (k knownBy) of(f fact.Fact) float64 {
	if p, ok := k[f.ID]; ok {
		return p
	}
	return k[f.Group]
}

// Question is a fact worth asking for.
type Question struct {
	Fact     string  `json:"fact"`
	Settles  int     `json:"settles"`  // trials that the best answer settles
	Expected float64 `json:"expected"` // trials that an answer may be expected to settle
	KnownBy  float64 `json:"known_by"` // how likely a person knows it
}

// asked first, whatever they settle: without them no list means anything.
var askedFirst = [...]string{"condition", "age", "sex", "country"}

// assessed is a candidate that is not ruled out.
type assessed struct {
	*Candidate
	Assessment
}

// Ask gives the questions that can still change a verdict, best first. None
// means that asking on is of no use.
func (m *Matcher) Ask(candidates []Candidate, p Profile) []Question {
	var still []assessed
	for i := range candidates {
		c := &candidates[i]
		if !m.Considered(c, p) {
			continue
		}
		if a := m.Assess(c.Listing, p); a.Verdict != RuledOut {
			still = append(still, assessed{c, a})
		}
	}
	return m.questions(still, p)
}

func (m *Matcher) questions(still []assessed, p Profile) []Question {
	concerned := map[string][]assessed{}
	for _, s := range still {
		for _, id := range s.Missing {
			concerned[id] = append(concerned[id], s)
		}
	}
	out := []Question{}
	for _, f := range m.Facts.All() {
		first := slices.Contains(askedFirst[:], f.ID)
		if p.Asked[f.ID] || len(concerned[f.ID]) == 0 && !first {
			continue
		}
		if _, known := p.Facts[f.ID]; known {
			continue
		}
		q := m.question(f, concerned[f.ID], p)
		if q.Settles > 0 || first {
			out = append(out, q)
		}
	}
	slices.SortStableFunc(out, func(a, b Question) int {
		return cmp.Or(cmp.Compare(firstRank(a.Fact), firstRank(b.Fact)),
			cmp.Compare(b.Expected, a.Expected), cmp.Compare(b.Settles, a.Settles), cmp.Compare(a.Fact, b.Fact))
	})
	return out
}

func firstRank(id string) int {
	if i := slices.Index(askedFirst[:], id); i >= 0 {
		return i
	}
	return len(askedFirst)
}

// question weighs one fact: each answer that makes a difference is tried on the
// trials that lack it. The answers count as equally likely.
func (m *Matcher) question(f fact.Fact, trials []assessed, p Profile) Question {
	q := Question{Fact: f.ID, KnownBy: m.knownBy.of(f)}
	answers := m.possibleAnswers(f, trials)
	total := 0
	for _, v := range answers {
		with := m.With(p, f.ID, v)
		settled := 0
		for _, t := range trials {
			if m.settled(t, with) {
				settled++
			}
		}
		total += settled
		q.Settles = max(q.Settles, settled)
	}
	if len(answers) > 0 {
		q.Expected = math.Round(q.KnownBy*float64(total)/float64(len(answers))*100) / 100
	}
	return q
}

// settled says whether an answer decides the trial.
func (m *Matcher) settled(t assessed, with Profile) bool {
	a := m.Assess(t.Listing, with)
	return a.Verdict == RuledOut || a.Verdict == Fits && t.Verdict != Fits
}

// possibleAnswers are the answers to a fact that can make a difference to the
// trials: every value of a choice, a number in each stretch between their bounds.
func (m *Matcher) possibleAnswers(f fact.Fact, trials []assessed) []fact.Value {
	var out []fact.Value
	switch f.Type {
	case fact.Bool:
		return []fact.Value{{Type: fact.Bool}, {Type: fact.Bool, Bool: true}}
	case fact.Enum:
		for _, v := range f.Values {
			out = append(out, fact.Value{Type: fact.Enum, Text: v})
		}
	case fact.Set:
		for _, v := range m.setAnswers(f, trials) {
			out = append(out, fact.Value{Type: fact.Set, Texts: v})
		}
	case fact.Number:
		for _, n := range stretches(f, bounds(f.ID, trials)) {
			out = append(out, fact.Value{Type: fact.Number, Span: fact.Point(n)})
		}
		if f.CanNever {
			out = append(out, fact.Value{Type: fact.Number, Never: true})
		}
	}
	return out
}

// setAnswers: none, and each single value; of illnesses, those that the trials name.
func (m *Matcher) setAnswers(f fact.Fact, trials []assessed) [][]string {
	values := f.Values
	if f.Conditions() {
		seen := map[string]bool{}
		for _, t := range trials {
			for _, id := range t.Listing.Conditions {
				seen[id] = true
			}
		}
		for _, c := range m.Conditions.All() {
			if seen[c.ID] {
				values = append(values, c.ID)
			}
		}
	}
	var out [][]string
	if f.ID != "condition" {
		out = append(out, []string{})
	}
	for _, v := range values {
		out = append(out, []string{v})
	}
	return out
}

// bounds are the numbers that trials compare a fact with, sorted.
func bounds(id string, trials []assessed) []float64 {
	var out []float64
	collect := func(a criteria.Atom) {
		if a.Fact == id && a.Value.Kind == criteria.NumberOperand {
			out = append(out, a.Value.Number)
		}
	}
	for _, t := range trials {
		for _, o := range t.Outcomes {
			if o.Status == Unknown && o.Counts() {
				criteria.Walk(o.Criterion.Rule, collect)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// maxStretches bounds how many numbers are tried; with more bounds, every so
// many of them stand for the rest.
const maxStretches = 12

// stretches gives a number below, between and above the bounds.
func stretches(f fact.Fact, bounds []float64) []float64 {
	if n := len(bounds); n > maxStretches {
		var thinned []float64
		for i := range maxStretches {
			thinned = append(thinned, bounds[i*n/maxStretches])
		}
		bounds = thinned
	}
	if len(bounds) == 0 {
		return nil
	}
	edges := append([]float64{f.Min}, bounds...)
	edges = append(edges, f.Max)
	var out []float64
	for i := 1; i < len(edges); i++ {
		if edges[i] > edges[i-1] {
			out = append(out, (edges[i]+edges[i-1])/2)
		}
	}
	return out
}
