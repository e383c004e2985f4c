package ctgov_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"trialfinder/trials/ctgov"
	"trialfinder/trials/fetch"
)

// BenchmarkWalkCorpus gets real records over a loopback network, in pages of 1000,
// and reads them: all of a sync but the storing.
func BenchmarkWalkCorpus(b *testing.B) {
	var records [][]byte
	for raw, err := range ctgov.Studies(corpus(b, "ctgov.ndjson.gz")) {
		if err != nil {
			b.Fatal(err)
		}
		records = append(records, raw)
	}
	const size = 1000
	var pages [][]byte
	for from := 0; from < len(records); from += size {
		studies, next := records[from:min(from+size, len(records))], ""
		if from+size < len(records) {
			next = fmt.Sprintf(`,"nextPageToken":"%d"`, len(pages)+1)
		}
		pages = append(pages, fmt.Appendf(nil, `{"studies":[%s]%s}`, bytes.Join(studies, []byte(",")), next))
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		page, _ := strconv.Atoi(r.URL.Query().Get("pageToken")) // 0 without one
		_, _ = w.Write(pages[page])
	}))
	defer server.Close()
	client, err := ctgov.New(ctgov.Config{BaseURL: server.URL + "/api/v2", Scope: ctgov.ScopeAll, Fetch: fetch.New(fetch.Config{Rate: rate.Inf})})
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	for b.Loop() {
		for _, err := range client.Changed(b.Context(), time.Time{}) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "records/s")
}
