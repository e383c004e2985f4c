package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"time"

	"golang.org/x/time/rate"

	"trialfinder/matcher"
	"trialfinder/matcher/index"
	"trialfinder/trials"
	"trialfinder/trials/ctgov"
	"trialfinder/trials/demo"
	"trialfinder/trials/fetch"
	"trialfinder/trials/ingest"
	"trialfinder/trials/store"
)

// sourceFlags say which registries are asked, and how.
type sourceFlags struct {
	Source   []string `default:"ctgov" enum:"ctgov" help:"Registries to ask: ctgov."`
	Scope    string   `default:"therapies" enum:"therapies,all" help:"What to fetch: studies that name a therapy, or the whole registry."`
	Demo     bool     `help:"Use the built-in demo registry with its fictional listings, and demo.db."`
	Rate     float64  `default:"1" help:"Requests a second to each registry; 0 for no limit, as on a mirror of your own."`
	CtgovURL string   `name:"ctgov-url" placeholder:"URL" help:"Base URL of the ClinicalTrials.gov API, for a mirror." default:"https://clinicaltrials.gov/api/v2"`
}

func (f sourceFlags) kind() trials.Kind {
	if f.Demo {
		return trials.Demo
	}
	return trials.Real
}

// limit is how often a registry may be asked.
func (f sourceFlags) limit() rate.Limit {
	if f.Rate <= 0 {
		return rate.Inf
	}
	return rate.Limit(f.Rate)
}

func sourceIDs(names []string) []trials.SourceID {
	var out []trials.SourceID
	for _, n := range names {
		out = append(out, trials.SourceID(n))
	}
	return out
}

// open gives the sources, and what to call when they are no longer needed. The
// demo registry is a real server on a loopback port, so that the real client
// speaks to it.
func (f sourceFlags) open(ctx context.Context, e *env, db *store.DB, m *matcher.Matcher) ([]trials.Source, func(), error) {
	cfg := ctgov.Config{BaseURL: f.CtgovURL, Scope: f.Scope, Terms: m.Therapies.SearchTerms(), Log: e.log}
	client := fetch.Config{UserAgent: "trialfinder (+https://github.com/trialfinder)", Rate: f.limit(), Log: e.log}
	stop := func() {}
	if f.Demo {
		address, stopDemo, err := startDemo(ctx, db)
		if err != nil {
			return nil, nil, err
		}
		cfg.BaseURL, client.Rate, client.Burst, stop = address, rate.Inf, 1, stopDemo
	}
	cfg.Fetch = fetch.New(client)
	source, err := ctgov.New(cfg)
	if err != nil {
		stop()
		return nil, nil, err
	}
	return []trials.Source{source}, stop, nil
}

// startDemo serves the demo registry as it stands after as many nights as the
// database has seen.
func startDemo(ctx context.Context, db *store.DB) (address string, stop func(), err error) {
	runs, err := db.Runs(ctx, 1000)
	if err != nil {
		return "", nil, err
	}
	nights := 0
	for _, r := range runs {
		if r.Clean {
			nights++
		}
	}
	registry, err := demo.New(demo.Options{Night: nights})
	if err != nil {
		return "", nil, err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("demo registry: %w", err)
	}
	server := &http.Server{Handler: registry, ReadHeaderTimeout: 5 * time.Second,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	go func() { _ = server.Serve(listener) }() // ends with Close
	return "http://" + listener.Addr().String() + "/api/v2", func() { _ = server.Close() }, nil
}

type syncCmd struct {
	dbFlags
	sourceFlags
	mailFlags
	Full bool `help:"Ask for everything, not only for what has changed."`
}

// Run syncs once and prints a line of JSON for each source.
func (c *syncCmd) Run(ctx context.Context, e *env) error {
	m, err := matcher.New()
	if err != nil {
		return err
	}
	db, err := c.createForSync(ctx, e, c.kind())
	if err != nil {
		return err
	}
	defer db.Close()
	mailer, err := c.mailer(e, db)
	if err != nil {
		return err
	}
	runs, err := syncOnce(ctx, e, db, m, c.sourceFlags, c.Full, func(ctx context.Context) error {
		_, err := index.Derive(ctx, db, m)
		return err
	})
	tell(ctx, e, mailer)
	for _, run := range runs {
		if err := encoder(e.stdout).Encode(run); err != nil {
			return err
		}
	}
	if err == nil && slices.ContainsFunc(runs, func(r trials.Run) bool { return !r.Clean }) {
		err = fmt.Errorf("the sync was not clean; the listings of the last clean one are kept")
	}
	return err
}

// syncOnce runs the job over the sources of the flags.
func syncOnce(ctx context.Context, e *env, db *store.DB, m *matcher.Matcher, f sourceFlags, full bool, after func(context.Context) error) ([]trials.Run, error) {
	sources, stop, err := f.open(ctx, e, db, m)
	if err != nil {
		return nil, err
	}
	defer stop()
	unlock, err := db.Lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	job := ingest.Job{Store: db, Sources: sources, Now: e.now, Log: e.log, Progress: progress(e.stderr), After: after}
	return job.Run(ctx, full)
}

// progress tells on the terminal how far a run is.
func progress(w io.Writer) func(trials.Run) {
	return func(r trials.Run) {
		fmt.Fprintf(w, "%s: %d fetched, %d new, %d changed, %d set aside\n", r.Source, r.Fetched, r.New, r.Changed, r.Quarantined)
	}
}
