package store

import (
	"context"
	"database/sql"
	"fmt"

	"trialfinder/trials"
)

// Losses tells what the listings of a run would lose if it were swapped in. Those
// that only came from a file count among the open ones neither way.
func (db *DB) Losses(ctx context.Context, run trials.Run) (l trials.Losses, err error) {
	err = db.view(ctx, func(tx *sql.Tx) error {
		open, err := openStatuses(ctx, tx)
		if err != nil {
			return err
		}
		w := listed()
		andIn(w, "t.status", open)
		w.and("t.source = ?", run.Source)
		w.and("t.seen_run IS NOT NULL")
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM trial t`+w.sql(), w.args...).Scan(&l.Open); err != nil {
			return err
		}
		err = tx.QueryRowContext(ctx, `SELECT count(*) FROM staged s JOIN trial t ON t.id = s.id
			WHERE s.run = ? AND t.removed_at IS NULL`, run.ID).Scan(&l.Listings)
		if err != nil {
			return err
		}
		return compareStaged(ctx, tx, run, &l)
	})
	if err != nil {
		return l, fmt.Errorf("store: losses in run %d: %w", run.ID, err)
	}
	return l, nil
}

// compareStaged counts what each staged record that is another than before would lose.
func compareStaged(ctx context.Context, tx *sql.Tx, run trials.Run, l *trials.Losses) error {
	rows, err := tx.QueryContext(ctx, `SELECT o.doc, n.doc, t.seen_run IS NOT NULL FROM staged s JOIN trial t ON t.id = s.id
		JOIN body o ON o.version = t.version JOIN body n ON n.version = s.version
		WHERE s.run = ? AND t.removed_at IS NULL`, run.ID)
	if err != nil {
		return err
	}
	defer rows.Close()
	u := new(unpacker)
	for rows.Next() {
		var before, after trials.Trial
		var old, now sql.RawBytes
		var seen bool
		if err := rows.Scan(&old, &now, &seen); err != nil {
			return err
		}
		if err := decode(u, old, &before); err != nil {
			return err
		}
		if err := decode(u, now, &after); err != nil {
			return err
		}
		closed := l.Closed
		if l.Count(&before, &after); !seen {
			l.Closed = closed
		}
	}
	return rows.Err()
}
