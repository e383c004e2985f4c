package store_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"trialfinder/trials/private"
	"trialfinder/trials/store"
)

// desk is a private database in a folder of its own, with a clock.
type desk struct {
	*store.Private
	t    *testing.T
	cfg  store.PrivateConfig
	time time.Time
}

func openDesk(t *testing.T) *desk {
	t.Helper()
	dir := t.TempDir()
	d := &desk{t: t, time: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)}
	d.cfg = store.PrivateConfig{Path: filepath.Join(dir, "private.db"), KeyFile: filepath.Join(dir, "key"), Now: func() time.Time { return d.time }}
	p, created, err := store.OpenPrivate(t.Context(), d.cfg)
	if err != nil || !created {
		t.Fatalf("open: key made %v, %v", created, err)
	}
	d.Private = p
	t.Cleanup(func() { d.Close() })
	return d
}

func (d *desk) account(email string, role private.Role) private.Account {
	d.t.Helper()
	_, secret, err := d.Invite(d.t.Context(), email, role)
	if err != nil {
		d.t.Fatal(err)
	}
	a, err := d.Join(d.t.Context(), secret, "$argon2id$x", []byte("canaryseed"), 1, []string{"canarycode"})
	if err != nil {
		d.t.Fatal(err)
	}
	return a
}

func (d *desk) newCase(owner string) private.Case {
	d.t.Helper()
	c, err := d.CreateCase(d.t.Context(), owner, private.Content{State: private.New, Notes: "canarynotes", Answers: json.RawMessage(`{"facts":{"condition":["canaryillness"]}}`)})
	if err != nil {
		d.t.Fatal(err)
	}
	return c
}

// What an adviser writes, and whom it is about, stands nowhere in the files but sealed.
func TestPrivateFilesHoldNoPlainText(t *testing.T) {
	d := openDesk(t)
	a := d.account("canary.adviser@example.org", private.Adviser)
	c := d.newCase(a.ID)
	c.Draft, c.FollowUp, c.State = false, "2027-01-31", private.Referred
	c.Shortlist = []string{"NCT99000001"}
	if err := d.SaveCase(t.Context(), a.ID, private.DidChange, &c); err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), "copy.db")
	if _, err := store.BackupPrivate(t.Context(), d.cfg.Path, copied); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{d.cfg.Path, d.cfg.Path + "-wal", copied} {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, canary := range []string{"canary", "Y2FuYXJ5", "63616e617279", "example.org", "NCT99000001", "2027-01-31", "referred"} {
			if bytes.Contains(b, []byte(canary)) {
				t.Errorf("%q stands in %s", canary, filepath.Base(path))
			}
		}
	}
	got, err := d.Case(t.Context(), c.ID)
	if err != nil || got.Notes != "canarynotes" || got.State != private.Referred || got.Draft {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestPrivateNeedsItsKey(t *testing.T) {
	d := openDesk(t)
	d.newCase(d.account("a@example.org", private.Adviser).ID)
	d.Close()
	before, _ := os.ReadFile(d.cfg.Path)
	aside := d.cfg.KeyFile + ".aside"
	if err := os.Rename(d.cfg.KeyFile, aside); err != nil {
		t.Fatal(err)
	}
	if _, _, err := store.OpenPrivate(t.Context(), d.cfg); err == nil || !strings.Contains(err.Error(), "put it back") {
		t.Errorf("no key file: got %v", err)
	}
	if _, err := os.Stat(d.cfg.KeyFile); err == nil {
		t.Error("a new key was made for an old database")
	}
	if err := private.CreateKeyFile(d.cfg.KeyFile); err != nil {
		t.Fatal(err)
	}
	if _, _, err := store.OpenPrivate(t.Context(), d.cfg); err == nil || !strings.Contains(err.Error(), "does not open") {
		t.Errorf("another key: got %v", err)
	}
	if after, _ := os.ReadFile(d.cfg.Path); !bytes.Equal(before, after) {
		t.Error("the database was changed")
	}
	if err := os.Rename(aside, d.cfg.KeyFile); err != nil {
		t.Fatal(err)
	}
	p, created, err := store.OpenPrivate(t.Context(), d.cfg)
	if err != nil || created {
		t.Fatalf("with its key again: key made %v, %v", created, err)
	}
	defer p.Close()
	if all, err := p.Cases(t.Context(), ""); err != nil || len(all) != 1 {
		t.Errorf("got %d cases, %v: something was lost", len(all), err)
	}
}

func TestPrivateRefuses(t *testing.T) {
	listings := tempPath(t)
	write(t, listings, "real", "")
	dir := t.TempDir()
	text := filepath.Join(dir, "text")
	writeFile(t, text, strings.Repeat("no database\n", 900))
	key := filepath.Join(dir, "key")
	if err := private.CreateKeyFile(key); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		cfg  store.PrivateConfig
		want string
	}{
		"the listings":        {store.PrivateConfig{Path: listings, KeyFile: key}, "no private database of this program"},
		"a text":              {store.PrivateConfig{Path: text, KeyFile: key}, "is no database"},
		"no key file named":   {store.PrivateConfig{Path: filepath.Join(dir, "p.db")}, "--key-file"},
		"missing, must exist": {store.PrivateConfig{Path: filepath.Join(dir, "p.db"), KeyFile: key, MustExist: true}, "adviser add"},
	} {
		if _, _, err := store.OpenPrivate(t.Context(), tt.cfg); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", name, err, tt.want)
		}
	}
	d := openDesk(t)
	for i := range 30 {
		d.account(strings.Repeat("x", i+1)+"@example.org", private.Adviser)
	}
	d.Close()
	damage(t, d.cfg.Path)
	if _, _, err := store.OpenPrivate(t.Context(), d.cfg); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("damaged: got %v", err)
	}
}

func TestPrivatePragmas(t *testing.T) {
	d := openDesk(t)
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "secure_delete": "1", "foreign_keys": "1"} {
		if got, _, err := d.Pragmas(t.Context(), pragma); got != want || err != nil {
			t.Errorf("%s: got %q, %v, want %q", pragma, got, err, want)
		}
	}
	info, err := os.Stat(d.cfg.Path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got the mode %v, %v, want 0600", info.Mode(), err)
	}
}

func TestInvitations(t *testing.T) {
	d := openDesk(t)
	ctx := t.Context()
	a, first, err := d.Invite(ctx, "a@example.org", private.Adviser)
	if err != nil {
		t.Fatal(err)
	}
	again, second, err := d.Invite(ctx, "a@example.org", private.Lead)
	if err != nil || again.ID != a.ID {
		t.Fatalf("a second link: got %v", err)
	}
	if _, err := d.AccountByInvite(ctx, first); !errors.Is(err, private.ErrNotFound) {
		t.Errorf("the first link still holds: %v", err)
	}
	d.time = d.time.Add(private.InviteLasts)
	if _, err := d.Join(ctx, second, "p", []byte("s"), 1, nil); !errors.Is(err, private.ErrNotFound) {
		t.Errorf("after 72 hours: got %v", err)
	}
	_, third, err := d.Invite(ctx, "a@example.org", private.Lead)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Join(ctx, third, "p", []byte("s"), 5, []string{"one", "two"}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Join(ctx, third, "p2", []byte("s"), 5, nil); !errors.Is(err, private.ErrNotFound) {
		t.Errorf("used twice: got %v", err)
	}
	if _, _, err := d.Invite(ctx, "a@example.org", private.Lead); !errors.Is(err, private.ErrTaken) {
		t.Errorf("an account that has joined: got %v", err)
	}
	for _, tt := range []struct {
		name string
		err  error
		want error
	}{
		{"the code of joining", d.UseStep(ctx, a.ID, 5), private.ErrUsed},
		{"the next code", d.UseStep(ctx, a.ID, 6), nil},
		{"the same again", d.UseStep(ctx, a.ID, 6), private.ErrUsed},
		{"an older one", d.UseStep(ctx, a.ID, 4), private.ErrUsed},
		{"a recovery code", d.UseRecovery(ctx, a.ID, "one"), nil},
		{"the same recovery code", d.UseRecovery(ctx, a.ID, "one"), private.ErrUsed},
		{"no recovery code", d.UseRecovery(ctx, a.ID, "three"), private.ErrUsed},
	} {
		if !errors.Is(tt.err, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, tt.err, tt.want)
		}
	}
}

func TestCasesAreNotLostToAnotherWindow(t *testing.T) {
	d := openDesk(t)
	a := d.account("a@example.org", private.Adviser)
	c := d.newCase(a.ID)
	mine, other := c, c
	mine.Notes = "mine"
	if err := d.SaveCase(t.Context(), a.ID, private.DidChange, &mine); err != nil {
		t.Fatal(err)
	}
	if err := d.SaveCase(t.Context(), a.ID, private.DidChange, &other); !errors.Is(err, private.ErrChanged) {
		t.Errorf("got %v, want ErrChanged", err)
	}
	if got, err := d.Case(t.Context(), c.ID); err != nil || got.Notes != "mine" {
		t.Errorf("got %q, %v", got.Notes, err)
	}
}

// A draft lives a day, a case a year after its last use, the audit two years.
func TestPurge(t *testing.T) {
	d := openDesk(t)
	ctx := t.Context()
	a := d.account("a@example.org", private.Adviser)
	draft, kept := d.newCase(a.ID), d.newCase(a.ID)
	kept.Draft = false
	if err := d.SaveCase(ctx, a.ID, private.DidKeep, &kept); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		after       time.Duration
		draft, kept bool
	}{
		{private.DraftLasts - time.Second, true, true}, {time.Second, false, true},
		{private.CaseLasts - private.DraftLasts - time.Second, false, true}, {time.Second, false, false},
	} {
		d.time = d.time.Add(tt.after)
		for _, purged := range []bool{false, true} {
			_, err := d.Case(ctx, draft.ID)
			_, err2 := d.Case(ctx, kept.ID)
			if (err == nil) != tt.draft || (err2 == nil) != tt.kept {
				t.Errorf("at %v, purged %v: the draft %v, the case %v", d.time, purged, err, err2)
			}
			if !purged {
				if _, err := d.Purge(ctx); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	before, err := d.VerifyAudit(ctx, "")
	if err != nil {
		t.Fatal(err)
	}
	d.time = d.time.Add(private.AuditLasts)
	if _, err := d.Purge(ctx); err != nil {
		t.Fatal(err)
	}
	after, err := d.VerifyAudit(ctx, "")
	if err != nil || after.Rows >= before.Rows || after.Rows == 0 {
		t.Errorf("got %d rows of %d left, %v", after.Rows, before.Rows, err)
	}
}

// Whoever can write the file, but has not the key, can't change what the audit says unseen.
func TestAuditFindsTampering(t *testing.T) {
	const loose = `DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete; `
	for name, change := range map[string]string{
		"":                       ``,
		"another actor":          loose + `UPDATE audit SET who = 'x' WHERE seq = 3`,
		"another time":           loose + `UPDATE audit SET at = '2020-01-01T00:00:00.000000000Z' WHERE seq = 3`,
		"another object":         loose + `UPDATE audit SET object = 'x' WHERE seq = 3`,
		"a row taken out":        loose + `DELETE FROM audit WHERE seq = 3`,
		"the newest row off":     loose + `DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)`,
		"the newest, head moved": loose + `DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit); UPDATE audit_end SET seq = (SELECT max(seq) FROM audit), mac = (SELECT mac FROM audit ORDER BY seq DESC LIMIT 1)`,
		"the oldest off":         loose + `DELETE FROM audit WHERE seq = 1; INSERT INTO audit_end SELECT 'tail', 1, x'00', x'00'`,
		"two rows swapped":       loose + `UPDATE audit SET seq = -3 WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = -3`,
		"a row put in":           `INSERT INTO audit (seq, at, who, what, object, mac) VALUES (99, '2026-01-01T00:00:00.000000000Z', 'a', 'b', 'c', x'00')`,
		"all of it":              loose + `DELETE FROM audit`,
	} {
		d := openDesk(t)
		a := d.account("a@example.org", private.Adviser)
		for range 3 {
			d.newCase(a.ID)
		}
		r, err := d.VerifyAudit(t.Context(), "")
		if err != nil || !r.Whole || r.Rows != 5 {
			t.Fatalf("untouched: got %+v, %v", r, err)
		}
		if change != "" {
			if err := d.Exec(t.Context(), change); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		if got, err := d.VerifyAudit(t.Context(), r.Head); (err == nil) != (name == "") || err == nil && !got.Whole || err != nil && !errors.Is(err, private.ErrAudit) {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
	d := openDesk(t)
	d.newCase(d.account("a@example.org", private.Adviser).ID)
	for _, change := range []string{`UPDATE audit SET who = 'x'`, `DELETE FROM audit`} {
		if err := d.Exec(t.Context(), change); err == nil {
			t.Errorf("%s: it was allowed", change)
		}
	}
	if _, err := d.VerifyAudit(t.Context(), "9-00"); !errors.Is(err, private.ErrAudit) {
		t.Errorf("a head that was never told: got %v", err)
	}
}

// Many at once leave one chain, and every case.
func TestPrivateManyAtOnce(t *testing.T) {
	d := openDesk(t)
	a := d.account("a@example.org", private.Adviser)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 5 {
				c, err := d.CreateCase(context.Background(), a.ID, private.Content{State: private.New})
				if err == nil {
					err = d.SaveCase(context.Background(), a.ID, private.DidChange, &c)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	all, err := d.Cases(t.Context(), a.ID)
	refs := map[string]bool{}
	for _, c := range all {
		refs[c.Ref] = true
	}
	if err != nil || len(all) != 40 || len(refs) != 40 {
		t.Errorf("got %d cases with %d numbers, %v, want 40", len(all), len(refs), err)
	}
	if r, err := d.VerifyAudit(t.Context(), ""); err != nil || r.Rows != 82 {
		t.Errorf("got %+v, %v, want 82 rows", r, err)
	}
}

func TestPrivateBackupAndRestore(t *testing.T) {
	d := openDesk(t)
	ctx := t.Context()
	a := d.account("a@example.org", private.Adviser)
	c := d.newCase(a.ID)
	copied := filepath.Join(t.TempDir(), "copy.db")
	v, err := store.BackupPrivate(ctx, d.cfg.Path, copied)
	if err != nil || v.Rows["casefile"] != 1 {
		t.Fatalf("got %+v, %v", v, err)
	}
	if _, err := store.BackupPrivate(ctx, d.cfg.Path, copied); err == nil {
		t.Error("a copy was written over")
	}
	if _, _, err := store.RestorePrivate(ctx, copied, d.cfg.Path, d.time); err == nil {
		t.Error("restored over a database in use")
	}
	if err := d.DeleteCase(ctx, a.ID, c.ID); err != nil {
		t.Fatal(err)
	}
	d.Close()
	if _, kept, err := store.RestorePrivate(ctx, copied, d.cfg.Path, d.time); err != nil || kept == "" {
		t.Fatalf("got %q, %v", kept, err)
	}
	p, _, err := store.OpenPrivate(ctx, d.cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if got, err := p.Case(ctx, c.ID); err != nil || got.Notes != "canarynotes" {
		t.Errorf("got %+v, %v", got, err)
	}
	if r, err := p.VerifyAudit(ctx, ""); err != nil || !r.Whole {
		t.Errorf("got %+v, %v", r, err)
	}
	if _, err := store.VerifyPrivate(ctx, d.cfg.KeyFile); err == nil {
		t.Error("a key file was taken for a copy")
	}
}
