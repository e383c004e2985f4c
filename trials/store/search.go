package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"trialfinder/trials"
)

// Query is a search among the listings; what is empty asks for nothing.
type Query struct {
	Text      string          // as typed: every word must occur
	Facets    []trials.Facet  // of one kind: any; of several kinds: one of each
	Countries []string        // ISO 3166-1 alpha-2: a site, open or not, in any of them
	Status    []trials.Status // any of them
	Limit     int             // 0: no limit
	Offset    int
}

// Hit is a listing that a search found.
type Hit struct {
	ID               string
	Source           trials.SourceID
	Title            string
	Status           trials.Status
	StudyType        trials.StudyType
	LastUpdatePosted trials.Date
}

// rank weighs where a word was found: ids, title, conditions, keywords,
// interventions, summary.
const rank = `bm25(search, 10.0, 8.0, 5.0, 3.0, 5.0, 1.0)`

// Search gives one page of the listings that fit, and how many fit in all. Those
// that fit the text best come first, without a text the latest updated; then by
// id. Facets are those of the last derived row, be it stale.
func (db *DB) Search(ctx context.Context, q Query) (hits []Hit, total int, err error) {
	if q.Limit < 0 || q.Offset < 0 {
		return nil, 0, fmt.Errorf("store: search: limit %d, offset %d: %w", q.Limit, q.Offset, trials.ErrInvalid)
	}
	from, order, w := q.sql()
	if from == "" {
		return nil, 0, nil
	}
	limit := q.Limit
	if limit == 0 {
		limit = -1
	}
	err = db.view(ctx, func(tx *sql.Tx) error {
		if err := tx.QueryRowContext(ctx, `SELECT count(*)`+from+w.sql(), w.args...).Scan(&total); err != nil {
			return err
		}
		rows, err := tx.QueryContext(ctx, `SELECT t.id, t.source, t.brief_title, t.official_title, t.status,
			t.study_type, t.last_update_posted`+from+w.sql()+order+` LIMIT ? OFFSET ?`,
			append(slices.Clone(w.args), limit, q.Offset)...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			hit, err := scanHit(rows)
			if err != nil {
				return err
			}
			hits = append(hits, hit)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, 0, fmt.Errorf("store: search: %w", err)
	}
	return hits, total, nil
}

// sql gives the parts of the statement; from is empty where nothing can be found.
func (q Query) sql() (from, order string, w *where) {
	w = listed()
	from, order = ` FROM trial t`, ` ORDER BY t.last_update_posted DESC, t.id`
	if strings.TrimSpace(q.Text) != "" {
		match := matchText(q.Text)
		if match == "" {
			return "", "", nil // typed, and no word among it
		}
		from += ` JOIN search ON search.rowid = t.key`
		order = ` ORDER BY ` + rank + `, t.id`
		w.and("search MATCH ?", match)
	}
	if len(q.Status) > 0 {
		andIn(w, "t.status", q.Status)
	}
	if len(q.Countries) > 0 {
		w.and(`t.key IN (SELECT trial_key FROM site WHERE country_code IN (`+marks(len(q.Countries))+`))`,
			anys(q.Countries)...)
	}
	values := map[string][]string{}
	var kinds []string
	for _, f := range q.Facets {
		if values[f.Kind] == nil {
			kinds = append(kinds, f.Kind)
		}
		values[f.Kind] = append(values[f.Kind], f.Value)
	}
	for _, kind := range kinds {
		w.and(`t.key IN (SELECT trial_key FROM facet WHERE kind = ? AND value IN (`+marks(len(values[kind]))+`))`,
			append([]any{kind}, anys(values[kind])...)...)
	}
	return from, order, w
}

func scanHit(rows *sql.Rows) (Hit, error) {
	var t trials.Trial
	var updated string
	err := rows.Scan(&t.ID, &t.Source, &t.BriefTitle, &t.OfficialTitle, &t.Status, &t.StudyType, &updated)
	if err != nil {
		return Hit{}, err
	}
	hit := Hit{ID: t.ID, Source: t.Source, Title: t.Title(), Status: t.Status, StudyType: t.StudyType}
	if updated != "" {
		if hit.LastUpdatePosted, err = trials.ParseDate(updated); err != nil {
			return Hit{}, fmt.Errorf("trial %q: %w", t.ID, err)
		}
	}
	return hit, nil
}
