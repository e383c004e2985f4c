package matcher

import "trialfinder/matcher/fact"

// Statuses gives, for each trial of the set, what each of its rules that count is for
// a person, in their order.
func (s *Set) Statuses(p Profile) [][]Status {
	names := map[fact.Truth]Status{fact.True: Met, fact.False: NotMet, fact.Unknown: Unknown}
	st := s.standing(p, nil)
	defer st.end()
	out := make([][]Status, len(s.trials))
	for i := range out {
		for _, k := range s.clausesOf(i) {
			t, _ := st.stateOf(k)
			out[i] = append(out[i], names[t])
		}
	}
	return out
}
