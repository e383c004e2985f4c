package ctgov_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trialfinder/trials"
	"trialfinder/trials/ctgov"
)

// removed stands for a value that is taken out of its object or list.
type removed struct{}

// mutants calls f for each value in a JSON document, with its path and a
// function that gives the document with that value replaced.
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
					if with == (removed{}) {
						delete(changed, key)
					}
					return put(changed)
				})
			}
		case []any:
			for i := range v {
				walk(path+"[]", v[i], func(with any) any {
					changed := slices.Clone(v)
					if with == (removed{}) {
						return put(slices.Delete(changed, i, i+1))
					}
					changed[i] = with
					return put(changed)
				})
			}
		}
	}
	walk("", doc, func(with any) any { return with })
}

func goldenValue(t *testing.T) any {
	t.Helper()
	var value any
	if err := json.Unmarshal(golden(t), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func encode(t *testing.T, value any) []byte {
	t.Helper()
	raw, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestNullIsAsGoodAsAbsent(t *testing.T) {
	const idField = "protocolSection.identificationModule.nctId"
	n := 0
	mutants(goldenValue(t), func(path string, _ any, replaced func(any) any) {
		n++
		null, errNull := ctgov.Normalise(encode(t, replaced(nil)))
		gone, errGone := ctgov.Normalise(encode(t, replaced(removed{})))
		if fmt.Sprint(errNull) != fmt.Sprint(errGone) {
			t.Errorf("%s: null gives %v, absence gives %v", path, errNull, errGone)
		}
		if diff := cmp.Diff(gone.Trial, null.Trial); diff != "" {
			t.Errorf("%s: (-absent +null)\n%s", path, diff)
		}
		holdsID := strings.HasPrefix(idField, path)
		if (errGone != nil) != holdsID {
			t.Errorf("%s absent: got error %v, want one only for what holds the id", path, errGone)
		}
		if !holdsID && cmp.Equal(wantGolden(), gone.Trial) && path != "protocolSection.identificationModule.secondaryIdInfos[].domain" &&
			path != "protocolSection.identificationModule.secondaryIdInfos[].link" {
			t.Errorf("%s absent: got the same trial, so the field is not kept", path)
		}
	})
	if n < 150 {
		t.Errorf("got %d fields tried, want at least 150", n)
	}
}

// otherTypes are values of another JSON type. A lone string is taken for a list
// of one, so it is not another type for a list of strings.
func otherTypes(value any) []any {
	all := map[string]any{"string": "words", "number": 7.5, "bool": true, "object": map[string]any{"x": 1}, "array": []any{1}}
	switch v := value.(type) {
	case string:
		delete(all, "string")
	case float64:
		delete(all, "number")
	case bool:
		delete(all, "bool")
	case map[string]any:
		delete(all, "object")
	case []any:
		delete(all, "array")
		if _, ok := v[0].(string); ok {
			delete(all, "string")
		}
	}
	return slices.Collect(maps.Values(all))
}

func TestAFieldOfAnotherTypeIsNamed(t *testing.T) {
	mutants(goldenValue(t), func(path string, value any, replaced func(any) any) {
		for _, other := range otherTypes(value) {
			_, err := ctgov.Normalise(encode(t, replaced(other)))
			name := "field " + strings.ReplaceAll(path, "[]", "") + " "
			if !errors.Is(err, trials.ErrSchema) || !strings.Contains(fmt.Sprint(err), name) {
				t.Errorf("%s = %v: got %v, want ErrSchema that says %q", path, other, err, name)
			}
		}
	})
}

func TestTheClientAsksForWhatIsKept(t *testing.T) {
	mutants(goldenValue(t), func(path string, value any, _ func(any) any) {
		switch value.(type) {
		case map[string]any, []any:
			return
		}
		path = strings.ReplaceAll(path, "[]", "")
		asked := slices.ContainsFunc(ctgov.Fields(), func(field string) bool {
			return path == field || strings.HasPrefix(path, field+".")
		})
		if want := path != "derivedSection.miscInfoModule.versionHolder"; asked != want {
			t.Errorf("%s: asked for: %v, want %v", path, asked, want)
		}
	})
}
