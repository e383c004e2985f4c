package matcher_test

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"trialfinder/matcher"
	"trialfinder/matcher/chance"
)

// BenchmarkQuestions tells how soon questions rule out what all answers rule out: in our
// order and in two plain ones; for people who know everything and for people who know
// what patients know; for people as the tables have them and for others. The metrics
// are percent of the trials after so many questions.
//
//	TRIALFINDER_PEOPLE=500 go test ./matcher -run '^$' -bench Questions -benchtime 1x -timeout 3h
func BenchmarkQuestions(b *testing.B) {
	n, err := peopleWanted()
	if err != nil {
		b.Fatal(err)
	}
	po := newPopulace(b)
	for _, kind := range []struct {
		name string
		po   *populace
	}{{"likely", po}, {"strangers", strangers(po)}} {
		b.Run(kind.name, func(b *testing.B) {
			s := simulate(b, kind.po, n)
			for _, o := range []struct {
				name       string
				next       order
				everything bool
			}{
				{"ours/everything", ours, true},
				{"ours/patients", ours, false},
				{"frequent/everything", mostFrequent, true},
				{"frequent/patients", mostFrequent, false},
				{"random/everything", atRandom(po.seed), true},
				{"random/patients", atRandom(po.seed), false},
				{"even/everything", even(po.m), true},
				{"even/patients", even(po.m), false},
				{"hindsight/everything", hindsight(b, po.m), true},
			} {
				b.Run(o.name, func(b *testing.B) { s.measure(b, o.next, o.everything) })
			}
		})
	}
}

// fewBenchmarked people of each therapy are asked where nobody wants more.
const fewBenchmarked = 10

func peopleWanted() (int, error) {
	text := os.Getenv("TRIALFINDER_PEOPLE")
	if text == "" {
		return fewBenchmarked, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > peoplePerTherapy {
		return 0, fmt.Errorf("TRIALFINDER_PEOPLE: want a number from 1 to %d, got %q", peoplePerTherapy, text)
	}
	return n, nil
}

// tellAfter are the questions after which the curve is told.
var tellAfter = [...]int{4, 6, 8, 10, 12, 16, 20}

// measure asks everybody, and reports the curve of all and of each therapy.
func (s *simulation) measure(b *testing.B, next order, everything bool) {
	var total curve
	var lines []string
	for b.Loop() {
		total, lines = curve{}, nil
		for _, therapy := range peopleTherapies {
			c := s.interviews(b, therapy, next, everything, maxQuestions)
			total.add(c)
			lines = append(lines, therapy+": "+c.text())
		}
	}
	for _, n := range tellAfter {
		b.ReportMetric(100*total.share(n), fmt.Sprintf("%%@%02d", n))
	}
	b.ReportMetric(0, "ns/op") // says nothing here
	b.Logf("all: %s\n%s\namong the first %d: %s", total.text(), strings.Join(lines, "\n"), floorAt, total.mostAsked())
}

// mean is that of the patients' own shares: those with many trials weigh no more in it.
func (c *curve) mean(n int) float64 { return c.shares[n] / float64(max(c.some, 1)) }

func (c *curve) text() string {
	var line strings.Builder
	fmt.Fprintf(&line, "%d people, %d trials listed, %d to rule out;", c.patients, c.listed, c.outs)
	for _, n := range tellAfter {
		fmt.Fprintf(&line, " %d: %.1f", n, 100*c.share(n))
	}
	fmt.Fprintf(&line, "; all that they tell: %.1f; mean of %d people after %d: %.1f",
		100*float64(c.reach)/float64(max(c.outs, 1)), c.some, floorAt, 100*c.mean(floorAt))
	return line.String()
}

// mostAsked are the facts that most people are asked for early.
func (c *curve) mostAsked() string {
	ids := slices.SortedFunc(maps.Keys(c.first), func(a, b string) int { return c.first[b] - c.first[a] })
	var out []string
	for _, id := range ids[:min(len(ids), 25)] {
		out = append(out, fmt.Sprintf("%s %.0f %%", id, 100*float64(c.first[id])/float64(max(c.patients, 1))))
	}
	return strings.Join(out, ", ")
}

// even is our order without the tables of chances. They are estimates: it shows what
// they are worth, and what is left where they are worth nothing.
func even(m *matcher.Matcher) order {
	m = m.Even()
	var mu sync.Mutex
	sets := map[*base]*matcher.Set{}
	return func(pt *patient, p matcher.Profile) string {
		mu.Lock()
		set := sets[pt.base]
		if set == nil {
			set = m.NewSet(pt.base.all)
			sets[pt.base] = set
		}
		mu.Unlock()
		return firstOf(set, p)
	}
}

// hindsight is no order to be had: it knows the answers, and asks for the one that
// rules out most. It shows what is left to gain, and how little takes two answers
// together, for which it has no eye.
func hindsight(tb testing.TB, m *matcher.Matcher) order {
	return func(pt *patient, p matcher.Profile) string {
		best, most := "", pt.ruledOut(p, true)
		for _, id := range pt.base.facts {
			answer := pt.answers[id]
			if _, known := p.Facts[id]; known || p.Asked[id] || answer == nil {
				continue
			}
			if n := pt.ruledOut(m.With(p, id, answer.Value), true); n > most {
				best, most = id, n
			}
		}
		return best
	}
}

// strangers are people of whom the tables are wrong: the odds of each answer are others,
// by a factor that lies between a half and two for two answers in three, and each
// number's quantiles stand elsewhere to the same measure. Who they are stays as it was.
// The order of questions goes by the tables, and people who are made from the same
// tables flatter it; these show how much hangs on that.
func strangers(po *populace) *populace {
	out := *po
	out.tables = map[string][]chance.Chances{}
	luck := rand.New(rand.NewPCG(po.seed, math.MaxUint64))
	for _, id := range slices.Sorted(maps.Keys(po.tables)) {
		for _, c := range po.tables[id] {
			if !slices.Contains(whoTheyAre[:], id) {
				c.Rows = skewed(c.Rows, func() float64 { return math.Exp2(luck.NormFloat64()) })
			}
			out.tables[id] = append(out.tables[id], c)
		}
	}
	return &out
}

// skewed are rows with other chances, which add up to 1 again.
func skewed(rows []chance.Row, factor func() float64) []chance.Row {
	rows = slices.Clone(rows)
	total := 0.0
	for i := range rows {
		row := &rows[i]
		row.P *= factor()
		total += row.P
		row.Quantiles = slices.Clone(row.Quantiles)
		power := factor()
		for k := range row.Quantiles {
			row.Quantiles[k].At = math.Pow(row.Quantiles[k].At, power)
		}
	}
	for i := range rows {
		rows[i].P /= total
	}
	return rows
}

// whoTheyAre are the rows that say who is simulated, and the illnesses that only say again
// what other facts say.
var whoTheyAre = [...]string{"seed", "condition", "age", "sex", "country", "other_conditions"}
