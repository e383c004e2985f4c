package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"trialfinder/matcher"
	"trialfinder/trials"
	"trialfinder/trials/store"
)

const (
	killStudies = 5000
	kills       = 5                   // in the usual run
	killsVar    = "TRIALFINDER_KILLS" // how many, for a longer one
)

// TestKilledWhileSyncing kills a sync of 5,000 studies at random moments, takes it
// up again, and kills it again. After each the file is whole and readers are served
// one whole night; in the end all is as without any kill, and each change is told
// once.
func TestKilledWhileSyncing(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	n := kills
	if text := os.Getenv(killsVar); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil {
			t.Fatalf("%s=%q: %v", killsVar, text, err)
		}
	}
	g := generate(t, killStudies)
	dir := t.TempDir()
	first := filepath.Join(dir, "first.db")
	child(t, g.flags(first), 0)
	g.night.Store(1)
	undisturbed := copyOf(t, first, filepath.Join(dir, "undisturbed.db"))
	started := time.Now()
	child(t, g.flags(undisturbed), 0)
	length := time.Since(started)
	want := account(t, undisturbed)
	for _, kind := range []string{"event new", "event status", "event site_closed", "event criterion_reworded", "event withdrawn"} {
		if !strings.Contains(strings.Join(want, "\n"), kind) {
			t.Fatalf("the second night has no %s", kind)
		}
	}
	path, killed := "", 0
	for killed < n {
		if path == "" {
			path = copyOf(t, first, filepath.Join(dir, "killed.db"))
		}
		if child(t, g.flags(path), time.Duration(rand.Int64N(int64(length)))) {
			killed++
			checkKilled(t, path)
			continue
		}
		compare(t, want, path) // it ended before it was killed
		path = ""
	}
	if path != "" {
		child(t, g.flags(path), 0)
		compare(t, want, path)
	}
	t.Logf("%d kills, %d pages asked for, a run takes %s", killed, g.asked.Load(), length.Round(time.Millisecond))
}

// child runs the program; after a time that is not zero it is killed, if it has not
// ended by then.
func child(t *testing.T, args []string, after time.Duration) (killed bool) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	cmd := exec.CommandContext(ctx, os.Args[0], args...) // a cancelled one gets SIGKILL
	cmd.Env = append(os.Environ(), asProgram+"=1")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if after > 0 {
		timer := time.AfterFunc(after, stop)
		defer timer.Stop()
	}
	err := cmd.Wait()
	if err == nil {
		return false
	}
	if ctx.Err() == nil || cmd.ProcessState.ExitCode() != -1 {
		t.Fatalf("the child failed: %v\n%s%s", err, stdout.String(), stderr.String())
	}
	return true
}

// checkKilled: the file is whole, and a reader is served one whole night.
func checkKilled(t *testing.T, path string) {
	t.Helper()
	if _, err := store.Verify(t.Context(), path); err != nil {
		t.Errorf("after a kill: %v", err)
	}
	db, err := store.Open(t.Context(), store.Config{Path: path, MustExist: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	seen, night := 0, ""
	for s, err := range db.Each(t.Context(), trials.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		_, of, _ := strings.Cut(s.Trial.BriefTitle, ", night ")
		if seen++; seen == 1 {
			night = of
		}
		if of != night {
			t.Fatalf("after a kill: %s is of night %s, others of night %s", s.Trial.ID, of, night)
		}
	}
	if want := killStudies - killStudies/250; seen != want {
		t.Errorf("after a kill: got %d listings, want %d", seen, want)
	}
}

func compare(t *testing.T, want []string, path string) {
	t.Helper()
	if _, err := store.Verify(t.Context(), path); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(want, account(t, path)); diff != "" {
		t.Errorf("not as without a kill (-want +got):\n%.3000s", diff)
	}
	m, err := matcher.New()
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), store.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for s, err := range db.Stale(t.Context(), m.Version()) {
		t.Fatalf("%s has no derived row of these rules, %v", s.Trial.ID, err)
	}
}

// account is all that the database says, but for times, the order of coming, and how
// many runs it took.
func account(t *testing.T, path string) []string {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(`
		SELECT 'trial ' || id || ' ' || status || ' ' || source_hash || ' ' || doc_hash || ' ' || (removed_at IS NULL) || ' ' || absent AS line FROM trial
		UNION ALL SELECT 'version ' || t.id || ' ' || v.source_hash || ' ' || (v.key = t.version) FROM version v JOIN trial t ON t.key = v.trial_key
		UNION ALL SELECT 'staged ' || id FROM staged
		UNION ALL SELECT 'orphan ' || source_hash FROM version WHERE trial_key IS NULL
		UNION ALL SELECT 'event ' || kind || ' ' || t.id || ' ' || what || ' ' || old || ' ' || new FROM event e JOIN trial t ON t.key = e.trial_key
		UNION ALL SELECT 'site ' || t.id || ' ' || seq || ' ' || s.facility || ' ' || s.status FROM site s JOIN trial t ON t.key = s.trial_key
		UNION ALL SELECT 'number ' || t.id || ' ' || number FROM number n JOIN trial t ON t.key = n.trial_key
		UNION ALL SELECT 'derived ' || t.id || ' ' || d.source_hash || ' ' || rule_set FROM derived d JOIN trial t ON t.key = d.trial_key
		UNION ALL SELECT 'words ' || rowid FROM search WHERE search MATCH 'nivolumab' AND rowid NOT IN (SELECT key FROM trial)
		UNION ALL SELECT 'listings with words ' || count(*) FROM search WHERE search MATCH 'nivolumab'
		ORDER BY line`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		out = append(out, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// copyOf copies a database that nobody has open.
func copyOf(t *testing.T, from, to string) string {
	t.Helper()
	for _, tail := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(to + tail); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(from + "-wal"); err == nil {
		t.Fatal(fmt.Sprint(from, " still has a log"))
	}
	return to
}
