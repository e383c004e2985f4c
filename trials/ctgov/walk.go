package ctgov

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"iter"
	"net/http"
	"net/url"
	"time"

	"trialfinder/trials"
	"trialfinder/trials/fetch"
)

// maxRestarts: a page token dies with the registry's data version, which changes
// once a day; more often than that something else is wrong.
const maxRestarts = 2

// errTokenRefused: the registry no longer knows the page token that it gave.
var errTokenRefused = errors.New("page token refused")

// page is one answer of /studies.
type page struct {
	TotalCount    *int               `json:"totalCount"`
	NextPageToken string             `json:"nextPageToken"`
	Studies       *[]json.RawMessage `json:"studies"`
}

// Changed gives the studies that the registry has updated since the given day,
// the day included. A study that several search words find, or that comes again
// after a restart, is given once, unless it has changed in between.
func (c *Client) Changed(ctx context.Context, since time.Time) iter.Seq2[trials.Record, error] {
	return func(yield func(trials.Record, error) bool) {
		w := walk{client: c, yield: yield, given: map[string]uint64{}, seed: maphash.MakeSeed()}
		for i, search := range c.searches {
			c.log.Info("ctgov: asking", "query", i+1, "of", len(c.searches), "since", since.Format(time.DateOnly))
			err := w.whole(ctx, listQuery(since, c.pageSize, search))
			if errors.Is(err, errStopped) {
				return
			}
			if err != nil {
				yield(trials.Record{}, fmt.Errorf("ctgov: query %d of %d: %w", i+1, len(c.searches), err))
				return
			}
		}
	}
}

// errStopped: the caller wants no more.
var errStopped = errors.New("stopped")

// walk is the state of one Changed.
type walk struct {
	client *Client
	yield  func(trials.Record, error) bool
	given  map[string]uint64 // id → content
	seed   maphash.Seed
}

// whole walks through all pages of a query, from the start again where the
// registry has forgotten the token.
func (w *walk) whole(ctx context.Context, query url.Values) error {
	for restarts := 0; ; restarts++ {
		err := w.pages(ctx, query)
		if !errors.Is(err, errTokenRefused) || restarts == maxRestarts {
			return err
		}
		w.client.log.Warn("ctgov: page token refused, starting the query again", "error", err)
	}
}

// pages walks through all pages of a query. Only a missing token is the end: a
// page without studies is not.
func (w *walk) pages(ctx context.Context, query url.Values) error {
	tokens := map[string]bool{}
	token := ""
	studies, promised := 0, -1
	for number := 1; number <= maxPages; number++ {
		got, err := w.page(ctx, query, token)
		if err != nil {
			return fmt.Errorf("page %d: %w", number, err)
		}
		if number == 1 && got.TotalCount != nil {
			promised = *got.TotalCount
		}
		studies += len(*got.Studies)
		w.client.log.Info("ctgov: page", "page", number, "studies", studies, "of", promised)
		for _, raw := range *got.Studies {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if !w.give(raw) {
				return errStopped
			}
		}
		token = got.NextPageToken
		switch {
		case token == "" && studies < promised:
			return fmt.Errorf("the pages end after %d studies of %d: %w", studies, promised, trials.ErrSchema)
		case token == "":
			return nil
		case tokens[token]:
			return fmt.Errorf("page %d: the page token %q comes again: %w", number, token, trials.ErrSchema)
		}
		tokens[token] = true
	}
	return fmt.Errorf("more than %d pages: %w", maxPages, trials.ErrSchema)
}

func (w *walk) page(ctx context.Context, query url.Values, token string) (page, error) {
	if token == "" {
		query.Set("countTotal", "true")
		query.Del("pageToken")
	} else {
		query.Del("countTotal")
		query.Set("pageToken", token)
	}
	var got page
	_, err := w.client.fetch.GetJSON(ctx, w.client.address("studies", query), &got)
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

// give hands one study to the caller, unless he has it; false where he wants no more.
func (w *walk) give(raw json.RawMessage) bool {
	record, err := Normalise(raw)
	id := record.Trial.ID
	if err != nil {
		id = sentID(raw)
	}
	content := maphash.Bytes(w.seed, raw)
	if before, ok := w.given[id]; ok && before == content && id != "" {
		return true
	}
	w.given[id] = content
	if err != nil {
		return w.yield(trials.Record{}, &trials.RecordError{Source: trials.CTGov, ID: id, Raw: raw, Err: err})
	}
	return w.yield(record, nil)
}

// sentID is the id of a study that can't be read as a whole; "" where that can't
// be read either.
func sentID(raw []byte) string {
	var s struct {
		ProtocolSection struct {
			IdentificationModule struct {
				NCTID string `json:"nctId"`
			} `json:"identificationModule"`
		} `json:"protocolSection"`
	}
	// A field of another type leaves the others as they are, and a zero id.
	_ = json.Unmarshal(raw, &s)
	id, source, ok := trials.CanonicalID(s.ProtocolSection.IdentificationModule.NCTID)
	if !ok || source != trials.CTGov {
		return ""
	}
	return id
}
