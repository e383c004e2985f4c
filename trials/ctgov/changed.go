package ctgov

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"hash/maphash"
	"iter"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"trialfinder/trials"
)

// errNotUTF8: a text of the study is no text.
var errNotUTF8 = fmt.Errorf("not UTF-8: %w", trials.ErrInvalid)

// Changed gives the studies that the registry has updated since the given day,
// the day included. A study that several search words find, or that comes again
// after a restart, is given once, unless it has changed in between.
func (c *Client) Changed(ctx context.Context, since time.Time) iter.Seq2[trials.Record, error] {
	return c.ChangedFrom(ctx, since, "")
}

// ChangedFrom is Changed from a record's page on. Where the registry no longer
// knows the page, it begins the query again that the page was of; a page of
// another walk is the beginning.
func (c *Client) ChangedFrom(ctx context.Context, since time.Time, page string) iter.Seq2[trials.Record, error] {
	return func(yield func(trials.Record, error) bool) {
		g := giver{client: c, yield: yield, seed: maphash.MakeSeed(), given: map[uint32]uint32{}}
		at := c.parsePosition(since, page)
		for ; at.search < len(c.searches); at.search, at.place = at.search+1, (place{}) {
			c.log.Info("ctgov: asking", "query", at.search+1, "of", len(c.searches), "since", since.Format(time.DateOnly))
			w := walk{client: c, query: listQuery(since, c.pageSize, c.searches[at.search])}
			w.take = func(ctx context.Context, studies []json.RawMessage, here place) error {
				return g.page(ctx, studies, c.position(since, at.search, here))
			}
			err := w.whole(ctx, at.place)
			if errors.Is(err, errStopped) {
				return
			}
			if err != nil {
				yield(trials.Record{}, fmt.Errorf("ctgov: query %d of %d: %w", at.search+1, len(c.searches), err))
				return
			}
		}
	}
}

// position is where in all queries a walk is.
type position struct {
	search int
	place
}

// position names the place in words that parsePosition reads. The name holds
// what the walk asks for, since a place in another walk is no place in this one.
func (c *Client) position(since time.Time, search int, at place) string {
	return fmt.Sprintf("%s %d %d %d %s", c.fingerprint(since), search, at.studies, at.promised, at.token)
}

// parsePosition reads a position; anything else is the beginning.
func (c *Client) parsePosition(since time.Time, text string) position {
	parts := strings.SplitN(text, " ", 5)
	if len(parts) != 5 || parts[0] != c.fingerprint(since) {
		return position{}
	}
	var numbers [3]int
	for i := range numbers {
		n, err := strconv.Atoi(parts[1+i])
		if err != nil || n < 0 {
			return position{}
		}
		numbers[i] = n
	}
	return position{numbers[0], place{token: parts[4], studies: numbers[1], promised: numbers[2]}}
}

func (c *Client) fingerprint(since time.Time) string {
	h := fnv.New64a()
	for _, search := range c.searches {
		_, _ = fmt.Fprintln(h, listQuery(since, c.pageSize, search).Encode()) // a hash takes everything
	}
	return strconv.FormatUint(h.Sum64(), 36)
}

// giver hands on the studies of a walk. What it has given it knows by the number
// of the id and a sum of the content: short, since the whole registry may come.
type giver struct {
	client *Client
	yield  func(trials.Record, error) bool
	seed   maphash.Seed
	given  map[uint32]uint32
}

// page hands on what is new on a page.
func (g *giver) page(ctx context.Context, studies []json.RawMessage, here string) error {
	for _, raw := range studies {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !g.study(raw, here) {
			return errStopped
		}
	}
	return nil
}

// study hands on one study, unless the caller has it; false where he wants no more.
func (g *giver) study(raw json.RawMessage, here string) bool {
	record, err := Normalise(raw)
	if err == nil && !utf8.Valid(raw) {
		err = errNotUTF8
	}
	id := record.Trial.ID
	if err != nil {
		id = sentID(raw)
	}
	if g.has(id, raw) {
		return true
	}
	g.client.drift.Note(&record.Trial, err)
	if err != nil {
		return g.yield(trials.Record{}, &trials.RecordError{Source: trials.CTGov, ID: id, Raw: raw, Err: err})
	}
	record.Page = here
	return g.yield(record, nil)
}

func (g *giver) has(id string, raw []byte) bool {
	number, err := strconv.ParseUint(strings.TrimPrefix(id, "NCT"), 10, 32)
	if err != nil {
		return false
	}
	content := uint32(maphash.Bytes(g.seed, raw))
	before, ok := g.given[uint32(number)]
	g.given[uint32(number)] = content
	return ok && before == content
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
