package store

import (
	"context"
	"database/sql"
	"fmt"
)

// statements are what a putter says for each listing, prepared once.
type statements struct {
	find, insert, change, touch *sql.Stmt
	release, outdate            *sql.Stmt
	doc, raw, words             *sql.Stmt
	dropAliases, alias          *sql.Stmt
	dropSites, site             *sql.Stmt
	prepared                    []*sql.Stmt
}

func (s *statements) prepare(ctx context.Context, tx *sql.Tx) error {
	for _, p := range []struct {
		to   **sql.Stmt
		text string
	}{
		{&s.find, `SELECT key, source_hash, doc_hash, removed_at IS NOT NULL FROM trial WHERE id = ?`},
		{&s.insert, `INSERT INTO trial (id, source, status, study_type, brief_title, official_title,
			last_update_posted, first_posted, source_hash, doc_hash, first_seen, changed, synced)
			VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11, ?11) RETURNING key`},
		{&s.change, `UPDATE trial SET id = ?1, source = ?2, status = ?3, study_type = ?4, brief_title = ?5,
			official_title = ?6, last_update_posted = ?7, first_posted = ?8, source_hash = ?9, doc_hash = ?10,
			changed = CASE WHEN source_hash = ?9 THEN changed ELSE ?11 END,
			synced = max(synced, ?11), removed_at = NULL WHERE key = ?12`},
		{&s.touch, `UPDATE trial SET synced = max(synced, ?) WHERE key = ?`},
		{&s.release, `DELETE FROM quarantine WHERE source = ? AND id = ? AND raw_hash = ''`},
		{&s.outdate, `UPDATE derived SET source_hash = '' WHERE trial_key = ?`},
		{&s.doc, `INSERT INTO doc (trial_key, body) VALUES (?, ?)
			ON CONFLICT (trial_key) DO UPDATE SET body = excluded.body`},
		{&s.raw, `INSERT INTO raw (trial_key, body) VALUES (?, ?)
			ON CONFLICT (trial_key) DO UPDATE SET body = excluded.body`},
		{&s.words, `INSERT OR REPLACE INTO search (rowid, ids, title, conditions, keywords, interventions, summary)
			VALUES (?, ?, ?, ?, ?, ?, ?)`},
		{&s.dropAliases, `DELETE FROM alias WHERE trial_key = ?`},
		{&s.alias, `INSERT OR IGNORE INTO alias (alias, trial_key) VALUES (?, ?)`},
		{&s.dropSites, `DELETE FROM site WHERE trial_key = ?`},
		{&s.site, `INSERT INTO site (trial_key, seq, facility, status, city, state, country_code, lat, lon)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`},
	} {
		stmt, err := tx.PrepareContext(ctx, p.text) //nolint:sqlclosecheck // close does it, when the listings are put
		if err != nil {
			s.close()
			return fmt.Errorf("prepare: %w", err)
		}
		*p.to = stmt
		s.prepared = append(s.prepared, stmt)
	}
	return nil
}

// close lets the statements go; the end of the transaction would do it too.
func (s *statements) close() {
	for _, stmt := range s.prepared {
		_ = stmt.Close()
	}
}
