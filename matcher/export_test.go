package matcher

import "trialfinder/matcher/chance"

// Statuses gives what each demand and ban of a trial of the set is for a person, in
// their order.
func (s *Set) Statuses(p Profile, trial int) []Status {
	v := s.begin(p)
	defer v.end()
	t := &s.trials[trial]
	var out []Status
	for _, c := range s.criteria[t.criteria.from:t.criteria.to] {
		out = append(out, v.status(c, v.now))
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
