package index_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"trialfinder/matcher"
	"trialfinder/matcher/index"
	"trialfinder/trials"
)

// shelfOf is a store of trials as they were synced at a time.
func shelfOf(stored ...trials.Stored) *memory {
	return &memory{stored: stored, derived: map[string]trials.Derived{}}
}

// TestSameThreeSameResult: rules, version of the listings and time of the sync name a
// result. Whatever changes the listings changes the version.
func TestSameThreeSameResult(t *testing.T) {
	m, err := matcher.New()
	if err != nil {
		t.Fatal(err)
	}
	answers, err := m.ParseAnswers(bytes.NewReader([]byte(`{"facts":{"age":62,"sex":"female","condition":["melanoma"],"country":"DK"}}`)), time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	aarhus := trials.Site{Facility: "Fjord Hospital", City: "Aarhus", Country: "Denmark", Status: trials.Recruiting}
	all := []trials.Stored{stored("NCT99000001", "a", aarhus), stored("NCT99000002", "b"), stored("NCT99000003", "c")}
	result := func(s *memory) (matcher.Match, []byte) {
		t.Helper()
		x, err := index.New(t.Context(), s, m)
		if err != nil {
			t.Fatal(err)
		}
		out, err := x.Snapshot().Match(m.Profile(answers, time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC), x.Snapshot().Towns), matcher.Options{RuledOut: true})
		if err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(out)
		if err != nil {
			t.Fatal(err)
		}
		return out, b
	}
	first, text := result(shelfOf(all...))
	if first.Rules == "" || first.ListingVersion == "" || first.Listings == nil || first.Day != "2026-11-25" || len(first.Trials) != 3 {
		t.Fatalf("got %+v, want the rules, the version of the listings, their time and the day", first)
	}
	turned := slices.Clone(all)
	slices.Reverse(turned)
	if _, again := result(shelfOf(turned...)); !bytes.Equal(text, again) {
		t.Errorf("the same listings in another order give\n%s\nwant\n%s", again, text)
	}
	for name, change := range map[string]func([]trials.Stored) []trials.Stored{
		"another listing": func(s []trials.Stored) []trials.Stored { s[1] = stored("NCT99000002", "changed"); return s },
		"one more":        func(s []trials.Stored) []trials.Stored { return append(s, stored("NCT99000004", "d")) },
		"one less":        func(s []trials.Stored) []trials.Stored { return s[:2] },
		"one that closed": func(s []trials.Stored) []trials.Stored { s[0].Trial.Status = trials.Completed; return s },
	} {
		got, _ := result(shelfOf(change(slices.Clone(all))...))
		if got.ListingVersion == first.ListingVersion || got.Rules != first.Rules {
			t.Errorf("%s: got version %s and rules %s, want another version than %s under the same rules", name, got.ListingVersion, got.Rules, first.ListingVersion)
		}
	}
}

// TestVersionOfTrialsFromAFile: without the registry's record, the trial itself counts.
func TestVersionOfTrialsFromAFile(t *testing.T) {
	m, err := matcher.New()
	if err != nil {
		t.Fatal(err)
	}
	of := func(title string) string {
		s := stored("NCT99000001", "")
		s.Trial.BriefTitle = title
		snap, err := index.Of(m, []trials.Stored{s})
		if err != nil {
			t.Fatal(err)
		}
		return snap.Version
	}
	one, again, another := of("One"), of("One"), of("Another")
	if one != again || one == another {
		t.Errorf("got %s, %s and %s, want the same twice and then another", one, again, another)
	}
}
