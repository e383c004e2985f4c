package store

import (
	"context"
	"database/sql"
	"fmt"

	"trialfinder/trials"
)

// listings writes listings: the row in trial and what hangs on it.
type listings struct {
	prepared
	find, findOld, findEU, read  *sql.Stmt
	insertRow, updateRow, attach *sql.Stmt
	outdate, keepSeen            *sql.Stmt
	dropVersion, event, words    *sql.Stmt
	dropAliases, alias           *sql.Stmt
	dropNumbers, number          *sql.Stmt
	dropSites, site              *sql.Stmt
	index                        [][]any // rows for the search index, see flushWords
	unpacker                     unpacker
}

const selectCurrent = `SELECT key, id, version, source_hash, doc_hash, removed_at IS NOT NULL FROM trial `

func (l *listings) prepareAll(ctx context.Context, tx *sql.Tx) error {
	return l.prepare(ctx, tx, []statement{
		{&l.find, selectCurrent + `WHERE id = ?`},
		{&l.findOld, selectCurrent + `WHERE id = ? AND source = ? AND removed_at IS NULL`},
		{&l.findEU, selectCurrent + `WHERE id >= ? AND id < ? AND source = ? ORDER BY id DESC LIMIT 1`},
		{&l.read, `SELECT doc FROM body WHERE version = ?`},
		{&l.insertRow, `INSERT INTO trial (id, source, status, study_type, brief_title, official_title,
			last_update_posted, first_posted, source_hash, doc_hash, version, first_seen, changed, synced)
			VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?12, ?12) RETURNING key`},
		{&l.updateRow, `UPDATE trial SET id = ?1, source = ?2, status = ?3, study_type = ?4, brief_title = ?5,
			official_title = ?6, last_update_posted = ?7, first_posted = ?8, source_hash = ?9, doc_hash = ?10, version = ?11,
			changed = CASE WHEN source_hash = ?9 THEN changed ELSE ?12 END,
			synced = max(synced, ?12), removed_at = NULL WHERE key = ?13`},
		{&l.attach, `UPDATE version SET trial_key = ? WHERE key = ?`},
		{&l.outdate, `UPDATE derived SET source_hash = '' WHERE trial_key = ?`},
		{&l.keepSeen, `UPDATE version SET seen = (SELECT min(o.seen) FROM version o WHERE o.trial_key = version.trial_key
			AND o.source_hash = version.source_hash) WHERE key = (SELECT version FROM trial WHERE key = ?)`},
		{&l.dropVersion, `DELETE FROM version WHERE key = ?`},
		{&l.event, `INSERT INTO event (trial_key, version, at, kind, what, old, new) VALUES (?, ?, ?, ?, ?, ?, ?)`},
		{&l.words, `INSERT OR REPLACE INTO search (rowid, ids, title, conditions, keywords, interventions, summary)
			VALUES (?, ?, ?, ?, ?, ?, ?)`},
		{&l.dropAliases, `DELETE FROM alias WHERE trial_key = ?`},
		{&l.alias, `INSERT OR IGNORE INTO alias (alias, trial_key) VALUES (?, ?)`},
		{&l.dropNumbers, `DELETE FROM number WHERE trial_key = ?`},
		{&l.number, `INSERT OR IGNORE INTO number (number, trial_key, own) VALUES (?, ?, ?)`},
		{&l.dropSites, `DELETE FROM site WHERE trial_key = ?`},
		{&l.site, `INSERT INTO site (trial_key, seq, facility, status, city, state, country_code, lat, lon)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`},
	})
}

// document is what was read of a version.
func (l *listings) document(ctx context.Context, version int64) (trials.Trial, error) {
	var t trials.Trial
	var packed []byte
	if err := l.read.QueryRowContext(ctx, version).Scan(&packed); err != nil {
		return t, fmt.Errorf("version %d: %w", version, err)
	}
	return t, decode(&l.unpacker, packed, &t)
}

func row(in *incoming, at any) []any {
	t := &in.trial
	return []any{t.ID, t.Source, t.Status, t.StudyType, t.BriefTitle, t.OfficialTitle,
		t.LastUpdatePosted.Date.String(), t.FirstPosted.Date.String(), in.hash, in.docHash, in.version, at}
}

func (l *listings) insert(ctx context.Context, in *incoming, at any) (key int64, err error) {
	if err := l.insertRow.QueryRowContext(ctx, row(in, at)...).Scan(&key); err != nil {
		return 0, fmt.Errorf("insert: %w", err)
	}
	return key, nil
}

func (l *listings) update(ctx context.Context, key int64, in *incoming, at any) error {
	if _, err := l.updateRow.ExecContext(ctx, append(row(in, at), key)...); err != nil {
		return fmt.Errorf("change: %w", err)
	}
	return nil
}

// content writes all that hangs on the row, in place of what is there; on a new one
// there is nothing.
func (l *listings) content(ctx context.Context, key int64, in *incoming, isNew bool) error {
	if !isNew {
		for _, drop := range []*sql.Stmt{l.dropAliases, l.dropNumbers, l.dropSites} {
			if _, err := drop.ExecContext(ctx, key); err != nil {
				return err
			}
		}
	}
	if _, err := l.attach.ExecContext(ctx, key, in.version); err != nil {
		return fmt.Errorf("version: %w", err)
	}
	if err := l.names(ctx, key, &in.trial); err != nil {
		return fmt.Errorf("aliases: %w", err)
	}
	if err := l.sites(ctx, key, &in.trial); err != nil {
		return fmt.Errorf("sites: %w", err)
	}
	l.index = append(l.index, wordsOf(key, &in.trial))
	return nil
}

// flushWords writes the search index. It comes after many listings because the
// index flushes what it has gathered whenever another statement makes a savepoint:
// one listing at a time, that makes a thousand small segments instead of one.
func (l *listings) flushWords(ctx context.Context) error {
	for _, row := range l.index {
		if _, err := l.words.ExecContext(ctx, row...); err != nil {
			return fmt.Errorf("search index: %w", err)
		}
	}
	l.index = l.index[:0]
	return nil
}

func (l *listings) names(ctx context.Context, key int64, t *trials.Trial) error {
	for _, alias := range aliasesOf(t) {
		if _, err := l.alias.ExecContext(ctx, alias, key); err != nil {
			return err
		}
	}
	return l.numbers(ctx, key, t)
}

func (l *listings) numbers(ctx context.Context, key int64, t *trials.Trial) error {
	for _, n := range trials.Numbers(t) {
		if _, err := l.number.ExecContext(ctx, n.Text, key, n.Own); err != nil {
			return err
		}
	}
	return nil
}

func (l *listings) sites(ctx context.Context, key int64, t *trials.Trial) error {
	for i := range t.Sites {
		s := &t.Sites[i]
		var lat, lon any
		if s.GeoPoint != nil {
			lat, lon = s.GeoPoint.Lat, s.GeoPoint.Lon
		}
		_, err := l.site.ExecContext(ctx, key, i, s.Facility, s.Status, s.City, s.State,
			trials.CountryCode(s.Country), lat, lon)
		if err != nil {
			return err
		}
	}
	return nil
}
