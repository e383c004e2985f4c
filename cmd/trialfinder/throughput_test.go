//go:build unix

package main

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"trialfinder/trials"
	"trialfinder/trials/ctgov"
	"trialfinder/trials/fetch"
	"trialfinder/trials/ingest"
	"trialfinder/trials/store"
)

// realPages is the corpus as the registry's pages, made before the clock runs.
func realPages(tb testing.TB) (pages [][]byte, records int) {
	tb.Helper()
	path := filepath.Join(cmp.Or(os.Getenv("TRIALFINDER_CORPUS"), "../../../shared"), "registry", "ctgov.ndjson.gz")
	file, err := os.Open(path)
	if err != nil {
		tb.Skipf("no corpus: %v", err)
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		tb.Fatal(err)
	}
	var page [][]byte
	flush := func() {
		if len(page) > 0 {
			pages = append(pages, bytes.Join(page, []byte(",")))
			page = nil
		}
	}
	lines := bufio.NewScanner(z)
	for lines.Buffer(nil, 16<<20); lines.Scan(); {
		page = append(page, bytes.Clone(lines.Bytes()))
		if records++; len(page) == 1000 {
			flush()
		}
	}
	if err := lines.Err(); err != nil {
		tb.Fatal(err)
	}
	flush()
	return pages, records
}

// loopback serves the pages as the registry would.
func loopback(tb testing.TB, pages [][]byte) string {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if strings.HasSuffix(r.URL.Path, "/version") {
			fmt.Fprint(w, `{"apiVersion":"2.0.5","dataTimestamp":"2026-11-20T09:00:00"}`)
			return
		}
		n, _ := strconv.Atoi(r.URL.Query().Get("pageToken"))
		next := ""
		if n+1 < len(pages) {
			next = fmt.Sprintf(`"nextPageToken":"%d",`, n+1)
		}
		fmt.Fprintf(w, `{%s"studies":[`, next)
		_, _ = w.Write(pages[n])
		fmt.Fprint(w, `]}`)
	}))
	tb.Cleanup(srv.Close)
	return srv.URL + "/api/v2"
}

// processor is the processor time that this process has used.
func processor(tb testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkSync fetches, normalises and stores real records from a registry on the
// loopback: the first night, when all are new, and one on which none has changed.
func BenchmarkSync(b *testing.B) {
	pages, records := realPages(b)
	address := loopback(b, pages)
	quiet := slog.New(slog.DiscardHandler)
	source, err := ctgov.New(ctgov.Config{BaseURL: address, Scope: ctgov.ScopeAll, Fetch: fetch.New(fetch.Config{Rate: rate.Inf}), Log: quiet})
	if err != nil {
		b.Fatal(err)
	}
	for _, again := range []bool{false, true} {
		b.Run(map[bool]string{false: "new", true: "unchanged"}[again], func(b *testing.B) {
			var spent, worked time.Duration
			n := 0
			for b.Loop() {
				b.StopTimer()
				db, err := store.Open(b.Context(), store.Config{Path: filepath.Join(b.TempDir(), "trials.db")})
				if err != nil {
					b.Fatal(err)
				}
				job := ingest.Job{Store: db, Sources: []trials.Source{source}, Now: time.Now, Log: quiet}
				night := func() {
					runs, err := job.Run(b.Context(), true)
					if err != nil || !runs[0].Clean || runs[0].Fetched != records {
						b.Fatalf("got %+v, %v", runs, err)
					}
				}
				if again {
					night()
				}
				b.StartTimer()
				started, before := time.Now(), processor(b)
				night()
				spent += time.Since(started)
				worked += processor(b) - before
				n += records
				b.StopTimer()
				if err := db.Close(); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
			b.ReportMetric(float64(n)/spent.Seconds(), "records/s")
			// What the machine could do with both processors to itself, if nothing waited.
			b.ReportMetric(2*float64(n)/worked.Seconds(), "records/s-of-2-processors")
		})
	}
}
