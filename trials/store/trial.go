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

// keyOf finds a listing by its id or else by an alias; where two listings claim
// the alias, by the one that is still listed and comes first. A listing that was
// removed gives way to one that has its id as an alias now.
const keyOf = `coalesce(
	(SELECT key FROM trial WHERE id = ?1 AND removed_at IS NULL),
	(SELECT a.trial_key FROM alias a JOIN trial c ON c.key = a.trial_key WHERE a.alias = ?1 AND c.removed_at IS NULL
	 ORDER BY c.id LIMIT 1),
	(SELECT key FROM trial WHERE id = ?1),
	(SELECT a.trial_key FROM alias a JOIN trial c ON c.key = a.trial_key WHERE a.alias IN (?1, ?2)
	 ORDER BY a.alias <> ?1 COLLATE NOCASE, c.removed_at IS NOT NULL, c.id LIMIT 1),
	(SELECT key FROM trial WHERE id = ?2))`

// checked is when the registry was last asked and had the listing as it is: a run
// that asked for all changes saw that this one had none.
const checked = `max(t.synced, coalesce(CASE WHEN t.seen_run IS NOT NULL AND NOT EXISTS
	(SELECT 1 FROM quarantine q WHERE q.source = t.source AND q.id = t.id) THEN (SELECT r.started FROM sync_run r
	WHERE r.source = t.source AND r.clean = 1 ORDER BY r.id DESC LIMIT 1) END, ''))`

// Get gives a trial by its id or an alias in any registry, in upper or lower case:
// the listing that leads, and the others. It fails with trials.ErrNotFound. One
// that was removed comes back as it last was, together with trials.ErrRemoved.
func (db *DB) Get(ctx context.Context, id string) (trials.Stored, error) {
	asked := strings.TrimSpace(id)
	var s trials.Stored
	var removed time.Time
	err := db.view(ctx, func(tx *sql.Tx) error {
		var key int64
		var body []byte
		err := tx.QueryRowContext(ctx, `SELECT t.key, t.source_hash, `+checked+`, t.removed_at, b.doc
			FROM trial t JOIN body b ON b.version = t.version
			WHERE t.key = (SELECT coalesce(CASE WHEN f.removed_at IS NULL THEN f.led_by END, f.key) FROM trial f WHERE f.key = `+keyOf+`)`,
			asked, withoutResubmission(asked)).Scan(&key, &s.SourceHash, scanTime{&s.Synced}, scanTime{&removed}, &body)
		if errors.Is(err, sql.ErrNoRows) {
			return trials.ErrNotFound
		}
		if err != nil {
			return err
		}
		if err := decode(new(unpacker), body, &s.Trial); err != nil {
			return err
		}
		led, err := followers(ctx, tx, new(unpacker), ` AND t.led_by = ?`, key)
		s.Others = led[key]
		return err
	})
	if err == nil && !removed.IsZero() {
		err = fmt.Errorf("on %s: %w", removed.Format(time.DateOnly), trials.ErrRemoved)
	}
	if err != nil {
		return s, fmt.Errorf("store: trial %q: %w", id, err)
	}
	return s, nil
}

// followers gives the listings that others lead, by the leading one's key.
func followers(ctx context.Context, tx *sql.Tx, u *unpacker, and string, args ...any) (map[int64][]trials.Stored, error) {
	rows, err := tx.QueryContext(ctx, `SELECT t.led_by, t.source_hash, `+checked+`, b.doc
		FROM trial t JOIN body b ON b.version = t.version
		WHERE t.led_by IS NOT NULL AND t.removed_at IS NULL`+and+` ORDER BY t.id`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[int64][]trials.Stored{}
	for rows.Next() {
		var leader int64
		var s trials.Stored
		var body sql.RawBytes
		if err := rows.Scan(&leader, &s.SourceHash, scanTime{&s.Synced}, &body); err != nil {
			return nil, err
		}
		if err := decode(u, body, &s.Trial); err != nil {
			return nil, err
		}
		out[leader] = append(out[leader], s)
	}
	return out, rows.Err()
}

// Raw gives the record as the registry sent it, be it removed or not, by id or
// alias. It fails with trials.ErrNotFound.
func (db *DB) Raw(ctx context.Context, id string) ([]byte, error) {
	asked := strings.TrimSpace(id)
	var body []byte
	err := db.read.QueryRowContext(ctx, `SELECT b.raw FROM trial t JOIN body b ON b.version = t.version WHERE t.key = `+keyOf,
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

// Each gives trials in order of id, from one snapshot: of a trial that two
// registries list the listing that leads, and the others with it. A filter by
// registry gives that registry's listings as they are.
func (db *DB) Each(ctx context.Context, f trials.Filter) iter.Seq2[trials.Stored, error] {
	return func(yield func(trials.Stored, error) bool) {
		u := new(unpacker) // one for each iteration: a Seq2 may be run twice at once
		var led map[int64][]trials.Stored
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
			} else {
				w.and("t.led_by IS NULL")
				var err error
				if led, err = followers(ctx, tx, u, ``); err != nil {
					return nil, err
				}
			}
			return tx.QueryContext(ctx, `SELECT t.key, t.source_hash, `+checked+`, b.doc
				FROM trial t JOIN body b ON b.version = t.version`+w.sql()+` ORDER BY t.id`, w.args...)
		}
		scan := func(rows *sql.Rows) (trials.Stored, error) {
			key, s, err := scanStored(rows, u)
			s.Others = led[key]
			return s, err
		}
		each(ctx, db, "listings", rows, scan)(yield)
	}
}

// scanStored reads rows of key, source_hash, checked and doc.
func scanStored(rows *sql.Rows, u *unpacker) (key int64, s trials.Stored, err error) {
	var body sql.RawBytes
	if err := rows.Scan(&key, &s.SourceHash, scanTime{&s.Synced}, &body); err != nil {
		return 0, s, err
	}
	return key, s, decode(u, body, &s.Trial)
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

// Count says how many trials there are; one that two registries list counts once.
func (db *DB) Count(ctx context.Context) (n int, err error) {
	err = db.read.QueryRowContext(ctx, `SELECT count(*) FROM trial WHERE removed_at IS NULL AND led_by IS NULL`).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("store: count: %w", err)
	}
	return n, nil
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
