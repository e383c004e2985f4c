package main

import (
	"context"
	"errors"

	"trialfinder/trials"
	"trialfinder/trials/store"
)

// Default database files: the demo's fictional listings have their own.
const (
	defaultDB = "trialfinder.db"
	demoDB    = "demo.db"
)

// dbFlags choose the database.
type dbFlags struct {
	DB string `name:"db" placeholder:"FILE" help:"Database file (default trialfinder.db; demo.db with --demo)."`
}

func (f dbFlags) file(demo bool) string {
	switch {
	case f.DB != "":
		return f.DB
	case demo:
		return demoDB
	}
	return defaultDB
}

// existing opens a database that must be there already, of whichever kind it is.
func (f dbFlags) existing(ctx context.Context, e *env) (*store.DB, error) {
	return store.Open(ctx, store.Config{Path: f.file(false), MustExist: true, Now: e.now})
}

// create opens a database of a kind, and makes it where there is none.
func (f dbFlags) create(ctx context.Context, e *env, kind trials.Kind) (*store.DB, error) {
	return store.Open(ctx, store.Config{Path: f.file(kind == trials.Demo), Kind: kind, Now: e.now})
}

// createForSync is create for what fills the database again by itself: a damaged
// one is moved aside, never deleted, and a new one begun.
func (f dbFlags) createForSync(ctx context.Context, e *env, kind trials.Kind) (*store.DB, error) {
	db, err := f.create(ctx, e, kind)
	if !errors.Is(err, store.ErrDamaged) {
		return db, err
	}
	aside, moveErr := store.MoveAside(f.file(kind == trials.Demo), "corrupt", e.now())
	if moveErr != nil {
		return nil, errors.Join(err, moveErr)
	}
	e.log.Error("the database is damaged; beginning a new one", "kept", aside, "error", err)
	return f.create(ctx, e, kind)
}
