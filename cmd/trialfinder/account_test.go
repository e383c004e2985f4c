package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"trialfinder/trials"
)

// serving starts the program and gives the addresses of the site and of the operator's page.
func serving(t *testing.T, args ...string) (site, watch string) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	r, w := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, append([]string{"serve", "--addr", "127.0.0.1:0", "--metrics-addr", "127.0.0.1:0"}, args...), nil, io.Discard, w)
		_ = w.Close()
	}()
	found := make(chan [2]string, 2)
	go func() {
		listening := regexp.MustCompile(`(listening|operator's page) on (http://\S+)`)
		for s := bufio.NewScanner(r); s.Scan(); {
			if m := listening.FindStringSubmatch(s.Text()); m != nil {
				found <- [2]string{m[1], m[2]}
			}
		}
	}()
	t.Cleanup(func() {
		stop()
		if code := <-ended; code != exitOK {
			t.Errorf("serve ended with %d, want 0", code)
		}
	})
	for site == "" || watch == "" {
		select {
		case one := <-found:
			if one[0] == "listening" {
				site = one[1]
			} else {
				watch = one[1]
			}
		case code := <-ended:
			ended <- code
			t.Fatalf("serve ended with %d", code)
		}
	}
	return site, watch
}

// eventually waits until a page says something.
func eventually(t *testing.T, url, says string) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	for {
		body := get(t, ctx, url)
		if strings.Contains(body, says) {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%s does not say %q:\n%s", url, says, body)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// A night that fails before it can write a word leaves an account all the same: on
// the operator's page and in the metrics, and for `sync` on standard output.
func TestNightThatCannotBegin(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demo.db")
	if code, _, stderr := runs(t, "sync", "--demo", "--db", path); code != exitOK {
		t.Fatal(stderr)
	}
	// Where the lock goes there is something else.
	if err := errors.Join(os.RemoveAll(path+".lock"), os.Mkdir(path+".lock", 0o700)); err != nil {
		t.Fatal(err)
	}
	_, watch := serving(t, "--demo", "--db", path, "--cron", "@every 1s")
	eventually(t, watch+"/", "<td>ctis</td><td>failed</td>")
	eventually(t, watch+"/", "store: lock")
	eventually(t, watch+"/metrics", `trialfinder_last_run_clean{source="ctgov"} 0`)
	code, stdout, _ := runs(t, "sync", "--demo", "--db", path)
	if code != exitError || !allFailed(t, stdout, "store: lock") {
		t.Errorf("sync: got %d, %s; want both runs failed", code, stdout)
	}
}

// allFailed: there is a line for each registry, of a run that failed and says why.
func allFailed(t *testing.T, stdout, why string) bool {
	t.Helper()
	var sources []string
	for line := range strings.Lines(stdout) {
		var run trials.Run
		if err := json.Unmarshal([]byte(line), &run); err != nil {
			t.Fatal(err)
		}
		if run.Clean || run.Started.IsZero() || run.Finished.IsZero() || !strings.Contains(strings.Join(run.Errors, " "), why) {
			return false
		}
		sources = append(sources, string(run.Source))
	}
	return strings.Join(sources, " ") == "ctgov ctis"
}
