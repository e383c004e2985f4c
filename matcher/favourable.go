package matcher

import (
	"cmp"
	"slices"

	"trialfinder/matcher/criteria"
	"trialfinder/matcher/fact"
)

// canFit shows by example that a set of facts does it: answers to them that leave no
// obstacle in the way and no criterion not met. Where too many would have to be tried,
// it is taken to be so.
func (s *settlement) canFit(set idSet) bool {
	undecided := make([]int, len(s.unknown))
	for i := range undecided {
		undecided[i] = i
	}
	return s.favourable(slices.Collect(set.all()), s.profile, undecided)
}

func (s *settlement) favourable(facts []int, p Profile, undecided []int) bool {
	if s.trials++; s.trials > maxTrials {
		s.capped = true
		return true
	}
	for len(facts) > 0 && s.follows(p, s.m.Facts.At(facts[0]).ID) {
		facts = facts[1:]
	}
	if len(facts) == 0 {
		return !slices.ContainsFunc(undecided, func(i int) bool {
			o := &s.unknown[i]
			return o.obstacle && s.m.inTheWay(outcome(&evaluator{m: s.m, profile: p}, o.Field, o.Criterion))
		})
	}
	f := s.m.Facts.At(facts[0])
	return slices.ContainsFunc(s.answers(f), func(v fact.Value) bool {
		with := s.m.With(p, f.ID, v)
		if len(with.Contradictions) > len(p.Contradictions) {
			return false
		}
		left, ok := s.after(with, facts[0], undecided)
		return ok && s.favourable(facts[1:], with, left)
	})
}

// after gives what is still undecided with an answer to a fact; false where a
// criterion is not met, or an obstacle can't be moved any more.
func (s *settlement) after(p Profile, f int, undecided []int) (left []int, ok bool) {
	for _, i := range undecided {
		o := &s.unknown[i]
		if o.settlers.has(f) {
			now := outcome(&evaluator{m: s.m, profile: p}, o.Field, o.Criterion)
			switch {
			case now.Status == Met:
				continue
			case now.Status == NotMet, o.obstacle && s.m.inTheWay(now) && !s.canBeMet(p, o.Criterion):
				return nil, false
			}
		}
		left = append(left, i)
	}
	return left, true
}

// canBeMet says whether more answers can still make a criterion met.
func (s *settlement) canBeMet(p Profile, c criteria.Criterion) bool {
	return (&evaluator{m: s.m, profile: p}).canBe(c.Rule, c.Kind, wanted(c.Kind))
}

// wanted is the truth of a rule by which its criterion is met.
func wanted(kind criteria.Kind) fact.Truth { return fact.Of(kind != criteria.Exclusion) }

// follows says whether a fact is known by now from other answers.
func (s *settlement) follows(p Profile, id string) bool {
	v, known := p.Facts[id]
	before, was := s.profile.Facts[id]
	return known && !(was && v.Equal(before))
}

// answers are the answers to a fact that make a difference to the trial. One that is
// known, but not closely enough, stays within what is known of it.
func (s *settlement) answers(f fact.Fact) []fact.Value {
	if _, made := s.answer[f.ID]; !made {
		s.answer[f.ID] = s.makeAnswers(f)
	}
	return s.answer[f.ID]
}

func (s *settlement) makeAnswers(f fact.Fact) []fact.Value {
	bounds, named := s.compared(f)
	none := fact.Value{Type: f.Type, Text: "-", Span: fact.Point(f.Min - 1)} // so that every answer is another one
	var out []fact.Value
	switch f.Type {
	case fact.Bool:
		out = []fact.Value{{Type: f.Type}, {Type: f.Type, Bool: true}}
	case fact.Set:
		out = []fact.Value{{Type: f.Type, Texts: []string{}}}
		for _, id := range named {
			out = append(out, fact.Value{Type: f.Type, Texts: []string{id}})
		}
	default:
		out = others(f, none, bounds)
		for _, n := range bounds {
			if n >= f.Min && n <= f.Max {
				out = append(out, fact.Value{Type: f.Type, Span: fact.Point(n)})
			}
		}
	}
	now, known := s.profile.Facts[f.ID]
	return slices.DeleteFunc(out, func(v fact.Value) bool { return known && !s.refines(f, now, v) })
}

// compared gives the numbers and names that the trial compares a fact with, sorted.
func (s *settlement) compared(f fact.Fact) (bounds []float64, named []string) {
	for _, o := range s.unknown {
		criteria.Walk(o.Criterion.Rule, func(a criteria.Atom) {
			about := a.Fact == f.ID || f.Conditions() && (a.Fact == "condition" || a.Fact == "other_conditions")
			switch {
			case !about:
			case a.Value.Kind == criteria.NumberOperand:
				bounds = append(bounds, a.Value.Number)
			case a.Value.Kind == criteria.ListOperand:
				named = append(named, a.Value.List...)
			case a.Value.Kind == criteria.TextOperand:
				named = append(named, a.Value.Text)
			}
		})
	}
	slices.Sort(bounds)
	slices.Sort(named)
	return slices.Compact(bounds), slices.Compact(named)
}

// refines says whether a value may be what an answer that is known less closely means.
func (s *settlement) refines(f fact.Fact, now, v fact.Value) bool {
	switch {
	case f.ID == "condition":
		return len(v.Texts) > 0 && slices.ContainsFunc(now.Texts, func(have string) bool { return s.m.Conditions.IsA(v.Texts[0], have) })
	case f.Type == fact.Number:
		return !v.Never && !now.Never && v.Span.Lo >= now.Span.Lo && (v.Span.Lo < now.Span.Hi || v.Span.Lo == now.Span.Hi && !now.Span.HiOpen)
	}
	return false
}

// rulesOut lists the missing facts of which one answer by itself rules the trial out,
// those first that a person likeliest knows.
func (s *settlement) rulesOut() []string {
	ids := []string{}
	for _, o := range s.unknown {
		for _, id := range o.Missing {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	ids = slices.DeleteFunc(ids, func(id string) bool {
		f, ok := s.m.Facts.ByID(id)
		return !ok || !slices.ContainsFunc(s.answers(f), func(v fact.Value) bool {
			with := s.m.With(s.profile, id, v)
			return len(with.Contradictions) == len(s.profile.Contradictions) && s.isOut(with)
		})
	})
	slices.SortStableFunc(ids, func(a, b string) int {
		fa, _ := s.m.Facts.ByID(a)
		fb, _ := s.m.Facts.ByID(b)
		return cmp.Compare(s.m.knownBy.of(fb), s.m.knownBy.of(fa))
	})
	return ids
}

func (s *settlement) isOut(p Profile) bool {
	return slices.ContainsFunc(s.unknown, func(o undecided) bool {
		return outcome(&evaluator{m: s.m, profile: p}, o.Field, o.Criterion).Status == NotMet
	})
}
