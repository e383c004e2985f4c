package matcher

import (
	"cmp"
	_ "embed"
	"encoding/csv"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

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
func (s *Set) Ask(p Profile) []Question { return s.ask(p, s.m.Facts.Len()) }

// Next gives the first few questions of Ask.
func (s *Set) Next(p Profile) []Question { return s.ask(p, nextShown) }

func (s *Set) ask(p Profile, atMost int) []Question {
	st := s.standing(p, Only{})
	defer st.end()
	out, _ := st.questions(st.byClass(), atMost)
	return out
}

// questions weighs what to ask next for the trials that are not ruled out. Those
// that cannot be among the best are not weighed: of all there are, it tells only on how
// many screens they would be asked, at the most.
func (s *standing) questions(parts [classes]marks, atMost int) ([]Question, int) {
	fits := parts[fitsClass]
	still := slices.Clone(fits)
	still.or(parts[openClass])
	s.reckonMay()
	waiting, close := s.waiting(still), s.close(parts[openClass])
	screens := s.screensOf(waiting)
	best := ranking{atMost: atMost, questions: []Question{}}
	var mu sync.Mutex
	take := func() (int, bool) {
		mu.Lock()
		defer mu.Unlock()
		if len(waiting) == 0 || best.beats(waiting[0]) {
			return 0, false
		}
		f := waiting[0].fact
		waiting = waiting[1:]
		return f, true
	}
	work := func() {
		w := s.weigher(still, fits, close)
		defer w.end()
		for f, more := take(); more; f, more = take() {
			q := w.question(f)
			mu.Lock()
			best.add(q)
			mu.Unlock()
		}
	}
	var running sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), 1+still.count()/fewForOne) - 1 {
		running.Go(work)
	}
	work()
	running.Wait()
	return best.questions, screens
}

// reckonMay finds what single answers may do to the clauses.
func (s *standing) reckonMay() {
	for n := range s.needs {
		need := &s.needs[n]
		s.against[n] = s.oneOfWhich(&need.no, &need.uses)
		s.may[n] = s.against[n]
		s.may[n].add(s.oneOfWhich(&need.yes, &need.uses))
	}
}

// candidate is a fact that may be asked for.
type candidate struct {
	fact   int
	rank   int     // among those asked first
	atMost float64 // what its answer may be expected to settle at the most
}

// waiting gives the facts that may be asked for, those first that may settle most.
func (s *standing) waiting(still marks) []candidate {
	var out []candidate
	for f, n := range s.concerned(still) {
		about := s.m.Facts.At(f)
		c := candidate{f, firstRank(about.ID), s.m.knownBy.of(about) * float64(n)}
		if s.profile.Asked[about.ID] || s.who.known.has(f) || n == 0 && c.rank == len(askedFirst) {
			continue
		}
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(b.atMost, a.atMost))
	})
	return out
}

// concerned counts, for each fact, the trials that its answer may decide: those of
// which a clause may come to be not met, and those of which it may clear the way to a fit.
func (s *standing) concerned(still marks) []int {
	total := make([]int, s.m.Facts.Len())
	var mu sync.Mutex
	inShares(len(still), fewForOne/64, func(from, to int) {
		mine := make([]int, len(total))
		for i := range still.within(from, to) {
			var facts idSet
			for _, k := range s.clausesOf(i) {
				if state := s.clauses[k]; state == 0 || state == unknownState {
					facts.add(s.against[s.Set.clauses[k].need])
				}
			}
			if k := s.inTheWay[i]; k != noClause {
				facts.add(s.m.settlers(s.factsOf(k).without(s.who.known)))
			}
			for f := range facts.without(s.who.known).all() {
				mine[f]++
			}
		}
		mu.Lock()
		defer mu.Unlock()
		for f, n := range mine {
			total[f] += n
		}
	})
	return total
}

// oneOfWhich gives the facts of which a single answer may tell all that is needed: each of
// them that is not known must be the answer or follow from it. Where nothing is lacking it
// hangs on which values the used facts have.
func (s *standing) oneOfWhich(needed, used *idSet) idSet {
	if *needed == never {
		return idSet{}
	}
	lacks := needed.without(s.who.known)
	if lacks.empty() {
		return s.m.settlers(used.without(s.who.known))
	}
	return s.m.settlingAll(lacks)
}

// settlingAll are the facts whose answer can settle all of some facts.
func (m *Matcher) settlingAll(of idSet) idSet {
	out := never
	for f := range of.all() {
		out = out.both(m.settling[f])
	}
	return out
}

// settlers are the facts whose answer can settle one of some facts.
func (m *Matcher) settlers(of idSet) idSet {
	out := of
	for f := range of.both(m.follow).all() {
		out.add(m.settling[f])
	}
	return out
}

// ranking keeps the best questions.
type ranking struct {
	atMost    int
	questions []Question
}

func (r *ranking) add(q Question) {
	if q.Settles == 0 && firstRank(q.Fact) == len(askedFirst) {
		return
	}
	at, _ := slices.BinarySearchFunc(r.questions, q, compareQuestions)
	r.questions = slices.Insert(r.questions, at, q)
	r.questions = r.questions[:min(len(r.questions), r.atMost)]
}

// beats says whether a candidate cannot be among the best any more.
func (r *ranking) beats(c candidate) bool {
	if len(r.questions) < r.atMost {
		return false
	}
	worst := r.questions[len(r.questions)-1]
	if rank := firstRank(worst.Fact); rank != c.rank {
		return rank < c.rank
	}
	return worst.Expected > c.atMost+rounding
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
// difference, is tried on the trials.
func (w *weigher) question(f int) Question {
	about := w.m.Facts.At(f)
	q := Question{Fact: about.ID, KnownBy: w.m.knownBy.of(about)}
	answers := w.m.likely(about, w.profile)
	for _, v := range w.possibleAnswers(f, about) {
		answers = append(answers, weighed{value: v})
	}
	expected := 0.0
	for some := range slices.Chunk(answers, atOnce) {
		people := make([]person, len(some))
		for i, a := range some {
			people[i] = w.m.personWith(w.who, w.profile, f, a.value)
		}
		for i, settled := range w.settledBy(f, people) {
			expected += some[i].p * float64(settled)
			q.Settles = max(q.Settles, settled)
		}
	}
	q.Expected = math.Round(q.KnownBy*expected*100) / 100
	return q
}

// rounding is how far it may carry an expectation up.
const rounding = 0.005

// possibleAnswers are the answers to a fact that can make a difference to the
// trials: every value of a choice, a number in each stretch between their bounds.
// They tell what the best answer settles, however unlikely it is.
func (w *weigher) possibleAnswers(place int, f fact.Fact) []fact.Value {
	var out []fact.Value
	switch f.Type {
	case fact.Bool:
		return []fact.Value{{Type: fact.Bool}, {Type: fact.Bool, Bool: true}}
	case fact.Enum:
		for _, v := range f.Values {
			out = append(out, fact.Value{Type: fact.Enum, Text: v})
		}
	case fact.Set:
		for _, v := range w.setAnswers(f) {
			out = append(out, fact.Value{Type: fact.Set, Texts: v})
		}
	case fact.Number:
		for _, n := range stretches(f, w.bounds(place)) {
			out = append(out, fact.Value{Type: fact.Number, Span: fact.Point(n)})
		}
		if f.CanNever {
			out = append(out, fact.Value{Type: fact.Number, Never: true})
		}
	}
	return out
}

// setAnswers: none, and each single value; of illnesses, those that the trials name.
func (w *weigher) setAnswers(f fact.Fact) [][]string {
	values := f.Values
	if f.Conditions() {
		for i, c := range w.m.Conditions.All() {
			if w.illnesses[i].meets(w.still) {
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
