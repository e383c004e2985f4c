package ingest

import (
	"context"
	"errors"

	"trialfinder/trials"
)

const (
	// batch is how many records go into one transaction.
	batch = 200
	// ahead is how many batches are fetched while others are stored.
	ahead = 2
)

// fetched is a batch on its way from the registry to the store.
type fetched struct {
	records []trials.Record
	bad     []*trials.RecordError
	err     error // the last thing that comes
}

// records stages what the registry gives, batch by batch, while the next batch is
// fetched. Only so many batches are ever held.
func (j *Job) records(ctx context.Context, source trials.Source, run *trials.Run) error {
	ctx, stop := context.WithCancel(ctx)
	batches := make(chan fetched, ahead)
	go func() {
		defer close(batches)
		fetch(ctx, source, *run, batches)
	}()
	defer func() {
		stop()
		for range batches { // until the fetching has ended
		}
	}()
	nameless, complete := false, run.Full && run.Position == "" && whole(source)
	for b := range batches {
		if err := j.stage(ctx, run, b); err != nil {
			return err
		}
		for _, bad := range b.bad {
			nameless = nameless || bad.ID == ""
		}
		if b.err != nil {
			return b.err
		}
	}
	// One that asked for the whole registry in one go saw every listing, but for those whose
	// id could not be read.
	run.Walked = complete && !nameless
	return ctx.Err()
}

func fetch(ctx context.Context, source trials.Source, run trials.Run, to chan<- fetched) {
	var b fetched
	send := func() bool {
		select {
		case to <- b:
			b = fetched{}
			return true
		case <-ctx.Done():
			return false
		}
	}
	for record, err := range changedFrom(ctx, source, run.Since, run.Position) {
		var bad *trials.RecordError
		switch {
		case errors.As(err, &bad):
			b.bad = append(b.bad, bad)
		case err != nil:
			b.err = err
			send()
			return
		default:
			b.records = append(b.records, record)
		}
		if len(b.records)+len(b.bad) >= batch && !send() {
			return
		}
	}
	send()
}

func (j *Job) stage(ctx context.Context, run *trials.Run, b fetched) error {
	for _, bad := range b.bad {
		setAside := j.quarantine
		if errors.Is(bad.Err, trials.ErrNotFound) && bad.ID != "" {
			setAside = j.listedOnly
		}
		if err := setAside(ctx, bad, run); err != nil {
			return err
		}
	}
	if len(b.records) == 0 {
		return nil
	}
	// Where the last one's page begins, the ones before it are staged already.
	run.Position = b.records[len(b.records)-1].Page
	added, err := j.Store.Stage(ctx, *run, b.records)
	if err != nil {
		return err
	}
	run.Fetched += added
	if j.Progress != nil {
		j.Progress(*run)
	}
	return nil
}

// listedOnly notes a listing of which the registry has no record: it is not gone.
func (j *Job) listedOnly(ctx context.Context, bad *trials.RecordError, run *trials.Run) error {
	j.Log.Warn("listed, but without a record", "source", bad.Source, "id", bad.ID, "error", bad.Err)
	return j.Store.StageIDs(ctx, *run, []string{bad.ID})
}

// quarantine sets a record aside. Its listing stays as it was, and counts as seen.
func (j *Job) quarantine(ctx context.Context, bad *trials.RecordError, run *trials.Run) error {
	run.Fetched++
	run.Quarantined++
	if len(run.Errors) < maxErrors {
		run.Errors = append(run.Errors, bad.Error())
	}
	j.Log.Warn("record set aside", "source", bad.Source, "id", bad.ID, "error", bad.Err)
	if bad.ID != "" {
		if err := j.Store.StageIDs(ctx, *run, []string{bad.ID}); err != nil {
			return err
		}
	}
	return j.Store.Quarantine(ctx, bad, run.Started)
}
