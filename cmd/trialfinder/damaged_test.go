package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"trialfinder/trials/store"
)

func runs(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), args, strings.NewReader(""), &out, &errs)
	return code, out.String(), errs.String()
}

// A damaged database is moved aside, never deleted, and filled again.
func TestDamagedDatabaseIsFilledAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demo.db")
	if code, _, stderr := runs(t, "sync", "--demo", "--db", path); code != exitOK {
		t.Fatal(stderr)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 4096; i < len(file); i++ {
		file[i] = 0xA5
	}
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := runs(t, "match", "--answers", "x", "--db", path); code == exitOK || !strings.Contains(stderr, "damaged") && !strings.Contains(stderr, "x") {
		t.Errorf("a command that only reads: got %d, %s", code, stderr)
	}
	code, stdout, stderr := runs(t, "sync", "--demo", "--db", path)
	if code != exitOK || !strings.Contains(stdout, `"clean":true`) || !strings.Contains(stderr, "beginning a new one") {
		t.Errorf("got %d, %s, %s; want a new database", code, stdout, stderr)
	}
	kept, err := filepath.Glob(path + ".corrupt-*")
	if err != nil || len(kept) == 0 {
		t.Fatalf("got %v, %v, want the damaged one kept", kept, err)
	}
	if got, err := os.ReadFile(kept[0]); err != nil || !bytes.Equal(got, file) {
		t.Errorf("what is kept is not what was there: %v", err)
	}
}

// Two syncs at once: the second ends with a message and leaves the first alone.
func TestSecondSyncIsTold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demo.db")
	if code, _, stderr := runs(t, "sync", "--demo", "--db", path); code != exitOK {
		t.Fatal(stderr)
	}
	db, err := store.Open(t.Context(), store.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	unlock, err := db.Lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"sync", "--demo", "--db", path}, {"sync", "--demo", "--full", "--db", path}} {
		if code, stdout, stderr := runs(t, args...); code != exitError || stdout != "" || !strings.Contains(stderr, "under way") {
			t.Errorf("%v: got %d, %q, %q; want to be told", args, code, stdout, stderr)
		}
	}
	unlock()
	if code, _, stderr := runs(t, "sync", "--demo", "--db", path); code != exitOK {
		t.Errorf("once it has ended: %s", stderr)
	}
}
