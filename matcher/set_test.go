package matcher_test

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"trialfinder/matcher"
	"trialfinder/matcher/fact"
	"trialfinder/trials"
)

// TestSetIsThePlainMatcher holds the compiled trials against the plain evaluator:
// for random people, each criterion of each real trial, the whole list, and any
// page of it.
func TestSetIsThePlainMatcher(t *testing.T) {
	m := newMatcher(t)
	cs := append(corpus(t, m), corpusOf(t, m, "ctgov-older.ndjson.gz")...)
	for i := range cs {
		if i%3 > 0 { // the rest as it is, closed and observational ones among them
			cs[i].Trial.Status, cs[i].Trial.StudyType = trials.Recruiting, trials.Interventional
		}
	}
	set := m.NewSet(cs)
	r := rand.New(rand.NewPCG(20261125, 5))
	for n := range 20 {
		p := somebody(t, m, r)
		plain := plainMatch(m, cs, p)
		checkPage(t, set, p, plain, 0, 0)
		for range 5 {
			checkPage(t, set, p, plain, r.IntN(len(plain)+10), 1+r.IntN(30))
		}
		for i, got := range set.Statuses(p) {
			checkStatuses(t, m, got, p, &cs[i])
		}
		if t.Failed() {
			t.Fatalf("person %d", n)
		}
	}
}

// checkPage holds a page of the set's results against the plain list.
func checkPage(t *testing.T, set *matcher.Set, p matcher.Profile, plain []matcher.TrialMatch, offset, limit int) {
	t.Helper()
	got, err := set.Match(p, matcher.Options{RuledOut: true, NoNext: true, Offset: offset, Limit: limit})
	if err != nil {
		t.Fatal(err)
	}
	want := plain[min(offset, len(plain)):]
	if limit > 0 {
		want = want[:min(limit, len(want))]
	}
	if got.Listed != len(plain) || len(got.Trials) != len(want) {
		t.Fatalf("from %d, %d: %d trials of %d, the plain matcher has %d of %d", offset, limit, len(got.Trials), got.Listed, len(want), len(plain))
	}
	for i := range want {
		if a, b := line(got.Trials[i]), line(want[i]); a != b {
			t.Errorf("from %d, place %d: %s, want %s", offset, i, a, b)
		}
	}
}

// TestQuestionsSettleWhatTheySay tries the answers to questions of yes and no on each
// trial by itself.
func TestQuestionsSettleWhatTheySay(t *testing.T) {
	m := newMatcher(t)
	cs := corpus(t, m)
	for i := range cs {
		cs[i].Trial.Status, cs[i].Trial.StudyType = trials.Recruiting, trials.Interventional
	}
	set := m.NewSet(cs)
	po := newPopulace(t)
	checked := 0
	for _, therapy := range peopleTherapies {
		one := po.person(therapy, 3)
		p := m.Profile(matcher.Answers{Therapies: []string{therapy}}, today, nil)
		for _, id := range []string{"condition", "age", "sex", "country", "performance_ecog"} {
			if v, ok := one.Facts[id]; ok {
				p.Facts[id] = v
			}
		}
		next := set.Next(p)
		for i, q := range set.Ask(p) {
			if i < len(next) && next[i] != q {
				t.Errorf("%s: question %d is %v alone and %v among all", therapy, i, next[i], q)
			}
			if f, _ := m.Facts.ByID(q.Fact); f.Type != fact.Bool {
				continue
			}
			checked++
			if want := max(settled(m, cs, p, q.Fact, false), settled(m, cs, p, q.Fact, true)); q.Settles != want {
				t.Errorf("%s: %s settles %d, want %d", therapy, q.Fact, q.Settles, want)
			}
		}
	}
	if checked < 20 {
		t.Errorf("only %d questions of yes and no", checked)
	}
}

// TestNextIsHowAllQuestionsBegin asks people of whom more and more is known for the next
// questions alone, of which most are never weighed, and for all.
func TestNextIsHowAllQuestionsBegin(t *testing.T) {
	m := newMatcher(t)
	cs := corpus(t, m)
	for i := range cs {
		cs[i].Trial.Status, cs[i].Trial.StudyType = trials.Recruiting, trials.Interventional
	}
	set := m.NewSet(cs)
	po := newPopulace(t)
	for _, therapy := range peopleTherapies {
		for number := range 8 {
			one := po.person(therapy, number)
			p := m.Profile(matcher.Answers{Therapies: []string{therapy}}, today, nil)
			for n, id := range slices.Sorted(maps.Keys(one.Facts)) {
				if id == "condition" || id == "age" || n%8 < number {
					p = m.With(p, id, one.Facts[id])
				}
			}
			next, all := set.Next(p), set.Ask(p)
			if diff := gocmp.Diff(all[:min(len(next), len(all))], next); diff != "" || len(next) < min(5, len(all)) {
				t.Errorf("%s %d: of %d questions the next are others (-all +next):\n%s", therapy, number, len(all), diff)
			}
		}
	}
}

// settled counts the trials that an answer decides.
func settled(m *matcher.Matcher, cs []matcher.Candidate, p matcher.Profile, id string, yes bool) int {
	with := m.With(p, id, fact.Value{Type: fact.Bool, Bool: yes})
	n := 0
	for i := range cs {
		if !m.Considered(&cs[i], p) {
			continue
		}
		before := m.Assess(cs[i].Listing, p)
		if before.Verdict == matcher.RuledOut {
			continue
		}
		if after := m.Assess(cs[i].Listing, with); after.Verdict == matcher.RuledOut || after.Verdict == matcher.Fits && before.Verdict != matcher.Fits {
			n++
		}
	}
	return n
}

func line(m matcher.TrialMatch) string {
	return fmt.Sprintf("%s %s may change %t, score %v", m.ID, m.Verdict, m.MayChange, m.Score)
}

func checkStatuses(t *testing.T, m *matcher.Matcher, got []matcher.Status, p matcher.Profile, c *matcher.Candidate) {
	t.Helper()
	var want []matcher.Status
	for _, o := range m.Assess(c.Listing, p).Outcomes {
		if o.Counts() && o.Status != matcher.Clinic && o.Status != matcher.Unread {
			want = append(want, o.Status)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s: criteria are %v, want %v", c.Trial.ID, got, want)
	}
}

// plainMatch is the match without a set: each trial by itself.
func plainMatch(m *matcher.Matcher, cs []matcher.Candidate, p matcher.Profile) []matcher.TrialMatch {
	var out []matcher.TrialMatch
	for i := range cs {
		if m.Considered(&cs[i], p) {
			out = append(out, m.One(&cs[i], p))
		}
	}
	class := func(t matcher.TrialMatch) int {
		switch {
		case t.Verdict == matcher.Fits:
			return 0
		case t.Verdict == matcher.Open:
			return 1
		case t.MayChange:
			return 2
		}
		return 3
	}
	slices.SortFunc(out, func(a, b matcher.TrialMatch) int {
		return cmp.Or(cmp.Compare(class(a), class(b)), cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// somebody answers at random: most facts not at all, some with a span.
func somebody(t testing.TB, m *matcher.Matcher, r *rand.Rand) matcher.Profile {
	t.Helper()
	return m.Profile(someAnswers(m, r), today, gazetteer(t))
}

func someAnswers(m *matcher.Matcher, r *rand.Rand) matcher.Answers {
	a := matcher.Answers{Facts: map[string]*matcher.Answer{}}
	share := []float64{0.05, 0.2, 0.6}[r.IntN(3)]
	conditions := m.Conditions.All()
	some := func() string { return conditions[r.IntN(len(conditions))].ID }
	for _, f := range m.Facts.All() {
		if r.Float64() > share && f.ID != "condition" {
			continue
		}
		v := fact.Value{Type: f.Type}
		switch f.Type {
		case fact.Bool:
			v.Bool = r.IntN(2) == 0
		case fact.Enum:
			v.Text = f.Values[r.IntN(len(f.Values))]
		case fact.Set:
			v.Texts = []string{}
			for range r.IntN(3) {
				if f.Conditions() {
					v.Texts = append(v.Texts, some())
				} else {
					v.Texts = append(v.Texts, f.Values[r.IntN(len(f.Values))])
				}
			}
		case fact.Number:
			lo := f.Min + r.Float64()*r.Float64()*(f.Max-f.Min)
			v.Span = fact.Span{Lo: lo, Hi: lo + float64(r.IntN(2))*r.Float64()*(f.Max-lo), HiOpen: r.IntN(2) == 0}
			if v.Never = f.CanNever && r.IntN(4) == 0; v.Never {
				v.Span = fact.Span{}
			}
		case fact.Country:
			v.Text = []string{"DK", "US", "CN", "FR"}[r.IntN(4)]
		case fact.Place:
			v.Text = "Copenhagen"
		}
		a.Facts[f.ID] = &matcher.Answer{Value: v}
	}
	if r.IntN(2) == 0 {
		a.Therapies = []string{m.Therapies.IDs()[r.IntN(4)]}
	}
	return a
}
