package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"trialfinder/trials"
)

// Put stores listings, all or none, and says of each what that did. Where the raw
// record is the one that is there, only the time of its sync moves, and that
// never back. A listing that had been removed counts as updated, and one that
// only this program reads otherwise than before is stored anew but counts as
// unchanged: the registry changed nothing.
func (db *DB) Put(ctx context.Context, recs []trials.Record, synced time.Time) ([]trials.Change, error) {
	changes := make([]trials.Change, len(recs))
	if len(recs) == 0 {
		return changes, nil
	}
	err := db.update(ctx, func(tx *sql.Tx) error {
		p, err := newPutter(ctx, tx, synced)
		if err != nil {
			return err
		}
		defer p.close()
		for i := range recs {
			if changes[i], err = p.put(ctx, &recs[i]); err != nil {
				return fmt.Errorf("trial %q: %w", recs[i].Trial.ID, err)
			}
		}
		return p.finish(ctx, tx)
	})
	if err != nil {
		return nil, fmt.Errorf("store: put %d listings: %w", len(recs), err)
	}
	return changes, nil
}

// putter stores listings within one transaction.
type putter struct {
	statements
	packer *packer
	synced any
	moved  bool    // something that a reader may have kept has changed
	index  [][]any // rows for the search index, see finish
}

func newPutter(ctx context.Context, tx *sql.Tx, synced time.Time) (*putter, error) {
	if synced.IsZero() {
		return nil, fmt.Errorf("no time of sync: %w", trials.ErrInvalid)
	}
	z, err := newPacker()
	if err != nil {
		return nil, err
	}
	p := &putter{packer: z, synced: when(synced)}
	return p, p.prepare(ctx, tx)
}

// listing is one record on its way in.
type listing struct {
	*trials.Record
	doc              []byte
	hash, docHash    string
	key              int64 // 0 for a new one
	oldHash, oldRead string
	removed          bool
}

func (p *putter) put(ctx context.Context, rec *trials.Record) (trials.Change, error) {
	if rec.Trial.ID == "" {
		return trials.Unchanged, fmt.Errorf("no id: %w", trials.ErrInvalid)
	}
	doc, err := json.Marshal(&rec.Trial)
	if err != nil {
		return trials.Unchanged, fmt.Errorf("encode: %w", err)
	}
	sum := sha256.Sum256(doc)
	l := &listing{Record: rec, doc: doc, hash: rec.Hash(), docHash: hex.EncodeToString(sum[:])}
	err = p.find.QueryRowContext(ctx, rec.Trial.ID).Scan(&l.key, &l.oldHash, &l.oldRead, &l.removed)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return trials.Unchanged, fmt.Errorf("find: %w", err)
	}
	if _, err := p.release.ExecContext(ctx, rec.Trial.Source, rec.Trial.ID); err != nil {
		return trials.Unchanged, fmt.Errorf("release from quarantine: %w", err)
	}
	return p.store(ctx, l)
}

func (p *putter) store(ctx context.Context, l *listing) (trials.Change, error) {
	change := trials.Unchanged
	switch {
	case l.key == 0:
		change = trials.Added
	case l.hash != l.oldHash || l.removed:
		change = trials.Updated
	case l.docHash == l.oldRead:
		if _, err := p.touch.ExecContext(ctx, p.synced, l.key); err != nil {
			return change, fmt.Errorf("touch: %w", err)
		}
		return change, nil
	}
	p.moved = true
	if err := p.row(ctx, l); err != nil {
		return change, err
	}
	if l.docHash == l.oldRead && l.hash == l.oldHash {
		return change, nil // back from removal as it was
	}
	return change, p.content(ctx, l)
}

// row writes the row in trial; it gives a new listing its key.
func (p *putter) row(ctx context.Context, l *listing) error {
	t := &l.Trial
	args := []any{t.ID, t.Source, t.Status, t.StudyType, t.BriefTitle, t.OfficialTitle,
		t.LastUpdatePosted.Date.String(), t.FirstPosted.Date.String(), l.hash, l.docHash, p.synced}
	if l.key != 0 {
		if _, err := p.change.ExecContext(ctx, append(args, l.key)...); err != nil {
			return fmt.Errorf("change: %w", err)
		}
		return nil
	}
	if err := p.insert.QueryRowContext(ctx, args...).Scan(&l.key); err != nil {
		return fmt.Errorf("insert: %w", err)
	}
	return nil
}

// content writes all that hangs on the row, in place of what is there.
func (p *putter) content(ctx context.Context, l *listing) error {
	if l.oldRead != l.docHash && l.oldHash == l.hash {
		// The derived row was made from another reading of the same record. Its
		// facets stay in use until it is made anew.
		if _, err := p.outdate.ExecContext(ctx, l.key); err != nil {
			return fmt.Errorf("outdate: %w", err)
		}
	}
	for _, part := range []struct {
		into  *sql.Stmt
		plain []byte
	}{{p.doc, l.doc}, {p.raw, l.Raw}} {
		packed, err := p.packer.pack(part.plain)
		if err != nil {
			return err
		}
		if _, err := part.into.ExecContext(ctx, l.key, packed); err != nil {
			return fmt.Errorf("document: %w", err)
		}
	}
	if err := p.aliases(ctx, l); err != nil {
		return fmt.Errorf("aliases: %w", err)
	}
	if err := p.sites(ctx, l); err != nil {
		return fmt.Errorf("sites: %w", err)
	}
	p.index = append(p.index, wordsOf(l.key, &l.Trial))
	return nil
}

// finish writes the search index. It comes last because the index flushes what it
// has gathered whenever another statement makes a savepoint: one listing at a
// time, that makes a thousand small segments instead of one.
func (p *putter) finish(ctx context.Context, tx *sql.Tx) error {
	for _, row := range p.index {
		if _, err := p.words.ExecContext(ctx, row...); err != nil {
			return fmt.Errorf("search index: %w", err)
		}
	}
	if p.moved {
		return bump(ctx, tx)
	}
	return nil
}

func (p *putter) aliases(ctx context.Context, l *listing) error {
	if _, err := p.dropAliases.ExecContext(ctx, l.key); err != nil {
		return err
	}
	for _, alias := range aliasesOf(&l.Trial) {
		if _, err := p.alias.ExecContext(ctx, alias, l.key); err != nil {
			return err
		}
	}
	return nil
}

func (p *putter) sites(ctx context.Context, l *listing) error {
	if _, err := p.dropSites.ExecContext(ctx, l.key); err != nil {
		return err
	}
	for i := range l.Trial.Sites {
		s := &l.Trial.Sites[i]
		var lat, lon any
		if s.GeoPoint != nil {
			lat, lon = s.GeoPoint.Lat, s.GeoPoint.Lon
		}
		_, err := p.site.ExecContext(ctx, l.key, i, s.Facility, s.Status, s.City, s.State,
			trials.CountryCode(s.Country), lat, lon)
		if err != nil {
			return err
		}
	}
	return nil
}
