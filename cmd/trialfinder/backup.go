package main

import (
	"context"
	"fmt"

	"trialfinder/trials"
	"trialfinder/trials/store"
)

type backupCmd struct {
	dbFlags
	File string `arg:"" help:"Where to write the copy; it must not be there yet."`
}

// Run writes a checked copy of the database, which may be in use.
func (c *backupCmd) Run(ctx context.Context, e *env) error {
	db, err := store.Open(ctx, store.Config{Path: c.file(false), MustExist: true, ReadOnly: true, Now: e.now})
	if err != nil {
		return err
	}
	defer db.Close()
	v, err := db.Backup(ctx, c.File)
	if err != nil {
		return err
	}
	return encoder(e.stdout).Encode(v)
}

type restoreCmd struct {
	dbFlags
	Verify bool   `help:"Only check the copy, and change nothing."`
	File   string `arg:"" help:"A file that backup wrote."`
}

// Run checks a copy and, unless told only to check, puts it in the place of the
// database. What was there is kept.
func (c *restoreCmd) Run(ctx context.Context, e *env) error {
	v, err := store.Verify(ctx, c.File)
	if err != nil {
		return err
	}
	if !c.Verify {
		path := c.file(v.Kind == trials.Demo)
		restored, kept, err := store.Restore(ctx, c.File, path, e.now())
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
