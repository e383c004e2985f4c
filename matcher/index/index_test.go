package index_test

import (
	"context"
	"errors"
	"iter"
	"strings"
	"testing"
	"time"

	"trialfinder/matcher"
	"trialfinder/matcher/index"
	"trialfinder/trials"
)

// memory is a store in memory.
type memory struct {
	stored     []trials.Stored
	derived    map[string]trials.Derived
	generation int64
	puts       int
}

func (s *memory) Stale(_ context.Context, ruleSet string) iter.Seq2[trials.Stored, error] {
	return func(yield func(trials.Stored, error) bool) {
		for _, t := range s.stored {
			row := s.derived[t.Trial.ID]
			if (row.SourceHash != t.SourceHash || row.RuleSet != ruleSet) && !yield(t, nil) {
				return
			}
		}
	}
}

func (s *memory) PutDerived(_ context.Context, rows []trials.Derived) error {
	for _, row := range rows {
		s.derived[row.TrialID] = row
		s.puts++
	}
	return nil
}

func (s *memory) Slips(context.Context, string) iter.Seq2[trials.Slip, error] {
	return func(yield func(trials.Slip, error) bool) {
		for _, t := range s.stored {
			row, ok := s.derived[t.Trial.ID]
			if ok && t.Trial.Status.Open() && !yield(trials.Slip{TrialID: row.TrialID, SourceHash: row.SourceHash, Slip: row.Slip}, nil) {
				return
			}
		}
	}
}

func (s *memory) Derived(_ context.Context, id, _ string) (trials.Derived, error) {
	if row, ok := s.derived[id]; ok {
		return row, nil
	}
	return trials.Derived{}, trials.ErrNotFound
}

func (s *memory) Get(_ context.Context, id string) (trials.Stored, error) {
	for _, t := range s.stored {
		if strings.EqualFold(t.Trial.ID, id) {
			return t, nil
		}
	}
	return trials.Stored{}, trials.ErrNotFound
}

func (s *memory) Freshness(context.Context) (time.Time, error) { return time.Unix(1, 0), nil }
func (s *memory) Generation(context.Context) (int64, error)    { return s.generation, nil }

func stored(id, hash string, sites ...trials.Site) trials.Stored {
	return trials.Stored{SourceHash: hash, Trial: trials.Trial{
		ID: id, Status: trials.Recruiting, StudyType: trials.Interventional, Aliases: []string{"NCT98000001"},
		Conditions: []string{"Melanoma"}, DetailedDescription: "long", Sites: sites,
		Interventions: []trials.Intervention{{Type: "DRUG", Name: "Nivolumab"}},
		Eligibility:   trials.Eligibility{Criteria: "Inclusion Criteria:\n* Adults"},
	}}
}

func TestIndex(t *testing.T) {
	ctx := t.Context()
	m, err := matcher.New()
	if err != nil {
		t.Fatal(err)
	}
	s := &memory{derived: map[string]trials.Derived{}, stored: []trials.Stored{stored("NCT99000001", "a"), stored("NCT99000002", "b")}}
	x, err := index.New(ctx, s, m)
	if err != nil {
		t.Fatal(err)
	}
	if s.puts != 2 || x.Snapshot().Set.Len() != 2 {
		t.Fatalf("got %d rows and %d candidates, want 2 and 2", s.puts, x.Snapshot().Set.Len())
	}
	facets := s.derived["NCT99000001"].Facets
	if len(facets) != 2 || facets[0] != (trials.Facet{Kind: "therapy", Value: "checkpoint"}) || facets[1] != (trials.Facet{Kind: "condition", Value: "melanoma"}) {
		t.Errorf("facets: got %v", facets)
	}
	c, err := x.Snapshot().Trial(ctx, "nct99000002")
	if err != nil || c.Trial.DetailedDescription != "" || len(c.Listing.Criteria) != 2 {
		t.Errorf("Trial: got %+v, %v", c, err)
	}
	if _, err := x.Snapshot().Trial(ctx, "NCT98000001"); !errors.Is(err, trials.ErrNotFound) {
		t.Errorf("a trial that is not there: got %v", err)
	}
	old := x.Snapshot()
	s.stored[1] = stored("NCT99000002", "changed")
	s.generation++
	if err := x.Renew(ctx); err != nil {
		t.Fatal(err)
	}
	if s.puts != 3 {
		t.Errorf("only what is stale is read again: got %d rows written, want 3", s.puts)
	}
	if old == x.Snapshot() || x.Snapshot().Generation != 1 {
		t.Error("the snapshot was not swapped")
	}
}

func TestWatchNoticesAnotherProcess(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	m, err := matcher.New()
	if err != nil {
		t.Fatal(err)
	}
	s := &memory{derived: map[string]trials.Derived{}}
	x, err := index.New(ctx, s, m)
	if err != nil {
		t.Fatal(err)
	}
	s.stored, s.generation = []trials.Stored{stored("NCT99000001", "a")}, 7
	done := make(chan struct{})
	go func() {
		defer close(done)
		x.Watch(ctx, time.Millisecond, func(err error) { t.Error(err) })
	}()
	for x.Snapshot().Generation != 7 {
		time.Sleep(time.Millisecond)
	}
	stop()
	<-done
	if n := x.Snapshot().Set.Len(); n != 1 {
		t.Errorf("got %d candidates, want 1", n)
	}
}

func TestSitesArePlaced(t *testing.T) {
	m, err := matcher.New()
	if err != nil {
		t.Fatal(err)
	}
	at := func(lat, lon float64) *trials.GeoPoint { return &trials.GeoPoint{Lat: lat, Lon: lon} }
	tests := []struct {
		name string
		site trials.Site
		want float64 // latitude, to a degree
	}{
		{"a site without coordinates is in its town", trials.Site{City: "Aarhus", Country: "Denmark"}, 56},
		{"a town far from its name is put right", trials.Site{City: "Munich", Country: "Germany", GeoPoint: at(52.1, 11.5)}, 48},
		{"a point near the town stays", trials.Site{City: "Munich", Country: "Germany", GeoPoint: at(48.3, 11.6)}, 48},
		{"in the USA it is a namesake", trials.Site{City: "Portland", Country: "United States", GeoPoint: at(43.66, -70.26)}, 43},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			snap, err := index.Of(m, []trials.Stored{stored("NCT99000001", "a", tt.site)})
			if err != nil {
				t.Fatal(err)
			}
			c, err := snap.Trial(t.Context(), "NCT99000001")
			if err != nil {
				t.Fatal(err)
			}
			got := c.Trial.Sites[0].GeoPoint
			if got == nil || float64(int(got.Lat)) != tt.want {
				t.Errorf("%s: got %+v, want latitude %v", tt.site.City, got, tt.want)
			}
		})
	}
}

// One trial of two registries is one candidate, found by either id, though a third
// trial names one of them.
func TestOneTrialOfTwoRegistries(t *testing.T) {
	m, err := matcher.New()
	if err != nil {
		t.Fatal(err)
	}
	const eu = "2023-599999-22-00"
	pair := stored("NCT99000001", "a")
	pair.Others = []trials.Stored{{Trial: trials.Trial{ID: eu, Source: trials.CTIS, Sites: []trials.Site{{City: "Gent", Country: "Belgium"}}}}}
	extension := stored("NCT99000002", "b")
	extension.Trial.SecondaryIDs = []trials.SecondaryID{{ID: eu}, {ID: "NCT99000001"}}
	snap, err := index.Of(m, []trials.Stored{pair, extension})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"NCT99000001", eu} {
		c, err := snap.Trial(t.Context(), id)
		if err != nil || c.Trial.ID != "NCT99000001" || len(c.Trial.Listings) != 2 || len(c.Trial.Sites) != 1 || c.Trial.Sites[0].GeoPoint == nil {
			t.Errorf("%s: got %+v, %v, want the one trial with both listings", id, c, err)
		}
	}
}
