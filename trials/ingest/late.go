package ingest

import (
	"context"
	"errors"
	"time"

	"trialfinder/trials"
)

const (
	// tooOld is the age of the last clean run at which a start catches up.
	tooOld = 26 * time.Hour
	// skew is how far in the future a run may seem to have ended before the clock
	// is no longer believed.
	skew = time.Hour
)

// Late says whether a sync is due at once: some source has no clean run of the last
// day, or its last run was cut short. A run that ended in the future is none: the
// clock was wrong then or is now.
func Late(ctx context.Context, s Store, sources []trials.SourceID, now time.Time) (bool, error) {
	for _, source := range sources {
		_, err := s.Unfinished(ctx, source)
		if err == nil {
			return true, nil
		}
		if !errors.Is(err, trials.ErrNotFound) {
			return false, err
		}
		last, err := s.LastClean(ctx, source)
		if errors.Is(err, trials.ErrNotFound) {
			return true, nil
		}
		if err != nil {
			return false, err
		}
		if age := now.Sub(last.Finished); age > tooOld || age < -skew {
			return true, nil
		}
	}
	return false, nil
}
