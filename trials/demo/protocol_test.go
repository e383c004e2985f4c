package demo_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trialfinder/trials/demo"
)

func newRegistry(t *testing.T, o demo.Options) *demo.Registry {
	t.Helper()
	g, err := demo.New(o)
	if err != nil {
		t.Fatalf("New(%+v): %v", o, err)
	}
	return g
}

// get asks the registry without a network.
func get(g http.Handler, target string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	g.ServeHTTP(w, httptest.NewRequest(http.MethodGet, target, nil))
	return w
}

// studies is the path of a search; the parameters come as name, value, ….
func studies(params ...string) string {
	v := url.Values{}
	for i := 0; i < len(params); i += 2 {
		v.Set(params[i], params[i+1])
	}
	return "/api/v2/studies?" + v.Encode()
}

type page struct {
	Studies []struct {
		ProtocolSection struct {
			IdentificationModule struct {
				NCTID string `json:"nctId"`
			} `json:"identificationModule"`
			StatusModule struct {
				OverallStatus            string
				LastUpdatePostDateStruct struct{ Date string }
			}
		} `json:"protocolSection"`
	}
	TotalCount    *int
	NextPageToken string
}

func (p page) ids() []string {
	ids := []string{}
	for _, s := range p.Studies {
		ids = append(ids, s.ProtocolSection.IdentificationModule.NCTID)
	}
	return ids
}

func getPage(t *testing.T, g http.Handler, target string) page {
	t.Helper()
	w := get(g, target)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: got %d %s, want 200", target, w.Code, w.Body)
	}
	if got := w.Header().Get("Content-Type"); got != "application/json" {
		t.Fatalf("%s: got Content-Type %q, want application/json", target, got)
	}
	var p page
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatalf("%s: %v", target, err)
	}
	return p
}

func TestVersionChangesWithTheNight(t *testing.T) {
	t.Parallel()
	g := newRegistry(t, demo.Options{})
	for night, want := range []string{
		"2026-11-20T09:00:05", "2026-11-21T09:00:05", "2026-11-22T09:00:05", "2026-11-22T09:00:05",
	} {
		g.SetNight(night)
		var got map[string]string
		if err := json.Unmarshal(get(g, "/api/v2/version").Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(map[string]string{"apiVersion": "2.0.5", "dataTimestamp": want}, got); diff != "" {
			t.Errorf("night %d (-want +got):\n%s", night, diff)
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	g := newRegistry(t, demo.Options{})
	for _, c := range []struct {
		target string
		status int
		body   string // a part of it
	}{
		{studies("query.recrs", "a"), 400, "Parameter `query.recrs` is not supported"},
		{studies("lang", "da"), 400, "Parameter `lang` is not supported"},
		{studies("aggFilters", "sex:f"), 400, "`aggFilters`"},
		{studies("format", "csv"), 400, "`format`: `csv`"},
		{studies("markupFormat", "legacy"), 400, "`markupFormat`: `legacy`"},
		{studies("fields", "StudyDesign"), 400, "Parameter 'fields' contains invalid field name: 'StudyDesign'"},
		{studies("fields", "nctId"), 400, "'nctId'"},
		{studies("fields", ""), 400, "`fields`"},
		{studies("sort", "BriefTitle"), 400, "`sort`: `BriefTitle`"},
		{studies("sort", "StartDate:up"), 400, "`sort`"},
		{studies("sort", "StartDate,CompletionDate,EnrollmentCount"), 400, "3 items"},
		{studies("countTotal", "yes"), 400, "`countTotal`: `yes`"},
		{studies("pageSize", "-1"), 400, "`pageSize`: `-1`"},
		{studies("pageSize", "ten"), 400, "`pageSize`: `ten`"},
		{studies("pageToken", "abracadabra"), 400, "`pageToken`"},
		{studies("filter.overallStatus", "BADSTATUS"), 400, "Invalid value in parameter `overallStatus`: `BADSTATUS`"},
		{studies("filter.ids", "NCT99000001,NCT9900000x"), 400, "`ids`: `NCT9900000x`"},
		{studies("filter.geo", "near(1,2)"), 400, "`geo`"},
		{studies("query.cond", "lung [cancer]"), 400, "Error parsing query in `query.cond`"},
		{studies("query.cond", "(lung"), 400, "( without )"},
		{studies("query.cond", "lung)"), 400, "unexpected )"},
		{studies("query.cond", `"lung`), 400, "quotation mark"},
		{studies("query.cond", "OR lung"), 400, "OR without a word"},
		{studies("query.cond", strings.Repeat("(", 500)), 400, "nested"},
		{studies("filter.advanced", "AREA[Nonsense]x"), 400, `unknown area "Nonsense"`},
		{studies("filter.advanced", "AREA[LastUpdatePostDate]RANGE[yesterday,MAX]"), 400, "not a date"},
		{studies("filter.advanced", "AREA[LastUpdatePostDate]RANGE[2026-01-01]"), 400, "two bounds"},
		{studies("filter.advanced", "AREA[BriefTitle]RANGE[a,b]"), 400, "not a date, an age or a number"},
		{studies("filter.advanced", "AREA[BasicSearch]RANGE[MIN,2026]"), 400, "needs one field"},
		{"/api/v2/studies?query.cond=%zz", 400, "Malformed"},
		{studies("query.cond", strings.Repeat("lung ", 10000)), 414, "Too Long"},
		{"/api/v2/version?x=1", 400, "`x`"},
		{"/api/v2/studies/NCT99999999", 404, "NCT99999999 not found"},
		{"/api/v2/studies/metadata", 400, "`metadata`"},
		{"/api/v2/studies/NCT123456789", 400, "NCT123456789"},
		{"/api/v2/studies/NCT00000000", 400, "NCT00000000"},
		{"/api/v2/studies/NCT99000001?pageSize=1", 400, "`pageSize`"},
		{"/api/v2/stats/size", 404, "Not Found"},
		{"/", 404, "Not Found"},
	} {
		w := get(g, c.target)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.body) {
			t.Errorf("%s: got %d %q, want %d with %q", c.target, w.Code, w.Body, c.status, c.body)
		}
		if got := w.Header().Get("Content-Type"); !strings.HasPrefix(got, "text/plain") {
			t.Errorf("%s: got Content-Type %q, want text/plain", c.target, got)
		}
	}
}

func TestOnlyReading(t *testing.T) {
	t.Parallel()
	g := newRegistry(t, demo.Options{})
	for method, want := range map[string]int{"GET": 200, "HEAD": 200, "POST": 405, "DELETE": 405} {
		w := httptest.NewRecorder()
		g.ServeHTTP(w, httptest.NewRequest(method, "/api/v2/version", nil))
		if w.Code != want {
			t.Errorf("%s: got %d, want %d", method, w.Code, want)
		}
	}
}

func TestOneStudy(t *testing.T) {
	t.Parallel()
	g := newRegistry(t, demo.Options{})
	for _, id := range []string{"NCT99000001", "nct99000001", "NCT099000001"} {
		w := get(g, "/api/v2/studies/"+id+"?format=json&markupFormat=markdown")
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"nctId":"NCT99000001"`) {
			t.Errorf("%s: got %d %.80s, want 200 and the study", id, w.Code, w.Body)
		}
	}
}

func TestFormerIDsRedirect(t *testing.T) {
	t.Parallel()
	g := newRegistry(t, demo.Options{})
	for target, want := range map[string]string{
		"/api/v2/studies/NCT99009072":              "/api/v2/studies/NCT99000072",
		"/api/v2/studies/NCT99009072?fields=NCTId": "/api/v2/studies/NCT99000072?fields=NCTId",
	} {
		w := get(g, target)
		if got := w.Header().Get("Location"); w.Code != http.StatusMovedPermanently || got != want {
			t.Errorf("%s: got %d to %q, want 301 to %q", target, w.Code, got, want)
		}
	}
}

func TestPageSizes(t *testing.T) {
	t.Parallel()
	g := newRegistry(t, demo.Options{})
	for size, want := range map[string]int{"": 10, "0": 10, "1": 1, "7": 7, "1000": g.Len(), "5000": g.Len()} {
		if got := len(getPage(t, g, studies("pageSize", size)).Studies); got != want {
			t.Errorf("pageSize=%q: got %d studies, want %d", size, got, want)
		}
	}
}

func TestTotalOnTheFirstPageWhenAsked(t *testing.T) {
	t.Parallel()
	g := newRegistry(t, demo.Options{})
	if p := getPage(t, g, studies()); p.TotalCount != nil {
		t.Errorf("not asked: got totalCount %d, want none", *p.TotalCount)
	}
	first := getPage(t, g, studies("countTotal", "true"))
	if first.TotalCount == nil || *first.TotalCount != g.Len() {
		t.Errorf("first page: got totalCount %v, want %d", first.TotalCount, g.Len())
	}
	if p := getPage(t, g, studies("countTotal", "true", "pageToken", first.NextPageToken)); p.TotalCount != nil {
		t.Errorf("second page: got totalCount %d, want none", *p.TotalCount)
	}
}

// walk follows the page tokens to the end and gives the ids of each page.
func walk(t *testing.T, g http.Handler, params ...string) [][]string {
	t.Helper()
	var pages [][]string
	token := ""
	for range 200 {
		p := getPage(t, g, studies(append(params, "pageToken", token)...))
		pages = append(pages, p.ids())
		if token = p.NextPageToken; token == "" {
			return pages
		}
	}
	t.Fatalf("%q: no end after %d pages", params, len(pages))
	return nil
}

func TestAWalkGivesEachStudyOnce(t *testing.T) {
	t.Parallel()
	g := newRegistry(t, demo.Options{})
	for _, size := range []string{"1", "7", "10", "1000"} {
		for _, sort := range []string{"LastUpdatePostDate:asc", "StartDate", "@relevance"} {
			seen := map[string]int{}
			for _, ids := range walk(t, g, "pageSize", size, "sort", sort) {
				for _, id := range ids {
					seen[id]++
				}
			}
			for id, n := range seen {
				if n != 1 {
					t.Errorf("pageSize=%s sort=%s: got %s %d times, want once", size, sort, id, n)
				}
			}
			if len(seen) != g.Len() {
				t.Errorf("pageSize=%s sort=%s: got %d studies, want %d", size, sort, len(seen), g.Len())
			}
		}
	}
}

func TestAFullLastPageIsFollowedByAnEmptyOne(t *testing.T) {
	t.Parallel()
	g := newRegistry(t, demo.Options{})
	ids := "NCT99000001|NCT99000002|NCT99000003|NCT99000004"
	for size, want := range map[string][]int{"2": {2, 2, 0}, "3": {3, 1}, "4": {4, 0}, "5": {4}} {
		var got []int
		for _, page := range walk(t, g, "filter.ids", ids, "pageSize", size) {
			got = append(got, len(page))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("pageSize=%s, 4 studies (-want +got):\n%s", size, diff)
		}
	}
}

func TestATokenIsForOneQueryAndOneStateOfTheData(t *testing.T) {
	t.Parallel()
	g := newRegistry(t, demo.Options{})
	token := getPage(t, g, studies("query.cond", "cancer", "countTotal", "true")).NextPageToken
	for _, c := range []struct {
		night  int
		params []string
		want   int
	}{
		{0, []string{"query.cond", "cancer"}, 200},
		{0, []string{"query.cond", "cancer", "pageSize", "3"}, 200},
		{0, []string{"query.cond", "lymphoma"}, 400},
		{0, []string{"query.cond", "cancer", "sort", "StartDate"}, 400},
		{0, []string{}, 400},
		{1, []string{"query.cond", "cancer"}, 400},
		{0, []string{"query.cond", "cancer"}, 200},
	} {
		g.SetNight(c.night)
		target := studies(append(c.params, "pageToken", token)...)
		if w := get(g, target); w.Code != c.want {
			t.Errorf("night %d %q: got %d %.80s, want %d", c.night, c.params, w.Code, w.Body, c.want)
		}
	}
	if w := get(g, studies("query.cond", "cancer", "pageToken", fmt.Sprintf("A%s", token[1:]))); w.Code != 400 && token[0] != 'A' {
		t.Errorf("a token with a changed letter: got %d, want 400", w.Code)
	}
}
