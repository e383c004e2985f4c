package criteria_test

import (
	"path/filepath"
	"testing"
)

// BenchmarkParse reads every eligibility text of the corpus and reports how many
// criteria a second one core reads.
func BenchmarkParse(b *testing.B) {
	files, _ := filepath.Glob(filepath.Join(corpusDir(), "registry", "ctgov*.ndjson.gz"))
	if len(files) == 0 {
		b.Skipf("no registry records in %s: set TRIALFINDER_CORPUS", corpusDir())
	}
	p := parser(b)
	var all []string
	for _, file := range files {
		eachText(b, file, func(text string) { all = append(all, text) })
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		for _, text := range all {
			n += len(p.Parse(text))
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "criteria/s")
}
