package ctis

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"trialfinder/trials"
)

// The two orders in which a query can be walked through.
const (
	newestFirst = "DESC"
	oldestFirst = "ASC"
)

// query is one question to the search. Its order is that of the last publication,
// but only roughly so: neighbours may stand the other way round.
type query struct {
	status    int    // 0 asks for all
	number    string // "" asks for all
	page      int    // from 1: page 0 is answered with nothing at all
	size      int
	direction string
}

// body is the question as the register wants it. Criteria that are left out are
// none; that all are is only for a walk that means the whole register.
func (q query) body() any {
	type object = map[string]any
	criteria := object{"status": nil}
	if q.status != 0 {
		criteria["status"] = []int{q.status}
	}
	if q.number != "" {
		criteria["number"] = q.number
	}
	return object{
		"pagination":     object{"page": q.page, "size": q.size},
		"sort":           object{"property": "lastPublicationUpdate", "direction": q.direction},
		"searchCriteria": criteria,
	}
}

// found is one answer of the search.
type found struct {
	rows  []row
	bad   []*trials.RecordError // rows that can't be read
	total int                   // that the query has in all, as far as the register tells
	more  bool
}

// numbers are what the rows can be known by: one without a number by all of it.
func (f *found) numbers() []string {
	var out []string
	for _, r := range f.rows {
		out = append(out, r.Number)
	}
	for _, bad := range f.bad {
		out = append(out, cmp.Or(bad.ID, string(bad.Raw)))
	}
	return out
}

// row is one trial in the search.
type row struct {
	Number        string `json:"ctNumber"`
	Title         string `json:"ctTitle"`
	ShortTitle    string `json:"shortTitle"`
	Product       string `json:"product"`
	LastUpdated   string `json:"lastUpdated"`
	LastPublished string `json:"lastPublicationUpdate"`

	raw     json.RawMessage
	columns map[string]json.RawMessage
}

// search asks one page. An answer without its parts is trials.ErrSchema and never
// "no trials".
func (c *Client) search(ctx context.Context, q query) (found, error) {
	var got struct {
		Pagination *struct {
			TotalRecords *int  `json:"totalRecords"`
			CurrentPage  *int  `json:"currentPage"`
			NextPage     *bool `json:"nextPage"`
		} `json:"pagination"`
		Data *[]json.RawMessage `json:"data"`
	}
	_, err := c.fetch.PostJSON(ctx, c.base.JoinPath("search").String(), q.body(), &got)
	p := got.Pagination
	switch {
	case err != nil:
		return found{}, err
	case p == nil || p.TotalRecords == nil || p.NextPage == nil:
		return found{}, fmt.Errorf("no pagination: %w", trials.ErrSchema)
	case got.Data == nil:
		return found{}, fmt.Errorf("no data: %w", trials.ErrSchema)
	case p.CurrentPage != nil && *p.CurrentPage != q.page:
		return found{}, fmt.Errorf("asked for page %d, got page %d: %w", q.page, *p.CurrentPage, trials.ErrSchema)
	case *p.TotalRecords < 0 || *p.TotalRecords == 0 && len(*got.Data) > 0:
		return found{}, fmt.Errorf("%d rows of %d: %w", len(*got.Data), *p.TotalRecords, trials.ErrSchema)
	}
	f := found{total: *p.TotalRecords, more: *p.NextPage}
	for _, raw := range *got.Data {
		r, err := readRow(raw)
		if err != nil {
			f.bad = append(f.bad, &trials.RecordError{Source: trials.CTIS, ID: r.Number, Raw: raw, Err: err})
			continue
		}
		f.rows = append(f.rows, r)
	}
	return f, nil
}

// errNotUTF8: a text is no text.
var errNotUTF8 = fmt.Errorf("not UTF-8: %w", trials.ErrInvalid)

func readRow(raw json.RawMessage) (row, error) {
	r := row{raw: raw}
	// A column of another type leaves the others as they are: the number is all
	// that a row must have.
	_ = json.Unmarshal(raw, &r)
	id, source, ok := trials.CanonicalID(r.Number)
	switch {
	case !ok || source != trials.CTIS:
		return row{}, fmt.Errorf("ctis: ctNumber %q: want the form 2024-512345-12-00: %w", r.Number, trials.ErrInvalid)
	case !utf8.Valid(raw):
		return row{Number: id}, errNotUTF8
	}
	r.Number = id
	if err := json.Unmarshal(raw, &r.columns); err != nil {
		return row{Number: id}, fmt.Errorf("ctis: %s: %w: %w", id, trials.ErrSchema, err)
	}
	return r, nil
}

// stale says whether the row tells by both of its dates that nothing has happened
// since. One without its dates may have.
func (r *row) stale(since time.Time) bool {
	updated, published := date(r.LastUpdated), date(r.LastPublished)
	return !updated.IsZero() && !published.IsZero() && updated.Last().Before(since) && published.Last().Before(since)
}

// submission parts a number into the trial's and how often it was submitted again.
func submission(number string) (base string, n int) {
	if strings.Count(number, "-") != 3 {
		return number, 0
	}
	at := strings.LastIndexByte(number, '-')
	n, err := strconv.Atoi(number[at+1:])
	if err != nil {
		return number, 0
	}
	return number[:at], n
}
