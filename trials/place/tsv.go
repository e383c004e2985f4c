package place

import (
	"fmt"
	"strings"

	"trialfinder/trials"
)

// rows reads a table whose header is want and hands each line's columns to add.
// Lines that begin with # are comments.
func rows(file, tsv, want string, add func(columns []string) error) error {
	header := false
	for i, line := range strings.Split(strings.TrimSuffix(tsv, "\n"), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		if !header {
			if line != want {
				return fmt.Errorf("%s:%d: header %q, want %q: %w", file, i+1, line, want, trials.ErrInvalid)
			}
			header = true
			continue
		}
		columns := strings.Split(line, "\t")
		if n := strings.Count(want, "\t") + 1; len(columns) != n {
			return fmt.Errorf("%s:%d: %d columns, want %d: %w", file, i+1, len(columns), n, trials.ErrInvalid)
		}
		err := add(columns)
		if err != nil {
			return fmt.Errorf("%s:%d: %w", file, i+1, err)
		}
	}
	if !header {
		return fmt.Errorf("%s: no header: %w", file, trials.ErrInvalid)
	}
	return nil
}

// list splits a column of several values, none of which may be empty or have
// blanks around it.
func list(column string) ([]string, error) {
	if column == "" {
		return nil, nil
	}
	values := strings.Split(column, "|")
	for _, v := range values {
		if v == "" || v != strings.TrimSpace(v) {
			return nil, fmt.Errorf("value %q in %q: %w", v, column, trials.ErrInvalid)
		}
	}
	return values, nil
}

// country accepts an ISO 3166-1 alpha-2 code and nothing else.
func country(column string) error {
	if len(column) != 2 || trials.CountryCode(column) != column {
		return fmt.Errorf("country %q: %w", column, trials.ErrInvalid)
	}
	return nil
}
