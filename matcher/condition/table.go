package condition

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// readTable decodes one tab separated file: a header line that must be header,
// then rows of as many columns. Blank lines and lines with "#" are skipped.
func readTable(fsys fs.FS, name string, header ...string) ([][]string, error) {
	raw, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("condition: %w", err)
	}
	var rows [][]string
	seenHeader := false
	for i, line := range strings.Split(string(raw), "\n") {
		line = strings.TrimSuffix(line, "\r")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		row := strings.Split(line, "\t")
		if !seenHeader {
			if !slices.Equal(row, header) {
				return nil, fmt.Errorf("condition: %s:%d: header %q, want %q", name, i+1, row, header)
			}
			seenHeader = true
			continue
		}
		if len(row) != len(header) {
			return nil, fmt.Errorf("condition: %s:%d: %d columns, want %d", name, i+1, len(row), len(header))
		}
		rows = append(rows, row)
	}
	if !seenHeader {
		return nil, fmt.Errorf("condition: %s: no header", name)
	}
	return rows, nil
}

// list splits a cell; an empty cell is an empty list.
func list(cell, sep string) []string {
	if cell == "" {
		return nil
	}
	return strings.Split(cell, sep)
}
