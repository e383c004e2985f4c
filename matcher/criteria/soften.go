package criteria

import (
	"slices"
	"strings"
)

// permitted: a sentence behind a ban that says who may join after all softens it; its
// own comparisons stay on record.
func (r *clauseReader) permitted(ban, permit Rule) Rule {
	leaf := r.whole()
	if permit == nil {
		return All{ban, leaf}
	}
	if all, ok := permit.(All); ok && all[len(all)-1] == leaf && otherState(ban, all) {
		return Any{ban, permit} // "active metastases. Treated ones are allowed if …"
	} else if ok && all[len(all)-1] == leaf {
		return Any{All{ban, leaf}, permit} // a state that is allowed on conditions
	}
	return All{ban, leaf, Any{permit, leaf}}
}

// otherState: what is allowed is another value of the one fact that is banned.
func otherState(ban, permit Rule) bool {
	banned, ok := ban.(Atom)
	if !ok || banned.Op != Eq {
		return false
	}
	var first *Atom
	Walk(permit, func(a Atom) {
		if first == nil {
			first = &a
		}
	})
	return first != nil && first.Fact == banned.Fact && first.Op == Eq && first.Value.Text != banned.Value.Text
}

// aside puts a sentence that was not read beside the ones before it: one that
// permits something softens what came before, any other stands for itself.
func (r *clauseReader) aside(rules []Rule, s *sentence) []Rule {
	words := unreadWords(s)
	if r.kind == Inclusion && len(words) == 0 {
		for _, p := range s.parts {
			for i := range p.windows {
				if w := &p.windows[i]; !w.within {
					words = append(words, r.said(w)) // "at least 14 days after receiving pegfilgrastim"
				}
			}
		}
	}
	if len(words) == 0 && len(s.exception) == 0 && !s.demands {
		return rules
	}
	leaf := Unknown(strings.Join(append(words, s.exception...), " "))
	if r.kind == Inclusion && s.permits && len(rules) > 0 && s.some(func(p *part) bool { return p.numbers }) {
		return softenedLast(rules, leaf) // "ECOG 0-1. Patients with PS 2 will be considered"
	}
	if r.kind == Exclusion && s.ofAll {
		return append(rules, leaf) // whoever does not meet it is out, too
	}
	if (!s.caused || r.kind == Inclusion) && (len(s.exception) > 0 && !(r.kind == Inclusion && s.modal) || s.demands) && len(rules) > 0 {
		last := len(rules) - 1
		rules[last] = r.softened(rules[last], leaf)
		return rules
	}
	return adding(&r.room.parts.rules, rules, Rule(leaf))
}

// softenedLast puts what is permitted after all beside the last demand of which something
// was read, and what stands behind that.
func softenedLast(rules []Rule, leaf Unknown) []Rule {
	last := len(rules) - 1
	for last > 0 && len(factsOf(rules[last])) == 0 {
		last--
	}
	return append(rules[:last:last], Any{joined(rules[last:], Inclusion), leaf})
}

// softened: an exception can only let more people in. What meets a demand without
// it, or escapes a ban without it, is settled.
func (r *clauseReader) softened(rule Rule, exception Unknown) Rule {
	if r.kind == Exclusion {
		return All{rule, exception}
	}
	return Any{rule, exception}
}

// widened: what a ban says to come from other states may mean them as well:
// "immunodeficiency (due to HIV or immunosuppressants)".
func (r *clauseReader) widened(rule Rule, s *sentence, leaf Unknown) Rule {
	if r.kind != Exclusion || !s.caused {
		return rule
	}
	all := Any{rule}
	for _, t := range s.excusing {
		if also, _ := r.termRule(t, nil, nil, nil); also != nil {
			all = append(all, All{inWords(also, string(leaf)), leaf})
		}
	}
	return all
}

// relaxed: beside a limit stands another, which holds under the exception: "≤ 2.5 x
// ULN, or ≤ 5 x ULN with liver metastases". Where the exception says no more than
// that, nobody beyond the second limit can join.
func (r *clauseReader) relaxed(rule Rule, s *sentence, leaf Unknown) Rule {
	var second []Rule
	for _, b := range s.relaxed {
		second = append(second, b.rule)
	}
	limit := joined(second, r.kind)
	for _, b := range s.conditions {
		limit = All{limit, b.rule}
	}
	same := s.some(func(p *part) bool {
		return slices.ContainsFunc(p.bounds, func(b bound) bool { return b.repeats(s.relaxed[0]) })
	})
	switch {
	case !same || s.loose && s.alternative:
		if r.kind == Exclusion && r.bansMore(s) {
			return All{Any{rule, limit}, leaf}
		} else if r.kind == Exclusion {
			return All{rule, leaf, Any{limit, leaf}}
		}
		return Any{rule, leaf, All{limit, leaf}}
	case r.beyond(limit, rule) == (r.kind == Inclusion):
		return Any{rule, All{limit, r.excuse(s, leaf)}} // the second takes in more
	}
	return Any{All{rule, Not{r.excuse(s, leaf)}}, limit}
}

// bansMore: the limit in the exception of a ban may be one more ban: "arrhythmia in the absence
// of a pacemaker (bundle branch block …) or a QTc over 500 ms".
func (r *clauseReader) bansMore(s *sentence) bool {
	return s.alternative && !slices.ContainsFunc(s.relaxed, func(b bound) bool {
		q := b.names[0]
		return q.code == "age" || b.ofStage() || r.healthy(q, b.extent)
	})
}

// beyond: the limit of a demand lets more people in than the first, or that of a ban
// keeps fewer out.
func (r *clauseReader) beyond(limit, first Rule) bool {
	var a, b *Atom
	Walk(limit, func(x Atom) {
		if a == nil && x.Value.Kind == NumberOperand {
			a = &x
		}
	})
	Walk(first, func(x Atom) {
		if a != nil && b == nil && x.Fact == a.Fact && (x.Op == Le || x.Op == Lt) == (a.Op == Le || a.Op == Lt) {
			b = &x
		}
	})
	if a == nil || b == nil {
		return true
	}
	wider := a.Value.Number >= b.Value.Number
	if a.Op == Ge || a.Op == Gt {
		wider = a.Value.Number <= b.Value.Number
	}
	return wider == (r.kind == Inclusion)
}

// excuse is what an exception asks for, as far as a fact tells it.
func (r *clauseReader) excuse(s *sentence, leaf Unknown) Rule {
	if s.loose || len(s.excusing) != 1 {
		return leaf
	}
	if rule, sense := r.termRule(s.excusing[0], nil, nil, nil); rule != nil && !sense.wide && !sense.narrow {
		return inWords(rule, string(leaf))
	}
	return leaf
}

// unless: an exception that is one comparison and nothing else is read whole.
func (r *clauseReader) unless(rule, exception Rule) Rule {
	if r.kind == Exclusion {
		return All{rule, Not{exception}}
	}
	return Any{rule, exception}
}
