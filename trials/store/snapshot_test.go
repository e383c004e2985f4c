package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"trialfinder/trials"
	"trialfinder/trials/store"
	"trialfinder/trials/store/storetest"
)

// versionSize is how many listings make a version: one Put moves all of them.
const versionSize = 40

func version(n int) []trials.Record {
	recs := make([]trials.Record, versionSize)
	for i := range recs {
		recs[i] = record(nct(i), title(fmt.Sprintf("Version v%d", n)))
	}
	return recs
}

// checkWhole says what is wrong with a database in which every listing should be
// of one version.
func checkWhole(ctx context.Context, db *store.DB) error {
	var first string
	n := 0
	for s, err := range db.Each(ctx, trials.Filter{}) {
		if err != nil {
			return err
		}
		if n == 0 {
			first = s.Trial.BriefTitle
		}
		if s.Trial.BriefTitle != first {
			return fmt.Errorf("%s is of %q, %s of %q: half a transaction", nct(0), first, s.Trial.ID, s.Trial.BriefTitle)
		}
		n++
	}
	if n != 0 && n != versionSize {
		return fmt.Errorf("got %d listings, want none or %d", n, versionSize)
	}
	return nil
}

// A reader sees one version or another, never some of each, and never an error.
func TestReadersWhileWriting(t *testing.T) {
	const readers, versions = 32, 50
	db := storetest.Open(t, version(0)...)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var wg sync.WaitGroup
	for range readers {
		wg.Go(func() {
			for ctx.Err() == nil {
				if err := readOnce(ctx, db); err != nil && ctx.Err() == nil {
					t.Error(err)
					return
				}
				time.Sleep(300 * time.Millisecond) // or the readers leave the writer no processor
			}
		})
	}
	for n := 1; n <= versions; n++ {
		if n%2 == 0 { // both ways to write
			night(t, db, day1, version(n)...)
			continue
		}
		if _, err := db.Put(t.Context(), version(n), day1); err != nil {
			t.Errorf("version %d: %v", n, err)
		}
	}
	stop()
	wg.Wait()
}

func readOnce(ctx context.Context, db *store.DB) error {
	if err := checkWhole(ctx, db); err != nil {
		return err
	}
	hits, total, err := db.Search(ctx, store.Query{Text: "version"})
	if err != nil {
		return err
	}
	for _, h := range hits {
		if h.Title != hits[0].Title {
			return fmt.Errorf("search found %q and %q: half a transaction", hits[0].Title, h.Title)
		}
	}
	if total != versionSize || len(hits) != total {
		return fmt.Errorf("search: got %d of %d, want %d", len(hits), total, versionSize)
	}
	return nil
}

const crashPath = "TRIALFINDER_TEST_CRASH_PATH"

// TestCrashChild is the child of TestKilledWhilePutting: it puts version after
// version until it is killed.
func TestCrashChild(t *testing.T) {
	path := os.Getenv(crashPath)
	if path == "" {
		t.Skip("only runs as a child of TestKilledWhilePutting")
	}
	db := open(t, store.Config{Path: path})
	for n := 0; ; n++ {
		if _, err := db.Put(t.Context(), version(n+int(time.Now().UnixMilli())), day1); err != nil {
			t.Fatal(err)
		}
	}
}

func TestKilledWhilePutting(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	path := filepath.Join(t.TempDir(), "trials.db")
	for try := range 6 {
		child := exec.Command(os.Args[0], "-test.run=^TestCrashChild$")
		child.Env = append(os.Environ(), crashPath+"="+path)
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(40+try*73) * time.Millisecond)
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		var exit *exec.ExitError
		if err := child.Wait(); !errors.As(err, &exit) || exit.ExitCode() != -1 {
			t.Fatalf("try %d: the child ended by itself: %v", try, err)
		}
		// Open checks the pages; the rest is that every part is of one version.
		db := open(t, store.Config{Path: path})
		if err := checkWhole(t.Context(), db); err != nil {
			t.Errorf("try %d: %v", try, err)
		}
		checkParts(t, db)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	db := open(t, store.Config{Path: path})
	put(t, db, day2, version(1)...)
	if err := readOnce(t.Context(), db); err != nil {
		t.Error(err)
	}
}

func checkParts(t *testing.T, db *store.DB) {
	t.Helper()
	want, err := db.Count(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{`SELECT count(*) FROM trial t JOIN version v ON v.key = t.version AND v.trial_key = t.key JOIN body b ON b.version = v.key`, `SELECT count(*) FROM site`,
		`SELECT count(*) FROM search WHERE search MATCH 'version'`} {
		if n, err := db.Int(t.Context(), query); n != want || err != nil {
			t.Errorf("%s: got %d, %v, want %d", query, n, err, want)
		}
	}
	if n, err := db.Int(t.Context(), `SELECT count(*) FROM pragma_foreign_key_check`); n != 0 || err != nil {
		t.Errorf("foreign keys: got %d broken, %v, want none", n, err)
	}
}
