package matcher_test

import (
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"trialfinder/matcher"
	"trialfinder/matcher/index"
	"trialfinder/trials"
	"trialfinder/trials/store"
)

// BenchmarkIndexBuild50k builds the index from the rows of a database of 50,000 open
// trials, and tells what it takes of memory.
func BenchmarkIndexBuild50k(b *testing.B) {
	m := newMatcher(b)
	db, size := stocked(b, m, 50_000)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var snap *index.Snapshot
	for b.Loop() {
		var err error
		if snap, err = index.Load(b.Context(), db, m); err != nil {
			b.Fatal(err)
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB")
	b.ReportMetric(float64(snap.Set.Len()), "trials")
	b.ReportMetric(float64(size)/float64(snap.Set.Len()), "slip-bytes")
}

// stocked is a database of so many trials, and the size of all their slips. Of their listings it holds next to nothing:
// the index is built from derived rows alone.
func stocked(b *testing.B, m *matcher.Matcher, n int) (db *store.DB, size int) {
	b.Helper()
	db, err := store.Open(b.Context(), store.Config{Path: filepath.Join(b.TempDir(), "many.db")})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	var records []trials.Record
	var rows []trials.Derived
	flush := func() {
		if _, err := db.Put(b.Context(), records, time.Unix(0, 0)); err != nil {
			b.Fatal(err)
		}
		if err := db.PutDerived(b.Context(), rows); err != nil {
			b.Fatal(err)
		}
		records, rows = records[:0], rows[:0]
	}
	manyListed(b, m, n, func(c *matcher.Candidate) {
		r := trials.Record{Raw: []byte(c.Trial.ID), Trial: trials.Trial{
			ID: c.Trial.ID, Source: trials.CTGov, BriefTitle: c.Trial.BriefTitle, Status: c.Trial.Status, StudyType: c.Trial.StudyType,
		}}
		records = append(records, r)
		row := trials.Derived{TrialID: c.Trial.ID, SourceHash: r.Hash(), RuleSet: m.Version(), Slip: m.Slip(&c.Trial, &c.Listing)}
		size += len(row.Slip)
		rows = append(rows, row)
		if len(records) == 1000 {
			flush()
		}
	})
	flush()
	return db, size
}
