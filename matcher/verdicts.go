package matcher

import (
	"cmp"
	"math"
	"runtime"
	"slices"
	"sync"

	"trialfinder/matcher/fact"
)

// The parts of the results, in their order.
const (
	fitsClass = iota
	openClass
	notNow
	plainlyOut
	classes
)

// scored is a trial and its place within a part of the results.
type scored struct {
	trial uint32
	score float64
}

// byClass parts the considered trials.
func (s *standing) byClass() [classes]marks {
	var out [classes]marks
	for c := range out {
		out[c] = newMarks(len(s.trials))
	}
	for w, word := range s.considered {
		out[plainlyOut][w] = word &^ s.left[w]
		out[notNow][w] = s.left[w] & s.out[w]
		out[openClass][w] = s.left[w] &^ s.out[w]
	}
	out[fitsClass] = s.fitting(out[openClass])
	out[openClass].without(out[fitsClass])
	return out
}

// page gives the results from offset on, in their order: fits, open, not now, ruled
// out; then by score; then by id, so that no tie is left to chance. Scores are
// reckoned for those parts alone that the page shows.
func (s *standing) page(parts []marks, offset, limit int) []uint32 {
	upTo := math.MaxInt
	if limit > 0 {
		upTo = offset + limit
	}
	var out []uint32
	before := 0
	for _, part := range parts {
		n := part.count()
		if from, to := max(offset-before, 0), min(upTo-before, n); from < to {
			for _, one := range s.first(part, to)[from:] {
				out = append(out, one.trial)
			}
		}
		before += n
	}
	return out
}

// first gives the first n trials of one part in their order.
func (s *standing) first(part marks, n int) []scored {
	var all []scored
	var mu sync.Mutex
	inShares(len(part), fewForOne/64, func(from, to int) {
		best := best{standing: s, most: n}
		r := s.reach()
		for i := range part.within(from, to) {
			best.weigh(i, &r)
		}
		mu.Lock()
		defer mu.Unlock()
		all = append(all, best.list...)
	})
	slices.SortFunc(all, s.compare)
	return all[:n]
}

func (s *standing) compare(a, b scored) int {
	return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(s.trials[a.trial].place, s.trials[b.trial].place))
}

// best keeps the best of the trials that it is shown.
type best struct {
	*standing
	most int
	list []scored // in order, once there are as many
}

// few: of more than so many the list is put in order only at the end.
const few = 100

func (b *best) weigh(i int, r *reachOf) {
	full := b.most <= few && len(b.list) == b.most
	score := b.ground(i)
	if full && rounded(score+weightOpenness+weightDistance) < b.list[b.most-1].score {
		return // however open and near it is
	}
	status, near := r.nearest(&b.trials[i])
	one := scored{uint32(i), rounded(score + weightOpenness*openness(status) + weightDistance*near)}
	switch {
	case !full:
		b.list = append(b.list, one)
		if len(b.list) == b.most {
			slices.SortFunc(b.list, b.compare)
		}
	case b.compare(one, b.list[b.most-1]) < 0:
		at, _ := slices.BinarySearchFunc(b.list, one, b.compare)
		copy(b.list[at+1:], b.list[at:b.most-1])
		b.list[at] = one
	}
}

// fewForOne is how many trials one core sees to before another is asked for help.
const fewForOne = 1024

// inShares does something to n things over all cores, a stretch each; a core takes at
// least so many.
func inShares(n, least int, do func(from, to int)) {
	workers := min(runtime.GOMAXPROCS(0), 1+n/least)
	var work sync.WaitGroup
	for w := range workers - 1 {
		work.Go(func() { do(n*w/workers, n*(w+1)/workers) })
	}
	do(n*(workers-1)/workers, n)
	work.Wait()
}

// ground is the part of a trial's score that does not hang on where its sites are.
func (s *standing) ground(i int) float64 {
	t := &s.trials[i]
	met, left := 0, s.left.has(i)
	for n, k := range s.clausesOf(i) {
		if s.clauses[k] == trueState || !left && s.truthOf(k) == fact.True {
			met++
			if n < int(t.fields) {
				met += fieldWeight - 1
			}
		}
	}
	fit := 0.0
	if t.weight > 0 {
		fit = float64(met) / float64(t.weight)
	}
	return weightFit*fit + weightRole*s.role(t) + weightCondition*s.closeness(t)
}

// role as the function of that name.
func (s *standing) role(t *compiledTrial) float64 {
	switch {
	case t.tested&s.wanted != 0:
		return 1
	case t.combined&s.wanted != 0:
		return 0.5
	}
	return 0
}

// closeness as of Matcher.closeness.
func (s *standing) closeness(t *compiledTrial) float64 {
	switch {
	case t.conditions.intersects(&s.who.own):
		return 1
	case t.conditions.intersects(&s.who.sought.is):
		return 0.6
	case t.conditions.intersects(&s.who.sought.mayBe):
		return 0.4
	}
	return 0
}
