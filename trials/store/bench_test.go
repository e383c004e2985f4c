package store_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"trialfinder/trials"
	"trialfinder/trials/store"
	"trialfinder/trials/store/storetest"
)

// batch is invented listings of about the size of real ones.
func batch(n int) []trials.Record {
	r := rand.New(rand.NewPCG(1, 2))
	vocabulary := make([]string, 3000)
	for i := range vocabulary {
		word := make([]byte, 3+r.IntN(9))
		for j := range word {
			word[j] = byte('a' + r.IntN(26))
		}
		vocabulary[i] = string(word)
	}
	prose := func(words int) string {
		var b strings.Builder
		for range words {
			// Squared, so that some words are common.
			f := r.Float64()
			b.WriteString(vocabulary[int(f*f*float64(len(vocabulary)))])
			b.WriteByte(' ')
		}
		return b.String()
	}
	recs := make([]trials.Record, n)
	for i := range recs {
		recs[i] = record(nct(i), func(t *trials.Trial) {
			t.BriefTitle, t.OfficialTitle = prose(12), prose(25)
			t.BriefSummary, t.DetailedDescription, t.Eligibility.Criteria = prose(150), prose(300), prose(400)
			t.Keywords = strings.Fields(prose(5))
			for range r.IntN(20) {
				t.Sites = append(t.Sites, trials.Site{Facility: prose(4), City: prose(1), Country: "France",
					GeoPoint: &trials.GeoPoint{Lat: r.Float64(), Lon: r.Float64()}})
			}
		})
		// The registry sends about twice what we take from it.
		raw, err := json.Marshal(map[string]any{"taken": recs[i].Trial, "left": prose(1000)})
		if err != nil {
			panic(err)
		}
		recs[i].Raw = raw
	}
	return recs
}

func BenchmarkPut(b *testing.B) {
	recs := batch(1000)
	changed := batch(1000)
	for i := range changed {
		changed[i].Raw = append(changed[i].Raw, ' ')
	}
	run := func(name string, prepare func(*store.DB), recs ...[]trials.Record) {
		b.Run(name, func(b *testing.B) {
			n := 0
			var spent time.Duration
			for i := 0; b.Loop(); i++ {
				b.StopTimer()
				db := storetest.Open(b)
				prepare(db)
				b.StartTimer()
				started := time.Now()
				put(b, db, day2, recs[i%len(recs)]...)
				spent += time.Since(started)
				n += len(recs[0])
			}
			b.ReportMetric(float64(n)/spent.Seconds(), "records/s")
		})
	}
	run("added", func(*store.DB) {}, recs)
	run("unchanged", func(db *store.DB) { put(b, db, day1, recs...) }, recs)
	run("updated", func(db *store.DB) { put(b, db, day1, recs...) }, changed)
}

func BenchmarkEach(b *testing.B) {
	db := storetest.Open(b, batch(1000)...)
	n := 0
	for b.Loop() {
		for _, err := range db.Each(b.Context(), trials.Filter{OpenOnly: true}) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "records/s")
}

func BenchmarkSlips(b *testing.B) {
	recs := batch(1000)
	db := storetest.Open(b, recs...)
	var rows []trials.Derived
	for i, r := range recs {
		rows = append(rows, trials.Derived{TrialID: r.Trial.ID, SourceHash: r.Hash(), RuleSet: "r1", Blob: r.Raw[:8000], Slip: r.Raw[:3000],
			Facets: []trials.Facet{{Kind: "therapy", Value: fmt.Sprint(i % 9)}, {Kind: "condition", Value: fmt.Sprint(i % 99)}}})
	}
	derive(b, db, rows...)
	n := 0
	for b.Loop() {
		n += len(all(b, db.Slips(b.Context(), "r1")))
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "records/s")
}

func BenchmarkSearch(b *testing.B) {
	recs := batch(1000)
	db := storetest.Open(b, recs...)
	text := strings.Join(strings.Fields(recs[7].Trial.BriefTitle)[:2], " ")
	for b.Loop() {
		found(b, db, store.Query{Text: text, Countries: []string{"FR"}, Limit: 20, Offset: 0})
	}
}
