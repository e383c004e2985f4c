package matcher

import (
	"fmt"
	"strings"

	"trialfinder/matcher/chance"
	"trialfinder/matcher/fact"
)

func loadChances(facts *fact.Catalogue) (map[string][]chance.Chances, error) {
	all, err := chance.Load()
	if err != nil {
		return nil, err
	}
	out := map[string][]chance.Chances{}
	for _, c := range all {
		if _, known := facts.ByID(c.Fact); !known {
			return nil, fmt.Errorf("%s: no such fact", c.Fact)
		}
		out[c.Fact] = append(out[c.Fact], c)
	}
	return out, nil
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
	for _, c := range m.chances[f.ID] {
		if c.Hold(p.Facts, m.Conditions) {
			return weigh(f, c.Rows, p)
		}
	}
	return nil
}

func weigh(f fact.Fact, rows []chance.Row, p Profile) []weighed {
	var out []weighed
	for _, row := range rows {
		switch other, same := strings.CutPrefix(row.Answer, chance.SameAs); {
		case row.Answer == chance.Any, row.Answer == chance.AppliesNot:
		case same:
			if v, known := p.Facts[other]; known {
				out = append(out, weighed{v, row.P})
			}
		case row.Quantiles != nil:
			for i := range shares {
				n := row.At((float64(i)+0.5)/shares, f)
				out = append(out, weighed{fact.Value{Type: fact.Number, Span: fact.Point(n)}, row.P / shares})
			}
		case f.Type == fact.Set && row.Answer == chance.None:
			out = append(out, weighed{fact.Value{Type: fact.Set, Texts: []string{}}, row.P})
		case f.Type == fact.Set:
			out = append(out, weighed{fact.Value{Type: fact.Set, Texts: []string{row.Answer}}, row.P})
		default:
			if v, ok := f.Parse(row.Answer); ok {
				out = append(out, weighed{v, row.P})
			}
		}
	}
	return out
}
