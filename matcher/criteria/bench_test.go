package criteria_test

import (
	"path/filepath"
	"sync/atomic"
	"testing"
)

// BenchmarkParse reads every eligibility text of the corpus and reports how many
// criteria a second one core reads.
func BenchmarkParse(b *testing.B) {
	p, all := parser(b), allTexts(b)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		for _, text := range all {
			n += len(p.Parse(text))
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "criteria/s")
}

// BenchmarkParseParallel reads one text at a time on every core.
func BenchmarkParseParallel(b *testing.B) {
	p, all := parser(b), allTexts(b)
	b.ReportAllocs()
	var n, next atomic.Int64
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			n.Add(int64(len(p.Parse(all[int(next.Add(1))%len(all)]))))
		}
	})
	b.ReportMetric(float64(n.Load())/b.Elapsed().Seconds(), "criteria/s")
}

func allTexts(b *testing.B) []string {
	b.Helper()
	files, _ := filepath.Glob(filepath.Join(corpusDir(), "registry", "ctgov*.ndjson.gz"))
	if len(files) == 0 {
		b.Skipf("no registry records in %s: set TRIALFINDER_CORPUS", corpusDir())
	}
	var all []string
	for _, file := range files {
		eachText(b, file, func(text string) { all = append(all, text) })
	}
	return all
}
