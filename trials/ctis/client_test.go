package ctis_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/time/rate"

	"trialfinder/trials"
	"trialfinder/trials/ctis"
	"trialfinder/trials/demo"
	"trialfinder/trials/fetch"
)

// register notes what it is asked: "search [] DESC 1", "retrieve 2031-…".
type register struct {
	http.Handler
	asked []string
}

func (r *register) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	what := strings.TrimPrefix(req.URL.Path, "/ctis-public-api/")
	if req.Method == http.MethodPost {
		body, _ := io.ReadAll(req.Body)
		var q struct {
			Pagination struct{ Page int }
			Sort       struct{ Direction string }
			Criteria   struct {
				Status []int
				Number string
			} `json:"searchCriteria"`
		}
		if err := json.Unmarshal(body, &q); err != nil {
			panic(err)
		}
		what = fmt.Sprint("search ", q.Criteria.Status, q.Criteria.Number, " ", q.Sort.Direction, " ", q.Pagination.Page)
		req.Body = io.NopCloser(strings.NewReader(string(body)))
	}
	r.asked = append(r.asked, what)
	r.Handler.ServeHTTP(w, req)
}

// searches are the questions to the search.
func (r *register) searches() []string {
	return slices.DeleteFunc(slices.Clone(r.asked), func(s string) bool { return !strings.HasPrefix(s, "search") })
}

// start is a client of a register, with pages of 4 rows and no waits.
func start(t *testing.T, h http.Handler, change func(*ctis.Config)) (*ctis.Client, *register) {
	t.Helper()
	r := &register{Handler: h}
	cfg := ctis.Config{
		BaseURL: "https://register.example/ctis-public-api/", Scope: ctis.ScopeAll, PageSize: 4,
		Fetch: fetch.New(ctis.Politely(fetch.Config{
			Transport: demo.Transport{Handler: r}, Rate: rate.Inf, RetryMax: 2, RetryWaitMin: 1, RetryWaitMax: 1,
		})),
	}
	if change != nil {
		change(&cfg)
	}
	client, err := ctis.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return client, r
}

// startDemo is a client of the demo's register.
func startDemo(t *testing.T, o demo.Options, change func(*ctis.Config)) (*ctis.Client, *register, *demo.Registry) {
	t.Helper()
	d, err := demo.New(o)
	if err != nil {
		t.Fatal(err)
	}
	client, r := start(t, d, change)
	return client, r, d
}

// changed gives the numbers that come, "!number" for a record error, sorted, and
// the last error.
func changed(ctx context.Context, client *ctis.Client, since time.Time) (numbers []string, last error) {
	for record, err := range client.Changed(ctx, since) {
		var bad *trials.RecordError
		switch {
		case errors.As(err, &bad):
			numbers = append(numbers, "!"+bad.ID)
		case err != nil:
			last = err
		default:
			numbers = append(numbers, record.Trial.ID)
		}
	}
	slices.Sort(numbers)
	return numbers, last
}

func day(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return t
}

func TestEveryTrialComesOnce(t *testing.T) {
	t.Parallel()
	client, r, d := startDemo(t, demo.Options{}, nil)
	got, err := changed(t.Context(), client, time.Time{})
	if n := len(slices.Compact(slices.Clone(got))); err != nil || n != d.LenEU() || n != len(got) {
		t.Errorf("got %d trials, %d of them different, %v; want %d", len(got), n, err, d.LenEU())
	}
	want := []string{"search [] DESC 1", "search [] DESC 2", "search [] DESC 3", "search [] DESC 4", "search [] DESC 5"}
	if diff := cmp.Diff(want, r.searches()); diff != "" {
		t.Errorf("questions (-want +got):\n%s", diff)
	}
}

func TestAVersionIsTheNewestPublicationAndItsPage(t *testing.T) {
	t.Parallel()
	client, _, d := startDemo(t, demo.Options{}, nil)
	var versions []string
	for night := range 3 {
		d.SetNight(night)
		for range 2 {
			v, err := client.Version(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			versions = append(versions, v)
		}
	}
	for i, day := range []string{"2026-11-20", "2026-11-21", "2026-11-22"} {
		a, b := versions[2*i], versions[2*i+1]
		if a != b || !strings.HasPrefix(a, day+"T00:00:00 ") {
			t.Errorf("night %d: got %q and %q, want the same, of %s", i, a, b, day)
		}
	}
	status := func(code int) string {
		h := static([]string{fmt.Sprintf(`{"ctNumber":"2031-500001-11-00","ctStatus":%d,"lastPublicationUpdate":"02/03/2031"}`, code)}, 1, dossierOf)
		client, _ := start(t, h, nil)
		v, err := client.Version(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	if status(4) == status(5) {
		t.Error("another status on the same day: got the same version")
	}
	for name, h := range map[string]http.Handler{"empty": static([]string{""}, 0, dossierOf), "no page": http.NotFoundHandler()} {
		client, _ := start(t, h, nil)
		if _, err := client.Version(t.Context()); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}

func TestTheNetTakesWhatNamesATherapy(t *testing.T) {
	t.Parallel()
	terms := []string{"cemiplimab", "CAR-T", "natural killer cell", "mesenchymal stromal cells"}
	client, r, _ := startDemo(t, demo.Options{}, func(c *ctis.Config) { c.Scope, c.Terms = ctis.ScopeTherapies, terms })
	got, err := changed(t.Context(), client, time.Time{})
	want := []string{ // by product or by title, with a plural here or there
		"2024-533053-53-00", "2024-540010-10-00", "2025-520202-20-00", "2025-521333-21-00",
		"2025-540001-01-00", "2025-540002-02-00", "2025-540009-09-00",
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if n := len(r.asked) - len(r.searches()); n != len(want) {
		t.Errorf("got %d dossiers, want only the %d that the net took", n, len(want))
	}
}

func TestOnlyWhatHasChangedIsAskedFor(t *testing.T) {
	t.Parallel()
	for night, want := range map[int][]string{
		0: {"2025-540011-11-00"},
		1: {"2025-540001-01-00", "2025-540011-11-00", "2025-540012-12-00"},
		2: {"2023-540005-05-00", "2025-521333-21-01", "2025-540001-01-00", "2025-540011-11-00", "2025-540012-12-00"},
	} {
		client, r, _ := startDemo(t, demo.Options{Night: night}, nil)
		got, err := changed(t.Context(), client, day("2026-11-20").Add(23*time.Hour))
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("night %d: %v (-want +got):\n%s", night, err, diff)
		}
		if n := len(r.searches()); n > 3 {
			t.Errorf("night %d: got %d pages, want the walk to end at the first that is stale", night, n)
		}
	}
}

func TestARowAndItsDossierAreOneRecord(t *testing.T) {
	t.Parallel()
	row := `{"ctNumber":"2031-500001-11-00","ctStatus":4,"startDateEU":"05/02/2031","ageGroup":"18-64 years","trialCountries":["Denmark:4"],
	  "totalNumberEnrolled":"9","lastUpdated":"01/03/2031","lastPublicationUpdate":"02/03/2031","product":"x"}`
	dossier := func(string) (int, string) {
		return 200, `{ "ctNumber":"2031-500001-11-00","ctStatus":"Authorised","ctPublicStatusCode":4,"documents":[{"title":"<b>"}],"results":{},
		  "correctiveMeasures":[],"authorizedApplication":{"authorizedPartI":{"trialDetails":{"clinicalTrialIdentifiers":{"fullTitle":"A < B"}}}}}`
	}
	client, _ := start(t, static([]string{row}, 1, dossier), nil)
	for record, err := range client.Changed(t.Context(), time.Time{}) {
		want := `{"ageGroup":"18-64 years","authorizedApplication":{"authorizedPartI":{"trialDetails":{"clinicalTrialIdentifiers":{"fullTitle":"A < B"}}}},` +
			`"ctNumber":"2031-500001-11-00","ctPublicStatusCode":4,"ctStatus":"Authorised","lastPublicationUpdate":"02/03/2031","lastUpdated":"01/03/2031",` +
			`"startDateEU":"05/02/2031","totalNumberEnrolled":"9","trialCountries":["Denmark:4"]}`
		if err != nil || string(record.Raw) != want {
			t.Errorf("got %v,\n%s\nwant\n%s", err, record.Raw, want)
		}
		if tr := record.Trial; tr.Status != trials.Recruiting || tr.Enrollment.Count != 9 || tr.Eligibility.MinimumAge.Value != 18 {
			t.Errorf("got %+v, want what the row and the dossier tell together", tr)
		}
	}
}

func TestTheStatusIsThePublicOne(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		row, dossier string
		want         trials.Status
	}{
		"the dossier's own":               {`"ctStatus":4,`, `"ctPublicStatusCode":5,"ctStatus":"Authorised",`, trials.ActiveNotRecruiting},
		"the search's, where it has none": {`"ctStatus":4,`, `"ctStatus":"Authorised",`, trials.Recruiting},
		"none":                            {``, `"ctStatus":"Authorised",`, trials.UnknownStatus},
	}
	for name, tt := range tests {
		row := `{` + tt.row + `"ctNumber":"2031-500001-11-00"}`
		dossier := func(string) (int, string) {
			return 200, `{` + tt.dossier + `"ctNumber":"2031-500001-11-00","authorizedApplication":{"authorizedPartI":{}}}`
		}
		client, _ := start(t, static([]string{row}, 1, dossier), nil)
		for record, err := range client.Changed(t.Context(), time.Time{}) {
			if err != nil || record.Trial.Status != tt.want {
				t.Errorf("%s: got %s, %v; want %s", name, record.Trial.Status, err, tt.want)
			}
		}
	}
}

// TestWhatIsNotThereIsTold: the register lists trials of which it has no
// dossier, and says so in several ways. What is another's or no dossier is set aside.
func TestWhatIsNotThereIsTold(t *testing.T) {
	t.Parallel()
	answers := map[string]struct {
		status int
		body   string
	}{
		"2031-500001-11-00": {404, `{"message":"not found"}`}, "2031-500002-11-00": {200, `{}`}, "2031-500003-11-00": {200, ` {} `},
		"2031-500004-11-00": {410, ``}, "2031-500005-11-00": {200, `{"ctNumber":"2031-500009-11-00","authorizedApplication":{"authorizedPartI":{}}}`},
		"2031-500006-11-00": {200, `{"ctNumber":"2031-500006-11-00"}`},
	}
	var rows []string
	for number := range answers {
		rows = append(rows, fmt.Sprintf(`{"ctNumber":%q}`, number))
	}
	rows = append(rows, `{"ctNumber":"2031-500007-11-00"}`)
	client, _ := start(t, static([]string{strings.Join(rows, ",")}, 7, func(number string) (int, string) {
		if a, ok := answers[number]; ok {
			return a.status, a.body
		}
		return dossierOf(number)
	}), nil)
	got, err := changed(t.Context(), client, time.Time{})
	var want []string
	for _, number := range slices.Sorted(maps.Keys(answers)) {
		want = append(want, "!"+number)
	}
	want = append(want, "2031-500007-11-00")
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestARegisterWithoutDossiersIsOutOfOrder(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]struct {
		status int
		body   string
	}{"404": {404, ""}, "empty objects": {200, "{}"}} {
		client, r, _ := startDemo(t, demo.Options{Fault: func(r *http.Request) demo.Fault {
			if r.Method == http.MethodPost {
				return demo.Fault{}
			}
			return demo.Fault{Status: answer.status, Body: answer.body, ContentType: "application/json"}
		}}, nil)
		got, err := changed(t.Context(), client, time.Time{})
		if !errors.Is(err, trials.ErrNotFound) || len(got) > 9 || len(r.asked) > 14 {
			t.Errorf("%s: got %v, %v after %d requests; want the walk ended", name, got, err, len(r.asked))
		}
	}
}

func TestStudy(t *testing.T) {
	t.Parallel()
	client, r, _ := startDemo(t, demo.Options{Night: 2}, nil)
	for _, id := range []string{"2025-521333-21-01", "2025-521333-21-00", "2025-521333-21"} {
		got, err := client.Study(t.Context(), id)
		if err != nil || got.Trial.ID != "2025-521333-21-01" || got.Trial.Eligibility.AgeGroup == "" || !slices.Contains(got.Trial.Aliases, "2025-521333-21-00") {
			t.Errorf("%s: got %+v, %v; want the last submission, with the columns of the search", id, got.Trial.ID, err)
		}
	}
	for id, want := range map[string]error{"2025-599999-99-00": trials.ErrNotFound, "NCT99000001": trials.ErrInvalid, "2025-521333-21-00/x": trials.ErrInvalid} {
		if _, err := client.Study(t.Context(), id); !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", id, err, want)
		}
	}
	if n := len(r.asked); n != 8 {
		t.Errorf("got %d requests, want 2 for each number that is one", n)
	}
}

func TestIDs(t *testing.T) {
	t.Parallel()
	ids := func(c *ctis.Client) (numbers []string, last error) {
		for number, err := range c.IDs(t.Context()) {
			if err != nil {
				return numbers, err
			}
			numbers = append(numbers, number)
		}
		return numbers, nil
	}
	client, _, d := startDemo(t, demo.Options{Night: 2}, func(c *ctis.Config) { c.Scope, c.Terms = ctis.ScopeTherapies, []string{"nothing"} })
	got, err := ids(client)
	if err != nil || len(got) != d.LenEU() || slices.Contains(got, "2022-540007-07-00") {
		t.Errorf("got %v, %v; want all %d whatever the scope", got, err, d.LenEU())
	}
	twice := `{"ctNumber":"2031-500001-11-01"},{"ctNumber":"2031-500002-11-00"}`
	client, _ = start(t, static([]string{twice, `{"ctNumber":"2031-500001-11-00"}`}, 3, dossierOf), nil)
	got, err = ids(client)
	slices.Sort(got)
	if diff := cmp.Diff([]string{"2031-500001-11-01", "2031-500002-11-00"}, got); diff != "" || err != nil {
		t.Errorf("resubmissions: %v (-want +got):\n%s", err, diff)
	}
	for name, h := range map[string]http.Handler{
		"an empty register":  static([]string{""}, 0, dossierOf),
		"a row that is none": static([]string{`{"ctNumber":7}`}, 1, dossierOf),
		"fewer than told":    static([]string{`{"ctNumber":"2031-500001-11-00"}`}, 2, dossierOf),
	} {
		client, _ := start(t, h, nil)
		if _, err := ids(client); !errors.Is(err, trials.ErrSchema) && !errors.Is(err, trials.ErrInvalid) {
			t.Errorf("%s: got %v, want an error", name, err)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for says, cfg := range map[string]ctis.Config{
		"needs search terms": {}, `scope "some"`: {Scope: "some"}, "base URL": {Scope: ctis.ScopeAll, BaseURL: "register"},
		"pages of 101 rows": {Scope: ctis.ScopeAll, PageSize: 101}, "pages of 50 rows, 49 in all": {Scope: ctis.ScopeAll, PageSize: 50, Cap: 49},
	} {
		if _, err := ctis.New(cfg); !errors.Is(err, trials.ErrInvalid) || !strings.Contains(fmt.Sprint(err), says) {
			t.Errorf("%+v: got %v, want ErrInvalid that says %q", cfg, err, says)
		}
	}
}
