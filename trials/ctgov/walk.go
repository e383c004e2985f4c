package ctgov

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"trialfinder/trials"
	"trialfinder/trials/fetch"
)

// maxRestarts: a page token dies with the registry's data version, which changes
// once a day; more often than that something else is wrong.
const maxRestarts = 2

var (
	// errTokenRefused: the registry no longer knows the page token that it gave.
	errTokenRefused = errors.New("page token refused")
	// errShort: the pages end before they have given what the first one promised.
	errShort = fmt.Errorf("the pages end too early: %w", trials.ErrSchema)
	// errStopped: the caller wants no more.
	errStopped = errors.New("stopped")
)

// page is one answer of /studies.
type page struct {
	TotalCount    *int               `json:"totalCount"`
	NextPageToken string             `json:"nextPageToken"`
	Studies       *[]json.RawMessage `json:"studies"`
}

// walk is a way through all pages of a query.
type walk struct {
	client *Client
	query  url.Values
	// take gets each page's studies, and where in the query that page is.
	take func(ctx context.Context, studies []json.RawMessage, here place) error
}

// place is where in a query a walk is: before the page of the token.
type place struct {
	token    string
	studies  int // that came before
	promised int // that the query has in all; 0 where that is not known
}

// whole walks from a place to the end, from the start again where the registry
// has forgotten the token, or has other studies than when the place was noted.
func (w *walk) whole(ctx context.Context, from place) error {
	for restarts := 0; ; restarts++ {
		err := w.pages(ctx, from)
		again := errors.Is(err, errTokenRefused) || errors.Is(err, errShort)
		if !again || restarts == maxRestarts {
			return err
		}
		w.client.log.Warn("ctgov: starting the query again", "error", err)
		from = place{}
	}
}

// pages walks from a place to the end. Only a missing token is the end: a page
// without studies is not.
func (w *walk) pages(ctx context.Context, at place) error {
	tokens := map[string]bool{at.token: true}
	for number := 1; number <= maxPages; number++ {
		got, err := w.page(ctx, at.token)
		if err != nil {
			return fmt.Errorf("page %d: %w", number, err)
		}
		err = w.take(ctx, *got.Studies, at)
		if err != nil {
			return err
		}
		if got.TotalCount != nil && at.token == "" {
			at.promised = *got.TotalCount
		}
		at.token = got.NextPageToken
		at.studies += len(*got.Studies)
		w.client.log.Info("ctgov: page", "page", number, "studies", at.studies, "of", at.promised)
		switch {
		case at.token == "" && at.studies < at.promised:
			return fmt.Errorf("after %d studies of %d: %w", at.studies, at.promised, errShort)
		case at.token == "":
			return nil
		case tokens[at.token]:
			return fmt.Errorf("page %d: the page token %q comes again: %w", number, at.token, trials.ErrSchema)
		}
		tokens[at.token] = true
	}
	return fmt.Errorf("more than %d pages: %w", maxPages, trials.ErrSchema)
}

func (w *walk) page(ctx context.Context, token string) (page, error) {
	if token == "" {
		w.query.Set("countTotal", "true")
		w.query.Del("pageToken")
	} else {
		w.query.Del("countTotal")
		w.query.Set("pageToken", token)
	}
	var got page
	_, err := w.client.fetch.GetJSON(ctx, w.client.address("studies", w.query), &got)
	var status *fetch.StatusError
	switch {
	case errors.As(err, &status) && status.Status == http.StatusBadRequest && token != "":
		return page{}, fmt.Errorf("%w: %w", errTokenRefused, err)
	case err != nil:
		return page{}, err
	case got.Studies == nil:
		return page{}, fmt.Errorf("no list of studies: %w", trials.ErrSchema)
	}
	return got, nil
}
