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

var errNoID = fmt.Errorf("a study without an id: %w", trials.ErrSchema)

// IDs gives the id of every study of the registry, whatever the scope: one that
// no search word finds any more is not one that the registry has taken away. A study
// without a readable id is a *trials.RecordError.
func (c *Client) IDs(ctx context.Context) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		w := walk{client: c, query: listQuery(time.Time{}, maxPageSize, "")}
		w.query.Set("fields", "NCTId")
		w.take = func(ctx context.Context, studies []json.RawMessage, _ place) error {
			for _, raw := range studies {
				switch id := sentID(raw); {
				case ctx.Err() != nil:
					return ctx.Err()
				case id == "" && !yield("", &trials.RecordError{Source: trials.CTGov, Raw: raw, Err: errNoID}):
					return errStopped
				case id != "" && !yield(id, nil):
					return errStopped
				}
			}
			return nil
		}
		err := w.whole(ctx, place{})
		if err != nil && !errors.Is(err, errStopped) {
			yield("", fmt.Errorf("ctgov: ids: %w", err))
		}
	}
}
