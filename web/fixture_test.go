package web_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"trialfinder/matcher"
	"trialfinder/matcher/index"
	"trialfinder/trials"
	"trialfinder/trials/store"
	"trialfinder/web"
	"trialfinder/web/content"
	"trialfinder/web/internal/htmltest"
)

// now is the day of the tests.
var now = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// loadMatcher loads the vocabularies once for all tests; they are read-only.
var loadMatcher = sync.OnceValues(matcher.New)

// loadTexts reads the texts and makes their index once for all tests.
var loadTexts = sync.OnceValues(content.Load)

var loadPassages = sync.OnceValues(func() (*store.Passages, error) {
	texts, err := loadTexts()
	if err != nil {
		return nil, err
	}
	return store.NewPassages(context.Background(), texts.Passages())
})

// shelf is a store in memory.
type shelf struct {
	trials   []trials.Stored
	removed  []trials.Stored
	derived  []trials.Derived
	listings time.Time
	broken   error
}

func (s *shelf) Stale(context.Context, string) iter.Seq2[trials.Stored, error] {
	return func(yield func(trials.Stored, error) bool) {
		for _, t := range s.trials {
			if !yield(t, nil) {
				return
			}
		}
	}
}

func (s *shelf) PutDerived(_ context.Context, rows []trials.Derived) error {
	s.derived = append(s.derived, rows...)
	return nil
}

func (s *shelf) Slips(context.Context, string) iter.Seq2[trials.Slip, error] {
	return func(yield func(trials.Slip, error) bool) {
		for i, d := range s.derived {
			if s.trials[i].Trial.Status.Open() && !yield(trials.Slip{TrialID: d.TrialID, SourceHash: d.SourceHash, Slip: d.Slip}, nil) {
				return
			}
		}
	}
}

func (s *shelf) Derived(_ context.Context, id, _ string) (trials.Derived, error) {
	for _, d := range s.derived {
		if d.TrialID == id {
			return d, nil
		}
	}
	return trials.Derived{}, trials.ErrNotFound
}

func (s *shelf) Freshness(context.Context) (time.Time, error) { return s.listings, nil }
func (s *shelf) Generation(context.Context) (int64, error)    { return 1, nil }
func (s *shelf) Ready(context.Context) error                  { return s.broken }

func (s *shelf) Get(_ context.Context, id string) (trials.Stored, error) {
	for _, t := range s.trials {
		if t.Trial.ID == id || slices.Contains(matcher.IDs(&t.Trial), id) {
			return t, nil
		}
	}
	for _, t := range s.removed {
		if t.Trial.ID == id {
			return t, fmt.Errorf("%s: %w", id, trials.ErrRemoved)
		}
	}
	return trials.Stored{}, fmt.Errorf("%s: %w", id, trials.ErrNotFound)
}

func site(facility, city, country string, status trials.Status, lat, lon float64, phone string) trials.Site {
	return trials.Site{
		Facility: facility, City: city, Country: country, Status: status, GeoPoint: &trials.GeoPoint{Lat: lat, Lon: lon},
		Contacts: []trials.Contact{{Name: "Study desk", Phone: phone, Email: "desk@example.org"}},
	}
}

func years(text string) *trials.Age {
	a, err := trials.ParseAge(text)
	if err != nil {
		panic(err)
	}
	return &a
}

// listings are invented trials: open and closed ones, with and without a text.
func listings() []trials.Stored {
	aarhus := site("Fjord Hospital", "Aarhus", "Denmark", trials.Completed, 56.16, 10.20, "+45 00 00 00 01")
	copenhagen := site("Harbour Hospital", "Copenhagen", "Denmark", trials.Recruiting, 55.68, 12.57, "+45 00 00 00 02")
	utrecht := site("Canal Clinic", "Utrecht", "Netherlands", trials.Recruiting, 52.09, 5.12, "ask at the desk")
	all := []trials.Trial{
		{
			ID: "NCT99900001", BriefTitle: "Pembrolizumab <b>or</b> Watchful Care in Lung Cancer", Status: trials.Recruiting, Phases: []trials.Phase{trials.Phase2},
			Conditions: []string{"Non-small Cell Lung Cancer"}, Sites: []trials.Site{aarhus, copenhagen, utrecht}, SecondaryIDs: []trials.SecondaryID{{ID: "2025-599901-10-00"}},
			BriefSummary: "Tests pembrolizumab \\> watchful care &amp; follow-up.", Enrollment: &trials.Enrollment{Count: 120},
			Interventions: []trials.Intervention{{Type: "DRUG", Name: "Pembrolizumab", ArmLabels: []string{"A"}}},
			Arms:          []trials.Arm{{Label: "A", Type: "EXPERIMENTAL", Interventions: []string{"Drug: Pembrolizumab"}}},
			Eligibility: trials.Eligibility{MinimumAge: years("18 Years"), Sex: trials.AnySex, Criteria: "Inclusion Criteria:\n\n* Age \\>= 18 years\n* ECOG performance status 0 or 1\n" +
				"* Hemoglobin at least 9 g/dL\n* Willing to sign informed consent\n\nExclusion Criteria:\n\n* Pregnant\n* Systemic therapy within 4 weeks before the first dose\n* Lunar-type tubulopathy <script>alert(1)</script>\n"},
		},
		{
			ID: "NCT99900002", BriefTitle: "CAR-T Cells in Women With Lymphoma", Status: trials.Recruiting, Phases: []trials.Phase{trials.Phase1},
			Conditions: []string{"Lymphoma"}, Sites: []trials.Site{utrecht},
			Interventions: []trials.Intervention{{Type: "BIOLOGICAL", Name: "Anti-CD19 CAR-T cells", ArmLabels: []string{"A"}}},
			Arms:          []trials.Arm{{Label: "A", Type: "EXPERIMENTAL", Interventions: []string{"Biological: Anti-CD19 CAR-T cells"}}},
			Eligibility: trials.Eligibility{MinimumAge: years("18 Years"), MaximumAge: years("70 Years"), Sex: trials.Female,
				Criteria: "Inclusion Criteria:\n\n* Age 18 to 70 years\n* CD19 positive disease\n\nExclusion Criteria:\n\n* HIV infection\n"},
		},
		{
			ID: "NCT99900003", BriefTitle: "A Closed Trial of NK Cells", Status: trials.Completed, Conditions: []string{"Lung Cancer"}, WhyStopped: "Enough people took part",
			Interventions: []trials.Intervention{{Type: "BIOLOGICAL", Name: "Allogeneic NK cells"}},
			Eligibility:   trials.Eligibility{Criteria: "Inclusion Criteria:\n\n* Age at least 18 years\n"},
		},
	}
	for i := range 24 { // enough for a second page
		all = append(all, trials.Trial{
			ID: fmt.Sprintf("NCT999001%02d", i), BriefTitle: fmt.Sprintf("Nivolumab in Lung Cancer, Study %d", i), Status: trials.NotYetRecruiting,
			Phases: []trials.Phase{trials.Phase3}, Conditions: []string{"Lung Cancer"}, Sites: []trials.Site{utrecht},
			Interventions: []trials.Intervention{{Type: "DRUG", Name: "Nivolumab"}},
			Eligibility:   trials.Eligibility{MinimumAge: years("40 Years"), Criteria: "Inclusion Criteria:\n\n* Age at least 40 years\n* ECOG performance status 0 to 2\n"},
		})
	}
	var out []trials.Stored
	for _, t := range all {
		t.Source, t.StudyType = trials.CTGov, trials.Interventional
		t.LastUpdatePosted.Date = trials.Date{Year: 2026, Month: 11, Day: 2}
		out = append(out, trials.Stored{Trial: t, SourceHash: t.ID, Synced: now.Add(-9 * time.Hour)})
	}
	return out
}

// fixture is a running site and all that it has logged.
type fixture struct {
	t     *testing.T
	srv   *httptest.Server
	site  *web.Server
	index *index.Index
	shelf *shelf
	log   *lockedBuffer
	clock *clock
}

type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.t }

func (c *clock) add(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.t = c.t.Add(d) }

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string { l.mu.Lock(); defer l.mu.Unlock(); return l.b.String() }

// options change a fixture before it starts.
type options func(*web.Config, *shelf)

func start(t *testing.T, opts ...options) *fixture {
	t.Helper()
	m, err := loadMatcher()
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{t: t, shelf: &shelf{trials: listings(), listings: now.Add(-9 * time.Hour)}, log: &lockedBuffer{}, clock: &clock{t: now}}
	texts, err := loadTexts()
	if err != nil {
		t.Fatal(err)
	}
	passages, err := loadPassages()
	if err != nil {
		t.Fatal(err)
	}
	cfg := web.Config{
		Matcher: m, Store: f.shelf, Texts: texts, TextIndex: passages, Kind: trials.Real, BaseURL: "https://trials.example.org", Now: f.clock.now,
		Log: slog.New(slog.NewTextHandler(f.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, o := range opts {
		o(&cfg, f.shelf)
	}
	x, err := index.New(t.Context(), f.shelf, m)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Index, f.index = x, x
	if f.site, err = web.New(cfg); err != nil {
		t.Fatal(err)
	}
	f.srv = httptest.NewServer(f.site.Handler())
	t.Cleanup(f.srv.Close)
	return f
}

// browser is a reader with a cookie jar and no script.
type browser struct {
	*fixture
	client *http.Client
	lang   string
	urls   []string // all addresses that were visited
}

func (f *fixture) browser(lang string) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		f.t.Fatal(err)
	}
	b := &browser{fixture: f, lang: lang}
	b.client = &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		b.urls = append(b.urls, r.URL.String())
		return nil
	}}
	return b
}

// visit is what came back.
type visit struct {
	*htmltest.Page
	status int
	path   string
	header http.Header
	body   string
}

func (b *browser) read(resp *http.Response, err error) visit {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	path := resp.Request.URL.RequestURI()
	return visit{htmltest.Parse(b.t, path, string(body)), resp.StatusCode, path, resp.Header, string(body)}
}

// get opens a page of the browser's language.
func (b *browser) get(path string) visit {
	b.t.Helper()
	b.urls = append(b.urls, path)
	return b.read(b.client.Get(b.srv.URL + "/" + b.lang + path))
}

// answer sends a question's form.
func (b *browser) answer(step, form string) visit {
	b.t.Helper()
	v, err := url.ParseQuery(form)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.read(b.client.PostForm(b.srv.URL+"/"+b.lang+"/question/"+step, v))
}

// begin answers the fixed questions.
func (b *browser) begin() visit {
	b.t.Helper()
	b.answer("condition", "answer=nsclc")
	b.answer("age", "value=62&unit=a")
	b.answer("sex", "answer=female")
	b.answer("place", "country=DK&place=Aarhus")
	return b.answer("therapy", "")
}

func (b *browser) expect(v visit, status int, path string) {
	b.t.Helper()
	if v.status != status || v.path != "/"+b.lang+path {
		b.t.Errorf("got %d at %s, want %d at /%s%s", v.status, v.path, status, b.lang, path)
	}
}

func contains(text string, parts ...string) bool {
	for _, p := range parts {
		if !strings.Contains(text, p) {
			return false
		}
	}
	return true
}
