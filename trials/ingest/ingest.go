package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"trialfinder/trials"
)

// Store is what the job needs of the store.
type Store interface {
	// LastClean gives the last run of a source that was clean; trials.ErrNotFound if none was.
	LastClean(ctx context.Context, source trials.SourceID) (trials.Run, error)
	BeginRun(ctx context.Context, source trials.SourceID, started time.Time, version string, full bool) (int64, error)
	FinishRun(ctx context.Context, run trials.Run) error
	Put(ctx context.Context, records []trials.Record, synced time.Time) ([]trials.Change, error)
	Quarantine(ctx context.Context, e *trials.RecordError, seen time.Time) error
}

// Job syncs registries into a store.
type Job struct {
	Store    Store
	Sources  []trials.Source
	Now      func() time.Time
	Log      *slog.Logger
	Progress func(trials.Run) // called after each batch; may be nil
	// After runs when at least one source was asked, to bring derived data up to date; may be nil.
	After func(ctx context.Context) error
}

const (
	// batch is how many records go into one transaction.
	batch = 200
	// overlap: registries post updates late, so a run asks for two days more
	// than it needs; storing twice changes nothing.
	overlap = 48 * time.Hour
	// maxErrors is how many messages a run keeps; the counters count them all.
	maxErrors = 20
	// closing is how long the account of a broken-off run may take to write.
	closing = 10 * time.Second
)

// Run syncs every source, whatever happened to the others. Full asks for
// everything instead of what has changed. The error is that of After alone:
// what went wrong with a source stands in its run.
func (j *Job) Run(ctx context.Context, full bool) ([]trials.Run, error) {
	var runs []trials.Run
	for _, source := range j.Sources {
		runs = append(runs, j.source(ctx, source, full))
	}
	if j.After == nil {
		return runs, nil
	}
	if err := j.After(ctx); err != nil {
		return runs, fmt.Errorf("after the sync: %w", err)
	}
	return runs, nil
}

// source is one run against one registry.
func (j *Job) source(ctx context.Context, source trials.Source, full bool) trials.Run {
	run := trials.Run{Source: source.ID(), Started: j.Now().UTC(), Full: full, Errors: []string{}}
	err := j.walk(ctx, source, &run)
	if err != nil {
		run.Errors = append(run.Errors, err.Error())
		j.Log.Error("sync failed; the listings stay as they were", "source", run.Source, "error", err)
	}
	run.Clean = err == nil
	run.Finished = j.Now().UTC()
	if run.ID == 0 {
		return run
	}
	// The account is written even if the run was broken off.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closing)
	defer cancel()
	if err := j.Store.FinishRun(ctx, run); err != nil {
		run.Clean = false
		run.Errors = append(run.Errors, err.Error())
	}
	return run
}

func (j *Job) walk(ctx context.Context, source trials.Source, run *trials.Run) error {
	last, err := j.Store.LastClean(ctx, run.Source)
	if err != nil && !errors.Is(err, trials.ErrNotFound) {
		return err
	}
	first := errors.Is(err, trials.ErrNotFound)
	version, versionErr := source.Version(ctx)
	run.Version = version
	if run.ID, err = j.Store.BeginRun(ctx, run.Source, run.Started, version, run.Full); err != nil {
		return err
	}
	if versionErr != nil {
		return versionErr
	}
	if !run.Full && !first && version != "" && version == last.Version {
		j.Log.Info("nothing new at the registry", "source", run.Source, "version", version)
		return nil
	}
	since := time.Time{}
	if !run.Full && !first {
		since = dataTime(last).Add(-overlap)
	}
	return j.records(ctx, source, since, run)
}

// versionLayout is how a version of a registry's data begins: with its time, in UTC.
const versionLayout = "2006-01-02T15:04:05"

// dataTime is how new the data of a run can have been: what the run asked for, or
// what the registry had published by then if that was older.
func dataTime(run trials.Run) time.Time {
	text, _, _ := strings.Cut(run.Version, " ")
	published, err := time.Parse(versionLayout, text)
	if err == nil && published.Before(run.Started) {
		return published
	}
	return run.Started
}

// records stores what the registry gives, batch by batch.
func (j *Job) records(ctx context.Context, source trials.Source, since time.Time, run *trials.Run) error {
	var pending []trials.Record
	flush := func() error {
		changes, err := j.Store.Put(ctx, pending, run.Started)
		if err != nil {
			return err
		}
		for _, c := range changes {
			switch c {
			case trials.Added:
				run.New++
			case trials.Updated:
				run.Changed++
			}
		}
		pending = pending[:0]
		if j.Progress != nil {
			j.Progress(*run)
		}
		return nil
	}
	for record, err := range source.Changed(ctx, since) {
		var bad *trials.RecordError
		switch {
		case errors.As(err, &bad):
			if err := j.quarantine(ctx, bad, run); err != nil {
				return err
			}
			continue
		case err != nil:
			// What came whole before the break is kept: storing is idempotent.
			return errors.Join(err, flush())
		}
		run.Fetched++
		pending = append(pending, record)
		if len(pending) == batch {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

func (j *Job) quarantine(ctx context.Context, bad *trials.RecordError, run *trials.Run) error {
	run.Fetched++
	run.Quarantined++
	if len(run.Errors) < maxErrors {
		run.Errors = append(run.Errors, bad.Error())
	}
	j.Log.Warn("record set aside", "source", bad.Source, "id", bad.ID, "error", bad.Err)
	return j.Store.Quarantine(ctx, bad, run.Started)
}
