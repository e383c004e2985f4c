package matcher

import (
	"cmp"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"trialfinder/matcher/fact"
)

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
func (s *standing) questions(parts [classes]marks, atMost int) (out []Question, screens int) {
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
	return best.end(), s.screensOf(waiting)
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
