package ingest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"trialfinder/trials"
)

const (
	// askAlone is how many records a night are asked for one by one.
	askAlone = 100
	// maxFailed: so many in a row that can't be had mean that none can.
	maxFailed = 3
)

// walkIsDue says whether this run is to see all ids. One that asks for the whole registry
// sees them anyway, in one go; before the first clean run there is nothing to be missed.
func (j *Job) walkIsDue(ctx context.Context, source trials.Source, run *trials.Run, first bool) (bool, error) {
	if _, ok := source.(Walker); !ok || first {
		return false, nil
	}
	if run.Full && whole(source) {
		return true, nil
	}
	last, err := j.Store.LastWalk(ctx, run.Source)
	if errors.Is(err, trials.ErrNotFound) {
		return true, nil
	}
	return err == nil && run.Started.Sub(last.Started) >= walkEvery-time.Hour, err
}

// walk stages the ids of all listings as seen. One that fails, or finds too few, costs
// nothing but itself: the records of the night are good, nothing is removed, the operator
// is told, and the next night walks again.
func (j *Job) walk(ctx context.Context, source Walker, run *trials.Run, before string) error {
	err := j.stageIDs(ctx, source, run)
	if err == nil {
		err = j.checkMissing(ctx, run, before)
	}
	if err == nil || ctx.Err() != nil {
		run.Walked = err == nil
		return ctx.Err()
	}
	j.Log.Error("no walk over all ids; nothing is removed", "source", run.Source, "error", err)
	run.Errors = append(run.Errors, fmt.Sprintf("walk over all ids: %v; nothing is removed, the next run walks again", err))
	return nil
}

// errNameless: what can't be named can't be told from what is gone.
var errNameless = errors.New("listings without a readable id")

func (j *Job) stageIDs(ctx context.Context, source Walker, run *trials.Run) error {
	var ids []string
	flush := func() error {
		err := j.Store.StageIDs(ctx, *run, ids)
		ids = ids[:0]
		return err
	}
	nameless := 0
	for id, err := range source.IDs(ctx) {
		var bad *trials.RecordError
		switch {
		case errors.As(err, &bad):
			nameless++
			continue
		case err != nil:
			return err
		}
		if ids = append(ids, id); len(ids) == 10*batch {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if nameless > 0 {
		return errors.Join(flush(), fmt.Errorf("%d %w", nameless, errNameless))
	}
	return errors.Join(flush(), ctx.Err())
}

// confirm asks for each listing that the walk did not see: one that comes after all stays,
// under its new id if it has one. More than one night can ask for wait for the next walk.
func (j *Job) confirm(ctx context.Context, source trials.Source, run *trials.Run) error {
	asker, ok := source.(Asker)
	if !ok || !run.Walked {
		return nil
	}
	missing, err := j.Store.MissingIDs(ctx, *run, -1)
	if err != nil {
		return err
	}
	var kept []string
	failed := 0
	for i, id := range missing {
		if i == askAlone || failed == maxFailed {
			kept = append(kept, missing[i:]...)
			break
		}
		record, err := asker.Study(ctx, id)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, trials.ErrNotFound):
			failed = 0
		case err != nil:
			kept = append(kept, id)
			failed++
		default:
			failed = 0
			j.Log.Warn("missed by the walk, and there", "source", run.Source, "id", id)
			if err := j.stage(ctx, run, fetched{records: []trials.Record{record}}); err != nil {
				return err
			}
		}
	}
	return j.Store.StageIDs(ctx, *run, kept)
}

// askAgain asks for the records that were set aside on earlier nights: a later try may do
// better, and no change of theirs need come for it.
func (j *Job) askAgain(ctx context.Context, source trials.Source, run *trials.Run, aside []string) error {
	failed := 0
	for _, id := range aside {
		if failed == maxFailed {
			break
		}
		record, err := source.(Asker).Study(ctx, id)
		var bad *trials.RecordError
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil:
			failed, err = 0, j.stage(ctx, run, fetched{records: []trials.Record{record}})
		case errors.Is(err, trials.ErrNotFound):
			failed, err = 0, j.Store.Release(ctx, run.Source, id)
		case errors.As(err, &bad):
			failed, err = 0, j.Store.Quarantine(ctx, bad, run.Started)
		default: // whatever it is, it holds up nothing else; it waits at the end of the line
			j.Log.Warn("still not to be had", "source", run.Source, "id", id, "error", err)
			failed++
			err = j.Store.Quarantine(ctx, &trials.RecordError{Source: run.Source, ID: id, Err: err}, run.Started)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// aside gives the records of earlier nights that are to be asked for again.
func (j *Job) aside(ctx context.Context, source trials.Source, run *trials.Run) ([]string, error) {
	if _, ok := source.(Asker); !ok {
		return nil, nil
	}
	return j.Store.Aside(ctx, run.Source, run.Started, askAlone)
}
