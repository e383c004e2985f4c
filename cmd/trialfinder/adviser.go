package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"trialfinder/trials/private"
	"trialfinder/trials/store"
	"trialfinder/web"
)

// privateFlags choose the advisers' database.
type privateFlags struct {
	PrivateDB string `name:"private-db" placeholder:"FILE" help:"Database of advisers and their cases; none: there is no adviser's desk."`
	KeyFile   string `placeholder:"FILE" help:"Key that opens it (default: the database's name and .key). Keep a copy apart from backups: without it nobody can read a case."`
}

// defaultPrivate is the private database of commands that need one.
const defaultPrivate = "private.db"

func (f privateFlags) config(e *env, mustExist bool) store.PrivateConfig {
	cfg := store.PrivateConfig{Path: f.PrivateDB, KeyFile: f.KeyFile, MustExist: mustExist, Now: e.now}
	if cfg.Path == "" {
		cfg.Path = defaultPrivate
	}
	if cfg.KeyFile == "" {
		cfg.KeyFile = cfg.Path + ".key"
	}
	return cfg
}

func (f privateFlags) open(ctx context.Context, e *env, mustExist bool) (*store.Private, error) {
	cfg := f.config(e, mustExist)
	p, created, err := store.OpenPrivate(ctx, cfg)
	if created {
		fmt.Fprintf(e.stderr, "trialfinder: made the key file %s: keep a copy of it apart from the database and its backups\n", cfg.KeyFile)
	}
	return p, err
}

// openPrivate opens the private database of a site that has a desk.
func (f privateFlags) openPrivate(ctx context.Context, e *env) (*store.Private, error) {
	if f.PrivateDB == "" {
		return nil, nil //nolint:nilnil // a site may have no desk
	}
	return f.open(ctx, e, false)
}

// closePrivate closes what openPrivate opened.
func closePrivate(p *store.Private) {
	if p != nil {
		_ = p.Close() // everything in it is committed
	}
}

// deskStore is the private database as the web takes it; nil stays nil.
func deskStore(p *store.Private) web.Private {
	if p == nil {
		return nil
	}
	return p
}

// purgeEvery is how soon what has come to its end is deleted.
const purgeEvery = time.Hour

// purge deletes what has come to its end, at once and then by the hour.
func purge(ctx context.Context, e *env, p *store.Private) {
	if p == nil {
		return
	}
	tick := time.NewTicker(purgeEvery)
	defer tick.Stop()
	for {
		if n, err := p.Purge(ctx); err != nil && ctx.Err() == nil {
			e.log.Error("purging the private database", "error", err)
		} else if n > 0 {
			e.log.Info("purged", "cases", n)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

type adviserCmd struct {
	Add     adviserAddCmd     `cmd:"" help:"Make an account, and print a one-time link to join by."`
	List    adviserListCmd    `cmd:"" help:"Print all accounts."`
	Disable adviserDisableCmd `cmd:"" help:"End an account and its sessions; its cases stay."`
}

type adviserAddCmd struct {
	privateFlags
	Role    string `default:"adviser" enum:"adviser,lead,admin" help:"adviser: own cases; lead: all cases; admin: no case."`
	BaseURL string `placeholder:"URL" default:"http://localhost:8080" help:"The site's public address, for the link."`
	Lang    string `default:"en" enum:"en,da,nl,fr,zh" help:"Language of the page that the link opens."`
	Email   string `arg:"" help:"Address of the adviser."`
}

// Run makes an account. The link is printed and kept nowhere.
func (c *adviserAddCmd) Run(ctx context.Context, e *env) (err error) {
	email, err := private.CleanEmail(c.Email)
	if err != nil {
		return usageError(err.Error())
	}
	p, err := c.open(ctx, e, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	a, secret, err := p.Invite(ctx, email, private.Role(c.Role))
	if errors.Is(err, private.ErrTaken) {
		return fmt.Errorf("%s has joined already, or was disabled", email)
	}
	if err != nil {
		return err
	}
	return encoder(e.stdout).Encode(struct {
		ID    string       `json:"id"`
		Email string       `json:"email"`
		Role  private.Role `json:"role"`
		Link  string       `json:"link"`
		Until time.Time    `json:"until"`
	}{a.ID, a.Email, a.Role, strings.TrimRight(c.BaseURL, "/") + "/" + c.Lang + "/desk/join/" + secret, a.Invited.UTC()})
}

type adviserListCmd struct{ privateFlags }

// Run prints the accounts, one a line.
func (c *adviserListCmd) Run(ctx context.Context, e *env) error {
	p, err := c.open(ctx, e, true)
	if err != nil {
		return err
	}
	defer p.Close()
	all, err := p.Accounts(ctx)
	if err != nil {
		return err
	}
	for _, a := range all {
		if err := encoder(e.stdout).Encode(listed(a)); err != nil {
			return err
		}
	}
	return nil
}

// listedAccount is an account as it is printed.
type listedAccount struct {
	ID       string       `json:"id"`
	Email    string       `json:"email"`
	Role     private.Role `json:"role"`
	Joined   bool         `json:"joined"`
	Disabled bool         `json:"disabled"`
	Created  time.Time    `json:"created"`
}

func listed(a private.Account) listedAccount {
	return listedAccount{a.ID, a.Email, a.Role, a.Password != "", !a.Disabled.IsZero(), a.Created.UTC()}
}

type adviserDisableCmd struct {
	privateFlags
	Email string `arg:"" help:"Address of the adviser."`
}

// Run ends an account.
func (c *adviserDisableCmd) Run(ctx context.Context, e *env) (err error) {
	email, err := private.CleanEmail(c.Email)
	if err != nil {
		return usageError(err.Error())
	}
	p, err := c.open(ctx, e, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	a, err := p.Disable(ctx, email)
	if errors.Is(err, private.ErrNotFound) {
		return fmt.Errorf("there is no account %s", email)
	}
	if err != nil {
		return err
	}
	a.Disabled = e.now()
	return encoder(e.stdout).Encode(listed(a))
}

type auditCmd struct {
	Verify auditVerifyCmd `cmd:"" help:"Check that no row of the audit was changed, removed or moved."`
}

type auditVerifyCmd struct {
	privateFlags
	Head string `placeholder:"HEAD" help:"A head that an earlier check printed: it must still be in the audit."`
}

// Run checks the audit, and prints its head, to be noted elsewhere.
func (c *auditVerifyCmd) Run(ctx context.Context, e *env) error {
	p, err := c.open(ctx, e, true)
	if err != nil {
		return err
	}
	defer p.Close()
	report, err := p.VerifyAudit(ctx, c.Head)
	if err != nil {
		return err
	}
	return encoder(e.stdout).Encode(report)
}
