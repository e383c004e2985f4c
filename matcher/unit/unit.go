package unit

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

var (
	//go:embed data/units.tsv
	unitsTSV string
	//go:embed data/factors.tsv
	factorsTSV string
)

// ErrUnknown: the unit is not known, or can't be turned into the fact's.
var ErrUnknown = errors.New("unknown unit")

// Table knows the units and how to convert between them. It is read-only.
type Table struct {
	byWriting map[string]string
	writings  writing
	factors   map[conversion]affine
}

// writing is where the folded writings of units go on behind a beginning that they share.
type writing struct {
	code  string // of the unit that ends here, or ""
	bytes []byte // that may follow, and what each leads to
	next  []*writing
}

// behind gives the writings that go on with a byte, or nil.
func (w *writing) behind(c byte) *writing {
	if i := bytes.IndexByte(w.bytes, c); i >= 0 {
		return w.next[i]
	}
	return nil
}

func (w *writing) add(folded, code string) {
	for i := range len(folded) {
		next := w.behind(folded[i])
		if next == nil {
			next = new(writing)
			w.bytes, w.next = append(w.bytes, folded[i]), append(w.next, next)
		}
		w = next
	}
	w.code = code
}

type conversion struct{ fact, from, to string }

type affine struct{ factor, offset float64 }

// Load reads the embedded tables.
func Load() (*Table, error) {
	t := &Table{byWriting: map[string]string{}, factors: map[conversion]affine{}}
	if err := t.readUnits(unitsTSV); err != nil {
		return nil, fmt.Errorf("units.tsv: %w", err)
	}
	if err := t.readFactors(factorsTSV); err != nil {
		return nil, fmt.Errorf("factors.tsv: %w", err)
	}
	return t, nil
}

func rows(text string, header ...string) ([][]string, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.Comment, r.LazyQuotes, r.FieldsPerRecord = '\t', '#', true, len(header)
	all, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	if len(all) == 0 || strings.Join(all[0], "\t") != strings.Join(header, "\t") {
		return nil, fmt.Errorf("want the header %v", header)
	}
	return all[1:], nil
}

func (t *Table) readUnits(text string) error {
	all, err := rows(text, "unit", "written_as")
	if err != nil {
		return err
	}
	for _, row := range all {
		for _, w := range strings.Split(row[1], "|") {
			key := fold(w)
			if other, dup := t.byWriting[key]; dup && other != row[0] {
				return fmt.Errorf("%q stands for both %s and %s", w, other, row[0])
			}
			t.byWriting[key] = row[0]
		}
		t.byWriting[fold(row[0])] = row[0]
	}
	for folded, code := range t.byWriting {
		t.writings.add(folded, code)
	}
	return nil
}

func (t *Table) readFactors(text string) error {
	all, err := rows(text, "fact", "from", "to", "factor", "offset", "source")
	if err != nil {
		return err
	}
	for _, row := range all {
		factor, err := strconv.ParseFloat(row[3], 64)
		if err != nil {
			return fmt.Errorf("%s %s: factor: %w", row[0], row[1], err)
		}
		offset, err := strconv.ParseFloat(row[4], 64)
		if err != nil {
			return fmt.Errorf("%s %s: offset: %w", row[0], row[1], err)
		}
		key := conversion{row[0], row[1], row[2]}
		if _, dup := t.factors[key]; dup {
			return fmt.Errorf("%s %s to %s stands twice", row[0], row[1], row[2])
		}
		t.factors[key] = affine{factor, offset}
	}
	return nil
}

// fold makes the ways to write one unit equal; superscripts lose their height
// because registries lose it too.
func fold(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); {
		folded, size := foldNext(s[i:])
		out.WriteString(folded)
		i += size
	}
	return out.String()
}

// foldNext folds the sign that s begins with, and gives its length.
func foldNext(s string) (folded string, size int) {
	if c := s[0]; c < utf8.RuneSelf {
		switch {
		case (c == 'l' || c == 'L') && len(s) >= len("litre") && (strings.EqualFold(s[:len("litre")], "litre") || strings.EqualFold(s[:len("litre")], "liter")):
			return "l", len("litre")
		case c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '^' || c == '*':
			return "", 1
		case c == '\\' && len(s) > 1 && (s[1] == '^' || s[1] == '*'):
			return "", 2 // registries escape what stands for a height or a product
		case 'A' <= c && c <= 'Z':
			return lower[c-'A' : c-'A'+1], 1
		}
		return s[:1], 1
	}
	r, size := utf8.DecodeRuneInString(s)
	if plain, ok := plainSigns[r]; ok {
		return plain, size
	}
	return strings.ToLower(s[:size]), size
}

const lower = "abcdefghijklmnopqrstuvwxyz"

// plainSigns are signs of units that stand for plainer ones; all spaces are dropped.
var plainSigns = map[rune]string{
	'\u00a0': "", '\u202f': "", '\u2009': "", 'µ': "u", 'μ': "u", '·': "", '⁹': "9", '³': "3", '²': "2", '⁶': "6", '×': "x",
	'㎎': "mg", '㎗': "dl", '㎖': "ml", '㎕': "ul", '㎍': "ug", '㎏': "kg", '㎜': "mm", '㎝': "cm",
}

// Code gives the UCUM code of a unit as somebody wrote it.
func (t *Table) Code(written string) (string, bool) {
	code, ok := t.byWriting[fold(written)]
	return code, ok
}

// Convert turns a value of a fact from a unit as written into the fact's own.
func (t *Table) Convert(fact string, value float64, written, to string) (float64, error) {
	if written == to {
		return value, nil
	}
	from, ok := t.Code(written)
	if !ok {
		return 0, fmt.Errorf("unit %q: %w", written, ErrUnknown)
	}
	if from == to {
		return value, nil
	}
	a, ok := t.between(fact, from, to)
	if !ok {
		return 0, fmt.Errorf("unit %q for %s, which is in %s: %w", written, fact, to, ErrUnknown)
	}
	return value*a.factor + a.offset, nil
}

// Converts reports whether values of a fact can be turned from one unit into another, both
// as UCUM codes.
func (t *Table) Converts(fact, from, to string) bool {
	if from == to {
		return true
	}
	_, ok := t.between(fact, from, to)
	return ok
}

// between gives how values of a fact are turned from one unit into another.
func (t *Table) between(fact, from, to string) (affine, bool) {
	a, ok := t.factors[conversion{fact, from, to}]
	if !ok {
		a, ok = t.factors[conversion{"*", from, to}]
	}
	return a, ok
}

// maxWritten is the length of the longest writing of a unit that Prefix tries.
const maxWritten = 28

// Prefix reads the unit that s begins with, behind a number: its UCUM code and
// its length in bytes; 0 if s begins with none.
func (t *Table) Prefix(s string) (code string, n int) {
	w, longest := &t.writings, min(len(s), maxWritten)
	for i := 0; i < longest; {
		folded, size := foldNext(s[i:])
		for k := range len(folded) {
			if w = w.behind(folded[k]); w == nil {
				return code, n
			}
		}
		i += size
		if w.code != "" && i <= longest && !(i < len(s) && wordByte(s[i-1]) && wordByte(s[i])) {
			code, n = w.code, i
		}
	}
	return code, n
}

func wordByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}
