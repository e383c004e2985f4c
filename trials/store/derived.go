package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"

	"trialfinder/trials"
)

// Stale gives, in order of id, the listings whose derived row is missing or was
// made from another record or by other rules. It is one snapshot: rows that are
// put meanwhile don't shorten it.
func (db *DB) Stale(ctx context.Context, ruleSet string) iter.Seq2[trials.Stored, error] {
	return func(yield func(trials.Stored, error) bool) {
		u := new(unpacker)
		var led map[int64][]trials.Stored
		rows := func(ctx context.Context, tx *sql.Tx) (_ *sql.Rows, err error) {
			if led, err = followers(ctx, tx, u, ``); err != nil {
				return nil, err
			}
			return tx.QueryContext(ctx, `SELECT t.key, t.source_hash, t.synced, b.doc
				FROM trial t JOIN body b ON b.version = t.version
				LEFT JOIN derived x ON x.trial_key = t.key AND x.source_hash = t.source_hash AND x.rule_set = ?
				WHERE t.removed_at IS NULL AND x.trial_key IS NULL ORDER BY t.id`, ruleSet)
		}
		scan := func(rows *sql.Rows) (trials.Stored, error) {
			key, s, err := scanStored(rows, u)
			s.Others = led[key]
			return s, err
		}
		each(ctx, db, "stale listings", rows, scan)(yield)
	}
}

// PutDerived stores derived rows, all or none, each in place of the one that the
// trial has. It fails with trials.ErrNotFound for an unknown trial.
func (db *DB) PutDerived(ctx context.Context, derived []trials.Derived) error {
	if len(derived) == 0 {
		return nil
	}
	err := db.update(ctx, func(tx *sql.Tx) error {
		z, err := newPacker()
		if err != nil {
			return err
		}
		for i := range derived {
			if err := putDerived(ctx, tx, z, &derived[i]); err != nil {
				return fmt.Errorf("trial %q: %w", derived[i].TrialID, err)
			}
		}
		return bump(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("store: put %d derived rows: %w", len(derived), err)
	}
	return nil
}

func putDerived(ctx context.Context, tx *sql.Tx, z *packer, d *trials.Derived) error {
	blob, err := z.pack(d.Blob)
	if err != nil {
		return err
	}
	var key int64
	err = tx.QueryRowContext(ctx, `INSERT INTO derived (trial_key, source_hash, rule_set, blob, slip, criteria, unread)
		SELECT key, ?2, ?3, ?4, ?5, ?6, ?7 FROM trial WHERE id = ?1
		ON CONFLICT (trial_key) DO UPDATE SET
			source_hash = excluded.source_hash, rule_set = excluded.rule_set, blob = excluded.blob, slip = excluded.slip,
			criteria = excluded.criteria, unread = excluded.unread
		RETURNING trial_key`, d.TrialID, d.SourceHash, d.RuleSet, blob, append([]byte{}, d.Slip...), d.Criteria, d.Unread).Scan(&key)
	if errors.Is(err, sql.ErrNoRows) {
		return trials.ErrNotFound
	}
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM facet WHERE trial_key = ?`, key); err != nil {
		return err
	}
	for _, f := range d.Facets {
		_, err := tx.ExecContext(ctx, `INSERT OR IGNORE INTO facet (trial_key, kind, value) VALUES (?, ?, ?)`,
			key, f.Kind, f.Value)
		if err != nil {
			return err
		}
	}
	return nil
}

// Slips gives, in order of trial id, the slips that these rules made of the open
// trials as they are now: of one that two registries list, of the listing that leads.
func (db *DB) Slips(ctx context.Context, ruleSet string) iter.Seq2[trials.Slip, error] {
	rows := func(ctx context.Context, tx *sql.Tx) (*sql.Rows, error) {
		w := listed()
		open, err := openStatuses(ctx, tx)
		if err != nil {
			return nil, err
		}
		andIn(w, "t.status", open)
		w.and("x.rule_set = ?", ruleSet)
		w.and("t.led_by IS NULL")
		return tx.QueryContext(ctx, `SELECT t.id, x.source_hash, x.slip
			FROM trial t JOIN derived x ON x.trial_key = t.key AND x.source_hash = t.source_hash`+w.sql()+` ORDER BY t.id`, w.args...)
	}
	scan := func(rows *sql.Rows) (s trials.Slip, err error) {
		return s, rows.Scan(&s.TrialID, &s.SourceHash, &s.Slip)
	}
	return each(ctx, db, "slips", rows, scan)
}

// Derived gives the derived row that these rules made of a listing as it is now. It
// fails with trials.ErrNotFound where there is none.
func (db *DB) Derived(ctx context.Context, id, ruleSet string) (trials.Derived, error) {
	var d trials.Derived
	var packed []byte
	var facets string
	err := db.read.QueryRowContext(ctx, `SELECT t.id, x.source_hash, x.rule_set, x.blob, x.slip, x.criteria, x.unread, (
			SELECT json_group_array(json_array(kind, value) ORDER BY kind, value)
			FROM facet WHERE trial_key = t.key)
		FROM derived x JOIN trial t ON t.key = x.trial_key AND t.source_hash = x.source_hash
		WHERE t.removed_at IS NULL AND t.id = ? AND x.rule_set = ?`, id, ruleSet).Scan(
		&d.TrialID, &d.SourceHash, &d.RuleSet, &packed, &d.Slip, &d.Criteria, &d.Unread, &facets)
	if errors.Is(err, sql.ErrNoRows) {
		err = trials.ErrNotFound
	}
	if err != nil {
		return d, fmt.Errorf("store: derived row of %q: %w", id, err)
	}
	if d.Blob, err = new(unpacker).unpack(packed); err != nil {
		return d, fmt.Errorf("store: derived row of %q: %w", id, err)
	}
	var pairs [][2]string
	if err := json.Unmarshal([]byte(facets), &pairs); err != nil {
		return d, fmt.Errorf("store: facets of %q: %w", id, err)
	}
	for _, p := range pairs {
		d.Facets = append(d.Facets, trials.Facet{Kind: p[0], Value: p[1]})
	}
	return d, nil
}

// Reading sums over the open trials how many demands their texts make, and of how many
// no rule was read.
func (db *DB) Reading(ctx context.Context) (criteria, unread int, err error) {
	err = db.view(ctx, func(tx *sql.Tx) error {
		w := listed()
		open, err := openStatuses(ctx, tx)
		if err != nil {
			return err
		}
		andIn(w, "t.status", open)
		w.and("t.led_by IS NULL")
		return tx.QueryRowContext(ctx, `SELECT coalesce(sum(x.criteria), 0), coalesce(sum(x.unread), 0)
			FROM trial t JOIN derived x ON x.trial_key = t.key`+w.sql(), w.args...).Scan(&criteria, &unread)
	})
	if err != nil {
		return 0, 0, fmt.Errorf("store: reading: %w", err)
	}
	return criteria, unread, nil
}
