package criteria

import "slices"

// join joins the rules of a sentence. In a demand, parts hold together unless
// "or" joins them; in a ban one of a list is enough, but "and" may mean both.
func (r *clauseReader) join(parts partsRead, onlyBounds bool) Rule {
	if len(parts.before) == 0 {
		return r.joinGroup(parts.group, onlyBounds)
	}
	var all []Rule
	for _, g := range parts.before {
		all = append(all, r.joinGroup(g, onlyBounds))
	}
	if len(parts.rules) > 0 {
		all = append(all, r.joinGroup(parts.group, onlyBounds))
	}
	return joined(all, Inclusion)
}

func (r *clauseReader) joinGroup(g group, onlyBounds bool) Rule {
	rules, ands, ors := g.rules, g.ands, g.ors
	if r.kind == Inclusion && ors == 0 {
		rules = oneOfIllnesses(rules)
	}
	if len(rules) == 1 {
		return rules[0]
	}
	rules = slices.Clone(rules) // which lie in a room
	switch {
	case r.kind == Inclusion && onlyBounds && ors > 0 && g.loose > 0 && !g.oxford && !g.bare:
		return g.pairs()
	case ands > 0 && ors > 0:
		return ambiguous(rules)
	case r.kind == Inclusion && ors > 0:
		return g.alternatives(rules, onlyBounds)
	case r.kind == Inclusion && (ands > 0 || onlyBounds):
		return All(rules)
	case r.kind == Inclusion:
		return ambiguous(rules)
	case ands > 0 && (onlyBounds || len(rules) == 2), ors == 0 && len(rules) == 2 && explains(rules):
		return ambiguous(rules)
	}
	return Any(rules) // "HIV, hepatitis B and C": one of a list of three is enough
}

// alternatives joins demands that an "or" stands between.
func (g group) alternatives(rules []Rule, onlyBounds bool) Rule {
	switch {
	case g.bare && g.loose > 0 && !slices.ContainsFunc(rules, demandsIllness):
		return ambiguous(rules) // "LVEF > 45 %, normal ECG or approved by the cardiologist"
	case len(rules) == 2 && everybody(rules):
		return All(rules) // "over 18 or under 75"
	case slices.ContainsFunc(rules, flattened), toldTwice(rules):
		return ambiguous(rules)
	case g.loose > 0 && !onlyBounds && (slices.ContainsFunc(rules, bounds) || mixed(rules)):
		return ambiguous(rules) // "bilirubin ≤ 2, creatinine ≤ 1.5 or clearance ≥ 60, not pregnant"
	}
	return Any(rules)
}

// flattened: several limits stand in one part, as in a list that has lost its lines; an "or"
// beside it is one of its items alone.
func flattened(rule Rule) bool {
	all, ok := rule.(All)
	return ok && len(slices.DeleteFunc(slices.Clone(all), func(r Rule) bool { return !bounds(r) })) > 2
}

// toldTwice: the second of two demands is only another way to tell the last limit of the
// first: "age over 18, ECOG 0-1 or Karnofsky ≥ 70".
func toldTwice(rules []Rule) bool {
	all, several := rules[0].(All)
	if len(rules) != 2 || !several {
		return false
	}
	first, last, second := factsOf(all[0]), factsOf(all[len(all)-1]), factsOf(rules[1])
	return bounds(all[0]) && len(second) > 0 && allAmong(second, last) && !allAmong(first, last) && !impossible(All{rules[0], rules[1]})
}

// mixed: some of the rules demand an illness, and some that were read do not.
func mixed(rules []Rule) bool {
	ill := slices.ContainsFunc(rules, demandsIllness)
	return ill && slices.ContainsFunc(rules, func(rule Rule) bool { return len(factsOf(rule)) > 0 && !demandsIllness(rule) })
}

// everybody: one of two limits of one number holds for whomever the other does not.
func everybody(rules []Rule) bool {
	a, ok := rules[0].(Atom)
	b, too := rules[1].(Atom)
	if !ok || !too || a.Fact != b.Fact || a.Value.Kind != NumberOperand || b.Value.Kind != NumberOperand || !opposite(a.Op, b.Op) {
		return false
	}
	if a.Op == Le || a.Op == Lt {
		a, b = b, a
	}
	return a.Value.Number <= b.Value.Number
}

// bounds: the rule is a limit of a number.
func bounds(rule Rule) bool {
	a, ok := rule.(Atom)
	return ok && a.Value.Kind == NumberOperand
}

// explains: the limits behind a comma may say what is meant by the state before it:
// "uncontrolled hypertension, blood pressure ≥ 180/110", "GVHD of the liver, bilirubin > 6 mg/dL".
// Those of a weak organ say it all.
func explains(rules []Rule) bool {
	if some(rules[0], bounds) || !allBounds(rules[1]) {
		return false
	}
	state, limits := factsOf(rules[0]), factsOf(rules[1])
	return len(state) > 0 && state[0] != "kidney_disease" && state[0] != "liver_disease" && state[0] != "pregnant" && limits[0] != "age"
}

// allBounds: the rule is one of limits, and of nothing else.
func allBounds(rule Rule) bool {
	switch r := rule.(type) {
	case All:
		return !slices.ContainsFunc(r, func(part Rule) bool { return !allBounds(part) })
	case Any:
		return !slices.ContainsFunc(r, func(part Rule) bool { return !allBounds(part) })
	}
	return bounds(rule)
}

func factsOf(rule Rule) []string { return appendFacts(nil, rule) }

// appendFacts appends the facts of a rule to ids, in order.
func appendFacts(ids []string, rule Rule) []string {
	switch rule := rule.(type) {
	case All:
		for _, part := range rule {
			ids = appendFacts(ids, part)
		}
	case Any:
		for _, part := range rule {
			ids = appendFacts(ids, part)
		}
	case Not:
		ids = appendFacts(ids, rule.Rule)
	case Atom:
		ids = append(ids, rule.Fact)
	}
	return ids
}

// pairs reads a list of comparisons in which "or" joins two of them: "albumin ≥ 3 g/dL,
// creatinine ≤ 1.5 mg/dL or clearance ≥ 50 mL/min, bilirubin ≤ 2 mg/dL".
func (g group) pairs() Rule {
	var all []Rule
	for i, rule := range g.rules {
		if i > 0 && g.joints[i] == byOr {
			last := len(all) - 1
			if any, ok := all[last].(Any); ok {
				all[last] = append(any, rule)
			} else {
				all[last] = Any{all[last], rule}
			}
			continue
		}
		all = append(all, rule)
	}
	return All(all)
}

// ambiguous decides only where both readings of a list agree.
func ambiguous(rules []Rule) Rule {
	rules = slices.Clone(rules)
	return Any{All(rules), All{Any(rules), Unknown("and/or")}}
}
