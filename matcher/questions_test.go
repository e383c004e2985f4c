package matcher_test

import (
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"

	"trialfinder/matcher"
)

// A simulated questionnaire asks a simulated person for one fact after the other, the
// illness first, and counts the trials that the answers rule out. It ends after
// maxQuestions.
const maxQuestions = 20

// order gives the next question for somebody; "" where there is none.
type order func(pt *patient, p matcher.Profile) string

// curve counts, of the trials that the full answers rule out, those that are ruled
// out after each question.
type curve struct {
	patients int
	some     int                       // of them, those with trials to rule out
	listed   int                       // trials in the bases
	outs     int                       // of those, ruled out by the full answers
	gone     [maxQuestions + 1]int     // of these, ruled out after so many questions
	reach    int                       // of these, ruled out by all that the patients can tell
	shares   [maxQuestions + 1]float64 // the sum of each patient's share that is ruled out
	first    map[string]int            // patients who are asked for a fact among the first questions
}

// share is the part of all trials that is ruled out after n questions.
func (c *curve) share(n int) float64 { return float64(c.gone[n]) / float64(max(c.outs, 1)) }

func (c *curve) add(o curve) {
	c.patients += o.patients
	c.some += o.some
	c.listed += o.listed
	c.outs += o.outs
	c.reach += o.reach
	for n := range c.gone {
		c.gone[n] += o.gone[n]
		c.shares[n] += o.shares[n]
	}
	if c.first == nil {
		c.first = map[string]int{}
	}
	for id, n := range o.first {
		c.first[id] += n
	}
}

// ruledOut counts the trials of the base that are ruled out: of those that the full
// answers rule out, or of those that they keep.
func (pt *patient) ruledOut(p matcher.Profile, byAll bool) int {
	n := 0
	for _, i := range pt.base.set.RuledOut(p) {
		if pt.out[i] == byAll {
			n++
		}
	}
	return n
}

// interview asks a patient up to n questions.
func (s *simulation) interview(tb testing.TB, pt *patient, next order, everything bool, n int) curve {
	c := curve{patients: 1, listed: len(pt.out), outs: pt.outs, first: map[string]int{}}
	tells := func(id string) *matcher.Answer {
		if everything || pt.knows[id] {
			return pt.answers[id]
		}
		return nil
	}
	given := map[string]*matcher.Answer{}
	id := "condition" // without it there is no base
	for q := 1; q <= maxQuestions; q++ {
		if c.gone[q] = c.gone[q-1]; id == "" || q > n {
			continue
		}
		given[id] = tells(id)
		if q <= floorAt {
			c.first[id]++
		}
		p := pt.profile(s.m, given)
		if c.gone[q] = pt.check(tb, p); c.gone[q] < c.gone[q-1] {
			tb.Errorf("%s %d: the answer to %s brings trials back", pt.therapy, pt.number, id)
		}
		id = next(pt, p)
	}
	for id := range pt.answers {
		given[id] = tells(id)
	}
	c.reach = pt.check(tb, pt.profile(s.m, given))
	if c.outs > 0 {
		c.some = 1
		for q := range c.gone {
			c.shares[q] = c.share(q)
		}
	}
	return c
}

// check counts the trials that are ruled out so far, and fails where the full answers
// keep one of them.
func (pt *patient) check(tb testing.TB, p matcher.Profile) int {
	if wrong := pt.ruledOut(p, false); wrong > 0 {
		tb.Errorf("%s %d: the answers to %v rule out %d trials that all answers keep",
			pt.therapy, pt.number, slices.Sorted(maps.Keys(p.Asked)), wrong)
	}
	return pt.ruledOut(p, true)
}

// interviews asks all patients of a therapy.
func (s *simulation) interviews(tb testing.TB, therapy string, next order, everything bool, n int) curve {
	tb.Helper()
	var mu sync.Mutex
	var total curve
	each(s.patients[therapy], func(pt *patient) {
		c := s.interview(tb, pt, next, everything, n)
		mu.Lock()
		defer mu.Unlock()
		total.add(c)
	})
	return total
}

// each does something for all patients, on all cores.
func each(pts []*patient, do func(*patient)) {
	todo := make(chan *patient)
	var work sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		work.Go(func() {
			for pt := range todo {
				do(pt)
			}
		})
	}
	for _, pt := range pts {
		todo <- pt
	}
	close(todo)
	work.Wait()
}

// ours is the matcher's own order.
func ours(pt *patient, p matcher.Profile) string { return firstOf(pt.base.set, p) }

func firstOf(set *matcher.Set, p matcher.Profile) string {
	if next := set.Next(p); len(next) > 0 {
		return next[0].Fact
	}
	return ""
}

// mostFrequent asks for the fact that most of the base's criteria hold.
func mostFrequent(pt *patient, p matcher.Profile) string { return firstNew(pt.base.facts, p) }

// atRandom asks for the facts that the base's criteria hold, in an order of luck,
// the same for the same patient.
func atRandom(seed uint64) order {
	return func(pt *patient, p matcher.Profile) string {
		ids := slices.Clone(pt.base.facts)
		luck := rand.New(rand.NewPCG(seed+2, streamOf(pt.therapy, pt.number)))
		luck.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
		return firstNew(ids, p)
	}
}

func firstNew(ids []string, p matcher.Profile) string {
	for _, id := range ids {
		if _, known := p.Facts[id]; !known && !p.Asked[id] {
			return id
		}
	}
	return ""
}

// After so many questions our order has ruled out the floor, or more, of what all
// answers rule out.
const (
	floorAt = 12
	floor   = 0.70
)

// fewPeople of each therapy keep the test short.
const fewPeople = 5

// TestQuestions asks a few people. In whatever order they are asked, an answer rules
// out only what all answers rule out: interview fails otherwise. In our order, those
// who know everything have the floor ruled out after twelve questions.
func TestQuestions(t *testing.T) {
	po := newPopulace(t)
	s := simulate(t, po, fewPeople)
	var total curve
	for _, therapy := range peopleTherapies {
		for _, everything := range []bool{true, false} {
			s.interviews(t, therapy, mostFrequent, everything, maxQuestions)
			s.interviews(t, therapy, atRandom(po.seed), everything, maxQuestions)
		}
		s.interviews(t, therapy, ours, false, floorAt)
		c := s.interviews(t, therapy, ours, true, floorAt)
		t.Logf("%s: %.3f of %d trials ruled out after %d questions", therapy, c.share(floorAt), c.outs, floorAt)
		total.add(c)
	}
	if got := total.share(floorAt); got < floor {
		t.Errorf("%.3f of %d trials ruled out after %d questions, want %.2f or more", got, total.outs, floorAt, floor)
	}
}
