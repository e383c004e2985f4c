package condition_test

import (
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"trialfinder/matcher/condition"
)

func mustLoad(tb testing.TB) *condition.Vocabulary {
	tb.Helper()
	v, err := condition.Load()
	if err != nil {
		tb.Fatalf("Load: %v", err)
	}
	return v
}

func TestVocabularyIsComplete(t *testing.T) {
	v := mustLoad(t)
	all := v.All()
	if got, want := len(all), 185; got < want {
		t.Errorf("conditions: got %d, want at least %d", got, want)
	}
	listed := map[string]int{}
	for _, g := range v.Groups() {
		for _, lang := range condition.Languages() {
			if g.Names[lang] == "" {
				t.Errorf("group %s: no name in %q", g.ID, lang)
			}
		}
		for _, id := range g.Conditions {
			listed[id]++
		}
	}
	for _, c := range all {
		if listed[c.ID] != 1 {
			t.Errorf("%s: in %d groups, want 1", c.ID, listed[c.ID])
		}
		for _, lang := range condition.Languages() {
			if got := v.Name(c.ID, lang); got == "" {
				t.Errorf("%s: no name in %q", c.ID, lang)
			}
		}
		if got := v.Map(condition.Study{MeSHIDs: c.MeSH}); len(c.MeSH) > 0 && (len(got) != 1 || got[0].ID != c.ID) {
			t.Errorf("%s: MeSH %v gives %v, want the id alone", c.ID, c.MeSH, got)
		}
	}
}

func TestEveryNameFindsItsIllness(t *testing.T) {
	v := mustLoad(t)
	for _, c := range v.All() {
		for lang, name := range c.Names {
			got := v.Search(name, lang, 1)
			if len(got) != 1 || got[0].ID != c.ID || got[0].Name != name {
				t.Errorf("Search(%q, %s): got %v, want %s first", name, lang, got, c.ID)
			}
		}
	}
}

// Two illnesses with one name in one language could not be told apart in a list.
func TestNamesAreUnique(t *testing.T) {
	for _, lang := range condition.Languages() {
		seen := map[string]string{}
		for _, c := range mustLoad(t).All() {
			name := c.Names[lang]
			if other, ok := seen[name]; ok {
				t.Errorf("%s: %q names %s and %s", lang, name, other, c.ID)
			}
			seen[name] = c.ID
		}
	}
}

func TestKinship(t *testing.T) {
	v := mustLoad(t)
	tests := []struct {
		id, ancestor string
		want         bool
	}{
		{"nsclc", "lung_cancer", true},
		{"nsclc_squamous", "cancer", true},
		{"nsclc", "nsclc", true},
		{"lung_cancer", "nsclc", false},
		{"cns_lymphoma", "brain_tumour", true},
		{"cns_lymphoma", "lymphoma", true},
		{"lupus_nephritis", "kidney_disease_any", true},
		{"al_amyloidosis", "cancer", false},
		{"no_such", "no_such", false},
		{"nsclc", "no_such", false},
	}
	for _, tt := range tests {
		if got := v.IsA(tt.id, tt.ancestor); got != tt.want {
			t.Errorf("IsA(%s, %s): got %v, want %v", tt.id, tt.ancestor, got, tt.want)
		}
	}
	want := []string{"nsclc", "lung_cancer", "solid_tumour", "cancer"}
	if diff := cmp.Diff(want, v.Ancestors("nsclc_squamous")); diff != "" {
		t.Errorf("Ancestors(nsclc_squamous) (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"nsclc", "sclc"}, v.Children("lung_cancer")); diff != "" {
		t.Errorf("Children(lung_cancer) (-want +got):\n%s", diff)
	}
}

func TestName(t *testing.T) {
	v := mustLoad(t)
	tests := []struct{ id, lang, want string }{
		{"breast_cancer", "da", "Brystkræft"},
		{"breast_cancer", "xx", "Breast cancer"},
		{"no_such", "da", "no_such"},
	}
	for _, tt := range tests {
		if got := v.Name(tt.id, tt.lang); got != tt.want {
			t.Errorf("Name(%s, %s): got %q, want %q", tt.id, tt.lang, got, tt.want)
		}
	}
	if _, ok := v.ByID("no_such"); ok {
		t.Error("ByID(no_such): got one, want none")
	}
}

// What a caller does to an answer must not change the vocabulary.
func TestAnswersAreCopies(t *testing.T) {
	v := mustLoad(t)
	c, _ := v.ByID("nsclc")
	c.Parents[0], c.Names["en"] = "changed", "changed"
	v.Groups()[0].Conditions[0] = "changed"
	if got, _ := v.ByID("nsclc"); got.Parents[0] == "changed" || got.Names["en"] == "changed" {
		t.Errorf("ByID(nsclc) after a change of the answer: got %+v", got)
	}
	if got := v.Groups()[0].Conditions[0]; got == "changed" {
		t.Error("Groups shares its lists")
	}
}

// small is a sound vocabulary that each case of TestLoadIsStrict spoils.
func small() fstest.MapFS {
	file := func(lines ...string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(strings.Join(lines, "\n") + "\n")}
	}
	return fstest.MapFS{
		"conditions.tsv": file("id\tparents\tgroup\tmesh\ten\tda\tnl\tfr\tzh",
			"a\t\tg\tD000001\tA\tA\tA\tA\tA", "b\ta\tg\t\tB\tB\tB\tB\tB"),
		"groups.tsv": file("id\ten\tda\tnl\tfr\tzh", "g\tG\tG\tG\tG\tG"),
		"sets.tsv":   file("name\twords", "ca\tcancer|tumor"),
		"words.tsv":  file("id\tuse\twords", "a\tregistry\tblue <ca>", "a\tda\tblå", "-\tregistry\tblue moon"),
	}
}

func TestLoadIsStrict(t *testing.T) {
	tests := []struct{ name, file, line, want string }{
		{"sound", "words.tsv", "", ""},
		{"comment", "words.tsv", "# b", ""},
		{"duplicate id", "conditions.tsv", "a\t\tg\t\tA\tA\tA\tA\tA", `id "a" twice`},
		{"unknown parent", "conditions.tsv", "c\tx\tg\t\tC\tC\tC\tC\tC", `unknown parent "x"`},
		{"circle", "conditions.tsv", "c\tc\tg\t\tC\tC\tC\tC\tC", "its own ancestor"},
		{"unknown group", "conditions.tsv", "c\t\tx\t\tC\tC\tC\tC\tC", `unknown group "x"`},
		{"missing name", "conditions.tsv", "c\t\tg\t\tC\tC\t\tC\tC", `no name in "nl"`},
		{"one descriptor for two", "conditions.tsv", "c\t\tg\tD000001\tC\tC\tC\tC\tC", "MeSH D000001 for a and c"},
		{"no descriptor", "conditions.tsv", "c\t\tg\tC123456\tC\tC\tC\tC\tC", "no descriptor"},
		{"too few columns", "conditions.tsv", "c\t\tg", "3 columns, want 9"},
		{"malformed id", "conditions.tsv", "C c\t\tg\t\tC\tC\tC\tC\tC", "malformed"},
		{"empty group", "groups.tsv", "h\tH\tH\tH\tH\tH", `group "h" is empty`},
		{"duplicate group", "groups.tsv", "g\tG\tG\tG\tG\tG", `group "g" twice`},
		{"duplicate set", "sets.tsv", "ca\tx", `set "ca" twice`},
		{"words for unknown id", "words.tsv", "x\tregistry\tx", `unknown id "x"`},
		{"unknown use", "words.tsv", "a\tsv\tx", `unknown use "sv"`},
		{"no illness in a language", "words.tsv", "-\tda\tx", `unknown id "-"`},
		{"no words", "words.tsv", "a\tda\t", "no words"},
		{"empty word", "words.tsv", "a\tda\tx||y", "empty word"},
		{"unknown set", "words.tsv", "a\tregistry\tx <y>", `unknown set "y"`},
		{"open bracket", "words.tsv", "a\tregistry\tx (y/z", "not closed"},
		{"stray bracket", "words.tsv", "a\tregistry\tx y)", "unmatched"},
		{"phrase that may be empty", "words.tsv", "a\tregistry\t(x/)", "empty phrase"},
		{"too many phrases", "words.tsv", "a\tregistry\t" + strings.Repeat("(a/b/c/d/e/f/g/h)", 5), "more than"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fsys := small()
			fsys[tt.file].Data = append(fsys[tt.file].Data, tt.line+"\n"...)
			_, err := condition.LoadFS(fsys)
			checkError(t, err, tt.want)
		})
	}
	for _, name := range slices.Sorted(maps.Keys(small())) {
		t.Run("no "+name, func(t *testing.T) {
			fsys := small()
			delete(fsys, name)
			_, err := condition.LoadFS(fs.FS(fsys))
			checkError(t, err, name)
		})
	}
}

func checkError(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("got error %v, want none", err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("got error %v, want one with %q", err, want)
	}
}
