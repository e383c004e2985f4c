package criteria

import (
	"slices"
	"strings"
)

// illnessConcept is the concept of a phrase that names illnesses: in a demand the
// person's illness must be one of them; in a ban none of the person's may be. A
// past illness is more than the fact knows of.
func illnessConcept(ids []string) *concept {
	rule := Atom{Fact: "condition", Op: In, Value: List(ids...)}
	past := []string{"history", "past", "prior", "previous", "resolved"}
	return &concept{code: "condition", kind: "illness", ids: ids, senses: []sense{
		{when: past, marks: marksOfSense(past), narrow: true, demanded: true, rule: rule},
		{demanded: true, rule: rule},
	}}
}

// illness is the concept of a phrase that names these illnesses; nil where it names none.
func (p *Parser) illness(ids []string) *concept {
	switch len(ids) {
	case 0:
		return nil
	case 1:
		return p.illnesses[ids[0]]
	}
	return illnessConcept(ids)
}

// alternatives softens demands for different illnesses in one text: a list of
// illnesses, one an item, is a list of which one is enough.
func alternatives(cs []Criterion) {
	joinedByOr(cs)
	goOnFrom(cs)
	bySexes(cs)
	opposed(cs)
	var demands []int
	var first []string
	same := true
	for i, c := range cs {
		named := illnesses(c.Rule)
		if c.Kind != Inclusion || len(named) == 0 {
			continue
		}
		if first == nil {
			first = named
		}
		same = same && slices.Equal(named, first)
		if c.Cohort == "" && demandsIllness(c.Rule) {
			demands = append(demands, i)
		}
	}
	if same {
		return
	}
	for _, i := range demands {
		cs[i].Rule = Any{cs[i].Rule, Unknown("one of the illnesses listed")}
	}
}

// opposed softens demands of one scale, one an item, that nobody can meet together: each is one of
// several ways in, "Fontaine III (Rutherford 4)", "Fontaine IV (Rutherford 5)".
func opposed(cs []Criterion) {
	for i := range cs {
		a, ok := onlyStep(cs[i])
		for k := i + 1; ok && k < len(cs); k++ {
			if b, too := onlyStep(cs[k]); too && a.Fact == b.Fact && a.Value.Number != b.Value.Number {
				for _, at := range [...]int{i, k} {
					cs[at].Rule = Any{cs[at].Rule, Unknown("or another step of the scale")}
				}
			}
		}
	}
}

// onlyStep gives the one step of a scale, or one kind of several, that a demand asks for.
func onlyStep(c Criterion) (Atom, bool) {
	if c.Kind != Inclusion || c.Cohort != "" {
		return Atom{}, false
	}
	rule := c.Rule
	for all, ok := rule.(All); ok; all, ok = rule.(All) {
		rule = all[0]
	}
	a, ok := rule.(Atom)
	return a, ok && a.Op == Eq && a.Value.Kind == NumberOperand
}

// bySexes softens demands of which some ask for women and others for men: each is of those
// alone, "men over 45", "women over 55".
func bySexes(cs []Criterion) {
	var of [2][]int
	for i, c := range cs {
		if all, ok := c.Rule.(All); ok && c.Kind == Inclusion && len(all) > 1 {
			if equal(all[0], ofSex(male)) {
				of[0] = append(of[0], i)
			} else if equal(all[0], ofSex(female)) {
				of[1] = append(of[1], i)
			}
		}
	}
	if len(of[0]) == 0 || len(of[1]) == 0 {
		return
	}
	for _, i := range append(of[0], of[1]...) {
		cs[i].Rule = Any{cs[i].Rule, Unknown("or what is asked of the other sex")}
	}
}

// joinedByOr softens demands that an "or" at the end of one or the beginning of the next
// makes alternatives.
func joinedByOr(cs []Criterion) {
	for i := range cs {
		if i+1 == len(cs) || cs[i].Kind != Inclusion || cs[i+1].Kind != Inclusion || !endsInOr(cs[i].Text) && !beginsWithOr(cs[i+1].Text) {
			continue
		}
		for k := i; k <= i+1; k++ {
			if cs[k].Rule != nil {
				cs[k].Rule = Any{cs[k].Rule, Unknown("or the item beside it")}
			}
		}
	}
}

// goOnFrom keeps bans from deciding that go on from a line that ends in "and", up to the last of
// those that an "or" joins: "over 55 years AND have", "heart disease, OR", "diabetes".
func goOnFrom(cs []Criterion) {
	on := false
	for i := range cs {
		if cs[i].Kind != Exclusion {
			on = false
			continue
		}
		if on && cs[i].Rule != nil {
			cs[i].Rule = All{cs[i].Rule, Unknown("and the line over it")}
		}
		on = on && endsInOr(cs[i].Text) || endsInAnd(cs[i].Text)
	}
}

// endsInAnd: the item ends in an "AND" in capitals, or in one and "have".
func endsInAnd(s string) bool {
	s = strings.TrimRight(s, " \t\n,:;.-")
	s = strings.TrimSuffix(strings.TrimSuffix(s, " have"), " has")
	return strings.HasSuffix(s, " AND")
}

func endsInOr(s string) bool {
	s = strings.TrimRight(s, " \t\n,:;.-")
	return strings.EqualFold(strings.TrimLeft(s, " *-•"), "or") || len(s) > len(" or") && strings.EqualFold(s[len(s)-len(" or"):], " or")
}

func beginsWithOr(s string) bool {
	s = strings.TrimLeft(s, " \t*-•")
	return strings.EqualFold(strings.TrimRight(s, " \t\n,:;.-"), "or") || len(s) > len("or ") && strings.EqualFold(s[:len("or ")], "or ")
}

// demandsIllness: the rule fails for somebody who has another illness.
func demandsIllness(r Rule) bool {
	switch r := r.(type) {
	case Atom:
		return r.Fact == "condition"
	case All:
		return slices.ContainsFunc(r, demandsIllness)
	case Any:
		return !slices.ContainsFunc(r, func(part Rule) bool { return !demandsIllness(part) })
	}
	return false
}

// illnesses lists the illnesses that a rule asks for, sorted.
func illnesses(r Rule) []string { return named(r, "condition") }

// named lists the illnesses that a rule names with one of these facts, sorted.
func named(r Rule, facts ...string) []string {
	var ids []string
	Walk(r, func(a Atom) {
		if slices.Contains(facts, a.Fact) {
			ids = append(ids, a.Value.List...)
		}
	})
	slices.Sort(ids)
	return slices.Compact(ids)
}

// anyIllness looks for an illness among all that the person has: a demand to be
// free of it is a ban.
func anyIllness(r Rule) Rule {
	switch r := r.(type) {
	case Atom:
		if r.Fact == "condition" {
			r.Fact = "other_conditions"
		}
		return r
	case All:
		out := make(All, len(r))
		for i, part := range r {
			out[i] = anyIllness(part)
		}
		return out
	}
	return r
}

// oneOfIllnesses joins the parts of a demand that name illnesses: nobody has to
// have all of them, "and" or not.
func oneOfIllnesses(rules []Rule) []Rule {
	if !slices.ContainsFunc(rules, demandsIllness) {
		return rules
	}
	var any Any
	var out []Rule
	for _, rule := range rules {
		if !demandsIllness(rule) {
			out = append(out, rule)
			continue
		}
		any = append(any, rule)
	}
	return append(out, joined(any, Exclusion))
}
