package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	sqlite3 "modernc.org/sqlite/lib"

	"trialfinder/trials"
)

// Verified is what a check of a database file found: it is whole.
type Verified struct {
	File   string         `json:"file"`
	Kind   trials.Kind    `json:"kind"`
	Schema int64          `json:"schema"`
	Bytes  int64          `json:"bytes"`
	Trials int            `json:"trials"` // whose documents were all read
	Rows   map[string]int `json:"rows"`   // by table
}

// Backup writes a consistent copy of the database, as it is at one moment, while
// others read and write it, and checks the copy. It never writes over a file.
func (db *DB) Backup(ctx context.Context, path string) (Verified, error) {
	v, err := db.backup(ctx, path)
	if err != nil {
		return v, fmt.Errorf("store: back up %s to %s: %w", db.path, path, err)
	}
	return v, nil
}

func (db *DB) backup(ctx context.Context, path string) (v Verified, err error) {
	if _, err := os.Lstat(path); err == nil {
		return v, fmt.Errorf("there is a file already; name another: %w", fs.ErrExist)
	}
	// A connection of its own: the writer's must not wait for the disk of the copy.
	handle, err := sql.Open("sqlite", dsn(db.path))
	if err != nil {
		return v, err
	}
	defer handle.Close()
	if err := copyInto(ctx, handle, path); err != nil {
		return v, err
	}
	if v, err = Verify(ctx, path); err != nil {
		return v, errors.Join(fmt.Errorf("the copy is not whole: %w", err), removeFile(path))
	}
	return v, nil
}

// The names, beside the database, of the notes of its last backup and of the last
// time that a copy of it was checked.
const (
	backedUp = ".backed-up"
	drilled  = ".drilled"
)

// NoteBackup notes beside the database when it was last backed up.
func (db *DB) NoteBackup(at time.Time) error { return note(db.path+backedUp, at) }

// LastBackup tells when the database was last backed up; zero if it never was, as far
// as is noted.
func (db *DB) LastBackup(context.Context) (time.Time, error) { return noted(db.path + backedUp) }

// NoteDrill notes beside the database at path, which may be open or missing, that a
// copy of it was found to be one that can be restored.
func NoteDrill(path string, at time.Time) error { return note(path+drilled, at) }

// LastDrill tells when NoteDrill last did; zero if it never did.
func (db *DB) LastDrill(context.Context) (time.Time, error) { return noted(db.path + drilled) }

func note(file string, at time.Time) error {
	if err := os.WriteFile(file, []byte(at.UTC().Format(time.RFC3339)+"\n"), 0o600); err != nil {
		return fmt.Errorf("store: note: %w", err)
	}
	return nil
}

func noted(file string) (time.Time, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("store: note: %w", err)
	}
	at, err := time.Parse(time.RFC3339, strings.TrimSpace(string(text)))
	if err != nil {
		return time.Time{}, fmt.Errorf("store: note: %s: %w", file, err)
	}
	return at, nil
}

// copyInto writes a copy that is there whole or not at all.
func copyInto(ctx context.Context, handle *sql.DB, path string) (err error) {
	part := path + ".part"
	if err := removeFile(part); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, removeFile(part)) }()
	if _, err := handle.ExecContext(ctx, `VACUUM INTO ?`, part); err != nil {
		return err
	}
	if err := os.Chmod(part, 0o600); err != nil {
		return err
	}
	return errors.Join(syncFile(part), os.Rename(part, path), syncFile(filepath.Dir(path)))
}

// Restore puts a checked copy in the place of the database at path. What is there
// is kept beside it under the name that is given back ("" where nothing was). It
// refuses while somebody has the database open.
func Restore(ctx context.Context, from, path string, now time.Time) (v Verified, kept string, err error) {
	fail := func(err error) (Verified, string, error) {
		return v, kept, fmt.Errorf("store: restore %s from %s: %w", path, from, err)
	}
	if v, err = Verify(ctx, from); err != nil {
		return fail(err)
	}
	if path, err = filepath.Abs(path); err != nil {
		return fail(err)
	}
	unlock, err := (&DB{path: path}).Lock(ctx)
	if err != nil {
		return fail(err)
	}
	defer unlock()
	if err := notInUse(ctx, path, v.Kind); err != nil {
		return fail(err)
	}
	if kept, err = putInPlace(from, path, now); err != nil {
		return fail(err)
	}
	return v, kept, nil
}

// putInPlace puts a copy of one file where another is, and keeps that one under the name
// that it gives.
func putInPlace(from, path string, now time.Time) (kept string, err error) {
	part := path + ".restoring"
	if err := errors.Join(copyFile(from, part), syncFile(part)); err != nil {
		return "", errors.Join(err, removeFile(part))
	}
	if kept, err = MoveAside(path, "before-restore", now); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return kept, errors.Join(err, removeFile(part))
	}
	return kept, errors.Join(os.Rename(part, path), syncFile(filepath.Dir(path)))
}

// notInUse refuses a database that is open somewhere, or of the other kind. One
// that can't be read is in nobody's use.
func notInUse(ctx context.Context, path string, kind trials.Kind) error {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	handle, err := sql.Open("sqlite", dsn(path, "busy_timeout(0)", "locking_mode(exclusive)", "txlock=immediate"))
	if err != nil {
		return err
	}
	defer handle.Close()
	handle.SetMaxOpenConns(1)
	tx, err := handle.BeginTx(ctx, nil)
	if code(err) == sqlite3.SQLITE_BUSY {
		return &OpenError{Why: path + " is open in another process", Do: "stop `trialfinder serve`, then try again", Err: err}
	}
	if err != nil {
		return nil // damaged: that is what a restore is for
	}
	defer func() { _ = tx.Rollback() }()
	var there trials.Kind
	if err := tx.QueryRowContext(ctx, `SELECT kind FROM meta WHERE id = 1`).Scan(&there); err == nil && there != kind {
		return otherKind(Config{Path: path, Kind: kind}, there)
	}
	return nil
}

// MoveAside renames a database and what SQLite keeps beside it, and says to what.
func MoveAside(path, why string, now time.Time) (string, error) {
	aside := fmt.Sprintf("%s.%s-%s", path, why, now.UTC().Format("20060102T150405.000Z"))
	if err := os.Rename(path, aside); err != nil {
		return "", err
	}
	for _, tail := range []string{"-wal", "-shm"} {
		if err := os.Rename(path+tail, aside+tail); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return aside, err
		}
	}
	return aside, nil
}

func removeFile(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// syncFile makes what was written outlast a power cut.
func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
