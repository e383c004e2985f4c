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
	// LastWalk gives the last clean one that saw the id of every listing.
	LastWalk(ctx context.Context, source trials.SourceID) (trials.Run, error)
	// Unfinished gives the source's latest run if it was cut short.
	Unfinished(ctx context.Context, source trials.SourceID) (trials.Run, error)
	BeginRun(ctx context.Context, run trials.Run) (int64, error)
	// FinishRun ends a run that is not swapped in, and drops what it staged.
	FinishRun(ctx context.Context, run trials.Run) error
	// PauseRun ends one that the next run goes on with, and ResumeRun takes it up.
	PauseRun(ctx context.Context, run trials.Run) error
	ResumeRun(ctx context.Context, id int64) error
	// Stage sets records aside, and says how many the run had not staged before.
	Stage(ctx context.Context, run trials.Run, records []trials.Record) (int, error)
	StageIDs(ctx context.Context, run trials.Run, ids []string) error
	// Missing counts the listings that the run did not see, and all that it could have.
	Missing(ctx context.Context, run trials.Run) (missing, listed int, err error)
	// MissingIDs gives so many of them, or all where the limit is negative.
	MissingIDs(ctx context.Context, run trials.Run, limit int) ([]string, error)
	// Swap puts what is staged in place of what readers see and ends the run.
	Swap(ctx context.Context, run trials.Run, walks int) (trials.Run, error)
	Quarantine(ctx context.Context, e *trials.RecordError, seen time.Time) error
	// Aside gives so many of the ids that were set aside before a time.
	Aside(ctx context.Context, source trials.SourceID, before time.Time, limit int) ([]string, error)
	Release(ctx context.Context, source trials.SourceID, id string) error
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
	// overlap: registries post updates late, so a run asks for two days more
	// than it needs; storing twice changes nothing.
	overlap = 48 * time.Hour
	// resumable is how old a run may be that is taken up where it was cut short: the next
	// night goes on with one for which the night was too short.
	resumable = 36 * time.Hour
	// walkEvery is how often all ids are asked for, to find what was removed.
	walkEvery = 7 * 24 * time.Hour
	// maxErrors is how many messages a run keeps; the counters count them all.
	maxErrors = 20
	// closing is how long the account of a failed run may take to write.
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
	run := trials.Run{Source: source.ID(), Started: j.Now().UTC(), Full: full, Scope: scopeOf(source), Errors: []string{}}
	err := j.sync(ctx, source, &run)
	if err == nil {
		return run
	}
	run.Clean, run.Finished = false, j.Now().UTC()
	if ctx.Err() != nil {
		// It stays open, with what it has staged: the next one goes on from there.
		run.Errors = append(run.Errors, "interrupted; the next run goes on from here")
		return run
	}
	run.Errors = append(run.Errors, err.Error())
	run.Drift = driftOf(source)
	j.Log.Error("sync failed; the listings stay as they were", "source", run.Source, "error", err)
	if run.ID == 0 {
		return run
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closing)
	defer cancel()
	end := j.Store.FinishRun
	if errors.Is(err, trials.ErrUnavailable) && run.Position != "" {
		end = j.Store.PauseRun // what came is good
	}
	if err := end(ctx, run); err != nil {
		run.Errors = append(run.Errors, err.Error())
	}
	return run
}

// sync fetches into staging, validates, and swaps. A run that it ends has its
// account written; an error leaves that to the caller.
func (j *Job) sync(ctx context.Context, source trials.Source, run *trials.Run) error {
	last, err := j.Store.LastClean(ctx, run.Source)
	if err != nil && !errors.Is(err, trials.ErrNotFound) {
		return err
	}
	first := errors.Is(err, trials.ErrNotFound)
	var versionErr error
	run.Version, versionErr = source.Version(ctx)
	// Another scope, other listings: what it did not ask for before it must ask for now.
	run.Full = run.Full || first || run.Scope != last.Scope
	if last.Started.After(run.Started) {
		// One of the two clocks was wrong: what changed since can't be asked for.
		j.Log.Warn("the last clean run began in the future; asking for everything", "source", run.Source, "began", last.Started)
		run.Full = true
	}
	if !run.Full {
		run.Since = dataTime(last).Add(-overlap)
	}
	walk, err := j.walkIsDue(ctx, source, run, first)
	if err != nil {
		return err
	}
	if err := j.begin(ctx, run, versionErr); err != nil {
		return err
	}
	aside, err := j.aside(ctx, source, run)
	if err != nil {
		return err
	}
	if run.Full || run.Version == "" || run.Version != last.Version {
		if err := j.records(ctx, source, run); err != nil {
			return err
		}
	} else if !walk && len(aside) == 0 {
		j.Log.Info("nothing new at the registry", "source", run.Source, "version", run.Version)
		run.Clean, run.Finished = true, j.Now().UTC()
		return j.Store.FinishRun(ctx, *run)
	}
	if err := j.askAgain(ctx, source, run, aside); err != nil {
		return err
	}
	if walk && !run.Walked {
		if err := j.walk(ctx, source.(Walker), run, last.Scope); err != nil {
			return err
		}
	}
	if err := j.validate(ctx, run, last.Scope); err != nil {
		return err
	}
	if err := j.confirm(ctx, source, run); err != nil {
		return err
	}
	run.Drift, run.Finished = driftOf(source), j.Now().UTC()
	*run, err = j.Store.Swap(ctx, *run, walksToRemove[run.Source])
	return err
}

// begin notes that the run has begun, or takes up one that was cut short.
func (j *Job) begin(ctx context.Context, run *trials.Run, versionErr error) error {
	cut, err := j.Store.Unfinished(ctx, run.Source)
	if err != nil && !errors.Is(err, trials.ErrNotFound) {
		return err
	}
	// The registry may have other data by now: what changed since the run began, the next
	// one asks for.
	if err == nil && versionErr == nil && cut.Scope == run.Scope && cut.Full == run.Full &&
		run.Started.Sub(cut.Started) < resumable && !cut.Started.After(run.Started) {
		j.Log.Info("taking up the run that was cut short", "source", run.Source, "started", cut.Started, "fetched", cut.Fetched)
		cut.Errors, cut.Finished = []string{}, time.Time{}
		*run = cut
		return j.Store.ResumeRun(ctx, run.ID)
	}
	if run.ID, err = j.Store.BeginRun(ctx, *run); err != nil {
		return err
	}
	return versionErr
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
