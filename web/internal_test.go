package web

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/labstack/echo/v4"

	"trialfinder/matcher"
)

func testPacker(t *testing.T) *packer {
	t.Helper()
	m, err := matcher.New()
	if err != nil {
		t.Fatal(err)
	}
	p, err := newPacker(m)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPackedSessionComesBack(t *testing.T) {
	p := testPacker(t)
	want := session{
		AsOf: time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC),
		Entries: []entry{
			{"condition", json.RawMessage(`["nsclc"]`)}, {"age", json.RawMessage(`62`)}, {"sex", json.RawMessage(`"female"`)},
			{"country", json.RawMessage(`"DK"`)}, {"place", json.RawMessage(`"Aarhus, \"C\""`)}, {"therapies", json.RawMessage(`["nk","t_cell"]`)},
			{"stage", json.RawMessage(`4`)}, {"prior_chemo", json.RawMessage(`true`)}, {"hiv", json.RawMessage(`false`)},
			{"prior_checkpoint", json.RawMessage(`null`)}, {"days_since_mi", json.RawMessage(`"never"`)}, {"other_conditions", json.RawMessage(`[]`)},
			{"hemoglobin", json.RawMessage(`{"value":7.9,"unit":"mmol/L"}`)}, {"alt", json.RawMessage(`{"value":80,"unit":"U/L","uln":40}`)},
			{"days_since_surgery", json.RawMessage(`{"date":"2026-05"}`)},
		},
		Query: "lung", Ticked: []string{"nsclc", "lymphoma"}, Notice: "notice_expired",
	}
	got, err := p.unpack(p.pack(&want))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b json.RawMessage) bool { return string(a) == string(b) })); diff != "" {
		t.Errorf("session (-want +got):\n%s", diff)
	}
}

func FuzzUnpack(f *testing.F) {
	m, err := matcher.New()
	if err != nil {
		f.Fatal(err)
	}
	p, err := newPacker(m)
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte("*A2026-11-24\n" + p.code["age"] + "#62\n"))
	f.Add([]byte(p.code["hemoglobin"] + "#7.9 mmol/L 3\n*Qx\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := p.unpack(b)
		if err != nil {
			return
		}
		for _, e := range s.Entries {
			if !json.Valid(e.Raw) {
				t.Errorf("unpack(%q): %s: got %s, want JSON", b, e.ID, e.Raw)
			}
		}
	})
}

// A panic is told by its type and its place; its value may hold an answer.
func TestPanicsSayNoValues(t *testing.T) {
	var log strings.Builder
	s := &Server{log: slog.New(slog.NewTextHandler(&log, nil))}
	h := s.recoverPanics(func(echo.Context) error { panic("canary") })
	c := echo.New().NewContext(httptest.NewRequest(http.MethodGet, "/", nil), httptest.NewRecorder())
	if err := h(c); !errors.Is(err, errInternal) {
		t.Errorf("got %v, want errInternal", err)
	}
	if said := log.String(); strings.Contains(said, "canary") || !strings.Contains(said, "type=string") || !strings.Contains(said, "internal_test.go") {
		t.Errorf("log: got %q, want the type and the place alone", said)
	}
}

// A new page must join the lists of pages that the tests walk.
func TestRouteTable(t *testing.T) {
	s := &Server{}
	want := []string{
		"/", "/:lang", "/:lang/", "/:lang/about", "/:lang/answers", "/:lang/learn", "/:lang/learn/:slug", "/:lang/learn/search", "/:lang/question/:fact", "/:lang/questions",
		"/:lang/results", "/:lang/trial", "/:lang/trial/:id", "/healthz", "/readyz", "/static/:file",
	}
	wantPost := []string{"/:lang/erase", "/:lang/illnesses", "/:lang/question/:fact"}
	got := map[string][]string{}
	for _, r := range s.routes().Routes() {
		got[r.Method] = append(got[r.Method], r.Path)
	}
	for method, paths := range map[string][]string{http.MethodGet: want, http.MethodHead: want, http.MethodPost: wantPost} {
		slices.Sort(got[method])
		if diff := cmp.Diff(paths, got[method]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", method, diff)
		}
		delete(got, method)
	}
	for method, paths := range got {
		if method != echo.RouteNotFound {
			t.Errorf("%s: got %v, want no such route", method, paths)
		}
	}
}
