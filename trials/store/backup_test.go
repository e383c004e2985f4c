package store_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"trialfinder/trials"
	"trialfinder/trials/store"
	"trialfinder/trials/store/storetest"
)

// The drill: back up while nights are swapped in, check the copies, restore the
// last one elsewhere, and read it: each is one whole night.
func TestRestoreDrillUnderLoad(t *testing.T) {
	db := storetest.Open(t, version(0)...)
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		for n := 1; ctx.Err() == nil; n++ {
			if _, err := db.Put(t.Context(), version(n), day1.Add(time.Duration(n)*time.Minute)); err != nil {
				t.Error(err)
				return
			}
		}
	})
	dir := t.TempDir()
	var last store.Verified
	for i := range 5 {
		v, err := db.Backup(t.Context(), filepath.Join(dir, fmt.Sprint(i, ".db")))
		if err != nil {
			t.Fatal(err)
		}
		last = v
		copied := open(t, store.Config{Path: v.File, ReadOnly: true})
		if err := checkWhole(t.Context(), copied); err != nil {
			t.Errorf("backup %d: %v", i, err)
		}
	}
	stop()
	wg.Wait()
	path := filepath.Join(t.TempDir(), "restored.db")
	checked, err := store.Verify(t.Context(), last.File)
	if err != nil {
		t.Fatal(err)
	}
	restored, kept, err := store.Restore(t.Context(), last.File, path, day3)
	if err != nil || kept != "" {
		t.Fatalf("restore: kept %q, %v", kept, err)
	}
	if diff := cmp.Diff(checked, restored); diff != "" {
		t.Errorf("restored (-checked +restored):\n%s", diff)
	}
	again := open(t, store.Config{Path: path, MustExist: true})
	if err := readOnce(t.Context(), again); err != nil {
		t.Error(err)
	}
	checkParts(t, again)
	put(t, again, day3, version(99)...)
	if checked.Trials != versionSize || checked.Rows["event"] == 0 {
		t.Errorf("got %+v, want %d trials and their events", checked, versionSize)
	}
}

func TestBackupWritesOverNothing(t *testing.T) {
	db := storetest.Open(t, record(nct(1)))
	dir := t.TempDir()
	there := filepath.Join(dir, "there")
	writeFile(t, there, "mine")
	for path, want := range map[string]error{there: fs.ErrExist, filepath.Join(dir, "none", "x.db"): nil} {
		if _, err := db.Backup(t.Context(), path); err == nil || want != nil && !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", path, err, want)
		}
	}
	if text, err := os.ReadFile(there); string(text) != "mine" || err != nil {
		t.Errorf("the file that was there: got %q, %v", text, err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) != 1 {
		t.Errorf("got %v, %v, want nothing left over", files, err)
	}
}

func backedUp(t *testing.T, cfg store.Config, recs ...trials.Record) string {
	t.Helper()
	cfg.Path = tempPath(t)
	db := open(t, cfg)
	put(t, db, day1, recs...)
	v, err := db.Backup(t.Context(), cfg.Path+".backup")
	if err != nil {
		t.Fatal(err)
	}
	return v.File
}

func TestVerifyRefuses(t *testing.T) {
	good := backedUp(t, store.Config{}, record(nct(1)), record(nct(2), title(strings.Repeat("long ", 3000))))
	change := func(change func([]byte) []byte) string {
		b, err := os.ReadFile(good)
		if err != nil {
			t.Fatal(err)
		}
		path := tempPath(t)
		writeFile(t, path, string(change(b)))
		return path
	}
	tests := []struct{ name, path, says string }{
		{"a file that is not there", filepath.Join(t.TempDir(), "x"), "no database"},
		{"an empty file", change(func([]byte) []byte { return nil }), "no database"},
		{"a file of another kind", change(func([]byte) []byte { return []byte(strings.Repeat("text ", 2000)) }), "no database"},
		{"half a copy", change(func(b []byte) []byte { return b[:len(b)/2/4096*4096] }), "damaged"},
		{"pages written over", change(func(b []byte) []byte { copy(b[2*4096:], make([]byte, 4096)); return b }), "damaged"},
		{"a schema of tomorrow", change(func(b []byte) []byte { return b }), "schema 99"},
		{"a document that can't be read", change(func(b []byte) []byte { return b }), "unpack"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			switch tt.says {
			case "schema 99":
				write(t, tt.path, "", `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)`)
			case "unpack":
				write(t, tt.path, "", `UPDATE body SET doc = x'00'`)
			}
			before, _ := os.ReadFile(tt.path)
			_, err := store.Verify(t.Context(), tt.path)
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want it to say %q", err, tt.says)
			}
			path := tempPath(t)
			if _, _, err := store.Restore(t.Context(), tt.path, path, day1); err == nil {
				t.Error("restored all the same")
			}
			if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("the target: %v, want nothing there", err)
			}
			if after, _ := os.ReadFile(tt.path); string(after) != string(before) {
				t.Error("the file was changed")
			}
		})
	}
}

func TestRestoreOver(t *testing.T) {
	backup := backedUp(t, store.Config{}, record(nct(1), title("backup")))
	t.Run("what was there is kept", func(t *testing.T) {
		path := tempPath(t)
		db := open(t, store.Config{Path: path})
		put(t, db, day1, record(nct(1), title("there")))
		if _, _, err := store.Restore(t.Context(), backup, path, day1); err == nil || !strings.Contains(err.Error(), "open in another process") {
			t.Errorf("in use: got %v, want a refusal", err)
		}
		db.Close()
		_, kept, err := store.Restore(t.Context(), backup, path, day1)
		if err != nil {
			t.Fatal(err)
		}
		for file, want := range map[string]string{path: "backup", kept: "there"} {
			if got := titles(t, open(t, store.Config{Path: file})); !cmp.Equal(got, []string{want}) {
				t.Errorf("%s: got %v, want %s", file, got, want)
			}
		}
	})
	t.Run("a damaged one too", func(t *testing.T) {
		path := tempPath(t)
		write(t, path, trials.Real, `SELECT 1`)
		damage(t, path)
		_, kept, err := store.Restore(t.Context(), backup, path, day1)
		if err != nil || kept == "" {
			t.Fatalf("got %q, %v", kept, err)
		}
		if got := titles(t, open(t, store.Config{Path: path})); !cmp.Equal(got, []string{"backup"}) {
			t.Errorf("got %v, want the backup", got)
		}
	})
	t.Run("demo and real never mix", func(t *testing.T) {
		path := tempPath(t)
		open(t, store.Config{Path: path, Kind: trials.Demo}).Close()
		if _, _, err := store.Restore(t.Context(), backup, path, day1); err == nil || !strings.Contains(err.Error(), "fictional") {
			t.Errorf("got %v, want a refusal", err)
		}
	})
	t.Run("during a sync", func(t *testing.T) {
		path := tempPath(t)
		db := open(t, store.Config{Path: path})
		unlock, err := db.Lock(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer unlock()
		if _, _, err := store.Restore(t.Context(), backup, path, day1); !errors.Is(err, store.ErrLocked) {
			t.Errorf("got %v, want ErrLocked", err)
		}
	})
}
