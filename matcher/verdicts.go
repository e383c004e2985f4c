package matcher

import (
	"cmp"
	"math"
	"runtime"
	"slices"
	"sync"

	"trialfinder/trials"
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
		out[plainlyOut][w] = word & s.plainly[w]
		out[notNow][w] = word & s.out[w] &^ s.plainly[w]
		out[openClass][w] = word &^ s.out[w]
	}
	for i := range out[openClass].all() {
		if s.fits(i) {
			out[fitsClass].set(i)
		}
	}
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
			for _, one := range s.first(s.score(part), to)[from:] {
				out = append(out, one.trial)
			}
		}
		before += n
	}
	return out
}

// first gives the first n trials of one part in their order.
func (s *Set) first(all []scored, n int) []scored {
	compare := func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(s.trials[a.trial].place, s.trials[b.trial].place))
	}
	const few = 100 // up to so many are kept in order one by one
	if n > few || n >= len(all) {
		slices.SortFunc(all, compare)
		return all[:n]
	}
	top := slices.Clone(all[:n])
	slices.SortFunc(top, compare)
	for _, one := range all[n:] {
		if one.score < top[n-1].score || compare(one, top[n-1]) >= 0 {
			continue
		}
		at, _ := slices.BinarySearchFunc(top, one, compare)
		copy(top[at+1:], top[at:n-1])
		top[at] = one
	}
	return top
}

// fewForOne is how many trials one core sees to before another is asked for help.
const fewForOne = 1000

// inShares does something to n things over all cores, a stretch each.
func inShares(n int, do func(from, to int)) {
	workers := min(runtime.GOMAXPROCS(0), 1+n/fewForOne)
	var work sync.WaitGroup
	for w := range workers - 1 {
		work.Go(func() { do(n*w/workers, n*(w+1)/workers) })
	}
	do(n*(workers-1)/workers, n)
	work.Wait()
}

// score reckons the scores of marked trials.
func (s *standing) score(part marks) []scored {
	list := part.list()
	out := make([]scored, len(list))
	reach := s.reach()
	inShares(len(list), func(from, to int) {
		for k, i := range list[from:to] {
			out[from+k] = scored{i, s.scoreOf(int(i), reach)}
		}
	})
	return out
}

func (s *standing) scoreOf(i int, r reachOf) float64 {
	t := &s.trials[i]
	fit := 0.0
	if t.weight > 0 {
		fit = float64(s.sums[i].met()) / float64(t.weight)
	}
	status, near := r.nearest(t)
	score := weightFit*fit +
		weightOpenness*openness(status) +
		weightRole*role(t.therapies, s.profile.Therapies) +
		weightCondition*s.closeness(t) +
		weightDistance*near
	return math.Round(score*1000) / 1000
}

// closeness as of Matcher.closeness.
func (s *standing) closeness(t *compiledTrial) float64 {
	switch {
	case t.conditions.intersects(s.who.own):
		return 1
	case t.conditions.intersects(s.who.sought.is):
		return 0.6
	case t.conditions.intersects(s.who.sought.mayBe):
		return 0.4
	}
	return 0
}

// reachOf is from where a person looks for sites.
type reachOf struct {
	*Set
	profile Profile
	home    vector
	country string
}

func (s *standing) reach() reachOf {
	r := reachOf{Set: s.Set, profile: s.profile, country: s.profile.Facts["country"].Text}
	if s.profile.Home != nil {
		r.home = towards(*s.profile.Home)
	}
	return r
}

// nearest gives the status at the site to ask at and how near it counts, as the
// function of that name finds the site for a page.
func (r *reachOf) nearest(t *compiledTrial) (status trials.Status, near float64) {
	if t.sites.from == t.sites.to {
		return t.status, 0
	}
	at := t.sites.from
	for i := at + 1; i < t.sites.to; i++ {
		if r.nearer(&r.sites[i], &r.sites[at]) {
			at = i
		}
	}
	best := &r.sites[at]
	var km *float64
	if r.profile.Home != nil && best.placed {
		km = known(r.profile.Home.Km(r.points[at]))
	}
	return trials.Status(r.words[best.status]), nearness(km, r.words[best.country], r.profile)
}

// nearer is compareReach on what is compiled: the angle between two vectors grows
// with the distance.
func (r *reachOf) nearer(a, b *compiledSite) bool {
	if a.rank != b.rank {
		return a.rank < b.rank
	}
	if r.profile.Home != nil && (a.placed || b.placed) {
		if a.placed != b.placed {
			return a.placed
		}
		if da, db := r.home.dot(a.at), r.home.dot(b.at); da != db {
			return da > db
		}
	}
	return a.country != b.country && r.words[a.country] == r.country
}
