package operator_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"trialfinder/matcher"
	"trialfinder/matcher/index"
	"trialfinder/trials"
	"trialfinder/web/internal/htmltest"
	"trialfinder/web/operator"
)

// books are the runs and the quarantine.
type books struct {
	runs  []trials.Run
	aside []trials.Quarantined
	fails error
	saved time.Time // when it was last backed up
	tried time.Time // when a copy was last checked
	ahead int       // listings dated after the day that is asked for
	day   trials.Date
	older []trials.Run // clean ones, longer ago than those that are shown
}

func (b *books) LastDrill(context.Context) (time.Time, error) { return b.tried, b.fails }

func (b *books) DatedAhead(_ context.Context, day trials.Date) (int, error) {
	b.day = day
	return b.ahead, b.fails
}

func (b *books) LogSize(context.Context) (int64, error) { return 4096, b.fails }

func (b *books) LastClean(_ context.Context, source trials.SourceID) (trials.Run, error) {
	for _, run := range slices.Concat(b.runs, b.older) {
		if run.Clean && run.Source == source {
			return run, b.fails
		}
	}
	return trials.Run{}, trials.ErrNotFound
}

func (b *books) LastBackup(context.Context) (time.Time, error) { return b.saved, b.fails }

func (b *books) Runs(context.Context, int) ([]trials.Run, error) { return b.runs, b.fails }

func (b *books) Quarantined(context.Context, int) ([]trials.Quarantined, error) {
	return b.aside, b.fails
}

func (b *books) QuarantineSize(context.Context) (int, error) { return len(b.aside), b.fails }

func (b *books) Reading(context.Context) (criteria, unread int, err error) { return 2, 1, b.fails }

type fixed struct{ snap *index.Snapshot }

func (f fixed) Snapshot() *index.Snapshot { return f.snap }

func start(t *testing.T, b *books) *httptest.Server {
	t.Helper()
	m, err := matcher.New()
	if err != nil {
		t.Fatal(err)
	}
	snap, err := index.Of(m, []trials.Stored{{Trial: trials.Trial{ID: "NCT99000001", Status: trials.Recruiting,
		Eligibility: trials.Eligibility{Criteria: "Inclusion Criteria:\n* Age at least 18 years\n* Lunar-type tubulopathy"}}}})
	if err != nil {
		t.Fatal(err)
	}
	health := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "site: "+r.URL.Path) })
	s, err := operator.New(operator.Config{Store: b, Index: fixed{snap}, Kind: trials.Real, Health: health,
		Now: func() time.Time { return night.Add(24 * time.Hour) }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(s.Handler())
	t.Cleanup(srv.Close)
	return srv
}

func get(t *testing.T, srv *httptest.Server, path string) (status int, body string) {
	t.Helper()
	res, err := http.Get(srv.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(res.Header.Get("Content-Security-Policy"), "unsafe") || res.Header.Get("Content-Security-Policy") == "" {
		t.Errorf("%s: policy %q", path, res.Header.Get("Content-Security-Policy"))
	}
	return res.StatusCode, string(b)
}

func someNights() *books {
	clean := trials.Run{ID: 6, Source: trials.CTGov, Started: night.AddDate(0, 0, -4), Finished: night.AddDate(0, 0, -4).Add(90 * time.Second),
		Clean: true, Fetched: 512, New: 3, Changed: 41, Removed: 1}
	return &books{runs: []trials.Run{degraded(), failed(), clean},
		aside: []trials.Quarantined{{Source: trials.CTGov, ID: "NCT99000009", Size: 1234, Error: `field nctId is a JSON number <script>`, Seen: night}}}
}

func TestPage(t *testing.T) {
	srv := start(t, someNights())
	status, body := get(t, srv, "/")
	if status != http.StatusOK {
		t.Fatalf("got %d: %s", status, body)
	}
	page := htmltest.Parse(t, "/", body)
	page.Has("h1", "How the nights went")
	for what, text := range map[string]string{
		"a failed run": "failed", "a degraded one": "degraded", "its error": "page 3: registry unavailable", "age of the registry that failed": "5 days (old)",
		"age of the other": "24 h", "quarantine with its reason": "field nctId is a JSON number &lt;script&gt;", "drift": "overallStatus",
		"counts": "<td>512</td><td>3</td><td>41</td><td>1</td>", "duration": "1m30s", "unread": "Of 2 criteria of the open trials, 1 (50.0 %) are unread",
		"the chart": "<rect class=\"changed clean\"", "a mark on the failed one": "class=\"cross\"",
	} {
		if !strings.Contains(body, text) {
			t.Errorf("%s: %q is not on the page", what, text)
		}
	}
	if strings.Contains(body, "style=") || strings.Contains(body, "<script") {
		t.Error("the page has what its own policy forbids")
	}
	if _, css := get(t, srv, "/static/operator.css"); !strings.Contains(css, "rect.failed") {
		t.Error("no style sheet")
	}
}

func TestAgeOfTheBackup(t *testing.T) {
	tests := []struct {
		name  string
		saved time.Time
		want  string
	}{
		{"never", time.Time{}, `<p class="stale">The database was never backed up.</p>`},
		{"today", night.Add(20 * time.Hour), `<p>The last backup is of ` + night.Add(20*time.Hour).Format("2006-01-02 15:04") + `.</p>`},
		{"three days ago", night.AddDate(0, 0, -2), `<p class="stale">The last backup is of ` + night.AddDate(0, 0, -2).Format("2006-01-02 15:04") + ` (old).</p>`},
	}
	for _, tt := range tests {
		b := someNights()
		b.saved = tt.saved
		srv := start(t, b)
		if _, body := get(t, srv, "/"); !strings.Contains(body, tt.want) {
			t.Errorf("%s: %q is not on the page", tt.name, tt.want)
		}
		if _, body := get(t, srv, "/metrics"); strings.Contains(body, "\ntrialfinder_last_backup_timestamp_seconds ") == tt.saved.IsZero() {
			t.Errorf("%s: metrics: got %v", tt.name, !tt.saved.IsZero())
		}
	}
}

func TestAgeOfTheRestoreDrill(t *testing.T) {
	for name, tt := range map[string]struct {
		tried time.Time
		want  string
	}{
		"never":            {time.Time{}, `<p class="stale">No copy was ever checked. Once a month,`},
		"this month":       {night.AddDate(0, 0, -20), `<p>A copy was last checked on 2026-11-04 03:15.</p>`},
		"the month before": {night.AddDate(0, 0, -40), `<p class="stale">A copy was last checked on 2026-10-15 03:15 (old). Once a month,`},
	} {
		b := someNights()
		b.tried = tt.tried
		srv := start(t, b)
		if _, body := get(t, srv, "/"); !strings.Contains(body, tt.want) {
			t.Errorf("%s: %q is not on the page", name, tt.want)
		}
		if _, body := get(t, srv, "/metrics"); strings.Contains(body, "\ntrialfinder_last_restore_drill_timestamp_seconds ") == tt.tried.IsZero() {
			t.Errorf("%s: metrics: got %v", name, !tt.tried.IsZero())
		}
	}
}

// Dates to come are flagged; those of tomorrow may be a registry's today.
func TestDatesToComeAreFlagged(t *testing.T) {
	for ahead, shown := range map[int]bool{0: false, 3: true} {
		b := someNights()
		b.ahead = ahead
		srv := start(t, b)
		if _, body := get(t, srv, "/"); strings.Contains(body, "3 listings say that they were updated on a day to come") != shown {
			t.Errorf("%d: shown %v, want %v", ahead, !shown, shown)
		}
		if b.day != (trials.Date{Year: 2026, Month: 11, Day: 27}) { // it is the 25th
			t.Errorf("asked for those after %v", b.day)
		}
		if _, body := get(t, srv, "/metrics"); !strings.Contains(body, fmt.Sprint("trialfinder_listings_dated_ahead ", ahead)) {
			t.Errorf("%d: not in the metrics", ahead)
		}
	}
}

// A registry that has failed for longer than the runs that are shown is as old as it is.
func TestRegistryThatFailsForLong(t *testing.T) {
	b := &books{older: []trials.Run{{Source: trials.CTGov, Clean: true, Finished: night.AddDate(0, 0, -9)}, {Source: trials.CTIS, Clean: true, Finished: night}}}
	for range 120 {
		b.runs = append(b.runs, failed())
	}
	srv := start(t, b)
	if _, body := get(t, srv, "/"); !strings.Contains(body, "10 days (old)") || strings.Contains(body, "never</td>") || !strings.Contains(body, `<th scope="row">ctis</th>`) {
		t.Errorf("got %s", body)
	}
	if _, body := get(t, srv, "/metrics"); !strings.Contains(body, `trialfinder_listings_age_seconds{source="ctgov"} 864000`) {
		t.Error("no age in the metrics")
	}
}

func TestPageBeforeTheFirstRun(t *testing.T) {
	status, body := get(t, start(t, &books{}), "/")
	if status != http.StatusOK || !strings.Contains(body, "There was no run yet") {
		t.Errorf("got %d, %s", status, body)
	}
}

func TestDatabaseThatFails(t *testing.T) {
	srv := start(t, &books{fails: errors.New("disk on fire")})
	for _, path := range []string{"/", "/metrics"} {
		if status, body := get(t, srv, path); status != http.StatusInternalServerError || path == "/" && strings.Contains(body, "fire") {
			t.Errorf("%s: got %d, %s", path, status, body)
		}
	}
}

func TestMetrics(t *testing.T) {
	_, body := get(t, start(t, someNights()), "/metrics")
	for _, line := range []string{
		`trialfinder_last_run_clean{source="ctgov"} 0`,
		`trialfinder_last_run_clean{source="ctis"} 1`,
		`trialfinder_last_run_records{source="ctgov",what="fetched"} 12`,
		`trialfinder_last_run_duration_seconds{source="ctis"} 60`,
		`trialfinder_last_clean_run_timestamp_seconds{source="ctgov"} 1.79514459e+09`,
		`trialfinder_schema_drift{field="overallStatus",source="ctis"} 4`,
		`trialfinder_quarantined_records 1`,
		`trialfinder_open_trials 1`,
		`trialfinder_write_ahead_log_bytes 4096`,
		`trialfinder_criteria_unread_ratio 0.5`,
		`go_goroutines`,
	} {
		if !strings.Contains(body, line) {
			t.Errorf("no %s in the metrics", line)
		}
	}
	if strings.Contains(body, "NCT") {
		t.Error("a metric names a trial")
	}
}

func TestHealthIsTheSites(t *testing.T) {
	srv := start(t, &books{})
	for _, path := range []string{"/healthz", "/readyz"} {
		if _, body := get(t, srv, path); body != "site: "+path {
			t.Errorf("%s: got %q, want the site's answer", path, body)
		}
	}
	if status, _ := get(t, srv, "/nothing"); status != http.StatusNotFound {
		t.Errorf("another address: got %d, want 404", status)
	}
}
