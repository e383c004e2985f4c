package matcher_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"trialfinder/matcher"
	"trialfinder/matcher/criteria"
	"trialfinder/trials"
	"trialfinder/trials/place"
)

// corpus reads the real records, or skips.
func corpus(tb testing.TB, m *matcher.Matcher) []matcher.Candidate {
	tb.Helper()
	return corpusOf(tb, m, "ctgov.ndjson.gz")
}

func corpusOf(tb testing.TB, m *matcher.Matcher, name string) []matcher.Candidate {
	tb.Helper()
	var out []matcher.Candidate
	eachTrial(tb, func(trial *trials.Trial) {
		out = append(out, matcher.Candidate{Trial: *trial, Listing: m.Read(trial)})
	}, "registry", name)
	return out
}

// BenchmarkMatch is one match over the real records, all taken as recruiting.
func BenchmarkMatch(b *testing.B) {
	m := newMatcher(b)
	cs := corpus(b, m)
	for i := range cs {
		cs[i].Trial.Status, cs[i].Trial.StudyType = trials.Recruiting, trials.Interventional
	}
	p := profile(b, woman62)
	set := m.NewSet(cs)
	for b.Loop() {
		if _, err := set.Match(p, matcher.Options{Limit: 20, NoNext: true}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(cs)), "ns/trial")
}

// manyListed makes n open trials out of the real ones that give a therapy, each copy with
// bounds of its own: a registry of the size to come.
func manyListed(b *testing.B, m *matcher.Matcher, n int, use func(c *matcher.Candidate)) {
	b.Helper()
	var real []matcher.Candidate
	for _, c := range corpus(b, m) {
		if len(c.Listing.Therapies) > 0 {
			c.Trial.Status, c.Trial.StudyType = trials.Recruiting, trials.Interventional
			real = append(real, c)
		}
	}
	r := rand.New(rand.NewPCG(50, 600))
	for i := range n {
		c := real[i%len(real)]
		c.Trial.ID = fmt.Sprintf("NCT%08d", i)
		c.Listing.Criteria = slices.Clone(c.Listing.Criteria)
		for k := range c.Listing.Criteria {
			if rule := c.Listing.Criteria[k].Rule; rule != nil && i >= len(real) {
				c.Listing.Criteria[k].Rule = varied(rule, r)
			}
		}
		use(&c)
	}
}

// many is a set of that many trials. Pages are made of the first copies, whose bounds are
// the real ones.
func many(b *testing.B, m *matcher.Matcher, n int) *matcher.Set {
	b.Helper()
	build := m.NewBuilder(n)
	var shown []matcher.Candidate
	manyListed(b, m, n, func(c *matcher.Candidate) {
		if err := build.Add(m.Slip(&c.Trial, &c.Listing)); err != nil {
			b.Fatal(err)
		}
		if len(shown) < 1000 {
			shown = append(shown, *c)
		}
	})
	return build.Set(func(i int) (*matcher.Candidate, error) { return &shown[i%len(shown)], nil })
}

// varied is a rule with other numbers.
func varied(r criteria.Rule, random *rand.Rand) criteria.Rule {
	each := func(rs []criteria.Rule) []criteria.Rule {
		out := make([]criteria.Rule, len(rs))
		for i := range rs {
			out[i] = varied(rs[i], random)
		}
		return out
	}
	switch r := r.(type) {
	case criteria.All:
		return criteria.All(each(r))
	case criteria.Any:
		return criteria.Any(each(r))
	case criteria.Not:
		return criteria.Not{Rule: varied(r.Rule, random)}
	case criteria.Atom:
		if r.Value.Kind == criteria.NumberOperand {
			r.Value.Number *= 0.8 + 0.05*float64(random.IntN(9))
		}
		return r
	}
	return r
}

// crowd is people as they seek trials, fifty for each therapy: illness, age, sex and
// country, and as many more of the facts that a person of the kind has.
func crowd(b *testing.B, m *matcher.Matcher) []matcher.Profile {
	b.Helper()
	po := newPopulace(b)
	r := rand.New(rand.NewPCG(200, 8))
	towns, homes := gazetteer(b), map[string]*place.Point{}
	for country, town := range map[string]string{"DK": "Odense", "NL": "Utrecht", "BE": "Ghent", "FR": "Lyon", "CN": "Wuhan", "US": "Chicago"} {
		if at, ok := towns.Find(town, country); ok {
			homes[country] = &at.Point
		}
	}
	var out []matcher.Profile
	for _, therapy := range peopleTherapies {
		for _, one := range po.people(therapy, 50) {
			told := 8 + r.IntN(20)
			p := m.Profile(matcher.Answers{}, today, nil)
			for _, id := range []string{"condition", "age", "sex", "country"} {
				p.Facts[id] = one.Facts[id]
			}
			p.Home = homes[p.Facts["country"].Text]
			for _, id := range slices.Sorted(maps.Keys(one.Facts)) {
				if r.IntN(len(one.Facts)) < told {
					p.Facts[id] = one.Facts[id]
				}
			}
			out = append(out, m.With(p, "age", one.Facts["age"]))
		}
	}
	return out
}

// times reports the median and the slowest hundredth of what it is told.
type times []time.Duration

func (ts times) report(b *testing.B) {
	slices.Sort(ts)
	b.ReportMetric(float64(ts[len(ts)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(ts[len(ts)*99/100].Microseconds())/1000, "p99-ms")
}

func benchmarkMatch(b *testing.B, n int) {
	m := newMatcher(b)
	set, people := many(b, m, n), crowd(b, m)
	plain := plainTime(b, m, people)
	var ts times
	considered := 0
	for b.Loop() {
		for _, p := range people {
			began := time.Now()
			out, err := set.Match(p, matcher.Options{Limit: 20, NoNext: true})
			if err != nil {
				b.Fatal(err)
			}
			ts = append(ts, time.Since(began))
			considered += out.Considered
		}
	}
	ts.report(b)
	b.ReportMetric(float64(considered)/float64(len(ts)), "considered")
	b.ReportMetric(float64(plain)*float64(n)/float64(ts[len(ts)/2]), "x-plain")
}

// plainTime is what the plain evaluator takes for one trial, one after the other on one
// core: whether the match looks at it, and how it stands.
func plainTime(b *testing.B, m *matcher.Matcher, people []matcher.Profile) time.Duration {
	b.Helper()
	const trials, askers = 500, 20
	var some []matcher.Candidate
	manyListed(b, m, trials, func(c *matcher.Candidate) { some = append(some, *c) })
	began := time.Now()
	for n := range askers {
		p := people[n*len(people)/askers]
		for i := range some {
			if m.Considered(&some[i], p) {
				m.Assess(some[i].Listing, p)
			}
		}
	}
	return time.Since(began) / (trials * askers)
}

// One whole match with verdicts, over 200 people with nothing kept between them.
func BenchmarkMatch50k(b *testing.B)  { benchmarkMatch(b, 50_000) }
func BenchmarkMatch600k(b *testing.B) { benchmarkMatch(b, 600_000) }

// The next questions for the same people.
func BenchmarkAsk50k(b *testing.B) {
	m := newMatcher(b)
	set, people := many(b, m, 50_000), crowd(b, m)
	var ts times
	for b.Loop() {
		for _, p := range people {
			began := time.Now()
			set.Next(p)
			ts = append(ts, time.Since(began))
		}
	}
	ts.report(b)
}

// BenchmarkRead is the reading of one trial: therapies, conditions, criteria.
func BenchmarkRead(b *testing.B) {
	m := newMatcher(b)
	cs := corpus(b, m)
	n := 0
	for b.Loop() {
		m.Read(&cs[n%len(cs)].Trial)
		n++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "trials/s")
}

// TestMoreAnswersNeverBringATrialBack holds on real trials: whoever is ruled out
// with some answers stays so with more.
func TestMoreAnswersNeverBringATrialBack(t *testing.T) {
	m := newMatcher(t)
	cs := corpus(t, m)
	less := profile(t, woman62)
	more := profile(t, `{"facts":{"age":62,"sex":"female","country":"DK","condition":["nsclc"],"performance_ecog":1,"hiv":false,"pregnant":false,"breastfeeding":false,"brain_metastases":"none","prior_chemo":true,"stage":4}}`)
	for i := range cs {
		before, after := m.Assess(cs[i].Listing, less), m.Assess(cs[i].Listing, more)
		if before.Verdict == matcher.RuledOut && after.Verdict != matcher.RuledOut {
			t.Errorf("%s: ruled out with fewer answers, %s with more", cs[i].Trial.ID, after.Verdict)
		}
	}
}
