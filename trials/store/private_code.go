package store

import (
	"context"
	"database/sql"
	"errors"

	desk "trialfinder/trials/private"
)

// PutCode keeps sealed answers under the id of a code.
func (p *Private) PutCode(ctx context.Context, id []byte, s desk.Shared) error {
	return p.change(ctx, "keep code", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO code (id, sealed, ends) VALUES (?, ?, ?)`, id, s.Sealed, when(s.Ends))
		return err
	})
}

// Code finds what is kept under a code that has not come to its end.
func (p *Private) Code(ctx context.Context, id []byte) (s desk.Shared, err error) {
	err = p.view(ctx, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `SELECT sealed, ends, opened, last FROM code WHERE id = ? AND ends > ?`, id, when(p.now())).
			Scan(&s.Sealed, scanTime{&s.Ends}, &s.Opened, scanTime{&s.Last})
		if errors.Is(err, sql.ErrNoRows) {
			return desk.ErrNotFound
		}
		return err
	})
	return s, err
}

// OpenedCode notes that an adviser has opened a code; the reader is shown it.
func (p *Private) OpenedCode(ctx context.Context, who string, id []byte) error {
	return p.change(ctx, "open code", func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE code SET opened = opened + 1, last = ? WHERE id = ?`, when(p.now()), id)
		if err := touched(res, err, desk.ErrNotFound); err != nil {
			return err
		}
		return p.note(ctx, tx, who, desk.DidOpenCode, "")
	})
}

// DeleteCode takes a code back.
func (p *Private) DeleteCode(ctx context.Context, id []byte) error {
	err := p.change(ctx, "delete code", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM code WHERE id = ?`, id)
		return err
	})
	if err != nil {
		return err
	}
	return p.truncateLog(ctx)
}
