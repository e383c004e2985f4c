package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/pressly/goose/v3"
	sqlite3 "modernc.org/sqlite/lib"

	"trialfinder/migrations/private"
	desk "trialfinder/trials/private"
)

// privateID is the mark that the first private migration puts into the file.
const privateID = 0x54726670

// PrivateConfig says which private database to open, and with which key.
type PrivateConfig struct {
	Path, KeyFile string
	MustExist     bool             // create neither the database nor the key
	Now           func() time.Time // nil: time.Now
}

// Private is the advisers' database. It may be used by many goroutines.
type Private struct {
	*DB
	keys  *desk.Keys
	audit sync.Mutex // the chain has one end
}

// OpenPrivate opens the private database. A new one gets a new key file, unless there is
// one; an old one without its key is refused, and left as it is.
func OpenPrivate(ctx context.Context, cfg PrivateConfig) (opened *Private, created bool, err error) {
	path, err := filepath.Abs(cfg.Path)
	if err != nil || cfg.Path == "" || cfg.KeyFile == "" {
		return nil, false, &OpenError{Why: "the private database needs two files", Do: "name them with --private-db and --key-file", Err: err}
	}
	info, err := os.Stat(path)
	missing := errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0
	if missing && cfg.MustExist {
		return nil, false, &OpenError{Why: "no private database at " + cfg.Path, Do: "make one with `trialfinder adviser add EMAIL`", Err: fs.ErrNotExist}
	}
	file, created, err := keyFile(cfg, missing)
	if err != nil {
		return nil, false, err
	}
	p := &Private{DB: &DB{path: path, now: cfg.Now}}
	if p.now == nil {
		p.now = time.Now
	}
	defer func() {
		if err != nil {
			opened, err = nil, errors.Join(privateError(cfg, err), p.Close())
		}
	}()
	if missing {
		if err := createPrivate(path); err != nil {
			return nil, created, err
		}
	}
	if err := p.openFile(ctx, cfg); err != nil {
		return nil, created, err
	}
	p.keys, err = p.dataKey(ctx, file)
	return p, created, err
}

// createPrivate makes the file before SQLite does, so that only its owner can read it and
// what SQLite keeps beside it.
func createPrivate(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// keyFile reads the key, or makes one for a new database.
func keyFile(cfg PrivateConfig, missing bool) (key []byte, created bool, err error) {
	key, err = desk.ReadKeyFile(cfg.KeyFile)
	if errors.Is(err, desk.ErrNoKeyFile) {
		if !missing {
			return nil, false, &OpenError{Why: fmt.Sprintf("the key file %s of %s is not there", cfg.KeyFile, cfg.Path),
				Do: "put it back from where you keep it apart from backups; the database is left as it is, and nothing in it can be read without", Err: err}
		}
		if err := desk.CreateKeyFile(cfg.KeyFile); err != nil {
			return nil, false, err
		}
		key, err = desk.ReadKeyFile(cfg.KeyFile)
		return key, true, err
	}
	return key, false, err
}

func (p *Private) openFile(ctx context.Context, cfg PrivateConfig) error {
	var err error
	// What is deleted is overwritten.
	p.write, err = sql.Open("sqlite", dsn(p.path, append(writerOptions(), "secure_delete(1)")...))
	if err != nil {
		return err
	}
	p.write.SetMaxOpenConns(1)
	var mark, tables int64
	err = p.write.QueryRowContext(ctx, `SELECT (SELECT application_id FROM pragma_application_id), count(*)
		FROM sqlite_schema WHERE type = 'table' AND name <> 'goose_db_version' AND name NOT LIKE 'sqlite%'`).Scan(&mark, &tables)
	if err != nil {
		return err
	}
	if mark != privateID && (mark != 0 || tables > 0) {
		return &OpenError{Why: cfg.Path + " is no private database of this program", Do: "name another file with --private-db"}
	}
	if err := checkPages(ctx, p.write, cfg.Path); err != nil {
		return err
	}
	if err := migratePrivate(ctx, p.DB); err != nil {
		return err
	}
	return p.openReaders("query_only(1)")
}

func migratePrivate(ctx context.Context, db *DB) error {
	unlock, err := db.waitForLock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	provider, err := goose.NewProvider(goose.DialectSQLite3, db.write, private.FS, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("store: private migrations: %w", err)
	}
	current, latest, err := provider.GetVersions(ctx)
	if err != nil {
		return err
	}
	if current > latest {
		return &OpenError{Why: fmt.Sprintf("%s has schema %d and this program knows up to %d", db.path, current, latest), Do: "use the newer trialfinder that wrote it"}
	}
	if current > 0 && current < latest {
		copied := fmt.Sprintf("%s.schema-%d", db.path, current)
		if _, err := os.Stat(copied); errors.Is(err, fs.ErrNotExist) {
			if err := copyInto(ctx, db.write, copied); err != nil {
				return fmt.Errorf("store: copy before migrating: %w", err)
			}
		}
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("store: migrate: %w", err)
	}
	return nil
}

// dataKey opens the key that seals the rows, and makes it in a new file.
func (p *Private) dataKey(ctx context.Context, file []byte) (keys *desk.Keys, err error) {
	err = p.update(ctx, func(tx *sql.Tx) error {
		var id string
		var wrapped []byte
		err := tx.QueryRowContext(ctx, `SELECT id, wrapped FROM data_key ORDER BY created DESC, id LIMIT 1`).Scan(&id, &wrapped)
		if err == nil {
			keys, err = desk.OpenKeys(file, id, wrapped)
			return err
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if keys, wrapped, err = desk.NewKeys(file); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO meta (id, created) VALUES (1, ?)`, when(p.now())); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO data_key (id, wrapped, created) VALUES (?, ?, ?)`, keys.ID(), wrapped, when(p.now()))
		return err
	})
	return keys, err
}

// privateError puts refusals into words. A private database is never moved aside or begun anew.
func privateError(cfg PrivateConfig, err error) error {
	var known *OpenError
	switch {
	case errors.Is(err, ErrDamaged) || code(err) == sqlite3.SQLITE_CORRUPT:
		return &OpenError{Why: cfg.Path + " is damaged", Do: "keep it, and put a backup in its place; nothing was changed", Err: err}
	case errors.As(err, &known):
		return err
	case errors.Is(err, desk.ErrWrongKey):
		return &OpenError{Why: fmt.Sprintf("the key file %s does not open %s", cfg.KeyFile, cfg.Path),
			Do: "name the key file that was made with it; the database is left as it is", Err: err}
	case code(err) == sqlite3.SQLITE_NOTADB:
		return &OpenError{Why: cfg.Path + " is no database", Do: "name another file with --private-db", Err: err}
	}
	return fmt.Errorf("store: open %s: %w", cfg.Path, err)
}

// Keys are the keys of the rows.
func (p *Private) Keys() *desk.Keys { return p.keys }
