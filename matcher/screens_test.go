package matcher_test

import (
	"slices"
	"strings"
	"testing"

	"trialfinder/matcher"
)

func TestScreens(t *testing.T) {
	m := newMatcher(t)
	trial := aTrial(t, nil)
	base := m.Read(&trial)
	candidate := func(rules ...string) matcher.Candidate {
		return matcher.Candidate{Trial: trial, Listing: listing(t, base, rules...)}
	}
	const (
		chemo   = `{"fact":"prior_chemo","op":"=","value":true}`
		radio   = `{"fact":"prior_radiotherapy","op":"=","value":false}`
		stage   = `{"fact":"stage","op":"in","value":[3,4]}`
		anc     = `{"fact":"neutrophils","op":">=","value":1.5}`
		alt     = `{"fact":"alt","op":"<=","value":100}`
		altULN  = `{"fact":"alt_uln","op":"<=","value":2.5}`
		bilULN  = `{"fact":"bilirubin_uln","op":"<=","value":1.5}`
		hepB    = `{"fact":"hepatitis_b","op":"=","value":"none"}`
		surgery = `{"fact":"days_since_surgery","op":">=","value":28}`
	)
	cs := []matcher.Candidate{candidate(stage, chemo, anc), candidate(stage, radio), candidate(chemo), candidate(altULN, bilULN), candidate(alt), candidate(hepB), candidate(surgery)}
	known := `"age":62,"sex":"female","country":"DK","condition":["nsclc"]`
	tests := []struct{ name, facts, want string }{
		{"what comes first is asked by itself", ``, "condition|age|sex|country|"},
		{"questions of one kind on one screen", known,
			"prior_treatments: prior_chemo prior_radiotherapy|days_since_surgery|hepatitis_b|prior_platinum|stage|prior_lines|liver_values: bilirubin alt|neutrophils"},
		{"one that is left of a screen has a page to itself", known + `,"prior_chemo":true`,
			"days_since_surgery|hepatitis_b|stage|prior_radiotherapy|liver_values: bilirubin alt|neutrophils"},
		{"a multiple of the limit by itself where the value is answered", known + `,"prior_chemo":null,"alt":40,"stage":4,"prior_radiotherapy":null,"days_since_surgery":null`,
			"prior_platinum|hepatitis_b|prior_lines|bilirubin|neutrophils|alt_uln"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := profile(t, `{"facts":{`+tt.facts+`}}`)
			set := m.NewSet(cs)
			var got []string
			for _, s := range set.Screens(p) {
				var facts []string
				for _, q := range s.Questions {
					facts = append(facts, q.Fact)
				}
				line := strings.Join(facts, " ")
				if s.ID != "" {
					line = s.ID + ": " + line
				}
				got = append(got, line)
			}
			all := strings.Join(got, "|")
			if !(all == tt.want || strings.HasSuffix(tt.want, "|") && strings.HasPrefix(all, tt.want)) {
				t.Errorf("got  %s\nwant %s", all, tt.want)
			}
		})
	}
}

// TestScreensAskWhatAskAsks: every question is on one screen, and none is made up.
func TestScreensAskWhatAskAsks(t *testing.T) {
	m := newMatcher(t)
	set := m.NewSet(openCorpus(t, m))
	p := profile(t, `{"facts":{"age":62,"sex":"female","country":"DK","condition":["nsclc"]}}`)
	var asked, shown []string
	for _, q := range set.Ask(p) {
		_, as := m.ScreenOf(q.Fact, p)
		if !slices.Contains(asked, as) {
			asked = append(asked, as)
		}
	}
	several := 0
	for i, s := range set.Screens(p) {
		several += min(1, len(s.Questions)/2)
		for _, q := range s.Questions {
			shown = append(shown, q.Fact)
		}
		if i == 0 && s.Questions[0].Fact != asked[0] {
			t.Errorf("the first screen begins with %s, want %s", s.Questions[0].Fact, asked[0])
		}
		if s.ID == "" && len(s.Questions) != 1 || s.ID != "" && len(s.Questions) < 2 {
			t.Errorf("screen %q has %d questions", s.ID, len(s.Questions))
		}
	}
	slices.Sort(asked)
	slices.Sort(shown)
	if !slices.Equal(asked, shown) || several < 5 {
		t.Errorf("%d screens of several questions; shown %v, want %v", several, shown, asked)
	}
}
