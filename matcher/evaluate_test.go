package matcher_test

import (
	"slices"
	"testing"

	"trialfinder/matcher"
	"trialfinder/matcher/criteria"
)

// judge gives what one rule is for one person, and the facts that are missing.
func judge(tb testing.TB, kind criteria.Kind, rule, facts string) (matcher.Status, []string) {
	tb.Helper()
	r, err := criteria.ParseRule([]byte(rule))
	if err != nil {
		tb.Fatal(err)
	}
	l := matcher.Listing{Criteria: []criteria.Criterion{{Kind: kind, Text: "x", End: 1, Rule: r}}}
	o := newMatcher(tb).Assess(l, profile(tb, `{"facts":`+facts+`}`)).Outcomes[0]
	return o.Status, o.Missing
}

func TestRulesAreJudged(t *testing.T) {
	const in, ex = criteria.Inclusion, criteria.Exclusion
	const met, not, unk = matcher.Met, matcher.NotMet, matcher.Unknown
	tests := []struct {
		name  string
		kind  criteria.Kind
		rule  string
		facts string
		want  matcher.Status
	}{
		{"at the lower bound", in, `{"fact":"age","op":">=","value":18,"unit":"a"}`, `{"age":18}`, met},
		{"below it", in, `{"fact":"age","op":">=","value":18,"unit":"a"}`, `{"age":17}`, not},
		{"every 75-year-old is at most 75", in, `{"fact":"age","op":"<=","value":75,"unit":"a"}`, `{"age":75}`, met},
		{"a 76-year-old is not", in, `{"fact":"age","op":"<=","value":75,"unit":"a"}`, `{"age":76}`, not},
		{"over 18 is the opposite of at most 18", in, `{"fact":"age","op":">","value":18,"unit":"a"}`, `{"age":18}`, not},
		{"age 0 against 6 months", in, `{"fact":"age","op":">=","value":0.5,"unit":"a","as_written":{"value":6,"unit":"mo"}}`, `{"age":0}`, unk},
		{"6 months in months", in, `{"fact":"age","op":">=","value":0.5,"unit":"a","as_written":{"value":6,"unit":"mo"}}`, `{"age":{"value":6,"unit":"mo"}}`, met},
		{"a child of 24 months is at most 24 months", in, `{"fact":"age","op":"<=","value":2,"unit":"a","as_written":{"value":24,"unit":"mo"}}`, `{"age":{"value":24,"unit":"mo"}}`, met},
		{"a 2-year-old is perhaps at most 24 months", in, `{"fact":"age","op":"<=","value":2,"unit":"a","as_written":{"value":24,"unit":"mo"}}`, `{"age":2}`, unk},
		{"strict bound", in, `{"fact":"creatinine","op":"<","value":1.5}`, `{"creatinine":1.5}`, not},
		{"a bound inside an interval", in, `{"fact":"prior_lines","op":"<=","value":4}`, `{"prior_lines":{"min":3,"max":5}}`, unk},
		{"never is later than any number", ex, `{"fact":"days_since_mi","op":"<","value":180}`, `{"days_since_mi":"never"}`, met},
		{"a demand that it did happen", in, `{"all":[{"fact":"days_since_mi","op":">=","value":180},{"not":{"fact":"days_since_mi","op":"=","value":"never"}}]}`, `{"days_since_mi":"never"}`, not},
		{"exclusion holds", ex, `{"fact":"hiv","op":"=","value":true}`, `{"hiv":true}`, not},
		{"exclusion does not hold", ex, `{"fact":"hiv","op":"=","value":true}`, `{"hiv":false}`, met},
		{"exclusion not known", ex, `{"fact":"hiv","op":"=","value":true}`, `{"hiv":null}`, unk},
		{"stage in a list", in, `{"fact":"stage","op":"in","value":[3,4]}`, `{"stage":4}`, met},
		{"stage not in the list", in, `{"fact":"stage","op":"in","value":[3,4]}`, `{"stage":2}`, not},
		{"stage as one number", in, `{"fact":"stage","op":"=","value":4}`, `{"stage":4}`, met},
		{"enum differs", in, `{"fact":"brain_metastases","op":"!=","value":"active"}`, `{"brain_metastases":"none"}`, met},
		{"false settles an all", in, `{"all":[{"fact":"prior_platinum","op":"=","value":true},{"unknown":"cisplatin"}]}`, `{"prior_platinum":false}`, not},
		{"true does not settle a wider fact", in, `{"all":[{"fact":"prior_platinum","op":"=","value":true},{"unknown":"cisplatin"}]}`, `{"prior_platinum":true}`, unk},
		{"true settles an any", in, `{"any":[{"fact":"hiv","op":"=","value":true},{"unknown":"x"}]}`, `{"hiv":true}`, met},
		{"allergies", ex, `{"fact":"allergies","op":"in","value":["albumin","contrast"]}`, `{"allergies":["penicillin"]}`, met},
		{"an operand of another type settles nothing", in, `{"fact":"hiv","op":"=","value":"yes"}`, `{"hiv":true}`, unk},
		{"text against a number settles nothing", in, `{"fact":"age","op":">","value":"old"}`, `{"age":62}`, unk},

		{"the illness itself", in, `{"fact":"condition","op":"in","value":["nsclc"]}`, `{"condition":["nsclc"]}`, met},
		{"a descendant", in, `{"fact":"condition","op":"in","value":["solid_tumour"]}`, `{"condition":["nsclc_squamous"]}`, met},
		{"an ancestor is unknown", in, `{"fact":"condition","op":"in","value":["nsclc"]}`, `{"condition":["lung_cancer"]}`, unk},
		{"another illness", in, `{"fact":"condition","op":"in","value":["nsclc"]}`, `{"condition":["sclc"]}`, not},
		{"a demand does not look at the other illnesses", in, `{"fact":"condition","op":"in","value":["nsclc"]}`, `{"condition":["melanoma"],"other_conditions":["nsclc"]}`, not},
		{"a ban looks at the other illnesses", ex, `{"fact":"condition","op":"in","value":["lupus"]}`, `{"condition":["nsclc"],"other_conditions":["lupus"]}`, not},
		{"a ban is met only if they were asked for", ex, `{"fact":"condition","op":"in","value":["lupus"]}`, `{"condition":["nsclc"]}`, unk},
		{"a ban is met when they were", ex, `{"fact":"condition","op":"in","value":["lupus"]}`, `{"condition":["nsclc"],"other_conditions":[]}`, met},
		{"a ban on the illness itself", ex, `{"fact":"condition","op":"in","value":["lung_cancer"]}`, `{"condition":["nsclc"]}`, not},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, _ := judge(t, tt.kind, tt.rule, tt.facts); got != tt.want {
				t.Errorf("%s %s for %s: got %s, want %s", tt.kind, tt.rule, tt.facts, got, tt.want)
			}
		})
	}
}

func TestMissingFacts(t *testing.T) {
	const in, ex = criteria.Inclusion, criteria.Exclusion
	tests := []struct {
		name        string
		kind        criteria.Kind
		rule, facts string
		want        []string
	}{
		{"only what can still change the outcome", in,
			`{"all":[{"fact":"hiv","op":"=","value":false},{"any":[{"fact":"stage","op":"=","value":4},{"fact":"metastatic","op":"=","value":true}]}]}`,
			`{"hiv":false,"stage":3}`, []string{"metastatic"}},
		{"nothing where it is settled", in, `{"any":[{"fact":"hiv","op":"=","value":false},{"fact":"stage","op":"=","value":4}]}`, `{"hiv":false}`, nil},
		{"not what a leaf beside it keeps from settling", in, `{"any":[{"all":[{"fact":"hiv","op":"=","value":true},{"unknown":"x"}]},{"unknown":"x"}]}`, `{}`, nil},
		{"what can settle it the one way only", in, `{"all":[{"fact":"hiv","op":"=","value":false},{"unknown":"x"}]}`, `{}`, []string{"hiv"}},
		{"a ban on an illness asks for the others", ex, `{"fact":"condition","op":"in","value":["lupus"]}`, `{"condition":["nsclc"]}`, []string{"other_conditions"}},
		{"an ancestor asks for the illness", in, `{"fact":"condition","op":"in","value":["nsclc"]}`, `{"condition":["lung_cancer"]}`, []string{"condition"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, got := judge(t, tt.kind, tt.rule, tt.facts); !slices.Equal(got, tt.want) {
				t.Errorf("%s for %s: got %v, want %v", tt.rule, tt.facts, got, tt.want)
			}
		})
	}
}

// TestKleene tries every nesting of and, or and not over two parts that can each
// be true, false or unknown.
func TestKleene(t *testing.T) {
	leaf := map[string]int{`{"fact":"hiv","op":"=","value":true}`: 1, `{"fact":"hiv","op":"=","value":false}`: -1, `{"unknown":"x"}`: 0}
	status := map[int]matcher.Status{1: matcher.Met, -1: matcher.NotMet, 0: matcher.Unknown}
	const facts = `{"hiv":true}`
	for a, va := range leaf {
		for b, vb := range leaf {
			for _, tt := range []struct {
				rule string
				want int
			}{
				{`{"all":[` + a + `,` + b + `]}`, min(va, vb)},
				{`{"any":[` + a + `,` + b + `]}`, max(va, vb)},
				{`{"not":{"all":[` + a + `,` + b + `]}}`, -min(va, vb)},
				{`{"any":[{"not":` + a + `},` + b + `]}`, max(-va, vb)},
			} {
				if got, _ := judge(t, criteria.Inclusion, tt.rule, facts); got != status[tt.want] {
					t.Errorf("inclusion %s: got %s, want %s", tt.rule, got, status[tt.want])
				}
				if got, _ := judge(t, criteria.Exclusion, tt.rule, facts); got != status[-tt.want] {
					t.Errorf("exclusion %s: got %s, want %s", tt.rule, got, status[-tt.want])
				}
			}
		}
	}
}
