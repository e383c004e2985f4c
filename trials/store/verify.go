package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"trialfinder/trials"
)

// Verify checks a database file that nobody writes, such as a backup, and changes
// nothing: its pages, its references, its schema, and that every document in it
// can be read.
func Verify(ctx context.Context, path string) (Verified, error) {
	v, err := verify(ctx, path)
	if err != nil {
		return v, openError(path, err)
	}
	return v, nil
}

func verify(ctx context.Context, path string) (v Verified, err error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return v, err
	}
	info, err := os.Stat(absolute)
	switch {
	case errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0:
		return v, &OpenError{Why: "no database at " + path, Do: "name a file that `trialfinder backup` wrote", Err: fs.ErrNotExist}
	case err != nil:
		return v, err
	}
	handle, err := openToCheck(absolute)
	if err != nil {
		return v, err
	}
	defer handle.Close()
	seen, err := inspect(ctx, handle)
	if err != nil {
		return v, err
	}
	if err := seen.refusal(Config{Path: path}); err != nil {
		return v, err
	}
	if seen.kind == "" {
		return v, &OpenError{Why: path + " was never finished", Do: "name another backup", Err: trials.ErrInvalid}
	}
	v = Verified{File: path, Kind: seen.kind, Schema: seen.version, Bytes: info.Size()}
	for _, check := range []string{`PRAGMA integrity_check(1)`, `SELECT 'broken reference in ' || "table" FROM pragma_foreign_key_check`} {
		if err := wholeBy(ctx, handle, path, check); err != nil {
			return v, err
		}
	}
	if v.Rows, err = countRows(ctx, handle); err != nil {
		return v, err
	}
	v.Trials, err = readAll(ctx, handle, seen.version)
	return v, err
}

// wholeBy runs a check that gives nothing, or "ok", or what is wrong first.
func wholeBy(ctx context.Context, handle *sql.DB, path, check string) error {
	var verdict string
	err := handle.QueryRowContext(ctx, check).Scan(&verdict)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return err
	case verdict != "ok":
		return damaged(path, errors.New(verdict))
	}
	return nil
}

func countRows(ctx context.Context, handle *sql.DB) (map[string]int, error) {
	rows, err := handle.QueryContext(ctx, `SELECT name FROM sqlite_schema
		WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'search%' ORDER BY name`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	out := map[string]int{}
	for _, name := range names {
		var n int
		if err := handle.QueryRowContext(ctx, `SELECT count(*) FROM "`+name+`"`).Scan(&n); err != nil {
			return nil, err
		}
		out[name] = n
	}
	return out, nil
}

// Since versionsSince a schema keeps documents in versions, since bodiesSince beside them.
const (
	versionsSince = 6
	bodiesSince   = 12
)

// readAll reads every listing's document.
func readAll(ctx context.Context, handle *sql.DB, schema int64) (n int, err error) {
	query := `SELECT t.id, b.doc FROM trial t JOIN body b ON b.version = t.version`
	switch {
	case schema < versionsSince:
		query = `SELECT t.id, d.body FROM trial t JOIN doc d ON d.trial_key = t.key`
	case schema < bodiesSince:
		query = `SELECT t.id, v.doc FROM trial t JOIN version v ON v.key = t.version`
	}
	rows, err := handle.QueryContext(ctx, query)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	u := new(unpacker)
	for rows.Next() {
		var id string
		var body sql.RawBytes
		var t trials.Trial
		if err := rows.Scan(&id, &body); err != nil {
			return n, err
		}
		if err := decode(u, body, &t); err != nil {
			return n, fmt.Errorf("trial %q: %w", id, err)
		}
		n++
	}
	return n, rows.Err()
}

// openToCheck opens a file for reading alone, and leaves nothing beside it.
func openToCheck(path string) (*sql.DB, error) {
	options := []string{"mode=ro", "query_only(1)"}
	if _, err := os.Stat(path + "-wal"); errors.Is(err, fs.ErrNotExist) {
		options = append(options, "immutable=1")
	}
	handle, err := sql.Open("sqlite", dsn(path, options...))
	if err != nil {
		return nil, err
	}
	handle.SetMaxOpenConns(1)
	return handle, nil
}
