package store_test

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trialfinder/trials"
	"trialfinder/trials/store"
)

// copyFiles copies a database with what SQLite keeps beside it, as a power cut would
// leave them: nobody closes anything.
func copyFiles(t *testing.T, from, to string) {
	t.Helper()
	for _, tail := range []string{"", "-wal", "-shm"} {
		b, err := os.ReadFile(from + tail)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, to+tail, string(b))
	}
}

func size(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0
	}
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// What was committed is there after a power cut, and nothing of what was not.
func TestPowerCut(t *testing.T) {
	path, cut := tempPath(t), tempPath(t)
	db := open(t, store.Config{Path: path})
	night(t, db, day1, record(nct(1), title("committed")))
	put(t, db, day1, record(nct(2), title("committed")))
	run := beginAt(t, db, day2)
	stage(t, db, &run, record(nct(1), title("staged")))
	if size(t, path+"-wal") == 0 {
		t.Fatal("nothing is in the log, so that this shows nothing")
	}
	copyFiles(t, path, cut)
	again := open(t, store.Config{Path: cut})
	if got := titles(t, again); !cmp.Equal(got, []string{"committed", "committed"}) {
		t.Errorf("got %v, want what was committed", got)
	}
	if left, err := again.Unfinished(t.Context(), trials.CTGov); err != nil || left.Fetched != 1 {
		t.Errorf("the run under way: got %+v, %v, want it to go on", left, err)
	}
}

// The log grows while somebody reads for long, and is emptied by the first swap
// after that.
func TestLongReaderDoesNotKeepTheLogFull(t *testing.T) {
	path := tempPath(t)
	db := open(t, store.Config{Path: path})
	night(t, db, day1, version(0)...)
	for range db.Each(t.Context(), trials.Filter{}) { // holds its snapshot
		for n := range 5 {
			night(t, db, day2, version(n+1)...)
		}
		break
	}
	grown := size(t, path+"-wal")
	if told, err := db.LogSize(t.Context()); err != nil || told != grown {
		t.Errorf("told %d bytes, %v, want %d", told, err, grown)
	}
	night(t, db, day3, version(9)...)
	if left := size(t, path+"-wal"); grown == 0 || left != 0 {
		t.Errorf("got a log of %d bytes with the reader and %d after, want it emptied", grown, left)
	}
	if err := checkWhole(t.Context(), db); err != nil {
		t.Error(err)
	}
}

// Files beside the database that are gone or another's: it opens with one whole night
// and that night's cursor, or refuses; never with some of each. A log carries no
// mark of its database: another's whole log is that one's night.
func TestFilesBesideTheDatabase(t *testing.T) {
	tests := []struct {
		name string
		harm func(t *testing.T, path string)
		want []string // any of these is right; or a refusal
	}{
		{"the index is gone", func(t *testing.T, path string) { rm(t, path+"-shm") }, []string{"new"}},
		{"the log is gone", func(t *testing.T, path string) { rm(t, path+"-wal") }, []string{"old", "new"}},
		{"both are gone", func(t *testing.T, path string) { rm(t, path+"-wal"); rm(t, path+"-shm") }, []string{"old", "new"}},
		{"the log is cut", func(t *testing.T, path string) { cutFile(t, path+"-wal", 2) }, []string{"old", "new"}},
		{"the log is noise", func(t *testing.T, path string) { writeFile(t, path+"-wal", "noise") }, []string{"old", "new"}},
		{"the index is another's", func(t *testing.T, path string) { copyOne(t, another(t)+"-shm", path+"-shm") }, []string{"new"}},
		{"the log is another's", func(t *testing.T, path string) { copyOne(t, another(t)+"-wal", path+"-wal"); rm(t, path+"-shm") }, []string{"old", "new", "Version v7"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path, harmed := tempPath(t), tempPath(t)
			db := open(t, store.Config{Path: path})
			night(t, db, day1, record(nct(1), title("old")), record(nct(2), title("old")))
			put(t, db, day2, record(nct(1), title("new")), record(nct(2), title("new")))
			copyFiles(t, path, harmed)
			tt.harm(t, harmed)
			again, err := store.Open(t.Context(), store.Config{Path: harmed})
			if err != nil {
				t.Logf("refused: %v", err)
				return
			}
			defer again.Close()
			got := titles(t, again)
			whole := false
			for _, w := range tt.want {
				whole = whole || len(got) > 0 && cmp.Equal(got, slices.Repeat([]string{w}, len(got)))
			}
			if !whole {
				t.Errorf("got %v, want one of %v whole", got, tt.want)
			}
		})
	}
}

// another is a database of its own with something in its log, as it lies on the disk.
func another(t *testing.T) string {
	t.Helper()
	path, cut := tempPath(t), tempPath(t)
	put(t, open(t, store.Config{Path: path}), day1, version(7)...)
	copyFiles(t, path, cut)
	return cut
}

func rm(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

func copyOne(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, to, string(b))
}

func cutFile(t *testing.T, path string, by int64) {
	t.Helper()
	if err := os.Truncate(path, size(t, path)/by); err != nil {
		t.Fatal(err)
	}
}
