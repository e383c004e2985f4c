package ctis_test

import (
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"trialfinder/trials"
	"trialfinder/trials/ctis"
)

// mutants calls f for each value in a JSON document, with its path and a function
// that gives the document with that value replaced; nil takes it out of its object.
func mutants(doc any, f func(path string, value any, replaced func(any) any)) {
	var walk func(path string, value any, put func(any) any)
	walk = func(path string, value any, put func(any) any) {
		if path != "" {
			f(path, value, put)
		}
		switch v := value.(type) {
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(v)) {
				walk(strings.TrimPrefix(path+"."+key, "."), v[key], func(with any) any {
					changed := maps.Clone(v)
					changed[key] = with
					if with == nil {
						delete(changed, key)
					}
					return put(changed)
				})
			}
		case []any:
			for i := range v {
				walk(path+"[]", v[i], func(with any) any {
					changed := slices.Clone(v)
					changed[i] = with
					return put(changed)
				})
			}
		}
	}
	walk("", doc, func(with any) any { return with })
}

// TestFaultSchemaDriftOfEveryField takes each field away and gives it another type
// in turn. A record is refused with the field's name, or what was known becomes
// unknown: never another status, another sex or an age that nobody gave.
func TestFaultSchemaDriftOfEveryField(t *testing.T) {
	t.Parallel()
	var doc any
	if err := json.Unmarshal([]byte(whole), &doc); err != nil {
		t.Fatal(err)
	}
	before, err := ctis.Normalise([]byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	needed := []string{"ctNumber", "authorizedApplication", "authorizedApplication.authorizedPartI"}
	n := 0
	mutants(doc, func(path string, value any, replaced func(any) any) {
		for what, with := range map[string]any{"absent": nil, "text": "words", "number": 7.5, "truth": true, "object": map[string]any{"x": 1}, "list": []any{1}} {
			if with != nil && reflect.TypeOf(with) == reflect.TypeOf(value) {
				continue // another value is no drift
			}
			n++
			raw, err := json.Marshal(replaced(with))
			if err != nil {
				t.Fatal(err)
			}
			got, err := ctis.Normalise(raw)
			var field *trials.FieldError
			switch {
			case what == "absent" && (err != nil) != slices.Contains(needed, path):
				t.Errorf("%s absent: got %v, want an error only for %v", path, err, needed)
			case err != nil && !errors.As(err, &field) && !errors.Is(err, trials.ErrInvalid):
				t.Errorf("%s = %s: got %v, want the field's name or ErrInvalid", path, what, err)
			case err == nil:
				sameOrUnknown(t, path+" = "+what, before.Trial, got.Trial)
			}
		}
	})
	if n < 500 {
		t.Errorf("got %d changes tried, want at least 500", n)
	}
}

func sameOrUnknown(t *testing.T, what string, before, after trials.Trial) {
	t.Helper()
	if s := after.Status; s != before.Status && s != trials.UnknownStatus && s != "" {
		t.Errorf("%s: the status became %s", what, s)
	}
	if s := after.Eligibility.Sex; s != before.Eligibility.Sex && s != "" {
		t.Errorf("%s: the sex became %s", what, s)
	}
	if a := after.Eligibility.MinimumAge; a == nil || a.Unit != "" && *a != *before.Eligibility.MinimumAge {
		t.Errorf("%s: the least age became %v", what, a)
	}
	if a := after.Eligibility.MaximumAge; a != nil {
		t.Errorf("%s: the greatest age became %v", what, a)
	}
	for _, site := range after.Sites {
		i := slices.IndexFunc(before.Sites, func(s trials.Site) bool { return s.City == site.City })
		if i < 0 {
			continue // a site without its town, which its name still tells
		}
		// The search's list is older than the dossier's: it may say less, or what it said.
		known := []trials.Status{before.Sites[i].Status, trials.UnknownStatus}
		if site.Country == "Belgium" {
			known = append(known, trials.Recruiting)
		}
		if !slices.Contains(known, site.Status) {
			t.Errorf("%s: the site in %s became %s", what, site.City, site.Status)
		}
	}
}
