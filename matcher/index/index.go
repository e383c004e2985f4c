package index

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"trialfinder/matcher"
	"trialfinder/matcher/therapy"
	"trialfinder/trials"
	"trialfinder/trials/merge"
	"trialfinder/trials/place"
)

// Store is what the index needs of the store.
type Store interface {
	Stale(ctx context.Context, ruleSet string) iter.Seq2[trials.Stored, error]
	PutDerived(ctx context.Context, rows []trials.Derived) error
	Slips(ctx context.Context, ruleSet string) iter.Seq2[trials.Slip, error]
	// Derived gives the row of one trial; trials.ErrNotFound where it has none that is current.
	Derived(ctx context.Context, id, ruleSet string) (trials.Derived, error)
	// Get gives a trial by any of its ids, one that was removed too; trials.ErrNotFound.
	Get(ctx context.Context, id string) (trials.Stored, error)
	Freshness(ctx context.Context) (time.Time, error)
	Generation(ctx context.Context) (int64, error)
}

// batch is how many derived rows go into one transaction.
const batch = 500

// Derive reads every trial whose derived row is missing or stale, a batch at a time over
// all cores, and says how many there were.
func Derive(ctx context.Context, s Store, m *matcher.Matcher) (int, error) {
	towns, err := place.Load()
	if err != nil {
		return 0, fmt.Errorf("index: %w", err)
	}
	var waiting []trials.Stored
	done := 0
	flush := func() error {
		rows, err := deriveAll(ctx, m, towns, waiting)
		if err != nil || len(rows) == 0 {
			return err
		}
		if err := s.PutDerived(ctx, rows); err != nil {
			return fmt.Errorf("index: %w", err)
		}
		done += len(rows)
		waiting = waiting[:0]
		return nil
	}
	for stored, err := range s.Stale(ctx, m.Version()) {
		if err != nil {
			return done, fmt.Errorf("index: %w", err)
		}
		if waiting = append(waiting, stored); len(waiting) == batch {
			if err := flush(); err != nil {
				return done, err
			}
		}
	}
	return done, flush()
}

// deriveAll derives rows in the order of the trials.
func deriveAll(ctx context.Context, m *matcher.Matcher, towns *place.Gazetteer, stored []trials.Stored) ([]trials.Derived, error) {
	rows := make([]trials.Derived, len(stored))
	var work errgroup.Group
	work.SetLimit(runtime.GOMAXPROCS(0))
	for i := range stored {
		if ctx.Err() != nil {
			break
		}
		work.Go(func() error {
			var err error
			if rows[i], err = derive(m, towns, stored[i]); err != nil {
				return fmt.Errorf("index: %s: %w", stored[i].Trial.ID, err)
			}
			return nil
		})
	}
	if err := work.Wait(); err != nil {
		return nil, err
	}
	return rows, ctx.Err()
}

// derive reads the listing that leads. A match also needs the sites that other
// registries add.
func derive(m *matcher.Matcher, towns *place.Gazetteer, stored trials.Stored) (trials.Derived, error) {
	whole := merge.Trial(stored, towns)
	listing := m.Read(&stored.Trial)
	var blob bytes.Buffer
	z := gzip.NewWriter(&blob)
	if err := json.NewEncoder(z).Encode(listing); err != nil {
		return trials.Derived{}, err
	}
	if err := z.Close(); err != nil {
		return trials.Derived{}, err
	}
	row := trials.Derived{TrialID: stored.Trial.ID, SourceHash: stored.SourceHash, RuleSet: m.Version(), Blob: blob.Bytes(), Slip: m.Slip(&whole, &listing)}
	row.Criteria, row.Unread = unread(m, listing)
	for _, label := range listing.Therapies {
		if label.Role != therapy.Comparator {
			row.Facets = append(row.Facets, trials.Facet{Kind: "therapy", Value: label.ID})
		}
	}
	for _, id := range listing.Conditions {
		row.Facets = append(row.Facets, trials.Facet{Kind: "condition", Value: id})
	}
	return row, nil
}

// unread counts the demands of the text, and those that no rule was read from.
func unread(m *matcher.Matcher, l matcher.Listing) (criteria, unread int) {
	for _, c := range l.Criteria {
		if !c.Kind.Demands() {
			continue
		}
		criteria++
		if m.StatusWithoutAnswers(c) == matcher.Unread {
			unread++
		}
	}
	return criteria, unread
}

// Index hands out the newest snapshot and is renewed while requests run.
type Index struct {
	store    Store
	matcher  *matcher.Matcher
	current  atomic.Pointer[Snapshot]
	renewing sync.Mutex
}

// New makes an index with a snapshot of what is stored now.
func New(ctx context.Context, s Store, m *matcher.Matcher) (*Index, error) {
	x := &Index{store: s, matcher: m}
	return x, x.Renew(ctx)
}

// Snapshot gives the newest state.
func (x *Index) Snapshot() *Snapshot { return x.current.Load() }

// Renew derives what is stale and swaps in a new snapshot. Where nothing has changed since
// the snapshot that there is was made, that one stays.
func (x *Index) Renew(ctx context.Context) error {
	x.renewing.Lock()
	defer x.renewing.Unlock()
	for {
		generation, err := x.store.Generation(ctx)
		if err != nil {
			return fmt.Errorf("index: %w", err)
		}
		if old := x.Snapshot(); old != nil && old.Generation == generation {
			return nil
		}
		snap, err := x.fresh(ctx)
		if err != nil {
			return err
		}
		// A night that came between reading the listings and gathering what was read is
		// no night to show: its trials have no derived rows yet.
		switch now, err := x.store.Generation(ctx); {
		case err != nil:
			return fmt.Errorf("index: %w", err)
		case now == generation:
			x.current.Store(snap)
			return nil
		}
	}
}

func (x *Index) fresh(ctx context.Context) (*Snapshot, error) {
	if _, err := Derive(ctx, x.store, x.matcher); err != nil {
		return nil, err
	}
	return Load(ctx, x.store, x.matcher)
}

// With does something with the newest snapshot. Where it fails since a trial has changed
// meanwhile, it is done again with a newer one, so that what comes of it is of one state,
// until there is none that is newer.
func (x *Index) With(ctx context.Context, do func(*Snapshot) error) error {
	for {
		snap := x.Snapshot()
		err := do(snap)
		if !errors.Is(err, ErrChanged) {
			return err
		}
		if err := x.Renew(ctx); err != nil {
			return err
		}
		if x.Snapshot() == snap {
			return err
		}
	}
}

// Watch renews the index when another process has changed the store, until ctx
// ends. What goes wrong is told and tried again.
func (x *Index) Watch(ctx context.Context, every time.Duration, told func(error)) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		generation, err := x.store.Generation(ctx)
		if err == nil && generation != x.Snapshot().Generation {
			err = x.Renew(ctx)
		}
		if err != nil && ctx.Err() == nil {
			told(err)
		}
	}
}
