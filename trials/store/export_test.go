package store

import (
	"context"
	"fmt"
	"testing"
)

// MatchText is matchText, for its fuzz test.
func MatchText(text string) string { return matchText(text) }

// Pragmas gives a pragma's value on the writer and on a reader.
func (db *DB) Pragmas(ctx context.Context, name string) (writer, reader string, err error) {
	if err := db.write.QueryRowContext(ctx, `PRAGMA `+name).Scan(&writer); err != nil {
		return "", "", err
	}
	return writer, reader, db.read.QueryRowContext(ctx, `PRAGMA `+name).Scan(&reader)
}

// Exec writes behind the store's back.
func (db *DB) Exec(ctx context.Context, query string, args ...any) error {
	_, err := db.write.ExecContext(ctx, query, args...)
	return err
}

// Int asks for one number.
func (db *DB) Int(ctx context.Context, query string, args ...any) (n int, err error) {
	return n, db.read.QueryRowContext(ctx, query, args...).Scan(&n)
}

// HoldWriteLock begins a write transaction that lasts until it is released.
func (db *DB) HoldWriteLock(tb testing.TB) (release func()) {
	tb.Helper()
	tx, err := db.write.Begin()
	if err != nil {
		tb.Fatal(err)
	}
	return func() {
		if err := tx.Rollback(); err != nil {
			tb.Error(err)
		}
	}
}

// LimitPages makes a disk that is full at so many pages.
func (db *DB) LimitPages(ctx context.Context, pages int) error {
	var got int
	return db.write.QueryRowContext(ctx, fmt.Sprintf(`PRAGMA max_page_count = %d`, pages)).Scan(&got)
}
