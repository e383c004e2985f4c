package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"filippo.io/age"

	"trialfinder/trials"
	"trialfinder/trials/store"
)

type backupCmd struct {
	dbFlags
	PrivateDB string   `name:"private-db" placeholder:"FILE" help:"Copy the advisers' database instead; the key file is not in the copy."`
	Recipient []string `placeholder:"KEY" help:"Encrypt the copy to this public key of age (age1…); may be given more than once."`
	File      string   `arg:"" help:"Where to write the copy; it must not be there yet."`
}

// Run writes a checked copy of the database, which may be in use.
func (c *backupCmd) Run(ctx context.Context, e *env) error {
	keys, err := recipients(c.Recipient)
	if err != nil {
		return err
	}
	if c.PrivateDB != "" {
		return c.copyPrivate(ctx, e, keys)
	}
	db, err := store.Open(ctx, store.Config{Path: c.file(false), MustExist: true, ReadOnly: true, Now: e.now})
	if err != nil {
		return err
	}
	defer db.Close()
	began := e.now()
	v, err := c.copy(ctx, db, keys)
	if err != nil {
		return err
	}
	if err := db.NoteBackup(began); err != nil {
		fmt.Fprintln(e.stderr, "trialfinder: the copy is whole, but the operator's page won't tell of it:", err)
	}
	return encoder(e.stdout).Encode(v)
}

// copyPrivate copies the advisers' database.
func (c *backupCmd) copyPrivate(ctx context.Context, e *env, keys []age.Recipient) (err error) {
	to := c.File
	if len(keys) > 0 {
		folder, done, err := beside(c.File)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, done()) }()
		to = filepath.Join(folder, "plain.db")
	}
	v, err := store.BackupPrivate(ctx, c.PrivateDB, to)
	if err != nil {
		return err
	}
	if v.File = c.File; len(keys) > 0 {
		if err := sealFile(to, c.File, keys); err != nil {
			return err
		}
	}
	return encoder(e.stdout).Encode(v)
}

// copy writes the copy, encrypted where there are keys. What is checked is the plain copy,
// which does not stay.
func (c *backupCmd) copy(ctx context.Context, db *store.DB, keys []age.Recipient) (v store.Verified, err error) {
	if len(keys) == 0 {
		return db.Backup(ctx, c.File)
	}
	folder, done, err := beside(c.File)
	if err != nil {
		return v, err
	}
	defer func() { err = errors.Join(err, done()) }()
	plain := filepath.Join(folder, "plain.db")
	if v, err = db.Backup(ctx, plain); err != nil {
		return v, err
	}
	v.File = c.File
	return v, sealFile(plain, c.File, keys)
}

type restoreCmd struct {
	dbFlags
	PrivateDB string `name:"private-db" placeholder:"FILE" help:"Restore the advisers' database instead."`
	Verify    bool   `help:"Only check the copy, and change nothing."`
	Identity  string `placeholder:"FILE" help:"File with the secret key of age, for an encrypted copy."`
	File      string `arg:"" help:"A file that backup wrote."`
}

// Run checks a copy and, unless told only to check, puts it in the place of the
// database. What was there is kept.
func (c *restoreCmd) Run(ctx context.Context, e *env) (err error) {
	file, done, err := c.plain()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	if c.PrivateDB != "" {
		return c.restorePrivate(ctx, e, file)
	}
	v, err := store.Verify(ctx, file)
	if err != nil {
		return err
	}
	path := c.file(v.Kind == trials.Demo)
	if c.Verify {
		c.noteDrill(e, path)
	} else {
		restored, kept, err := store.Restore(ctx, file, path, e.now())
		if err != nil {
			return err
		}
		v = restored
		if kept != "" {
			fmt.Fprintln(e.stderr, "trialfinder: the database that was there is kept as", kept)
		}
		// Opening brings an older schema up to date.
		db, err := store.Open(ctx, store.Config{Path: path, MustExist: true, Kind: v.Kind, Now: e.now})
		if err != nil {
			return err
		}
		if err := db.Close(); err != nil {
			return err
		}
	}
	return encoder(e.stdout).Encode(v)
}

// noteDrill notes beside the database, where there is one here, that a copy was drilled.
func (c *restoreCmd) noteDrill(e *env, path string) {
	if _, err := os.Stat(path); err != nil {
		return // checked on another machine
	}
	if err := store.NoteDrill(path, e.now()); err != nil {
		fmt.Fprintln(e.stderr, "trialfinder: the copy is whole, but the operator's page won't tell of it:", err)
	}
}

// restorePrivate checks a copy of the advisers' database and puts it in its place.
func (c *restoreCmd) restorePrivate(ctx context.Context, e *env, file string) error {
	v, err := store.VerifyPrivate(ctx, file)
	if err == nil && !c.Verify {
		var kept string
		v, kept, err = store.RestorePrivate(ctx, file, c.PrivateDB, e.now())
		if kept != "" {
			fmt.Fprintln(e.stderr, "trialfinder: the database that was there is kept as", kept)
		}
	}
	if err != nil {
		return err
	}
	return encoder(e.stdout).Encode(v)
}

// plain gives a file that holds the copy as it is, and what to call when it is no longer needed.
func (c *restoreCmd) plain() (file string, done func() error, err error) {
	if !isSealed(c.File) {
		return c.File, func() error { return nil }, nil
	}
	if c.Identity == "" {
		return "", nil, usageError(c.File + " is encrypted: name the file of its secret key with --identity")
	}
	folder, done, err := beside(c.File)
	if err != nil {
		return "", nil, err
	}
	file = filepath.Join(folder, "plain.db")
	if err := unsealFile(c.File, file, c.Identity); err != nil {
		return "", nil, errors.Join(err, done())
	}
	return file, done, nil
}
