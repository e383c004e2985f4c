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
	return eachStored(ctx, db, "stale listings", func(ctx context.Context, tx *sql.Tx) (*sql.Rows, error) {
		return tx.QueryContext(ctx, `SELECT t.source_hash, t.synced, d.body
			FROM trial t JOIN doc d ON d.trial_key = t.key
			LEFT JOIN derived x ON x.trial_key = t.key AND x.source_hash = t.source_hash AND x.rule_set = ?
			WHERE t.removed_at IS NULL AND x.trial_key IS NULL ORDER BY t.id`, ruleSet)
	})
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
	err = tx.QueryRowContext(ctx, `INSERT INTO derived (trial_key, source_hash, rule_set, blob, slip)
		SELECT key, ?2, ?3, ?4, ?5 FROM trial WHERE id = ?1
		ON CONFLICT (trial_key) DO UPDATE SET
			source_hash = excluded.source_hash, rule_set = excluded.rule_set, blob = excluded.blob, slip = excluded.slip
		RETURNING trial_key`, d.TrialID, d.SourceHash, d.RuleSet, blob, append([]byte{}, d.Slip...)).Scan(&key)
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
// listings as they are now.
func (db *DB) Slips(ctx context.Context, ruleSet string) iter.Seq2[trials.Slip, error] {
	rows := func(ctx context.Context, tx *sql.Tx) (*sql.Rows, error) {
		w := listed()
		open, err := openStatuses(ctx, tx)
		if err != nil {
			return nil, err
		}
		andIn(w, "t.status", open)
		w.and("x.rule_set = ?", ruleSet)
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
	err := db.read.QueryRowContext(ctx, `SELECT t.id, x.source_hash, x.rule_set, x.blob, x.slip, (
			SELECT json_group_array(json_array(kind, value) ORDER BY kind, value)
			FROM facet WHERE trial_key = t.key)
		FROM derived x JOIN trial t ON t.key = x.trial_key AND t.source_hash = x.source_hash
		WHERE t.removed_at IS NULL AND t.id = ? AND x.rule_set = ?`, id, ruleSet).Scan(
		&d.TrialID, &d.SourceHash, &d.RuleSet, &packed, &d.Slip, &facets)
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
