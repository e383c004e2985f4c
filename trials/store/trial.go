package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"trialfinder/trials"
)

// ErrRemoved: the registry has the listing no more. It is a kind of
// trials.ErrNotFound.
var ErrRemoved = fmt.Errorf("removed from the registry: %w", trials.ErrNotFound)

// keyOf finds a listing by its id or else by an alias; where two listings claim
// the alias, by the one that is still listed and comes first.
const keyOf = `coalesce(
	(SELECT key FROM trial WHERE id = ?1),
	(SELECT a.trial_key FROM alias a JOIN trial c ON c.key = a.trial_key WHERE a.alias IN (?1, ?2)
	 ORDER BY a.alias <> ?1 COLLATE NOCASE, c.removed_at IS NOT NULL, c.id LIMIT 1),
	(SELECT key FROM trial WHERE id = ?2))`

// Get gives one listing by its id or an alias, in upper or lower case. It fails
// with trials.ErrNotFound. One that was removed comes back as it last was,
// together with ErrRemoved.
func (db *DB) Get(ctx context.Context, id string) (trials.Stored, error) {
	asked := strings.TrimSpace(id)
	var s trials.Stored
	var body []byte
	var removed time.Time
	err := db.read.QueryRowContext(ctx, `SELECT t.source_hash, t.synced, t.removed_at, d.body
		FROM trial t JOIN doc d ON d.trial_key = t.key WHERE t.key = `+keyOf,
		asked, withoutResubmission(asked)).Scan(&s.SourceHash, scanTime{&s.Synced}, scanTime{&removed}, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return s, fmt.Errorf("store: trial %q: %w", id, trials.ErrNotFound)
	}
	if err != nil {
		return s, fmt.Errorf("store: trial %q: %w", id, err)
	}
	if err := decode(new(unpacker), body, &s.Trial); err != nil {
		return s, fmt.Errorf("store: trial %q: %w", id, err)
	}
	if !removed.IsZero() {
		return s, fmt.Errorf("store: trial %q: on %s: %w", id, removed.Format(time.DateOnly), ErrRemoved)
	}
	return s, nil
}

// Raw gives the record as the registry sent it, be it removed or not, by id or
// alias. It fails with trials.ErrNotFound.
func (db *DB) Raw(ctx context.Context, id string) ([]byte, error) {
	asked := strings.TrimSpace(id)
	var body []byte
	err := db.read.QueryRowContext(ctx, `SELECT body FROM raw WHERE trial_key = `+keyOf,
		asked, withoutResubmission(asked)).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		err = trials.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("store: raw record of %q: %w", id, err)
	}
	plain, err := new(unpacker).unpack(body)
	if err != nil {
		return nil, fmt.Errorf("store: raw record of %q: %w", id, err)
	}
	return plain, nil
}

// Each gives listings in order of id, from one snapshot.
func (db *DB) Each(ctx context.Context, f trials.Filter) iter.Seq2[trials.Stored, error] {
	rows := func(ctx context.Context, tx *sql.Tx) (*sql.Rows, error) {
		w := listed()
		if f.OpenOnly {
			open, err := openStatuses(ctx, tx)
			if err != nil {
				return nil, err
			}
			andIn(w, "t.status", open)
		}
		if !f.Since.IsZero() {
			w.and("t.changed >= ?", when(f.Since))
		}
		if f.Source != "" {
			w.and("t.source = ?", f.Source)
		}
		return tx.QueryContext(ctx, `SELECT t.source_hash, t.synced, d.body
			FROM trial t JOIN doc d ON d.trial_key = t.key`+w.sql()+` ORDER BY t.id`, w.args...)
	}
	return eachStored(ctx, db, "listings", rows)
}

// eachStored iterates over rows of source_hash, synced and body.
func eachStored(ctx context.Context, db *DB, what string, rows query) iter.Seq2[trials.Stored, error] {
	return func(yield func(trials.Stored, error) bool) {
		u := new(unpacker) // one for each iteration: a Seq2 may be run twice at once
		scan := func(rows *sql.Rows) (s trials.Stored, err error) {
			var body sql.RawBytes
			if err := rows.Scan(&s.SourceHash, scanTime{&s.Synced}, &body); err != nil {
				return s, err
			}
			return s, decode(u, body, &s.Trial)
		}
		each(ctx, db, what, rows, scan)(yield)
	}
}

// openStatuses gives the statuses in the database that package trials calls open.
func openStatuses(ctx context.Context, tx *sql.Tx) ([]trials.Status, error) {
	rows, err := tx.QueryContext(ctx, `SELECT DISTINCT status FROM trial`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var open []trials.Status
	for rows.Next() {
		var s trials.Status
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		if s.Open() {
			open = append(open, s)
		}
	}
	slices.Sort(open)
	return open, rows.Err()
}

// Count says how many listings there are.
func (db *DB) Count(ctx context.Context) (n int, err error) {
	err = db.read.QueryRowContext(ctx, `SELECT count(*) FROM trial WHERE removed_at IS NULL`).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("store: count: %w", err)
	}
	return n, nil
}

// Unseen gives the ids, in order, that a registry's listings had before the given
// time and that no sync has seen since: after a complete run, those that it has
// no more.
func (db *DB) Unseen(ctx context.Context, source trials.SourceID, since time.Time) ([]string, error) {
	rows := func(ctx context.Context, tx *sql.Tx) (*sql.Rows, error) {
		return tx.QueryContext(ctx, `SELECT id FROM trial
			WHERE source = ? AND synced < ? AND removed_at IS NULL ORDER BY id`, source, when(since))
	}
	return collect(ctx, db, "unseen listings of "+string(source), rows, func(rows *sql.Rows) (id string, err error) {
		return id, rows.Scan(&id)
	})
}

// Remove marks listings as no longer in their registry, all or none, and says how
// many had not been so marked. It fails with trials.ErrNotFound for an unknown id.
func (db *DB) Remove(ctx context.Context, ids []string, at time.Time) (removed int, err error) {
	err = db.update(ctx, func(tx *sql.Tx) error {
		for _, id := range ids {
			var was bool
			err := tx.QueryRowContext(ctx, `SELECT removed_at IS NOT NULL FROM trial WHERE id = ?`, id).Scan(&was)
			if errors.Is(err, sql.ErrNoRows) {
				err = trials.ErrNotFound
			}
			if err != nil {
				return fmt.Errorf("trial %q: %w", id, err)
			}
			if was {
				continue
			}
			if _, err := tx.ExecContext(ctx, `UPDATE trial SET removed_at = ? WHERE id = ?`, when(at), id); err != nil {
				return fmt.Errorf("trial %q: %w", id, err)
			}
			removed++
		}
		if removed == 0 {
			return nil
		}
		return bump(ctx, tx)
	})
	if err != nil {
		return 0, fmt.Errorf("store: remove %d listings: %w", len(ids), err)
	}
	return removed, nil
}

func decode(u *unpacker, body []byte, t *trials.Trial) error {
	plain, err := u.unpack(body)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(plain, t); err != nil {
		return fmt.Errorf("decode: %w", err)
	}
	return nil
}
