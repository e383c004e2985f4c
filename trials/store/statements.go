package store

import (
	"context"
	"database/sql"
	"fmt"
)

// statement is a text to prepare, and where the outcome goes.
type statement struct {
	to   **sql.Stmt
	text string
}

// prepared are statements that are said for each of many listings.
type prepared struct{ all []*sql.Stmt }

func (p *prepared) prepare(ctx context.Context, tx *sql.Tx, statements []statement) error {
	for _, s := range statements {
		stmt, err := tx.PrepareContext(ctx, s.text) //nolint:sqlclosecheck // close does it, when the listings are put
		if err != nil {
			p.close()
			return fmt.Errorf("prepare: %w", err)
		}
		*s.to = stmt
		p.all = append(p.all, stmt)
	}
	return nil
}

// close lets the statements go; the end of the transaction would do it too.
func (p *prepared) close() {
	for _, stmt := range p.all {
		_ = stmt.Close()
	}
}
