package store

import (
	"bytes"
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
		rows := func(ctx context.Context, tx *sql.Tx) (*sql.Rows, error) {
			return tx.QueryContext(ctx, `SELECT t.key, t.source_hash, t.synced, v.doc
				FROM trial t JOIN version v ON v.key = t.version
				LEFT JOIN derived x ON x.trial_key = t.key AND x.source_hash = t.source_hash AND x.rule_set = ?
				WHERE t.removed_at IS NULL AND x.trial_key IS NULL ORDER BY t.id`, ruleSet)
		}
		scan := func(rows *sql.Rows) (trials.Stored, error) {
			_, s, err := scanStored(rows, u)
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
	err = tx.QueryRowContext(ctx, `INSERT INTO derived (trial_key, source_hash, rule_set, blob)
		SELECT key, ?2, ?3, ?4 FROM trial WHERE id = ?1
		ON CONFLICT (trial_key) DO UPDATE SET
			source_hash = excluded.source_hash, rule_set = excluded.rule_set, blob = excluded.blob
		RETURNING trial_key`, d.TrialID, d.SourceHash, d.RuleSet, blob).Scan(&key)
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

// EachDerived gives, in order of trial id, the derived rows that these rules made
// of the listings as they are now; facets are in order.
func (db *DB) EachDerived(ctx context.Context, ruleSet string) iter.Seq2[trials.Derived, error] {
	rows := func(ctx context.Context, tx *sql.Tx) (*sql.Rows, error) {
		return tx.QueryContext(ctx, `SELECT t.id, x.source_hash, x.rule_set, x.blob, (
				SELECT json_group_array(json_array(kind, value) ORDER BY kind, value)
				FROM facet WHERE trial_key = t.key)
			FROM derived x JOIN trial t ON t.key = x.trial_key AND t.source_hash = x.source_hash
			WHERE t.removed_at IS NULL AND x.rule_set = ? ORDER BY t.id`, ruleSet)
	}
	return func(yield func(trials.Derived, error) bool) {
		u := new(unpacker)
		scan := func(rows *sql.Rows) (trials.Derived, error) { return scanDerived(rows, u) }
		each(ctx, db, "derived rows", rows, scan)(yield)
	}
}

func scanDerived(rows *sql.Rows, u *unpacker) (trials.Derived, error) {
	var d trials.Derived
	var packed, facets sql.RawBytes
	if err := rows.Scan(&d.TrialID, &d.SourceHash, &d.RuleSet, &packed, &facets); err != nil {
		return d, err
	}
	blob, err := u.unpack(packed)
	if err != nil {
		return d, fmt.Errorf("trial %q: %w", d.TrialID, err)
	}
	d.Blob = bytes.Clone(blob)
	var pairs [][2]string
	if err := json.Unmarshal(facets, &pairs); err != nil {
		return d, fmt.Errorf("trial %q: facets: %w", d.TrialID, err)
	}
	for _, p := range pairs {
		d.Facets = append(d.Facets, trials.Facet{Kind: p[0], Value: p[1]})
	}
	return d, nil
}
