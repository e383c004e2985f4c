package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	desk "trialfinder/trials/private"
)

// Audit adds a row about something that changes nothing else, such as a sign-in.
func (p *Private) Audit(ctx context.Context, who, what, object string) error {
	return p.change(ctx, "audit", func(tx *sql.Tx) error { return p.note(ctx, tx, who, what, object) })
}

// change runs a write; what it notes in the audit is kept with it or not at all.
func (p *Private) change(ctx context.Context, what string, fn func(*sql.Tx) error) error {
	p.audit.Lock()
	defer p.audit.Unlock()
	if err := p.update(ctx, fn); err != nil {
		return fmt.Errorf("store: %s: %w", what, err)
	}
	return nil
}

// note adds an audit row at the head of the chain.
func (p *Private) note(ctx context.Context, tx *sql.Tx, who, what, object string) error {
	head, err := endOf(ctx, tx, "head")
	if err != nil {
		return err
	}
	e := desk.Entry{Seq: head.Seq + 1, At: p.now().UTC(), Who: who, What: what, Object: object}
	e.MAC = p.keys.Link(head.MAC, e)
	_, err = tx.ExecContext(ctx, `INSERT INTO audit (seq, at, who, what, object, mac) VALUES (?, ?, ?, ?, ?, ?)`,
		e.Seq, when(e.At), e.Who, e.What, e.Object, e.MAC)
	if err != nil {
		return err
	}
	return p.moveEnd(ctx, tx, "head", e.Seq, e.MAC)
}

func endOf(ctx context.Context, tx *sql.Tx, name string) (e desk.End, err error) {
	err = tx.QueryRowContext(ctx, `SELECT seq, mac, seal FROM audit_end WHERE id = ?`, name).Scan(&e.Seq, &e.MAC, &e.Seal)
	if errors.Is(err, sql.ErrNoRows) {
		return desk.End{}, nil
	}
	return e, err
}

func (p *Private) moveEnd(ctx context.Context, tx *sql.Tx, name string, seq int64, mac []byte) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO audit_end (id, seq, mac, seal) VALUES (?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, mac = excluded.mac, seal = excluded.seal`,
		name, seq, mac, p.keys.SealEnd(name, seq, mac))
	return err
}

// AuditReport is what a check of the audit found.
type AuditReport struct {
	Whole bool   `json:"whole"`
	Rows  int    `json:"rows"`
	Head  string `json:"head"` // to be noted elsewhere: a later check can ask whether it is still in the chain
}

// VerifyAudit goes along the whole chain. Where a head is given that was told before, it must
// be in the chain.
func (p *Private) VerifyAudit(ctx context.Context, known string) (r AuditReport, err error) {
	err = p.view(ctx, func(tx *sql.Tx) error {
		tail, err := endOf(ctx, tx, "tail")
		if err != nil {
			return err
		}
		head, err := endOf(ctx, tx, "head")
		if err != nil {
			return err
		}
		check, err := p.keys.NewChecker(tail)
		if err != nil {
			return err
		}
		found, err := eachEntry(ctx, tx, known, check.Next)
		if err != nil {
			return err
		}
		if r.Rows, err = check.End(head); err != nil {
			return err
		}
		if known != "" && !found {
			return fmt.Errorf("%w: the head %s is not in it", desk.ErrAudit, known)
		}
		r.Whole, r.Head = true, fmt.Sprintf("%d-%x", head.Seq, head.MAC)
		return nil
	})
	return r, err
}

// eachEntry goes along the rows, and says whether one of them has the name that is sought.
func eachEntry(ctx context.Context, tx *sql.Tx, sought string, do func(desk.Entry) error) (found bool, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT seq, at, who, what, object, mac FROM audit ORDER BY seq`)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	for rows.Next() {
		var e desk.Entry
		if err := rows.Scan(&e.Seq, scanTime{&e.At}, &e.Who, &e.What, &e.Object, &e.MAC); err != nil {
			return false, fmt.Errorf("%w: row %d: %w", desk.ErrAudit, e.Seq, err)
		}
		if err := do(e); err != nil {
			return false, err
		}
		found = found || fmt.Sprintf("%d-%x", e.Seq, e.MAC) == sought
	}
	return found, rows.Err()
}

// AuditOf are the rows about one object, newest last.
func (p *Private) AuditOf(ctx context.Context, object string) (out []desk.Entry, err error) {
	err = p.view(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT seq, at, who, what, object, mac FROM audit WHERE object = ? ORDER BY seq`, object)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var e desk.Entry
			if err := rows.Scan(&e.Seq, scanTime{&e.At}, &e.Who, &e.What, &e.Object, &e.MAC); err != nil {
				return err
			}
			out = append(out, e)
		}
		return rows.Err()
	})
	return out, err
}

// trim takes rows off the tail that are older than they are kept.
func (p *Private) trim(ctx context.Context, tx *sql.Tx, before time.Time) error {
	var e desk.End
	err := tx.QueryRowContext(ctx, `SELECT seq, mac FROM audit WHERE at < ? ORDER BY seq DESC LIMIT 1`, when(before)).Scan(&e.Seq, &e.MAC)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := p.moveEnd(ctx, tx, "tail", e.Seq, e.MAC); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM audit WHERE seq <= ?`, e.Seq); err != nil {
		return err
	}
	return p.note(ctx, tx, desk.Program, desk.DidTrim, fmt.Sprint(e.Seq))
}
