package matcher

// Step is what one more answer did.
type Step struct{ Before, After int } // trials that are possible without the answer, and with it

// Steps tells, for profiles of which each knows an answer more than the one before, what
// each answer did.
func (s *Set) Steps(profiles []Profile) []Step {
	var out []Step
	before := 0
	for n, p := range profiles {
		after := s.possible(p).count()
		if n > 0 {
			out = append(out, Step{before, after})
		}
		before = after
	}
	return out
}

// possible marks the trials that are looked at for a person and not ruled out.
func (s *Set) possible(p Profile) marks {
	st := s.standing(p, Only{})
	defer st.end()
	parts := st.byClass()
	out := parts[fitsClass]
	out.or(parts[openClass])
	return out
}

// Left gives the trials that are possible for one profile and no longer for another,
// from offset on, as they stand for the other, and how many they are.
func (s *Set) Left(before, after Profile, offset, limit int) ([]TrialMatch, int, error) {
	gone := s.possible(before)
	gone.without(s.possible(after))
	st := s.standing(before, Only{})
	shown := st.page([]marks{gone}, offset, limit)
	st.end()
	out, err := s.matches(shown, after)
	return out, gone.count(), err
}

// screensOf counts the screens on which some questions are asked.
func (s *standing) screensOf(waiting []candidate) int {
	seen := map[string]bool{}
	for _, c := range waiting {
		screen, as := s.m.ScreenOf(s.m.Facts.At(c.fact).ID, s.profile)
		if screen == "" {
			screen = as
		}
		seen[screen] = true
	}
	return len(seen)
}
