// Package storetest opens databases for the tests of others.
package storetest

import (
	"path/filepath"
	"testing"
	"time"

	"trialfinder/trials"
	"trialfinder/trials/store"
)

// Synced is when the records given to Open were synced.
var Synced = time.Date(2026, time.January, 2, 3, 4, 5, 0, time.UTC)

// Open gives a database of real listings in a file of its own, which holds the
// given records. It is closed when the test ends.
func Open(tb testing.TB, recs ...trials.Record) *store.DB {
	tb.Helper()
	db, err := store.Open(tb.Context(), store.Config{Path: filepath.Join(tb.TempDir(), "trials.db")})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Error(err)
		}
	})
	if _, err := db.Put(tb.Context(), recs, Synced); err != nil {
		tb.Fatal(err)
	}
	return db
}
