package demo

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// euQuery is a question to the EU's search. Criteria that the demo does not know,
// or does not serve, are refused by name.
type euQuery struct {
	Pagination struct {
		Page int `json:"page"`
		Size int `json:"size"`
	} `json:"pagination"`
	Sort struct {
		Property  string `json:"property"`
		Direction string `json:"direction"`
	} `json:"sort"`
	Criteria map[string]json.RawMessage `json:"searchCriteria"`

	status []int
	number string
	any    []string // words of which one must be in the trial
}

const maxEUPageSize = 100

// euSorts are the columns that a query can be sorted by.
var euSorts = []string{"decisionDate", "lastUpdated", "lastPublicationUpdate"}

func readEUQuery(body []byte) (*euQuery, error) {
	var q euQuery
	if err := json.Unmarshal(body, &q); err != nil {
		return nil, fmt.Errorf("JSON parse error: %w", err)
	}
	switch {
	case q.Pagination.Page < 0 || q.Pagination.Size < 1 || q.Pagination.Size > maxEUPageSize:
		return nil, errors.New("invalid pagination")
	case !slices.Contains(euSorts, q.Sort.Property):
		return nil, fmt.Errorf("invalid sort property %q", q.Sort.Property)
	case q.Sort.Direction != "ASC" && q.Sort.Direction != "DESC":
		return nil, fmt.Errorf("invalid sort direction %q", q.Sort.Direction)
	case q.Criteria == nil:
		return nil, errors.New("no searchCriteria")
	}
	into := map[string]any{"status": &q.status, "number": &q.number}
	for name, value := range q.Criteria {
		if string(value) == "null" {
			continue
		}
		if name == "containAny" {
			var words string
			if err := json.Unmarshal(value, &words); err != nil {
				return nil, fmt.Errorf("criterion %s: %w", name, err)
			}
			q.any = strings.Split(words, ",")
			continue
		}
		if into[name] == nil {
			return nil, fmt.Errorf("criterion %s is not served by the demo registry", name)
		}
		if err := json.Unmarshal(value, into[name]); err != nil {
			return nil, fmt.Errorf("criterion %s: %w", name, err)
		}
	}
	return &q, nil
}

func (q *euQuery) takes(t *euTrial) bool {
	if q.number != "" && !strings.HasPrefix(t.number, q.number) {
		return false
	}
	if q.status != nil && !slices.ContainsFunc(q.status, func(s int) bool { return fmt.Sprint(s) == fmt.Sprint(t.row["ctStatus"]) }) {
		return false
	}
	if q.any == nil {
		return true
	}
	text := strings.ToLower(fmt.Sprint(t.row["ctTitle"], " ", t.row["conditions"], " ", t.row["product"]))
	return slices.ContainsFunc(q.any, func(w string) bool { return strings.Contains(text, strings.ToLower(strings.TrimSpace(w))) })
}

// search answers with one page. Of a query with more rows than the cap, the
// register gives the first of them and tells of no more.
func (s *state) search(q *euQuery, most int, f Fault) response {
	var rows []*euTrial
	for _, t := range s.trials {
		if q.takes(t) {
			rows = append(rows, t)
		}
	}
	q.order(rows)
	rows = rows[:min(len(rows), most)]
	page, size, total := q.Pagination.Page, q.Pagination.Size, len(rows)
	if page == 0 { // pages count from 1, and the register does not say so
		return asJSON(object{"showWarning": false, "data": []any{},
			"pagination": object{"totalRecords": 0, "currentPage": 0, "totalPages": 0, "nextPage": false, "prevPage": false}})
	}
	start := (page - 1) * size
	if f.RepeatToken {
		start = 0
	}
	end := min(start+size, total)
	data := []object{}
	for _, t := range rows[min(f.begin(start), end):end] {
		data = append(data, t.row)
	}
	return asJSON(object{"showWarning": false, "data": data, "pagination": object{
		"totalRecords": total, "currentPage": page, "totalPages": (total + size - 1) / size,
		"nextPage": end < total || f.RepeatToken, "prevPage": page > 1,
	}})
}

// order sorts as the register does: by the day, but for some neighbours, which
// stand the other way round.
func (q *euQuery) order(rows []*euTrial) {
	day := func(t *euTrial) time.Time { return t.day(q.Sort.Property) }
	slices.SortStableFunc(rows, func(a, b *euTrial) int {
		if q.Sort.Direction == "DESC" {
			a, b = b, a
		}
		if c := day(a).Compare(day(b)); c != 0 {
			return c
		}
		return strings.Compare(a.number, b.number)
	})
	for i := 3; i+1 < len(rows); i += 5 {
		rows[i], rows[i+1] = rows[i+1], rows[i]
	}
}
