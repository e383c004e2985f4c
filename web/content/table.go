package content

import (
	"encoding/csv"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// table reads a file of columns parted by tabs, and holds it to its heading.
func table(fsys fs.FS, file string, columns ...string) ([][]string, error) {
	f, err := fsys.Open(file)
	if err != nil {
		return nil, fmt.Errorf("content: %w", err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.Comment, r.LazyQuotes, r.FieldsPerRecord = '\t', '#', true, len(columns)
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("content: %s: %w", file, err)
	}
	if len(rows) == 0 || !slices.Equal(rows[0], columns) {
		return nil, fmt.Errorf("content: %s: want the columns %v", file, columns)
	}
	for _, row := range rows[1:] {
		for i := range row {
			if row[i] == "-" {
				row[i] = ""
			}
		}
	}
	return rows[1:], nil
}

// several parts a list; none gives nil.
func several(list, by string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, by)
}

func loadSources(fsys fs.FS) (map[string]Source, error) {
	rows, err := table(fsys, "sources.tsv", "id", "title", "publisher", "year", "url")
	if err != nil {
		return nil, err
	}
	out := map[string]Source{}
	for _, row := range rows {
		if _, dup := out[row[0]]; dup || !strings.HasPrefix(row[4], "https://") {
			return nil, fmt.Errorf("content: sources.tsv: %s stands twice, or has no https address", row[0])
		}
		out[row[0]] = Source{row[0], row[1], row[2], row[3], row[4]}
	}
	return out, nil
}

func loadOutline(fsys fs.FS) (map[string][]string, error) {
	rows, err := table(fsys, "outline.tsv", "slug", "paragraphs")
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for _, row := range rows {
		out[row[0]] = strings.Fields(row[1])
	}
	return out, nil
}

// loadList reads which texts there are, and adds the glossary.
func loadList(fsys fs.FS) ([]Text, error) {
	rows, err := table(fsys, "texts.tsv", "slug", "group", "front", "therapies", "related")
	if err != nil {
		return nil, err
	}
	var out []Text
	for _, row := range rows {
		out = append(out, Text{Slug: row[0], Group: row[1], Front: row[2] == "front", Therapies: several(row[3], ","), Related: several(row[4], ",")})
	}
	return append(out, Text{Slug: Glossary}), nil
}
