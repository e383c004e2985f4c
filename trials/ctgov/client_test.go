package ctgov_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/time/rate"

	"trialfinder/trials"
	"trialfinder/trials/ctgov"
	"trialfinder/trials/fetch"
)

// api is a registry that answers what the test says, and notes what it is asked.
type api struct {
	asked  []*http.Request
	answer func(w http.ResponseWriter, req *http.Request, n int) // n counts from 1
}

func (a *api) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	a.asked = append(a.asked, req)
	w.Header().Set("Content-Type", "application/json")
	a.answer(w, req, len(a.asked))
}

// queries are the parameters of the requests that came.
func (a *api) queries() []url.Values {
	var out []url.Values
	for _, req := range a.asked {
		out = append(out, req.URL.Query())
	}
	return out
}

// pages answers the nth request with the nth body; "400 …" is an error page.
func pages(bodies ...string) *api {
	return &api{answer: func(w http.ResponseWriter, _ *http.Request, n int) {
		body := bodies[min(n, len(bodies))-1]
		if text, ok := strings.CutPrefix(body, "400 "); ok {
			w.Header().Set("Content-Type", "text/plain")
			w.WriteHeader(http.StatusBadRequest)
			body = text
		}
		io.WriteString(w, body)
	}}
}

func pageOf(token string, studies ...string) string {
	next := ""
	if token != "" {
		next = fmt.Sprintf(`,"nextPageToken":%q`, token)
	}
	return `{"studies":[` + strings.Join(studies, ",") + `]` + next + `}`
}

func start(t *testing.T, h http.Handler, change func(*ctgov.Config)) *ctgov.Client {
	t.Helper()
	server := httptest.NewServer(following(t, h))
	t.Cleanup(server.Close)
	cfg := ctgov.Config{
		BaseURL: server.URL + "/api/v2/",
		Fetch:   fetch.New(fetch.Config{Rate: rate.Inf, RetryMax: 2, RetryWaitMin: 1, RetryWaitMax: 1}),
		Scope:   ctgov.ScopeAll,
	}
	if change != nil {
		change(&cfg)
	}
	client, err := ctgov.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// changed gives the ids that come, "!id" for a record error, and the last error.
func changed(ctx context.Context, client *ctgov.Client, since time.Time) (ids []string, last error) {
	for record, err := range client.Changed(ctx, since) {
		var bad *trials.RecordError
		switch {
		case errors.As(err, &bad):
			ids = append(ids, "!"+bad.ID)
		case err != nil:
			last = err
		default:
			ids = append(ids, record.Trial.ID)
		}
	}
	return ids, last
}

func name(n int) string { return fmt.Sprintf("NCT9900%04d", n) }

func TestChangedWalksThroughAllPages(t *testing.T) {
	registry := pages(pageOf("one", id(1), id(2)), pageOf("two"), pageOf("three", id(3)), pageOf(""))
	client := start(t, registry, func(c *ctgov.Config) { c.PageSize = 2 })
	got, err := changed(t.Context(), client, time.Date(2031, 2, 3, 22, 0, 0, 0, time.UTC))
	if diff := cmp.Diff([]string{name(1), name(2), name(3)}, got); diff != "" || err != nil {
		t.Errorf("got error %v, (-want +got):\n%s", err, diff)
	}
	same := url.Values{
		"format": {"json"}, "fields": {strings.Join(ctgov.Fields(), "|")}, "sort": {"LastUpdatePostDate:asc"},
		"pageSize": {"2"}, "filter.advanced": {"AREA[LastUpdatePostDate]RANGE[2031-02-03,MAX]"},
	}
	first := withParameter(same, "countTotal", "true")
	want := []url.Values{
		first, withParameter(same, "pageToken", "one"), withParameter(same, "pageToken", "two"), withParameter(same, "pageToken", "three"),
	}
	if diff := cmp.Diff(want, registry.queries()); diff != "" {
		t.Errorf("questions (-want +got):\n%s", diff)
	}
	if got := registry.asked[0].URL.Path; got != "/api/v2/studies" {
		t.Errorf("got path %s, want /api/v2/studies", got)
	}
}

func withParameter(q url.Values, key, value string) url.Values {
	out := url.Values{key: {value}}
	for k, v := range q {
		out[k] = v
	}
	return out
}

func TestEverythingHasNoDateAndNoQuery(t *testing.T) {
	registry := pages(pageOf("", id(1)))
	if _, err := changed(t.Context(), start(t, registry, nil), time.Time{}); err != nil {
		t.Fatal(err)
	}
	q := registry.queries()[0]
	for key := range q {
		if strings.HasPrefix(key, "filter.") || strings.HasPrefix(key, "query.") {
			t.Errorf("got %s=%s, want neither filter nor query", key, q.Get(key))
		}
	}
	if got := q.Get("pageSize"); got != "1000" {
		t.Errorf("got pageSize %s, want 1000", got)
	}
}

func TestChangedEndsWithAnError(t *testing.T) {
	tests := []struct {
		name  string
		pages []string
		want  error
		says  string
		ids   []string
		asked int
	}{
		{"no list of studies", []string{`{"message":"moved"}`}, trials.ErrSchema, "page 1: no list of studies", nil, 1},
		{"studies null", []string{`{"studies":null}`}, trials.ErrSchema, "no list", nil, 1},
		{"studies of another type", []string{`{"studies":{}}`}, trials.ErrSchema, "studies", nil, 1},
		{"a list for a page", []string{`[]`}, trials.ErrSchema, "page 1", nil, 1},
		{"a token of another type", []string{`{"studies":[],"nextPageToken":7}`}, trials.ErrSchema, "nextPageToken", nil, 1},
		{"a page on which the list is missing", []string{pageOf("one", id(1)), `{"nextPageToken":"two"}`}, trials.ErrSchema, "page 2: no list", []string{name(1)}, 2},
		{"a token that comes again", []string{pageOf("one", id(1)), pageOf("two", id(2)), pageOf("one", id(3))}, trials.ErrSchema,
			`page 3: the page token "one" comes again`, []string{name(1), name(2), name(3)}, 3},
		{"400 on the first page", []string{"400 Parameter `x` is unknown"}, trials.ErrSchema, "Parameter `x` is unknown", nil, 1},
		{"400 on the second page, always", []string{pageOf("one", id(1)), "400 bad token", pageOf("one", id(1)), "400 bad token", pageOf("one", id(1)), "400 bad token"},
			trials.ErrSchema, "page token refused", []string{name(1)}, 2 * (ctgov.MaxRestarts + 1)},
		{"cut off", []string{`{"studies":[`}, trials.ErrUnavailable, "cut off", nil, 2},
		{"fewer than promised, always", slices.Repeat([]string{`{"totalCount":3,"studies":[` + id(1) + `],"nextPageToken":"a"}`, pageOf("", id(2))}, 3), trials.ErrSchema,
			"after 2 studies of 3", []string{name(1), name(2)}, 2 * (ctgov.MaxRestarts + 1)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			registry := pages(test.pages...)
			ids, err := changed(t.Context(), start(t, registry, nil), time.Time{})
			if !errors.Is(err, test.want) || !strings.Contains(fmt.Sprint(err), test.says) {
				t.Errorf("got %v, want %v that says %q", err, test.want, test.says)
			}
			if diff := cmp.Diff(test.ids, ids); diff != "" || len(registry.asked) != test.asked {
				t.Errorf("got %d requests, want %d; ids (-want +got):\n%s", len(registry.asked), test.asked, diff)
			}
		})
	}
}

func TestAWalkHasABound(t *testing.T) {
	n := 0
	endless := transport(func(req *http.Request) *http.Response {
		n++
		rec := httptest.NewRecorder()
		rec.Header().Set("Content-Type", "application/json")
		io.WriteString(rec, pageOf(fmt.Sprint("token", n)))
		return rec.Result()
	})
	client := start(t, pages(""), func(c *ctgov.Config) {
		c.Fetch = fetch.New(fetch.Config{Rate: rate.Inf, Transport: endless})
	})
	_, err := changed(t.Context(), client, time.Time{})
	if !errors.Is(err, trials.ErrSchema) || n != 10_000 {
		t.Errorf("got %v after %d pages, want ErrSchema after 10000", err, n)
	}
}

type transport func(*http.Request) *http.Response

func (f transport) RoundTrip(req *http.Request) (*http.Response, error) {
	resp := f(req)
	resp.Request = req
	return resp, nil
}

func TestAForgottenTokenStartsTheWalkAgain(t *testing.T) {
	newer := strings.Replace(id(1), `{"protocolSection":{`, `{"protocolSection":{"statusModule":{"overallStatus":"COMPLETED"},`, 1)
	registry := pages(
		pageOf("one", id(1), id(2)), "400 bad token",
		pageOf("uno", newer, id(2)), pageOf("", id(3)),
	)
	got, err := changed(t.Context(), start(t, registry, nil), time.Time{})
	// The one that has changed in between comes again.
	if diff := cmp.Diff([]string{name(1), name(2), name(1), name(3)}, got); diff != "" || err != nil {
		t.Errorf("got error %v, (-want +got):\n%s", err, diff)
	}
	if q := registry.queries()[2]; q.Has("pageToken") || !q.Has("countTotal") {
		t.Errorf("got %v, want the first page again", q)
	}
}

func TestABadStudyDoesNotEndTheWalk(t *testing.T) {
	mistyped := strings.Replace(id(2), `"nctId"`, `"briefTitle":7,"nctId"`, 1)
	registry := pages(pageOf("one", id(1), mistyped, `null`, `7`, `{}`), pageOf("", id(3)))
	var bad []*trials.RecordError
	client := start(t, registry, nil)
	for _, err := range client.Changed(t.Context(), time.Time{}) {
		var e *trials.RecordError
		if errors.As(err, &e) {
			bad = append(bad, e)
		}
	}
	registry.asked = nil
	got, err := changed(t.Context(), client, time.Time{})
	if diff := cmp.Diff([]string{name(1), "!" + name(2), "!", "!", "!", name(3)}, got); diff != "" || err != nil {
		t.Errorf("got error %v, (-want +got):\n%s", err, diff)
	}
	if len(bad) == 0 || string(bad[0].Raw) != mistyped || !errors.Is(bad[0], trials.ErrSchema) ||
		!strings.Contains(bad[0].Error(), "identificationModule.briefTitle") {
		t.Errorf("got %v, want the raw study and the field's name", bad)
	}
}

func TestManyTermsAreSeveralQueries(t *testing.T) {
	var terms []string
	for n := range 600 {
		terms = append(terms, fmt.Sprintf("invented (drug) [%d], \"new\"", n))
	}
	terms = append(terms, terms[0])
	longest := 0
	registry := &api{answer: func(w http.ResponseWriter, req *http.Request, n int) {
		longest = max(longest, len(req.URL.RequestURI()))
		io.WriteString(w, pageOf("", id(1), id(n+1)))
	}}
	got, err := changed(t.Context(), start(t, registry, func(c *ctgov.Config) {
		c.Scope, c.Terms = ctgov.ScopeTherapies, terms
	}), time.Time{})
	if err != nil || len(registry.asked) < 2 || longest > 6000 || longest < 5000 {
		t.Errorf("got %v, %d queries, the longest of %d bytes; want several of up to 6000", err, len(registry.asked), longest)
	}
	if want := len(registry.asked) + 1; len(got) != want {
		t.Errorf("got %d studies, want %d, each once", len(got), want)
	}
	var phrases []string
	for _, q := range registry.queries() {
		phrases = append(phrases, strings.Split(q.Get("query.intr"), " OR ")...)
	}
	slices.Sort(phrases)
	if len(phrases) != 600 || len(slices.Compact(phrases)) != 600 || phrases[0] != `"invented drug 0 , new"` {
		t.Errorf("got %d phrases, the first %s; want each term once, without syntax", len(phrases), phrases[0])
	}
}

func TestNewRefuses(t *testing.T) {
	tests := []struct {
		cfg  ctgov.Config
		says string
	}{
		{ctgov.Config{}, "needs search terms"},
		{ctgov.Config{Scope: "some"}, `scope "some"`},
		{ctgov.Config{Terms: []string{"car-t", "()"}}, "no words"},
		{ctgov.Config{Terms: []string{"nct00000001"}}, "study's id"},
		{ctgov.Config{Terms: []string{strings.Repeat("long ", 2000)}}, "too long"},
		{ctgov.Config{Scope: ctgov.ScopeAll, BaseURL: "registry"}, "base URL"},
		{ctgov.Config{Scope: ctgov.ScopeAll, PageSize: 1001}, "page size"},
		{ctgov.Config{Scope: ctgov.ScopeAll, PageSize: -1}, "page size"},
	}
	for _, test := range tests {
		if _, err := ctgov.New(test.cfg); !errors.Is(err, trials.ErrInvalid) || !strings.Contains(fmt.Sprint(err), test.says) {
			t.Errorf("%+v: got %v, want ErrInvalid that says %q", test.cfg, err, test.says)
		}
	}
}

func TestVersion(t *testing.T) {
	tests := []struct {
		body, want string
		err        error
	}{
		{`{"apiVersion":"2.0.5","dataTimestamp":"2031-02-03T09:00:05"}`, "2031-02-03T09:00:05", nil},
		{`{"apiVersion":"2.1","dataTimestamp":"x","more":1}`, "x", nil},
		{`{"apiVersion":"3.0","dataTimestamp":"x"}`, "", trials.ErrSchema},
		{`{"apiVersion":"20.0","dataTimestamp":"x"}`, "", trials.ErrSchema},
		{`{"dataTimestamp":"x"}`, "", trials.ErrSchema},
		{`{"apiVersion":"2.0.5"}`, "", trials.ErrSchema},
		{`{"apiVersion":2,"dataTimestamp":"x"}`, "", trials.ErrSchema},
		{`{}`, "", trials.ErrSchema},
	}
	for _, test := range tests {
		registry := pages(test.body)
		got, err := start(t, registry, nil).Version(t.Context())
		if got != test.want || !errors.Is(err, test.err) {
			t.Errorf("%s: got %q, %v, want %q, %v", test.body, got, err, test.want, test.err)
		}
		if path := registry.asked[0].URL.Path; path != "/api/v2/version" {
			t.Errorf("got path %s, want /api/v2/version", path)
		}
	}
}

func TestStudy(t *testing.T) {
	registry := &api{answer: func(w http.ResponseWriter, req *http.Request, _ int) {
		switch req.URL.Path {
		case "/api/v2/studies/" + name(1):
			io.WriteString(w, id(1))
		case "/api/v2/studies/" + name(2):
			http.Redirect(w, req, "/api/v2/studies/"+name(1)+"?"+req.URL.RawQuery, http.StatusMovedPermanently)
		case "/api/v2/studies/" + name(3):
			io.WriteString(w, `{"protocolSection":{"identificationModule":{"nctId":7}}}`)
		default:
			http.Error(w, "NCT number "+req.URL.Path+" not found", http.StatusNotFound)
		}
	}}
	client := start(t, registry, nil)
	got, err := client.Study(t.Context(), "nct99000001 ")
	if err != nil || got.Trial.ID != name(1) || got.Trial.Aliases != nil {
		t.Errorf("got %+v, %v, want %s", got.Trial, err, name(1))
	}
	if q := registry.queries()[0]; q.Get("fields") == "" {
		t.Errorf("got %v, want the fields limited", q)
	}
	got, err = client.Study(t.Context(), name(2))
	if err != nil || got.Trial.ID != name(1) || !slices.Equal(got.Trial.Aliases, []string{name(2)}) {
		t.Errorf("alias: got %+v, %v, want %s with the old id as an alias", got.Trial, err, name(1))
	}
	var bad *trials.RecordError
	if _, err = client.Study(t.Context(), name(3)); !errors.As(err, &bad) || bad.ID != name(3) {
		t.Errorf("unreadable: got %v, want a RecordError", err)
	}
	if _, err = client.Study(t.Context(), name(4)); !errors.Is(err, trials.ErrNotFound) {
		t.Errorf("unknown: got %v, want ErrNotFound", err)
	}
	n := len(registry.asked)
	for _, bad := range []string{"", "NCT1", "2031-500001-11-00", "NCT99000001/../../x"} {
		if _, err = client.Study(t.Context(), bad); !errors.Is(err, trials.ErrInvalid) || len(registry.asked) != n {
			t.Errorf("%q: got %v, want ErrInvalid without a request", bad, err)
		}
	}
}

func TestTheCallerCanStop(t *testing.T) {
	registry := pages(pageOf("one", id(1), id(2)), pageOf("", id(3)))
	client := start(t, registry, nil)
	for range client.Changed(t.Context(), time.Time{}) {
		break
	}
	if len(registry.asked) != 1 {
		t.Errorf("got %d requests, want 1", len(registry.asked))
	}

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	registry.asked = nil
	var last error
	n := 0
	for _, err := range client.Changed(ctx, time.Time{}) {
		n++
		last = err
		cancel()
	}
	if n != 2 || !errors.Is(last, context.Canceled) || len(registry.asked) != 1 {
		t.Errorf("cancelled: got %d items, the last with %v, after %d requests; want the error at once", n, last, len(registry.asked))
	}
}
