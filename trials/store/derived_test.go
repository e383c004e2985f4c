package store_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trialfinder/trials"
	"trialfinder/trials/store"
	"trialfinder/trials/store/storetest"
)

// derivedRows are the current derived rows of the listings.
func derivedRows(tb testing.TB, db *store.DB, ruleSet string) []trials.Derived {
	tb.Helper()
	var out []trials.Derived
	for s, err := range db.Each(tb.Context(), trials.Filter{}) {
		if err != nil {
			tb.Fatal(err)
		}
		row, err := db.Derived(tb.Context(), s.Trial.ID, ruleSet)
		switch {
		case err == nil:
			out = append(out, row)
		case !errors.Is(err, trials.ErrNotFound):
			tb.Fatal(err)
		}
	}
	return out
}

func derive(tb testing.TB, db *store.DB, rows ...trials.Derived) {
	tb.Helper()
	if err := db.PutDerived(tb.Context(), rows); err != nil {
		tb.Fatal(err)
	}
}

func TestDerivedComesBack(t *testing.T) {
	one, two := record(nct(1)), record(nct(2))
	db := storetest.Open(t, two, one)
	want := []trials.Derived{
		{TrialID: nct(1), SourceHash: one.Hash(), RuleSet: "r1", Blob: []byte(`{"criteria":[]}`), Slip: []byte{1, 2},
			Facets: []trials.Facet{{Kind: "condition", Value: `a"b`}, {Kind: "therapy", Value: "nk"}}},
		{TrialID: nct(2), SourceHash: two.Hash(), RuleSet: "r1", Blob: []byte{}},
	}
	before := generation(t, db)
	derive(t, db, trials.Derived{TrialID: nct(1), Facets: []trials.Facet{{Kind: "therapy", Value: "old"}}})
	derive(t, db, want[1], trials.Derived{TrialID: nct(1), SourceHash: one.Hash(), RuleSet: "r1", Blob: want[0].Blob, Slip: want[0].Slip,
		Facets: []trials.Facet{want[0].Facets[1], want[0].Facets[0], want[0].Facets[1]}}) // in another order, and one twice
	if diff := cmp.Diff(want, derivedRows(t, db, "r1")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := generation(t, db); got != before+2 {
		t.Errorf("generation: got %d, want %d", got, before+2)
	}
}

// Stale and EachDerived part the listings between them.
func TestStale(t *testing.T) {
	one := record(nct(1))
	current := trials.Derived{TrialID: nct(1), SourceHash: one.Hash(), RuleSet: "r1"}
	tests := []struct {
		name  string
		do    func(*testing.T, *store.DB)
		stale bool
	}{
		{"current", func(t *testing.T, db *store.DB) { derive(t, db, current) }, false},
		{"missing", func(*testing.T, *store.DB) {}, true},
		{"other rules", func(t *testing.T, db *store.DB) {
			derive(t, db, trials.Derived{TrialID: nct(1), SourceHash: one.Hash(), RuleSet: "r0"})
		}, true},
		{"another record", func(t *testing.T, db *store.DB) {
			derive(t, db, current)
			put(t, db, day2, record(nct(1), title("Changed")))
		}, true},
		{"made while the record changed", func(t *testing.T, db *store.DB) {
			put(t, db, day2, record(nct(1), title("Changed")))
			derive(t, db, current)
		}, true},
		{"the same record again", func(t *testing.T, db *store.DB) {
			derive(t, db, current)
			put(t, db, day2, one)
		}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			db := storetest.Open(t, one)
			tt.do(t, db)
			stale, derived := all(t, db.Stale(t.Context(), "r1")), derivedRows(t, db, "r1")
			if got := len(stale) == 1; got != tt.stale {
				t.Errorf("stale: got %v, want %v", got, tt.stale)
			}
			if len(stale)+len(derived) != 1 {
				t.Errorf("got %d stale and %d derived, want the listing in one of them", len(stale), len(derived))
			}
		})
	}
}

// The step after the sync writes while it iterates.
func TestStaleWhilePutting(t *testing.T) {
	db := storetest.Open(t, record(nct(1)), record(nct(2)), record(nct(3)))
	var seen []string
	for s, err := range db.Stale(t.Context(), "r1") {
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, s.Trial.ID)
		derive(t, db, trials.Derived{TrialID: s.Trial.ID, SourceHash: s.SourceHash, RuleSet: "r1"})
	}
	if want := []string{nct(1), nct(2), nct(3)}; !cmp.Equal(want, seen) {
		t.Errorf("got %v, want %v", seen, want)
	}
	if left := ids(all(t, db.Stale(t.Context(), "r1"))); len(left) != 0 {
		t.Errorf("got %v still stale, want none", left)
	}
}

func TestDerivedOfRemovedTrialsIsLeftOut(t *testing.T) {
	one := record(nct(1))
	db := storetest.Open(t, one, record(nct(2)))
	derive(t, db, trials.Derived{TrialID: nct(1), SourceHash: one.Hash(), RuleSet: "r1"})
	remove(t, db, day2, nct(1), nct(2))
	stale, derived := all(t, db.Stale(t.Context(), "r1")), derivedRows(t, db, "r1")
	if len(stale)+len(derived) != 0 {
		t.Errorf("got %d stale and %d derived, want none", len(stale), len(derived))
	}
}

func TestPutDerivedIsAllOrNothing(t *testing.T) {
	db := storetest.Open(t, record(nct(1)))
	err := db.PutDerived(t.Context(), []trials.Derived{{TrialID: nct(1), RuleSet: "r1"}, {TrialID: nct(9)}})
	if !errors.Is(err, trials.ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
	if n, err := db.Int(t.Context(), `SELECT count(*) FROM derived`); n != 0 || err != nil {
		t.Errorf("got %d rows, %v, want none", n, err)
	}
}
