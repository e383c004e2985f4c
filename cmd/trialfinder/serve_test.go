package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestServeDemo starts the whole program as the README's first command does: it
// listens, syncs from the built-in registry, and shows its trials.
func TestServeDemo(t *testing.T) {
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	r, w := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"serve", "--demo", "--addr", "127.0.0.1:0", "--metrics-addr", "127.0.0.1:0", "--db", filepath.Join(t.TempDir(), "demo.db")}, nil, io.Discard, w)
		_ = w.Close()
	}()
	address, operators := make(chan string, 1), make(chan string, 1)
	go func() {
		listening := regexp.MustCompile(`(listening|operator's page) on (http://\S+)`)
		for s := bufio.NewScanner(r); s.Scan(); {
			switch m := listening.FindStringSubmatch(s.Text()); {
			case m == nil:
			case m[1] == "listening":
				address <- m[2]
			default:
				operators <- m[2]
			}
		}
	}()
	base, watch := <-address, <-operators
	for {
		body := get(t, ctx, base+"/en")
		if regexp.MustCompile(`[1-9]\d+ trials are open`).MatchString(body) {
			break
		}
		select {
		case <-ctx.Done():
			t.Fatalf("the demo's trials did not come; the page says:\n%s", body)
		case <-time.After(100 * time.Millisecond):
		}
	}
	if body := get(t, ctx, base+"/readyz"); body == "" {
		t.Error("/readyz said nothing")
	}
	if body := get(t, ctx, watch+"/metrics"); !strings.Contains(body, `trialfinder_last_run_clean{source="ctgov"} 1`) {
		t.Errorf("the metrics do not tell of the first run:\n%s", body)
	}
	if body := get(t, ctx, watch+"/"); !strings.Contains(body, "<td>ctgov</td><td>clean</td>") {
		t.Errorf("the operator's page does not tell of the first run:\n%s", body)
	}
	if body := get(t, ctx, base+"/metrics"); strings.Contains(body, "trialfinder_") {
		t.Error("the readers' listener gives metrics")
	}
	stop()
	if code := <-ended; code != exitOK {
		t.Errorf("serve ended with %d, want 0", code)
	}
}

func get(t *testing.T, ctx context.Context, url string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
