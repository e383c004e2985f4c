package view

import (
	"slices"
	"strings"

	"trialfinder/matcher/criteria"
	"trialfinder/matcher/fact"
)

// maxParts is how long a rule may be and still be told in a sentence; longer
// ones are left to the registry's own words.
const maxParts = 5

// maxWords is how often a reading may say that only the hospital can tell: with
// more of it, the registry's sentence is the plainer one.
const maxWords = 1

// listed is how many values of a list are named.
const listed = 6

// Reading tells a rule in plain words: what we took the registry's sentence to
// mean. It is "" where there is no rule, or one too long for a sentence.
func (v *Viewer) Reading(r criteria.Rule) (string, error) {
	if r == nil {
		return "", nil
	}
	if atoms, words := parts(r); atoms == 0 || words > maxWords || atoms+words > maxParts {
		return "", nil
	}
	t := &teller{Viewer: v}
	return t.say("reading", "Rule", t.rule(r, false)), t.err
}

// about names what a rule too long for a sentence is about.
func (t *teller) about(r criteria.Rule) string {
	var names []string
	var walk func(r criteria.Rule)
	walk = func(r criteria.Rule) {
		switch r := r.(type) {
		case criteria.All:
			for _, one := range r {
				walk(one)
			}
		case criteria.Any:
			for _, one := range r {
				walk(one)
			}
		case criteria.Not:
			walk(r.Rule)
		case criteria.Atom:
			name := r.Fact
			if f, ok := t.matcher.Facts.ByID(r.Fact); ok {
				name = t.label(f).Name
			}
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	walk(r)
	if len(names) == 0 {
		return t.say("plain_clinic")
	}
	return t.say("reading_about", "List", strings.Join(names, t.say("list_comma")))
}

// parts counts what a sentence would have to name: comparisons, and words that
// no fact expresses.
func parts(r criteria.Rule) (atoms, words int) {
	add := func(rules []criteria.Rule) {
		for _, one := range rules {
			a, w := parts(one)
			atoms, words = atoms+a, words+w
		}
	}
	switch r := r.(type) {
	case criteria.All:
		add(r)
	case criteria.Any:
		add(r)
	case criteria.Not:
		return parts(r.Rule)
	case criteria.Unknown:
		return 0, 1
	case criteria.Atom:
		return 1, 0
	}
	return atoms, words
}

// rule tells one rule; nested says that it stands within another.
func (t *teller) rule(r criteria.Rule, nested bool) string {
	switch r := r.(type) {
	case criteria.All:
		return t.joined(r, "rule_and", nested)
	case criteria.Any:
		return t.joined(r, "rule_or", nested)
	case criteria.Not:
		if a, ok := r.Rule.(criteria.Atom); ok && opposite[a.Op] != "" {
			a.Op = opposite[a.Op]
			return t.atom(a)
		}
		return t.say("rule_not", "Rule", t.rule(r.Rule, false))
	case criteria.Unknown:
		return t.say("rule_words", "Words", Clean(string(r)))
	case criteria.Atom:
		return t.atom(r)
	}
	return ""
}

// opposite says a denied comparison without a "not".
var opposite = map[criteria.Op]criteria.Op{
	criteria.Eq: criteria.Ne, criteria.Ne: criteria.Eq, criteria.Lt: criteria.Ge, criteria.Ge: criteria.Lt,
	criteria.Gt: criteria.Le, criteria.Le: criteria.Gt,
}

func (t *teller) joined(parts []criteria.Rule, key string, nested bool) string {
	out := make([]string, len(parts))
	for i, p := range parts {
		out[i] = t.rule(p, len(parts) > 1)
	}
	if len(out) == 1 {
		return out[0]
	}
	text := strings.Join(out, t.say(key))
	if nested {
		return t.say("rule_nested", "Rule", text)
	}
	return text
}

func (t *teller) atom(a criteria.Atom) string {
	f, ok := t.matcher.Facts.ByID(a.Fact)
	if !ok {
		return a.Fact
	}
	name := t.label(f).Name
	switch a.Value.Kind {
	case criteria.NumberOperand:
		return t.number(f, name, a)
	case criteria.TextOperand:
		if a.Value.Text == criteria.NeverText {
			return t.say(map[criteria.Op]string{criteria.Eq: "rule_never", criteria.Ne: "rule_ever"}[a.Op], "Fact", name)
		}
		return t.same(a.Op, name, t.value(f, a.Value.Text))
	case criteria.BoolOperand:
		word := "false"
		if a.Value.Bool {
			word = "true"
		}
		return t.same(a.Op, name, t.label(f).Values[word])
	}
	return t.say("rule_in", "Fact", name, "Values", t.list(f, a.Value.List))
}

func (t *teller) same(op criteria.Op, name, value string) string {
	if op == criteria.Ne {
		return t.say("rule_ne", "Fact", name, "Value", value)
	}
	return t.say("rule_eq", "Fact", name, "Value", value)
}

var compareKeys = map[criteria.Op]string{
	criteria.Ge: "rule_ge", criteria.Gt: "rule_gt", criteria.Le: "rule_le", criteria.Lt: "rule_lt",
	criteria.Eq: "rule_eq", criteria.Ne: "rule_ne",
}

// number tells a bound as the registry wrote it where that was another unit,
// since that is what stands in the sentence below it.
func (t *teller) number(f fact.Fact, name string, a criteria.Atom) string {
	key, ok := compareKeys[a.Op]
	if !ok {
		return name
	}
	value, unit, scale := a.Value.Number, f.Unit, ""
	if w := a.AsWritten; w != nil {
		switch {
		case w.Scale != "" && w.Value != nil:
			scale = strings.ToUpper(w.Scale[:1]) + w.Scale[1:] + " " + t.words.Number(*w.Value)
		case w.Value != nil && w.Unit != "":
			value, unit = *w.Value, w.Unit
		}
	}
	text := t.words.Number(value)
	sign, err := t.Unit(unit)
	if err != nil && t.err == nil {
		t.err = err
	}
	switch {
	case unit == "{times_ULN}": // the fact's name says so already
	case sign == "%":
		text += " %"
	case sign != "":
		text += " " + sign
	}
	if scale != "" {
		text = t.say("rule_scale", "Value", text, "Scale", scale)
	}
	return t.say(key, "Fact", name, "Value", text)
}

func (t *teller) value(f fact.Fact, id string) string {
	if f.Conditions() {
		return t.matcher.Conditions.Name(id, t.words.Code())
	}
	if word := t.label(f).Values[id]; word != "" {
		return word
	}
	return id
}

func (t *teller) list(f fact.Fact, ids []string) string {
	var names []string
	for _, id := range ids[:min(listed, len(ids))] {
		names = append(names, t.value(f, id))
	}
	text := strings.Join(names, t.say("list_or"))
	if more := len(ids) - listed; more > 0 {
		text = t.say("list_more", "List", text, "N", more)
	}
	return text
}
