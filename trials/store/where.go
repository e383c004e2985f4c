package store

import "strings"

// where collects conditions, each with the values that are bound to it.
type where struct {
	terms []string
	args  []any
}

// listed begins with what every reader wants: what the registry still has.
func listed() *where { return &where{terms: []string{"t.removed_at IS NULL"}} }

func (w *where) and(term string, args ...any) {
	w.terms = append(w.terms, term)
	w.args = append(w.args, args...)
}

// andIn asks for one of the values; of none, nothing is one.
func andIn[T any](w *where, column string, values []T) {
	w.and(column+" IN ("+marks(len(values))+")", anys(values)...)
}

func (w *where) sql() string { return " WHERE " + strings.Join(w.terms, " AND ") }

func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

func anys[T any](values []T) []any {
	all := make([]any, len(values))
	for i, v := range values {
		all[i] = v
	}
	return all
}
