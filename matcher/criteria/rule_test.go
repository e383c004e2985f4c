package criteria_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trialfinder/matcher/criteria"
)

func number(v float64) *float64 { return &v }

func TestRuleJSON(t *testing.T) {
	tests := []struct {
		name string
		rule criteria.Rule
		want string
	}{
		{"number with unit", criteria.Atom{Fact: "age", Op: criteria.Ge, Value: criteria.Num(18), Unit: "a"},
			`{"fact":"age","op":">=","value":18,"unit":"a"}`},
		{"enum", criteria.Atom{Fact: "sex", Op: criteria.Eq, Value: criteria.Text("female")},
			`{"fact":"sex","op":"=","value":"female"}`},
		{"stages are numbers", criteria.Atom{Fact: "stage", Op: criteria.In, Value: criteria.Stages("3", "4")},
			`{"fact":"stage","op":"in","value":[3,4]}`},
		{"bool", criteria.Atom{Fact: "prior_car_t", Op: criteria.Eq, Value: criteria.Boolean(true)},
			`{"fact":"prior_car_t","op":"=","value":true}`},
		{"set", criteria.Atom{Fact: "condition", Op: criteria.In, Value: criteria.List("nsclc", "sclc")},
			`{"fact":"condition","op":"in","value":["nsclc","sclc"]}`},
		{"as written", criteria.Atom{Fact: "creatinine", Op: criteria.Le, Value: criteria.Num(1.5), Unit: "mg/dL", AsWritten: &criteria.AsWritten{Value: number(133), Unit: "umol/L"}},
			`{"fact":"creatinine","op":"<=","value":1.5,"unit":"mg/dL","as_written":{"value":133,"unit":"umol/L"}}`},
		{"nested", criteria.All{
			criteria.Any{criteria.Unknown("5 < 6 & so on"), criteria.Not{criteria.Atom{Fact: "days_since_mi", Op: criteria.Eq, Value: criteria.Text("never")}}}},
			`{"all":[{"any":[{"unknown":"5 < 6 & so on"},{"not":{"fact":"days_since_mi","op":"=","value":"never"}}]}]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := criteria.Criterion{Kind: criteria.Inclusion, Rule: tt.rule}
			b, err := c.MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			var raw struct{ Rule json.RawMessage }
			if err := json.Unmarshal(b, &raw); err != nil {
				t.Fatal(err)
			}
			if got := string(raw.Rule); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			var back criteria.Criterion
			if err := json.Unmarshal(b, &back); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c, back); diff != "" {
				t.Errorf("there and back (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseRuleRefuses(t *testing.T) {
	for _, tt := range []struct{ name, rule string }{
		{"empty all", `{"all":[]}`},
		{"empty in", `{"fact":"condition","op":"in","value":[]}`},
		{"unknown op", `{"fact":"age","op":"~","value":1}`},
		{"unknown key", `{"fact":"age","op":"=","value":1,"units":"a"}`},
		{"nothing", `{}`},
		{"null inside", `{"not":null}`},
		{"in without an array", `{"fact":"sex","op":"in","value":"female"}`},
		{"mixed array", `{"fact":"stage","op":"in","value":[1,"2"]}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := criteria.ParseRule([]byte(tt.rule)); err == nil {
				t.Errorf("ParseRule(%s): got %v, want an error", tt.rule, got)
			}
		})
	}
}

func TestEqualRules(t *testing.T) {
	age := criteria.Atom{Fact: "age", Op: criteria.Ge, Value: criteria.Num(18), Unit: "a", AsWritten: &criteria.AsWritten{Value: number(216), Unit: "mo"}}
	other := func(change func(*criteria.Atom)) criteria.Atom {
		a := age
		change(&a)
		return a
	}
	again := other(func(a *criteria.Atom) { a.AsWritten = &criteria.AsWritten{Value: number(216), Unit: "mo"} })
	tests := []struct {
		name string
		a, b criteria.Rule
		want bool
	}{
		{"none", nil, nil, true},
		{"none and one", nil, age, false},
		{"as written alike", age, again, true},
		{"as written otherwise", age, other(func(a *criteria.Atom) { a.AsWritten = &criteria.AsWritten{Value: number(217), Unit: "mo"} }), false},
		{"not as written", age, other(func(a *criteria.Atom) { a.AsWritten = nil }), false},
		{"another comparison", age, other(func(a *criteria.Atom) { a.Op = criteria.Gt }), false},
		{"another value", age, other(func(a *criteria.Atom) { a.Value = criteria.Num(19) }), false},
		{"lists", criteria.Atom{Value: criteria.List("x", "y")}, criteria.Atom{Value: criteria.List("x", "z")}, false},
		{"words", criteria.Unknown("x"), criteria.Unknown("x"), true},
		{"nested", criteria.All{criteria.Not{age}, criteria.Unknown("x")}, criteria.All{criteria.Not{again}, criteria.Unknown("x")}, true},
		{"all and any", criteria.All{age}, criteria.Any{age}, false},
		{"one more", criteria.Any{age}, criteria.Any{age, age}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := criteria.Equal(tt.a, tt.b); got != tt.want {
				t.Errorf("Equal(%v, %v): got %t, want %t", tt.a, tt.b, got, tt.want)
			}
		})
	}
}
