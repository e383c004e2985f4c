package therapy_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"trialfinder/matcher/therapy"
)

func classifier(t testing.TB) *therapy.Classifier {
	t.Helper()
	c, err := therapy.Load()
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	return c
}

func TestIDs(t *testing.T) {
	want := []string{
		"checkpoint", "t_cell", "nk", "msc", "dendritic", "vaccine",
		"cytokine", "antibody", "oncolytic", "hsct", "gene",
	}
	c := classifier(t)
	if diff := cmp.Diff(want, c.IDs()); diff != "" {
		t.Errorf("IDs (-want +got):\n%s", diff)
	}
	c.IDs()[0] = "changed"
	if got := c.IDs()[0]; got != want[0] {
		t.Errorf("IDs after a caller changed its copy: got %q, want %q", got, want[0])
	}
}

// Small tables without fault; each case below spoils one.
func tables() map[string]string {
	return map[string]string{
		"agents.tsv":   "therapy\tsubtype\torigin\tuse\tname\tother_names\tsource\ncheckpoint\tpd1\t-\tstandard\tpembrolizumab\tKeytruda\tINN\n",
		"phrases.tsv":  "# a note\ntherapy\tsubtype\tkind\tuse\tphrases\nnk\t\tdecides\tnew\tNK cell infusion\n",
		"blockers.tsv": "kind\ttherapy\treach\twhere\tphrases\nphrase\t*\t0\tany\tNK-1\nbefore\t*\t2\thead\tafter\n",
		"cues.tsv":     "kind\tphrases\ngiving\tinfusion\n",
	}
}

func TestLoadRefuses(t *testing.T) {
	tests := []struct{ name, file, row, want string }{
		{"too few columns", "agents.tsv", "nk\tnk\t-\tnew\tFT500", "columns"},
		{"an unknown therapy", "agents.tsv", "crispr\t\t-\tnew\tX-1\t\tINN", `unknown therapy "crispr"`},
		{"no therapy", "agents.tsv", "*\t\t-\tnew\tX-1\t\tINN", "no therapy"},
		{"an unknown use", "agents.tsv", "nk\t\t-\told\tX-1\t\tINN", `unknown use "old"`},
		{"a name listed twice", "agents.tsv", "nk\t\t-\tnew\tKEYTRUDA®\t\tINN", "listed already"},
		{"an agent that is a phrase too", "phrases.tsv", "nk\t\tdecides\tnew\tkeytruda", "listed already"},
		{"a name without a word", "agents.tsv", "nk\t\t-\tnew\t--\t\tINN", "no word"},
		{"an empty name", "agents.tsv", "nk\t\t-\tnew\t\t\tINN", "no word"},
		{"an unknown kind of phrase", "phrases.tsv", "nk\t\tmaybe\tnew\tnatural killers", `unknown kind "maybe"`},
		{"a stem of two letters", "phrases.tsv", "antibody\t\tstem\tnew\tab", "bad stem"},
		{"a blocker with a reach that is no number", "blockers.tsv", "before\t*\tfar\tany\twithout", "reach"},
		{"a blocker somewhere", "blockers.tsv", "before\t*\t1\tfoot\twithout", `unknown where "foot"`},
		{"an unknown kind of blocker", "blockers.tsv", "beside\t*\t1\tany\twithout", `unknown kind "beside"`},
		{"a blocking phrase for one therapy", "blockers.tsv", "phrase\tnk\t0\tany\tNK cell lymphoma", "holds for all"},
		{"a blocker listed twice", "blockers.tsv", "before\t*\t2\thead\tAFTER", "listed already"},
		{"an unknown kind of cue", "cues.tsv", "hint\tperhaps", `unknown kind "hint"`},
		{"a cue listed twice", "cues.tsv", "giving\tInfusion", "listed already"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := fstest.MapFS{}
			for name, text := range tables() {
				if name == tt.file {
					text += tt.row + "\n"
				}
				files["data/"+name] = &fstest.MapFile{Data: []byte(text)}
			}
			_, err := therapy.LoadFrom(files)
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), tt.file) {
				t.Errorf("load with %q in %s: got %v, want an error naming the file with %q", tt.row, tt.file, err, tt.want)
			}
		})
	}
}

func TestLoadRefusesFiles(t *testing.T) {
	for _, name := range []string{"agents.tsv", "phrases.tsv", "blockers.tsv", "cues.tsv"} {
		for fault, text := range map[string]string{"wrong header": "a\tb\n", "no header": "# only a note\n"} {
			files := fstest.MapFS{}
			for n, good := range tables() {
				if n == name {
					good = text
				}
				files["data/"+n] = &fstest.MapFile{Data: []byte(good)}
			}
			if _, err := therapy.LoadFrom(files); err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("load with %s in %s: got %v, want an error naming the file", fault, name, err)
			}
		}
	}
	good := fstest.MapFS{}
	for n, text := range tables() {
		good["data/"+n] = &fstest.MapFile{Data: []byte(text)}
	}
	if _, err := therapy.LoadFrom(good); err != nil {
		t.Errorf("load of good tables: got %v, want none", err)
	}
	delete(good, "data/cues.tsv")
	if _, err := therapy.LoadFrom(good); err == nil {
		t.Error("load without cues.tsv: got no error, want one")
	}
}

func TestSearchTerms(t *testing.T) {
	terms := classifier(t).SearchTerms()
	for _, want := range []string{"pembrolizumab", "lifileucel", "remestemcel", "FT516", "mesenchymal"} {
		if !slices.ContainsFunc(terms, func(s string) bool { return strings.EqualFold(s, want) }) {
			t.Errorf("SearchTerms: %q is missing", want)
		}
	}
	if !slices.IsSorted(terms) {
		t.Error("SearchTerms: not sorted")
	}
	if slices.ContainsFunc(terms, func(s string) bool { return strings.EqualFold(s, "mesenchymal stem cells") }) {
		t.Error(`SearchTerms: "mesenchymal stem cells" is found by "mesenchymal"`)
	}
}
