package matcher_test

import (
	"testing"

	"trialfinder/matcher"
	"trialfinder/trials"
)

// corpus reads the real records, or skips.
func corpus(tb testing.TB, m *matcher.Matcher) []matcher.Candidate {
	tb.Helper()
	var out []matcher.Candidate
	eachTrial(tb, func(trial *trials.Trial) {
		out = append(out, matcher.Candidate{Trial: *trial, Listing: m.Read(trial)})
	}, "registry", "ctgov.ndjson.gz")
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
	for b.Loop() {
		m.Match(cs, p, matcher.Options{Limit: 20, NoNext: true})
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(cs)), "ns/trial")
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
