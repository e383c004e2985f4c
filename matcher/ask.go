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

// Ask gives the questions that can still change a verdict, best first. None
// means that asking on is of no use.
func (s *Set) Ask(p Profile) []Question { return s.ask(p, 0) }

// Next gives the first few questions of Ask.
func (s *Set) Next(p Profile) []Question { return s.ask(p, nextShown) }

func (s *Set) ask(p Profile, atMost int) []Question {
	v := s.begin(p)
	defer v.end()
	var still []int
	for _, j := range s.judgeAll(p, s.considered(p, &v.now.person), nil, nobody) {
		if j.verdict != RuledOut {
			still = append(still, j.trial)
		}
	}
	return v.questions(still, atMost)
}

// questions weighs what to ask next for trials that are not ruled out. Of at most
// so many, those that cannot be among the best are not weighed; 0 is all.
func (s *session) questions(still []int, atMost int) []Question {
	concerned := make([][]open, s.m.Facts.Len())
	for _, i := range still {
		o := s.lacking(i)
		var asks idSet
		for f := range o.lack.facts.all() {
			asks.add(s.m.settling[f])
		}
		for f := range asks.all() {
			concerned[f] = append(concerned[f], o)
		}
	}
	var asked []int // the facts to weigh, those first that may settle most
	for f := range concerned {
		id := s.m.Facts.At(f).ID
		if s.profile.Asked[id] || s.now.known.has(f) || len(concerned[f]) == 0 && firstRank(id) == len(askedFirst) {
			continue
		}
		asked = append(asked, f)
	}
	bound := func(f int) float64 { return s.m.knownBy.of(s.m.Facts.At(f)) * float64(len(concerned[f])) }
	slices.SortStableFunc(asked, func(a, b int) int {
		return cmp.Or(cmp.Compare(firstRank(s.m.Facts.At(a).ID), firstRank(s.m.Facts.At(b).ID)), cmp.Compare(bound(b), bound(a)))
	})
	out := []Question{}
	for _, f := range asked {
		first := firstRank(s.m.Facts.At(f).ID) < len(askedFirst)
		if atMost > 0 && len(out) >= atMost && (first || out[atMost-1].Expected >= bound(f)) {
			break
		}
		if q := s.question(f, concerned[f]); q.Settles > 0 || first {
			out = append(out, q)
			slices.SortStableFunc(out, compareQuestions)
		}
	}
	if atMost > 0 && len(out) > atMost {
		out = out[:atMost]
	}
	return out
}

// settling gives, for each fact, those whose answer can settle it: itself, and all
// from which it follows.
func settling(facts *fact.Catalogue) []idSet {
	out := make([]idSet, facts.Len())
	for i := range out {
		out[i].set(i)
	}
	for more := true; more; {
		more = false
		for _, i := range facts.Implications() {
			from, _ := facts.Index(i.If.Fact)
			to, _ := facts.Index(i.Then.Fact)
			if !out[from].without(out[to]).empty() {
				out[to].add(out[from])
				more = true
			}
		}
	}
	return out
}

func compareQuestions(a, b Question) int {
	return cmp.Or(cmp.Compare(firstRank(a.Fact), firstRank(b.Fact)),
		cmp.Compare(b.Expected, a.Expected), cmp.Compare(b.Settles, a.Settles), cmp.Compare(a.Fact, b.Fact))
}

func firstRank(id string) int {
	if i := slices.Index(askedFirst[:], id); i >= 0 {
		return i
	}
	return len(askedFirst)
}

// question weighs one fact: each answer that may be given, or that makes a
// difference, is tried on the trials that lack it.
func (s *session) question(f int, concerned []open) Question {
	about := s.m.Facts.At(f)
	q := Question{Fact: about.ID, KnownBy: s.m.knownBy.of(about)}
	answers := s.m.likely(about, s.profile)
	for _, v := range s.possibleAnswers(f, about, concerned) {
		answers = append(answers, weighed{value: v})
	}
	expected := 0.0
	for some := range slices.Chunk(answers, atOnce) {
		people := make([]person, len(some))
		for i, a := range some {
			people[i] = s.m.person(s.m.With(s.profile, about.ID, a.value))
		}
		for i, settled := range s.settledBy(people, concerned) {
			expected += some[i].p * float64(settled)
			q.Settles = max(q.Settles, settled)
		}
	}
	q.Expected = math.Round(q.KnownBy*expected*100) / 100
	return q
}

// atOnce is how many answers are tried at once: one word of bits has room for them.
const atOnce = 64

// possibleAnswers are the answers to a fact that can make a difference to the
// trials: every value of a choice, a number in each stretch between their bounds.
// They tell what the best answer settles, however unlikely it is.
func (s *session) possibleAnswers(place int, f fact.Fact, concerned []open) []fact.Value {
	var out []fact.Value
	switch f.Type {
	case fact.Bool:
		return []fact.Value{{Type: fact.Bool}, {Type: fact.Bool, Bool: true}}
	case fact.Enum:
		for _, v := range f.Values {
			out = append(out, fact.Value{Type: fact.Enum, Text: v})
		}
	case fact.Set:
		for _, v := range s.setAnswers(f, concerned) {
			out = append(out, fact.Value{Type: fact.Set, Texts: v})
		}
	case fact.Number:
		for _, n := range stretches(f, s.bounds(place, concerned)) {
			out = append(out, fact.Value{Type: fact.Number, Span: fact.Point(n)})
		}
		if f.CanNever {
			out = append(out, fact.Value{Type: fact.Number, Never: true})
		}
	}
	return out
}

// setAnswers: none, and each single value; of illnesses, those that the trials name.
func (s *session) setAnswers(f fact.Fact, concerned []open) [][]string {
	values := f.Values
	if f.Conditions() {
		var seen idSet
		for _, o := range concerned {
			seen.add(s.trials[o.trial].conditions)
		}
		for i, c := range s.m.Conditions.All() {
			if seen.has(i) {
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
func (s *session) bounds(place int, concerned []open) []float64 {
	var out []float64
	seen := map[uint32]bool{}
	var collect func(at uint32)
	collect = func(at uint32) {
		n := &s.nodes[at]
		if !n.uses.has(place) || seen[at] {
			return
		}
		seen[at] = true
		if n.kind == atomNode {
			if a := &s.atoms[n.from]; a.fact == place && a.Value.Kind == criteria.NumberOperand {
				out = append(out, a.Value.Number)
			}
			return
		}
		for _, p := range s.parts[n.from : n.from+n.n] {
			collect(p)
		}
	}
	var one idSet
	one.set(place)
	about := one.hint()
	for _, o := range concerned {
		t := &s.trials[o.trial]
		for _, c := range s.criteria[t.criteria.from:t.criteria.to] {
			if c.flags&(forCohort|isClinic|isUnread) == 0 && c.uses.intersects(about) && s.status(c, s.now) == Unknown {
				collect(s.roots[c.root])
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
