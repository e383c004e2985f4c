package ctis

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"trialfinder/trials"
	"trialfinder/trials/fetch"
)

const (
	// everything is the slice of the whole register; the others are by status.
	everything = 0
	// maxFailed: so many dossiers in a row that can't be had mean that none can.
	maxFailed = 3
	// maxMissing is the same of dossiers that are not there.
	maxMissing = 10
)

// Changed gives the trials that the register has updated or published since the
// given day. A trial whose dossier can't be had is a *trials.RecordError; where it
// wraps trials.ErrUnavailable, a later try may do better; where it wraps
// trials.ErrNotFound, the register says that there is none, as it does of some that it
// lists. Several of either kind in a row end the walk.
func (c *Client) Changed(ctx context.Context, since time.Time) iter.Seq2[trials.Record, error] {
	return c.ChangedFrom(ctx, since, "")
}

// ChangedFrom is Changed from a record's page on. What has moved to another page
// meanwhile has changed, and so the next walk finds it. A page of another walk is
// the beginning.
func (c *Client) ChangedFrom(ctx context.Context, since time.Time, page string) iter.Seq2[trials.Record, error] {
	since = since.UTC().Truncate(24 * time.Hour)
	return func(yield func(trials.Record, error) bool) {
		g := gatherer{client: c, yield: yield, since: since, given: map[string]int{}}
		number, at := c.parsePosition(since, page)
		err := c.slices(number, at, func(number int, at place) error {
			s := slice{client: c, status: number, since: since}
			s.take = func(ctx context.Context, got found, here place) error {
				return g.page(ctx, got, c.position(since, number, here))
			}
			return s.walk(ctx, at)
		})
		if err != nil && !errors.Is(err, errStopped) {
			yield(trials.Record{}, fmt.Errorf("ctis: %w", err))
		}
	}
}

// slices walks through the whole register, or, where that has more rows than one
// query can give, through it by status. A status that is not known is in the whole
// alone.
func (c *Client) slices(from int, at place, walk func(number int, at place) error) error {
	if from == everything {
		err := walk(everything, at)
		if !errors.Is(err, errTooMany) {
			return err
		}
		c.log.Warn("ctis: the register is too large for one query, asking by status")
		from, at = 1, place{}
	}
	for number := from; number <= len(publicStatus); number++ {
		if err := walk(number, at); err != nil {
			return fmt.Errorf("status %d: %w", number, err)
		}
		at = place{}
	}
	return nil
}

// position names a place in words that parsePosition reads, with what the walk
// asks for: a place in another walk is no place in this one.
func (c *Client) position(since time.Time, number int, at place) string {
	return fmt.Sprintf("%s %d %d %d %d", since.Format(time.DateOnly), c.pageSize, number, at.page, at.rows)
}

// parsePosition reads a position; anything else is the beginning.
func (c *Client) parsePosition(since time.Time, text string) (int, place) {
	day, rest, _ := strings.Cut(text, " ")
	var numbers []int
	for field := range strings.FieldsSeq(rest) {
		n, err := strconv.Atoi(field)
		if err != nil || n < 0 {
			return everything, place{}
		}
		numbers = append(numbers, n)
	}
	if day != since.Format(time.DateOnly) || len(numbers) != 4 || numbers[0] != c.pageSize || numbers[1] > len(publicStatus) {
		return everything, place{}
	}
	return numbers[1], place{page: numbers[2], rows: numbers[3]}
}

// gatherer gets the dossiers of the rows that a walk comes by.
type gatherer struct {
	client  *Client
	yield   func(trials.Record, error) bool
	since   time.Time
	given   map[string]int // trial → its last submission that was given
	failed  int            // dossiers in a row that could not be had
	missing int            // dossiers in a row that were not there
}

// page hands on what is new on one page of the search.
func (g *gatherer) page(ctx context.Context, got found, here string) error {
	for _, bad := range got.bad {
		if !g.yield(trials.Record{}, bad) {
			return errStopped
		}
	}
	for _, r := range lastSubmissions(got.rows) {
		base, n := submission(r.Number)
		before, again := g.given[base]
		if again && before >= n || !g.since.IsZero() && r.stale(g.since) || !g.client.net.takes(&r) {
			continue
		}
		if err := g.trial(ctx, r, here); err != nil {
			return err
		}
		g.given[base] = n
	}
	return nil
}

// trial gets one dossier and hands it on.
func (g *gatherer) trial(ctx context.Context, r row, here string) error {
	record, err := g.client.retrieve(ctx, r)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err := g.count(r, err); err != nil {
		return err
	}
	switch {
	case errors.Is(err, fetch.ErrBudget): // of the night, and not of this record
		return fmt.Errorf("trial %s: %w", r.Number, err)
	case err != nil:
		record, err = trials.Record{}, setAside(r, err)
	default:
		record.Page = here
	}
	if !g.yield(record, err) {
		return errStopped
	}
	return nil
}

// count ends the walk after too many failures in a row: what fails then is the
// register and not a record.
func (g *gatherer) count(r row, err error) error {
	var bad *trials.RecordError
	switch {
	case err == nil || errors.As(err, &bad):
		g.failed, g.missing = 0, 0
	case errors.Is(err, trials.ErrNotFound):
		g.missing++
	default:
		g.failed++
	}
	if g.failed < maxFailed && g.missing < maxMissing {
		return nil
	}
	return fmt.Errorf("trial %s, after %d others in a row: %w", r.Number, max(g.failed, g.missing)-1, err)
}

// lastSubmissions leaves out the rows of trials that were submitted again.
func lastSubmissions(rows []row) []row {
	last := map[string]int{}
	for _, r := range rows {
		base, n := submission(r.Number)
		last[base] = max(last[base], n)
	}
	return slices.DeleteFunc(slices.Clone(rows), func(r row) bool {
		base, n := submission(r.Number)
		return n < last[base]
	})
}

// IDs gives the number of each trial in the register, whatever the scope, with its
// last submission alone. A row without a readable number is a *trials.RecordError.
func (c *Client) IDs(ctx context.Context) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		l := listed{last: map[string]string{}}
		err := c.slices(everything, place{}, func(number int, at place) error {
			s := slice{client: c, status: number, take: l.page}
			return s.walk(ctx, at)
		})
		if err == nil && len(l.last)+len(l.nameless) == 0 {
			err = fmt.Errorf("an empty register: %w", trials.ErrSchema)
		}
		if err != nil {
			yield("", fmt.Errorf("ctis: ids: %w", err))
			return
		}
		for _, bad := range l.nameless {
			if !yield("", bad) {
				return
			}
		}
		for _, number := range l.last {
			if !yield(number, nil) {
				return
			}
		}
	}
}

// listed is what a walk over all rows has seen.
type listed struct {
	last     map[string]string // trial → its last submission
	nameless []*trials.RecordError
}

func (l *listed) page(ctx context.Context, got found, _ place) error {
	for _, r := range got.rows {
		l.add(r.Number)
	}
	for _, bad := range got.bad {
		if bad.ID == "" {
			l.nameless = append(l.nameless, bad)
			continue
		}
		l.add(bad.ID)
	}
	return ctx.Err()
}

func (l *listed) add(number string) {
	base, n := submission(number)
	if _, before := submission(l.last[base]); l.last[base] == "" || n > before {
		l.last[base] = number
	}
}
