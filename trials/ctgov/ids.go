package ctgov

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"trialfinder/trials"
)

var _ trials.Lister = (*Client)(nil)

// IDs gives the id of every study of the registry, whatever the scope: one that
// no search word finds any more is not one that the registry has taken away.
func (c *Client) IDs(ctx context.Context) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		w := walk{client: c, query: listQuery(time.Time{}, maxPageSize, "")}
		w.query.Set("fields", "NCTId")
		var unread error
		w.take = func(studies []json.RawMessage, _ place) bool {
			for _, raw := range studies {
				id := sentID(raw)
				if id == "" {
					unread = fmt.Errorf("a study without an id: %w", trials.ErrSchema)
					return false
				}
				if !yield(id, nil) {
					return false
				}
			}
			return ctx.Err() == nil
		}
		err := w.whole(ctx, place{})
		if errors.Is(err, errStopped) {
			err = errors.Join(unread, ctx.Err()) // nil: the caller wants no more
		}
		if err != nil {
			yield("", fmt.Errorf("ctgov: ids: %w", err))
		}
	}
}
