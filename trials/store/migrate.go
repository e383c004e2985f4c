package store

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
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
