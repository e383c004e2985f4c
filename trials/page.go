package trials

import (
	"context"
	"iter"
	"time"
)

// Pager is a Source whose walk can go on where an earlier one was cut off.
type Pager interface {
	Source
	// Pages is Changed page by page, from a position that an earlier page of the
	// same walk named ("": the beginning). A position that the registry or this
	// program no longer knows costs pages that come again, never pages that are
	// left out.
	Pages(ctx context.Context, since time.Time, from string) iter.Seq2[Page, error]
}

// Page is what one answer of a registry gave.
type Page struct {
	Records []Record
	Bad     []*RecordError
	Next    string // where the walk goes on; "" after the last page
}

// Records gives what the pages hold, one by one, as Source.Changed does.
func Records(ctx context.Context, pages iter.Seq2[Page, error]) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for page, err := range pages {
			if err != nil {
				yield(Record{}, err)
				return
			}
			for _, record := range page.Records {
				if ctx.Err() != nil {
					yield(Record{}, ctx.Err())
					return
				}
				if !yield(record, nil) {
					return
				}
			}
			for _, bad := range page.Bad {
				if !yield(Record{}, bad) {
					return
				}
			}
		}
	}
}

// Lister is a Source that names all its records, so that those which the
// registry has taken away can be told.
type Lister interface {
	Source
	// IDs gives the id of every record that the registry lists, in no order, some
	// perhaps twice. An error is the last thing that it gives, and means that not
	// all were named.
	IDs(ctx context.Context) iter.Seq2[string, error]
	// Study gives one record; trials.ErrNotFound where there is none. A record
	// under another id than the one asked for has taken that one's place, and has
	// it among its aliases.
	Study(ctx context.Context, id string) (Record, error)
}
