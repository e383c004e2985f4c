package ctis

import (
	"context"
	"errors"
	"fmt"
	"time"

	"trialfinder/trials"
)

// maxRestarts: a trial that changes its place while a query is walked through
// lets another slip past the end of a page; that happens once, not always.
const maxRestarts = 2

var (
	// errStopped: the caller wants no more.
	errStopped = errors.New("stopped")
	// errTooMany: a query has more rows than its two ends give.
	errTooMany = fmt.Errorf("more rows than the register gives of one query: %w", trials.ErrSchema)
)

// slice is a way through all rows of one query. The register cuts a query off
// without a word; then the other end of it is walked too, until the two meet.
type slice struct {
	client *Client
	status int       // 0: the whole register
	since  time.Time // where not zero, the walk ends at a page on which nothing is as new
	// take gets each page's rows, and where in the slice that page is.
	take func(ctx context.Context, got found, here place) error

	seen   map[string]bool // the numbers that came
	before int             // rows that came before the place where the walk began
	total  int
}

// place is where in a slice a walk is: before the page, newest first.
type place struct {
	page int
	rows int // that came before
}

// walk goes from a place to the end of the slice, and again where rows are missing.
func (s *slice) walk(ctx context.Context, at place) error {
	s.seen, s.before = map[string]bool{}, at.rows
	for again := 0; ; again++ {
		done, err := s.once(ctx, max(at.page, 1))
		switch {
		case err != nil || done:
			return err
		case again == maxRestarts:
			return fmt.Errorf("%d rows came of %d: %w", s.rows(), s.total, trials.ErrSchema)
		}
		s.client.log.Warn("ctis: rows are missing, starting the query again", "came", s.rows(), "of", s.total)
		at, s.before = place{}, 0
	}
}

func (s *slice) rows() int { return s.before + len(s.seen) }

// once walks through the slice; false where rows are missing.
func (s *slice) once(ctx context.Context, page int) (bool, error) {
	end, err := s.half(ctx, newestFirst, page)
	if err != nil || end == stale {
		return err == nil, err
	}
	if s.total >= s.client.cap {
		end, err = s.half(ctx, oldestFirst, 1)
		switch {
		case err != nil:
			return false, err
		case end != met:
			return false, errTooMany
		}
		return s.total == s.client.cap || s.rows() >= s.total, nil
	}
	return s.rows() >= s.total, nil
}

// ending is why a walk from one end was over.
type ending int

const (
	noMore ending = iota // there is no further page
	bound                // the register gives no more of one query
	stale                // nothing on the page is new enough
	met                  // all of the page came from the other end
)

// half walks through a query from one end.
func (s *slice) half(ctx context.Context, direction string, page int) (ending, error) {
	here := map[string]bool{}
	for ; (page-1)*s.client.pageSize < s.client.cap; page++ {
		at := place{page: page, rows: s.rows()}
		if direction == oldestFirst {
			at = place{page: 1} // which needs all of the other half
		}
		got, err := s.client.search(ctx, query{status: s.status, page: page, size: s.client.pageSize, direction: direction})
		if err != nil {
			return 0, fmt.Errorf("page %d: %w", page, err)
		}
		s.total = got.total
		fresh, known := s.note(got, here)
		s.client.log.Info("ctis: page", "page", page, "order", direction, "rows", s.rows(), "of", s.total)
		if err := s.take(ctx, got, at); err != nil {
			return 0, err
		}
		end, over := s.end(got, direction, known)
		switch {
		case over:
			return end, nil
		case len(got.numbers()) > 0 && fresh == 0:
			return 0, fmt.Errorf("page %d has only rows of the pages before: %w", page, trials.ErrSchema)
		}
	}
	return bound, nil
}

// note counts the rows that are new to this half, and those that came before it.
func (s *slice) note(got found, here map[string]bool) (fresh, known int) {
	for _, number := range got.numbers() {
		if !here[number] {
			here[number] = true
			fresh++
		}
		if s.seen[number] {
			known++
		}
		s.seen[number] = true
	}
	return fresh, known
}

// end says whether a page is the last of its half, and why.
func (s *slice) end(got found, direction string, known int) (ending, bool) {
	switch {
	case direction == oldestFirst && known > 0 && known == len(got.numbers()):
		return met, true
	case direction == newestFirst && !s.since.IsZero() && len(got.bad) == 0 && allStale(got.rows, s.since):
		return stale, true
	case !got.more:
		return noMore, true
	}
	return 0, false
}

func allStale(rows []row, since time.Time) bool {
	for i := range rows {
		if !rows[i].stale(since) {
			return false
		}
	}
	return len(rows) > 0
}
