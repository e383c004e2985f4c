package matcher

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"trialfinder/matcher/condition"
	"trialfinder/matcher/fact"
)

//go:embed data/answers.tsv
var answersTSV string

//go:embed data/answers_given.tsv
var answersGivenTSV string

// Answers of the tables that are no values.
const (
	anyAnswer  = "*" // any answer leaves the trials as they are
	appliesNot = "-" // the fact does not apply
	sameAs     = "=" // before the fact whose value it is
	noneAnswer = "none"
)

// chances are how likely the answers to a fact are for those of whom all demands hold.
type chances struct {
	demands []demand
	rows    []chance
}

// chance is an answer, or a distribution of numbers, and how likely it is.
type chance struct {
	answer    string
	quantiles []quantile
	p         float64
}

// quantile is one point of a distribution: at of all are at most value.
type quantile struct{ at, value float64 }

// demand is one part of what must be known: a fact is one of the values, or a number
// from low to high.
type demand struct {
	fact      string
	not       bool
	values    []string // none: a number
	low, high float64
}

// loadChances reads both tables; by fact, the narrower chances stand first.
func loadChances(facts *fact.Catalogue) (map[string][]chances, error) {
	out := map[string][]chances{}
	for _, table := range []struct {
		name, text string
		columns    int
	}{{"answers_given.tsv", answersGivenTSV, 5}, {"answers.tsv", answersTSV, 4}} {
		r := csv.NewReader(strings.NewReader(table.text))
		r.Comma, r.Comment, r.FieldsPerRecord, r.LazyQuotes = '\t', '#', table.columns, true
		rows, err := r.ReadAll()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", table.name, err)
		}
		last := ""
		for _, row := range rows[1:] {
			id, given, cells := row[0], "", row[1:]
			if table.columns == 5 {
				given, cells = row[1], row[2:]
			}
			c, err := readChance(cells[0], cells[1])
			if _, known := facts.ByID(id); err == nil && !known {
				err = fmt.Errorf("no such fact")
			}
			if err != nil {
				return nil, fmt.Errorf("%s: %s: %w", table.name, id, err)
			}
			if key := id + "\t" + given; key != last {
				last = key
				demands, err := readDemands(given)
				if err != nil {
					return nil, fmt.Errorf("%s: %s: %w", table.name, id, err)
				}
				out[id] = append(out[id], chances{demands: demands})
			}
			at := &out[id][len(out[id])-1]
			at.rows = append(at.rows, c)
		}
	}
	return out, nil
}

func readChance(answer, probability string) (chance, error) {
	c := chance{answer: answer}
	var err error
	if c.p, err = strconv.ParseFloat(probability, 64); err != nil || c.p <= 0 || c.p > 1 {
		return c, fmt.Errorf("want a probability, got %q", probability)
	}
	if !strings.Contains(answer, "|p") {
		return c, nil
	}
	for _, point := range strings.Split(answer, "|") {
		at, value, _ := strings.Cut(strings.TrimPrefix(point, "p"), "=")
		percent, err1 := strconv.ParseFloat(at, 64)
		v, err2 := strconv.ParseFloat(value, 64)
		if err1 != nil || err2 != nil {
			return c, fmt.Errorf("want points such as p05=8.5, got %q", answer)
		}
		c.quantiles = append(c.quantiles, quantile{percent / 100, v})
	}
	return c, nil
}

func readDemands(given string) ([]demand, error) {
	var out []demand
	for _, text := range strings.FieldsFunc(given, func(r rune) bool { return r == ',' }) {
		id, values, ok := strings.Cut(text, "=")
		if !ok {
			return nil, fmt.Errorf("want fact=value, got %q", text)
		}
		d := demand{fact: strings.TrimSuffix(id, "!"), not: strings.HasSuffix(id, "!")}
		low, high, isRange := strings.Cut(values, "..")
		if !isRange {
			d.values = strings.Split(values, "|")
			out = append(out, d)
			continue
		}
		var err1, err2 error
		d.low, err1 = strconv.ParseFloat(low, 64)
		d.high, err2 = strconv.ParseFloat(high, 64)
		if err1 != nil || err2 != nil {
			return nil, fmt.Errorf("want low..high, got %q", text)
		}
		out = append(out, d)
	}
	return out, nil
}

// holds says whether a demand holds. What is not known meets none.
func (d demand) holds(facts map[string]fact.Value, v *condition.Vocabulary) bool {
	have, known := facts[d.fact]
	return known && d.isOf(have, v) != d.not
}

func (d demand) isOf(have fact.Value, v *condition.Vocabulary) bool {
	if d.values == nil {
		return !have.Never && have.Span.Lo >= d.low && have.Span.Lo <= d.high
	}
	return slices.ContainsFunc(d.values, func(value string) bool {
		if d.fact == "condition" {
			return slices.ContainsFunc(have.Texts, func(mine string) bool { return v.IsA(mine, value) })
		}
		return have.Is(value) == fact.True
	})
}

// chancesOf are the rows that count for somebody.
func (m *Matcher) chancesOf(id string, p Profile) []chance {
	for _, c := range m.chances[id] {
		if !slices.ContainsFunc(c.demands, func(d demand) bool { return !d.holds(p.Facts, m.Conditions) }) {
			return c.rows
		}
	}
	return nil
}

// weighed is an answer and how likely it is.
type weighed struct {
	value fact.Value
	p     float64
}

// shares is into how many equal shares a distribution of numbers is cut; each counts
// as its middle.
const shares = 10

// likely are the answers to a fact that somebody may give, with their chances.
func (m *Matcher) likely(f fact.Fact, p Profile) []weighed {
	var out []weighed
	for _, c := range m.chancesOf(f.ID, p) {
		switch other, same := strings.CutPrefix(c.answer, sameAs); {
		case c.answer == anyAnswer, c.answer == appliesNot:
		case same:
			if v, known := p.Facts[other]; known {
				out = append(out, weighed{v, c.p})
			}
		case c.quantiles != nil:
			for i := range shares {
				n := min(max(c.at((float64(i)+0.5)/shares), f.Min), f.Max)
				out = append(out, weighed{fact.Value{Type: fact.Number, Span: fact.Point(n)}, c.p / shares})
			}
		case f.Type == fact.Set && c.answer == noneAnswer:
			out = append(out, weighed{fact.Value{Type: fact.Set, Texts: []string{}}, c.p})
		case f.Type == fact.Set:
			out = append(out, weighed{fact.Value{Type: fact.Set, Texts: []string{c.answer}}, c.p})
		default:
			if v, ok := f.Parse(c.answer); ok {
				out = append(out, weighed{v, c.p})
			}
		}
	}
	return out
}

// at is the number that so much of all are at most: on straight lines between the
// points, and on beyond the ends.
func (c chance) at(share float64) float64 {
	q := c.quantiles
	if len(q) == 1 {
		return q[0].value
	}
	i := 1
	for i < len(q)-1 && share > q[i].at {
		i++
	}
	a, b := q[i-1], q[i]
	v := a.value + (share-a.at)/(b.at-a.at)*(b.value-a.value)
	if math.IsNaN(v) {
		return a.value
	}
	return v
}
