package matcher_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"trialfinder/matcher"
	"trialfinder/matcher/criteria"
	"trialfinder/matcher/fact"
)

func TestFewest(t *testing.T) {
	m := newMatcher(t)
	trial := aTrial(t, nil)
	base := m.Read(&trial)
	const (
		ecog     = `{"fact":"performance_ecog","op":"<=","value":1}`
		hiv      = `{"fact":"hiv","op":"=","value":false}`
		anc      = `{"fact":"neutrophils","op":">=","value":1.5}`
		either   = `{"any":[{"fact":"pdl1_tps","op":">=","value":50},{"fact":"msi_high","op":"=","value":true}]}`
		msi      = `{"fact":"msi_high","op":"=","value":true}`
		noChemo  = `{"fact":"prior_chemo","op":"=","value":false}`
		noCheck  = `{"fact":"prior_checkpoint","op":"=","value":false}`
		lines    = `{"fact":"prior_lines","op":">=","value":1}`
		words    = `{"all":[{"fact":"hiv","op":"=","value":false},{"unknown":"as judged"}]}`
		squamous = `{"fact":"condition","op":"in","value":["nsclc_squamous"]}`
	)
	known := `"age":62,"sex":"female","condition":["nsclc"]`
	tests := []struct {
		name, facts string
		rules       []string
		want        []string
		fits        bool
		rulesOut    []string
	}{
		{"nothing but laboratory values is missing", known, []string{anc}, nil, true, []string{"neutrophils"}},
		{"each criterion needs its fact", known, []string{ecog, hiv, anc}, []string{"performance_ecog", "hiv"}, true, []string{"performance_ecog", "hiv", "neutrophils"}},
		{"one of two will do", known, []string{either}, []string{"msi_high"}, true, nil},
		{"the one that another criterion asks for, too", known, []string{either, msi}, []string{"msi_high"}, true, []string{"msi_high"}},
		{"one fact from which others follow", known, []string{noChemo, noCheck}, []string{"prior_lines"}, true, []string{"prior_chemo", "prior_checkpoint"}},
		{"unless the trial wants it otherwise", known, []string{noChemo, noCheck, lines}, []string{"prior_lines", "prior_chemo", "prior_checkpoint"}, true, []string{"prior_chemo", "prior_checkpoint", "prior_lines"}},
		{"what no fact expresses is left", known, []string{words, ecog}, []string{"performance_ecog"}, false, []string{"performance_ecog", "hiv"}},
		{"too much of the text is not read", known, []string{ecog, "unread"}, []string{"performance_ecog"}, false, []string{"performance_ecog"}},
		{"an answer that was I don't know", known + `,"performance_ecog":null`, []string{ecog}, []string{"performance_ecog"}, true, []string{"performance_ecog"}},
		{"an illness that is not known closely enough", known, []string{squamous}, []string{"condition"}, true, nil},
		{"the field of the illness", `"age":62,"sex":"female"`, []string{ecog}, []string{"condition", "performance_ecog"}, true, []string{"condition", "performance_ecog"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := m.Fewest(listing(t, base, tt.rules...), profile(t, `{"facts":{`+tt.facts+`}}`))
			slices.Sort(tt.want)
			slices.Sort(got.Facts)
			if !slices.Equal(got.Facts, tt.want) || got.Fits != tt.fits || !got.Exact || !slices.Equal(got.RulesOut, tt.rulesOut) {
				t.Errorf("got %+v, want %v, fits %v, ruled out by %v", got, tt.want, tt.fits, tt.rulesOut)
			}
		})
	}
}

// TestFewestIsTheFewest holds the search against trying every set of facts and every
// answer to them, on rules made at random.
func TestFewestIsTheFewest(t *testing.T) {
	m := newMatcher(t)
	trial := aTrial(t, nil)
	base := m.Read(&trial)
	p := profile(t, `{"facts":{"age":62,"sex":"female","condition":["nsclc"]}}`)
	r := rand.New(rand.NewPCG(20261125, 17))
	fitting, several, givenUp := 0, 0, 0
	for n := range 150 {
		var rules []string
		for range 2 + r.IntN(3) {
			rules = append(rules, anyRule(r, 2))
		}
		l := listing(t, base, rules...)
		got := m.Fewest(l, p)
		want := fewestByTrying(m, l, p)
		switch {
		case !got.Exact:
			givenUp++
		case !got.Fits:
			if want >= 0 {
				t.Errorf("%d: %v: got none that fits, %d facts do", n, rules, want)
			}
		case len(got.Facts) != want:
			t.Errorf("%d: %v: got %v, want %d facts", n, rules, got.Facts, want)
		default:
			fitting++
			several += min(1, len(got.Facts)/2)
		}
	}
	if fitting < 40 || several < 20 || givenUp > 3 {
		t.Errorf("%d fit, %d of them with two facts or more, %d given up: the test tries too little", fitting, several, givenUp)
	}
}

// triedFacts are the facts of the random rules, and that from which some follow.
var triedFacts = []string{"hiv", "prior_lines", "prior_chemo", "prior_checkpoint", "metastatic", "brain_metastases", "neutrophils"}

func anyRule(r *rand.Rand, depth int) string {
	if depth > 0 && r.IntN(2) == 0 {
		return fmt.Sprintf(`{"%s":[%s,%s]}`, []string{"all", "any"}[r.IntN(2)], anyRule(r, depth-1), anyRule(r, depth-1))
	}
	if depth > 0 && r.IntN(6) == 0 {
		return `{"not":` + anyRule(r, depth-1) + `}`
	}
	switch id := triedFacts[r.IntN(len(triedFacts))]; id {
	case "prior_lines":
		return fmt.Sprintf(`{"fact":"prior_lines","op":"%s","value":%d}`, []string{">=", "<="}[r.IntN(2)], r.IntN(3))
	case "neutrophils":
		return `{"fact":"neutrophils","op":">=","value":1.5}`
	case "brain_metastases":
		return `{"fact":"brain_metastases","op":"!=","value":"active"}`
	default:
		if r.IntN(12) == 0 {
			return `{"unknown":"words"}`
		}
		return fmt.Sprintf(`{"fact":"%s","op":"=","value":%t}`, id, r.IntN(2) == 0)
	}
}

// fewestByTrying is the size of the smallest set of facts with answers by which the
// trial fits; -1 where there is none.
func fewestByTrying(m *matcher.Matcher, l matcher.Listing, p matcher.Profile) int {
	best := -1
	for set := range 1 << len(triedFacts) {
		var facts []string
		for i, id := range triedFacts {
			if set>>i&1 == 1 {
				facts = append(facts, id)
			}
		}
		if (best < 0 || len(facts) < best) && fitsWith(m, l, p, facts) {
			best = len(facts)
		}
	}
	return best
}

func fitsWith(m *matcher.Matcher, l matcher.Listing, p matcher.Profile, facts []string) bool {
	if len(facts) == 0 {
		return m.Assess(l, p).Verdict == matcher.Fits
	}
	f, _ := m.Facts.ByID(facts[0])
	var values []fact.Value
	switch f.Type {
	case fact.Bool:
		values = []fact.Value{{Type: f.Type}, {Type: f.Type, Bool: true}}
	case fact.Enum:
		for _, v := range f.Values {
			values = append(values, fact.Value{Type: f.Type, Text: v})
		}
	case fact.Number:
		for _, n := range []float64{0, 1, 2, 3} {
			values = append(values, fact.Value{Type: f.Type, Span: fact.Point(n)})
		}
	}
	if _, follows := p.Facts[f.ID]; follows {
		return fitsWith(m, l, p, facts[1:])
	}
	for _, v := range values {
		with := m.With(p, f.ID, v)
		if len(with.Contradictions) == len(p.Contradictions) && fitsWith(m, l, with, facts[1:]) {
			return true
		}
	}
	return false
}

// TestFewestOfRealTrials: whatever is said of a real trial, the set is one that it
// lacks, and the search is seldom given up.
func TestFewestOfRealTrials(t *testing.T) {
	m := newMatcher(t)
	cs := openCorpus(t, m)
	p := profile(t, `{"facts":{"age":62,"sex":"female","country":"DK","condition":["nsclc"],"performance_ecog":1}}`)
	open, givenUp := 0, 0
	for i := range cs {
		if !m.Considered(&cs[i], p) || m.Assess(cs[i].Listing, p).Verdict != matcher.Open {
			continue
		}
		open++
		got := m.Fewest(cs[i].Listing, p)
		if !got.Exact {
			givenUp++
		}
		used := map[string]bool{}
		for _, c := range cs[i].Listing.Criteria {
			if c.Rule != nil {
				criteria.Walk(c.Rule, func(a criteria.Atom) { used[a.Fact] = true })
			}
		}
		for _, id := range got.RulesOut {
			if !used[id] && id != "condition" && id != "other_conditions" {
				t.Errorf("%s: %s is said to rule it out and is not in it", cs[i].Trial.ID, id)
			}
		}
	}
	t.Logf("%d open trials, the search was given up for %d", open, givenUp)
	if open < 50 || givenUp*20 > open {
		t.Errorf("%d open trials, the search was given up for %d", open, givenUp)
	}
}

// BenchmarkFewest is the search for one open trial of the real ones.
func BenchmarkFewest(b *testing.B) {
	m := newMatcher(b)
	cs := openCorpus(b, m)
	p := profile(b, `{"facts":{"age":62,"sex":"female","country":"DK","condition":["nsclc"],"performance_ecog":1}}`)
	var open []matcher.Listing
	for i := range cs {
		if m.Considered(&cs[i], p) && m.Assess(cs[i].Listing, p).Verdict == matcher.Open {
			open = append(open, cs[i].Listing)
		}
	}
	var ts times
	for b.Loop() {
		for _, l := range open {
			began := time.Now()
			m.Fewest(l, p)
			ts = append(ts, time.Since(began))
		}
	}
	ts.report(b)
}
