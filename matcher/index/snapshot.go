package index

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"trialfinder/matcher"
	"trialfinder/trials"
	"trialfinder/trials/merge"
	"trialfinder/trials/place"
)

// Snapshot is one state of the open trials. It never changes. Of each trial it holds
// what a match needs; the rest is read from the store when a page shows it.
type Snapshot struct {
	Set        *matcher.Set
	Listings   time.Time // when the registries were last asked; zero if never
	Version    string    // names the state of the listings by their content
	Towns      *place.Gazetteer
	Generation int64
	places     places
	read       func(ctx context.Context, id string) (one, error)
	shown      *lru.Cache[string, one]
}

// one is a trial as it was read, and of which record.
type one struct {
	*matcher.Candidate
	sourceHash string
}

// ErrChanged: a trial of the snapshot is stored otherwise by now, so that a page of the
// snapshot can't be made any more.
var ErrChanged = errors.New("a listing has changed since the index was made")

// keep is how many trials of those that were shown stay at hand.
const keep = 256

// Load builds a snapshot from what is stored. Trials that have no derived row
// under these rules are not in it: Derive comes first.
func Load(ctx context.Context, s Store, m *matcher.Matcher) (*Snapshot, error) {
	generation, err := s.Generation(ctx)
	if err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	snap, err := newSnapshot()
	if err != nil {
		return nil, err
	}
	snap.Generation = generation
	if snap.Listings, err = s.Freshness(ctx); err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	snap.read = func(ctx context.Context, id string) (one, error) { return snap.readStored(ctx, s, m, id) }
	var slips []trials.Slip
	for slip, err := range s.Slips(ctx, m.Version()) {
		if err != nil {
			return nil, fmt.Errorf("index: %w", err)
		}
		slips = append(slips, slip)
	}
	return snap, snap.build(m, slips)
}

// Of makes a snapshot of trials that are not in a store. All of them are in it,
// open or not: the match decides what it looks at.
func Of(m *matcher.Matcher, stored []trials.Stored) (*Snapshot, error) {
	snap, err := newSnapshot()
	if err != nil {
		return nil, err
	}
	byID := map[string]one{}
	var slips []trials.Slip
	for _, s := range stored {
		c := &matcher.Candidate{Trial: merge.Trial(s, snap.places.known), Listing: m.Read(&s.Trial), Synced: s.Synced}
		hash, err := hashOf(&s)
		if err != nil {
			return nil, err
		}
		byID[c.Trial.ID] = one{c, hash}
		for _, l := range c.Trial.Listings {
			byID[l.ID] = one{c, hash}
		}
		slips = append(slips, trials.Slip{TrialID: c.Trial.ID, SourceHash: hash, Slip: m.Slip(&c.Trial, &c.Listing)})
	}
	snap.read = func(_ context.Context, id string) (one, error) {
		if c, ok := byID[id]; ok {
			return c, nil
		}
		return one{}, fmt.Errorf("%s: %w", id, trials.ErrNotFound)
	}
	return snap, snap.build(m, slips)
}

func newSnapshot() (*Snapshot, error) {
	known, err := place.Load()
	if err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	return &Snapshot{places: places{known: known}}, nil
}

func (s *Snapshot) build(m *matcher.Matcher, slips []trials.Slip) error {
	b := m.NewBuilder(len(slips))
	for _, slip := range slips {
		if err := b.Add(slip.Slip); err != nil {
			return fmt.Errorf("index: %s: %w", slip.TrialID, err)
		}
	}
	var err error
	b.Place(s.places.righted)
	s.Towns = s.places.known.With(b.Towns())
	s.places.towns = s.Towns
	b.Place(s.places.found)
	if s.shown, err = lru.New[string, one](keep); err != nil {
		return fmt.Errorf("index: %w", err)
	}
	s.Version = version(slips)
	type key struct{ id, sourceHash string }
	keys := make([]key, len(slips))
	for i := range slips {
		keys[i] = key{slips[i].TrialID, slips[i].SourceHash}
	}
	s.Set = b.Set(func(i int) (*matcher.Candidate, error) {
		c, err := s.trial(context.Background(), keys[i].id)
		switch {
		case c.Candidate == nil:
			return nil, err
		case c.sourceHash != keys[i].sourceHash:
			return nil, fmt.Errorf("index: %s: %w", keys[i].id, ErrChanged)
		}
		return c.Candidate, nil // one that was removed since is in the snapshot still
	})
	return nil
}

// Trial gives a trial by any of its ids, be it one of the snapshot, closed or removed. It
// fails with trials.ErrNotFound; one that was removed comes as it last was, together with
// that error. A trial that changed since the snapshot was made comes as it is now.
func (s *Snapshot) Trial(ctx context.Context, id string) (*matcher.Candidate, error) {
	c, err := s.trial(ctx, id)
	return c.Candidate, err
}

func (s *Snapshot) trial(ctx context.Context, id string) (one, error) {
	if c, ok := s.shown.Get(id); ok {
		return c, nil
	}
	c, gone := s.read(ctx, id)
	if c.Candidate == nil {
		return one{}, gone
	}
	placed := *c.Candidate
	s.places.site(&placed.Trial)
	c.Candidate = &placed
	if gone == nil {
		s.shown.Add(id, c)
	}
	return c, gone
}

// All gives the snapshot's trials, in the order of their ids.
func (s *Snapshot) All() iter.Seq2[*matcher.Candidate, error] { return s.Set.All() }

// readStored reads a trial, with what other registries say of it, and what was made of
// it from the store.
func (s *Snapshot) readStored(ctx context.Context, from Store, m *matcher.Matcher, id string) (one, error) {
	stored, gone := from.Get(ctx, id)
	if gone != nil && (!errors.Is(gone, trials.ErrNotFound) || stored.Trial.ID == "") {
		return one{}, gone
	}
	// The long description is on the registry's page. The criteria's text is in the listing.
	c := &matcher.Candidate{Trial: merge.Trial(stored, s.places.known), Synced: stored.Synced}
	row, err := from.Derived(ctx, stored.Trial.ID, m.Version())
	switch {
	case err == nil && row.SourceHash == stored.SourceHash:
		c.Listing, err = unpack(row.Blob)
	case err == nil || errors.Is(err, trials.ErrNotFound):
		c.Listing, err = m.Read(&stored.Trial), nil
	}
	if err != nil {
		return one{}, fmt.Errorf("index: %s: %w", stored.Trial.ID, err)
	}
	c.Trial.DetailedDescription, c.Trial.Eligibility.Criteria = "", ""
	return one{c, stored.SourceHash}, gone
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

// places knows where towns lie.
type places struct {
	known *place.Gazetteer // what the program brings along
	towns *place.Gazetteer // and what the registries tell
}

// misplaced is how far, in km, a registry's point may lie from the town that it
// names. The registry geocodes by name and takes Munich in one country for a
// village in another; in the USA a large distance is a real namesake.
const misplaced = 50

// righted puts a registry's point right.
func (p places) righted(city, country string, now *place.Point) *place.Point {
	if now == nil || country == "US" {
		return now
	}
	if t, ok := p.known.Find(city, country); ok && t.Point.Km(*now) > misplaced {
		return &t.Point
	}
	return now
}

// found looks for the town where the registry gives no point.
func (p places) found(city, country string, now *place.Point) *place.Point {
	if now != nil || country == "" {
		return now
	}
	if t, ok := p.towns.Find(city, country); ok {
		return &t.Point
	}
	return nil
}

// site puts the sites of a trial where they are.
func (p places) site(t *trials.Trial) {
	t.Sites = slices.Clone(t.Sites)
	tellExact(t.Sites)
	for i := range t.Sites {
		site := &t.Sites[i]
		var now *place.Point
		if site.GeoPoint != nil {
			now = &place.Point{Lat: site.GeoPoint.Lat, Lon: site.GeoPoint.Lon}
		}
		country := trials.CountryCode(site.Country)
		if at := p.found(site.City, country, p.righted(site.City, country, now)); at != nil && (now == nil || *at != *now) {
			site.GeoPoint = &trials.GeoPoint{Lat: at.Lat, Lon: at.Lon}
		}
	}
}
