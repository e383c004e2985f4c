package matcher

import (
	"cmp"
	"math"
	"runtime"
	"slices"
	"sync"

	"trialfinder/matcher/fact"
	"trialfinder/trials"
)

// judged is one trial of a set for one person: all that the order of results needs.
type judged struct {
	trial     int
	verdict   Verdict
	mayChange bool
	score     float64
}

// The parts of the results, in their order.
const (
	fitsClass = iota
	openClass
	notNow
	plainlyOut
)

// class is the part of the results that a trial stands in.
func (j judged) class() int {
	switch {
	case j.verdict == Fits:
		return fitsClass
	case j.verdict == Open:
		return openClass
	case j.mayChange:
		return notNow
	}
	return plainlyOut
}

// compare is the order of results: fits, open, not now, ruled out; then by score;
// then by id, so that no tie is left to chance.
func (s *Set) compare(a, b judged) int {
	return cmp.Or(cmp.Compare(a.class(), b.class()), cmp.Compare(b.score, a.score), cmp.Compare(s.trials[a.trial].place, s.trials[b.trial].place))
}

// session is one person's way through a set.
type session struct {
	*Set
	profile  Profile
	now      *judge // what is known today
	stable   *judge // without what can change; nil until it is asked for
	home     vector
	homeCode string

	inQuestion slots // of the answers that are weighed
}

func (s *Set) begin(p Profile) *session {
	out := &session{Set: s, profile: p, now: s.judge(s.m.person(p)), homeCode: p.Facts["country"].Text}
	if p.Home != nil {
		out.home = towards(*p.Home)
	}
	return out
}

func (s *Set) judge(who person) *judge {
	j := s.judges.Get().(*judge)
	j.take(who)
	return j
}

func (s *session) end() {
	s.release(s.now)
	if s.stable != nil {
		s.release(s.stable)
	}
}

func (s *Set) release(j *judge) {
	j.forget()
	s.judges.Put(j)
}

// asked turns the truth of a rule into that of its criterion: a ban is met where its
// rule does not hold.
func asked(t fact.Truth, flags criterionFlags) fact.Truth {
	if flags&isBan != 0 {
		return t.Not()
	}
	return t
}

// status is what a criterion is for the person.
func (s *session) status(c compiledCriterion, j *judge) Status {
	switch {
	case c.flags&isClinic != 0:
		return Clinic
	case c.flags&isUnread != 0:
		return Unread
	case !c.uses.intersects(j.hint):
		return Unknown
	}
	switch asked(j.rule(c.root), c.flags) {
	case fact.True:
		return Met
	case fact.False:
		return NotMet
	}
	return Unknown
}

// judgeTrial gives the verdict on one trial and, where it is listed, its place in
// the results.
func (s *session) judgeTrial(i int, listed func(judged) bool) judged {
	t := &s.trials[i]
	out := judged{trial: i, verdict: Open, mayChange: true}
	met := 0.0
	cs := s.criteria[t.criteria.from:t.criteria.to]
	for k := range cs {
		c := &cs[k]
		if c.flags&(forCohort|isClinic|isUnread) != 0 || !c.uses.intersects(s.now.hint) {
			continue
		}
		switch asked(s.now.rule(c.root), c.flags) {
		case fact.True:
			met += c.weight()
		case fact.False:
			out.verdict = RuledOut
			if out.mayChange = out.mayChange && s.passes(c); !out.mayChange && !listed(out) {
				return out // nothing more is asked of what is plainly ruled out
			}
		}
	}
	if out.verdict == Open {
		out.mayChange = false
		if s.fits(t, s.now) {
			out.verdict = Fits
		}
	}
	if listed(out) {
		out.score = s.scoreOf(t, met)
	}
	return out
}

// nobody lists no trial.
func nobody(judged) bool { return false }

// judgeAll judges the marked trials, in their order, over all cores where there are
// enough of them to share out.
func (s *Set) judgeAll(p Profile, among marks, keep func(i int) bool, listed func(judged) bool) []judged {
	workers := min(runtime.GOMAXPROCS(0), 1+among.count()/fewForOne)
	parts := make([][]judged, workers)
	var work sync.WaitGroup
	for w := range workers {
		from, to := len(among)*w/workers, len(among)*(w+1)/workers
		work.Go(func() {
			v := s.begin(p)
			defer v.end()
			for i := range among[from:to].all() {
				if i += from * 64; keep == nil || keep(i) {
					parts[w] = append(parts[w], v.judgeTrial(i, listed))
				}
			}
		})
	}
	work.Wait()
	return slices.Concat(parts...)
}

// fewForOne is how many trials one core judges before another is asked for help.
const fewForOne = 1000

// fits says whether nothing but laboratory values is left open.
func (s *session) fits(t *compiledTrial, j *judge) bool {
	if !t.mayFit {
		return false
	}
	for _, c := range s.criteria[t.criteria.from:t.criteria.to] {
		if c.flags&forCohort != 0 || s.status(c, j) != Unknown {
			continue
		}
		if c.flags&isField != 0 {
			return false
		}
		var l lack
		j.missing(s.roots[c.root], &l)
		if l.leaf || !l.facts.without(s.m.labs).empty() {
			return false
		}
	}
	return true
}

// passes says whether what is not met hangs on what can change.
func (s *session) passes(c *compiledCriterion) bool {
	if s.stable == nil {
		s.stable = s.judge(s.m.person(s.m.Without(s.profile, s.m.changes)))
	}
	return asked(s.stable.rule(c.root), c.flags) != fact.False
}

// unmet counts the criteria that are not met.
func (s *session) unmet(t *compiledTrial) int {
	n := 0
	for _, c := range s.criteria[t.criteria.from:t.criteria.to] {
		if c.flags&forCohort == 0 && s.status(c, s.now) == NotMet {
			n++
		}
	}
	return n
}

// changes says whether a fact is one that can become another.
func (m *Matcher) changes(id string) bool {
	f, _ := m.Facts.ByID(id)
	return f.Changes != fact.Never
}

func (s *session) scoreOf(t *compiledTrial, met float64) float64 {
	fit := 0.0
	if t.weight > 0 {
		fit = met / t.weight
	}
	status, near := s.nearest(t)
	score := weightFit*fit +
		weightOpenness*openness(status) +
		weightRole*role(t.therapies, s.profile.Therapies) +
		weightCondition*s.closeness(t) +
		weightDistance*near
	return math.Round(score*1000) / 1000
}

// nearest gives the status at the site to ask at and how near it counts, as the
// function of that name finds the site for a page.
func (s *session) nearest(t *compiledTrial) (status trials.Status, near float64) {
	if t.sites.from == t.sites.to {
		return t.status, 0
	}
	at := t.sites.from
	for i := at + 1; i < t.sites.to; i++ {
		if s.nearer(&s.sites[i], &s.sites[at]) {
			at = i
		}
	}
	best := &s.sites[at]
	var km *float64
	if s.profile.Home != nil && best.placed {
		km = known(s.profile.Home.Km(s.points[at]))
	}
	return trials.Status(s.words[best.status]), nearness(km, s.words[best.country], s.profile)
}

// nearer is compareReach on what is compiled: the angle between two vectors grows
// with the distance.
func (s *session) nearer(a, b *compiledSite) bool {
	if a.rank != b.rank {
		return a.rank < b.rank
	}
	if s.profile.Home != nil && (a.placed || b.placed) {
		if a.placed != b.placed {
			return a.placed
		}
		if da, db := s.home.dot(a.at), s.home.dot(b.at); da != db {
			return da > db
		}
	}
	return a.country != b.country && s.words[a.country] == s.homeCode
}

// closeness as of Matcher.closeness.
func (s *session) closeness(t *compiledTrial) float64 {
	who := &s.now.person
	switch {
	case t.conditions.intersects(who.own):
		return 1
	case t.conditions.intersects(who.sought.is):
		return 0.6
	case t.conditions.intersects(who.sought.mayBe):
		return 0.4
	}
	return 0
}

// first gives the first n of the results in their order, all where n is 0.
func (s *Set) first(all []judged, n int) []judged {
	if n == 0 || n >= len(all) {
		slices.SortFunc(all, s.compare)
		return all
	}
	top := slices.Clone(all[:n])
	slices.SortFunc(top, s.compare)
	for _, j := range all[n:] {
		if s.compare(j, top[n-1]) >= 0 {
			continue
		}
		at, _ := slices.BinarySearchFunc(top, j, s.compare)
		copy(top[at+1:], top[at:n-1])
		top[at] = j
	}
	return top
}
