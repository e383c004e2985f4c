package demo_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"trialfinder/trials/demo"
)

func TestFaults(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		fault    demo.Fault
		status   int
		header   map[string]string
		wantJSON bool
	}{
		{"none", demo.Fault{}, 200, map[string]string{"Content-Type": "application/json"}, true},
		{"too many requests", demo.Fault{Status: 429, RetryAfter: "3"}, 429, map[string]string{"Retry-After": "3"}, false},
		{"too many requests, no hint", demo.Fault{Status: 429}, 429, map[string]string{"Retry-After": ""}, false},
		{"down", demo.Fault{Status: 503}, 503, nil, false},
		{"truncated", demo.Fault{Truncate: true}, 200, map[string]string{"Content-Type": "application/json"}, false},
		{"error page", demo.Fault{Body: "<html>Sorry</html>", ContentType: "text/html"}, 200, map[string]string{"Content-Type": "text/html"}, false},
		{"redirect", demo.Fault{Status: 302, Location: "https://elsewhere.example.org/"}, 302, map[string]string{"Location": "https://elsewhere.example.org/"}, false},
		{"slow", demo.Fault{Hang: time.Millisecond}, 200, nil, true},
	} {
		g := newRegistry(t, demo.Options{Fault: func(*http.Request) demo.Fault { return c.fault }})
		w := get(g, studies())
		if w.Code != c.status || json.Valid(w.Body.Bytes()) != c.wantJSON {
			t.Errorf("%s: got %d, valid JSON %t; want %d, %t", c.name, w.Code, json.Valid(w.Body.Bytes()), c.status, c.wantJSON)
		}
		for name, want := range c.header {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s: got %s %q, want %q", c.name, name, got, want)
			}
		}
	}
}

func TestARepeatingTokenNeverEnds(t *testing.T) {
	t.Parallel()
	g := newRegistry(t, demo.Options{Fault: func(*http.Request) demo.Fault { return demo.Fault{RepeatToken: true} }})
	token := getPage(t, g, studies()).NextPageToken
	for range 3 {
		next := getPage(t, g, studies("pageToken", token)).NextPageToken
		if next == "" || next != token {
			t.Fatalf("after %q: got %q, want the same", token, next)
		}
	}
}

func TestADisconnectedBodyIsAReadError(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(newRegistry(t, demo.Options{Fault: func(*http.Request) demo.Fault { return demo.Fault{Disconnect: true} }}))
	defer server.Close()
	response, err := http.Get(server.URL + studies())
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if _, err := io.ReadAll(response.Body); err == nil {
		t.Error("got a whole body, want an error")
	}
}

func TestAHangEndsWithTheRequest(t *testing.T) {
	t.Parallel()
	g := newRegistry(t, demo.Options{Fault: func(*http.Request) demo.Fault { return demo.Fault{Hang: time.Hour} }})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	g.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, studies(), nil))
	if w.Body.Len() != 0 {
		t.Errorf("got %d bytes, want none", w.Body.Len())
	}
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	g := newRegistry(t, demo.Options{})
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for n := range 20 {
				g.SetNight(i + n)
				w := get(g, studies("pageSize", "1000", "countTotal", "true", "query.cond", "", "sort", "StartDate"))
				var p page
				if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.TotalCount == nil || *p.TotalCount != len(p.Studies) {
					t.Errorf("got %d studies, total %v, error %v", len(p.Studies), p.TotalCount, err)
				}
			}
		})
	}
	wg.Wait()
}
