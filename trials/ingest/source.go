package ingest

import (
	"context"
	"iter"
	"time"

	"trialfinder/trials"
)

// What a source may be able to do besides what trials.Source asks of it.

// Resumer is a source whose walk can be taken up in the middle.
type Resumer interface {
	// ChangedFrom is Changed from a record's Page on. Where the registry no longer
	// knows the page, it begins at the start.
	ChangedFrom(ctx context.Context, since time.Time, page string) iter.Seq2[trials.Record, error]
}

// Walker is a source that can list all its ids without the records.
type Walker interface {
	// IDs gives the id of every listing of the registry. A *trials.RecordError is a
	// listing without a readable id; any other error is the last thing it gives, and
	// means that the walk is worth nothing.
	IDs(ctx context.Context) iter.Seq2[string, error]
}

// Asker is a source that can be asked for one record.
type Asker interface {
	// Study gives one record; under another id than asked for, if it has got a new one.
	Study(ctx context.Context, id string) (trials.Record, error)
}

// Scoped is a source that asks for a part of the registry.
type Scoped interface {
	// Scope names the part: another name, other listings, so that all of it must
	// be asked for.
	Scope() string
	// Whole says whether it is the whole registry, so that what does not come is gone.
	Whole() bool
}

// Drifter is a source that notices when answers have another form than known.
type Drifter interface {
	// Drift counts, by field, what was noticed since it was last asked.
	Drift() map[string]int
}

func scopeOf(s trials.Source) string {
	if scoped, ok := s.(Scoped); ok {
		return scoped.Scope()
	}
	return ""
}

func whole(s trials.Source) bool {
	scoped, ok := s.(Scoped)
	return !ok || scoped.Whole()
}

func driftOf(s trials.Source) map[string]int {
	if d, ok := s.(Drifter); ok {
		if counts := d.Drift(); len(counts) > 0 {
			return counts
		}
	}
	return nil
}

func changedFrom(ctx context.Context, s trials.Source, since time.Time, page string) iter.Seq2[trials.Record, error] {
	if r, ok := s.(Resumer); ok && page != "" {
		return r.ChangedFrom(ctx, since, page)
	}
	return s.Changed(ctx, since)
}
