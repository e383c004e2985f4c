package demo_test

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"trialfinder/trials/demo"
)

// changed gives the built-in data with one replacement in one file; a file that
// is not there is added.
func changed(t *testing.T, name, old, new string) fs.FS {
	t.Helper()
	copied := fstest.MapFS{}
	err := fs.WalkDir(demo.BuiltIn(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(demo.BuiltIn(), path)
		copied[path] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if copied[name] == nil {
		copied[name] = &fstest.MapFile{Data: []byte(new)}
		return copied
	}
	before := string(copied[name].Data)
	if old != "" && !strings.Contains(before, old) {
		t.Fatalf("%s: no %q to replace", name, old)
	}
	copied[name].Data = []byte(strings.Replace(before, old, new, 1))
	return copied
}

func TestLoadIsStrict(t *testing.T) {
	t.Parallel()
	const (
		study   = "data/studies/NCT99000001.json"
		euTrial = "data/eu/2024-511101-11-00.json"
		nights  = "data/nights.json"
		pieces  = "data/pieces.tsv"
		areas   = "data/areas.tsv"
	)
	for _, c := range []struct {
		name, file, old, new string
		want                 string // a part of the error; "" for none
	}{
		{"as it is", study, "", "", ""},
		{"unknown key", study, `"briefTitle"`, `"shortTitle"`, "unknown key protocolSection.identificationModule.shortTitle"},
		{"another study's id", study, "NCT99000001", "NCT99000002", "under the name"},
		{"broken JSON", study, "{", "", "NCT99000001.json"},
		{"two values", study, "{", "{}\n{", "more than one value"},
		{"a name that is no id", "data/studies/readme.json", "", "{}", "readme"},
		{"a taken alias", "data/studies/NCT99000072.json", "NCT99009072", "NCT99000001", "alias NCT99000001 is taken"},
		{"a night too early", nights, "2026-11-22", "2026-11-21", `night 2: date "2026-11-21"`},
		{"an unknown night key", nights, `"date"`, `"day"`, "unknown field"},
		{"taking away nothing", nights, "NCT99000085", "NCT99000990", "taken away, but not listed"},
		{"a patch with an unknown key", nights, `"overallStatus"`, `"status"`, "night 1: NCT99000018: unknown key"},
		{"another header", pieces, "piece\tpath", "name\tpath", "header"},
		{"a short row", pieces, "\tkind\n", "\tkind\nLonely\n", "1 columns, want 3"},
		{"an unknown kind", pieces, "\tenum\n", "\tenumeration\n", `unknown kind "enumeration"`},
		{"a piece twice", pieces, "OrgFullName\t", "OrgClass\t", "there twice"},
		{"an EU trial under another number", euTrial, "2024-511101-11-00", "2024-511101-11-01", "its search has the number"},
		{"an EU trial with two statuses", euTrial, `"ctPublicStatusCode": 5`, `"ctPublicStatusCode": 4`, "its search has the status 5"},
		{"an EU trial without its day", euTrial, `"lastUpdated": "18/11/2026"`, `"lastUpdated": "2026-11-18"`, "lastUpdated is no day"},
		{"an EU trial of more parts", euTrial, `{`, `{"more":1,`, "and nothing else"},
		{"taking away no EU trial", nights, "2022-540007-07-00", "2022-540007-07-09", "taken away, but not listed"},
		{"an area of nothing", areas, "Condition,BriefTitle", "Illness,BriefTitle", `unknown piece "Illness"`},
	} {
		err := demo.Load(changed(t, c.file, c.old, c.new))
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: got %v, want no error", c.name, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: got %v, want an error with %q", c.name, err, c.want)
		}
	}
}

// Whatever is asked, the registry answers or refuses; it never breaks.
func FuzzQuery(f *testing.F) {
	for _, q := range []string{
		`lung OR (melanoma AND NOT "brain metastases")`, "AREA[LastUpdatePostDate]RANGE[MIN,2026-11]",
		"AREA[MinimumAge]MISSING", "AREA", "RANGE[a,b]", `"`, "((", "NOT NOT NOT", ",,", "[]", "\xff", "NCT1 nct2",
	} {
		f.Add(q)
	}
	g, err := demo.New(demo.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, q string) {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "/api/v2/studies?fields=NCTId&query.cond="+url.QueryEscape(q), nil)
		g.ServeHTTP(w, r)
		if w.Code != http.StatusOK && w.Code != http.StatusBadRequest && w.Code != http.StatusRequestURITooLong {
			t.Errorf("%q: got %d %s, want 200, 400 or 414", q, w.Code, w.Body)
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if err := demo.Load(demo.BuiltIn()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSearch(b *testing.B) {
	g, err := demo.New(demo.Options{})
	if err != nil {
		b.Fatal(err)
	}
	target := studies("pageSize", "1000", "query.intr", strings.Repeat("pembrolizumab OR ", 60)+"nivolumab")
	for b.Loop() {
		get(g, target)
	}
}
