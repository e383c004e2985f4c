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
	"sync/atomic"

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
	return st.questions(st.byClass(), atMost)
}

// questions weighs what to ask next for the trials that are not ruled out. Those
// that cannot be among the best are not weighed.
func (s *standing) questions(parts [classes]marks, atMost int) []Question {
	fits := parts[fitsClass]
	still := slices.Clone(fits)
	still.or(parts[openClass])
	for n := range s.needs {
		need := &s.needs[n]
		s.against[n] = s.oneOfWhich(&need.no, &need.uses)
		s.by[n] = directed{s.against[n].both(need.by.low), s.against[n].both(need.by.high)}
		s.may[n] = s.against[n]
		s.may[n].add(s.oneOfWhich(&need.yes, &need.uses))
	}
	weighers := s.weighersOf(still, fits, s.close(parts[openClass]))
	defer func() {
		for _, w := range weighers {
			w.end()
		}
	}()
	waiting := s.waiting(still)
	best := ranking{atMost: atMost}
	share(weighers, len(waiting), func(w *weigher, i int) bool {
		if best.beats(waiting[i]) {
			return false
		}
		best.add(w.expect(waiting[i]))
		return true
	})
	// What the best answer settles is told of those alone that are asked.
	share(weighers, len(best.questions), func(w *weigher, i int) bool {
		w.settles(&best.questions[i])
		return true
	})
	return best.end()
}

// weighersOf makes as many as there is work for.
func (s *standing) weighersOf(still, fits marks, close [][]uint32) []*weigher {
	out := make([]*weigher, min(runtime.GOMAXPROCS(0), 1+still.count()/fewForOne))
	for i := range out {
		out[i] = s.weigher(still, fits, close)
	}
	return out
}

// share hands the numbers below n out, in their order, until one is refused.
func share(weighers []*weigher, n int, do func(w *weigher, i int) bool) {
	var next atomic.Int64
	work := func(w *weigher) {
		for i := int(next.Add(1)) - 1; i < n && do(w, i); i = int(next.Add(1)) - 1 {
		}
	}
	var running sync.WaitGroup
	for _, w := range weighers[1:] {
		running.Go(func() { work(w) })
	}
	work(weighers[0])
	running.Wait()
}

// candidate is a fact that may be asked for.
type candidate struct {
	fact   int
	rank   int       // among those asked first
	likely []weighed // the answers
	atMost float64   // what they may be expected to settle at the most
}

// waiting gives the facts that may be asked for, those first that may settle most.
func (s *standing) waiting(still marks) []candidate {
	var out []candidate
	for f, n := range s.concerned(still) {
		about := s.m.Facts.At(f)
		rank := firstRank(about.ID)
		if s.profile.Asked[about.ID] || s.who.known.has(f) || n.any == 0 && rank == len(askedFirst) {
			continue
		}
		c := candidate{fact: f, rank: rank, likely: s.m.likely(about, s.profile)}
		for _, a := range c.likely {
			c.atMost += s.m.knownBy.of(about) * a.p * float64(n.by(a.value))
		}
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(b.atMost, a.atMost))
	})
	return out
}

// bearing is how many trials an answer may decide: a low one, a high one, any.
type bearing struct{ low, high, any int }

func (b bearing) by(v fact.Value) int {
	switch {
	case v.Never, v.Type == fact.Bool && v.Bool:
		return b.high
	case v.Type == fact.Bool:
		return b.low
	}
	return b.any
}

// concerned counts, for each fact, the trials that its answer may decide: those of
// which a clause may come to be not met, and those of which it may clear the way to a fit.
func (s *standing) concerned(still marks) []bearing {
	total := make([]bearing, s.m.Facts.Len())
	var mu sync.Mutex
	inShares(len(still), fewForOne/64, func(from, to int) {
		mine := make([]bearing, len(total))
		for i := range still.within(from, to) {
			facts := s.deciding(i)
			low, high := facts.low.without(s.who.known), facts.high.without(s.who.known)
			for f := range low.all() {
				mine[f].low++
				mine[f].any++
			}
			for f := range high.all() {
				mine[f].high++
				mine[f].any += flag(!low.has(f))
			}
		}
		mu.Lock()
		defer mu.Unlock()
		for f, n := range mine {
			total[f].low += n.low
			total[f].high += n.high
			total[f].any += n.any
		}
	})
	return total
}

// deciding gives the facts whose answer may decide a trial.
func (s *standing) deciding(i int) directed {
	var out directed
	for _, k := range s.clausesOf(i) {
		if state := s.clauses[k]; state == 0 || state == unknownState {
			by := &s.by[s.Set.clauses[k].need]
			out.low.add(by.low)
			out.high.add(by.high)
		}
	}
	if k := s.inTheWay[i]; k != noClause {
		met, by := s.m.settlers(s.factsOf(k).without(s.who.known)), &s.needs[s.Set.clauses[k].need].by
		out.low.add(met.both(by.high))
		out.high.add(met.both(by.low))
	}
	return out
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

// weighedQuestion is a question on its way: what the best answer settles is reckoned last.
type weighedQuestion struct {
	Question
	fact, rank int
}

// ranking keeps the best questions, and those that what the best answer settles may yet
// bring before them.
type ranking struct {
	mu        sync.Mutex
	atMost    int
	questions []weighedQuestion
}

func (r *ranking) add(q weighedQuestion) {
	r.mu.Lock()
	defer r.mu.Unlock()
	at, _ := slices.BinarySearchFunc(r.questions, q, weighedQuestion.before)
	r.questions = slices.Insert(r.questions, at, q)
	last := r.questions[min(len(r.questions), r.atMost)-1]
	for n := len(r.questions) - 1; r.questions[n].before(last) > 0; n-- {
		r.questions = r.questions[:n]
	}
}

// before compares what is known while questions are weighed.
func (q weighedQuestion) before(o weighedQuestion) int {
	return cmp.Or(cmp.Compare(q.rank, o.rank), cmp.Compare(o.Expected, q.Expected))
}

// beats says whether a candidate cannot be among the best any more.
func (r *ranking) beats(c candidate) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.questions) < r.atMost {
		return false
	}
	worst := r.questions[r.atMost-1]
	if worst.rank != c.rank {
		return worst.rank < c.rank
	}
	return worst.Expected > c.atMost+rounding
}

// end gives the best. A question of which no answer settles anything is none, but for
// those asked first.
func (r *ranking) end() []Question {
	slices.SortFunc(r.questions, func(a, b weighedQuestion) int {
		return cmp.Or(a.before(b), cmp.Compare(b.Settles, a.Settles), cmp.Compare(a.Fact, b.Fact))
	})
	out := []Question{}
	for _, q := range r.questions {
		if q.Settles > 0 || q.rank < len(askedFirst) {
			out = append(out, q.Question)
		}
	}
	return out[:min(len(out), r.atMost)]
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

// leadsTo turns settling around.
func leadsTo(settling []idSet) []idSet {
	out := make([]idSet, len(settling))
	for to, from := range settling {
		for f := range from.all() {
			if f != to {
				out[f].set(to)
			}
		}
	}
	return out
}

func firstRank(id string) int {
	if i := slices.Index(askedFirst[:], id); i >= 0 {
		return i
	}
	return len(askedFirst)
}

// expect weighs one fact: each answer that may be given is tried on the trials.
func (w *weigher) expect(c candidate) weighedQuestion {
	about := w.m.Facts.At(c.fact)
	q := weighedQuestion{Question{Fact: about.ID, KnownBy: w.m.knownBy.of(about)}, c.fact, c.rank}
	expected := 0.0
	answers := make([]fact.Value, len(c.likely))
	for i, a := range c.likely {
		answers[i] = a.value
	}
	w.each(c.fact, answers, func(i, settled int) {
		expected += c.likely[i].p * float64(settled)
		q.Settles = max(q.Settles, settled)
	})
	q.Expected = math.Round(q.KnownBy*expected*100) / 100
	return q
}

// settles tries all answers that make a difference, however unlikely they are.
func (w *weigher) settles(q *weighedQuestion) {
	w.each(q.fact, w.possibleAnswers(q.fact, w.m.Facts.At(q.fact)), func(_, settled int) {
		q.Settles = max(q.Settles, settled)
	})
}

// each tries answers to a fact, and tells how many trials each decides.
func (w *weigher) each(f int, answers []fact.Value, tell func(i, settled int)) {
	for from := 0; from < len(answers); from += atOnce {
		some := answers[from:min(from+atOnce, len(answers))]
		people := w.room[:len(some)]
		for i, v := range some {
			people[i] = w.m.personWith(w.who, w.profile, f, v, people[i].facts)
		}
		for i, settled := range w.settledBy(f, people) {
			tell(from+i, settled)
		}
	}
}

// rounding is how far it may carry an expectation up.
const rounding = 0.005

// possibleAnswers are the answers to a fact that can make a difference to the
// trials: every value of a choice, a number in each stretch between their bounds.
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
