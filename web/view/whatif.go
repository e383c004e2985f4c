package view

import (
	"strings"

	"trialfinder/matcher"
	"trialfinder/matcher/fact"
)

// WhatIf is an answer that by itself rules trials out, and what others would do.
type WhatIf struct {
	Name, Now string // the fact and the answer that was given
	Step      string // the questionnaire's page for it
	Alone     int    // trials that it alone rules out
	Changes   string // whether it can become another
	Instead   []Instead
}

// Instead is another answer and how many trials come and go with it.
type Instead struct {
	Value          string
	Returns, Loses int
}

// WhatIfs tells of the alternatives that a person may be offered, the first few.
func (v *Viewer) WhatIfs(as []matcher.Alternative, p matcher.Profile, atMost int) ([]WhatIf, error) {
	t := &teller{Viewer: v}
	var out []WhatIf
	for _, a := range as {
		f, ok := v.matcher.Facts.ByID(a.Fact)
		if !ok || !a.Offered || len(out) == atMost {
			continue
		}
		w := WhatIf{
			Name: v.label(f).Name, Now: t.answer(f, p.Facts[f.ID]), Step: t.ask(f.ID).Step,
			Alone: a.Alone, Changes: t.say("whatif_changes_" + string(a.Changes)),
		}
		for _, i := range a.Instead {
			w.Instead = append(w.Instead, Instead{t.instead(f, i), i.Returns, i.Loses})
		}
		out = append(out, w)
	}
	return out, t.err
}

// instead tells another answer; a number by the stretch in which it lies.
func (t *teller) instead(f fact.Fact, i matcher.Instead) string {
	if i.From == nil || i.To == nil {
		return t.answer(f, i.Value)
	}
	from, to := t.amount(f, *i.From), t.amount(f, *i.To)
	switch {
	case *i.From <= f.Min && *i.To >= f.Max:
		return t.say("rule_ever", "Fact", t.label(f).Name)
	case *i.From <= f.Min:
		return t.say("whatif_below", "To", to)
	case *i.To >= f.Max:
		return t.say("whatif_above", "From", from)
	}
	return t.say("whatif_between", "From", from, "To", to)
}

// answer tells an answer in words.
func (t *teller) answer(f fact.Fact, v fact.Value) string {
	switch f.Type {
	case fact.Bool:
		word := "false"
		if v.Bool {
			word = "true"
		}
		return t.label(f).Values[word]
	case fact.Number:
		switch text := t.label(f).Values[t.words.Number(v.Span.Lo)]; {
		case v.Never:
			return t.say("skip_never")
		case text != "":
			return text
		case v.Span.Lo != v.Span.Hi && !v.Span.HiOpen:
			return t.say("whatif_between", "From", t.amount(f, v.Span.Lo), "To", t.amount(f, v.Span.Hi))
		}
		return t.amount(f, v.Span.Lo)
	case fact.Set:
		var names []string
		for _, id := range v.Texts {
			names = append(names, t.value(f, id))
		}
		if len(names) == 0 {
			return t.say("skip_none")
		}
		return strings.Join(names, t.say("list_comma"))
	}
	return t.value(f, v.Text)
}

// amount is a number with its unit.
func (t *teller) amount(f fact.Fact, n float64) string {
	unit := t.must(t.Unit(f.Unit))
	return strings.TrimSpace(t.words.Number(round(n)) + " " + unit)
}

// round leaves two decimals: more is what reckoning has left behind.
func round(n float64) float64 { return float64(int(n*100+0.5)) / 100 }

// decided names the answers that alone rule a trial out and may be looked at again.
func (t *teller) decided(m matcher.TrialMatch) []Ask {
	var out []Ask
	for _, id := range m.DecidedBy {
		if f, ok := t.matcher.Facts.ByID(id); ok && matcher.Offered(id) {
			out = append(out, Ask{Fact: id, Question: t.say("whatif_card", "Name", t.label(f).Name), Step: t.ask(id).Step})
		}
	}
	return out
}
