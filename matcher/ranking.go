package matcher

import (
	"cmp"
	"slices"
	"sync"
)

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
