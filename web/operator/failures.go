package operator

import (
	"slices"
	"sync"

	"trialfinder/trials"
)

// Failures are runs that failed so that the database holds no account of them, as
// on a full disk. They are in memory: the page shows them as it does the others. It
// is safe for concurrent use.
type Failures struct {
	mu   sync.Mutex
	runs []trials.Run // the newest first
}

// keptFailures is how many are kept.
const keptFailures = 20

// Add keeps runs; those of which there is an account are left out.
func (f *Failures) Add(runs ...trials.Run) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, run := range runs {
		if unaccounted(run) {
			f.runs = slices.Insert(f.runs, 0, run)
		}
	}
	f.runs = f.runs[:min(len(f.runs), keptFailures)]
}

// among gives the runs with the failures where they belong, the newest first.
func (f *Failures) among(runs []trials.Run) []trials.Run {
	if f == nil {
		return runs
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	all := slices.Concat(f.runs, runs)
	slices.SortStableFunc(all, func(a, b trials.Run) int { return b.Started.Compare(a.Started) })
	return all
}

// unaccounted: the database knows nothing of it.
func unaccounted(run trials.Run) bool { return run.ID == 0 && !run.Clean && !run.Finished.IsZero() }
