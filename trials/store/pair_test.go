package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trialfinder/trials"
	"trialfinder/trials/store"
	"trialfinder/trials/store/storetest"
)

// groups tells which listings go together, the leading one first.
func groups(t *testing.T, db *store.DB) []string {
	t.Helper()
	got := []string{}
	for _, s := range all(t, db.Each(t.Context(), trials.Filter{})) {
		group := []string{s.Trial.ID}
		for _, o := range s.Others {
			group = append(group, o.Trial.ID)
		}
		got = append(got, strings.Join(group, " + "))
	}
	slices.Sort(got)
	return got
}

func names(numbers ...string) func(*trials.Trial) {
	return func(t *trials.Trial) {
		for _, n := range numbers {
			t.SecondaryIDs = append(t.SecondaryIDs, trials.SecondaryID{ID: n})
		}
	}
}

func TestPairs(t *testing.T) {
	const eu, eu2, eudract = "2023-599999-22-00", "2023-599999-33-00", "2019-001234-56"
	sameTitle := title("One title for all")
	tests := []struct {
		name     string
		listings []trials.Record
		want     []string
	}{
		{"the EU's names ours", []trials.Record{record(nct(1)), record(eu, ctis, names(nct(1)))}, []string{nct(1) + " + " + eu}},
		{"ours names the EU's", []trials.Record{record(nct(1), names("EUCT "+eu)), record(eu, ctis)}, []string{nct(1) + " + " + eu}},
		{"ours names another application of it", []trials.Record{record(nct(1), names("2023-599999-22-03")), record(eu, ctis)}, []string{nct(1) + " + " + eu}},
		{"both name an older EudraCT number", []trials.Record{record(nct(1), names("EUCTR"+eudract+"-DK")), record(eu, ctis, names(eudract))}, []string{nct(1) + " + " + eu}},
		{"an alias is named", []trials.Record{record(nct(1), func(t *trials.Trial) { t.Aliases = []string{nct(801)} }), record(eu, ctis, names(nct(801)))}, []string{nct(1) + " + " + eu}},
		{"one title is no identifier", []trials.Record{record(nct(1), sameTitle), record(eu, ctis, sameTitle)}, []string{eu, nct(1)}},
		{"nor is a sponsor's number", []trials.Record{record(nct(1), names("ABC-1")), record(eu, ctis, names("ABC-1"))}, []string{eu, nct(1)}},
		{"two of one registry stay two", []trials.Record{record(nct(1), names(eudract)), record(nct(2), names(eudract))}, []string{nct(1), nct(2)}},
		{"an extension names its parent's number too: the EU's word decides", []trials.Record{record(nct(1), names(eu)), record(nct(2), names(eu)), record(eu, ctis, names(nct(1)))},
			[]string{nct(1) + " + " + eu, nct(2)}},
		{"and without it nobody's", []trials.Record{record(nct(1), names(eu)), record(nct(2), names(eu)), record(eu, ctis)}, []string{eu, nct(1), nct(2)}},
		{"two of the EU's name one of ours", []trials.Record{record(nct(1)), record(eu, ctis, names(nct(1))), record(eu2, ctis, names(nct(1)))}, []string{nct(1) + " + " + eu + " + " + eu2}},
		{"the one that takes people leads", []trials.Record{record(nct(1), status(trials.Completed)), record(eu, ctis, names(nct(1)))}, []string{eu + " + " + nct(1)}},
		{"of two closed ones ours", []trials.Record{record(nct(1), status(trials.Completed)), record(eu, ctis, names(nct(1)), status(trials.Completed))}, []string{nct(1) + " + " + eu}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, order := range []string{"at once", "forward", "backward"} {
				db := storetest.Open(t)
				recs := slices.Clone(tt.listings)
				switch order {
				case "at once":
					put(t, db, day1, recs...)
				case "backward":
					slices.Reverse(recs)
					fallthrough
				default:
					for _, r := range recs {
						put(t, db, day1, r)
					}
				}
				if diff := cmp.Diff(tt.want, groups(t, db)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", order, diff)
				}
				if n, err := db.Count(t.Context()); n != len(tt.want) || err != nil {
					t.Errorf("%s: count %d, %v, want %d", order, n, err, len(tt.want))
				}
			}
		})
	}
}

// A pair follows what its listings become.
func TestPairsChange(t *testing.T) {
	const eu = "2023-599999-22-00"
	db := storetest.Open(t)
	step := func(want string, recs ...trials.Record) {
		t.Helper()
		put(t, db, day1, recs...)
		if got := strings.Join(groups(t, db), ", "); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		for _, id := range []string{nct(1), eu} {
			got, err := db.Get(t.Context(), id)
			if err != nil || len(got.Others) != strings.Count(want, "+") {
				t.Errorf("get %s: got %s with %d others, %v", id, got.Trial.ID, len(got.Others), err)
			}
		}
	}
	step(nct(1)+" + "+eu, record(nct(1)), record(eu, ctis, names(nct(1))))
	step(eu+" + "+nct(1), record(nct(1), status(trials.Suspended)))
	step(nct(1)+" + "+eu, record(nct(1)))
	step(eu+", "+nct(1), record(eu, ctis)) // it names the other no more
	step(nct(1)+" + "+eu, record(eu, ctis, names(nct(1))))
	step(eu+", "+nct(1)+", "+nct(2), record(eu, ctis, names(nct(3))), record(nct(2)))

	step(nct(1)+" + "+eu+", "+nct(2), record(eu, ctis, names(nct(1))))
	remove(t, db, day2, nct(1))
	if got := groups(t, db); !cmp.Equal(got, []string{eu, nct(2)}) {
		t.Errorf("the leading one is gone: got %v", got)
	}
	step(nct(1)+" + "+eu+", "+nct(2), record(nct(1), title("again")))
}

// Both are derived and listed by their registry, whichever leads.
func TestPairedListingsAreStillListings(t *testing.T) {
	const eu = "2023-599999-22-00"
	db := storetest.Open(t, record(nct(1)), record(eu, ctis, names(nct(1))))
	if got := ids(all(t, db.Stale(t.Context(), "r1"))); !cmp.Equal(got, []string{eu, nct(1)}) {
		t.Errorf("stale: got %v, want both", got)
	}
	if got := ids(all(t, db.Each(t.Context(), trials.Filter{Source: trials.CTIS}))); !cmp.Equal(got, []string{eu}) {
		t.Errorf("of one registry: got %v, want %s", got, eu)
	}
	h, err := db.History(t.Context(), eu)
	if err != nil || h.ID != eu {
		t.Errorf("history: got %s, %v, want %s", h.ID, err, eu)
	}
}

// A database from before pairing is paired when it is opened.
func TestOldDatabaseIsPaired(t *testing.T) {
	const eu = "2023-599999-22-00"
	path := tempPath(t)
	db := open(t, store.Config{Path: path})
	put(t, db, day1, record(nct(1)), record(eu, ctis, names(nct(1))))
	for _, change := range []string{`DELETE FROM number`, `UPDATE trial SET led_by = NULL`} {
		if err := db.Exec(t.Context(), change); err != nil {
			t.Fatal(err)
		}
	}
	db.Close()
	if got := groups(t, open(t, store.Config{Path: path})); !cmp.Equal(got, []string{nct(1) + " + " + eu}) {
		t.Errorf("got %v, want the pair", got)
	}
}

// A match looks at a pair once, and what was made of the one that leads is made anew
// when the other changes: it holds the other's sites.
func TestSlipsOfPairs(t *testing.T) {
	const eu = "2023-599999-22-00"
	one, two := record(nct(1)), record(eu, ctis, names(nct(1)))
	db := storetest.Open(t, one, two, record(nct(5)))
	deriveAll := func() {
		t.Helper()
		for _, s := range all(t, db.Stale(t.Context(), "r1")) {
			row := trials.Derived{TrialID: s.Trial.ID, SourceHash: s.SourceHash, RuleSet: "r1", Criteria: 4, Unread: 1, Slip: []byte{byte(len(s.Others))}}
			derive(t, db, row)
		}
	}
	slips := func() (got []string) {
		t.Helper()
		for _, s := range all(t, db.Slips(t.Context(), "r1")) {
			got = append(got, fmt.Sprint(s.TrialID, s.Slip))
		}
		return got
	}
	deriveAll()
	if got := slips(); !cmp.Equal(got, []string{nct(1) + "[1]", nct(5) + "[0]"}) {
		t.Errorf("got %v, want the pair once, with the other listing in it", got)
	}
	if criteria, unread, err := db.Reading(t.Context()); criteria != 8 || unread != 2 || err != nil {
		t.Errorf("reading: got %d and %d, %v, want 8 and 2 of the two trials", criteria, unread, err)
	}
	put(t, db, day2, record(eu, ctis, names(nct(1)), title("changed")))
	if got := ids(all(t, db.Stale(t.Context(), "r1"))); !cmp.Equal(got, []string{eu, nct(1)}) {
		t.Errorf("stale: got %v, want both of the pair", got)
	}
	deriveAll()
	if got := slips(); len(got) != 2 {
		t.Errorf("got %v, want both trials again", got)
	}
}
