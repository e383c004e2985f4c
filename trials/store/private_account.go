package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"errors"
	"time"

	desk "trialfinder/trials/private"
)

const (
	fieldEmail = "account.email"
	fieldTOTP  = "account.totp"
)

// Invite makes an account, or one that has not yet joined a new link, and gives the link's
// secret, which is kept nowhere.
func (p *Private) Invite(ctx context.Context, email string, role desk.Role) (a desk.Account, secret string, err error) {
	b := make([]byte, 24)
	_, _ = rand.Read(b)
	secret = base64.RawURLEncoding.EncodeToString(b)
	a = desk.Account{ID: desk.NewID(), Email: email, Role: role, Created: p.now(), Invited: p.now().Add(desk.InviteLasts)}
	err = p.change(ctx, "invite", func(tx *sql.Tx) error {
		there, err := p.findAccount(ctx, tx, `email_key = ?`, p.keys.Hash("email", email))
		switch {
		case err == nil && (there.Password != "" || !there.Disabled.IsZero()):
			return desk.ErrTaken
		case err == nil:
			a.ID, a.Created = there.ID, there.Created
			_, err = tx.ExecContext(ctx, `UPDATE account SET role = ?, invite = ?, invite_ends = ? WHERE id = ?`,
				role, p.keys.Hash("invite", secret), when(a.Invited), a.ID)
		case errors.Is(err, desk.ErrNotFound):
			var sealed []byte
			if sealed, err = p.keys.Seal([]byte(email), fieldEmail, a.ID); err != nil {
				return err
			}
			_, err = tx.ExecContext(ctx, `INSERT INTO account (id, email_key, email, role, invite, invite_ends, created) VALUES (?, ?, ?, ?, ?, ?, ?)`,
				a.ID, p.keys.Hash("email", email), sealed, role, p.keys.Hash("invite", secret), when(a.Invited), when(a.Created))
		}
		if err != nil {
			return err
		}
		return p.note(ctx, tx, desk.Operator, desk.DidInvite, a.ID)
	})
	return a, secret, err
}

const accountColumns = `SELECT id, email, role, password, totp, totp_step, epoch, disabled, created, invite_ends FROM account WHERE `

func (p *Private) findAccount(ctx context.Context, tx *sql.Tx, where string, arg any) (desk.Account, error) {
	a, err := p.scanAccount(tx.QueryRowContext(ctx, accountColumns+where, arg).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return a, desk.ErrNotFound
	}
	return a, err
}

func (p *Private) scanAccount(scan func(...any) error) (a desk.Account, err error) {
	var email, totp []byte
	err = scan(&a.ID, &email, &a.Role, &a.Password, &totp, &a.Step, &a.Epoch, scanTime{&a.Disabled}, scanTime{&a.Created}, scanTime{&a.Invited})
	if err != nil {
		return a, err
	}
	plain, err := p.keys.Open(email, fieldEmail, a.ID)
	if err != nil {
		return a, err
	}
	a.Email = string(plain)
	if totp != nil {
		a.TOTP, err = p.keys.Open(totp, fieldTOTP, a.ID)
	}
	return a, err
}

// AccountByEmail finds an account to sign in to.
func (p *Private) AccountByEmail(ctx context.Context, email string) (a desk.Account, err error) {
	err = p.view(ctx, func(tx *sql.Tx) error {
		a, err = p.findAccount(ctx, tx, `email_key = ?`, p.keys.Hash("email", email))
		return err
	})
	return a, err
}

// AccountByID finds the account of a session.
func (p *Private) AccountByID(ctx context.Context, id string) (a desk.Account, err error) {
	err = p.view(ctx, func(tx *sql.Tx) error {
		a, err = p.findAccount(ctx, tx, `id = ?`, id)
		return err
	})
	return a, err
}

// AccountByInvite finds whom a one-time link is for, while it holds.
func (p *Private) AccountByInvite(ctx context.Context, secret string) (a desk.Account, err error) {
	err = p.view(ctx, func(tx *sql.Tx) error {
		a, err = p.findAccount(ctx, tx, `invite = ?`, p.keys.Hash("invite", secret))
		if err == nil && (!p.now().Before(a.Invited) || !a.Disabled.IsZero()) {
			return desk.ErrNotFound
		}
		return err
	})
	return a, err
}

// Accounts are all of them, in order of their making.
func (p *Private) Accounts(ctx context.Context) (out []desk.Account, err error) {
	err = p.view(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, accountColumns+`true ORDER BY created, id`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			a, err := p.scanAccount(rows.Scan)
			if err != nil {
				return err
			}
			out = append(out, a)
		}
		return rows.Err()
	})
	return out, err
}

// Join uses up a one-time link: the account gets its password, its second factor and its
// recovery codes.
func (p *Private) Join(ctx context.Context, secret, password string, seed []byte, step int64, codes []string) (a desk.Account, err error) {
	err = p.change(ctx, "join", func(tx *sql.Tx) error {
		a, err = p.findAccount(ctx, tx, `invite = ?`, p.keys.Hash("invite", secret))
		if err != nil {
			return err
		}
		if !p.now().Before(a.Invited) || !a.Disabled.IsZero() {
			return desk.ErrNotFound
		}
		sealed, err := p.keys.Seal(seed, fieldTOTP, a.ID)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE account SET password = ?, totp = ?, totp_step = ?, invite = NULL, invite_ends = NULL, epoch = epoch + 1 WHERE id = ?`,
			password, sealed, step, a.ID)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM recovery WHERE account = ?`, a.ID); err != nil {
			return err
		}
		for _, c := range codes {
			if _, err := tx.ExecContext(ctx, `INSERT INTO recovery (account, code) VALUES (?, ?)`, a.ID, p.keys.Hash("recovery", a.ID+c)); err != nil {
				return err
			}
		}
		a.Epoch++
		return p.note(ctx, tx, a.ID, desk.DidJoin, a.ID)
	})
	return a, err
}

// UseStep takes a code of the second factor: each step once, and none before the last.
func (p *Private) UseStep(ctx context.Context, account string, step int64) error {
	return p.change(ctx, "second factor", func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE account SET totp_step = ? WHERE id = ? AND totp_step < ?`, step, account, step)
		if err := touched(res, err, desk.ErrUsed); err != nil {
			return err
		}
		return p.note(ctx, tx, account, desk.DidSignIn, account)
	})
}

// UseRecovery takes a recovery code, once.
func (p *Private) UseRecovery(ctx context.Context, account, code string) error {
	return p.change(ctx, "recovery code", func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `DELETE FROM recovery WHERE account = ? AND code = ?`, account, p.keys.Hash("recovery", account+code))
		if err := touched(res, err, desk.ErrUsed); err != nil {
			return err
		}
		return p.note(ctx, tx, account, desk.DidRecover, account)
	})
}

// SetPassword keeps a password that was hashed anew.
func (p *Private) SetPassword(ctx context.Context, account, was, password string) error {
	return p.change(ctx, "password", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE account SET password = ? WHERE id = ? AND password = ?`, password, account, was)
		return err
	})
}

// Disable ends an account: its sessions with it. Its cases stay, for the lead to hand over.
func (p *Private) Disable(ctx context.Context, email string) (a desk.Account, err error) {
	err = p.change(ctx, "disable", func(tx *sql.Tx) error {
		a, err = p.findAccount(ctx, tx, `email_key = ?`, p.keys.Hash("email", email))
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE account SET disabled = coalesce(disabled, ?), epoch = epoch + 1, invite = NULL, invite_ends = NULL WHERE id = ?`,
			when(p.now()), a.ID)
		if err != nil {
			return err
		}
		return p.note(ctx, tx, desk.Operator, desk.DidDisable, a.ID)
	})
	return a, err
}

// touched gives the error where a statement touched nothing.
func touched(res sql.Result, err, none error) error {
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		return none
	}
	return err
}

// FindCtx gives a session that has not ended.
func (p *Private) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	err = p.view(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT data FROM session WHERE token = ? AND ends > ?`, token, when(p.now())).Scan(&data)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	return data, err == nil, err
}

// CommitCtx keeps a session as long as the session manager says, by the database's own clock.
func (p *Private) CommitCtx(ctx context.Context, token string, data []byte, ends time.Time) error {
	return p.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO session (token, data, ends) VALUES (?, ?, ?)
			ON CONFLICT (token) DO UPDATE SET data = excluded.data, ends = excluded.ends`, token, data, when(p.now().Add(time.Until(ends))))
		return err
	})
}

// DeleteCtx ends a session.
func (p *Private) DeleteCtx(ctx context.Context, token string) error {
	return p.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM session WHERE token = ?`, token)
		return err
	})
}

// Find is FindCtx for callers without a context.
func (p *Private) Find(token string) ([]byte, bool, error) {
	return p.FindCtx(context.Background(), token)
}

// Commit is CommitCtx for callers without a context.
func (p *Private) Commit(token string, data []byte, ends time.Time) error {
	return p.CommitCtx(context.Background(), token, data, ends)
}

// Delete is DeleteCtx for callers without a context.
func (p *Private) Delete(token string) error { return p.DeleteCtx(context.Background(), token) }
