package store

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// VerifiedPrivate is what a check of a private database's file found: it is whole. What is
// sealed in it needs the key file, which no copy holds.
type VerifiedPrivate struct {
	File  string         `json:"file"`
	Bytes int64          `json:"bytes"`
	Rows  map[string]int `json:"rows"` // by table
}

// VerifyPrivate checks a copy and changes nothing.
func VerifyPrivate(ctx context.Context, path string) (v VerifiedPrivate, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return v, &OpenError{Why: "no private database at " + path, Do: "name a file that `trialfinder backup --private-db` wrote", Err: err}
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return v, err
	}
	handle, err := openToCheck(absolute)
	if err != nil {
		return v, err
	}
	defer handle.Close()
	v = VerifiedPrivate{File: path, Bytes: info.Size()}
	v.Rows, err = wholePrivate(ctx, handle, path)
	if err != nil {
		return v, openError(path, err)
	}
	return v, nil
}

func wholePrivate(ctx context.Context, handle *sql.DB, path string) (map[string]int, error) {
	var mark int64
	if err := handle.QueryRowContext(ctx, `PRAGMA application_id`).Scan(&mark); err != nil {
		return nil, err
	}
	if mark != privateID {
		return nil, &OpenError{Why: path + " is no private database of this program", Do: "name another file"}
	}
	for _, check := range []string{`PRAGMA integrity_check(1)`, `SELECT 'broken reference in ' || "table" FROM pragma_foreign_key_check`} {
		if err := wholeBy(ctx, handle, path, check); err != nil {
			return nil, err
		}
	}
	return countRows(ctx, handle)
}

// BackupPrivate writes a consistent copy of a private database that may be in use. It needs no
// key: what is sealed stays so.
func BackupPrivate(ctx context.Context, from, to string) (v VerifiedPrivate, err error) {
	if _, err := VerifyPrivate(ctx, from); err != nil {
		return v, err
	}
	if _, err := os.Lstat(to); err == nil {
		return v, fmt.Errorf("store: back up %s: %s: there is a file already; name another: %w", from, to, fs.ErrExist)
	}
	absolute, err := filepath.Abs(from)
	if err != nil {
		return v, err
	}
	handle, err := sql.Open("sqlite", dsn(absolute))
	if err != nil {
		return v, err
	}
	defer handle.Close()
	if err := copyInto(ctx, handle, to); err != nil {
		return v, fmt.Errorf("store: back up %s: %w", from, err)
	}
	return VerifyPrivate(ctx, to)
}

// RestorePrivate puts a checked copy in the place of the private database. What was there is
// kept under the name that is given back.
func RestorePrivate(ctx context.Context, from, path string, now time.Time) (v VerifiedPrivate, kept string, err error) {
	if v, err = VerifyPrivate(ctx, from); err != nil {
		return v, "", err
	}
	fail := func(err error) (VerifiedPrivate, string, error) {
		return v, kept, fmt.Errorf("store: restore %s from %s: %w", path, from, err)
	}
	if path, err = filepath.Abs(path); err != nil {
		return fail(err)
	}
	if err := notInUse(ctx, path, ""); err != nil {
		return fail(err)
	}
	if kept, err = putInPlace(from, path, now); err != nil {
		return fail(err)
	}
	return v, kept, nil
}
