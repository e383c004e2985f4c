package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/pressly/goose/v3"

	"trialfinder/migrations"
)

// migrateTries and migratePause: goose looks for the version before it takes the
// lock, so of two processes that start at once on one file, the second may find
// its migration done. It looks again.
const (
	migrateTries = 10
	migratePause = 100 * time.Millisecond
	lockTries    = 100
)

func migrate(ctx context.Context, handle *sql.DB) error {
	provider, err := goose.NewProvider(goose.DialectSQLite3, handle, migrations.FS, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("store: migrations: %w", err)
	}
	for try := 1; ; try++ {
		if _, err = provider.Up(ctx); err == nil {
			return nil
		}
		if try == migrateTries {
			return fmt.Errorf("store: migrate: %w", err)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("store: migrate: %w", ctx.Err())
		case <-time.After(migratePause):
		}
	}
}

// bringUpToDate migrates, one process at a time. A database of an older schema is
// copied first.
func (db *DB) bringUpToDate(ctx context.Context, seen state) error {
	latest, err := latestVersion()
	if err != nil || seen.version == latest {
		return err
	}
	unlock, err := db.waitForLock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	// Another process may have done it meanwhile.
	if seen, err = inspect(ctx, db.write); err != nil {
		return err
	}
	if err := db.keepOldSchema(ctx, seen); err != nil {
		return err
	}
	return migrate(ctx, db.write)
}

func (db *DB) waitForLock(ctx context.Context) (unlock func(), err error) {
	for try := 1; ; try++ {
		unlock, err = db.Lock(ctx)
		if err == nil || !errors.Is(err, ErrLocked) || try == lockTries {
			return unlock, err
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("store: lock: %w", ctx.Err())
		case <-time.After(migratePause):
		}
	}
}

// keepOldSchema copies a database of an older schema before it is migrated: an
// older program can go on with the copy.
func (db *DB) keepOldSchema(ctx context.Context, seen state) error {
	latest, err := latestVersion()
	if err != nil || seen.version == 0 || seen.version == latest {
		return err
	}
	path := fmt.Sprintf("%s.schema-%d", db.path, seen.version)
	if _, err := os.Stat(path); err == nil {
		return nil // from an attempt that failed
	}
	if err := copyInto(ctx, db.write, path); err != nil {
		return fmt.Errorf("store: copy before migrating: %w", err)
	}
	return nil
}

// latestVersion is the newest schema that this program knows.
func latestVersion() (int64, error) {
	names, err := fs.Glob(migrations.FS, "*.sql")
	if err != nil {
		return 0, fmt.Errorf("store: migrations: %w", err)
	}
	var latest int64
	for _, name := range names {
		number, _, _ := strings.Cut(name, "_")
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("store: migration %q: %w", name, err)
		}
		latest = max(latest, n)
	}
	return latest, nil
}
