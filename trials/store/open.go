package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver
	sqlite3 "modernc.org/sqlite/lib"

	"trialfinder/trials"
)

// readers bounds the read pool's memory. Iterations may nest, so it is far above
// what a request needs.
const readers = 128

// busyTimeout is how long a writer waits for another process's, in milliseconds.
const busyTimeout = 5000

// idleReaders are kept open between requests.
const idleReaders = 8

// Config says which database to open, and how.
type Config struct {
	Path      string
	Kind      trials.Kind      // refuse the other kind; "" takes either and stamps a new file Real
	ReadOnly  bool             // refuse every write, and neither create nor migrate
	MustExist bool             // don't create; an older schema is still migrated
	Now       func() time.Time // nil: time.Now
}

// DB is an open database. It may be used by many goroutines.
type DB struct {
	write *sql.DB // nil where opened read-only
	read  *sql.DB
	path  string
	kind  trials.Kind
	now   func() time.Time
}

// ErrReadOnly: a write on a database that was opened read-only.
var ErrReadOnly = errors.New("the database was opened read-only")

// Open opens the database, creating and migrating it where the config allows.
// A database that it won't take gives an *OpenError.
func Open(ctx context.Context, cfg Config) (opened *DB, err error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	path, err := filepath.Abs(cfg.Path)
	if err != nil {
		return nil, fmt.Errorf("store: path %q: %w", cfg.Path, err)
	}
	if err := checkFile(cfg, path); err != nil {
		return nil, err
	}
	db := &DB{path: path, now: cfg.Now}
	if db.now == nil {
		db.now = time.Now
	}
	defer func() {
		if err != nil {
			opened, err = nil, errors.Join(openError(cfg.Path, err), db.Close())
		}
	}()
	if cfg.ReadOnly {
		return db, db.openReadOnly(ctx, cfg)
	}
	return db, db.openReadWrite(ctx, cfg)
}

func (c Config) check() error {
	if c.Path == "" {
		return fmt.Errorf("store: no path given: %w", trials.ErrInvalid)
	}
	switch c.Kind {
	case "", trials.Demo, trials.Real:
		return nil
	}
	return fmt.Errorf("store: kind %q of database: %w", c.Kind, trials.ErrInvalid)
}

func (db *DB) openReadWrite(ctx context.Context, cfg Config) error {
	var err error
	db.write, err = sql.Open("sqlite", dsn(db.path, writerOptions()...))
	if err != nil {
		return err
	}
	db.write.SetMaxOpenConns(1)
	// Look before touching: a file that is refused stays as it was.
	seen, err := firstLook(ctx, db.write)
	if err != nil {
		return err
	}
	if err := seen.refusal(cfg); err != nil {
		return err
	}
	if err := checkPages(ctx, db.write, cfg.Path); err != nil {
		return err
	}
	if err := db.bringUpToDate(ctx, seen); err != nil {
		return err
	}
	if db.kind, err = db.stamp(ctx, cmp.Or(cfg.Kind, trials.Real)); err != nil {
		return err
	}
	if err := db.fillNumbers(ctx); err != nil {
		return err
	}
	// Another process may have stamped a new file between the look and here.
	if cfg.Kind != "" && db.kind != cfg.Kind {
		return otherKind(cfg, db.kind)
	}
	return db.openReaders("query_only(1)")
}

// firstLook inspects the file. Of two that open a new file at once, one is refused
// without the usual wait while the other makes it a file with a write-ahead log.
func firstLook(ctx context.Context, handle *sql.DB) (state, error) {
	for began := time.Now(); ; {
		seen, err := inspect(ctx, handle)
		if code(err) != sqlite3.SQLITE_BUSY || time.Since(began) > busyTimeout*time.Millisecond {
			return seen, err
		}
		select {
		case <-ctx.Done():
			return seen, ctx.Err()
		case <-time.After(migratePause):
		}
	}
}

func (db *DB) openReadOnly(ctx context.Context, cfg Config) error {
	options, err := readOnlyOptions(db.path)
	if err != nil {
		return err
	}
	if err := db.openReaders(options...); err != nil {
		return err
	}
	seen, err := inspect(ctx, db.read)
	if err != nil {
		return err
	}
	if err := seen.refusal(cfg); err != nil {
		return err
	}
	db.kind = seen.kind
	return checkPages(ctx, db.read, cfg.Path)
}

func (db *DB) openReaders(options ...string) error {
	var err error
	if db.read, err = sql.Open("sqlite", dsn(db.path, options...)); err != nil {
		return err
	}
	db.read.SetMaxOpenConns(readers)
	db.read.SetMaxIdleConns(idleReaders)
	return nil
}

// stamp gives a new file its kind, and in any case says which it has. It also finds
// out whether the file can be written, without waiting for a swap that is under way.
func (db *DB) stamp(ctx context.Context, kind trials.Kind) (got trials.Kind, err error) {
	err = db.write.QueryRowContext(ctx, `SELECT kind FROM meta WHERE id = 1`).Scan(&got)
	if err == nil {
		return got, db.tryToWrite(ctx)
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return got, err
	}
	err = db.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO meta (id, kind, created) VALUES (1, ?, ?)
			ON CONFLICT (id) DO UPDATE SET kind = kind`, kind, when(db.now()))
		if err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, `SELECT kind FROM meta WHERE id = 1`).Scan(&got)
	})
	return got, err
}

// tryToWrite fails where the file can't be written. Where somebody else is writing
// it, it can.
func (db *DB) tryToWrite(ctx context.Context) error {
	return db.patient(ctx, 0, func(conn *sql.Conn) error {
		tx, err := conn.BeginTx(ctx, nil)
		if code(err) == sqlite3.SQLITE_BUSY {
			return nil
		}
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE meta SET kind = kind WHERE id = 1`)
		return errors.Join(err, tx.Rollback())
	})
}

// patient runs fn on the writer's connection, which waits so many milliseconds for
// others while fn runs.
func (db *DB) patient(ctx context.Context, wait int, fn func(*sql.Conn) error) (err error) {
	conn, err := db.write.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, fmt.Sprintf(`PRAGMA busy_timeout = %d`, wait)); err != nil {
		return err
	}
	defer func() {
		_, restored := conn.ExecContext(context.WithoutCancel(ctx), fmt.Sprintf(`PRAGMA busy_timeout = %d`, busyTimeout))
		err = errors.Join(err, restored)
	}()
	return fn(conn)
}

// Close closes the database. The last process to close it also folds the
// write-ahead log into the file.
func (db *DB) Close() error {
	var errs []error
	// Readers first: the log can be folded in only by the last connection.
	for _, handle := range []*sql.DB{db.read, db.write} {
		if handle != nil {
			errs = append(errs, handle.Close())
		}
	}
	return errors.Join(errs...)
}

// Kind says whether the listings are fictional or real.
func (db *DB) Kind() trials.Kind { return db.kind }

// ReadOnly says whether every write is refused.
func (db *DB) ReadOnly() bool { return db.write == nil }

// Path is the absolute path of the database's file.
func (db *DB) Path() string { return db.path }

// writerOptions: WAL lets readers read while we write; FULL keeps what was
// committed through a power cut, which WAL's default does not.
func writerOptions() []string {
	return []string{"journal_mode(wal)", "synchronous(full)", "foreign_keys(1)", "txlock=immediate"}
}

// dsn builds the driver's address. It is made from a path and our own options
// only: the driver runs a pragma's text as SQL.
func dsn(path string, options ...string) string {
	query := url.Values{}
	if !slices.ContainsFunc(options, func(o string) bool { return strings.HasPrefix(o, "busy_timeout") }) {
		query.Add("_pragma", fmt.Sprintf("busy_timeout(%d)", busyTimeout))
	}
	for _, o := range options {
		switch name, value, plain := strings.Cut(o, "="); {
		case plain && name == "txlock":
			query.Set("_txlock", value)
		case plain:
			query.Set(name, value)
		default:
			query.Add("_pragma", o)
		}
	}
	address := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: query.Encode()}
	return address.String()
}

// checkpointWait is how long a swap waits for readers before it leaves the log to
// the next one, in milliseconds.
const checkpointWait = 200

// truncateLog folds the write-ahead log into the file and empties it: a swap may
// have made it as large as the night. A reader that stands in the way is left
// alone; the next swap does it.
func (db *DB) truncateLog(ctx context.Context) error {
	return db.patient(ctx, checkpointWait, func(conn *sql.Conn) error {
		var busy, log, done int
		err := conn.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &log, &done)
		if code(err) == sqlite3.SQLITE_BUSY {
			return nil
		}
		return err
	})
}
