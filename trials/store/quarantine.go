package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"trialfinder/trials"
)

// What quarantine keeps of a record and its error: enough for a person to see
// what is wrong, and no more than a misbehaving registry may fill our disk with.
const (
	maxQuarantined = 256 << 10
	maxErrorText   = 2 << 10
)

// Quarantined is trials.Quarantined.
type Quarantined = trials.Quarantined

// Quarantine sets a record aside. Put of the same id releases it. An error without a record
// leaves the record that there is.
func (db *DB) Quarantine(ctx context.Context, e *trials.RecordError, seen time.Time) error {
	if e.Source == "" || e.Err == nil || seen.IsZero() {
		//nolint:errorlint // the record's error is an argument here (it may be nil), not what went wrong
		return fmt.Errorf("store: quarantine: source %q, error %v, seen %v: %w", e.Source, e.Err, seen, trials.ErrInvalid)
	}
	z, err := newPacker()
	if err != nil {
		return fmt.Errorf("store: quarantine: %w", err)
	}
	raw, err := z.pack(e.Raw[:min(len(e.Raw), maxQuarantined)])
	if err != nil {
		return fmt.Errorf("store: quarantine %s %q: %w", e.Source, e.ID, err)
	}
	var hash string
	if e.ID == "" {
		sum := sha256.Sum256(e.Raw)
		hash = hex.EncodeToString(sum[:])
	}
	text := e.Err.Error()
	text = strings.ToValidUTF8(text[:min(len(text), maxErrorText)], "")
	err = db.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO quarantine (source, id, raw_hash, raw, raw_size, error, seen)
			VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (source, id, raw_hash) DO UPDATE SET error = excluded.error, seen = excluded.seen,
				raw = CASE WHEN excluded.raw_size = 0 THEN raw ELSE excluded.raw END,
				raw_size = CASE WHEN excluded.raw_size = 0 THEN raw_size ELSE excluded.raw_size END`,
			e.Source, e.ID, hash, raw, len(e.Raw), text, when(seen))
		return err
	})
	if err != nil {
		return fmt.Errorf("store: quarantine %s %q: %w", e.Source, e.ID, err)
	}
	return nil
}

// aside says of a row of trial that its newest record is set aside.
const aside = `EXISTS (SELECT 1 FROM quarantine q WHERE q.source = trial.source AND q.id = trial.id)`

// Aside gives the ids of a registry's records that were set aside before a time, those
// that wait longest first.
func (db *DB) Aside(ctx context.Context, source trials.SourceID, before time.Time, limit int) ([]string, error) {
	rows := func(ctx context.Context, tx *sql.Tx) (*sql.Rows, error) {
		return tx.QueryContext(ctx, `SELECT id FROM quarantine WHERE source = ? AND id <> '' AND seen < ?
			ORDER BY seen, id LIMIT ?`, source, when(before), limit)
	}
	return collect(ctx, db, "ids set aside", rows, scanText)
}

// Release lets go of a record set aside that the registry has no more.
func (db *DB) Release(ctx context.Context, source trials.SourceID, id string) error {
	err := db.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM quarantine WHERE source = ? AND id = ?`, source, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("store: release %s %q: %w", source, id, err)
	}
	return nil
}

// Quarantined gives the records set aside, the last seen first. A limit of 0 means
// all.
func (db *DB) Quarantined(ctx context.Context, limit int) ([]Quarantined, error) {
	if limit == 0 {
		limit = -1
	}
	rows := func(ctx context.Context, tx *sql.Tx) (*sql.Rows, error) {
		return tx.QueryContext(ctx, `SELECT source, id, raw, raw_size, error, seen FROM quarantine
			ORDER BY seen DESC, source, id, raw_hash LIMIT ?`, limit)
	}
	u := new(unpacker)
	return collect(ctx, db, "quarantine", rows, func(rows *sql.Rows) (q Quarantined, err error) {
		var packed sql.RawBytes
		if err := rows.Scan(&q.Source, &q.ID, &packed, &q.Size, &q.Error, scanTime{&q.Seen}); err != nil {
			return q, err
		}
		raw, err := u.unpack(packed)
		q.Raw = bytes.Clone(raw)
		return q, err
	})
}

// QuarantineSize says how many records are set aside.
func (db *DB) QuarantineSize(ctx context.Context) (n int, err error) {
	if err := db.read.QueryRowContext(ctx, `SELECT count(*) FROM quarantine`).Scan(&n); err != nil {
		return 0, fmt.Errorf("store: quarantine: %w", err)
	}
	return n, nil
}
