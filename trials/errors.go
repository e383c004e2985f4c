package trials

import (
	"errors"
	"fmt"
)

// ErrRemoved: the registry has the listing no more. It is a kind of ErrNotFound.
var ErrRemoved = fmt.Errorf("removed from the registry: %w", ErrNotFound)

var (
	// ErrNotFound: there is no such trial.
	ErrNotFound = errors.New("not found")
	// ErrInvalid: a value is not of the form that it should have.
	ErrInvalid = errors.New("invalid")
	// ErrUnavailable: the registry can't be reached, is down or throttles us.
	ErrUnavailable = errors.New("registry unavailable")
	// ErrSchema: the registry answered in a shape that we do not know.
	ErrSchema = errors.New("unexpected answer from the registry")
)
