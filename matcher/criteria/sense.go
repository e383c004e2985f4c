package criteria

import (
	"fmt"
	"slices"
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
		if how, fact, ok := strings.Cut(s.since, " "); ok {
			s.how, s.since = timing(how), dash(fact)
		}
		if row[1] != "*" {
			s.when = strings.Split(row[1], "|")
			s.marks = marksOfSense(s.when)
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

// readKin reads under which names an illness may stand among somebody's.
func (v *vocabulary) readKin() error {
	rows, err := table("kin.tsv", "illness", "others")
	v.kin = map[string][]string{}
	for _, row := range rows {
		v.kin[row[0]] = strings.Split(row[1], "|")
	}
	return err
}

// readSpreads reads the words that tell how far a cancer has come.
func (v *vocabulary) readSpreads(facts *fact.Catalogue) error {
	rows, err := table("spreads.tsv", "word", "rule")
	if err != nil {
		return err
	}
	v.spreads = map[string]Rule{}
	for _, row := range rows {
		if v.spreads[row[0]], err = shortRule(facts, row[1]); err != nil {
			return fmt.Errorf("spreads.tsv: %s: %w", row[0], err)
		}
	}
	return nil
}

// shortRule reads a rule as meanings.tsv writes it: "fact=value", "fact!=value",
// "fact>0", "fact in a,b", joined by " + " (and) and " | " (or). A part that ends in
// " ?" may or may not be meant: only its absence settles.
func shortRule(facts *fact.Catalogue, text string) (Rule, error) {
	if text == "" {
		return nil, nil
	}
	var parts []Rule
	for _, one := range strings.Split(text, " | ") {
		r, err := shortAll(facts, one)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", one, err)
		}
		parts = append(parts, r)
	}
	return joined(slices.Clip(parts), Exclusion), nil
}

// perhaps stands in a sense's rule for the words that the text will have.
const perhaps Unknown = ""

func shortAll(facts *fact.Catalogue, text string) (Rule, error) {
	sure, unsure := strings.CutSuffix(text, " ?")
	var parts []Rule
	for _, one := range strings.Split(sure, " + ") {
		r, err := shortAtom(facts, one)
		if err != nil {
			return nil, err
		}
		parts = append(parts, r)
	}
	if unsure {
		parts = append(parts, perhaps)
	}
	return joined(slices.Clip(parts), Inclusion), nil
}

// inWords puts the words of the text where a sense's rule says "perhaps".
func inWords(rule Rule, words string) Rule {
	if !some(rule, func(r Rule) bool { return r == perhaps }) {
		return rule
	}
	switch r := rule.(type) {
	case Unknown:
		if r == perhaps {
			return Unknown(words)
		}
	case All:
		out := make(All, len(r))
		for i, part := range r {
			out[i] = inWords(part, words)
		}
		return out
	case Any:
		out := make(Any, len(r))
		for i, part := range r {
			out[i] = inWords(part, words)
		}
		return out
	}
	return rule
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
			if _, fits := f.Parse(v); !fits && !f.Conditions() {
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
