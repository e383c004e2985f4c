//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"trialfinder/trials"
	"trialfinder/trials/store"
)

// A sync that is told to stop says so, keeps what it fetched, and the next one goes
// on with it.
func TestTerminatedSyncGoesOn(t *testing.T) {
	g := &generated{studies: 3000}
	reached := make(chan struct{}, 1)
	hang := true
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if hang && r.URL.Query().Get("pageToken") == "2000" {
			reached <- struct{}{}
			<-r.Context().Done() // until the child has gone
			return
		}
		g.ServeHTTP(w, r)
	}))
	t.Cleanup(srv.Close)
	g.srv = srv
	path := filepath.Join(t.TempDir(), "trials.db")
	cmd := exec.CommandContext(t.Context(), os.Args[0], g.flags(path)...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-reached
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() != exitError {
		t.Errorf("got %v, want exit code 1", err)
	}
	var run trials.Run
	if err := json.Unmarshal(stdout.Bytes(), &run); err != nil || run.Clean || !strings.Contains(strings.Join(run.Errors, " "), "interrupted") {
		t.Errorf("got %s, %v; want a run that was interrupted", stdout.String(), err)
	}
	hang = false
	if code, out, errs := runs(t, g.flags(path)...); code != exitOK || !strings.Contains(out, run.Started.Format("2006-01-02T15:04:05.9")) || !strings.Contains(errs, "taking up the run") {
		t.Errorf("the next one: got %d, %s%s; want the run taken up", code, out, errs)
	}
	db, err := store.Open(t.Context(), store.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if n, err := db.Count(t.Context()); err != nil || n != g.listed(0) {
		t.Errorf("got %d listings, %v, want %d", n, err, g.listed(0))
	}
}
