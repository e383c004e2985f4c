package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"trialfinder/trials"
	"trialfinder/trials/store"
)

var (
	day1 = time.Date(2026, time.March, 1, 2, 0, 0, 0, time.UTC)
	day2 = day1.Add(24 * time.Hour)
	day3 = day2.Add(24 * time.Hour)
)

// record is an invented listing. Its raw form is what makes it another record.
func record(id string, change ...func(*trials.Trial)) trials.Record {
	t := trials.Trial{
		ID: id, Source: trials.CTGov, BriefTitle: "Study " + id,
		Status: trials.Recruiting, StudyType: trials.Interventional,
		LastUpdatePosted: trials.DateStruct{Date: trials.Date{Year: 2026, Month: 2, Day: 1}},
		Conditions:       []string{"Melanoma"},
		Eligibility:      trials.Eligibility{Criteria: "Inclusion:\n* 18 years or older", MinimumAge: &trials.Age{Value: 18, Unit: trials.Years, Text: "18 Years"}},
		Sites: []trials.Site{{Facility: "Harbour Hospital", City: "Aarhus", Country: "Denmark",
			GeoPoint: &trials.GeoPoint{Lat: 56.16, Lon: 10.2}}},
	}
	for _, c := range change {
		c(&t)
	}
	raw, err := json.Marshal(map[string]any{"registry": t})
	if err != nil {
		panic(err)
	}
	return trials.Record{Trial: t, Raw: raw}
}

func title(text string) func(*trials.Trial) {
	return func(t *trials.Trial) { t.BriefTitle = text }
}

func status(s trials.Status) func(*trials.Trial) {
	return func(t *trials.Trial) { t.Status = s }
}

func nct(n int) string { return fmt.Sprintf("NCT99%06d", n) }

func tempPath(tb testing.TB) string { return filepath.Join(tb.TempDir(), "trials.db") }

func open(tb testing.TB, cfg store.Config) *store.DB {
	tb.Helper()
	db, err := store.Open(context.Background(), cfg)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { db.Close() })
	return db
}

func put(tb testing.TB, db *store.DB, at time.Time, recs ...trials.Record) []trials.Change {
	tb.Helper()
	changes, err := db.Put(tb.Context(), recs, at)
	if err != nil {
		tb.Fatal(err)
	}
	return changes
}

func all[T any](tb testing.TB, seq iter.Seq2[T, error]) []T {
	tb.Helper()
	var got []T
	for v, err := range seq {
		if err != nil {
			tb.Fatal(err)
		}
		got = append(got, v)
	}
	return got
}

func ids(stored []trials.Stored) []string {
	got := []string{}
	for _, s := range stored {
		got = append(got, s.Trial.ID)
	}
	return got
}

func generation(tb testing.TB, db *store.DB) int64 {
	tb.Helper()
	n, err := db.Generation(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

// remove lets a walk miss listings of ClinicalTrials.gov that some run saw before.
func remove(tb testing.TB, db *store.DB, at time.Time, gone ...string) {
	tb.Helper()
	if err := db.Exec(tb.Context(), `UPDATE trial SET seen_run = 0`); err != nil {
		tb.Fatal(err)
	}
	run := trials.Run{Source: trials.CTGov, Started: at, Finished: at, Walked: true}
	run.ID = begin(tb, db, run)
	var left []string
	for _, s := range all(tb, db.Each(tb.Context(), trials.Filter{Source: trials.CTGov})) {
		if !slices.Contains(gone, s.Trial.ID) {
			left = append(left, s.Trial.ID)
		}
	}
	if err := db.StageIDs(tb.Context(), run, left); err != nil {
		tb.Fatal(err)
	}
	if done, err := db.Swap(tb.Context(), run, 1); err != nil || done.Removed != len(gone) {
		tb.Fatalf("got %+v, %v, want %d removed", done, err, len(gone))
	}
}
