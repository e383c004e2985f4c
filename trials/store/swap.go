package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"trialfinder/trials"
)

// Swap puts all that a run has staged in place of what readers see, writes what
// changed, and finishes the run as clean: one transaction, so that a reader sees
// the old night or the new one, and each change is told once. Of a run that
// walked, listings that were missed by so many walks in a row are removed. It
// gives the run with its counts.
func (db *DB) Swap(ctx context.Context, run trials.Run, walks int) (trials.Run, error) {
	err := db.update(ctx, func(tx *sql.Tx) error {
		s, err := swap(ctx, tx, run)
		if err != nil {
			return err
		}
		if run.Walked {
			if err := s.walked(ctx, tx, walks); err != nil {
				return err
			}
		}
		if err := discard(ctx, tx, `run = ?`, run.ID); err != nil {
			return err
		}
		if run.Full { // what has no id and was not met with again is there no more
			if _, err := tx.ExecContext(ctx, `DELETE FROM quarantine WHERE source = ? AND id = '' AND seen < ?`, run.Source, s.at); err != nil {
				return err
			}
		}
		run.New, run.Changed, run.Removed = s.added, s.updated, s.removed
		run.Clean = true
		if err := finishRun(ctx, tx, run); err != nil {
			return err
		}
		return bump(ctx, tx) // even where nothing changed: the listings are fresher
	})
	if err != nil {
		run.Clean = false
		return run, fmt.Errorf("store: swap in run %d: %w", run.ID, err)
	}
	// A log that can't be emptied now is emptied after the next night.
	_ = db.truncateLog(ctx)
	return run, nil
}

// Missing counts the listings of the run's registry that the run did not see,
// and all that it could have: those that some run saw before.
func (db *DB) Missing(ctx context.Context, run trials.Run) (missing, listed int, err error) {
	err = db.read.QueryRowContext(ctx, `SELECT count(*),
			count(*) FILTER (WHERE id NOT IN (SELECT id FROM staged WHERE run = ?))
		FROM trial WHERE source = ? AND removed_at IS NULL AND seen_run IS NOT NULL`, run.ID, run.Source).Scan(&listed, &missing)
	if err != nil {
		return 0, 0, fmt.Errorf("store: missing from run %d: %w", run.ID, err)
	}
	return missing, listed, nil
}

// MissingIDs gives so many of the listings that Missing counts.
func (db *DB) MissingIDs(ctx context.Context, run trials.Run, limit int) ([]string, error) {
	rows := func(ctx context.Context, tx *sql.Tx) (*sql.Rows, error) {
		return tx.QueryContext(ctx, `SELECT id FROM trial WHERE source = ? AND removed_at IS NULL AND seen_run IS NOT NULL
			AND id NOT IN (SELECT id FROM staged WHERE run = ?) ORDER BY id LIMIT ?`, run.Source, run.ID, limit)
	}
	return collect(ctx, db, "ids missing from a run", rows, scanText)
}

func scanText(rows *sql.Rows) (text string, err error) { return text, rows.Scan(&text) }

// chunk is how many staged listings are held in memory at once.
const chunk = 256

// swapper swaps one run in.
type swapper struct {
	listings
	run                     trials.Run
	at                      any
	moved                   bool // something that a reader may have kept has changed
	added, updated, removed int
	changes                 map[string]trials.Change // of a run that is a Put
	touched                 []int64                  // keys whose pairs may be others now
}

// incoming is one staged listing on its way in.
type incoming struct {
	id            string
	version       int64
	hash, docHash string
	doc           []byte
	trial         trials.Trial
}

func swap(ctx context.Context, tx *sql.Tx, run trials.Run) (*swapper, error) {
	s := &swapper{run: run, at: when(run.Started), changes: map[string]trials.Change{}}
	defer s.close()
	if err := s.prepareAll(ctx, tx); err != nil {
		return nil, err
	}
	next, err := nextIncoming(ctx, tx, run.ID, "")
	for err == nil && len(next.list) > 0 {
		batch := next
		// While this one is written, the next is decoded.
		if next, err = nextIncoming(ctx, tx, run.ID, batch.list[len(batch.list)-1].id); err != nil {
			break
		}
		err = s.batch(ctx, batch)
	}
	if err != nil {
		return nil, err
	}
	if err := s.touch(ctx, tx); err != nil {
		return nil, err
	}
	return s, pairAll(ctx, tx, s.touched)
}

func (s *swapper) batch(ctx context.Context, b *decoding) error {
	list, err := b.wait()
	if err != nil {
		return err
	}
	for i := range list {
		if err := s.one(ctx, &list[i]); err != nil {
			return fmt.Errorf("trial %q: %w", list[i].id, err)
		}
	}
	return s.flushWords(ctx)
}

// decoding is a chunk of staged listings whose documents are being read.
type decoding struct {
	list []incoming
	errs []error
	work sync.WaitGroup
}

func (d *decoding) wait() ([]incoming, error) {
	d.work.Wait()
	return d.list, errors.Join(d.errs...)
}

// nextIncoming reads the staged listings after an id, and decodes them on all cores.
func nextIncoming(ctx context.Context, tx *sql.Tx, run int64, after string) (*decoding, error) {
	rows, err := tx.QueryContext(ctx, `SELECT s.id, v.key, v.source_hash, v.doc_hash, b.doc
		FROM staged s JOIN version v ON v.key = s.version JOIN body b ON b.version = s.version
		WHERE s.run = ? AND s.id > ? ORDER BY s.id LIMIT ?`, run, after, chunk)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	d := &decoding{}
	for rows.Next() {
		var in incoming
		if err := rows.Scan(&in.id, &in.version, &in.hash, &in.docHash, &in.doc); err != nil {
			return nil, err
		}
		d.list = append(d.list, in)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	d.errs = make([]error, len(d.list))
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		d.work.Go(func() {
			u := new(unpacker)
			for i := w; i < len(d.list); i += workers {
				d.errs[i] = decode(u, d.list[i].doc, &d.list[i].trial)
				d.list[i].doc = nil
			}
		})
	}
	return d, nil
}

// current is what readers see of a listing so far.
type current struct {
	key, version  int64 // key 0: nothing
	id            string
	hash, docHash string
	removed       bool
}

func (s *swapper) one(ctx context.Context, in *incoming) error {
	old, err := s.current(ctx, &in.trial)
	if err != nil {
		return err
	}
	change := trials.Unchanged
	switch {
	case old.key == 0:
		change = trials.Added
		err = s.add(ctx, in)
	case resubmitted(old.id, in.id):
		err = s.forget(ctx, in) // an earlier application than the one that is here
	case old.hash != in.hash || old.removed || old.id != in.id:
		change = trials.Updated
		err = s.change(ctx, old, in)
	case old.docHash != in.docHash:
		err = s.readAnew(ctx, old, in)
	default:
		err = s.forget(ctx, in)
	}
	if err != nil {
		return err
	}
	switch change {
	case trials.Added:
		s.added++
	case trials.Updated:
		s.updated++
	}
	if s.run.ID == 0 {
		s.changes[in.id] = change
	}
	return nil
}

// current finds the listing by its id, or by an id that its registry gave it before.
func (s *swapper) current(ctx context.Context, t *trials.Trial) (current, error) {
	c, err := s.lookUp(ctx, s.find, t.ID)
	if err != nil || c.key != 0 {
		return c, err
	}
	for _, alias := range t.Aliases {
		if c, err = s.lookUp(ctx, s.findOld, alias, t.Source); err != nil || c.key != 0 {
			return c, err
		}
	}
	if base, ok := trials.SameEUTrial(t.ID); ok {
		// "-01" and the like come after the base, and "." after "-".
		return s.lookUp(ctx, s.findEU, base, base+".", t.Source)
	}
	return c, nil
}

func (s *swapper) lookUp(ctx context.Context, stmt *sql.Stmt, args ...any) (current, error) {
	var c current
	err := stmt.QueryRowContext(ctx, args...).Scan(&c.key, &c.id, &c.version, &c.hash, &c.docHash, &c.removed)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return c, fmt.Errorf("find: %w", err)
	}
	return c, nil
}

// resubmitted says whether the id that is here is a later application for the
// same trial than the one that comes.
func resubmitted(here, comes string) bool {
	a, ok := trials.SameEUTrial(here)
	b, _ := trials.SameEUTrial(comes)
	return ok && a == b && here > comes
}

func (s *swapper) add(ctx context.Context, in *incoming) error {
	key, err := s.insert(ctx, in, s.at)
	if err != nil {
		return err
	}
	return s.settle(ctx, key, in, []trials.Event{{Kind: trials.EventNew, New: string(in.trial.Status)}})
}

func (s *swapper) change(ctx context.Context, old current, in *incoming) error {
	before, err := s.document(ctx, old.version)
	if err != nil {
		return err
	}
	var events []trials.Event
	if old.id != in.id {
		events = append(events, trials.Event{Kind: trials.EventRenamed, Old: old.id, New: in.id})
	}
	if old.removed {
		events = append(events, trials.Event{Kind: trials.EventReopened, What: "listing", New: string(in.trial.Status)})
	}
	events = append(events, trials.Diff(&before, &in.trial)...)
	if err := s.update(ctx, old.key, in, s.at); err != nil {
		return err
	}
	if old.hash == in.hash && old.docHash == in.docHash {
		// Back, or under another id, as it was.
		if _, err := s.dropVersion.ExecContext(ctx, old.version); err != nil {
			return err
		}
	}
	return s.settle(ctx, old.key, in, events)
}

// readAnew replaces what this program read of a record by what it reads now. The
// derived row was made from another reading of the same record: its facets stay in
// use until it is made anew.
func (s *swapper) readAnew(ctx context.Context, old current, in *incoming) error {
	if err := s.update(ctx, old.key, in, s.at); err != nil {
		return err
	}
	if err := s.settle(ctx, old.key, in, nil); err != nil {
		return err
	}
	for _, stmt := range []*sql.Stmt{s.outdate, s.keepSeen} {
		if _, err := stmt.ExecContext(ctx, old.key); err != nil {
			return err
		}
	}
	_, err := s.dropVersion.ExecContext(ctx, old.version)
	return err
}

// forget drops a staged version that tells nothing new.
func (s *swapper) forget(ctx context.Context, in *incoming) error {
	_, err := s.dropVersion.ExecContext(ctx, in.version)
	return err
}

// settle writes what hangs on the row, and what changed.
func (s *swapper) settle(ctx context.Context, key int64, in *incoming, events []trials.Event) error {
	s.moved = true
	s.touched = append(s.touched, key)
	isNew := len(events) > 0 && events[0].Kind == trials.EventNew
	if err := s.content(ctx, key, in, isNew); err != nil {
		return err
	}
	for _, e := range events {
		if _, err := s.event.ExecContext(ctx, key, in.version, s.at, e.Kind, e.What, e.Old, e.New); err != nil {
			return fmt.Errorf("event: %w", err)
		}
	}
	return nil
}

// touch notes of everything the run saw that it was seen. What could not be read is as
// old as it was.
func (s *swapper) touch(ctx context.Context, tx *sql.Tx) error {
	var seen any // an import sees nothing at the registry
	if s.run.Source != trials.ImportSource {
		seen = s.run.ID
	}
	_, err := tx.ExecContext(ctx, `UPDATE trial SET seen_run = coalesce(?2, seen_run), absent = 0,
		synced = CASE WHEN `+aside+` THEN synced ELSE max(synced, ?1) END
		WHERE id IN (SELECT id FROM staged WHERE run = ?3)`, s.at, seen, s.run.ID)
	if err != nil {
		return fmt.Errorf("touch: %w", err)
	}
	return s.relist(ctx, tx)
}
