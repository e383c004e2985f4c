package ingest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"trialfinder/trials"
)

// ErrShrunk: far fewer listings than before. Registries don't shrink by a tenth;
// answers that are cut short look as if they did.
var ErrShrunk = errors.New("the registry lists far fewer trials than before")

// ErrLost: a field is gone from many listings at once. No registry forgets what it
// knew; one that calls a field otherwise looks as if it had.
var ErrLost = errors.New("the registry no longer tells what it told before")

// ErrManyBad: too many records can't be read for the rest to be believed.
var ErrManyBad = errors.New("too many records can't be read")

const (
	shrinkPercent = 10 // more missing than that, and the night is not swapped in
	scopePercent  = 50 // the same where another part of the registry is asked for than before
	shrinkFloor   = 2  // so few may go even from a small database
	badPercent    = 1
	badFloor      = 10
	mostFloor     = 3 // so few may be bad even where they are all that came
	// longAgo: in so long a time a good part of the open trials may have closed.
	longAgo = 30 * 24 * time.Hour
)

// walksToRemove is how many walks in a row must miss a listing before it is
// removed: 1 where it is not here. EU CTIS answers searches out of order, so that
// one walk may miss what is there.
var walksToRemove = map[trials.SourceID]int{trials.CTIS: 2}

// reread asks once more for the version of the registry's data. Where that moved
// meanwhile, the run saw a part of one state and a part of another: nothing counts
// as gone, and the next run asks for what changed since the first of them.
func (j *Job) reread(ctx context.Context, source trials.Source, run *trials.Run) {
	version, err := source.Version(ctx)
	switch {
	case err != nil:
		j.Log.Warn("the version of the data can't be read again", "source", run.Source, "error", err)
	case version != run.Version:
		j.Log.Info("the registry's data moved during the run", "source", run.Source, "from", run.Version, "to", version)
		run.Walked = false
	}
}

// validate says why what is staged must not be swapped in. Where other search words
// ask for another part of the registry, more may go that they no longer find.
func (j *Job) validate(ctx context.Context, run *trials.Run, before string) error {
	bad := run.Quarantined
	if bad > badFloor && bad*100 > run.Fetched*badPercent || bad > mostFloor && bad*2 > run.Fetched {
		return fmt.Errorf("%w: %d of %d; see the quarantine", ErrManyBad, bad, run.Fetched)
	}
	if err := j.losses(ctx, run, before); err != nil {
		return err
	}
	if !run.Walked {
		return nil
	}
	return j.checkMissing(ctx, run, before)
}

func (j *Job) checkMissing(ctx context.Context, run *trials.Run, before string) error {
	missing, listed, err := j.Store.Missing(ctx, *run)
	if err != nil {
		return err
	}
	percent := shrinkPercent
	if run.Scope != before {
		percent = scopePercent
	}
	if missing > shrinkFloor && missing*100 > listed*percent {
		return fmt.Errorf("%w: %d of %d are missing; if that is meant, as after a change of --scope, sync into a new file with --db",
			ErrShrunk, missing, listed)
	}
	return nil
}

// losses says why what is staged must not be swapped in although all of it came: a
// field that is gone reads as studies that have no status, no demands or no sites.
func (j *Job) losses(ctx context.Context, run *trials.Run, before string) error {
	l, err := j.Store.Losses(ctx, *run)
	if err != nil {
		return err
	}
	for _, lost := range []struct {
		what string
		n    int
	}{{"status", l.Status}, {"criteria", l.Criteria}, {"sites", l.Sites}} {
		if lost.n > shrinkFloor && lost.n*100 > l.Listings*shrinkPercent {
			return fmt.Errorf("%w: %d of %d listings would lose their %s; look for an update of this program",
				ErrLost, lost.n, l.Listings, lost.what)
		}
	}
	last, err := j.Store.LastClean(ctx, run.Source)
	if err != nil && !errors.Is(err, trials.ErrNotFound) {
		return err
	}
	percent := shrinkPercent
	if run.Scope != before || run.Started.Sub(last.Started) > longAgo {
		percent = scopePercent
	}
	if l.Closed > shrinkFloor && l.Closed*100 > l.Open*percent {
		return fmt.Errorf("%w: of %d open trials %d fewer would be open", ErrLost, l.Open, l.Closed)
	}
	return nil
}
