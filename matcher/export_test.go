package matcher

import (
	"trialfinder/matcher/chance"
	"trialfinder/matcher/fact"
)

// Statuses gives, for each trial of the set, what each of its rules that count is for
// a person, in their order.
func (s *Set) Statuses(p Profile) [][]Status {
	names := map[fact.Truth]Status{fact.True: Met, fact.False: NotMet, fact.Unknown: Unknown}
	st := s.standing(p, Only{})
	defer st.end()
	out := make([][]Status, len(s.trials))
	for i := range out {
		for _, k := range s.clausesOf(i) {
			out[i] = append(out[i], names[st.truthOf(k)])
		}
	}
	return out
}

// RuledOut gives the places of the considered trials that are ruled out.
func (s *Set) RuledOut(p Profile) []int {
	st := s.standing(p, Only{})
	defer st.end()
	var out []int
	for i := range st.considered.all() {
		if st.out.has(i) {
			out = append(out, i)
		}
	}
	return out
}

// KnownBy is how likely a person is held to know a fact.
func (m *Matcher) KnownBy(id string) float64 {
	f, _ := m.Facts.ByID(id)
	return m.knownBy.of(f)
}

// Even is a matcher that holds every answer to a fact for as likely as any other,
// whatever else is known.
func (m *Matcher) Even() *Matcher {
	out := *m
	out.chances = map[string][]chance.Chances{}
	for id, all := range m.chances {
		for _, c := range all {
			if c.Given != "" {
				continue
			}
			rows := make([]chance.Row, len(c.Rows))
			for i, row := range c.Rows {
				row.P = 1 / float64(len(rows))
				rows[i] = row
			}
			c.Rows = rows
			out.chances[id] = append(out.chances[id], c)
		}
	}
	return &out
}

// Weights are those of the score, in the order in which docs/ranking.md tells them.
func Weights() []float64 {
	return []float64{weightFit, weightOpenness, weightRole, weightCondition, weightDistance}
}
