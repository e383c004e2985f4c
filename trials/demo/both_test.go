package demo_test

import (
	"context"
	"errors"
	"io"
	"iter"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"

	"trialfinder/trials"
	"trialfinder/trials/ctgov"
	"trialfinder/trials/ctis"
	"trialfinder/trials/demo"
	"trialfinder/trials/fetch"
)

// source is what the tests below need of both clients.
type source interface {
	trials.Source
	ChangedFrom(ctx context.Context, since time.Time, page string) iter.Seq2[trials.Record, error]
	IDs(ctx context.Context) iter.Seq2[string, error]
	Study(ctx context.Context, id string) (trials.Record, error)
}

// world is one registry of the demo with a client that asks it, under a clock of
// its own and without a network.
type world struct {
	source
	demo  *demo.Registry
	count int // how many records are listed

	mu    sync.Mutex
	asked []question
	fault func(q question) demo.Fault
}

// question is one request that came.
type question struct {
	n      int    // from 1; lists and single records are counted apart
	list   bool   // a page of a list
	target string // the address behind the host, and the body
	agent  string
	at     time.Time
}

// questions are those that came so far.
func (w *world) questions() []question {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.asked)
}

// lists are the times of the questions for lists.
func (w *world) lists() []time.Time {
	var out []time.Time
	for _, q := range w.questions() {
		if q.list {
			out = append(out, q.at)
		}
	}
	return out
}

func (w *world) next(r *http.Request) demo.Fault {
	w.mu.Lock()
	defer w.mu.Unlock()
	q := question{target: r.URL.RequestURI(), agent: r.UserAgent(), at: time.Now(), n: 1}
	q.list = strings.HasSuffix(r.URL.Path, "/studies") || strings.HasSuffix(r.URL.Path, "/search")
	if r.Method == http.MethodPost {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		q.target += " " + string(body)
	}
	for _, before := range w.asked {
		if before.list == q.list {
			q.n++
		}
	}
	w.asked = append(w.asked, q)
	if w.fault == nil {
		return demo.Fault{}
	}
	return w.fault(q)
}

// eachRegistry runs a test against both registries, in a bubble of its own time.
func eachRegistry(t *testing.T, fault func(q question) demo.Fault, cfg fetch.Config, test func(t *testing.T, w *world)) {
	t.Helper()
	for _, name := range []trials.SourceID{trials.CTGov, trials.CTIS} {
		t.Run(string(name), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { test(t, newWorld(t, name, fault, cfg, demo.Options{})) })
		})
	}
}

// newWorld has pages of 40 studies or of 4 trials.
func newWorld(t *testing.T, name trials.SourceID, fault func(q question) demo.Fault, cfg fetch.Config, o demo.Options) *world {
	t.Helper()
	w := &world{fault: fault}
	o.Fault = w.next
	var err error
	if w.demo, err = demo.New(o); err != nil {
		t.Fatal(err)
	}
	if cfg.Transport == nil {
		cfg.Transport = demo.Transport{Handler: w.demo}
	}
	if cfg.Rate == 0 {
		cfg.Rate = rate.Inf
	}
	if name == trials.CTGov {
		w.count = w.demo.Len()
		w.source, err = ctgov.New(ctgov.Config{BaseURL: "https://gov.example/api/v2", Fetch: fetch.New(cfg), Scope: ctgov.ScopeAll, PageSize: 40})
	} else {
		w.count = w.demo.LenEU()
		w.source, err = ctis.New(ctis.Config{BaseURL: "https://eu.example/ctis-public-api", Fetch: fetch.New(ctis.Politely(cfg)), Scope: ctis.ScopeAll, PageSize: 4, Cap: o.Cap})
	}
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// night is what one walk over everything gave.
type walked struct {
	ids   []string // each once, sorted
	given int
	bad   []*trials.RecordError
	err   error
	pages []string // of the records as they came
}

func (w *world) everything(t *testing.T) walked { return w.walk(t.Context(), time.Time{}, "") }

func (w *world) walk(ctx context.Context, since time.Time, from string) walked {
	var out walked
	seen := map[string]bool{}
	for record, err := range w.ChangedFrom(ctx, since, from) {
		var bad *trials.RecordError
		switch {
		case errors.As(err, &bad):
			out.bad = append(out.bad, bad)
		case err != nil:
			out.err = err
		default:
			seen[record.Trial.ID] = true
			out.given++
			out.pages = append(out.pages, record.Page)
		}
	}
	out.ids = slices.Sorted(maps.Keys(seen))
	return out
}

// whole demands that a walk gave everything, and nothing twice or set aside.
func (w *world) whole(t *testing.T, got walked) {
	t.Helper()
	if got.err != nil || len(got.bad) > 0 || len(got.ids) != w.count || got.given != w.count {
		t.Errorf("got %d records, %d of them different, %d set aside, %v; want %d, each once", got.given, len(got.ids), len(got.bad), got.err, w.count)
	}
}

// onLists makes a fault happen to some of the questions for lists alone.
func onLists(f demo.Fault, numbers ...int) func(question) demo.Fault {
	return func(q question) demo.Fault {
		if q.list && (len(numbers) == 0 || slices.Contains(numbers, q.n)) {
			return f
		}
		return demo.Fault{}
	}
}
