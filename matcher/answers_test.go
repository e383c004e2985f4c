package matcher_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"trialfinder/matcher"
	"trialfinder/matcher/fact"
	"trialfinder/trials"
)

var today = time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)

var loaded = sync.OnceValues(matcher.New)

func newMatcher(tb testing.TB) *matcher.Matcher {
	tb.Helper()
	m, err := loaded()
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

// profile draws up the profile of an answers file.
func profile(tb testing.TB, answers string) matcher.Profile {
	tb.Helper()
	m := newMatcher(tb)
	a, err := m.ParseAnswers(strings.NewReader(answers), today)
	if err != nil {
		tb.Fatalf("%s: %v", answers, err)
	}
	return m.Profile(a, today, nil)
}

func TestAnswersAreRead(t *testing.T) {
	tests := []struct {
		name, facts, asOf string
		fact              string
		want              fact.Span
		never             bool
	}{
		{name: "whole years last until the next birthday", facts: `{"age":62}`, fact: "age", want: fact.Span{Lo: 62, Hi: 63, HiOpen: true}},
		{name: "age in months", facts: `{"age":{"value":6,"unit":"mo"}}`, fact: "age", want: fact.Span{Lo: 0.5, Hi: 7.0 / 12, HiOpen: true}},
		{name: "age grows from as_of", facts: `{"age":62}`, asOf: "2025-11-24", fact: "age", want: fact.Span{Lo: 62 + 365/365.25, Hi: 63 + 365/365.25, HiOpen: true}},
		{name: "days grow from as_of", facts: `{"days_since_surgery":10}`, asOf: "2026-11-04", fact: "days_since_surgery", want: fact.Point(30)},
		{name: "never does not grow", facts: `{"days_since_mi":"never"}`, asOf: "2026-11-04", fact: "days_since_mi", never: true},
		{name: "weeks become days", facts: `{"days_since_surgery":{"value":4,"unit":"wk"}}`, fact: "days_since_surgery", want: fact.Point(28)},
		{name: "danish haemoglobin", facts: `{"hemoglobin":{"value":7.9,"unit":"mmol/L"}}`, fact: "hemoglobin", want: fact.Point(12.73006)},
		{name: "value with its upper limit gives the value", facts: `{"alt":{"value":80,"unit":"U/L","uln":40}}`, fact: "alt", want: fact.Point(80)},
		{name: "the last year of an interval lasts until the next birthday", facts: `{"age":{"min":60,"max":70}}`, fact: "age", want: fact.Span{Lo: 60, Hi: 71, HiOpen: true}},
		{name: "the limit of an age may stay open", facts: `{"age":{"min":60}}`, fact: "age", want: fact.Span{Lo: 60, Hi: 120}},
		{name: "not knowing the multiple takes nothing back", facts: `{"alt":{"value":80,"unit":"U/L","uln":40},"alt_uln":null}`, fact: "alt_uln", want: fact.Point(2)},
		{name: "value with its upper limit gives the multiple", facts: `{"alt":{"value":80,"unit":"U/L","uln":40}}`, fact: "alt_uln", want: fact.Point(2)},
		{name: "interval", facts: `{"prior_lines":{"min":3,"max":5}}`, fact: "prior_lines", want: fact.Span{Lo: 3, Hi: 5}},
		{name: "interval with one end", facts: `{"prior_lines":{"min":3}}`, fact: "prior_lines", want: fact.Span{Lo: 3, Hi: 20}},
		{name: "a month is an interval of days", facts: `{"days_since_surgery":{"date":"2026-10"}}`, fact: "days_since_surgery", want: fact.Span{Lo: 24, Hi: 54}},
		{name: "this month ends today", facts: `{"days_since_surgery":{"date":"2026-11"}}`, fact: "days_since_surgery", want: fact.Span{Lo: 0, Hi: 23}},
		{name: "a date does not grow again", facts: `{"days_since_surgery":{"date":"2026-11-14"}}`, asOf: "2026-11-20", fact: "days_since_surgery", want: fact.Point(10)},
		{name: "implied never", facts: `{"prior_lines":0}`, fact: "days_since_systemic", never: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			answers := `{"facts":` + tt.facts + `}`
			if tt.asOf != "" {
				answers = `{"as_of":"` + tt.asOf + `","facts":` + tt.facts + `}`
			}
			got, known := profile(t, answers).Facts[tt.fact]
			if !known {
				t.Fatalf("%s is not known", tt.fact)
			}
			near := math.Abs(got.Span.Lo-tt.want.Lo) < 1e-9 && math.Abs(got.Span.Hi-tt.want.Hi) < 1e-9
			if got.Never != tt.never || !tt.never && (!near || got.Span.HiOpen != tt.want.HiOpen) {
				t.Errorf("%s: got %+v, want %+v (never %v)", answers, got, tt.want, tt.never)
			}
		})
	}
}

func TestAnswersAreRefused(t *testing.T) {
	m := newMatcher(t)
	tests := []struct{ name, answers, names string }{
		{"unknown fact", `{"facts":{"shoe_size":43}}`, "shoe_size"},
		{"unknown key", `{"fact":{}}`, "fact"},
		{"trailing text", `{"facts":{}} {}`, "closing brace"},
		{"text for a number", `{"facts":{"age":"old"}}`, "age"},
		{"absurd age", `{"facts":{"age":200}}`, "age"},
		{"negative days", `{"facts":{"days_since_surgery":-1}}`, "days_since_surgery"},
		{"never where it can't be", `{"facts":{"age":"never"}}`, "age"},
		{"number for a bool", `{"facts":{"hiv":1}}`, "hiv"},
		{"unknown value", `{"facts":{"sex":"other"}}`, "sex"},
		{"stage as text", `{"facts":{"stage":"4"}}`, "stage"},
		{"no such stage", `{"facts":{"stage":7}}`, "stage"},
		{"unknown illness", `{"facts":{"condition":["gout_of_the_elbow"]}}`, "condition"},
		{"an illness that is no array", `{"facts":{"condition":"nsclc"}}`, "condition"},
		{"unknown country", `{"facts":{"country":"Denmark"}}`, "country"},
		{"a place off the globe", `{"facts":{"place":"99.0,10.0"}}`, "place"},
		{"unknown unit", `{"facts":{"hemoglobin":{"value":7,"unit":"furlong"}}}`, "hemoglobin"},
		{"out of range after conversion", `{"facts":{"hemoglobin":{"value":70,"unit":"mmol/L"}}}`, "hemoglobin"},
		{"min above max", `{"facts":{"prior_lines":{"min":5,"max":3}}}`, "prior_lines"},
		{"value and interval", `{"facts":{"prior_lines":{"value":5,"max":3}}}`, "prior_lines"},
		{"unknown key in a measure", `{"facts":{"prior_lines":{"about":5}}}`, "prior_lines"},
		{"upper limit of something without one", `{"facts":{"hemoglobin":{"value":7,"unit":"mmol/L","uln":9}}}`, "hemoglobin"},
		{"upper limit of nothing", `{"facts":{"alt":{"value":7,"uln":0}}}`, "alt"},
		{"date of something that does not pass", `{"facts":{"hemoglobin":{"date":"2026"}}}`, "hemoglobin"},
		{"date in the future", `{"facts":{"days_since_surgery":{"date":"2027"}}}`, "days_since_surgery"},
		{"as_of in the future", `{"as_of":"2026-12-01","facts":{}}`, "as_of"},
		{"as_of no day", `{"as_of":"yesterday","facts":{}}`, "as_of"},
		{"unknown therapy", `{"therapies":["homeopathy"],"facts":{}}`, "homeopathy"},
		{"unknown language", `{"lang":"tlh","facts":{}}`, "tlh"},
		{"no JSON", `age=62`, "invalid"},
		{"no object", `[1]`, "want an object"},
		{"null", `null`, "want an object"},
		{"the end that is out of range is named", `{"facts":{"age":{"min":60,"max":200}}}`, "age: 200 is out of range"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := m.ParseAnswers(strings.NewReader(tt.answers), today)
			if !errors.Is(err, matcher.ErrAnswers) || !strings.Contains(err.Error(), tt.names) {
				t.Errorf("%s: got %v, want an error that names %q", tt.answers, err, tt.names)
			}
		})
	}
}

func TestImplications(t *testing.T) {
	tests := []struct {
		name, facts, fact, want string
		contradicts             bool
	}{
		{name: "men are not pregnant", facts: `{"sex":"male"}`, fact: "pregnant", want: "false"},
		{name: "over two steps", facts: `{"prior_lines":0}`, fact: "prior_pd1", want: "false"},
		{name: "not none", facts: `{"brain_metastases":"active"}`, fact: "metastatic", want: "true"},
		{name: "I don't know is filled in", facts: `{"sex":"male","pregnant":null}`, fact: "pregnant", want: "false"},
		{name: "an answer is never overridden", facts: `{"prior_lines":0,"prior_chemo":true}`, fact: "prior_chemo", want: "true", contradicts: true},
		{name: "who has a kind of cancer has cancer", facts: `{"condition":["nsclc"]}`, fact: "cancer_ever", want: "current"},
		{name: "other illnesses say nothing of it", facts: `{"condition":["copd"]}`, fact: "cancer_ever"},
		{name: "a multiple that is not the value's", facts: `{"alt":{"value":80,"unit":"U/L","uln":40},"alt_uln":5}`, fact: "alt_uln", want: "5", contradicts: true},
		{name: "a multiple as far as people round", facts: `{"alt_uln":2.1,"alt":{"value":83,"unit":"U/L","uln":40}}`, fact: "alt_uln", want: "2.1"},
		{name: "an interval that may be 0 implies nothing", facts: `{"prior_lines":{"min":0,"max":1}}`, fact: "prior_chemo"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := profile(t, `{"facts":`+tt.facts+`}`)
			v, known := p.Facts[tt.fact]
			if known != (tt.want != "") || known && v.Is(tt.want) != fact.True {
				t.Errorf("%s of %s: got %+v, want %q", tt.fact, tt.facts, v, tt.want)
			}
			if got := len(p.Contradictions) > 0; got != tt.contradicts {
				t.Errorf("contradictions of %s: got %v, want %v", tt.facts, p.Contradictions, tt.contradicts)
			}
		})
	}
}

func FuzzParseAnswers(f *testing.F) {
	m := newMatcher(f)
	for _, s := range []string{
		`{"facts":{"age":62,"condition":["nsclc"],"alt":{"value":80,"unit":"U/L","uln":40}}}`,
		`{"as_of":"2026-05-01","facts":{"days_since_surgery":{"date":"2026-05"},"stage":3,"hiv":null}}`, `{"facts":{"age":1e309}}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := m.ParseAnswers(strings.NewReader(s), today)
		if err != nil {
			return
		}
		for id, v := range m.Profile(a, today, nil).Facts {
			if v.Type == fact.Number && !v.Never && !(v.Span.Lo <= v.Span.Hi) {
				t.Fatalf("%s: %s has the span %+v", s, id, v.Span)
			}
		}
	})
}

// Who is asked which of two answers is right must have given both.
func TestContradictionsNameAnswers(t *testing.T) {
	tests := []struct {
		facts string
		want  matcher.Contradiction
	}{
		{`{"prior_lines":0,"prior_chemo":true}`, matcher.Contradiction{Fact: "prior_chemo", Because: "prior_lines", Implies: "false"}},
		{`{"prior_lines":0,"prior_pd1":true}`, matcher.Contradiction{Fact: "prior_pd1", Because: "prior_lines", Implies: "false"}},
		{`{"alt":{"value":80,"unit":"U/L","uln":40},"alt_uln":5}`, matcher.Contradiction{Fact: "alt_uln", Because: "alt", Implies: "2"}},
	}
	for _, tt := range tests {
		p := profile(t, `{"facts":`+tt.facts+`}`)
		if !slices.Contains(p.Contradictions, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.facts, p.Contradictions, tt.want)
		}
		for _, c := range p.Contradictions {
			if !p.Given[c.Fact] && p.Derived[c.Fact] == "" || !p.Given[c.Because] {
				t.Errorf("%s: %v names what was not answered", tt.facts, c)
			}
		}
	}
}

// A cancer that the trial is for is no other malignancy, and other cancers are one still.
func TestOwnCancerRulesNobodyOut(t *testing.T) {
	m := newMatcher(t)
	tests := []struct {
		conditions []string
		facts      string
		want       matcher.Status
	}{
		{[]string{"Multiple Myeloma"}, `{"condition":["multiple_myeloma"]}`, matcher.Unknown},
		{[]string{"Multiple Myeloma"}, `{"condition":["multiple_myeloma"],"other_cancer_years":2}`, matcher.NotMet},
		{[]string{"A rare thing that no vocabulary knows"}, `{"condition":["multiple_myeloma"]}`, matcher.Unknown},
		{[]string{"Osteoarthritis"}, `{"condition":["osteoarthritis"],"cancer_ever":"current"}`, matcher.NotMet},
		{[]string{"Osteoarthritis"}, `{"condition":["osteoarthritis"],"cancer_ever":"none"}`, matcher.Met},
	}
	for _, tt := range tests {
		trial := aTrial(t, func(x *trials.Trial) {
			x.Conditions, x.BriefTitle, x.OfficialTitle, x.Keywords, x.ConditionMeSH = tt.conditions, "A trial", "", nil, nil
			x.Eligibility.Criteria = "Inclusion Criteria:\n\n* Age 18 or older\n\nExclusion Criteria:\n\n* Known HIV\n* Other malignancy within 5 years"
		})
		a := m.Assess(m.Read(&trial), profile(t, `{"facts":`+tt.facts+`}`))
		if got := a.Outcomes[len(a.Outcomes)-1].Status; got != tt.want {
			t.Errorf("%v, %s: got %s, want %s", tt.conditions, tt.facts, got, tt.want)
		}
	}
}
