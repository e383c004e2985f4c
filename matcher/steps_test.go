package matcher_test

import (
	"slices"
	"testing"

	"trialfinder/matcher"
	"trialfinder/trials"
)

// What each answer did adds up to what all of them did, and the trials that left are
// those of which the answer made a criterion not met.
func TestSteps(t *testing.T) {
	m := newMatcher(t)
	one := func(id, rule string) matcher.Candidate {
		trial := aTrial(t, func(tr *trials.Trial) { tr.ID = id })
		return matcher.Candidate{Trial: trial, Listing: listing(t, m.Read(&trial), rule)}
	}
	set := m.NewSet([]matcher.Candidate{
		one("NCT99000001", `{"fact":"prior_chemo","op":"=","value":true}`),
		one("NCT99000002", `{"fact":"prior_chemo","op":"=","value":false}`),
		one("NCT99000003", `{"fact":"performance_ecog","op":"<=","value":1}`),
		one("NCT99000004", `{"fact":"hemoglobin","op":">=","value":9}`),
	})
	answers := []string{`"condition":["nsclc"],"age":62`, `"prior_chemo":false`, `"performance_ecog":null`, `"performance_ecog":2`, `"hemoglobin":10`}
	text := ""
	profiles := []matcher.Profile{profile(t, `{"facts":{}}`)}
	for i, a := range answers {
		if i > 0 && i != 3 { // the fourth takes the place of the third
			text += ","
		}
		if i == 3 {
			text = answers[0] + "," + answers[1] + ","
		}
		text += a
		profiles = append(profiles, profile(t, `{"facts":{`+text+`}}`))
	}
	want := []matcher.Step{{Before: 4, After: 4}, {Before: 4, After: 3}, {Before: 3, After: 3}, {Before: 3, After: 2}, {Before: 2, After: 2}}
	if got := set.Steps(profiles); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	left, n, err := set.Left(profiles[1], profiles[2], 0, 20)
	if err != nil || n != 1 || len(left) != 1 || left[0].ID != "NCT99000001" || left[0].Verdict != matcher.RuledOut {
		t.Errorf("left with the second answer: got %d, %v, %v, want NCT99000001 alone, ruled out", n, left, err)
	}
	if left, n, err := set.Left(profiles[2], profiles[3], 0, 20); err != nil || n != 0 || len(left) != 0 {
		t.Errorf("left with an answer that is not known: got %d, %v, %v, want none", n, left, err)
	}
	if left, n, err := set.Left(profiles[0], profiles[4], 1, 20); err != nil || n != 2 || len(left) != 1 {
		t.Errorf("the second page of those that left: got %d, %v, %v, want one of two", n, left, err)
	}
}

// No more screens are weighed than were said to remain.
func TestScreensAreABound(t *testing.T) {
	m := newMatcher(t)
	trial := aTrial(t, nil)
	base := m.Read(&trial)
	var cs []matcher.Candidate
	for _, rule := range []string{
		`{"fact":"stage","op":"in","value":[3,4]}`, `{"fact":"prior_chemo","op":"=","value":true}`, `{"fact":"prior_radiotherapy","op":"=","value":false}`,
		`{"fact":"neutrophils","op":">=","value":1.5}`, `{"fact":"alt_uln","op":"<=","value":2.5}`, `{"fact":"hepatitis_b","op":"=","value":"none"}`,
	} {
		cs = append(cs, matcher.Candidate{Trial: trial, Listing: listing(t, base, rule)})
	}
	set := m.NewSet(cs)
	known := `"condition":["nsclc"],"sex":"female","country":"DK","age":62`
	before := 1000
	for _, more := range []string{"", `,"stage":4`, `,"stage":4,"prior_chemo":null`, `,"stage":4,"prior_chemo":true,"prior_radiotherapy":false,"hepatitis_b":"none","neutrophils":null`} {
		p := profile(t, `{"facts":{`+known+more+`}}`)
		match, err := set.Match(p, matcher.Options{})
		if err != nil {
			t.Fatal(err)
		}
		n, weighed := match.Screens, len(set.Screens(p))
		if n < weighed || n > before {
			t.Errorf("%s: got %d screens, want at least the %d that are weighed and no more than the %d before", more, n, weighed, before)
		}
		before = n
	}
}
