package ingest_test

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"trialfinder/trials"
	"trialfinder/trials/ctgov"
	"trialfinder/trials/ctis"
	"trialfinder/trials/demo"
	"trialfinder/trials/fetch"
	"trialfinder/trials/ingest"
	"trialfinder/trials/store"
	"trialfinder/trials/store/storetest"
)

// place is a database that is filled from the demo registries, which can be made to
// send something else than they have.
type place struct {
	db    *store.DB
	demo  *demo.Registry
	fault demo.Fault
	job   ingest.Job
	at    time.Time
}

func newPlace(t *testing.T) *place {
	t.Helper()
	p := &place{db: storetest.Open(t), at: night}
	var err error
	if p.demo, err = demo.New(demo.Options{Fault: func(*http.Request) demo.Fault { return p.fault }}); err != nil {
		t.Fatal(err)
	}
	cfg := fetch.Config{Transport: demo.Transport{Handler: p.demo}, Rate: rate.Inf}
	gov, err := ctgov.New(ctgov.Config{BaseURL: "https://gov.example/api/v2", Fetch: fetch.New(cfg), Scope: ctgov.ScopeAll})
	if err != nil {
		t.Fatal(err)
	}
	eu, err := ctis.New(ctis.Config{BaseURL: "https://eu.example/ctis-public-api", Fetch: fetch.New(cfg), Scope: ctis.ScopeAll})
	if err != nil {
		t.Fatal(err)
	}
	p.job = ingest.Job{Store: p.db, Sources: []trials.Source{gov, eu}, Now: func() time.Time { return p.at }, Log: slog.New(slog.DiscardHandler)}
	return p
}

// sync is one night; the runs are those of ClinicalTrials.gov and of the EU's register.
func (p *place) sync(t *testing.T, full bool) []trials.Run {
	t.Helper()
	p.at = p.at.Add(24 * time.Hour)
	runs, err := p.job.Run(t.Context(), full)
	if err != nil {
		t.Fatal(err)
	}
	return runs
}

// open counts the open trials of a registry, as readers are served them.
func (p *place) open(t *testing.T, source trials.SourceID) (n int) {
	t.Helper()
	for _, err := range p.db.Each(t.Context(), trials.Filter{OpenOnly: true, Source: source}) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

// events counts what was told of a registry's listings since they came.
func (p *place) events(t *testing.T, source trials.SourceID) map[trials.EventKind]int {
	t.Helper()
	out := map[trials.EventKind]int{}
	for s, err := range p.db.Each(t.Context(), trials.Filter{Source: source}) {
		if err != nil {
			t.Fatal(err)
		}
		h, err := p.db.History(t.Context(), s.Trial.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range h.Events[1:] {
			out[e.Kind]++
		}
	}
	return out
}

// A field that is gone from all records, or has another name: nothing of it is
// swapped in, nothing is told as a change, and the operator hears of it.
func TestFaultFieldGone(t *testing.T) {
	for _, tt := range []struct {
		name, old, new string
		source         trials.SourceID
		clean          bool
		says, counted  string
	}{
		{"status", `"overallStatus":`, `"statusOfStudy":`, trials.CTGov, false, "lose their status", "overallStatus (absent)"},
		{"criteria", `"eligibilityCriteria":`, `"criteria":`, trials.CTGov, false, "lose their criteria", "eligibilityCriteria (absent)"},
		{"the EU's criteria", `"eligibilityCriteria":`, `"criteria":`, trials.CTIS, false, "lose their criteria", "eligibilityCriteria (absent)"},
		{"sites", `"locations":`, `"places":`, trials.CTGov, false, "lose their sites", "locations (absent)"},
		{"the EU's sites", `"trialSites":`, `"places":`, trials.CTIS, false, "lose their sites", "locations (absent)"},
		{"the EU's status, which its list tells too", `"ctPublicStatusCode":`, `"status":`, trials.CTIS, true, "", ""},
		{"a field that costs no trial", `"briefTitle":`, `"name":`, trials.CTGov, true, "", "briefTitle (absent)"},
		{"a code that nobody knows", `PublicStatusCode":4`, `PublicStatusCode":44`, trials.CTIS, true, "", "overallStatus"},
		{"a word that nobody knows", `"RECRUITING"`, `"WELCOMING"`, trials.CTGov, true, "", "overallStatus"},
		{"all studies closed at once", `"overallStatus":"RECRUITING"`, `"overallStatus":"COMPLETED"`, trials.CTGov, false, "fewer would be open", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := newPlace(t)
			for _, run := range p.sync(t, true) {
				if !run.Clean || run.Degraded() {
					t.Fatalf("the first night: got %+v", run)
				}
			}
			open := p.open(t, tt.source)
			p.fault = demo.Fault{Old: tt.old, New: tt.new}
			run := p.sync(t, true)[map[trials.SourceID]int{trials.CTGov: 0, trials.CTIS: 1}[tt.source]]
			if run.Clean != tt.clean || !strings.Contains(strings.Join(run.Errors, " "), tt.says) {
				t.Errorf("got clean %v, %q; want %v, %q", run.Clean, run.Errors, tt.clean, tt.says)
			}
			if tt.clean && run.Degraded() != (tt.counted != "") {
				t.Errorf("degraded: got %v", run.Degraded())
			}
			if tt.counted != "" && run.Drift[tt.counted] == 0 || tt.counted == "" && len(run.Drift) > 0 {
				t.Errorf("drift: got %v, want %q in it", run.Drift, tt.counted)
			}
			if got := p.open(t, tt.source); got != open {
				t.Errorf("got %d open trials, want %d as before", got, open)
			}
			if events := p.events(t, tt.source); len(events) > 0 {
				t.Errorf("told: %v, want nothing", events)
			}
			p.fault = demo.Fault{}
			if run := p.sync(t, true)[0]; !run.Clean {
				t.Errorf("the next night: got %+v", run)
			}
		})
	}
}

// What a field must cost before the night is not believed.
func TestLossesHaveABound(t *testing.T) {
	month := []trials.Run{{Clean: true, Started: night.AddDate(0, 0, -31)}}
	yesterday := []trials.Run{{Clean: true, Started: night.AddDate(0, 0, -1)}}
	for _, tt := range []struct {
		name   string
		losses trials.Losses
		before []trials.Run
		clean  bool
	}{
		{"a tenth of the criteria", trials.Losses{Listings: 100, Criteria: 10}, yesterday, true},
		{"more", trials.Losses{Listings: 100, Criteria: 11}, yesterday, false},
		{"two of two", trials.Losses{Listings: 2, Sites: 2}, yesterday, true},
		{"three of three", trials.Losses{Listings: 3, Sites: 3}, yesterday, false},
		{"a tenth of the open trials", trials.Losses{Open: 100, Closed: 10}, yesterday, true},
		{"more of them", trials.Losses{Open: 100, Closed: 11}, yesterday, false},
		{"after a month", trials.Losses{Open: 100, Closed: 40}, month, true},
		{"half of them after a month", trials.Losses{Open: 100, Closed: 51}, month, false},
	} {
		s := &memory{held: map[string]string{}, runs: tt.before, losses: tt.losses}
		if run := runOnce(t, job(s, night, &registry{version: "v2"}), false); run.Clean != tt.clean {
			t.Errorf("%s: got %+v, want clean %v", tt.name, run, tt.clean)
		}
	}
}
