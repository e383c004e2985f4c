package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	sqlite3 "modernc.org/sqlite/lib"
)

// ErrLocked: another process, or another part of this one, is changing the
// listings.
var ErrLocked = errors.New("another sync or import is under way on this database; wait until it has ended")

// Lock lets one at a time stage and swap. It fails with ErrLocked at once where
// somebody has it. A process that dies lets go of it: it is SQLite's own lock on an
// empty database beside the real one.
func (db *DB) Lock(ctx context.Context) (unlock func(), err error) {
	handle, err := sql.Open("sqlite", dsn(db.path+".lock", "busy_timeout(0)"))
	if err != nil {
		return nil, fmt.Errorf("store: lock: %w", err)
	}
	conn, err := handle.Conn(ctx)
	if err == nil {
		_, err = conn.ExecContext(ctx, `BEGIN EXCLUSIVE`)
	}
	if err != nil {
		if code(err) == sqlite3.SQLITE_BUSY {
			err = ErrLocked
		} else {
			err = fmt.Errorf("store: lock %s: %w", db.path+".lock", err)
		}
		return nil, errors.Join(err, handle.Close())
	}
	return func() { _ = errors.Join(conn.Close(), handle.Close()) }, nil
}
