//go:build unix

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
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

// A server that is told to stop answers the request that it has begun to read, takes
// no other, and ends well.
func TestTerminatedServeAnswersFirst(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demo.db")
	if code, _, stderr := runs(t, "sync", "--demo", "--db", path); code != exitOK {
		t.Fatal(stderr)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "serve", "--demo", "--db", path, "--addr", "127.0.0.1:0")
	cmd.Env = append(os.Environ(), asProgram+"=1")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := bufio.NewScanner(stderr)
	address := ""
	for address == "" && said.Scan() {
		if m := regexp.MustCompile(`listening on http://(\S+)`).FindStringSubmatch(said.Text()); m != nil {
			address = m[1]
		}
	}
	go func() { _, _ = io.Copy(io.Discard, stderr) }()
	if body := get(t, t.Context(), "http://"+address+"/en"); body == "" {
		t.Fatal("the first page is empty")
	}
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const half, rest = "answer=", "nsclc"
	fmt.Fprintf(conn, "POST /en/question/condition HTTP/1.1\r\nHost: %s\r\nSec-Fetch-Site: same-origin\r\nExpect: 100-continue\r\n"+
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n", address, len(half+rest))
	r := bufio.NewReader(conn)
	// The server reads the body: it is in the middle of the request.
	if line, err := r.ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatalf("got %q, %v", line, err)
	}
	if _, err := r.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(conn, half)
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for { // until it takes no other
		other, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
		if err != nil {
			break
		}
		other.Close()
	}
	fmt.Fprint(conn, rest)
	res, err := http.ReadResponse(r, nil)
	if err != nil || res.StatusCode != http.StatusSeeOther {
		t.Fatalf("got %+v, %v; want the answer", res, err)
	}
	res.Body.Close()
	if err := cmd.Wait(); err != nil {
		t.Errorf("serve: %v, want exit code 0", err)
	}
}
