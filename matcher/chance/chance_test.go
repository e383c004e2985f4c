package chance_test

import (
	"math"
	"strings"
	"testing"

	"trialfinder/matcher/chance"
	"trialfinder/matcher/condition"
	"trialfinder/matcher/fact"
)

// vocabularies are what the tables must agree with.
type vocabularies struct {
	facts      *fact.Catalogue
	conditions *condition.Vocabulary
}

func load(t *testing.T) vocabularies {
	t.Helper()
	facts, err := fact.Load()
	if err != nil {
		t.Fatal(err)
	}
	conditions, err := condition.Load()
	if err != nil {
		t.Fatal(err)
	}
	return vocabularies{facts, conditions}
}

// TestTables: each fact has chances for everybody, the rows of each chances stand
// together and add up to 1, each is an answer to the fact, and a given asks of other
// facts that there are.
func TestTables(t *testing.T) {
	v := load(t)
	all, err := chance.Load()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[[2]string]bool{}
	for _, c := range all {
		if key := [2]string{c.Fact, c.Given}; seen[key] {
			t.Errorf("%s given %q: its rows stand apart", c.Fact, c.Given)
		} else {
			seen[key] = true
		}
		v.check(t, c)
	}
	for _, f := range v.facts.All() {
		if !seen[[2]string{f.ID, ""}] {
			t.Errorf("%s: no row", f.ID)
		}
	}
}

func (v vocabularies) check(t *testing.T, c chance.Chances) {
	t.Helper()
	f, ok := v.facts.ByID(c.Fact)
	if !ok {
		t.Errorf("%s: no such fact", c.Fact)
		return
	}
	sum := 0.0
	for _, row := range c.Rows {
		sum += row.P
		if !v.isAnswer(f, row) {
			t.Errorf("%s given %q: %q is no answer", c.Fact, c.Given, row.Answer)
		}
	}
	if math.Abs(sum-1) > 1e-9 {
		t.Errorf("%s given %q: the probabilities add up to %v, want 1", c.Fact, c.Given, sum)
	}
	for _, d := range c.Demands() {
		other, ok := v.facts.ByID(d.Fact)
		if !ok || other.ID == c.Fact {
			t.Errorf("%s given %q: %q is no other fact", c.Fact, c.Given, d.Fact)
		}
		for _, value := range d.Values {
			if !v.isAnswer(other, chance.Row{Answer: value}) {
				t.Errorf("%s given %q: %q is no value of %s", c.Fact, c.Given, value, d.Fact)
			}
		}
	}
}

func (v vocabularies) isAnswer(f fact.Fact, row chance.Row) bool {
	switch {
	case row.Answer == chance.Any, row.Answer == chance.AppliesNot:
		return true
	case strings.HasPrefix(row.Answer, chance.SameAs):
		_, ok := v.facts.ByID(row.Answer[1:])
		return ok
	case row.Quantiles != nil:
		q := row.Quantiles
		return f.Type == fact.Number && q[0].Value >= f.Min && q[len(q)-1].Value <= f.Max
	case f.Type == fact.Set && row.Answer == chance.None:
		return true
	case f.Conditions():
		_, ok := v.conditions.ByID(row.Answer)
		return ok
	}
	_, ok := f.Parse(row.Answer)
	return ok
}

func TestHoldAll(t *testing.T) {
	v := load(t)
	tests := []struct {
		given string
		facts map[string]string
		want  bool
	}{
		{"", nil, true},
		{"sex=female", map[string]string{"sex": "female"}, true},
		{"sex=female", map[string]string{"sex": "male"}, false},
		{"sex=female", nil, false},
		{"sex!=female", nil, false},
		{"age=18..49", map[string]string{"age": "49"}, true},
		{"age=18..49", map[string]string{"age": "50"}, false},
		{"sex=female,age=18..49", map[string]string{"sex": "female", "age": "17"}, false},
		{"stage=3|4", map[string]string{"stage": "4"}, true},
		{"condition=lung_cancer", map[string]string{"condition": "nsclc_squamous"}, true},
		{"condition=nsclc", map[string]string{"condition": "lung_cancer"}, false},
		{"condition!=cancer", map[string]string{"condition": "lupus"}, true},
		{"days_since_mi!=never", map[string]string{"days_since_mi": "40"}, true},
		{"days_since_mi!=never", map[string]string{"days_since_mi": "never"}, false},
	}
	for _, tt := range tests {
		facts := map[string]fact.Value{}
		for id, text := range tt.facts {
			f, _ := v.facts.ByID(id)
			if f.Conditions() {
				facts[id] = fact.Value{Type: fact.Set, Texts: []string{text}}
				continue
			}
			value, ok := f.Parse(text)
			if !ok {
				t.Fatalf("%s: %q is no value", id, text)
			}
			facts[id] = value
		}
		demands, err := chance.ReadDemands(tt.given)
		if err != nil {
			t.Fatal(err)
		}
		if got := chance.HoldAll(demands, facts, v.conditions); got != tt.want {
			t.Errorf("%q for %v: got %v, want %v", tt.given, tt.facts, got, tt.want)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	head := "fact\tgiven\tanswer\tprobability\tbasis\n"
	for name, text := range map[string]string{
		"nothing":             "",
		"other columns":       "fact\tanswer\n",
		"no probability":      head + "sex\t\tmale\tmany\tx\n",
		"more than all":       head + "sex\t\tmale\t1.5\tx\n",
		"no basis":            head + "sex\t\tmale\t1\t\n",
		"falling points":      head + "age\t\tp05=9|p50=8\t1\tx\n",
		"a given without =":   head + "sex\tfemale\tmale\t1\tx\n",
		"a range of no digit": head + "sex\tage=a..b\tmale\t1\tx\n",
	} {
		if _, err := chance.Read(text); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestAt(t *testing.T) {
	table, err := chance.Read("fact\tanswer\tprobability\tbasis\nage\tp10=20|p50=60|p90=80\t1\tx\n")
	if err != nil {
		t.Fatal(err)
	}
	row := table[0].Rows[0]
	for share, want := range map[float64]float64{0.1: 20, 0.3: 40, 0.5: 60, 0.7: 70, 0: 10, 1: 84} {
		if got := row.At(share, fact.Fact{Min: 0, Max: 84}); math.Abs(got-want) > 1e-9 {
			t.Errorf("At(%v): got %v, want %v", share, got, want)
		}
	}
}
