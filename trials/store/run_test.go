package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"trialfinder/trials"
	"trialfinder/trials/store"
	"trialfinder/trials/store/storetest"
)

func begin(tb testing.TB, db *store.DB, run trials.Run) int64 {
	tb.Helper()
	id, err := db.BeginRun(tb.Context(), run)
	if err != nil {
		tb.Fatal(err)
	}
	return id
}

func begun(source trials.SourceID, at time.Time) trials.Run {
	return trials.Run{Source: source, Started: at, Version: "v1", Full: true}
}

func finish(tb testing.TB, db *store.DB, r trials.Run) {
	tb.Helper()
	if err := db.FinishRun(tb.Context(), r); err != nil {
		tb.Fatal(err)
	}
}

func TestRuns(t *testing.T) {
	db := storetest.Open(t)
	if _, err := db.LastClean(t.Context(), trials.CTGov); !errors.Is(err, trials.ErrNotFound) {
		t.Errorf("last clean of none: got %v, want ErrNotFound", err)
	}
	clean := trials.Run{ID: begin(t, db, begun(trials.CTGov, day1)), Source: trials.CTGov, Started: day1, Version: "v1", Full: true,
		Finished: day1.Add(time.Hour), Clean: true, Fetched: 9, New: 1, Changed: 2, Removed: 3, Quarantined: 4, Errors: []string{}}
	finish(t, db, clean)
	other := clean
	other.ID, other.Source = begin(t, db, begun(trials.CTIS, day1)), trials.CTIS
	finish(t, db, other)
	failed := trials.Run{ID: begin(t, db, begun(trials.CTGov, day2)), Source: trials.CTGov, Started: day2, Version: "v1", Full: true,
		Finished: day2.Add(time.Hour), Errors: []string{"page 3: registry unavailable"}}
	finish(t, db, failed)
	killed := trials.Run{ID: begin(t, db, begun(trials.CTGov, day3)), Source: trials.CTGov, Started: day3, Version: "v1", Full: true, Errors: []string{}}

	last, err := db.LastClean(t.Context(), trials.CTGov)
	if diff := cmp.Diff(clean, last); diff != "" || err != nil {
		t.Errorf("last clean: %v (-want +got):\n%s", err, diff)
	}
	for limit, want := range map[int][]trials.Run{0: {killed, failed, other, clean}, 2: {killed, failed}} {
		runs, err := db.Runs(t.Context(), limit)
		if diff := cmp.Diff(want, runs); diff != "" || err != nil {
			t.Errorf("runs, limit %d: %v (-want +got):\n%s", limit, err, diff)
		}
	}
}

func TestRunsThatCannotBe(t *testing.T) {
	db := storetest.Open(t)
	id := begin(t, db, begun(trials.CTGov, day1))
	finish(t, db, trials.Run{ID: id, Finished: day2})
	for _, tt := range []struct {
		name string
		run  trials.Run
		want error
	}{
		{"unknown", trials.Run{ID: 99, Finished: day2}, trials.ErrNotFound},
		{"finished before", trials.Run{ID: id, Finished: day3, Clean: true}, trials.ErrNotFound},
		{"without a finish", trials.Run{ID: id}, trials.ErrInvalid},
	} {
		if err := db.FinishRun(t.Context(), tt.run); !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, err, tt.want)
		}
	}
	if _, err := db.BeginRun(t.Context(), trials.Run{Source: trials.CTGov}); !errors.Is(err, trials.ErrInvalid) {
		t.Errorf("begin without a start: got %v, want ErrInvalid", err)
	}
}

func TestFreshness(t *testing.T) {
	db := storetest.Open(t)
	want := func(step string, want time.Time) {
		t.Helper()
		if got, err := db.Freshness(t.Context()); err != nil || !got.Equal(want) {
			t.Errorf("%s: got %v, %v, want %v", step, got, err, want)
		}
	}
	mark := func(at time.Time) {
		t.Helper()
		if err := db.MarkImport(t.Context(), at); err != nil {
			t.Fatal(err)
		}
	}
	want("nothing yet", time.Time{})
	finish(t, db, trials.Run{ID: begin(t, db, begun(trials.CTGov, day1)), Finished: day3})
	want("a run that was not clean", time.Time{})
	mark(day1)
	want("an import", day1)
	finish(t, db, trials.Run{ID: begin(t, db, begun(trials.CTGov, day1)), Finished: day2, Clean: true})
	want("a clean run", day2)
	mark(day1)
	want("an older import", day2)
	mark(day3)
	want("a newer import", day2)
	week := day3.Add(7 * 24 * time.Hour)
	finish(t, db, trials.Run{ID: begin(t, db, begun(trials.CTGov, week)), Finished: week, Clean: true})
	want("one registry", week)
	finish(t, db, trials.Run{ID: begin(t, db, begun(trials.CTIS, day3)), Finished: day3.Add(time.Hour), Clean: true})
	want("of two registries the one that was asked longest ago", day3.Add(time.Hour))
}

func TestQuarantine(t *testing.T) {
	db := storetest.Open(t)
	set := func(id, raw string, err error, at time.Time) {
		t.Helper()
		e := &trials.RecordError{Source: trials.CTGov, ID: id, Raw: []byte(raw), Err: err}
		if err := db.Quarantine(t.Context(), e, at); err != nil {
			t.Fatal(err)
		}
	}
	big := strings.Repeat("x", 1<<20)
	set(nct(1), "first", errors.New("no title"), day1)
	set(nct(1), big, errors.New(strings.Repeat("é", 5000)), day2) // in place of the first
	set("", "what is this", trials.ErrSchema, day1)
	set("", "what is this", trials.ErrSchema, day3) // the same, seen again
	set("", "and this", trials.ErrSchema, day1)
	set(nct(2), "kept", trials.ErrSchema, day1)
	set(nct(2), "", errors.New("not to be had"), day1) // the record that there is stays
	want := []store.Quarantined{
		{Source: trials.CTGov, Raw: []byte("what is this"), Size: 12, Error: trials.ErrSchema.Error(), Seen: day3},
		{Source: trials.CTGov, ID: nct(1), Raw: []byte(big[:256<<10]), Size: 1 << 20, Error: strings.Repeat("é", 1024), Seen: day2},
		{Source: trials.CTGov, Raw: []byte("and this"), Size: 8, Error: trials.ErrSchema.Error(), Seen: day1},
		{Source: trials.CTGov, ID: nct(2), Raw: []byte("kept"), Size: 4, Error: "not to be had", Seen: day1},
	}
	got, err := db.Quarantined(t.Context(), 0)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Fatalf("%v (-want +got):\n%s", err, diff)
	}
	if n, err := db.Int(t.Context(), `SELECT max(length(raw)) FROM quarantine`); n > 10_000 || err != nil {
		t.Errorf("the big one: got %d bytes stored, %v, want it compressed", n, err)
	}
	put(t, db, day3, record(nct(1)), record(nct(2)))
	got, err = db.Quarantined(t.Context(), 1)
	if len(got) != 1 || got[0].ID != "" || err != nil {
		t.Errorf("with a limit of 1: got %d, %v, want the first", len(got), err)
	}
	if got, _ := db.Quarantined(t.Context(), 0); len(got) != 2 {
		t.Errorf("after a put of both: got %d, want the two without an id", len(got))
	}
	if err := db.Quarantine(t.Context(), &trials.RecordError{Source: trials.CTGov}, day1); !errors.Is(err, trials.ErrInvalid) {
		t.Errorf("without an error: got %v, want ErrInvalid", err)
	}
}

// Another process must notice.
func TestGenerationIsInTheFile(t *testing.T) {
	one := storetest.Open(t)
	two := open(t, store.Config{Path: one.Path(), ReadOnly: true})
	before := generation(t, two)
	put(t, one, day1, record(nct(1)))
	if got := generation(t, two); got != before+1 {
		t.Errorf("got %d, want %d", got, before+1)
	}
}

// The operator is told of a run once: of one that failed, and of one that was
// degraded, but not of a clean one or an import.
func TestUntold(t *testing.T) {
	db := storetest.Open(t)
	end := func(run trials.Run) {
		t.Helper()
		run.Started, run.Finished = day1, day1.Add(time.Hour)
		run.ID = begin(t, db, run)
		finish(t, db, run)
	}
	end(trials.Run{Source: trials.CTGov, Clean: true, Fetched: 1})
	end(trials.Run{Source: trials.CTGov, Clean: true, Fetched: 2, Quarantined: 1})
	end(trials.Run{Source: trials.CTGov, Clean: true, Fetched: 3, Drift: map[string]int{"sex": 1}})
	end(trials.Run{Source: trials.CTIS, Fetched: 4})
	end(trials.Run{Source: trials.ImportSource, Clean: true, Fetched: 5, Quarantined: 1})
	begin(t, db, begun(trials.CTIS, day2)) // under way
	untold := func(since time.Time) (got []int) {
		t.Helper()
		runs, err := db.Untold(t.Context(), since)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range runs {
			got = append(got, r.Fetched)
		}
		return got
	}
	if got := untold(day1); !cmp.Equal(got, []int{2, 3, 4}) {
		t.Errorf("got runs %v, want 2, 3 and 4", got)
	}
	if got := untold(day2); got != nil {
		t.Errorf("since later: got %v, want none", got)
	}
	runs, err := db.Untold(t.Context(), day1)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.MarkTold(t.Context(), runs[0].ID); err != nil {
		t.Fatal(err)
	}
	if got := untold(day1); !cmp.Equal(got, []int{3, 4}) {
		t.Errorf("once told: got %v, want 3 and 4", got)
	}
}

func TestDatedAhead(t *testing.T) {
	posted := func(month, day int) func(*trials.Trial) {
		return func(t *trials.Trial) { t.LastUpdatePosted.Date = trials.Date{Year: 2026, Month: month, Day: day} }
	}
	db := storetest.Open(t, record(nct(1), posted(3, 1)), record(nct(2), posted(3, 4)), record(nct(3), posted(11, 0)), record(nct(4), posted(0, 0)))
	if n, err := db.DatedAhead(t.Context(), trials.Date{Year: 2026, Month: 3, Day: 3}); err != nil || n != 2 {
		t.Errorf("got %d, %v, want 2", n, err)
	}
}
