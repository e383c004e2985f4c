package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"trialfinder/trials"
	"trialfinder/trials/store"
	"trialfinder/trials/store/storetest"
)

// beginAt begins a run of ClinicalTrials.gov.
func beginAt(t *testing.T, db *store.DB, at time.Time) trials.Run {
	t.Helper()
	run := trials.Run{Source: trials.CTGov, Started: at, Finished: at.Add(time.Hour), Version: "v1"}
	run.ID = begin(t, db, run)
	return run
}

func stage(t *testing.T, db *store.DB, run *trials.Run, recs ...trials.Record) {
	t.Helper()
	added, err := db.Stage(t.Context(), *run, recs)
	if err != nil {
		t.Fatal(err)
	}
	run.Fetched += added
}

func swapIn(t *testing.T, db *store.DB, run trials.Run) trials.Run {
	t.Helper()
	done, err := db.Swap(t.Context(), run, 1)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// night is one whole run.
func night(t *testing.T, db *store.DB, at time.Time, recs ...trials.Record) trials.Run {
	t.Helper()
	run := beginAt(t, db, at)
	stage(t, db, &run, recs...)
	return swapIn(t, db, run)
}

func titles(t *testing.T, db *store.DB) []string {
	t.Helper()
	got := []string{}
	for _, s := range all(t, db.Each(t.Context(), trials.Filter{})) {
		got = append(got, s.Trial.BriefTitle)
	}
	return got
}

// A reader sees the old night until the new one is swapped in, and then all of it.
func TestReadersSeeTheOldNightOrTheNew(t *testing.T) {
	db := storetest.Open(t)
	night(t, db, day1, record(nct(1), title("old")), record(nct(2), title("old")))
	run := beginAt(t, db, day2)
	for _, rec := range []trials.Record{record(nct(1), title("new")), record(nct(2), title("new")), record(nct(3), title("new"))} {
		stage(t, db, &run, rec)
		if got := titles(t, db); !cmp.Equal(got, []string{"old", "old"}) {
			t.Fatalf("with %d staged: got %v, want the old night", run.Fetched, got)
		}
		if got := found(t, db, store.Query{Text: "new"}); len(got) != 0 {
			t.Errorf("search sees what is staged: %v", got)
		}
	}
	done := swapIn(t, db, run)
	if got := titles(t, db); !cmp.Equal(got, []string{"new", "new", "new"}) {
		t.Errorf("swapped in: got %v, want the new night", got)
	}
	if done.New != 1 || done.Changed != 2 || done.Fetched != 3 || !done.Clean {
		t.Errorf("run: got %+v, want 1 new and 2 changed of 3", done)
	}
	if n, err := db.Int(t.Context(), `SELECT count(*) FROM staged`); n != 0 || err != nil {
		t.Errorf("staging: got %d rows, %v, want it empty", n, err)
	}
}

// A night that fails leaves no trace but its account.
func TestFailedNightLeavesNothing(t *testing.T) {
	db := storetest.Open(t)
	night(t, db, day1, record(nct(1), title("old")))
	run := beginAt(t, db, day2)
	stage(t, db, &run, record(nct(1), title("new")), record(nct(2)))
	run.Errors = []string{"registry unavailable"}
	finish(t, db, run)
	if got := titles(t, db); !cmp.Equal(got, []string{"old"}) {
		t.Errorf("got %v, want the old night", got)
	}
	for _, query := range []string{`SELECT count(*) FROM staged`, `SELECT count(*) FROM version WHERE trial_key IS NULL`} {
		if n, err := db.Int(t.Context(), query); n != 0 || err != nil {
			t.Errorf("%s: got %d, %v, want 0", query, n, err)
		}
	}
	if last, err := db.LastClean(t.Context(), trials.CTGov); err != nil || !last.Started.Equal(day1) {
		t.Errorf("last clean: got %v, %v, want the first night", last.Started, err)
	}
}

// What a run has staged outlives the process, with the place to go on at.
func TestARunCanBeTakenUp(t *testing.T) {
	path := tempPath(t)
	db := open(t, store.Config{Path: path})
	run := beginAt(t, db, day1)
	run.Position = "page 2"
	stage(t, db, &run, record(nct(1)), record(nct(2)))
	db.Close()

	db = open(t, store.Config{Path: path})
	cut, err := db.Unfinished(t.Context(), trials.CTGov)
	if err != nil || cut.ID != run.ID || cut.Position != "page 2" || cut.Fetched != 2 {
		t.Fatalf("unfinished: got %+v, %v, want run %d at page 2", cut, err, run.ID)
	}
	cut.Finished = day2
	stage(t, db, &cut, record(nct(2)), record(nct(3))) // the page comes again
	if done := swapIn(t, db, cut); done.New != 3 || done.Fetched != 3 {
		t.Errorf("got %+v, want 3 new of 3", done)
	}
	if _, err := db.Unfinished(t.Context(), trials.CTGov); !errors.Is(err, trials.ErrNotFound) {
		t.Errorf("unfinished once it has ended: got %v, want ErrNotFound", err)
	}
	if n, err := db.Int(t.Context(), `SELECT count(*) FROM version`); n != 3 || err != nil {
		t.Errorf("versions: got %d, %v, want one each", n, err)
	}
}

// A run for which the night was too short is told of as failed, and gone on with.
func TestAPausedRunIsGoneOnWith(t *testing.T) {
	db := storetest.Open(t)
	run := beginAt(t, db, day1)
	run.Position = "page 2"
	stage(t, db, &run, record(nct(1)), record(nct(2)))
	run.Finished, run.Errors = day1.Add(4*time.Hour), []string{"the time is used up"}
	if err := db.PauseRun(t.Context(), run); err != nil {
		t.Fatal(err)
	}
	if told, err := db.Untold(t.Context(), day1); err != nil || len(told) != 1 {
		t.Errorf("to tell of: got %v, %v, want the night", told, err)
	}
	cut, err := db.Unfinished(t.Context(), trials.CTGov)
	if err != nil || cut.ID != run.ID || cut.Position != "page 2" || cut.Fetched != 2 || cut.Clean {
		t.Fatalf("unfinished: got %+v, %v, want run %d at page 2", cut, err, run.ID)
	}
	if err := db.ResumeRun(t.Context(), cut.ID); err != nil {
		t.Fatal(err)
	}
	cut.Finished, cut.Errors = day2, nil
	stage(t, db, &cut, record(nct(3)))
	if done := swapIn(t, db, cut); done.New != 3 || !done.Clean {
		t.Errorf("got %+v, want 3 new", done)
	}
	last, err := db.LastClean(t.Context(), trials.CTGov)
	if err != nil || !last.Started.Equal(day1) || !last.Finished.Equal(day2) || len(last.Errors) != 0 {
		t.Errorf("last clean: got %+v, %v, want the run that began on the first day", last, err)
	}
}

// What could not be read is no fresher for it, until it can be.
func TestWhatIsSetAsideIsAsOldAsItWas(t *testing.T) {
	db := storetest.Open(t)
	night(t, db, day1, record(nct(1)), record(nct(2)))
	synced := func(id string) time.Time {
		t.Helper()
		s, err := db.Get(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return s.Synced
	}
	run := beginAt(t, db, day2)
	stage(t, db, &run, record(nct(2), title("new")))
	if err := db.StageIDs(t.Context(), run, []string{nct(1)}); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{nct(1), "", nct(7)} {
		bad := &trials.RecordError{Source: trials.CTGov, ID: id, Raw: []byte("{"), Err: trials.ErrSchema}
		if err := db.Quarantine(t.Context(), bad, day2); err != nil {
			t.Fatal(err)
		}
	}
	swapIn(t, db, run)
	if old, fresh := synced(nct(1)), synced(nct(2)); !old.Equal(day1) || !fresh.Equal(day2) {
		t.Errorf("checked at %v and %v, want %v and %v", old, fresh, day1, day2)
	}
	for before, want := range map[time.Time][]string{day2: nil, day3: {nct(1), nct(7)}} {
		if got, err := db.Aside(t.Context(), trials.CTGov, before, 9); err != nil || !cmp.Equal(got, want) {
			t.Errorf("set aside before %v: got %v, %v, want %v", before, got, err, want)
		}
	}
	if err := db.Release(t.Context(), trials.CTGov, nct(7)); err != nil {
		t.Fatal(err)
	}
	run = beginAt(t, db, day3)
	run.Full = true // and what has no id came no more
	stage(t, db, &run, record(nct(1), title("newer")))
	swapIn(t, db, run)
	if n, err := db.QuarantineSize(t.Context()); n != 0 || err != nil {
		t.Errorf("set aside: got %d, %v, want none", n, err)
	}
	if got := synced(nct(1)); !got.Equal(day3) {
		t.Errorf("checked at %v, want %v", got, day3)
	}
}

// Another run drops what an earlier one left.
func TestBeginDropsWhatWasLeft(t *testing.T) {
	db := storetest.Open(t)
	cut := beginAt(t, db, day1)
	stage(t, db, &cut, record(nct(1)))
	run := beginAt(t, db, day2)
	stage(t, db, &run, record(nct(2)))
	if done := swapIn(t, db, run); done.New != 1 {
		t.Errorf("got %+v, want only its own listing", done)
	}
	if got := ids(all(t, db.Each(t.Context(), trials.Filter{}))); !cmp.Equal(got, []string{nct(2)}) {
		t.Errorf("got %v, want %s", got, nct(2))
	}
}

func TestWalksFindWhatIsGone(t *testing.T) {
	db := storetest.Open(t, record(nct(9))) // from a file: no walk can miss it
	night(t, db, day1, record(nct(1)), record(nct(2)), record(nct(3)))
	walk := func(at time.Time, walks int, seen ...string) trials.Run {
		t.Helper()
		run := beginAt(t, db, at)
		run.Walked = true
		if err := db.StageIDs(t.Context(), run, seen); err != nil {
			t.Fatal(err)
		}
		missing, listed, err := db.Missing(t.Context(), run)
		if err != nil || listed-missing > len(seen) {
			t.Errorf("missing: got %d of %d, %v", missing, listed, err)
		}
		done, err := db.Swap(t.Context(), run, walks)
		if err != nil {
			t.Fatal(err)
		}
		return done
	}
	if done := walk(day2, 2, nct(1), nct(2), nct(77)); done.Removed != 0 {
		t.Errorf("one walk of two: got %d removed, want none", done.Removed)
	}
	if done := walk(day2, 2, nct(1), nct(3)); done.Removed != 0 {
		t.Errorf("another one missed: got %d removed, want none: two in a row count", done.Removed)
	}
	if done := walk(day3, 2, nct(1), nct(3)); done.Removed != 1 {
		t.Errorf("two walks: got %d removed, want 1", done.Removed)
	}
	if _, err := db.Get(t.Context(), nct(2)); !errors.Is(err, trials.ErrRemoved) {
		t.Errorf("got %v, want ErrRemoved", err)
	}
	if done := walk(day3.Add(time.Hour), 2, nct(1), nct(2), nct(3)); done.Changed != 1 {
		t.Errorf("seen again: got %d changed, want 1", done.Changed)
	}
	if got := kinds(t, db, nct(2)); !cmp.Equal(got, []string{"new", "withdrawn", "reopened"}) {
		t.Errorf("events: got %v", got)
	}
}

// Checked is when the registry was last asked for changes, for what it lists.
func TestChecked(t *testing.T) {
	db := storetest.Open(t)
	put(t, db, day1, record(nct(9)))
	night(t, db, day1, record(nct(1)))
	night(t, db, day3, record(nct(2)))
	for id, want := range map[string]time.Time{nct(1): day3, nct(2): day3, nct(9): day1} {
		got, err := db.Get(t.Context(), id)
		if err != nil || !got.Synced.Equal(want) {
			t.Errorf("%s: got %v, %v, want %v", id, got.Synced, err, want)
		}
	}
}

// A swap that meets a full disk leaves the old night, and can be done again.
func TestSwapOnAFullDisk(t *testing.T) {
	db := storetest.Open(t)
	night(t, db, day1, record(nct(1), title("old")))
	run := beginAt(t, db, day2)
	for i := range 300 {
		stage(t, db, &run, record(nct(i), title(fmt.Sprint("new ", i))))
	}
	pages, err := db.Int(t.Context(), `PRAGMA page_count`)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.LimitPages(t.Context(), pages); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Swap(t.Context(), run, 1); err == nil {
		t.Fatal("got no error from a full disk")
	}
	if got := titles(t, db); !cmp.Equal(got, []string{"old"}) {
		t.Errorf("got %v, want the old night", got)
	}
	if err := db.LimitPages(t.Context(), 1<<20); err != nil {
		t.Fatal(err)
	}
	if done := swapIn(t, db, run); done.New != 299 || done.Changed != 1 {
		t.Errorf("with room again: got %+v, want 299 new and 1 changed", done)
	}
}
