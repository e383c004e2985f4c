package matcher_test

import (
	"encoding/json"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"trialfinder/matcher"
	"trialfinder/matcher/chance"
	"trialfinder/matcher/criteria"
	"trialfinder/matcher/fact"
)

// peoplePerTherapy is how many people are made for each therapy.
const peoplePerTherapy = 500

// peopleTherapies are the therapies that people are made for.
var peopleTherapies = [...]string{"checkpoint", "t_cell", "nk", "msc"}

// person is somebody who knows everything about themselves that applies to them.
type person struct {
	Therapy string
	Facts   map[string]fact.Value
}

// answers writes the person's answers as an answers file has them.
func (p person) answers(tb testing.TB) string {
	tb.Helper()
	facts := map[string]any{}
	for id, v := range p.Facts {
		facts[id] = answerJSON(id, v)
	}
	text, err := json.Marshal(map[string]any{"therapies": []string{p.Therapy}, "facts": facts})
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

func answerJSON(id string, v fact.Value) any {
	switch v.Type {
	case fact.Bool:
		return v.Bool
	case fact.Set:
		return v.Texts
	case fact.Number:
		switch {
		case v.Never:
			return criteria.NeverText
		case id == "age" && v.Span.Lo < 2: // whole years would say too little of an infant
			return map[string]any{"value": math.Floor(v.Span.Lo * 12), "unit": "mo"}
		}
		return v.Span.Lo
	}
	if n, err := strconv.Atoi(v.Text); err == nil { // a stage
		return n
	}
	return v.Text
}

// populace makes people. What it knows of them stands in the tables of chances.
type populace struct {
	m       *matcher.Matcher
	seed    uint64
	tables  map[string][]chance.Chances // of each fact: the first whose given holds counts
	order   []string                    // facts, each after those that it hangs on
	settles map[string]bool             // facts that others follow from
}

// newPopulace reads the tables.
func newPopulace(tb testing.TB) *populace {
	tb.Helper()
	po := &populace{m: newMatcher(tb), tables: map[string][]chance.Chances{}, settles: map[string]bool{}}
	text, err := os.ReadFile("testdata/people.tsv")
	if err != nil {
		tb.Fatal(err)
	}
	own, err := chance.Read(string(text))
	if err != nil {
		tb.Fatal(err)
	}
	everybody, err := chance.Load()
	if err != nil {
		tb.Fatal(err)
	}
	for _, c := range slices.Concat(own, everybody) {
		po.tables[c.Fact] = append(po.tables[c.Fact], c)
	}
	seed, err := strconv.ParseUint(po.tables["seed"][0].Rows[0].Answer, 10, 64)
	if err != nil {
		tb.Fatal(err)
	}
	po.seed = seed
	po.sort(tb)
	return po
}

// sort puts each fact after those that its chances hang on, and after those
// that it follows from.
func (po *populace) sort(tb testing.TB) {
	tb.Helper()
	before := map[string][]string{}
	for id, all := range po.tables {
		for _, c := range all {
			for _, d := range c.Demands() {
				before[id] = append(before[id], d.Fact)
			}
			if after, ok := strings.CutPrefix(c.Rows[0].Answer, chance.SameAs); ok {
				before[id] = append(before[id], after)
			}
		}
	}
	for _, i := range po.m.Facts.Implications() {
		po.settles[i.If.Fact] = true
		if i.Then.Value != "true" && i.Then.Value != "failure" { // the special follows from the general, not the other way
			before[i.Then.Fact] = append(before[i.Then.Fact], i.If.Fact)
		}
	}
	for id, list := range reckoned {
		before[id] = append(before[id], list.from...)
	}
	state := map[string]int{}
	var visit func(id string)
	visit = func(id string) {
		switch state[id] {
		case 1:
			tb.Fatalf("%s hangs on itself", id)
		case 2:
			return
		}
		state[id] = 1
		slices.Sort(before[id])
		for _, b := range before[id] {
			visit(b)
		}
		state[id] = 2
		if _, ok := po.m.Facts.ByID(id); ok {
			po.order = append(po.order, id)
		}
	}
	for _, f := range po.m.Facts.All() {
		visit(f.ID)
	}
}

// people makes the first n people who seek a therapy.
func (po *populace) people(therapy string, n int) []person {
	out := make([]person, n)
	for i := range out {
		out[i] = po.person(therapy, i)
	}
	return out
}

func (po *populace) person(therapy string, number int) person {
	luck := rand.New(rand.NewPCG(po.seed, streamOf(therapy, number)))
	p := po.m.Profile(matcher.Answers{}, today, nil)
	p.Facts["therapy"] = fact.Value{Type: fact.Enum, Text: therapy}
	for _, id := range po.order {
		if _, follows := p.Facts[id]; follows {
			continue
		}
		f, _ := po.m.Facts.ByID(id)
		v, ok := po.draw(f, p.Facts, luck)
		switch {
		case !ok:
		case po.settles[id]:
			p = po.m.With(p, id, v)
		default:
			p.Facts[id] = v
		}
	}
	facts := maps.Clone(p.Facts)
	delete(facts, "therapy")
	return person{therapy, facts}
}

// streamOf parts the luck of each person from that of all others.
func streamOf(therapy string, number int) uint64 {
	return uint64(slices.Index(peopleTherapies[:], therapy)*peoplePerTherapy*1000 + number)
}

// draw gives a person a value of a fact; none where it does not apply to them.
func (po *populace) draw(f fact.Fact, facts map[string]fact.Value, luck *rand.Rand) (fact.Value, bool) {
	if r, ok := reckoned[f.ID]; ok {
		v, ok := r.value(facts, luck)
		return fact.Value{Type: fact.Number, Span: fact.Point(rounded(f, v))}, ok
	}
	if f.ID == "other_conditions" {
		return po.otherConditions(facts), true
	}
	for _, c := range po.tables[f.ID] {
		if !c.Hold(facts, po.m.Conditions) {
			continue
		}
		row := pick(c.Rows, luck)
		switch after, same := strings.CutPrefix(row.Answer, chance.SameAs); {
		case same:
			v, ok := facts[after]
			return v, ok
		case row.Quantiles != nil:
			v := rounded(f, within(f, facts, row.At(luck.Float64(), f)))
			return fact.Value{Type: fact.Number, Span: fact.Point(v)}, true
		case row.Answer == chance.AppliesNot, row.Answer == chance.Any:
			return fact.Value{}, false
		case f.Type == fact.Set && row.Answer == chance.None:
			return fact.Value{Type: fact.Set, Texts: []string{}}, true
		case f.Type == fact.Set:
			return fact.Value{Type: fact.Set, Texts: []string{row.Answer}}, true
		}
		v, ok := f.Parse(row.Answer)
		return v, ok
	}
	return fact.Value{}, false
}

// otherConditions says again, as illnesses, what the person's other facts say.
func (po *populace) otherConditions(facts map[string]fact.Value) fact.Value {
	v := fact.Value{Type: fact.Set, Texts: []string{}}
	mine := facts["condition"].Texts[0]
	for _, c := range po.tables["other_conditions"] {
		other := c.Rows[0].Answer
		if c.Given != "" && c.Hold(facts, po.m.Conditions) && !po.m.Conditions.IsA(mine, other) && !po.m.Conditions.IsA(other, mine) {
			v.Texts = append(v.Texts, other)
		}
	}
	return v
}

func pick(rows []chance.Row, luck *rand.Rand) chance.Row {
	u := luck.Float64()
	for _, row := range rows {
		if u -= row.P; u < 0 {
			return row
		}
	}
	return rows[len(rows)-1]
}
