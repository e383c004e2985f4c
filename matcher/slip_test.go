package matcher_test

import (
	"strings"
	"testing"

	"trialfinder/matcher"
	"trialfinder/trials"
)

// slipOf is the slip of an invented trial with a site, two phases and demands of all kinds.
func slipOf(tb testing.TB, m *matcher.Matcher) []byte {
	tb.Helper()
	t := trials.Trial{
		ID: "NCT99000001", Status: trials.Recruiting, StudyType: trials.Interventional, Conditions: []string{"Melanoma"},
		Phases:        []trials.Phase{trials.Phase1, trials.Phase2},
		Interventions: []trials.Intervention{{Type: "DRUG", Name: "Nivolumab"}},
		Sites:         []trials.Site{{City: "Aarhus", Country: "Denmark", GeoPoint: &trials.GeoPoint{Lat: 56.2, Lon: 10.2}}, {City: "Lyon", Country: "France"}},
		Eligibility: trials.Eligibility{Sex: trials.Female, Criteria: "Inclusion Criteria:\n* Age 18 or older\n* ECOG 0-1\n" +
			"Exclusion Criteria:\n* Prior cisplatin\n* HIV or active hepatitis B\n* Diabetes\n* Platelets below 100,000/mm3"},
	}
	l := m.Read(&t)
	return m.Slip(&t, &l)
}

func TestSlipThatIsCutShortIsRefused(t *testing.T) {
	m := newMatcher(t)
	slip := slipOf(t, m)
	if err := m.NewBuilder(1).Add(slip); err != nil {
		t.Fatal(err)
	}
	for n := range slip {
		if err := m.NewBuilder(1).Add(slip[:n]); err == nil || !strings.Contains(err.Error(), "derive the trial again") {
			t.Errorf("of %d bytes the first %d: got %v, want a word on what to do", len(slip), n, err)
		}
	}
	if err := m.NewBuilder(1).Add(append(slip, 0)); err == nil {
		t.Error("bytes behind the end are taken")
	}
}

func TestSetRefusesMoreTrialsThanItWasMadeFor(t *testing.T) {
	m := newMatcher(t)
	b, slip := m.NewBuilder(64), slipOf(t, m)
	for range 64 {
		if err := b.Add(slip); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Add(slip); err == nil {
		t.Error("a 65th is taken")
	}
}

// FuzzSlip: whatever the bytes, a set is built of what is whole, and answers.
func FuzzSlip(f *testing.F) {
	m := newMatcher(f)
	whole := slipOf(f, m)
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	p := profile(f, woman62)
	f.Fuzz(func(t *testing.T, slip []byte) {
		b := m.NewBuilder(2)
		if b.Add(slip) != nil {
			return
		}
		if err := b.Add(whole); err != nil {
			t.Fatal(err)
		}
		set := b.Set(func(int) (*matcher.Candidate, error) { return &matcher.Candidate{}, nil })
		if _, err := set.Match(p, matcher.Options{RuledOut: true}); err != nil {
			t.Error(err)
		}
	})
}
