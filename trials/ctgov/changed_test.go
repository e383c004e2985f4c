package ctgov_test

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"trialfinder/trials"
	"trialfinder/trials/ctgov"
)

// twoQueries makes a client whose words are too long for one query.
func twoQueries(c *ctgov.Config) {
	c.Scope = ctgov.ScopeTherapies
	c.Terms = []string{strings.Repeat("a", 3000), strings.Repeat("b", 3000)}
}

// pagesOf gives the ids of a walk, the page of each, and the walk's error.
func pagesOf(t *testing.T, client *ctgov.Client, since time.Time, from string) (ids, at []string, last error) {
	t.Helper()
	for record, err := range client.ChangedFrom(t.Context(), since, from) {
		if err != nil {
			return ids, at, err
		}
		ids, at = append(ids, record.Trial.ID), append(at, record.Page)
	}
	return ids, at, nil
}

func TestAWalkGoesOnWhereItWasCutOff(t *testing.T) {
	// Two queries of two pages each; the token tells the page.
	answers := func() *api {
		return byToken(map[string]string{
			"a": `{"totalCount":2,"studies":[` + id(1) + `],"nextPageToken":"a2"}`, "a2": pageOf("", id(2)),
			"b": pageOf("b2", id(3)), "b2": pageOf("", id(4)),
		})
	}
	all := []string{name(1), name(2), name(3), name(4)}
	ids, at, err := pagesOf(t, start(t, answers(), twoQueries), time.Time{}, "")
	if err != nil || !slices.Equal(ids, all) {
		t.Fatalf("got %v on pages %q, %v; want all four", ids, at, err)
	}
	for i, from := range at {
		registry := answers()
		rest, _, err := pagesOf(t, start(t, registry, twoQueries), time.Time{}, from)
		if diff := cmp.Diff(all[i:], rest); diff != "" || err != nil || len(registry.asked) != 4-i {
			t.Errorf("from page %d: %d requests, %v, (-want +got):\n%s", i+1, len(registry.asked), err, diff)
		}
	}
	for name, from := range map[string]string{"words": "page 7", "a number that is none": strings.Replace(at[2], " 1 ", " x ", 1), "a negative one": strings.Replace(at[2], " 1 ", " -1 ", 1)} {
		if got, _, err := pagesOf(t, start(t, answers(), twoQueries), time.Time{}, from); err != nil || !slices.Equal(got, all) {
			t.Errorf("from %s: got %v, %v; want everything", name, got, err)
		}
	}
	if got, _, err := pagesOf(t, start(t, answers(), twoQueries), time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC), at[2]); err != nil || !slices.Equal(got, all) {
		t.Errorf("from a page of a walk since another day: got %v, %v; want everything", got, err)
	}
}

// byToken answers by the page token, or else by the letter that the query is of.
func byToken(bodies map[string]string) *api {
	return &api{answer: func(w http.ResponseWriter, req *http.Request, _ int) {
		q := req.URL.Query()
		key := q.Get("pageToken")
		if key == "" {
			key = q.Get("query.intr")[1:2]
		}
		io.WriteString(w, bodies[key])
	}}
}

func TestAPageWhoseTokenDiedCostsPagesAndLosesNone(t *testing.T) {
	client := start(t, pages(pageOf("one", id(1)), pageOf("", id(2))), nil)
	_, at, err := pagesOf(t, client, time.Time{}, "")
	if err != nil {
		t.Fatal(err)
	}
	registry := pages("400 bad token", pageOf("uno", id(1)), pageOf("", id(2)))
	ids, _, err := pagesOf(t, start(t, registry, nil), time.Time{}, at[1])
	if err != nil || !slices.Equal(ids, []string{name(1), name(2)}) || len(registry.asked) != 3 {
		t.Errorf("got %v after %d requests, %v; want both after the query began again", ids, len(registry.asked), err)
	}
}

func TestAPageOfAnotherCountCostsPagesAndLosesNone(t *testing.T) {
	_, at, err := pagesOf(t, start(t, pages(`{"totalCount":3,"studies":[`+id(1)+`],"nextPageToken":"one"}`, pageOf("two", id(2)), pageOf("", id(3))), nil), time.Time{}, "")
	if err != nil || len(at) != 3 {
		t.Fatalf("got %d pages, %v; want three", len(at), err)
	}
	registry := pages(pageOf("", id(2)), `{"totalCount":2,"studies":[`+id(1)+`],"nextPageToken":"one"}`, pageOf("", id(2)))
	ids, _, err := pagesOf(t, start(t, registry, nil), time.Time{}, at[1])
	slices.Sort(ids)
	if err != nil || !slices.Equal(ids, []string{name(1), name(2)}) || len(registry.asked) != 3 {
		t.Errorf("got %v after %d requests, %v; want both after the query began again", ids, len(registry.asked), err)
	}
}

func TestIDsAreAllThatTheRegistryLists(t *testing.T) {
	registry := pages(pageOf("one", id(1), id(2)), pageOf("two"), pageOf("", id(3)))
	client := start(t, registry, twoQueries)
	var ids []string
	for id, err := range client.IDs(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	if diff := cmp.Diff([]string{name(1), name(2), name(3)}, ids); diff != "" {
		t.Errorf("ids (-want +got):\n%s", diff)
	}
	want := url.Values{"format": {"json"}, "fields": {"NCTId"}, "sort": {"LastUpdatePostDate:asc"}, "pageSize": {"1000"}, "countTotal": {"true"}}
	if diff := cmp.Diff(want, registry.queries()[0]); diff != "" {
		t.Errorf("question, whatever the scope (-want +got):\n%s", diff)
	}
}

func TestIDsThatAreNotAllEndWithAnError(t *testing.T) {
	for name, bodies := range map[string][]string{
		"a study without an id": {pageOf("", id(1), `{}`)},
		"fewer than promised":   {`{"totalCount":2,"studies":[` + id(1) + `]}`},
		"no list":               {`{}`},
	} {
		var last error
		for _, err := range start(t, pages(bodies...), nil).IDs(t.Context()) {
			last = err
		}
		if !errors.Is(last, trials.ErrSchema) {
			t.Errorf("%s: got %v, want ErrSchema", name, last)
		}
	}
	n := 0
	for range start(t, pages(pageOf("", id(1), id(2))), nil).IDs(t.Context()) {
		n++
		break
	}
	if n != 1 {
		t.Errorf("a caller that stops: got %d ids, want 1", n)
	}
}

func TestOtherWordsAreAnotherScope(t *testing.T) {
	scope := func(scope string, terms ...string) string {
		return start(t, pages(""), func(c *ctgov.Config) { c.Scope, c.Terms = scope, terms }).Scope()
	}
	if all := scope(ctgov.ScopeAll, "a"); all != ctgov.ScopeAll {
		t.Errorf("got %q, want %q", all, ctgov.ScopeAll)
	}
	if a, b, c := scope("", "a", "b"), scope("", "b", "a", "b"), scope("", "a"); a != b || a == c {
		t.Errorf("got %q, %q and %q; want the first two alike", a, b, c)
	}
}

func TestDriftIsCountedByField(t *testing.T) {
	drifted := func(n int) string {
		return strings.Replace(id(n), `{"protocolSection":{`, `{"protocolSection":{"statusModule":{"overallStatus":"ON_HOLD"},`, 1)
	}
	mistyped := strings.Replace(id(3), `"nctId"`, `"briefTitle":7,"nctId"`, 1)
	client := start(t, pages(pageOf("", drifted(1), id(2), mistyped)), nil)
	if _, err := changed(t.Context(), client, time.Time{}); err != nil {
		t.Fatal(err)
	}
	want := map[string]int{"overallStatus": 1, "protocolSection.identificationModule.briefTitle": 1}
	if diff := cmp.Diff(want, client.Drift()); diff != "" {
		t.Errorf("drift (-want +got):\n%s", diff)
	}
	if again := client.Drift(); len(again) != 0 {
		t.Errorf("asked again: got %v, want nothing", again)
	}
	many := []string{drifted(1)}
	for n := 2; n <= 100; n++ {
		many = append(many, id(n))
	}
	client = start(t, pages(pageOf("", many...)), nil)
	if _, err := changed(t.Context(), client, time.Time{}); err != nil || len(client.Drift()) != 0 {
		t.Errorf("one in a hundred: got drift, %v; want it taken for an oversight", err)
	}
}
