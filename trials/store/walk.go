package store

import (
	"context"
	"database/sql"
	"fmt"

	"trialfinder/trials"
)

// walked counts a miss for each listing of the registry that the run did not see,
// and removes those that so many walks in a row have missed. It keeps what was
// listed, so that an old reference can be explained.
func (s *swapper) walked(ctx context.Context, tx *sql.Tx, walks int) error {
	_, err := tx.ExecContext(ctx, `UPDATE trial SET absent = absent + 1
		WHERE source = ? AND removed_at IS NULL AND seen_run IS NOT NULL
		AND id NOT IN (SELECT id FROM staged WHERE run = ?)`, s.run.Source, s.run.ID)
	if err != nil {
		return fmt.Errorf("absent: %w", err)
	}
	gone, err := keys(ctx, tx, `SELECT key, version, status FROM trial
		WHERE source = ? AND removed_at IS NULL AND absent >= ? ORDER BY id`, s.run.Source, max(walks, 1))
	if err != nil {
		return err
	}
	for _, g := range gone {
		if err := remove(ctx, tx, g, s.at); err != nil {
			return err
		}
	}
	s.removed = len(gone)
	return pairAll(ctx, tx, keysOf(gone))
}

// relist takes back what had been removed and is seen again as it was.
func (s *swapper) relist(ctx context.Context, tx *sql.Tx) error {
	back, err := keys(ctx, tx, `SELECT t.key, t.version, t.status FROM trial t JOIN staged g ON g.id = t.id
		WHERE g.run = ? AND t.removed_at IS NOT NULL ORDER BY t.id`, s.run.ID)
	if err != nil {
		return err
	}
	for _, b := range back {
		if _, err := tx.ExecContext(ctx, `UPDATE trial SET removed_at = NULL WHERE key = ?`, b.key); err != nil {
			return fmt.Errorf("relist: %w", err)
		}
		if err := tell(ctx, tx, b, s.at, trials.Event{Kind: trials.EventReopened, What: "listing", New: b.status}); err != nil {
			return err
		}
	}
	s.updated += len(back)
	s.moved = s.moved || len(back) > 0
	s.touched = append(s.touched, keysOf(back)...)
	return nil
}

// bareRow is one listing whose row changes without a new record.
type bareRow struct {
	key, version int64
	status       string
}

func keysOf(all []bareRow) []int64 {
	out := make([]int64, len(all))
	for i, l := range all {
		out[i] = l.key
	}
	return out
}

func keys(ctx context.Context, tx *sql.Tx, query string, args ...any) ([]bareRow, error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []bareRow
	for rows.Next() {
		var l bareRow
		if err := rows.Scan(&l.key, &l.version, &l.status); err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, rows.Err()
}

func remove(ctx context.Context, tx *sql.Tx, l bareRow, at any) error {
	if _, err := tx.ExecContext(ctx, `UPDATE trial SET removed_at = ? WHERE key = ?`, at, l.key); err != nil {
		return fmt.Errorf("remove: %w", err)
	}
	return tell(ctx, tx, l, at, trials.Event{Kind: trials.EventWithdrawn, What: "listing", Old: l.status})
}

func tell(ctx context.Context, tx *sql.Tx, l bareRow, at any, e trials.Event) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO event (trial_key, version, at, kind, what, old, new) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		l.key, l.version, at, e.Kind, e.What, e.Old, e.New)
	if err != nil {
		return fmt.Errorf("event: %w", err)
	}
	return nil
}
