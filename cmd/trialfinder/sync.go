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
	"trialfinder/trials/ctis"
	"trialfinder/trials/demo"
	"trialfinder/trials/fetch"
	"trialfinder/trials/ingest"
	"trialfinder/trials/store"
)

// sourceFlags say which registries are asked, and how.
type sourceFlags struct {
	Source   []string `default:"ctgov,ctis" enum:"ctgov,ctis" help:"Registries to ask: ctgov, ctis."`
	Scope    string   `default:"therapies" enum:"therapies,all" help:"What to fetch: studies that name a therapy, or the whole registry."`
	Demo     bool     `help:"Use the built-in demo registries with their fictional listings, and demo.db."`
	Rate     float64  `default:"1" help:"Requests a second to each registry; 0 for no limit, as on a mirror of your own."`
	CtgovURL string   `name:"ctgov-url" placeholder:"URL" help:"Base URL of the ClinicalTrials.gov API, for a mirror." default:"https://clinicaltrials.gov/api/v2"`
	CtisURL  string   `name:"ctis-url" placeholder:"URL" help:"Base URL of the EU CTIS interface, for a mirror." default:"https://euclinicaltrials.eu/ctis-public-api"`
	Contact  string   `placeholder:"ADDRESS" help:"Whom the registries can write to: a mail address or a page, told with each request."`
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
// demo registries are a real server on a loopback port, so that the real clients
// speak to it. Each source has a client, and so a rate, of its own; the night is one.
func (f sourceFlags) open(ctx context.Context, e *env, db *store.DB, m *matcher.Matcher) ([]trials.Source, func(), error) {
	client := fetch.Config{UserAgent: f.userAgent(), Rate: f.limit(), Budget: fetch.NewBudget(fetch.DefaultBudget), Log: e.log}
	stop := func() {}
	if f.Demo {
		address, stopDemo, err := startDemo(ctx, db)
		if err != nil {
			return nil, nil, err
		}
		f.CtgovURL, f.CtisURL = address+"/api/v2", address+"/ctis-public-api"
		client.Rate, stop = rate.Inf, stopDemo
	}
	var sources []trials.Source
	for _, name := range f.Source {
		source, err := f.source(trials.SourceID(name), client, m.Therapies.SearchTerms(), e.log)
		if err != nil {
			stop()
			return nil, nil, err
		}
		sources = append(sources, source)
	}
	return sources, stop, nil
}

// userAgent says who asks, and whom to write to.
func (f sourceFlags) userAgent() string {
	about := "+https://github.com/trialfinder"
	if f.Contact != "" {
		about += "; " + f.Contact
	}
	return "trialfinder (" + about + ")"
}

func (f sourceFlags) source(name trials.SourceID, client fetch.Config, terms []string, log *slog.Logger) (trials.Source, error) {
	if name == trials.CTIS {
		return ctis.New(ctis.Config{BaseURL: f.CtisURL, Fetch: fetch.New(ctis.Politely(client)), Scope: f.Scope, Terms: terms, Log: log})
	}
	return ctgov.New(ctgov.Config{BaseURL: f.CtgovURL, Fetch: fetch.New(client), Scope: f.Scope, Terms: terms, Log: log})
}

// startDemo serves the demo registries as they stand after as many nights as the
// database has seen.
func startDemo(ctx context.Context, db *store.DB) (address string, stop func(), err error) {
	runs, err := db.Runs(ctx, 1000)
	if err != nil {
		return "", nil, err
	}
	nights := map[trials.SourceID]int{}
	seen := 0
	for _, r := range runs {
		if r.Clean {
			nights[r.Source]++
			seen = max(seen, nights[r.Source])
		}
	}
	registry, err := demo.New(demo.Options{Night: seen})
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
	return "http://" + listener.Addr().String(), func() { _ = server.Close() }, nil
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
