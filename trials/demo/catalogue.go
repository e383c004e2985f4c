package demo

import (
	"fmt"
	"io/fs"
	"strings"
)

type kind string

const (
	kindBranch kind = "branch"
	kindText   kind = "text"
	kindEnum   kind = "enum"
	kindDate   kind = "date"
	kindAge    kind = "age"
	kindNumber kind = "number"
	kindGeo    kind = "geo"
)

func (k kind) known() bool {
	switch k {
	case kindBranch, kindText, kindEnum, kindDate, kindAge, kindNumber, kindGeo:
		return true
	}
	return false
}

// piece is a named part of a study.
type piece struct {
	name string
	path string
	keys []string
	kind kind
}

// catalogue is what the registry knows of the shape of a study.
type catalogue struct {
	list   []*piece
	pieces map[string]*piece   // by name
	paths  map[string]*piece   // by path
	areas  map[string][]*piece // by name
	params map[string][]*piece // by query.* parameter
}

func loadCatalogue(fsys fs.FS) (*catalogue, error) {
	c := &catalogue{
		pieces: map[string]*piece{}, paths: map[string]*piece{},
		areas: map[string][]*piece{}, params: map[string][]*piece{},
	}
	if err := readTable(fsys, "data/pieces.tsv", "piece\tpath\tkind", c.addPiece); err != nil {
		return nil, err
	}
	if err := readTable(fsys, "data/areas.tsv", "area\tparameter\tpieces", c.addArea); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *catalogue) addPiece(row []string) error {
	p := &piece{name: row[0], path: row[1], keys: strings.Split(row[1], "."), kind: kind(row[2])}
	switch {
	case !p.kind.known():
		return fmt.Errorf("unknown kind %q", row[2])
	case c.pieces[p.name] != nil || c.paths[p.path] != nil:
		return fmt.Errorf("piece %q or its path %q is there twice", p.name, p.path)
	}
	c.list = append(c.list, p)
	c.pieces[p.name] = p
	c.paths[p.path] = p
	return nil
}

func (c *catalogue) addArea(row []string) error {
	if c.areas[row[0]] != nil || c.params[row[1]] != nil {
		return fmt.Errorf("area %q or parameter %q is there twice", row[0], row[1])
	}
	var area []*piece
	for name := range strings.SplitSeq(row[2], ",") {
		p := c.pieces[name]
		if p == nil {
			return fmt.Errorf("area %s: unknown piece %q", row[0], name)
		}
		area = append(area, p)
	}
	c.areas[row[0]] = area
	c.params[row[1]] = area
	return nil
}

// area gives the pieces that AREA[name] looks in.
func (c *catalogue) area(name string) ([]*piece, bool) {
	if p := c.pieces[name]; p != nil {
		return []*piece{p}, true
	}
	pieces, ok := c.areas[name]
	return pieces, ok
}

// field gives the pieces that one item of the fields parameter names: a piece
// by name or by path, or an area.
func (c *catalogue) field(name string) ([]*piece, bool) {
	if p := c.paths[name]; p != nil {
		return []*piece{p}, true
	}
	return c.area(name)
}

// checkPaths demands that every part of a study is in the catalogue.
func (c *catalogue) checkPaths(path string, v any) error {
	switch v := v.(type) {
	case object:
		for key, value := range v {
			at := strings.TrimPrefix(path+"."+key, ".")
			p := c.paths[at]
			if p == nil {
				return fmt.Errorf("unknown key %s", at)
			}
			if p.kind == kindGeo {
				continue
			}
			if err := c.checkPaths(at, value); err != nil {
				return err
			}
		}
	case []any:
		for _, value := range v {
			if err := c.checkPaths(path, value); err != nil {
				return err
			}
		}
	}
	return nil
}

// readTable reads a TSV file strictly: this header, and rows as wide as it.
func readTable(fsys fs.FS, name, header string, add func(row []string) error) error {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	headed := false
	width := strings.Count(header, "\t") + 1
	number := 0
	for line := range strings.Lines(string(data)) {
		number++
		line = strings.TrimRight(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if !headed {
			if line != header {
				return fmt.Errorf("%s:%d: header %q, want %q", name, number, line, header)
			}
			headed = true
			continue
		}
		row := strings.Split(line, "\t")
		if len(row) != width {
			return fmt.Errorf("%s:%d: %d columns, want %d", name, number, len(row), width)
		}
		if err := add(row); err != nil {
			return fmt.Errorf("%s:%d: %w", name, number, err)
		}
	}
	if !headed {
		return fmt.Errorf("%s: no header", name)
	}
	return nil
}
