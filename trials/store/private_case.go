package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	desk "trialfinder/trials/private"
)

// CreateCase begins a draft.
func (p *Private) CreateCase(ctx context.Context, owner string, content desk.Content) (c desk.Case, err error) {
	now := p.now()
	c = desk.Case{ID: desk.NewID(), Owner: owner, Draft: true, Version: 1, Created: now, Used: now, Content: content}
	key, wrapped, err := p.keys.NewRowKey(c.ID)
	if err != nil {
		return c, err
	}
	sealed, err := sealCase(key, &c)
	if err != nil {
		return c, err
	}
	err = p.change(ctx, "create case", func(tx *sql.Tx) error {
		var n int64
		if err := tx.QueryRowContext(ctx, `UPDATE meta SET refs = refs + 1 WHERE id = 1 RETURNING refs`).Scan(&n); err != nil {
			return err
		}
		c.Ref = desk.Ref(n, now.UTC().Year())
		_, err := tx.ExecContext(ctx, `INSERT INTO casefile (id, ref, owner, draft, version, created, used, key, sealed) VALUES (?, ?, ?, 1, 1, ?, ?, ?, ?)`,
			c.ID, c.Ref, owner, when(now), when(now), wrapped, sealed)
		if err != nil {
			return err
		}
		return p.note(ctx, tx, owner, desk.DidCreate, c.ID)
	})
	return c, err
}

// sealCase seals a case's content under its own key, bound to its row.
func sealCase(key []byte, c *desk.Case) ([]byte, error) {
	plain, err := json.Marshal(c.Content)
	if err != nil {
		return nil, err
	}
	return desk.SealWith(key, plain, "case", c.ID)
}

const caseColumns = `SELECT id, ref, owner, draft, version, created, used, key, sealed FROM casefile WHERE `

func (p *Private) scanCase(scan func(...any) error) (c desk.Case, err error) {
	var wrapped, sealed []byte
	err = scan(&c.ID, &c.Ref, &c.Owner, &c.Draft, &c.Version, scanTime{&c.Created}, scanTime{&c.Used}, &wrapped, &sealed)
	if err != nil {
		return c, err
	}
	key, err := p.keys.OpenRowKey(wrapped, c.ID)
	if err != nil {
		return c, err
	}
	plain, err := desk.OpenWith(key, sealed, "case", c.ID)
	if err != nil {
		return c, err
	}
	return c, json.Unmarshal(plain, &c.Content)
}

// Case finds one case. One that has come to its end is not there, purged or not.
func (p *Private) Case(ctx context.Context, id string) (c desk.Case, err error) {
	err = p.view(ctx, func(tx *sql.Tx) error {
		c, err = p.scanCase(tx.QueryRowContext(ctx, caseColumns+`id = ?`, id).Scan)
		if errors.Is(err, sql.ErrNoRows) || err == nil && !p.now().Before(c.Ends()) {
			return desk.ErrNotFound
		}
		return err
	})
	return c, err
}

// Cases are those of one owner, or all where none is given: last used first.
func (p *Private) Cases(ctx context.Context, owner string) (out []desk.Case, err error) {
	err = p.view(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, caseColumns+`(? = '' OR owner = ?) ORDER BY used DESC, id`, owner, owner)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			c, err := p.scanCase(rows.Scan)
			if err != nil {
				return err
			}
			if p.now().Before(c.Ends()) {
				out = append(out, c)
			}
		}
		return rows.Err()
	})
	return out, err
}

// SaveCase keeps a case as it is now, unless somebody has saved it since it was read: then
// ErrChanged. What is noted in the audit says why.
func (p *Private) SaveCase(ctx context.Context, who, what string, c *desk.Case) error {
	return p.change(ctx, "save case", func(tx *sql.Tx) error {
		var wrapped []byte
		var version int64
		err := tx.QueryRowContext(ctx, `SELECT key, version FROM casefile WHERE id = ?`, c.ID).Scan(&wrapped, &version)
		if errors.Is(err, sql.ErrNoRows) {
			return desk.ErrNotFound
		}
		if err != nil {
			return err
		}
		if version != c.Version {
			return desk.ErrChanged
		}
		key, err := p.keys.OpenRowKey(wrapped, c.ID)
		if err != nil {
			return err
		}
		sealed, err := sealCase(key, c)
		if err != nil {
			return err
		}
		now := p.now()
		_, err = tx.ExecContext(ctx, `UPDATE casefile SET owner = ?, draft = ?, version = version + 1, used = ?, sealed = ? WHERE id = ?`,
			c.Owner, c.Draft, when(now), sealed, c.ID)
		if err != nil {
			return err
		}
		c.Version, c.Used = version+1, now
		return p.note(ctx, tx, who, what, c.ID)
	})
}

// DeleteCase deletes a case and its key.
func (p *Private) DeleteCase(ctx context.Context, who, id string) error {
	err := p.change(ctx, "delete case", func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `DELETE FROM casefile WHERE id = ?`, id)
		if err := touched(res, err, desk.ErrNotFound); err != nil {
			return err
		}
		return p.note(ctx, tx, who, desk.DidDelete, id)
	})
	if err != nil {
		return err
	}
	return p.truncateLog(ctx)
}

// Purge deletes what has come to its end, and says how many cases.
func (p *Private) Purge(ctx context.Context) (n int, err error) {
	now := p.now()
	err = p.change(ctx, "purge", func(tx *sql.Tx) error {
		gone, err := ended(ctx, tx, when(now.Add(-desk.DraftLasts)), when(now.Add(-desk.CaseLasts)))
		if err != nil {
			return err
		}
		for _, id := range gone {
			if _, err := tx.ExecContext(ctx, `DELETE FROM casefile WHERE id = ?`, id); err != nil {
				return err
			}
			if err := p.note(ctx, tx, desk.Program, desk.DidPurge, id); err != nil {
				return err
			}
		}
		n = len(gone)
		if _, err := tx.ExecContext(ctx, `DELETE FROM code WHERE ends <= ?`, when(now)); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM session WHERE ends <= ?`, when(now)); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE account SET invite = NULL, invite_ends = NULL WHERE invite_ends <= ?`, when(now)); err != nil {
			return err
		}
		return p.trim(ctx, tx, now.Add(-desk.AuditLasts))
	})
	if err != nil {
		return 0, err
	}
	// What was overwritten in the file may still stand in the log.
	return n, p.truncateLog(ctx)
}

func ended(ctx context.Context, tx *sql.Tx, drafts, cases any) (ids []string, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT id FROM casefile WHERE draft = 1 AND used <= ? OR draft = 0 AND used <= ? ORDER BY id`, drafts, cases)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("purge: %w", err)
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}
