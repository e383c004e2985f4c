package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"trialfinder/trials"
)

// applicationID is the mark that migration 1 puts into the file.
const applicationID = 0x5472666e

// OpenError is a database that Open won't take: why, and what to do about it.
type OpenError struct {
	Why, Do string
	Err     error // nil where there is nothing beneath
}

func (e *OpenError) Error() string { return e.Why + ": " + e.Do }

func (e *OpenError) Unwrap() error { return e.Err }

// checkFile refuses what the file system alone can tell, before SQLite would
// create something. It doesn't open the file: closing it again would drop the
// locks that this process has on it through another DB.
func checkFile(cfg Config, path string) error {
	info, err := os.Stat(path)
	missing := errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 && !info.IsDir()
	switch {
	case missing && (cfg.MustExist || cfg.ReadOnly):
		return &OpenError{Why: "no database at " + cfg.Path,
			Do: "run `trialfinder sync` or `trialfinder import` first", Err: fs.ErrNotExist}
	case errors.Is(err, fs.ErrNotExist):
		return checkDirectory(cfg, filepath.Dir(path))
	case err != nil:
		return &OpenError{Why: fmt.Sprintf("can't look at %s (%v)", cfg.Path, err),
			Do: "name another file with --db", Err: err}
	case info.IsDir():
		return &OpenError{Why: cfg.Path + " is a directory", Do: "name a file in it with --db", Err: trials.ErrInvalid}
	}
	return nil
}

func checkDirectory(cfg Config, dir string) error {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &OpenError{Why: fmt.Sprintf("no directory %s for the database %s", filepath.Dir(cfg.Path), cfg.Path),
			Do: "create it, or name another file with --db", Err: err}
	case err != nil || !info.IsDir():
		return &OpenError{Why: fmt.Sprintf("%s is no directory that can be used", filepath.Dir(cfg.Path)),
			Do: "name another file with --db", Err: errors.Join(err, trials.ErrInvalid)}
	}
	return nil
}

// readOnlyOptions: even a reader of a WAL database writes an index beside it. On
// a file system where nobody can write, the file can't change either, so SQLite
// may do without.
func readOnlyOptions(path string) ([]string, error) {
	options := []string{"mode=ro", "query_only(1)"}
	readOnly, err := readOnlyFileSystem(path)
	if readOnly {
		options = append(options, "immutable=1")
	}
	// Where it can't be written for another reason, SQLite may still find an index
	// that a writer left.
	return options, err
}

// readOnlyFileSystem says whether nobody can write beside the path.
func readOnlyFileSystem(path string) (bool, error) {
	probe, err := os.CreateTemp(filepath.Dir(path), ".trialfinder-*")
	if err != nil {
		return errors.Is(err, syscall.EROFS), nil
	}
	return false, errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// state is what a file holds before it is touched.
type state struct {
	foreign bool  // tables, and not ours
	version int64 // of the schema; 0 for a new file
	kind    trials.Kind
}

func inspect(ctx context.Context, handle *sql.DB) (state, error) {
	var s state
	var mark int64
	var tables, others int
	err := handle.QueryRowContext(ctx, `SELECT (SELECT application_id FROM pragma_application_id), count(*),
		count(*) FILTER (WHERE name <> 'goose_db_version' AND name NOT LIKE 'sqlite%')
		FROM sqlite_schema WHERE type = 'table'`).Scan(&mark, &tables, &others)
	if err != nil {
		return s, err
	}
	if mark != applicationID {
		// A first start may have been cut short after goose made its own table.
		s.foreign = mark != 0 || others > 0
		return s, nil
	}
	err = handle.QueryRowContext(ctx, `SELECT coalesce(max(version_id), 0) FROM goose_db_version
		WHERE is_applied`).Scan(&s.version)
	if err != nil {
		return s, err
	}
	err = handle.QueryRowContext(ctx, `SELECT kind FROM meta WHERE id = 1`).Scan(&s.kind)
	if errors.Is(err, sql.ErrNoRows) {
		return s, nil
	}
	return s, err
}

func (s state) refusal(cfg Config) error {
	latest, err := latestVersion()
	switch {
	case err != nil:
		return err
	case s.foreign:
		return &OpenError{Why: cfg.Path + " belongs to another program",
			Do: "name another file with --db", Err: trials.ErrInvalid}
	case s.version > latest:
		return &OpenError{Why: fmt.Sprintf("%s has schema %d and this program knows up to %d", cfg.Path, s.version, latest),
			Do: "use the newer trialfinder that wrote it, or restore a backup", Err: trials.ErrInvalid}
	case cfg.ReadOnly && (s.version < latest || s.kind == ""):
		return &OpenError{Why: fmt.Sprintf("%s has schema %d and this program needs %d", cfg.Path, s.version, latest),
			Do: "run `trialfinder sync` once to bring it up to date", Err: trials.ErrInvalid}
	case cfg.Kind != "" && s.kind != "" && s.kind != cfg.Kind:
		return otherKind(cfg, s.kind)
	}
	return nil
}

func otherKind(cfg Config, got trials.Kind) error {
	why := fmt.Sprintf("%s holds real listings and can't be used for the demo", cfg.Path)
	if got == trials.Demo {
		why = fmt.Sprintf("%s holds the demo's fictional listings and can't be used for real ones", cfg.Path)
	}
	return &OpenError{Why: why, Do: "name another file with --db", Err: trials.ErrInvalid}
}

// checkPages asks SQLite whether the file is whole.
func checkPages(ctx context.Context, handle *sql.DB, path string) error {
	var verdict string
	if err := handle.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return damaged(path, errors.New(verdict))
	}
	return nil
}

func damaged(path string, err error) error {
	return &OpenError{Why: fmt.Sprintf("%s is damaged (%v)", path, err),
		Do: "keep a copy, then restore a backup, or move it away and run `trialfinder sync`", Err: errors.Join(ErrDamaged, err)}
}

// ErrReadOnlyFileSystem: nobody can write where the file is.
var ErrReadOnlyFileSystem = errors.New("read-only file system")

// ErrDamaged: the file is this program's, and not whole.
var ErrDamaged = errors.New("damaged")

// openError puts SQLite's refusals into words; other errors get the path.
func openError(path string, err error) error {
	var known *OpenError
	if errors.As(err, &known) {
		return err
	}
	switch code(err) {
	case sqlite3.SQLITE_NOTADB:
		return &OpenError{Why: path + " is no database", Do: "name another file with --db", Err: err}
	case sqlite3.SQLITE_CORRUPT:
		return damaged(path, err)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_IOERR:
		if readOnly, _ := readOnlyFileSystem(path); readOnly {
			err = errors.Join(ErrReadOnlyFileSystem, err)
		}
		return &OpenError{Why: fmt.Sprintf("can't write %s or its directory (%v)", path, err),
			Do: "give this user write access to both, or name another file with --db", Err: err}
	case sqlite3.SQLITE_BUSY:
		return &OpenError{Why: path + " is in use by another process",
			Do: "wait until that has finished, then try again", Err: err}
	case sqlite3.SQLITE_FULL:
		return &OpenError{Why: "no space left for " + path, Do: "free some, then try again", Err: err}
	}
	return fmt.Errorf("store: open %s: %w", path, err)
}

// code is SQLite's primary result code of the error, 0 where it has none.
func code(err error) int {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return 0
	}
	return e.Code() & 0xff
}
