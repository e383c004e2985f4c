package index

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"runtime"
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
	EachDerived(ctx context.Context, ruleSet string) iter.Seq2[trials.Derived, error]
	Each(ctx context.Context, f trials.Filter) iter.Seq2[trials.Stored, error]
	Freshness(ctx context.Context) (time.Time, error)
	Generation(ctx context.Context) (int64, error)
}

// batch is how many derived rows go into one transaction.
const batch = 500

// Derive reads every trial whose derived row is missing or stale, a batch at a time over
// all cores, and says how many there were.
func Derive(ctx context.Context, s Store, m *matcher.Matcher) (int, error) {
	var waiting []trials.Stored
	done := 0
	flush := func() error {
		rows, err := deriveAll(ctx, m, waiting)
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
func deriveAll(ctx context.Context, m *matcher.Matcher, stored []trials.Stored) ([]trials.Derived, error) {
	rows := make([]trials.Derived, len(stored))
	var work errgroup.Group
	work.SetLimit(runtime.GOMAXPROCS(0))
	for i := range stored {
		if ctx.Err() != nil {
			break
		}
		work.Go(func() error {
			var err error
			if rows[i], err = derive(m, stored[i]); err != nil {
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

func derive(m *matcher.Matcher, stored trials.Stored) (trials.Derived, error) {
	listing := m.Read(&stored.Trial)
	var blob bytes.Buffer
	z := gzip.NewWriter(&blob)
	if err := json.NewEncoder(z).Encode(listing); err != nil {
		return trials.Derived{}, err
	}
	if err := z.Close(); err != nil {
		return trials.Derived{}, err
	}
	row := trials.Derived{TrialID: stored.Trial.ID, SourceHash: stored.SourceHash, RuleSet: m.Version(), Blob: blob.Bytes()}
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

func unpack(blob []byte) (matcher.Listing, error) {
	var l matcher.Listing
	z, err := gzip.NewReader(bytes.NewReader(blob))
	if err != nil {
		return l, err
	}
	b, err := io.ReadAll(z)
	if err != nil {
		return l, err
	}
	return l, json.Unmarshal(b, &l)
}

// Snapshot is one state of the open trials. It never changes.
type Snapshot struct {
	Candidates []matcher.Candidate // by id
	Set        *matcher.Set        // the same, compiled
	Listings   time.Time           // when the registries were last asked; zero if never
	Towns      *place.Gazetteer
	Generation int64
	byID       map[string]int
}

// Find gives a trial of the snapshot by any of its ids.
func (s *Snapshot) Find(id string) (*matcher.Candidate, bool) {
	canonical, _, ok := trials.CanonicalID(id)
	if !ok {
		return nil, false
	}
	i, ok := s.byID[canonical]
	if !ok {
		return nil, false
	}
	return &s.Candidates[i], true
}

// Load builds a snapshot from what is stored. Trials that have no derived row
// under these rules are not in it: Derive comes first.
func Load(ctx context.Context, s Store, m *matcher.Matcher) (*Snapshot, error) {
	generation, err := s.Generation(ctx)
	if err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	snap, err := newSnapshot(generation)
	if err != nil {
		return nil, err
	}
	if snap.Listings, err = s.Freshness(ctx); err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	blobs := map[string]trials.Derived{}
	for row, err := range s.EachDerived(ctx, m.Version()) {
		if err != nil {
			return nil, fmt.Errorf("index: %w", err)
		}
		blobs[row.TrialID] = row
	}
	for stored, err := range s.Each(ctx, trials.Filter{OpenOnly: true}) {
		if err != nil {
			return nil, fmt.Errorf("index: %w", err)
		}
		row, ok := blobs[stored.Trial.ID]
		if !ok || row.SourceHash != stored.SourceHash {
			continue
		}
		listing, err := unpack(row.Blob)
		if err != nil {
			return nil, fmt.Errorf("index: %s: %w", stored.Trial.ID, err)
		}
		snap.add(stored, listing)
	}
	snap.finish(m)
	return snap, nil
}

func newSnapshot(generation int64) (*Snapshot, error) {
	towns, err := place.Load()
	if err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	return &Snapshot{byID: map[string]int{}, Generation: generation, Towns: towns}, nil
}

// finish places the sites and compiles the trials.
func (s *Snapshot) finish(m *matcher.Matcher) {
	s.place()
	s.Set = m.NewSet(s.Candidates)
	// A trial's own id leads to it, though another names it too.
	for i := range s.Candidates {
		t := &s.Candidates[i].Trial
		s.byID[t.ID] = i
		for _, l := range t.Listings {
			s.byID[l.ID] = i
		}
	}
}

// add takes one trial, with what other registries say of it.
func (s *Snapshot) add(stored trials.Stored, l matcher.Listing) {
	t := merge.Trial(stored, s.Towns)
	// The long description is on the registry's page; held here for thousands of
	// trials it would be most of the memory. The criteria text is in the listing.
	t.DetailedDescription, t.Eligibility.Criteria = "", ""
	for _, id := range matcher.IDs(&t) {
		s.byID[id] = len(s.Candidates)
	}
	s.Candidates = append(s.Candidates, matcher.Candidate{Trial: t, Listing: l, Synced: stored.Synced})
}

// misplaced is how far, in km, a registry's point may lie from the town that it
// names. The registry geocodes by name and takes Munich in one country for a
// village in another; in the USA a large distance is a real namesake.
const misplaced = 50

// place mends the sites' points and makes the gazetteer of their towns.
func (s *Snapshot) place() {
	known := s.Towns
	var own []place.Town
	s.eachSite(func(site *trials.Site, country string) {
		if site.GeoPoint == nil {
			return
		}
		if t, ok := known.Find(site.City, country); ok && country != "US" && t.Point.Km(point(site)) > misplaced {
			site.GeoPoint = &trials.GeoPoint{Lat: t.Point.Lat, Lon: t.Point.Lon}
		}
		own = append(own, place.Town{Name: site.City, Country: country, Point: point(site)})
	})
	s.Towns = known.With(own)
	s.eachSite(func(site *trials.Site, country string) {
		if site.GeoPoint != nil || country == "" {
			return
		}
		if t, ok := s.Towns.Find(site.City, country); ok {
			site.GeoPoint = &trials.GeoPoint{Lat: t.Point.Lat, Lon: t.Point.Lon}
		}
	})
}

func (s *Snapshot) eachSite(use func(site *trials.Site, country string)) {
	for i := range s.Candidates {
		sites := s.Candidates[i].Trial.Sites
		for k := range sites {
			use(&sites[k], trials.CountryCode(sites[k].Country))
		}
	}
}

func point(site *trials.Site) place.Point {
	return place.Point{Lat: site.GeoPoint.Lat, Lon: site.GeoPoint.Lon}
}

// Index hands out the newest snapshot and is renewed while requests run.
type Index struct {
	store   Store
	matcher *matcher.Matcher
	current atomic.Pointer[Snapshot]
}

// New makes an index with a snapshot of what is stored now.
func New(ctx context.Context, s Store, m *matcher.Matcher) (*Index, error) {
	x := &Index{store: s, matcher: m}
	return x, x.Renew(ctx)
}

// Snapshot gives the newest state.
func (x *Index) Snapshot() *Snapshot { return x.current.Load() }

// Renew derives what is stale and swaps in a new snapshot.
func (x *Index) Renew(ctx context.Context) error {
	if _, err := Derive(ctx, x.store, x.matcher); err != nil {
		return err
	}
	snap, err := Load(ctx, x.store, x.matcher)
	if err != nil {
		return err
	}
	x.current.Store(snap)
	return nil
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

// Of makes a snapshot of trials that are not in a store. All of them are in it,
// open or not: the match decides what it looks at.
func Of(m *matcher.Matcher, stored []trials.Stored) (*Snapshot, error) {
	snap, err := newSnapshot(0)
	if err != nil {
		return nil, err
	}
	for _, s := range stored {
		listing := m.Read(&s.Trial)
		snap.add(s, listing)
	}
	snap.finish(m)
	return snap, nil
}
