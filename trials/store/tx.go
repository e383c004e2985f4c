package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
)

// update runs fn in one write transaction: all of it is kept, or nothing.
func (db *DB) update(ctx context.Context, fn func(*sql.Tx) error) error {
	if db.write == nil {
		return ErrReadOnly
	}
	return run(ctx, db.write, nil, fn)
}

// view runs fn on one snapshot.
func (db *DB) view(ctx context.Context, fn func(*sql.Tx) error) error {
	return run(ctx, db.read, &sql.TxOptions{ReadOnly: true}, fn)
}

func run(ctx context.Context, handle *sql.DB, options *sql.TxOptions, fn func(*sql.Tx) error) error {
	tx, err := handle.BeginTx(ctx, options)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	// After a commit this does nothing; after an error or a panic, its own error
	// would say less than the first.
	defer func() { _ = tx.Rollback() }()
	if err := fn(tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// errStopped: whoever iterates has had enough.
var errStopped = errors.New("stopped")

// query gives the rows of an iteration within its snapshot.
type query func(context.Context, *sql.Tx) (*sql.Rows, error)

// each iterates over rows on one snapshot. An error is the last thing it gives.
func each[T any](ctx context.Context, db *DB, what string, rows query, scan func(*sql.Rows) (T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		err := db.view(ctx, func(tx *sql.Tx) error {
			rows, err := rows(ctx, tx)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				value, err := scan(rows)
				if err != nil {
					return err
				}
				if !yield(value, nil) {
					return errStopped
				}
			}
			return rows.Err()
		})
		if err != nil && !errors.Is(err, errStopped) {
			var none T
			yield(none, fmt.Errorf("store: %s: %w", what, err))
		}
	}
}

// collect is each for a short list.
func collect[T any](ctx context.Context, db *DB, what string, rows query, scan func(*sql.Rows) (T, error)) ([]T, error) {
	var all []T
	for value, err := range each(ctx, db, what, rows, scan) {
		if err != nil {
			return nil, err
		}
		all = append(all, value)
	}
	return all, nil
}

// bump moves the generation: something that a reader may have kept has changed.
func bump(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `UPDATE meta SET generation = generation + 1 WHERE id = 1`)
	return err
}
