package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"trialfinder/trials"
	"trialfinder/trials/store"
	"trialfinder/trials/store/storetest"
)

func TestPutThenGet(t *testing.T) {
	db := storetest.Open(t)
	rec := record(nct(1))
	at := time.Date(2026, time.March, 1, 2, 3, 4, 567, time.FixedZone("CET", 3600))
	changes := put(t, db, at, rec)
	if diff := cmp.Diff([]trials.Change{trials.Added}, changes); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	got, err := db.Get(t.Context(), nct(1))
	if err != nil {
		t.Fatal(err)
	}
	want := trials.Stored{Trial: rec.Trial, SourceHash: rec.Hash(), Synced: at.UTC()}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
	raw, err := db.Raw(t.Context(), nct(1))
	if err != nil || string(raw) != string(rec.Raw) {
		t.Errorf("raw: got %q, %v, want %q", raw, err, rec.Raw)
	}
}

func TestGetByIDOrAlias(t *testing.T) {
	db := storetest.Open(t,
		record("NCT99000001", func(t *trials.Trial) {
			t.Aliases = []string{"NCT99000801"}
			t.SecondaryIDs = []trials.SecondaryID{{ID: "2023-599999-11-00"}, {ID: "ABC-7"}, {ID: "nct99000003"}}
		}),
		record("2023-599999-22-01", func(t *trials.Trial) { t.Source = trials.CTIS }),
		record("NCT99000003"),
		record("NCT99000005", func(t *trials.Trial) { t.Aliases = []string{"NCT99000805"} }),
		record("NCT99000004", func(t *trials.Trial) { t.Aliases = []string{"NCT99000805"} }),
	)
	tests := []struct{ name, ask, want string }{
		{"id", "NCT99000001", "NCT99000001"},
		{"lower case", "nct99000001", "NCT99000001"},
		{"blanks around", " NCT99000001\n", "NCT99000001"},
		{"alias", "NCT99000801", "NCT99000001"},
		{"alias in lower case", "nct99000801", "NCT99000001"},
		{"secondary id of another registry", "2023-599999-11-00", "NCT99000001"},
		{"the same without its resubmission", "2023-599999-11", "NCT99000001"},
		{"the same in another resubmission", "2023-599999-11-02", "NCT99000001"},
		{"id without its resubmission", "2023-599999-22", "2023-599999-22-01"},
		{"id in another resubmission", "2023-599999-22-00", "2023-599999-22-01"},
		{"an id goes before an alias", "NCT99000003", "NCT99000003"},
		{"two claim the alias: the first", "NCT99000805", "NCT99000004"},
		{"a sponsor's own number", "ABC-7", ""},
		{"unknown", "NCT99000009", ""},
		{"empty", "", ""},
		{"a wildcard", "NCT%", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := db.Get(t.Context(), tt.ask)
			_, rawErr := db.Raw(t.Context(), tt.ask)
			if tt.want == "" {
				if !errors.Is(err, trials.ErrNotFound) || !errors.Is(rawErr, trials.ErrNotFound) {
					t.Errorf("%q: got %q, %v and %v, want ErrNotFound", tt.ask, got.Trial.ID, err, rawErr)
				}
				return
			}
			if err != nil || rawErr != nil || got.Trial.ID != tt.want {
				t.Errorf("%q: got %q, %v and %v, want %q", tt.ask, got.Trial.ID, err, rawErr, tt.want)
			}
		})
	}
}

func TestPutAgain(t *testing.T) {
	other := record(nct(1), title("Another title"))
	readAnew := record(nct(1))
	readAnew.Trial.Keywords = []string{"read by a better normaliser"}
	tests := []struct {
		name   string
		at     time.Time
		rec    trials.Record
		want   trials.Change
		moves  bool // the generation
		synced time.Time
		stale  bool // the derived row
	}{
		{"the same", day2, record(nct(1)), trials.Unchanged, false, day2, false},
		{"the same, of an earlier sync", day1.Add(-time.Hour), record(nct(1)), trials.Unchanged, false, day1, false},
		{"another record", day2, other, trials.Updated, true, day2, true},
		{"the same record, read otherwise", day2, readAnew, trials.Unchanged, true, day2, true},
		{"another case of the id", day2, record("nct99000001"), trials.Updated, true, day2, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			db := storetest.Open(t)
			first := record(nct(1))
			put(t, db, day1, first)
			derive(t, db, trials.Derived{TrialID: nct(1), SourceHash: first.Hash(), RuleSet: "r1"})
			before := generation(t, db)
			if got := put(t, db, tt.at, tt.rec); got[0] != tt.want {
				t.Errorf("change: got %v, want %v", got[0], tt.want)
			}
			if moved := generation(t, db) != before; moved != tt.moves {
				t.Errorf("generation moved: got %v, want %v", moved, tt.moves)
			}
			got, err := db.Get(t.Context(), nct(1))
			if err != nil {
				t.Fatal(err)
			}
			want := trials.Stored{Trial: tt.rec.Trial, SourceHash: tt.rec.Hash(), Synced: tt.synced}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("stored (-want +got):\n%s", diff)
			}
			if stale := len(all(t, db.Stale(t.Context(), "r1"))) == 1; stale != tt.stale {
				t.Errorf("stale: got %v, want %v", stale, tt.stale)
			}
			if n, err := db.Count(t.Context()); n != 1 || err != nil {
				t.Errorf("count: got %d, %v, want 1", n, err)
			}
		})
	}
}

// What hangs on a listing follows it.
func TestPutReplacesAllParts(t *testing.T) {
	db := storetest.Open(t, record(nct(1), title("Glacier study"), func(t *trials.Trial) { t.Aliases = []string{nct(801)} }))
	put(t, db, day2, record(nct(1), title("Meadow study"), func(t *trials.Trial) {
		t.Aliases = []string{nct(802)}
		t.Sites = []trials.Site{{City: "Gent", Country: "Belgium"}, {City: "Lyon", Country: "France"}}
	}))
	for text, want := range map[string]int{"glacier": 0, nct(801): 0, "meadow": 1, nct(802): 1} {
		if got := found(t, db, store.Query{Text: text}); len(got) != want {
			t.Errorf("search %q: got %v, want %d hits", text, got, want)
		}
	}
	for country, want := range map[string]int{"DK": 0, "BE": 1, "FR": 1} {
		if got := found(t, db, store.Query{Countries: []string{country}}); len(got) != want {
			t.Errorf("country %s: got %v, want %d hits", country, got, want)
		}
	}
	if _, err := db.Get(t.Context(), nct(801)); !errors.Is(err, trials.ErrNotFound) {
		t.Errorf("the old alias: got %v, want ErrNotFound", err)
	}
}

func TestPutIsAllOrNothing(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	good := []trials.Record{record(nct(1)), record(nct(2))}
	tests := []struct {
		name   string
		ctx    context.Context
		recs   []trials.Record
		synced time.Time
		want   error
	}{
		{"a record without an id", t.Context(), append(good, record("")), day1, trials.ErrInvalid},
		{"no time of sync", t.Context(), good, time.Time{}, trials.ErrInvalid},
		{"cancelled", cancelled, good, day1, context.Canceled},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			db := storetest.Open(t)
			if changes, err := db.Put(tt.ctx, tt.recs, tt.synced); changes != nil || !errors.Is(err, tt.want) {
				t.Errorf("got %v, %v, want %v", changes, err, tt.want)
			}
			if n, err := db.Count(t.Context()); n != 0 || err != nil {
				t.Errorf("count: got %d, %v, want 0", n, err)
			}
		})
	}
}

// A full disk must leave what was there.
func TestPutOnAFullDisk(t *testing.T) {
	db := storetest.Open(t, record(nct(1)))
	pages, err := db.Int(t.Context(), `PRAGMA page_count`)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.LimitPages(t.Context(), pages); err != nil {
		t.Fatal(err)
	}
	var recs []trials.Record
	for i := range 200 {
		recs = append(recs, record(nct(i), title(strings.Repeat("long ", i))))
	}
	if _, err := db.Put(t.Context(), recs, day2); err == nil || !strings.Contains(err.Error(), "full") {
		t.Fatalf("got %v, want an error that says the disk is full", err)
	}
	if got := ids(all(t, db.Each(t.Context(), trials.Filter{}))); !cmp.Equal(got, []string{nct(1)}) {
		t.Errorf("got %v, want the one that was there", got)
	}
	if err := db.LimitPages(t.Context(), 1<<20); err != nil {
		t.Fatal(err)
	}
	put(t, db, day2, recs...)
}

func TestEach(t *testing.T) {
	db := storetest.Open(t)
	put(t, db, day1, record(nct(3)), record(nct(1), status(trials.Completed)), record(nct(5), status("NEW_STATUS")))
	put(t, db, day2, record(nct(2), status(trials.NotYetRecruiting)), record(nct(4), status(trials.Available)),
		record("2023-599999-22-00", func(t *trials.Trial) { t.Source = trials.CTIS }))
	put(t, db, day2, record(nct(1), status(trials.Completed)), record(nct(3), title("Changed")))
	put(t, db, day2, record(nct(6)))
	remove(t, db, day3, nct(6))
	tests := []struct {
		name   string
		filter trials.Filter
		want   []string
	}{
		{"all in order", trials.Filter{}, []string{"2023-599999-22-00", nct(1), nct(2), nct(3), nct(4), nct(5)}},
		{"open only", trials.Filter{OpenOnly: true}, []string{"2023-599999-22-00", nct(2), nct(3), nct(4)}},
		{"changed since", trials.Filter{Since: day2}, []string{"2023-599999-22-00", nct(2), nct(3), nct(4)}},
		{"changed since a moment later", trials.Filter{Since: day2.Add(1)}, []string{}},
		{"one registry", trials.Filter{Source: trials.CTIS}, []string{"2023-599999-22-00"}},
		{"all at once", trials.Filter{OpenOnly: true, Since: day2, Source: trials.CTGov}, []string{nct(2), nct(3), nct(4)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, ids(all(t, db.Each(t.Context(), tt.filter)))); diff != "" {
				t.Errorf("%+v (-want +got):\n%s", tt.filter, diff)
			}
		})
	}
}

func TestEachMayStopAndNest(t *testing.T) {
	db := storetest.Open(t, record(nct(1)), record(nct(2)), record(nct(3)))
	seq := db.Each(t.Context(), trials.Filter{})
	var got []string
	for outer, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		for inner, err := range seq { // the same sequence, within itself
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, outer.Trial.ID+inner.Trial.ID)
			break
		}
		put(t, db, day3, record(nct(4))) // writing meanwhile changes nothing here
	}
	want := []string{nct(1) + nct(1), nct(2) + nct(1), nct(3) + nct(1)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEachGivesItsErrorLast(t *testing.T) {
	db := storetest.Open(t, record(nct(1)), record(nct(2)))
	if err := db.Exec(t.Context(), `UPDATE body SET doc = x'00' WHERE version = (SELECT version FROM trial WHERE id = ?)`, nct(2)); err != nil {
		t.Fatal(err)
	}
	var seen []string
	var last error
	for s, err := range db.Each(t.Context(), trials.Filter{}) {
		seen, last = append(seen, s.Trial.ID), err
	}
	if !cmp.Equal(seen, []string{nct(1), ""}) || last == nil {
		t.Errorf("got %q and %v, want the first listing, then an error", seen, last)
	}
}

func TestRemove(t *testing.T) {
	db := storetest.Open(t)
	put(t, db, day1, record(nct(1)), record(nct(2)))
	before := generation(t, db)
	remove(t, db, day2, nct(1))
	if got := generation(t, db); got == before {
		t.Error("the generation did not move")
	}
	stored, err := db.Get(t.Context(), nct(1))
	if !errors.Is(err, trials.ErrRemoved) || !errors.Is(err, trials.ErrNotFound) || stored.Trial.BriefTitle == "" {
		t.Errorf("get: got %q, %v, want the last listing with ErrRemoved", stored.Trial.BriefTitle, err)
	}
	if got := found(t, db, store.Query{}); !cmp.Equal(got, []string{nct(2)}) {
		t.Errorf("search: got %v, want only %s", got, nct(2))
	}
	if n, err := db.Count(t.Context()); n != 1 || err != nil {
		t.Errorf("count: got %d, %v, want 1", n, err)
	}
	if got := put(t, db, day3, record(nct(1))); got[0] != trials.Updated {
		t.Errorf("put again: got %v, want Updated", got)
	}
	if _, err := db.Get(t.Context(), nct(1)); err != nil {
		t.Errorf("get once it is back: %v", err)
	}
	if got := found(t, db, store.Query{Text: nct(1)}); len(got) != 1 {
		t.Errorf("search once it is back: got %v, want it", got)
	}
}
