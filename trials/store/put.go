package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"trialfinder/trials"
)

// Put stores listings, all or none, and says of each what that did: it stages and
// swaps in one transaction. Where the raw record is the one that is there, only
// the time of its sync moves, and that never back. A listing that had been removed
// counts as updated, and one that only this program reads otherwise than before is
// stored anew but counts as unchanged: the registry changed nothing.
func (db *DB) Put(ctx context.Context, recs []trials.Record, synced time.Time) ([]trials.Change, error) {
	if len(recs) == 0 {
		return nil, nil
	}
	changes, err := db.put(ctx, recs, synced)
	if err != nil {
		return nil, fmt.Errorf("store: put %d listings: %w", len(recs), err)
	}
	return changes, nil
}

func (db *DB) put(ctx context.Context, recs []trials.Record, synced time.Time) ([]trials.Change, error) {
	if synced.IsZero() {
		return nil, fmt.Errorf("no time of sync: %w", trials.ErrInvalid)
	}
	packed, err := db.pack(ctx, recs)
	if err != nil {
		return nil, err
	}
	changes := make([]trials.Change, len(recs))
	err = db.update(ctx, func(tx *sql.Tx) error {
		run := trials.Run{Source: trials.ImportSource, Started: synced}
		if _, err := stage(ctx, tx, run, packed); err != nil {
			return err
		}
		s, err := swap(ctx, tx, run)
		if err != nil {
			return err
		}
		if err := discard(ctx, tx, `run = 0`); err != nil {
			return err
		}
		for i := range recs {
			changes[i] = s.changes[recs[i].Trial.ID]
		}
		if s.moved {
			return bump(ctx, tx)
		}
		return nil
	})
	return changes, err
}
