package index_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"trialfinder/matcher"
	"trialfinder/matcher/index"
	"trialfinder/trials"
)

// nights is a store whose listings change all at once, as a night's sync does it.
type nights struct {
	mu sync.Mutex
	memory
	gathering func() // called, where it is set, before what was read is gathered
}

// listed is how many trials there are on a night.
func listed(night int) int { return 40 + night%7 }

func title(night int) string { return fmt.Sprint("As of night ", night) }

func (s *nights) swap(night int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stored = nil
	for i := range listed(night) {
		t := stored(fmt.Sprintf("NCT990000%02d", i), fmt.Sprint("record of night ", night))
		t.Trial.BriefTitle = title(night)
		s.stored = append(s.stored, t)
	}
	s.generation++
}

func (s *nights) Stale(ctx context.Context, ruleSet string) iter.Seq2[trials.Stored, error] {
	return locked(&s.mu, s.memory.Stale(ctx, ruleSet))
}

func (s *nights) Slips(ctx context.Context, ruleSet string) iter.Seq2[trials.Slip, error] {
	if s.gathering != nil {
		s.gathering()
	}
	return locked(&s.mu, s.memory.Slips(ctx, ruleSet))
}

// locked gathers what there is at one moment, and gives it then.
func locked[T any](mu *sync.Mutex, seq iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var all []T
		mu.Lock()
		for v := range seq {
			all = append(all, v)
		}
		mu.Unlock()
		for _, v := range all {
			if !yield(v, nil) {
				return
			}
		}
	}
}

func (s *nights) PutDerived(ctx context.Context, rows []trials.Derived) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.memory.PutDerived(ctx, rows)
}

func (s *nights) Derived(ctx context.Context, id, ruleSet string) (trials.Derived, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.memory.Derived(ctx, id, ruleSet)
}

func (s *nights) Get(ctx context.Context, id string) (trials.Stored, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.memory.Get(ctx, id)
}

func (s *nights) Generation(ctx context.Context) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.memory.Generation(ctx)
}

// TestMatchesWhileTheIndexIsSwapped runs matches, a thousand at once, during fifty nights:
// each result is of one night, whole.
func TestMatchesWhileTheIndexIsSwapped(t *testing.T) {
	m, err := matcher.New()
	if err != nil {
		t.Fatal(err)
	}
	s := &nights{memory: memory{derived: map[string]trials.Derived{}}}
	s.swap(0)
	x, err := index.New(t.Context(), s, m)
	if err != nil {
		t.Fatal(err)
	}
	const swaps, matches, at1Time = 50, 5000, 1000
	var done, seen, swapped atomic.Int64
	var running sync.WaitGroup
	for range at1Time {
		running.Go(func() {
			for range matches / at1Time {
				for done.Load()*swaps/matches > swapped.Load()+1 { // else all could be over before the first night
					time.Sleep(100 * time.Microsecond)
				}
				seen.Or(1 << matchOnce(t, x, m))
				done.Add(1)
			}
		})
	}
	for night := 1; night <= swaps; night++ {
		for done.Load() < int64(matches*(night-1)/swaps) {
			time.Sleep(100 * time.Microsecond)
		}
		s.swap(night)
		if err := x.Renew(t.Context()); err != nil {
			t.Error(err)
		}
		swapped.Store(int64(night))
	}
	running.Wait()
	if n := seen.Load(); n&(n-1) == 0 {
		t.Error("all matches saw one night alone: nothing was swapped between them")
	}
}

// matchOnce matches, holds the result against the night that it tells of, and gives that.
func matchOnce(t *testing.T, x *index.Index, m *matcher.Matcher) (night int) {
	p := m.Profile(matcher.Answers{}, time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC), nil)
	err := x.With(t.Context(), func(snap *index.Snapshot) error {
		got, err := snap.Set.Match(p, matcher.Options{Limit: 10})
		if err != nil {
			return err
		}
		if _, err := fmt.Sscanf(got.Trials[0].Title, "As of night %d", &night); err != nil {
			t.Error(err)
		}
		if got.Considered != listed(night) {
			t.Errorf("night %d: %d trials, want %d", night, got.Considered, listed(night))
		}
		for _, trial := range got.Trials {
			if trial.Title != title(night) {
				t.Errorf("a result of night %d holds a trial %q", night, trial.Title)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	return night
}

// TestANightThatComesWhileTheIndexIsMade falls between the reading and the gathering: what
// is shown is a whole night still, the new one.
func TestANightThatComesWhileTheIndexIsMade(t *testing.T) {
	m, err := matcher.New()
	if err != nil {
		t.Fatal(err)
	}
	s := &nights{memory: memory{derived: map[string]trials.Derived{}}}
	s.swap(0)
	s.gathering = func() {
		s.gathering = nil
		s.swap(1)
	}
	x, err := index.New(t.Context(), s, m)
	if err != nil {
		t.Fatal(err)
	}
	if night := matchOnce(t, x, m); night != 1 {
		t.Errorf("night %d is shown, want 1", night)
	}
}

// TestWithIsDoneAgain wants a page made again as long as there are newer nights, and given
// up where there is none.
func TestWithIsDoneAgain(t *testing.T) {
	tests := map[string]struct {
		nights  int // that come while a page is made, one at each try
		fails   int // tries in all that find a trial changed
		want    error
		wantRun int
	}{
		"nothing changed":              {0, 0, nil, 1},
		"one night":                    {1, 1, nil, 2},
		"night after night":            {9, 9, nil, 10},
		"a change without a new night": {0, 1, index.ErrChanged, 1},
		"one more than there were":     {2, 3, index.ErrChanged, 3},
	}
	m, err := matcher.New()
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s := &nights{memory: memory{derived: map[string]trials.Derived{}}}
			s.swap(0)
			x, err := index.New(t.Context(), s, m)
			if err != nil {
				t.Fatal(err)
			}
			run := 0
			err = x.With(t.Context(), func(*index.Snapshot) error {
				run++
				if run <= tt.nights {
					s.swap(run)
				}
				if run <= tt.fails {
					return index.ErrChanged
				}
				return nil
			})
			if !errors.Is(err, tt.want) || run != tt.wantRun {
				t.Errorf("run %d times, %v; want %d, %v", run, err, tt.wantRun, tt.want)
			}
		})
	}
}
