package main

import (
	"context"
	"errors"
	"fmt"

	"trialfinder/trials"
)

type historyCmd struct {
	dbFlags
	ID string `arg:"" help:"Id of the trial, for example NCT01234567."`
}

// Run prints the versions and changes of one listing.
func (c *historyCmd) Run(ctx context.Context, e *env) error {
	if _, _, ok := trials.CanonicalID(c.ID); !ok {
		return usageError(fmt.Sprintf("%q is no trial id such as NCT01234567", c.ID))
	}
	db, err := c.existing(ctx, e)
	if err != nil {
		return err
	}
	defer db.Close()
	h, err := db.History(ctx, c.ID)
	if errors.Is(err, trials.ErrNotFound) {
		return fmt.Errorf("%s is not stored here: sync or import it first", c.ID)
	}
	if err != nil {
		return err
	}
	return printJSON(e.stdout, h)
}
