package matcher

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
