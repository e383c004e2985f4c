package demo

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// list answers /studies.
func (g *Registry) list(now *state, r *http.Request, f Fault) response {
	q, err := g.catalogue.readQuery(r.URL.RawQuery)
	if err != nil {
		return text(http.StatusBadRequest, err.Error())
	}
	start, err := now.readToken(q)
	if err != nil {
		return text(http.StatusBadRequest, err.Error())
	}
	found := now.find(q)
	end := min(start+q.pageSize, len(found))
	page := found[min(f.begin(start), end):end]
	if f.EmptyPage {
		end, page = start, nil
	}

	// A full page always names a next one, even if that will be empty: the
	// registry does not look ahead.
	next := ""
	switch {
	case f.RepeatToken:
		next = cmp.Or(q.token, now.token(q, end, 0))
	case f.EmptyPage:
		next = now.token(q, start, 1)
	case end == start+q.pageSize:
		next = now.token(q, end, 0)
	}
	total := -1
	if q.count && q.token == "" {
		total = len(found)
	}
	body, err := renderPage(page, q.fields, total, next)
	if err != nil {
		return text(http.StatusInternalServerError, err.Error())
	}
	return newResponse(http.StatusOK, "application/json", body)
}

// find gives all studies that a query asks for, in its order.
func (s *state) find(q *query) []*study {
	var found []*study
	for _, y := range s.studies {
		if !slices.ContainsFunc(q.conditions, func(holds condition) bool { return !holds(y) }) {
			found = append(found, y)
		}
	}
	slices.SortStableFunc(found, func(a, b *study) int {
		for _, by := range q.sorts {
			if c := by.compare(a, b); c != 0 {
				return c
			}
		}
		return 0
	})
	return found
}

// renderPage writes a page with one study a line. total < 0 is left out.
func renderPage(page []*study, fields *selection, total int, next string) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(`{"studies":[`)
	for i, y := range page {
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString("\n")
		raw, err := y.render(fields)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", y.id, err)
		}
		b.Write(raw)
	}
	b.WriteString("]")
	if total >= 0 {
		fmt.Fprintf(&b, `,"totalCount":%d`, total)
	}
	if next != "" {
		fmt.Fprintf(&b, `,"nextPageToken":%q`, next)
	}
	b.WriteString("}")
	return b.Bytes(), nil
}

// sortKey is one item of the sort parameter.
type sortKey struct {
	piece      *piece // nil: relevance, in which all studies are alike here
	descending bool
}

func (c *catalogue) readSorts(values url.Values) ([]sortKey, error) {
	items := list(values.Get("sort"))
	if len(items) > maxSorts {
		return nil, fmt.Errorf("Parameter `sort` has %d items, at most %d are supported", len(items), maxSorts)
	}
	var keys []sortKey
	for _, item := range items {
		name, direction, directed := strings.Cut(item, ":")
		if directed && direction != "asc" && direction != "desc" {
			return nil, invalid("sort", item)
		}
		if name == "@relevance" {
			keys = append(keys, sortKey{})
			continue
		}
		pieces, ok := c.field(name)
		if !ok || len(pieces) != 1 || (pieces[0].kind != kindDate && pieces[0].kind != kindNumber) {
			return nil, invalid("sort", item)
		}
		byDefault := pieces[0].kind == kindDate
		keys = append(keys, sortKey{pieces[0], direction == "desc" || !directed && byDefault})
	}
	return keys, nil
}

// compare puts studies without the value last, whatever the direction.
func (k sortKey) compare(a, b *study) int {
	if k.piece == nil {
		return 0
	}
	x, hasX := k.value(a)
	y, hasY := k.value(b)
	switch {
	case hasX != hasY:
		if hasX {
			return -1
		}
		return 1
	case k.descending:
		return cmp.Compare(y, x)
	}
	return cmp.Compare(x, y)
}

func (k sortKey) value(s *study) (float64, bool) {
	for _, text := range s.texts(k.piece) {
		if n, err := measure(k.piece.kind, text, false); err == nil {
			return n, true
		}
	}
	return 0, false
}

const sealSize = 12

// token names the page that starts at a place, for this query and this state
// of the data alone. Tokens with another nonce name the same page.
func (s *state) token(q *query, start int, nonce byte) string {
	place := append(binary.AppendUvarint(nil, uint64(start)), nonce)
	return base64.RawURLEncoding.EncodeToString(append(s.seal(q, place), place...))
}

func (s *state) seal(q *query, place []byte) []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%x", s.timestamp, q.key, place))
	return sum[:sealSize]
}

// readToken gives the place that the query's page token names; 0 without one.
func (s *state) readToken(q *query) (int, error) {
	if q.token == "" {
		return 0, nil
	}
	refused := errors.New("Parameter `pageToken` has an invalid value")
	raw, err := base64.RawURLEncoding.DecodeString(q.token)
	if err != nil || len(raw) <= sealSize {
		return 0, refused
	}
	place := raw[sealSize:]
	if subtle.ConstantTimeCompare(raw[:sealSize], s.seal(q, place)) != 1 {
		return 0, refused
	}
	start, n := binary.Uvarint(place)
	if n != len(place)-1 {
		return 0, refused
	}
	return int(start), nil
}
