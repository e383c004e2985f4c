//go:build unix

package web_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"trialfinder/matcher"
	"trialfinder/matcher/index"
	"trialfinder/trials"
	"trialfinder/trials/ctgov"
	"trialfinder/trials/store"
	"trialfinder/web"
)

// How much the load test asks for.
const (
	loadTrials  = 50_000
	loadPeople  = 60
	loadSeconds = 10
	loadClients = 16
)

// BenchmarkResults50k asks wrk, on this machine, for the results pages of sixty people over
// a database of 50,000 open trials, and tells how many come in a second and how long the
// slowest hundredth takes. Each person has a cookie of their own; every page is made anew.
func BenchmarkResults50k(b *testing.B) {
	wrk, err := exec.LookPath("wrk")
	if err != nil {
		b.Skip("no wrk on this machine (install the package wrk)")
	}
	base := serveMany(b, loadTrials)
	script := filepath.Join(b.TempDir(), "people.lua")
	if err := os.WriteFile(script, []byte(loadScript(b, base)), 0o600); err != nil {
		b.Fatal(err)
	}
	seconds := loadSeconds
	if s, err := strconv.Atoi(os.Getenv("TRIALFINDER_LOAD_SECONDS")); err == nil {
		seconds = s
	}
	for b.Loop() {
		before := cpu()
		out, err := exec.CommandContext(b.Context(), wrk, "-t1", fmt.Sprintf("-c%d", loadClients), fmt.Sprintf("-d%ds", seconds),
			"--latency", "-s", script, base+"/en/results").CombinedOutput()
		if err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
		b.Logf("\n%s", out)
		if strings.Contains(string(out), "Non-2xx") {
			b.Fatal("some pages were refused")
		}
		report(b, string(out))
		if m := wrkCount.FindStringSubmatch(string(out)); m != nil {
			pages, _ := strconv.ParseFloat(m[1], 64)
			b.ReportMetric((cpu()-before).Seconds()*1000/pages, "cpu-ms/page")
		}
	}
}

// cpu is the processor time that the site has taken so far: on a busy machine it says more
// than the pages in a second.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

var (
	wrkCount = regexp.MustCompile(`(\d+) requests in`)
	wrkRate  = regexp.MustCompile(`Requests/sec:\s+([\d.]+)`)
	wrkLate  = regexp.MustCompile(`(50|99)%\s+([\d.]+)(us|ms|s)`)
)

// report takes the figures out of what wrk prints.
func report(b *testing.B, out string) {
	b.Helper()
	if m := wrkRate.FindStringSubmatch(out); m != nil {
		rate, _ := strconv.ParseFloat(m[1], 64)
		b.ReportMetric(rate, "pages/s")
	}
	for _, m := range wrkLate.FindAllStringSubmatch(out, -1) {
		v, _ := strconv.ParseFloat(m[2], 64)
		b.ReportMetric(v*map[string]float64{"us": 0.001, "ms": 1, "s": 1000}[m[3]], "p"+m[1]+"-ms")
	}
}

// serveMany serves a database of so many open trials on this machine.
func serveMany(b *testing.B, n int) string {
	b.Helper()
	m, err := loadMatcher()
	if err != nil {
		b.Fatal(err)
	}
	path := os.Getenv("TRIALFINDER_LOAD_DB") // a database to keep, and to use again where it is there
	_, missing := os.Stat(path)
	if path == "" {
		path = filepath.Join(b.TempDir(), "many.db")
	}
	db, err := store.Open(b.Context(), store.Config{Path: path})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	if missing != nil {
		stock(b, db, m, n)
	}
	x, err := index.New(b.Context(), db, m)
	if err != nil {
		b.Fatal(err)
	}
	s, err := web.New(web.Config{Matcher: m, Index: x, Store: &shelf{}, Kind: trials.Real,
		Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(b.Context())
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Serve(ctx, l) }()
	b.Cleanup(func() { stop(); <-done })
	return "http://" + l.Addr().String()
}

// stock stores the corpus's trials that give a therapy, as open ones and over and over,
// each copy with numbers of its own in its criteria.
func stock(b *testing.B, db *store.DB, m *matcher.Matcher, n int) {
	b.Helper()
	real := corpusTrials(b, m)
	r := rand.New(rand.NewPCG(7, 50))
	var records []trials.Record
	for i := range n {
		t := real[i%len(real)]
		t.ID, t.Aliases, t.SecondaryIDs = fmt.Sprintf("NCT%08d", i), nil, nil
		t.Status, t.StudyType = trials.Recruiting, trials.Interventional
		if i >= len(real) {
			t.Eligibility.Criteria = varied(t.Eligibility.Criteria, r)
		}
		records = append(records, trials.Record{Raw: []byte(t.ID), Trial: t})
		if len(records) == 1000 || i == n-1 {
			if _, err := db.Put(b.Context(), records, time.Now().UTC()); err != nil {
				b.Fatal(err)
			}
			records = records[:0]
		}
	}
}

// corpusTrials reads the real records that give a therapy, or skips.
func corpusTrials(b *testing.B, m *matcher.Matcher) []trials.Trial {
	b.Helper()
	dir := os.Getenv("TRIALFINDER_CORPUS")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared")
	}
	f, err := os.Open(filepath.Join(dir, "registry", "ctgov.ndjson.gz"))
	if err != nil {
		b.Skip("no registry records (set TRIALFINDER_CORPUS)")
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		b.Fatal(err)
	}
	var out []trials.Trial
	for raw, err := range ctgov.Studies(z) {
		if err != nil {
			b.Fatal(err)
		}
		rec, err := ctgov.Normalise(raw)
		if err != nil {
			b.Fatal(err)
		}
		if l := m.Read(&rec.Trial); len(l.Therapies) > 0 {
			out = append(out, rec.Trial)
		}
	}
	return out
}

var aNumber = regexp.MustCompile(`\b[1-9]\d{1,3}\b`)

// varied is a text with other numbers.
func varied(text string, r *rand.Rand) string {
	return aNumber.ReplaceAllStringFunc(text, func(s string) string {
		v, _ := strconv.Atoi(s)
		return strconv.Itoa(int(float64(v) * (0.8 + 0.05*float64(r.IntN(9)))))
	})
}

// loadScript answers as sixty people and writes their cookies into a script for wrk.
func loadScript(b *testing.B, base string) string {
	b.Helper()
	illnesses := []string{"nsclc", "melanoma", "breast_cancer", "lymphoma", "multiple_myeloma", "osteoarthritis", "gvhd", "colorectal_cancer", "aml", "ovarian_cancer"}
	places := []string{"country=DK&place=Odense", "country=NL&place=Utrecht", "country=FR&place=Lyon", "country=CN&place=Wuhan", "country=BE&place=Gent"}
	var cookies []string
	for i := range loadPeople {
		jar, err := cookiejar.New(nil)
		if err != nil {
			b.Fatal(err)
		}
		client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		for _, step := range []struct{ fact, form string }{
			{"condition", "answer=" + illnesses[i%len(illnesses)]}, {"age", fmt.Sprintf("value=%d&unit=a", 25+i)},
			{"sex", []string{"answer=female", "answer=male"}[i%2]}, {"place", places[i%len(places)]}, {"therapy", ""},
			{"performance_ecog", fmt.Sprintf("answer=%d", i%3)}, {"prior_chemo", []string{"answer=true", "answer=false"}[i/2%2]},
			{"hiv", "answer=false"}, {"stage", fmt.Sprintf("answer=%d", 1+i%4)},
		} {
			form, err := url.ParseQuery(step.form)
			if err != nil {
				b.Fatal(err)
			}
			resp, err := client.PostForm(base+"/en/question/"+step.fact, form)
			if err != nil {
				b.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		}
		at, _ := url.Parse(base + "/en/results")
		if resp, err := client.Get(at.String()); err == nil { // the trials are read once before it counts
			_, _ = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		}
		var parts []string
		for _, c := range jar.Cookies(at) {
			parts = append(parts, c.Name+"="+c.Value)
		}
		slices.Sort(parts)
		cookies = append(cookies, fmt.Sprintf("%q", strings.Join(parts, "; ")))
	}
	return "local people = {\n" + strings.Join(cookies, ",\n") + "}\nlocal n = 0\nrequest = function()\n  n = n % #people + 1\n" +
		"  return wrk.format(\"GET\", nil, {[\"Cookie\"] = people[n], [\"Accept-Encoding\"] = \"gzip\"})\nend\n"
}
