// Package chance tells how likely the answers to a fact are, of those who seek a
// trial: what orders the questions and makes people for tests. It decides nothing.
//
// data/answers.tsv holds for everybody; data/answers_given.tsv for those of whom
// something is known. Their heads say how they are written.
package chance

import (
	"embed"
	"encoding/csv"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"trialfinder/matcher/fact"
)

//go:embed data/*.tsv
var data embed.FS

// Answers that are no values.
const (
	Any        = "*"    // any answer leaves the trials as they are
	None       = "none" // the empty set
	AppliesNot = "-"    // the fact does not apply
	SameAs     = "="    // before the fact whose value it is
)

// Chances are how likely the answers to a fact are for those of whom Given holds.
type Chances struct {
	Fact, Given string
	Rows        []Row
	demands     []Demand
}

// Row is an answer, or a distribution of numbers, and how likely it is.
type Row struct {
	Answer    string
	Quantiles []Quantile
	P         float64
}

// Quantile is one point of a distribution: At of all are at most Value.
type Quantile struct{ At, Value float64 }

// Demand is one part of a given: the fact is one of the values or, where there are
// none, a number from Low to High.
type Demand struct {
	Fact      string
	Not       bool
	Values    []string
	Low, High float64
}

// Kinds tells whether an illness is another or a kind of it.
type Kinds interface {
	IsA(id, ancestor string) bool
}

// Load reads both tables, of each fact the narrower chances first: those that hold
// first are the ones that count.
func Load() ([]Chances, error) {
	var out []Chances
	for _, name := range []string{"answers_given.tsv", "answers.tsv"} {
		text, err := data.ReadFile("data/" + name)
		if err != nil {
			return nil, err
		}
		table, err := Read(string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out = append(out, table...)
	}
	return out, nil
}

// columns are those of a table; "given" may be left out.
var columns = []string{"fact", "given", "answer", "probability", "basis"}

// Read reads a table. Rows of one fact with the same given stand together.
func Read(text string) ([]Chances, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.Comment, r.LazyQuotes = '\t', '#', true
	rows, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	narrow := len(rows) > 0 && slices.Equal(rows[0], columns)
	if !narrow && (len(rows) == 0 || !slices.Equal(rows[0], slices.Delete(slices.Clone(columns), 1, 2))) {
		return nil, fmt.Errorf("want the columns %v, given or not", columns)
	}
	var out []Chances
	for _, row := range rows[1:] {
		if !narrow {
			row = slices.Insert(row, 1, "")
		}
		if n := len(out); n == 0 || out[n-1].Fact != row[0] || out[n-1].Given != row[1] {
			demands, err := ReadDemands(row[1])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", row[0], err)
			}
			out = append(out, Chances{Fact: row[0], Given: row[1], demands: demands})
		}
		answer, err := readRow(row[2], row[3], row[4])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", row[0], err)
		}
		last := &out[len(out)-1]
		last.Rows = append(last.Rows, answer)
	}
	return out, nil
}

func readRow(answer, probability, basis string) (Row, error) {
	row := Row{Answer: answer}
	var err error
	if row.P, err = strconv.ParseFloat(probability, 64); err != nil || row.P <= 0 || row.P > 1 || basis == "" {
		return row, fmt.Errorf("%s: want a probability and a basis, got %q and %q", answer, probability, basis)
	}
	if !strings.Contains(answer, "|p") {
		return row, nil
	}
	for _, point := range strings.Split(answer, "|") {
		at, value, _ := strings.Cut(strings.TrimPrefix(point, "p"), "=")
		percent, err1 := strconv.ParseFloat(at, 64)
		v, err2 := strconv.ParseFloat(value, 64)
		n := len(row.Quantiles)
		if err1 != nil || err2 != nil || n > 0 && (percent/100 <= row.Quantiles[n-1].At || v <= row.Quantiles[n-1].Value) {
			return row, fmt.Errorf("want rising points such as p05=8.5, got %q", answer)
		}
		row.Quantiles = append(row.Quantiles, Quantile{percent / 100, v})
	}
	return row, nil
}

// ReadDemands reads a given: "sex=female,age=18..49".
func ReadDemands(given string) ([]Demand, error) {
	var out []Demand
	for _, text := range strings.FieldsFunc(given, func(r rune) bool { return r == ',' }) {
		id, values, ok := strings.Cut(text, "=")
		if !ok {
			return nil, fmt.Errorf("want fact=value, got %q", text)
		}
		d := Demand{Fact: strings.TrimSuffix(id, "!"), Not: strings.HasSuffix(id, "!")}
		if low, high, isRange := strings.Cut(values, ".."); isRange {
			var err1, err2 error
			d.Low, err1 = strconv.ParseFloat(low, 64)
			d.High, err2 = strconv.ParseFloat(high, 64)
			if err1 != nil || err2 != nil {
				return nil, fmt.Errorf("want low..high, got %q", text)
			}
		} else {
			d.Values = strings.Split(values, "|")
		}
		out = append(out, d)
	}
	return out, nil
}

// Hold says whether the chances are those of somebody of whom these facts are known.
func (c Chances) Hold(facts map[string]fact.Value, kinds Kinds) bool {
	return HoldAll(c.demands, facts, kinds)
}

// Demands are what must be known.
func (c Chances) Demands() []Demand { return slices.Clone(c.demands) }

// HoldAll says whether all demands hold. What is not known meets none.
func HoldAll(ds []Demand, facts map[string]fact.Value, kinds Kinds) bool {
	return !slices.ContainsFunc(ds, func(d Demand) bool {
		v, known := facts[d.Fact]
		return !known || d.isOf(v, kinds) == d.Not
	})
}

func (d Demand) isOf(v fact.Value, kinds Kinds) bool {
	if d.Values == nil {
		return !v.Never && v.Span.Lo >= d.Low && v.Span.Lo <= d.High
	}
	return slices.ContainsFunc(d.Values, func(value string) bool {
		if d.Fact == "condition" {
			return slices.ContainsFunc(v.Texts, func(mine string) bool { return kinds.IsA(mine, value) })
		}
		return v.Is(value) == fact.True
	})
}

// At is the number that so much of all are at most: on straight lines between the
// points, and on beyond the ends, within the fact's range.
func (r Row) At(share float64, f fact.Fact) float64 {
	q := r.Quantiles
	i := 1
	for i < len(q)-1 && q[i].At < share {
		i++
	}
	a, b := q[i-1], q[i]
	return math.Min(math.Max(a.Value+(share-a.At)*(b.Value-a.Value)/(b.At-a.At), f.Min), f.Max)
}
