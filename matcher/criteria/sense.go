package criteria

import (
	"fmt"
	"strconv"
	"strings"

	"trialfinder/matcher/fact"
)

// readSenses reads what states, treatments and events say of a person.
func (v *vocabulary) readSenses(facts *fact.Catalogue) error {
	rows, err := table("meanings.tsv", "code", "when", "fit", "demand", "since", "rule")
	if err != nil {
		return err
	}
	for _, row := range rows {
		c := v.concepts[row[0]]
		if c == nil || c.quantity != nil {
			return fmt.Errorf("meanings.tsv: %s is no state, treatment or event of concepts.tsv", row[0])
		}
		s := sense{wide: row[2] == "wide", narrow: row[2] == "narrow", demanded: row[3] == "yes", since: dash(row[4])}
		if row[1] != "*" {
			s.when = strings.Split(row[1], "|")
		}
		if s.rule, err = shortRule(facts, dash(row[5])); err != nil {
			return fmt.Errorf("meanings.tsv: %s: %w", row[0], err)
		}
		if _, ok := facts.ByID(s.since); s.since != "" && !ok {
			return fmt.Errorf("meanings.tsv: %s: %q is no fact", row[0], s.since)
		}
		c.senses = append(c.senses, s)
	}
	return nil
}

// shortRule reads a rule as meanings.tsv writes it: "fact=value", "fact!=value",
// "fact>0", "fact in a,b", joined by " | ".
func shortRule(facts *fact.Catalogue, text string) (Rule, error) {
	if text == "" {
		return nil, nil
	}
	var parts []Rule
	for _, one := range strings.Split(text, " | ") {
		r, err := shortAtom(facts, one)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", one, err)
		}
		parts = append(parts, r)
	}
	return joined(parts, Exclusion), nil
}

func shortAtom(facts *fact.Catalogue, text string) (Rule, error) {
	for _, op := range []string{" in ", "!=", "=", ">"} {
		id, value, ok := strings.Cut(text, op)
		if !ok {
			continue
		}
		f, known := facts.ByID(id)
		if !known {
			return nil, fmt.Errorf("unknown fact %q", id)
		}
		a := Atom{Fact: id, Op: Op(strings.TrimSpace(op)), Unit: f.Unit}
		for _, v := range strings.Split(value, ",") {
			if _, fits := f.Parse(v); !fits {
				return nil, fmt.Errorf("%q is no value of %s", v, id)
			}
		}
		switch {
		case value == NeverText:
			a.Op, a.Value, a.Unit = Eq, Text(NeverText), ""
			return Not{a}, nil
		case a.Op == In:
			a.Value = List(strings.Split(value, ",")...)
		case f.Type == fact.Bool:
			a.Value = Boolean(value == "true")
		case f.Type == fact.Number:
			n, err := strconv.ParseFloat(value, 64)
			if err != nil {
				return nil, err
			}
			a.Value = Num(n)
		default:
			a.Value = Text(value)
		}
		return a, nil
	}
	return nil, fmt.Errorf("want fact=value")
}
