package criteria_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"trialfinder/matcher/criteria"
)

// TestCorpusIsWhollyCovered reads every real eligibility text: no byte that is
// not white space may be lost, and a text with both sections must show both.
func TestCorpusIsWhollyCovered(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(corpusDir(), "registry", "ctgov*.ndjson.gz"))
	if len(files) == 0 {
		t.Skipf("no registry records in %s: set TRIALFINDER_CORPUS", corpusDir())
	}
	p := parser(t)
	texts, items, both := 0, 0, 0
	for _, file := range files {
		eachText(t, file, func(text string) {
			cs := p.Parse(text)
			checkSpans(t, text, cs)
			kinds := map[criteria.Kind]int{}
			for _, c := range cs {
				kinds[c.Kind]++
			}
			texts++
			items += kinds[criteria.Inclusion] + kinds[criteria.Exclusion]
			if kinds[criteria.Inclusion] > 0 && kinds[criteria.Exclusion] > 0 {
				both++
			}
		})
	}
	t.Logf("%d texts, %d criteria, both sections in %d", texts, items, both)
	if share := float64(both) / float64(texts); share < 0.80 {
		t.Errorf("both sections found in %.3f of the texts, want 0.80 or more", share)
	}
}

func corpusDir() string {
	if dir := os.Getenv("TRIALFINDER_CORPUS"); dir != "" {
		return dir
	}
	return filepath.Join("..", "..", "..", "shared")
}

func eachText(t testing.TB, file string, use func(string)) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	s := bufio.NewScanner(z)
	s.Buffer(nil, 64<<20)
	for s.Scan() {
		var study struct {
			ProtocolSection struct {
				EligibilityModule struct{ EligibilityCriteria string }
			}
		}
		if err := json.Unmarshal(s.Bytes(), &study); err != nil {
			t.Fatal(err)
		}
		use(study.ProtocolSection.EligibilityModule.EligibilityCriteria)
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
}
