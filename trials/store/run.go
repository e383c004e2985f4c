package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"trialfinder/trials"
)

// BeginRun notes that a run has begun and gives its id. A run that is never
// finished is never clean. What earlier runs of the source left staged is dropped.
func (db *DB) BeginRun(ctx context.Context, r trials.Run) (id int64, err error) {
	if r.Source == "" || r.Started.IsZero() {
		return 0, fmt.Errorf("store: begin run: source %q, started %v: %w", r.Source, r.Started, trials.ErrInvalid)
	}
	err = db.update(ctx, func(tx *sql.Tx) error {
		if err := discard(ctx, tx, `run IN (SELECT id FROM sync_run WHERE source = ?)`, r.Source); err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, `INSERT INTO sync_run (source, started, version, complete, scope, since)
			VALUES (?, ?, ?, ?, ?, ?) RETURNING id`, r.Source, when(r.Started), r.Version, r.Full, r.Scope, when(r.Since)).Scan(&id)
	})
	if err != nil {
		return 0, fmt.Errorf("store: begin run of %s: %w", r.Source, err)
	}
	return id, nil
}

// FinishRun notes how a run ended that is not swapped in: its finish, whether it
// was clean, its counts and errors. What it staged is dropped, what BeginRun noted
// stays. It fails with trials.ErrNotFound where no such run is under way.
func (db *DB) FinishRun(ctx context.Context, r trials.Run) error {
	err := db.update(ctx, func(tx *sql.Tx) error {
		if err := finishRun(ctx, tx, r); err != nil {
			return err
		}
		if r.Clean { // the listings are fresher, though nothing about them changed
			if err := bump(ctx, tx); err != nil {
				return err
			}
		}
		return discard(ctx, tx, `run = ?`, r.ID)
	})
	if err != nil {
		return fmt.Errorf("store: finish run %d: %w", r.ID, err)
	}
	return nil
}

// PauseRun notes how a run ended that the next one goes on with: what it staged is kept.
func (db *DB) PauseRun(ctx context.Context, r trials.Run) error {
	err := db.update(ctx, func(tx *sql.Tx) error { return finishRun(ctx, tx, r) })
	if err != nil {
		return fmt.Errorf("store: pause run %d: %w", r.ID, err)
	}
	return nil
}

// ResumeRun takes up a run that was cut short.
func (db *DB) ResumeRun(ctx context.Context, run int64) error {
	err := db.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE sync_run SET finished = NULL, errors = '[]', told = 0 WHERE id = ? AND clean = 0`, run)
		return err
	})
	if err != nil {
		return fmt.Errorf("store: resume run %d: %w", run, err)
	}
	return nil
}

func finishRun(ctx context.Context, tx *sql.Tx, r trials.Run) error {
	if r.Finished.IsZero() {
		return fmt.Errorf("no time of finish: %w", trials.ErrInvalid)
	}
	errorTexts, err := json.Marshal(append([]string{}, r.Errors...))
	if err != nil {
		return err
	}
	drift, err := json.Marshal(r.Drift)
	if err != nil {
		return err
	}
	result, err := tx.ExecContext(ctx, `UPDATE sync_run SET finished = ?, clean = ?, fetched = ?, new = ?,
		changed = ?, removed = ?, quarantined = ?, errors = ?, walked = ?, drift = ? WHERE id = ? AND finished IS NULL`,
		when(r.Finished), r.Clean, r.Fetched, r.New, r.Changed, r.Removed, r.Quarantined, string(errorTexts), r.Walked, string(drift), r.ID)
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if err == nil && n == 0 {
		err = trials.ErrNotFound
	}
	return err
}

const runColumns = `SELECT id, source, started, finished, clean, version, complete,
	fetched, new, changed, removed, quarantined, errors, scope, since, position, walked, drift FROM sync_run`

// LastClean gives the registry's latest clean run; the next one asks for what has
// changed since it started. It fails with trials.ErrNotFound where there is none.
func (db *DB) LastClean(ctx context.Context, source trials.SourceID) (trials.Run, error) {
	return db.oneRun(ctx, "last clean run of "+string(source), `source = ? AND clean = 1`, source)
}

// LastWalk gives the registry's latest clean run that saw the id of every listing.
// It fails with trials.ErrNotFound where there is none.
func (db *DB) LastWalk(ctx context.Context, source trials.SourceID) (trials.Run, error) {
	return db.oneRun(ctx, "last walk of "+string(source), `source = ? AND clean = 1 AND walked = 1`, source)
}

// Unfinished gives the registry's latest run if it was cut short or paused: with what it
// has staged and its position it can go on. It fails with trials.ErrNotFound where the
// latest run ended for good, or there is none.
func (db *DB) Unfinished(ctx context.Context, source trials.SourceID) (trials.Run, error) {
	return db.oneRun(ctx, "unfinished run of "+string(source),
		`source = ?1 AND id = (SELECT max(id) FROM sync_run WHERE source = ?1)
			AND (finished IS NULL OR clean = 0 AND EXISTS (SELECT 1 FROM staged WHERE run = sync_run.id))`, source)
}

func (db *DB) oneRun(ctx context.Context, what, which string, args ...any) (trials.Run, error) {
	r, err := scanRun(db.read.QueryRowContext(ctx, runColumns+` WHERE `+which+` ORDER BY id DESC LIMIT 1`, args...))
	if errors.Is(err, sql.ErrNoRows) {
		err = trials.ErrNotFound
	}
	if err != nil {
		return trials.Run{}, fmt.Errorf("store: %s: %w", what, err)
	}
	return r, nil
}

// Runs gives the latest runs, the newest first; those under way or cut short have
// no finish. A limit of 0 means all.
func (db *DB) Runs(ctx context.Context, limit int) ([]trials.Run, error) {
	if limit == 0 {
		limit = -1
	}
	rows := func(ctx context.Context, tx *sql.Tx) (*sql.Rows, error) {
		return tx.QueryContext(ctx, runColumns+` ORDER BY id DESC LIMIT ?`, limit)
	}
	return collect(ctx, db, "runs", rows, func(rows *sql.Rows) (trials.Run, error) { return scanRun(rows) })
}

// Untold gives the runs against registries, since a time, of which the operator is
// still to be told: those that failed, and those that were degraded.
func (db *DB) Untold(ctx context.Context, since time.Time) ([]trials.Run, error) {
	rows := func(ctx context.Context, tx *sql.Tx) (*sql.Rows, error) {
		return tx.QueryContext(ctx, runColumns+` WHERE told = 0 AND finished >= ? AND source <> ?
			AND (clean = 0 OR quarantined > 0 OR errors <> '[]' OR drift NOT IN ('null', '{}')) ORDER BY id`, when(since), trials.ImportSource)
	}
	return collect(ctx, db, "runs to tell of", rows, func(rows *sql.Rows) (trials.Run, error) { return scanRun(rows) })
}

// MarkTold notes that the operator was told of a run.
func (db *DB) MarkTold(ctx context.Context, run int64) error {
	err := db.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE sync_run SET told = 1 WHERE id = ?`, run)
		return err
	})
	if err != nil {
		return fmt.Errorf("store: mark run %d as told: %w", run, err)
	}
	return nil
}

func scanRun(row interface{ Scan(...any) error }) (trials.Run, error) {
	var r trials.Run
	var errorTexts, drift []byte
	err := row.Scan(&r.ID, &r.Source, scanTime{&r.Started}, scanTime{&r.Finished}, &r.Clean, &r.Version, &r.Full,
		&r.Fetched, &r.New, &r.Changed, &r.Removed, &r.Quarantined, &errorTexts,
		&r.Scope, scanTime{&r.Since}, &r.Position, &r.Walked, &drift)
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(errorTexts, &r.Errors); err != nil {
		return r, fmt.Errorf("run %d: errors: %w", r.ID, err)
	}
	if err := json.Unmarshal(drift, &r.Drift); err != nil {
		return r, fmt.Errorf("run %d: drift: %w", r.ID, err)
	}
	return r, nil
}

// MarkImport notes that listings came from files, as fresh as the given time.
func (db *DB) MarkImport(ctx context.Context, at time.Time) error {
	err := db.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE meta SET imported = max(coalesce(imported, ''), ?) WHERE id = 1`, when(at))
		return err
	})
	if err != nil {
		return fmt.Errorf("store: mark import: %w", err)
	}
	return nil
}

// Freshness is how old the listings are at worst: when the registry that was asked
// longest ago last had a clean run, or when an import was made, if that was later;
// zero where neither ever was.
func (db *DB) Freshness(ctx context.Context) (time.Time, error) {
	var fresh time.Time
	err := db.read.QueryRowContext(ctx, `SELECT nullif(max(coalesce(imported, ''), coalesce(
		(SELECT min(last) FROM (SELECT max(finished) AS last FROM sync_run WHERE clean = 1 AND source <> ? GROUP BY source)), '')), '')
		FROM meta WHERE id = 1`, trials.ImportSource).Scan(scanTime{&fresh})
	if err != nil {
		return time.Time{}, fmt.Errorf("store: freshness: %w", err)
	}
	return fresh, nil
}

// Generation is a number that moves with every change of listings or derived
// rows, made by whichever process, and with every clean run: then they are fresher.
func (db *DB) Generation(ctx context.Context) (n int64, err error) {
	if err := db.read.QueryRowContext(ctx, `SELECT generation FROM meta WHERE id = 1`).Scan(&n); err != nil {
		return 0, fmt.Errorf("store: generation: %w", err)
	}
	return n, nil
}
