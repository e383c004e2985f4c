package matcher_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"trialfinder/matcher"
	"trialfinder/trials"
	"trialfinder/trials/ctgov"
	"trialfinder/trials/ctis"
	"trialfinder/trials/demo"
)

// sent gives a record as one of the demo registries sends it.
func sent(t *testing.T, path string) any {
	t.Helper()
	g, err := demo.New(demo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	g.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	var doc any
	if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil || w.Code != http.StatusOK {
		t.Fatalf("%s: got %d, %v", path, w.Code, err)
	}
	return doc
}

// eachMutant calls f for each value of a document, with its path and a function that
// gives the document with that value replaced; nil takes it out of its object.
func eachMutant(doc any, f func(path string, value any, replaced func(any) any)) {
	var walk func(path string, value any, put func(any) any)
	walk = func(path string, value any, put func(any) any) {
		if path != "" {
			f(path, value, put)
		}
		object, _ := value.(map[string]any)
		for _, key := range slices.Sorted(maps.Keys(object)) {
			walk(strings.TrimPrefix(path+"."+key, "."), object[key], func(with any) any {
				changed := maps.Clone(object)
				changed[key] = with
				if with == nil {
					delete(changed, key)
				}
				return put(changed)
			})
		}
		list, _ := value.([]any)
		for i := range list {
			walk(path+"[]", list[i], func(with any) any {
				changed := slices.Clone(list)
				changed[i] = with
				return put(changed)
			})
		}
	}
	walk("", doc, func(with any) any { return with })
}

// statuses are those of the criteria, by their field or else their text.
func statuses(a matcher.Assessment) map[string]matcher.Status {
	out := map[string]matcher.Status{}
	for _, o := range a.Outcomes {
		if o.Field != "" {
			out[o.Field] = o.Status
		} else {
			out[o.Criterion.Text] = o.Status
		}
	}
	return out
}

// narrower: a study whose title is gone is for the illnesses in its list alone. That
// is what the registry says then, as of the studies that never had such a title; if
// all titles go, the operator is told.
func narrower(path, criterion string) bool {
	return criterion == matcher.FieldConditions && strings.HasSuffix(path, "Title")
}

// compare tells what became met or not met that was not, and a verdict that did.
func compare(path string, before, after matcher.Assessment) string {
	was := statuses(before)
	excused := false
	for criterion, status := range statuses(after) {
		old, there := was[criterion]
		switch {
		case status != matcher.Met && status != matcher.NotMet, status == old:
		case !there && strings.Contains(path, "riteria"): // another text is another criterion
		case narrower(path, criterion):
			excused = true
		default:
			return fmt.Sprintf("%q became %s from %q", criterion, status, old)
		}
	}
	if v := after.Verdict; v != before.Verdict && v != matcher.Open && !excused {
		return fmt.Sprintf("the verdict became %s from %s", v, before.Verdict)
	}
	return ""
}

// TestFaultSchemaDriftFlipsNoVerdict takes each field of records away, and gives it
// another type. For nobody does a criterion become met or not met that was not, and
// nobody is ruled out who was not, nor told that a trial fits that did not.
func TestFaultSchemaDriftFlipsNoVerdict(t *testing.T) {
	m, err := matcher.New()
	if err != nil {
		t.Fatal(err)
	}
	today := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	people := map[string]matcher.Profile{}
	for name, facts := range map[string]string{
		"nobody":    `{}`,
		"a patient": `{"condition":["melanoma"],"age":50,"sex":"female","performance_ecog":1}`,
		"a child":   `{"condition":["leukaemia"],"age":9,"sex":"male"}`,
	} {
		a, err := m.ParseAnswers(strings.NewReader(`{"facts":`+facts+`}`), today)
		if err != nil {
			t.Fatal(err)
		}
		people[name] = m.Profile(a, today, nil)
	}
	tried := 0
	for _, tt := range []struct {
		path      string
		normalise func([]byte) (trials.Record, error)
	}{
		{"/api/v2/studies/NCT99000001", ctgov.Normalise},
		{"/api/v2/studies/NCT99000050", ctgov.Normalise},
		{"/ctis-public-api/retrieve/2025-540001-01-00", ctis.Normalise},
	} {
		assess := func(doc any) map[string]matcher.Assessment {
			raw, err := json.Marshal(doc)
			if err != nil {
				t.Fatal(err)
			}
			record, err := tt.normalise(raw)
			if err != nil {
				return nil // set aside
			}
			l := m.Read(&record.Trial)
			out := map[string]matcher.Assessment{}
			for name, p := range people {
				out[name] = m.Assess(l, p)
			}
			return out
		}
		doc := sent(t, tt.path)
		before := assess(doc)
		if before == nil {
			t.Fatalf("%s can't be read", tt.path)
		}
		eachMutant(doc, func(path string, value any, replaced func(any) any) {
			for what, with := range map[string]any{"absent": nil, "text": "words", "number": 7.5, "truth": true, "list": []any{1}} {
				if _, same := value.(string); same && what == "text" {
					continue // another value is no drift
				}
				tried++
				for name, after := range assess(replaced(with)) {
					if wrong := compare(path, before[name], after); wrong != "" {
						t.Errorf("%s: %s = %s: for %s %s", tt.path, path, what, name, wrong)
					}
				}
			}
		})
	}
	if tried < 1000 {
		t.Errorf("got %d changes tried, want at least 1000", tried)
	}
}
