package matcher_test

import (
	"testing"
	"time"

	"trialfinder/matcher"
)

// BenchmarkWhatIf50k tries other answers for the people of BenchmarkMatch50k.
func BenchmarkWhatIf50k(b *testing.B) {
	m := newMatcher(b)
	set, people := many(b, m, 50_000), crowd(b, m)
	for i := range people {
		people[i].Given = map[string]bool{}
		for id := range people[i].Facts {
			people[i].Given[id] = true
		}
	}
	var ts times
	told := 0
	for b.Loop() {
		for _, p := range people {
			began := time.Now()
			told += len(set.WhatIf(p, matcher.Only{}))
			ts = append(ts, time.Since(began))
		}
	}
	ts.report(b)
	b.ReportMetric(float64(told)/float64(len(ts)), "alternatives")
}
