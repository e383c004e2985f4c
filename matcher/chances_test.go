package matcher_test

import (
	"encoding/csv"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"trialfinder/matcher"
	"trialfinder/matcher/fact"
)

// The answers of the tables that are no values.
const (
	anyAnswer  = "*"    // any answer leaves the trials as they are
	noneAnswer = "none" // the empty set
	appliesNot = "-"    // the fact does not apply
	sameAs     = "="    // before the fact whose value it is
)

// quantile is one point of a distribution: At of all are at most Value.
type quantile struct{ At, Value float64 }

// chance is one row: an answer, or a distribution of numbers, and how likely it is.
type chance struct {
	answer    string
	quantiles []quantile
	p         float64
}

// chances are how likely the answers to a fact are for those of whom the text of given holds.
type chances struct {
	fact, given string
	rows        []chance
}

// readChances reads a table of answers: rows of one fact with the same given stand together.
func readChances(tb testing.TB, path string, head ...string) []chances {
	tb.Helper()
	file, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Close()
	r := csv.NewReader(file)
	r.Comma, r.Comment, r.LazyQuotes, r.FieldsPerRecord = '\t', '#', true, len(head)
	rows, err := r.ReadAll()
	if err != nil || len(rows) == 0 || !slices.Equal(rows[0], head) {
		tb.Fatalf("%s: %v; want the columns %v", path, err, head)
	}
	var out []chances
	for _, row := range rows[1:] {
		given := ""
		if len(row) == 5 {
			given = row[1]
			row = slices.Delete(row, 1, 2)
		}
		p, err := strconv.ParseFloat(row[2], 64)
		if err != nil || p <= 0 || p > 1 || row[3] == "" {
			tb.Errorf("%s: %s %s: want a probability and a basis, got %q and %q", path, row[0], row[1], row[2], row[3])
		}
		c := chance{answer: row[1], p: p, quantiles: readQuantiles(tb, row[1])}
		if n := len(out) - 1; n >= 0 && out[n].fact == row[0] && out[n].given == given {
			out[n].rows = append(out[n].rows, c)
			continue
		}
		out = append(out, chances{fact: row[0], given: given, rows: []chance{c}})
	}
	return out
}

// readQuantiles reads "p05=8.5|p50=12"; another answer has none.
func readQuantiles(tb testing.TB, text string) []quantile {
	tb.Helper()
	if !strings.Contains(text, "|p") {
		return nil
	}
	var out []quantile
	for _, point := range strings.Split(text, "|") {
		at, value, _ := strings.Cut(strings.TrimPrefix(point, "p"), "=")
		percent, err1 := strconv.ParseFloat(at, 64)
		v, err2 := strconv.ParseFloat(value, 64)
		if err1 != nil || err2 != nil {
			tb.Errorf("%q: want points such as p05=8.5", text)
		}
		out = append(out, quantile{percent / 100, v})
	}
	return out
}

// demand is one part of a given: the fact is one of the values, or a number from low to high.
type demand struct {
	fact      string
	not       bool
	values    []string
	low, high float64
}

func readDemands(given string) []demand {
	var out []demand
	for _, text := range strings.FieldsFunc(given, func(r rune) bool { return r == ',' }) {
		id, values, _ := strings.Cut(text, "=")
		d := demand{fact: strings.TrimSuffix(id, "!"), not: strings.HasSuffix(id, "!")}
		if low, high, ok := strings.Cut(values, ".."); ok {
			d.low, _ = strconv.ParseFloat(low, 64)
			d.high, _ = strconv.ParseFloat(high, 64)
		} else {
			d.values = strings.Split(values, "|")
		}
		out = append(out, d)
	}
	return out
}

// holdsAll says whether all demands hold. What is not known meets none.
func holdsAll(m *matcher.Matcher, ds []demand, facts map[string]fact.Value) bool {
	return !slices.ContainsFunc(ds, func(d demand) bool {
		v, known := facts[d.fact]
		return !known || d.isOf(m, v) == d.not
	})
}

func (d demand) isOf(m *matcher.Matcher, v fact.Value) bool {
	if d.values == nil {
		return !v.Never && v.Span.Lo >= d.low && v.Span.Lo <= d.high
	}
	return slices.ContainsFunc(d.values, func(value string) bool {
		if d.fact == "condition" {
			return slices.ContainsFunc(v.Texts, func(mine string) bool { return m.Conditions.IsA(mine, value) })
		}
		return v.Is(value) == fact.True
	})
}

// checkChances: the rows add up to 1, and each is an answer to the fact.
func checkChances(tb testing.TB, m *matcher.Matcher, c chances) {
	tb.Helper()
	f, ok := m.Facts.ByID(c.fact)
	if !ok {
		tb.Errorf("%s: no such fact", c.fact)
		return
	}
	sum := 0.0
	for _, row := range c.rows {
		sum += row.p
		if !isAnswer(m, f, row) {
			tb.Errorf("%s %s: %q is no answer", c.fact, c.given, row.answer)
		}
	}
	if math.Abs(sum-1) > 1e-9 {
		tb.Errorf("%s %s: the probabilities add up to %v, want 1", c.fact, c.given, sum)
	}
}

func isAnswer(m *matcher.Matcher, f fact.Fact, c chance) bool {
	switch {
	case c.answer == anyAnswer, c.answer == appliesNot:
		return true
	case strings.HasPrefix(c.answer, sameAs):
		_, ok := m.Facts.ByID(c.answer[1:])
		return ok
	case c.quantiles != nil:
		return f.Type == fact.Number && rising(c.quantiles) &&
			c.quantiles[0].Value >= f.Min && c.quantiles[len(c.quantiles)-1].Value <= f.Max
	case f.Type == fact.Set && c.answer == noneAnswer:
		return true
	case f.Conditions():
		_, ok := m.Conditions.ByID(c.answer)
		return ok
	}
	_, ok := f.Parse(c.answer)
	return ok
}

func rising(qs []quantile) bool {
	for i := 1; i < len(qs); i++ {
		if qs[i].At <= qs[i-1].At || qs[i].Value <= qs[i-1].Value {
			return false
		}
	}
	return true
}

// TestEveryFactHasChances: the table covers each fact, once.
func TestEveryFactHasChances(t *testing.T) {
	m := newMatcher(t)
	seen := map[string]bool{}
	for _, c := range readChances(t, "data/answers.tsv", "fact", "answer", "probability", "basis") {
		if seen[c.fact] {
			t.Errorf("%s: its rows stand apart", c.fact)
		}
		seen[c.fact] = true
		checkChances(t, m, c)
	}
	for _, f := range m.Facts.All() {
		if !seen[f.ID] {
			t.Errorf("%s: no row", f.ID)
		}
	}
}

// TestChancesGivenWhatIsKnown: each row of the second table is an answer, and asks of facts that there are.
func TestChancesGivenWhatIsKnown(t *testing.T) {
	m := newMatcher(t)
	seen := map[[2]string]bool{}
	for _, c := range readChances(t, "data/answers_given.tsv", "fact", "given", "answer", "probability", "basis") {
		if key := [2]string{c.fact, c.given}; seen[key] {
			t.Errorf("%s given %s: its rows stand apart", c.fact, c.given)
		} else {
			seen[key] = true
		}
		checkChances(t, m, c)
		for _, d := range readDemands(c.given) {
			f, ok := m.Facts.ByID(d.fact)
			if !ok || f.ID == c.fact {
				t.Errorf("%s given %s: %q is no other fact", c.fact, c.given, d.fact)
			}
			for _, v := range d.values {
				if !isAnswer(m, f, chance{answer: v}) {
					t.Errorf("%s given %s: %q is no value of %s", c.fact, c.given, v, d.fact)
				}
			}
		}
	}
}

func TestDemands(t *testing.T) {
	m := newMatcher(t)
	tests := []struct {
		given, facts string
		want         bool
	}{
		{"", `{}`, true},
		{"sex=female", `{"sex":"female"}`, true},
		{"sex=female", `{"sex":"male"}`, false},
		{"sex=female", `{}`, false},
		{"sex!=female", `{}`, false},
		{"age=18..49", `{"age":49}`, true},
		{"age=18..49", `{"age":50}`, false},
		{"sex=female,age=18..49", `{"sex":"female","age":17}`, false},
		{"stage=3|4", `{"stage":4}`, true},
		{"condition=lung_cancer", `{"condition":["nsclc_squamous"]}`, true},
		{"condition=nsclc", `{"condition":["lung_cancer"]}`, false},
		{"condition!=cancer", `{"condition":["lupus"]}`, true},
		{"days_since_mi!=never", `{"days_since_mi":40}`, true},
		{"days_since_mi!=never", `{"days_since_mi":"never"}`, false},
	}
	for _, tt := range tests {
		if got := holdsAll(m, readDemands(tt.given), profile(t, `{"facts":`+tt.facts+`}`).Facts); got != tt.want {
			t.Errorf("%q for %s: got %v, want %v", tt.given, tt.facts, got, tt.want)
		}
	}
}
