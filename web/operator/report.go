package operator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"trialfinder/trials"
)

// Store is what the operator's pages need of the store.
type Store interface {
	Runs(ctx context.Context, limit int) ([]trials.Run, error)
	Quarantined(ctx context.Context, limit int) ([]trials.Quarantined, error)
	QuarantineSize(ctx context.Context) (int, error)
	// Reading counts the demands of the open trials, and those that no rule was read from.
	Reading(ctx context.Context) (criteria, unread int, err error)
	// LastBackup is zero where there was none.
	LastBackup(ctx context.Context) (time.Time, error)
	// LastDrill is when a copy was last checked; zero where none ever was.
	LastDrill(ctx context.Context) (time.Time, error)
	// LogSize is how many bytes the database's write-ahead log has.
	LogSize(ctx context.Context) (int64, error)
	// DatedAhead counts the listings that were updated after a day, as they say.
	DatedAhead(ctx context.Context, day trials.Date) (int, error)
	// LastClean gives a registry's last clean run; trials.ErrNotFound if none was.
	LastClean(ctx context.Context, source trials.SourceID) (trials.Run, error)
}

const (
	shownRuns       = 120 // of all registries
	shownQuarantine = 50
)

// report is the state of things.
type report struct {
	At         time.Time
	Kind       trials.Kind
	Registries []registry
	Runs       []trials.Run // the newest first
	Quarantine []trials.Quarantined
	SetAside   int // how many are in the quarantine
	Trials     int // open ones, as readers are served them
	Criteria   int
	Unread     int
	Listings   time.Time
	LastBackup time.Time
	LastDrill  time.Time
	Ahead      int // listings with a date to come
	LogSize    int64
}

// BackupOld: the last backup is two days old, or there is none.
func (r report) BackupOld() bool { return r.At.Sub(r.LastBackup) > staleAfter }

// drillEvery is how often somebody should try whether a copy can be restored.
const drillEvery = 31 * 24 * time.Hour

// DrillDue: no copy was checked for a month.
func (r report) DrillDue() bool { return r.At.Sub(r.LastDrill) > drillEvery }

// registry is one registry and its runs.
type registry struct {
	Source    trials.SourceID
	LastClean trials.Run // zero: there never was one
	Last      trials.Run
	Runs      []trials.Run // the oldest first
}

// Age is how long ago the registry last had a clean run; false: never.
func (r registry) Age(now time.Time) (time.Duration, bool) {
	return now.Sub(r.LastClean.Finished), !r.LastClean.Finished.IsZero()
}

// UnreadPercent is the share of the criteria that no rule was read from.
func (r report) UnreadPercent() float64 {
	if r.Criteria == 0 {
		return 0
	}
	return 100 * float64(r.Unread) / float64(r.Criteria)
}

func (s *Server) report(ctx context.Context) (r report, err error) {
	r = report{At: s.now().UTC(), Kind: s.kind}
	if r.Runs, err = s.store.Runs(ctx, shownRuns); err != nil {
		return r, fmt.Errorf("operator: %w", err)
	}
	if r.Quarantine, err = s.store.Quarantined(ctx, shownQuarantine); err != nil {
		return r, fmt.Errorf("operator: %w", err)
	}
	if r.SetAside, err = s.store.QuarantineSize(ctx); err != nil {
		return r, fmt.Errorf("operator: %w", err)
	}
	r.Runs = s.failures.among(r.Runs)
	if r.Registries, err = s.registries(ctx, r.Runs); err != nil {
		return r, fmt.Errorf("operator: %w", err)
	}
	if r.Criteria, r.Unread, err = s.store.Reading(ctx); err != nil {
		return r, fmt.Errorf("operator: %w", err)
	}
	if r.LastBackup, err = s.store.LastBackup(ctx); err != nil {
		return r, fmt.Errorf("operator: %w", err)
	}
	if r.LastDrill, err = s.store.LastDrill(ctx); err != nil {
		return r, fmt.Errorf("operator: %w", err)
	}
	if r.Ahead, err = s.store.DatedAhead(ctx, dayOf(r.At.Add(zones))); err != nil {
		return r, fmt.Errorf("operator: %w", err)
	}
	if r.LogSize, err = s.store.LogSize(ctx); err != nil {
		return r, fmt.Errorf("operator: %w", err)
	}
	snap := s.index.Snapshot()
	r.Trials, r.Listings = snap.Set.Len(), snap.Listings
	return r, nil
}

// zones: a registry may be a day ahead, and post for the next one.
const zones = 48 * time.Hour

func dayOf(t time.Time) trials.Date {
	return trials.Date{Year: t.Year(), Month: int(t.Month()), Day: t.Day()}
}

// registries are those that the runs are of, and those that ever had a clean one:
// that may be longer ago than the runs that are shown.
func (s *Server) registries(ctx context.Context, runs []trials.Run) ([]registry, error) {
	list := registries(runs)
	for _, source := range []trials.SourceID{trials.CTGov, trials.CTIS} {
		last, err := s.store.LastClean(ctx, source)
		if errors.Is(err, trials.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(list, func(g registry) bool { return g.Source == source })
		if at < 0 {
			list, at = append(list, registry{Source: source, Last: last}), len(list)
		}
		list[at].LastClean = last
	}
	slices.SortFunc(list, func(a, b registry) int { return cmp.Compare(a.Source, b.Source) })
	return list, nil
}

// registries sorts runs, the newest first, by registry.
func registries(runs []trials.Run) []registry {
	by := map[trials.SourceID]*registry{}
	var out []*registry
	for _, run := range runs {
		if run.Source == trials.ImportSource {
			continue
		}
		g := by[run.Source]
		if g == nil {
			g = &registry{Source: run.Source, Last: run}
			by[run.Source] = g
			out = append(out, g)
		}
		g.Runs = append(g.Runs, run)
	}
	list := make([]registry, len(out))
	for i, g := range out {
		slices.Reverse(g.Runs)
		list[i] = *g
	}
	return list
}
