package demo_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"trialfinder/trials"
	"trialfinder/trials/demo"
	"trialfinder/trials/fetch"
)

const eu = "/ctis-public-api"

// ask puts a question to the EU's search.
func ask(g http.Handler, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, eu+"/search", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	g.ServeHTTP(w, r)
	return w
}

// euPage is one answer of the search.
type euPage struct {
	Pagination struct {
		TotalRecords, CurrentPage, TotalPages int
		NextPage, PrevPage                    bool
	}
	Data []struct {
		CTNumber, LastPublicationUpdate string
		CTStatus                        int
	}
}

func searchEU(t *testing.T, g http.Handler, page, size int, direction, criteria string) euPage {
	t.Helper()
	w := ask(g, fmt.Sprintf(`{"pagination":{"page":%d,"size":%d},"sort":{"property":"lastPublicationUpdate","direction":%q},"searchCriteria":%s}`, page, size, direction, criteria))
	var p euPage
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != http.StatusOK {
		t.Fatalf("got %d %s, %v", w.Code, w.Body, err)
	}
	return p
}

func TestEUSearchPages(t *testing.T) {
	t.Parallel()
	g := newRegistry(t, demo.Options{})
	n := g.LenEU()
	first, last := searchEU(t, g, 1, 5, "DESC", "{}"), searchEU(t, g, 4, 5, "DESC", "{}")
	if p := first.Pagination; p.TotalRecords != n || p.TotalPages != 4 || !p.NextPage || p.PrevPage || len(first.Data) != 5 {
		t.Errorf("first page: got %+v with %d rows of %d", p, len(first.Data), n)
	}
	if p := last.Pagination; p.NextPage || !p.PrevPage || len(last.Data) != n-15 {
		t.Errorf("last page: got %+v with %d rows", p, len(last.Data))
	}
	if none := searchEU(t, g, 0, 5, "DESC", "{}"); none.Pagination.TotalRecords != 0 || len(none.Data) != 0 {
		t.Errorf("page 0: got %+v, want nothing, as the register gives it", none)
	}
	if beyond := searchEU(t, g, 9, 5, "DESC", "{}"); len(beyond.Data) != 0 || beyond.Pagination.NextPage {
		t.Errorf("beyond the end: got %+v", beyond)
	}
}

func TestEUSearchIsSortedButForNeighbours(t *testing.T) {
	t.Parallel()
	g := newRegistry(t, demo.Options{})
	down, up := searchEU(t, g, 1, 100, "DESC", "{}"), searchEU(t, g, 1, 100, "ASC", "{}")
	wrong := 0
	for i := 1; i < len(down.Data); i++ {
		a, errA := time.Parse("02/01/2006", down.Data[i-1].LastPublicationUpdate)
		b, errB := time.Parse("02/01/2006", down.Data[i].LastPublicationUpdate)
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		if a.Before(b) {
			wrong++
		}
	}
	if wrong == 0 || wrong > 4 {
		t.Errorf("got %d neighbours that stand the other way round, want some", wrong)
	}
	if down.Data[0].CTNumber != up.Data[len(up.Data)-1].CTNumber {
		t.Errorf("the newest is %s from one end and %s from the other", down.Data[0].CTNumber, up.Data[len(up.Data)-1].CTNumber)
	}
}

func TestEUSearchCriteria(t *testing.T) {
	t.Parallel()
	g := newRegistry(t, demo.Options{Cap: 10})
	for criteria, want := range map[string]int{
		`{}`: 10, // the cap, silently
		`{"status":null,"title":null,"gender":null}`: 10, `{"status":[6]}`: 1, `{"status":[6,8,11]}`: 3, `{"status":[12]}`: 0,
		`{"number":"2025-520202-20"}`: 1, `{"number":"2025-999999"}`: 0, `{"containAny":"CAR T, natural killer"}`: 4,
	} {
		if got := searchEU(t, g, 1, 100, "DESC", criteria).Pagination.TotalRecords; got != want {
			t.Errorf("%s: got %d, want %d", criteria, got, want)
		}
	}
}

func TestEURefusesWhatItDoesNotServe(t *testing.T) {
	t.Parallel()
	g := newRegistry(t, demo.Options{})
	const sorted = `"sort":{"property":"lastUpdated","direction":"ASC"}`
	for body, says := range map[string]string{
		`{`: "parse error", `{"pagination":{"page":1,"size":10},"searchCriteria":{}}`: "sort property",
		`{"pagination":{"page":1,"size":101},` + sorted + `,"searchCriteria":{}}`:                                                "pagination",
		`{"pagination":{"page":1,"size":10},` + sorted + `}`:                                                                     "searchCriteria",
		`{"pagination":{"page":1,"size":10},` + sorted + `,"searchCriteria":{"since":"2026"}}`:                                   "criterion since",
		`{"pagination":{"page":1,"size":10},` + sorted + `,"searchCriteria":{"status":"4"}}`:                                     "criterion status",
		`{"pagination":{"page":1,"size":10},` + sorted + `,"searchCriteria":{"containAny":4}}`:                                   "criterion containAny",
		`{"pagination":{"page":1,"size":10},"sort":{"property":"lastUpdated","direction":"up"},"searchCriteria":{"status":[4]}}`: "sort direction",
	} {
		if w := ask(g, body); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), says) {
			t.Errorf("%s: got %d %s, want 400 that says %q", body, w.Code, w.Body, says)
		}
	}
	for target, want := range map[string]int{
		eu + "/search": http.StatusForbidden, eu + "/other": http.StatusNotFound, eu + "/retrieve/NCT99000001": http.StatusBadRequest,
		eu + "/retrieve/2025-599999-99-00": http.StatusNotFound, eu + "/retrieve/2025-520202-20-00": http.StatusOK,
	} {
		if w := get(g, target); w.Code != want {
			t.Errorf("GET %s: got %d, want %d", target, w.Code, want)
		}
	}
	w := httptest.NewRecorder()
	g.ServeHTTP(w, httptest.NewRequest(http.MethodPost, eu+"/search", bytes.NewReader(nil)))
	if w.Code != http.StatusUnsupportedMediaType {
		t.Errorf("without a type: got %d, want 415", w.Code)
	}
	if w := get(newRegistry(t, demo.Options{Night: 2}), eu+"/retrieve/2025-521333-21-00"); w.Code != http.StatusOK || w.Body.String() != "{}" {
		t.Errorf("a number that was submitted again: got %d %s, want an empty object", w.Code, w.Body)
	}
}

// records reads all listings of one registry.
func records(t *testing.T, name trials.SourceID, night int) map[string]trials.Trial {
	t.Helper()
	out := map[string]trials.Trial{}
	w := newWorld(t, name, nil, fetch.Config{}, demo.Options{Night: night})
	for record, err := range w.Changed(t.Context(), time.Time{}) {
		if err != nil {
			t.Fatal(err)
		}
		out[record.Trial.ID] = record.Trial
	}
	return out
}

// TestTheSameStudyInBothRegisters: so that merging can be tried and seen.
func TestTheSameStudyInBothRegisters(t *testing.T) {
	t.Parallel()
	gov, eu := records(t, trials.CTGov, 0), records(t, trials.CTIS, 0)
	numbers := func(tr trials.Trial) (out []string) {
		for _, s := range tr.SecondaryIDs {
			out = append(out, s.ID)
		}
		return out
	}
	shared := []string{}
	for id, a := range gov {
		for number, b := range eu {
			same := slices.Contains(numbers(a), number) || slices.Contains(numbers(b), id) ||
				slices.ContainsFunc(numbers(a), func(n string) bool { return slices.Contains(numbers(b), n) })
			if same {
				shared = append(shared, id+" "+number)
			}
		}
	}
	slices.Sort(shared)
	want := []string{
		"NCT99000001 2024-511101-11-00", // ClinicalTrials.gov knows the number
		"NCT99000026 2025-520202-20-00", // both know
		"NCT99000028 2025-530028-28-00", // the EU knows
		"NCT99000050 2025-521333-21-00", // which is submitted again on the second night
		"NCT99000053 2024-533053-53-00", // both know its EudraCT number
		"NCT99000055 2023-507777-77-00",
	}
	if diff := cmp.Diff(want, shared); diff != "" {
		t.Errorf("shared (-want +got):\n%s", diff)
	}
	a, b := gov["NCT99000001"], eu["2024-511101-11-00"]
	if a.Status == b.Status || a.Start == b.Start || a.LastUpdatePosted == b.LastUpdatePosted {
		t.Errorf("got %s %v and %s %v, want them to disagree", a.Status, a.Start, b.Status, b.Start)
	}
	in := func(tr trials.Trial, city string) bool {
		return slices.ContainsFunc(tr.Sites, func(s trials.Site) bool { return s.City == city })
	}
	if !in(a, "Aarhus") || !in(b, "Aarhus") || !in(a, "Copenhagen") || in(b, "Copenhagen") || in(a, "Aalborg") || !in(b, "Aalborg") {
		t.Errorf("got the sites %v and %v, want Aarhus in both, and one more in each", a.Sites, b.Sites)
	}
}

func TestEUNights(t *testing.T) {
	t.Parallel()
	for night, want := range map[int]map[string]string{
		1: {"2025-540001-01-00": "changed", "2025-540012-12-00": "new"},
		2: {"2023-540005-05-00": "changed", "2025-521333-21-00": "gone", "2025-521333-21-01": "new", "2022-540007-07-00": "gone"},
	} {
		seen := map[string]string{}
		before, after := records(t, trials.CTIS, night-1), records(t, trials.CTIS, night)
		for id, tr := range after {
			old, was := before[id]
			if !was {
				seen[id] = "new"
			} else if !cmp.Equal(old, tr) {
				seen[id] = "changed"
			}
		}
		for id := range before {
			if _, is := after[id]; !is {
				seen[id] = "gone"
			}
		}
		if diff := cmp.Diff(want, seen); diff != "" {
			t.Errorf("night %d (-want +got):\n%s", night, diff)
		}
	}
}
