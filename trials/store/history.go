package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"trialfinder/trials"
)

// History gives the versions and changes of one listing, by its id or an alias, be
// it removed or not. It fails with trials.ErrNotFound.
func (db *DB) History(ctx context.Context, id string) (trials.History, error) {
	asked := strings.TrimSpace(id)
	h := trials.History{Versions: []trials.Version{}, Events: []trials.Event{}}
	err := db.view(ctx, func(tx *sql.Tx) error {
		var key, current int64
		err := tx.QueryRowContext(ctx, `SELECT key, id, source, version, removed_at IS NOT NULL FROM trial WHERE key = `+keyOf,
			asked, withoutResubmission(asked)).Scan(&key, &h.ID, &h.Source, &current, &h.Removed)
		if errors.Is(err, sql.ErrNoRows) {
			return trials.ErrNotFound
		}
		if err != nil {
			return err
		}
		if err := versionsOf(ctx, tx, key, current, &h); err != nil {
			return err
		}
		return eventsOf(ctx, tx, key, &h)
	})
	if err != nil {
		return h, fmt.Errorf("store: history of %q: %w", id, err)
	}
	return h, nil
}

func versionsOf(ctx context.Context, tx *sql.Tx, key, current int64, h *trials.History) error {
	rows, err := tx.QueryContext(ctx, `SELECT v.key, v.seen, v.source_hash, b.doc
		FROM version v JOIN body b ON b.version = v.key WHERE v.trial_key = ? ORDER BY v.key`, key)
	if err != nil {
		return err
	}
	defer rows.Close()
	u := new(unpacker)
	for rows.Next() {
		var v trials.Version
		var k int64
		var body sql.RawBytes
		if err := rows.Scan(&k, scanTime{&v.Seen}, &v.Hash, &body); err != nil {
			return err
		}
		if err := decode(u, body, &v.Trial); err != nil {
			return fmt.Errorf("version %d: %w", k, err)
		}
		v.Status, v.Updated, v.Current = v.Trial.Status, v.Trial.LastUpdatePosted.Date.String(), k == current
		h.Versions = append(h.Versions, v)
	}
	return rows.Err()
}

func eventsOf(ctx context.Context, tx *sql.Tx, key int64, h *trials.History) error {
	rows, err := tx.QueryContext(ctx, `SELECT id, at, kind, what, old, new FROM event WHERE trial_key = ? ORDER BY id`, key)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var e trials.Event
		if err := rows.Scan(&e.ID, scanTime{&e.At}, &e.Kind, &e.What, &e.Old, &e.New); err != nil {
			return err
		}
		h.Events = append(h.Events, e)
	}
	return rows.Err()
}
