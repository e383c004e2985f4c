package fetch

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// ErrBudget: the time for one night is used up. It comes with trials.ErrUnavailable.
var ErrBudget = errors.New("the time for one night is used up")

// Budget is how long clients may take for all their requests together: a registry
// that answers ever more slowly must not make one night run into the next.
type Budget struct {
	length time.Duration
	mu     sync.Mutex
	end    time.Time // zero before the first request
}

// NewBudget gives a budget that several clients may share. It runs from the first request on.
func NewBudget(length time.Duration) *Budget { return &Budget{length: length} }

// within ends the context with the budget.
func (b *Budget) within(ctx context.Context) (context.Context, context.CancelFunc) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.end.IsZero() {
		b.end = time.Now().Add(b.length)
	}
	return context.WithDeadline(ctx, b.end)
}

// explain tells the end of the budget from the end of the caller's patience.
func (b *Budget) explain(caller context.Context, err error) error {
	deadline, bounded := caller.Deadline()
	if !errors.Is(err, context.DeadlineExceeded) || caller.Err() != nil || bounded && deadline.Before(b.end) {
		return err
	}
	// The deadline is not wrapped: the caller's own has not passed.
	return fmt.Errorf("%w: %s", ErrBudget, b.length)
}
