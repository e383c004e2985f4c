package matcher_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"trialfinder/matcher"
	"trialfinder/matcher/fact"
	"trialfinder/trials"
)

func openCorpus(tb testing.TB, m *matcher.Matcher) []matcher.Candidate {
	tb.Helper()
	cs := corpus(tb, m)
	for i := range cs {
		cs[i].Trial.Status, cs[i].Trial.StudyType = trials.Recruiting, trials.Interventional
	}
	return cs
}

// changed are answers with another to one fact, or none, as a person would give them
// who begins anew.
func changed(a matcher.Answers, id string, v *fact.Value) matcher.Answers {
	out := a
	out.Facts = maps.Clone(a.Facts)
	delete(out.Facts, id)
	if v != nil {
		out.Facts[id] = &matcher.Answer{Value: *v}
	}
	return out
}

// TestWhatIfIsTheMatchWithAnotherAnswer tries each answer of random people otherwise,
// from the beginning and with the plain evaluator.
func TestWhatIfIsTheMatchWithAnotherAnswer(t *testing.T) {
	m := newMatcher(t)
	cs := openCorpus(t, m)
	set := m.NewSet(cs)
	r := rand.New(rand.NewPCG(20261125, 11))
	tried := 0
	for n := range 12 {
		a := someAnswers(m, r)
		if n%2 == 0 { // an illness that many trials are for
			a.Facts["condition"] = &matcher.Answer{Value: fact.Value{Type: fact.Set, Texts: []string{[]string{"nsclc", "lymphoma", "osteoarthritis_knee"}[n/2%3]}}}
		}
		p := m.Profile(a, today, nil)
		var considered []*matcher.Candidate
		before := map[string]matcher.Verdict{}
		for i := range cs {
			if m.Considered(&cs[i], p) {
				considered = append(considered, &cs[i])
				before[cs[i].Trial.ID] = m.Assess(cs[i].Listing, p).Verdict
			}
		}
		plain := func(id string, v *fact.Value) (back []string, loses int) {
			with := m.Profile(changed(a, id, v), today, nil)
			for _, c := range considered {
				switch after := m.Assess(c.Listing, with).Verdict; {
				case before[c.Trial.ID] == matcher.RuledOut && after != matcher.RuledOut:
					back = append(back, c.Trial.ID)
				case before[c.Trial.ID] != matcher.RuledOut && after == matcher.RuledOut:
					loses++
				}
			}
			return back, loses
		}
		told := map[string]bool{}
		for _, alt := range set.WhatIf(p, matcher.Only{}) {
			told[alt.Fact] = true
			back, _ := plain(alt.Fact, nil)
			if len(back) != alt.Alone || !allAmong(alt.Trials, back) {
				t.Errorf("person %d: %s alone rules out %d (%v), want %d", n, alt.Fact, alt.Alone, alt.Trials, len(back))
			}
			for _, other := range alt.Instead {
				tried++
				back, loses := plain(alt.Fact, &other.Value)
				if len(back) != other.Returns || loses != other.Loses || !allAmong(other.Trials, back) {
					t.Errorf("person %d: %s = %v brings back %d and loses %d, want %d and %d", n, alt.Fact, other.Answer, other.Returns, other.Loses, len(back), loses)
				}
			}
		}
		for id := range p.Given {
			if back, _ := plain(id, nil); len(back) > 0 != told[id] {
				t.Errorf("person %d: %s alone rules out %d trials, told %v", n, id, len(back), told[id])
			}
		}
	}
	if tried < 60 {
		t.Errorf("only %d other answers tried", tried)
	}
}

func allAmong(some, all []string) bool {
	return !slices.ContainsFunc(some, func(id string) bool { return !slices.Contains(all, id) })
}

// TestDecidedByIsWhatAloneDecides holds the answers that a trial names against the
// verdict without each of them.
func TestDecidedByIsWhatAloneDecides(t *testing.T) {
	m := newMatcher(t)
	cs := openCorpus(t, m)
	r := rand.New(rand.NewPCG(20261125, 13))
	ruledOut, named := 0, 0
	for n := range 200 {
		a := someAnswers(m, r)
		p := m.Profile(a, today, nil)
		c := &cs[r.IntN(len(cs))]
		got := m.One(c, p)
		var want []string
		if got.Verdict == matcher.RuledOut {
			ruledOut++
			for _, f := range m.Facts.All() {
				if a.Facts[f.ID] != nil && m.Assess(c.Listing, m.Profile(changed(a, f.ID, nil), today, nil)).Verdict != matcher.RuledOut {
					want = append(want, f.ID)
				}
			}
		}
		if named += len(want); !slices.Equal(got.DecidedBy, want) && len(got.DecidedBy)+len(want) > 0 {
			t.Errorf("person %d, %s: decided by %v, want %v", n, c.Trial.ID, got.DecidedBy, want)
		}
	}
	if ruledOut < 50 || named < 20 {
		t.Errorf("only %d ruled out, %d answers that decided: the test tries too little", ruledOut, named)
	}
}

func TestWhatIf(t *testing.T) {
	m := newMatcher(t)
	trial := aTrial(t, nil)
	base := m.Read(&trial)
	candidate := func(rules ...string) matcher.Candidate {
		return matcher.Candidate{Trial: trial, Listing: listing(t, base, rules...)}
	}
	const (
		ecog     = `{"fact":"performance_ecog","op":"<=","value":1}`
		noChemo  = `{"fact":"prior_chemo","op":"=","value":false}`
		platinum = `{"fact":"prior_platinum","op":"=","value":true}`
		alt      = `{"fact":"alt_uln","op":"<=","value":2.5}`
	)
	known := `"age":62,"condition":["nsclc"]`
	type wanted struct {
		fact    string
		alone   int
		offered bool
		instead []any // value, returns, loses; three by three
	}
	tests := []struct {
		name  string
		facts string
		cs    []matcher.Candidate
		want  []wanted
	}{
		{"nothing is ruled out", known + `,"performance_ecog":1`, []matcher.Candidate{candidate(ecog)}, nil},
		{"one answer alone", known + `,"performance_ecog":3`, []matcher.Candidate{candidate(ecog), candidate(noChemo)},
			[]wanted{{"performance_ecog", 1, true, []any{0.0, 1, 0, 1.0, 1, 0}}}},
		{"two answers together are none alone", known + `,"performance_ecog":3,"prior_chemo":true`, []matcher.Candidate{candidate(ecog, noChemo)}, nil},
		{"what follows from an answer goes with it", known + `,"prior_lines":0`, []matcher.Candidate{candidate(platinum, `{"fact":"prior_lines","op":"<=","value":2}`)},
			[]wanted{{"prior_lines", 1, true, []any{1.0, 1, 0, 2.0, 1, 0}}}},
		{"what comes back and what goes", known + `,"prior_chemo":true`, []matcher.Candidate{candidate(noChemo), candidate(`{"fact":"prior_chemo","op":"=","value":true}`)},
			[]wanted{{"prior_chemo", 1, true, []any{false, 1, 1}}}},
		{"age is told and not offered", `"age":80,"condition":["nsclc"]`, []matcher.Candidate{candidate(ecog)}, []wanted{{"age", 1, false, nil}}},
		{"a value measured against the laboratory's limit", known + `,"alt":{"value":200,"unit":"U/L","uln":40}`, []matcher.Candidate{candidate(alt)},
			[]wanted{{"alt", 1, true, []any{50.0, 1, 0}}}},
		{"an answer that another excludes is not tried", `"age":62,"sex":"male","pregnant":false,"condition":["nsclc"]`, []matcher.Candidate{candidate(`{"fact":"pregnant","op":"=","value":true}`)}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := m.NewSet(tt.cs).WhatIf(profile(t, `{"facts":{`+tt.facts+`}}`), matcher.Only{})
			if len(got) != len(tt.want) {
				t.Fatalf("got %+v, want %+v", got, tt.want)
			}
			for i, w := range tt.want {
				var instead []any
				for _, o := range got[i].Instead {
					instead = append(instead, o.Answer, o.Returns, o.Loses)
				}
				if got[i].Fact != w.fact || got[i].Alone != w.alone || got[i].Offered != w.offered || !slices.Equal(instead, w.instead) {
					t.Errorf("got %+v, want %+v", got[i], w)
				}
			}
		})
	}
}
