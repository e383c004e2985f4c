package ctgov_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"trialfinder/trials"
	"trialfinder/trials/ctgov"
	"trialfinder/trials/demo"
)

// startDemo is a client of the demo registry with pages of 7; fault says what
// goes wrong with the nth request for studies.
func startDemo(t *testing.T, fault func(n int) demo.Fault, change func(*ctgov.Config)) (*ctgov.Client, *demo.Registry) {
	t.Helper()
	var n atomic.Int64
	registry, err := demo.New(demo.Options{Fault: func(r *http.Request) demo.Fault {
		if fault == nil || !strings.HasSuffix(r.URL.Path, "/studies") {
			return demo.Fault{}
		}
		return fault(int(n.Add(1)))
	}})
	if err != nil {
		t.Fatal(err)
	}
	return start(t, registry, func(c *ctgov.Config) {
		c.PageSize = 7
		if change != nil {
			change(c)
		}
	}), registry
}

func TestDemoEveryStudyComesOnce(t *testing.T) {
	client, registry := startDemo(t, nil, nil)
	got, err := changed(t.Context(), client, time.Time{})
	if err != nil || len(got) != registry.Len() {
		t.Fatalf("got %d studies, %v, want %d", len(got), err, registry.Len())
	}
	slices.Sort(got)
	if n := len(slices.Compact(slices.Clone(got))); n != len(got) {
		t.Errorf("got %d different studies of %d", n, len(got))
	}
	for _, id := range got {
		if !strings.HasPrefix(id, "NCT99") {
			t.Errorf("got %s, want only studies that are read and fictional", id)
		}
	}
	if _, err := client.Version(t.Context()); err != nil {
		t.Errorf("version: %v", err)
	}
	record, err := client.Study(t.Context(), got[0])
	if err != nil || record.Trial.ID != got[0] || record.Trial.Eligibility.Criteria == "" {
		t.Errorf("study %s: got %+v, %v", got[0], record.Trial, err)
	}
}

func TestDemoASearchFindsSome(t *testing.T) {
	client, registry := startDemo(t, nil, func(c *ctgov.Config) {
		c.Scope, c.Terms = ctgov.ScopeTherapies, []string{"pembrolizumab", "CAR-T", "natural killer"}
	})
	got, err := changed(t.Context(), client, time.Time{})
	if err != nil || len(got) == 0 || len(got) >= registry.Len() {
		t.Errorf("got %d studies of %d, %v, want some", len(got), registry.Len(), err)
	}
}

func TestDemoOnlyWhatHasChanged(t *testing.T) {
	client, registry := startDemo(t, nil, nil)
	var newest trials.Date
	for record, err := range client.Changed(t.Context(), time.Time{}) {
		if err != nil {
			t.Fatal(err)
		}
		if d := record.Trial.LastUpdatePosted.Date; d.First().After(newest.First()) {
			newest = d
		}
	}
	n := 0
	for record, err := range client.Changed(t.Context(), newest.First()) {
		if err != nil {
			t.Fatal(err)
		}
		if got := record.Trial.LastUpdatePosted.Date; got != newest {
			t.Errorf("got %s of %s, want only those of %s", record.Trial.ID, got, newest)
		}
		n++
	}
	if n == 0 || n >= registry.Len() {
		t.Errorf("got %d studies of %d, want those of the last day", n, registry.Len())
	}
}

func TestDemoFaults(t *testing.T) {
	once := func(at int, f demo.Fault) func(int) demo.Fault {
		return func(n int) demo.Fault {
			if n == at {
				return f
			}
			return demo.Fault{}
		}
	}
	always := func(f demo.Fault) func(int) demo.Fault { return func(int) demo.Fault { return f } }
	tests := []struct {
		name  string
		fault func(int) demo.Fault
		want  error // nil: everything comes
	}{
		{"throttled once", once(2, demo.Fault{Status: 429, RetryAfter: "0"}), nil},
		{"down for a moment", once(1, demo.Fault{Status: 503}), nil},
		{"cut off once", once(3, demo.Fault{Truncate: true}), nil},
		{"connection broken once", once(2, demo.Fault{Disconnect: true}), nil},
		{"throttled for ever", always(demo.Fault{Status: 429}), trials.ErrUnavailable},
		{"down for ever", always(demo.Fault{Status: 502}), trials.ErrUnavailable},
		{"cut off for ever", always(demo.Fault{Truncate: true}), trials.ErrUnavailable},
		{"always the same token", always(demo.Fault{RepeatToken: true}), trials.ErrSchema},
		{"a page for people", once(2, demo.Fault{Body: "<html>", ContentType: "text/html"}), trials.ErrSchema},
		{"another shape", once(2, demo.Fault{Body: `{"trials":[]}`}), trials.ErrSchema},
		{"gone elsewhere", once(2, demo.Fault{Status: 302, Location: "https://elsewhere.example/"}), trials.ErrSchema},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			client, registry := startDemo(t, test.fault, nil)
			got, err := changed(t.Context(), client, time.Time{})
			if !errors.Is(err, test.want) || (err == nil) != (test.want == nil) {
				t.Errorf("got %v, want %v", err, test.want)
			}
			if test.want == nil && len(got) != registry.Len() {
				t.Errorf("got %d studies, want %d", len(got), registry.Len())
			}
		})
	}
}

func TestDemoANewNightInTheMiddleOfAWalk(t *testing.T) {
	client, registry := startDemo(t, nil, nil)
	seen := map[string]bool{}
	for record, err := range client.Changed(t.Context(), time.Time{}) {
		if err != nil {
			t.Fatal(err)
		}
		if len(seen) == 0 {
			registry.SetNight(1) // the tokens of night 0 are refused from here on
		}
		seen[record.Trial.ID] = true
	}
	if len(seen) < registry.Len() {
		t.Errorf("got %d studies, want all %d of the new night", len(seen), registry.Len())
	}
}
