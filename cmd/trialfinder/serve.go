package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"golang.org/x/sync/errgroup"

	"trialfinder/matcher"
	"trialfinder/matcher/index"
	"trialfinder/trials"
	"trialfinder/trials/ingest"
	"trialfinder/trials/store"
	"trialfinder/web"
	"trialfinder/web/content"
	"trialfinder/web/operator"
)

type serveCmd struct {
	dbFlags
	sourceFlags
	mailFlags
	privateFlags
	Addr           string   `default:":8080" help:"Address to listen on."`
	Cron           string   `default:"15 3 * * *" help:"When to sync, as a cron spec in UTC."`
	MetricsAddr    string   `placeholder:"ADDR" help:"Address of the operator's page and metrics, such as 127.0.0.1:9090; without sign-in, so keep it to yourself."`
	BaseURL        string   `placeholder:"URL" help:"The site's public address, for links."`
	TrustedProxies []string `placeholder:"PREFIX" help:"Networks whose X-Forwarded-Proto is believed, for example 127.0.0.1/32."`
}

// watchEvery is how soon a swap made by another process is noticed.
const watchEvery = 20 * time.Second

// Run serves until the context ends. The page answers before the first sync is
// done: it says that there is nothing yet.
func (c *serveCmd) Run(ctx context.Context, e *env) error {
	proxies, err := prefixes(c.TrustedProxies)
	if err != nil {
		return err
	}
	if err := ingest.CheckSpec(c.Cron); err != nil {
		return usageError(err.Error())
	}
	c.warn(e.stderr)
	m, err := matcher.New()
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("can't listen on %s: %w; choose another with --addr", c.Addr, err)
	}
	defer listener.Close()
	operators, err := c.listenForOperator(ctx)
	if err != nil {
		return err
	}
	if operators != nil {
		defer operators.Close()
	}
	db, err := c.openForServe(ctx, e)
	if err != nil {
		return err
	}
	defer db.Close()
	x, err := index.New(ctx, db, m)
	if err != nil {
		return err
	}
	private, err := c.openPrivate(ctx, e)
	if err != nil {
		return err
	}
	defer closePrivate(private)
	site, err := c.site(ctx, e, m, db, x, proxies, private)
	if err != nil {
		return err
	}
	mailer, err := c.mailer(e, db)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	failures := new(operator.Failures)
	if err := c.watch(ctx, e, group, db, x, site.Handler(), operators, failures); err != nil {
		return err
	}
	fmt.Fprintf(e.stderr, "trialfinder: listening on http://%s (%s listings)\n", shown(listener.Addr()), db.Kind())
	group.Go(func() error { return site.Serve(ctx, listener) })
	if !db.ReadOnly() {
		night := func() { c.night(ctx, e, db, m, x, failures, mailer) }
		group.Go(func() error {
			if err := c.schedule(ctx, e, group, db, night, mailer); err != nil && ctx.Err() == nil {
				return err
			}
			return nil // or it was told to stop while it looked
		})
	}
	group.Go(func() error { purge(ctx, e, private); return nil })
	group.Go(func() error {
		x.Watch(ctx, watchEvery, func(err error) { e.log.Error("renewing the index", "error", err) })
		return nil
	})
	return group.Wait()
}

// site makes the pages.
func (c *serveCmd) site(ctx context.Context, e *env, m *matcher.Matcher, db *store.DB, x *index.Index, proxies []netip.Prefix, private *store.Private) (*web.Server, error) {
	keys := db.Path() + ".keys"
	if db.ReadOnly() {
		keys = "" // in memory
	}
	return newSite(ctx, web.Config{Matcher: m, Index: x, Store: webStore{db}, Private: deskStore(private), Kind: db.Kind(), KeyFile: keys,
		BaseURL: c.BaseURL, TrustedProxies: proxies, Now: e.now, Log: e.log})
}

// newSite makes the site with the explanatory texts and the index over them,
// which is in memory and lasts as long as the process.
func newSite(ctx context.Context, cfg web.Config) (*web.Server, error) {
	var err error
	if cfg.Texts, err = content.Load(); err != nil {
		return nil, err
	}
	if cfg.TextIndex, err = store.NewPassages(ctx, cfg.Texts.Passages()); err != nil {
		return nil, err
	}
	return web.New(cfg)
}

// night is one sync, of which the operator is told what there is to tell.
func (c *serveCmd) night(ctx context.Context, e *env, db *store.DB, m *matcher.Matcher, x *index.Index, failures *operator.Failures, mailer *operator.Mailer) {
	runs, err := syncOnce(ctx, e, db, m, c.sourceFlags, false, x.Renew)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		e.log.Error("sync", "error", err)
	}
	failures.Add(runs...)
	tell(ctx, e, mailer, runs)
}

// openForServe opens the database; on a file system where nobody can write, the
// pages are served all the same, and nothing is synced.
func (c *serveCmd) openForServe(ctx context.Context, e *env) (*store.DB, error) {
	db, err := c.createForSync(ctx, e, c.kind())
	if !errors.Is(err, store.ErrReadOnlyFileSystem) {
		return db, err
	}
	e.log.Error("the file system can't be written: pages are served, nothing is synced", "error", err)
	return store.Open(ctx, store.Config{Path: c.file(c.kind() == trials.Demo), Kind: c.kind(), ReadOnly: true, Now: e.now})
}

// schedule plans the nights, catches up with a missed one, and tells the operator.
func (c *serveCmd) schedule(ctx context.Context, e *env, group *errgroup.Group, db *store.DB, night func(), mailer *operator.Mailer) error {
	schedule, err := ingest.NewScheduler(c.Cron, e.log, night)
	if err != nil {
		return err
	}
	late, err := ingest.Late(ctx, db, sourceIDs(c.Source), e.now())
	if err != nil {
		return err
	}
	group.Go(func() error {
		if late {
			night()
		}
		schedule.Run(ctx)
		return nil
	})
	if mailer != nil {
		group.Go(func() error { mailer.Run(ctx, tellEvery); return nil })
	}
	return nil
}

func (c *serveCmd) listenForOperator(ctx context.Context) (net.Listener, error) {
	if c.MetricsAddr == "" {
		return nil, nil //nolint:nilnil // it is optional
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", c.MetricsAddr)
	if err != nil {
		return nil, fmt.Errorf("can't listen on %s: %w; choose another with --metrics-addr", c.MetricsAddr, err)
	}
	return l, nil
}

// shown is an address that a browser on this machine can open.
func shown(a net.Addr) string {
	tcp, ok := a.(*net.TCPAddr)
	if ok && tcp.IP.IsUnspecified() {
		return fmt.Sprintf("localhost:%d", tcp.Port)
	}
	return a.String()
}

func prefixes(texts []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, text := range texts {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, usageError(fmt.Sprintf("--trusted-proxies: %q is no network such as 127.0.0.1/32", text))
		}
		out = append(out, p)
	}
	return out, nil
}

// webStore is the store as the web needs it.
type webStore struct{ db *store.DB }

// Ready says whether the database answers.
func (s webStore) Ready(ctx context.Context) error {
	_, err := s.db.Generation(ctx)
	return err
}
