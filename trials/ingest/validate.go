package ingest

import (
	"context"
	"errors"
	"fmt"

	"trialfinder/trials"
)

// ErrShrunk: far fewer listings than before. Registries don't shrink by a tenth;
// answers that are cut short look as if they did.
var ErrShrunk = errors.New("the registry lists far fewer trials than before")

// ErrManyBad: too many records can't be read for the rest to be believed.
var ErrManyBad = errors.New("too many records can't be read")

const (
	shrinkPercent = 10 // more missing than that, and the night is not swapped in
	scopePercent  = 50 // the same where another part of the registry is asked for than before
	shrinkFloor   = 2  // so few may go even from a small database
	badPercent    = 1
	badFloor      = 10
	mostFloor     = 3 // so few may be bad even where they are all that came
)

// walksToRemove is how many walks in a row must miss a listing before it is
// removed: 1 where it is not here. EU CTIS answers searches out of order, so that
// one walk may miss what is there.
var walksToRemove = map[trials.SourceID]int{trials.CTIS: 2}

// validate says why what is staged must not be swapped in. Where other search words
// ask for another part of the registry, more may go that they no longer find.
func (j *Job) validate(ctx context.Context, run *trials.Run, before string) error {
	bad := run.Quarantined
	if bad > badFloor && bad*100 > run.Fetched*badPercent || bad > mostFloor && bad*2 > run.Fetched {
		return fmt.Errorf("%w: %d of %d; see the quarantine", ErrManyBad, bad, run.Fetched)
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
