package fetch

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

var errBudget = errors.New("the time for one run is used up")

// budget is how long a client may take for all its requests together: a registry
// that answers ever more slowly must not make one night run into the next.
type budget struct {
	length time.Duration
	mu     sync.Mutex
	end    time.Time // zero before the first request
}

// within ends the context with the budget.
func (b *budget) within(ctx context.Context) (context.Context, context.CancelFunc) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.end.IsZero() {
		b.end = time.Now().Add(b.length)
	}
	return context.WithDeadline(ctx, b.end)
}

// explain tells the end of the budget from the end of the caller's patience.
func (b *budget) explain(caller context.Context, err error) error {
	deadline, bounded := caller.Deadline()
	if !errors.Is(err, context.DeadlineExceeded) || caller.Err() != nil || bounded && deadline.Before(b.end) {
		return err
	}
	// The deadline is not wrapped: the caller's own has not passed.
	return fmt.Errorf("%w: %s", errBudget, b.length)
}
