package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"trialfinder/trials"
)

// Stage sets records of a run aside until it is swapped in: no reader sees them.
// It keeps the run's counts and position with them, so that the run can be taken
// up after a kill, and says how many the run had not staged before.
func (db *DB) Stage(ctx context.Context, run trials.Run, recs []trials.Record) (added int, err error) {
	ready, err := db.pack(ctx, recs)
	if err != nil {
		return 0, fmt.Errorf("store: stage %d listings: %w", len(recs), err)
	}
	err = db.update(ctx, func(tx *sql.Tx) error {
		if added, err = stage(ctx, tx, run, ready); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE sync_run SET position = ?, fetched = ?, quarantined = ? WHERE id = ?`,
			run.Position, run.Fetched+added, run.Quarantined, run.ID)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("store: stage %d listings: %w", len(recs), err)
	}
	return added, nil
}

// StageIDs notes that a run saw these ids at the registry.
func (db *DB) StageIDs(ctx context.Context, run trials.Run, ids []string) error {
	err := db.update(ctx, func(tx *sql.Tx) error {
		see, err := tx.PrepareContext(ctx, `INSERT OR IGNORE INTO staged (run, id, source) VALUES (?, ?, ?)`)
		if err != nil {
			return err
		}
		defer see.Close()
		for _, id := range ids {
			if _, err := see.ExecContext(ctx, run.ID, id, run.Source); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store: stage %d ids: %w", len(ids), err)
	}
	return nil
}

// Discard drops what a run has staged.
func (db *DB) Discard(ctx context.Context, run int64) error {
	err := db.update(ctx, func(tx *sql.Tx) error { return discard(ctx, tx, `run = ?`, run) })
	if err != nil {
		return fmt.Errorf("store: discard run %d: %w", run, err)
	}
	return nil
}

func discard(ctx context.Context, tx *sql.Tx, which string, args ...any) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM staged WHERE `+which, args...); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM version WHERE trial_key IS NULL
		AND key NOT IN (SELECT version FROM staged WHERE version IS NOT NULL)`)
	return err
}

// ready is a record as it goes into staging.
type ready struct {
	id            string
	source        trials.SourceID
	hash, docHash string
	doc, raw      []byte // packed; nil where the listing is there already, as it is
}

// pack makes records ready on all cores, outside of the write transaction: it is
// most of the work.
func (db *DB) pack(ctx context.Context, recs []trials.Record) ([]ready, error) {
	known, err := db.read.PrepareContext(ctx, `SELECT EXISTS (SELECT 1 FROM trial WHERE id = ?1 AND id = ?1 COLLATE BINARY
		AND source_hash = ?2 AND doc_hash = ?3 AND removed_at IS NULL)`)
	if err != nil {
		return nil, err
	}
	defer known.Close()
	out := make([]ready, len(recs))
	errs := make([]error, len(recs))
	var work sync.WaitGroup
	next := make(chan int)
	for range min(runtime.GOMAXPROCS(0), len(recs)) {
		work.Go(func() {
			z, err := newPacker()
			for i := range next {
				if err == nil {
					out[i], errs[i] = packOne(ctx, z, known, &recs[i])
				} else {
					errs[i] = err
				}
			}
		})
	}
	for i := range recs {
		next <- i
	}
	close(next)
	work.Wait()
	return out, errors.Join(errs...)
}

func packOne(ctx context.Context, z *packer, known *sql.Stmt, rec *trials.Record) (r ready, err error) {
	if rec.Trial.ID == "" {
		return r, fmt.Errorf("a trial without an id: %w", trials.ErrInvalid)
	}
	doc, err := json.Marshal(&rec.Trial)
	if err != nil {
		return r, fmt.Errorf("trial %q: encode: %w", rec.Trial.ID, err)
	}
	sum := sha256.Sum256(doc)
	r = ready{id: rec.Trial.ID, source: rec.Trial.Source, hash: rec.Hash(), docHash: hex.EncodeToString(sum[:])}
	var there bool
	if err := known.QueryRowContext(ctx, r.id, r.hash, r.docHash).Scan(&there); err != nil || there {
		return r, err
	}
	if r.doc, err = z.pack(doc); err != nil {
		return r, err
	}
	r.raw, err = z.pack(rec.Raw)
	return r, err
}

func stage(ctx context.Context, tx *sql.Tx, run trials.Run, recs []ready) (added int, err error) {
	s := stagers{}
	defer s.close()
	err = s.prepare(ctx, tx, []statement{
		{&s.release, `DELETE FROM quarantine WHERE source = ? AND id = ? AND raw_hash = ''`},
		{&s.find, `SELECT version FROM staged WHERE run = ? AND id = ?`},
		{&s.drop, `DELETE FROM version WHERE key = ? AND trial_key IS NULL`},
		{&s.version, `INSERT INTO version (source_hash, doc_hash, seen) VALUES (?, ?, ?) RETURNING key`},
		{&s.body, `INSERT INTO body (version, doc, raw) VALUES (?, ?, ?)`},
		{&s.put, `INSERT INTO staged (run, id, source, version) VALUES (?, ?, ?, ?)
			ON CONFLICT (run, id) DO UPDATE SET source = excluded.source, version = excluded.version`},
	})
	if err != nil {
		return 0, err
	}
	// A record that can be read now is released. Mostly there is nothing to look for.
	var aside bool
	if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM quarantine)`).Scan(&aside); err != nil {
		return 0, err
	}
	for i := range recs {
		if aside {
			if _, err := s.release.ExecContext(ctx, recs[i].source, recs[i].id); err != nil {
				return 0, fmt.Errorf("release from quarantine: %w", err)
			}
		}
		isNew, err := s.one(ctx, run, &recs[i])
		if err != nil {
			return 0, fmt.Errorf("trial %q: %w", recs[i].id, err)
		}
		if isNew {
			added++
		}
	}
	return added, nil
}

type stagers struct {
	prepared
	find, drop, version, body, put, release *sql.Stmt
}

func (s *stagers) one(ctx context.Context, run trials.Run, r *ready) (isNew bool, err error) {
	var before, version sql.NullInt64
	err = s.find.QueryRowContext(ctx, run.ID, r.id).Scan(&before)
	isNew = errors.Is(err, sql.ErrNoRows)
	if err != nil && !isNew {
		return isNew, err
	}
	if before.Valid { // the page came again
		if _, err := s.drop.ExecContext(ctx, before); err != nil {
			return isNew, err
		}
	}
	if r.doc != nil {
		err := s.version.QueryRowContext(ctx, r.hash, r.docHash, when(run.Started)).Scan(&version)
		if err != nil {
			return isNew, err
		}
		if _, err := s.body.ExecContext(ctx, version, r.doc, r.raw); err != nil {
			return isNew, err
		}
	}
	_, err = s.put.ExecContext(ctx, run.ID, r.id, r.source, version)
	return isNew, err
}
