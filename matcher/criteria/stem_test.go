package criteria_test

import (
	"strings"
	"testing"
)

// TestWhatStandsOverAList: the line over a list lends it a time, a condition or a cohort.
func TestWhatStandsOverAList(t *testing.T) {
	p := parser(t)
	tests := []struct {
		name, text string
		item       string // begins the item that is looked at
		cohort     string
		rule       string
	}{
		{
			name: "a stretch of time",
			text: "Exclusion Criteria:\n\n* Any of the following within the past 6 months:\n\n  * Myocardial infarction\n  * Stroke",
			item: "Myocardial",
			rule: `{"fact":"days_since_mi","op":"<=","value":182.625,"unit":"d","as_written":{"value":6,"unit":"mo"}}`,
		},
		{
			name: "no time of its own to lend to what follows the list",
			text: "Exclusion Criteria:\n\n* Any of the following within the past 6 months:\n\n  * Stroke\n\n* Myocardial infarction within 3 months",
			item: "Myocardial",
			rule: `{"fact":"days_since_mi","op":"<=","value":91.3125,"unit":"d","as_written":{"value":3,"unit":"mo"}}`,
		},
		{
			name: "a condition",
			text: "Exclusion Criteria:\n\n* LVEF < 45 % in patients with:\n\n  * Radiotherapy of the chest\n  * HIV",
			item: "HIV",
			rule: `{"all":[{"fact":"hiv","op":"=","value":true},{"unknown":"LVEF < 45 % in patients with:"}]}`,
		},
		{
			name: "all of them together",
			text: "Exclusion Criteria:\n\n* All of the following:\n\n  * HIV\n  * Syphilis",
			item: "HIV",
			rule: `{"all":[{"fact":"hiv","op":"=","value":true},{"unknown":"All of the following:"}]}`,
		},
		{
			name:   "a cohort",
			text:   "Inclusion Criteria:\n\n* Age ≥ 18 years\n* Part 2 (head and neck):\n* ECOG 0-1",
			item:   "ECOG",
			cohort: "Part 2",
			rule:   `{"fact":"performance_ecog","op":"<=","value":1,"unit":"{score}"}`,
		},
		{
			name: "a condition, over lines that are only lettered",
			text: "Exclusion Criteria:\n\n4. LVEF < 45 % in patients with:\na) Radiotherapy of the chest\nb) HIV\n5. Stroke",
			item: "HIV",
			rule: `{"all":[{"fact":"hiv","op":"=","value":true},{"unknown":"LVEF < 45 % in patients with:"}]}`,
		},
		{
			name: "somebody else who is meant, over lines that are not indented",
			text: "Exclusion Criteria:\n\n- Household contacts who have any of the following:\n\n- HIV\n\n- Syphilis",
			item: "HIV",
			rule: `{"all":[{"fact":"hiv","op":"=","value":true},{"unknown":"Household contacts who have any of the following:"}]}`,
		},
		{
			name: "that some of the items must hold, which are not indented",
			text: "Inclusion Criteria:\n\n- At least 3 of the following risks:\n\n- Age over 60 years\n\n- ECOG 2 or more\n\n- Stage IV",
			item: "ECOG",
			rule: `{"any":[{"fact":"performance_ecog","op":">=","value":2,"unit":"{score}"},{"unknown":"At least 3 of the following risks:"}]}`,
		},
		{
			name: "a choice",
			text: "Inclusion Criteria:\n\n* Rutherford class 4 and/or 5:\n\n  * Rutherford 4: pain at rest\n  * Rutherford 5: ulcers",
			item: "Rutherford 5",
			rule: `{"any":[{"all":[{"fact":"rutherford","op":"=","value":5,"unit":"{class}"},{"unknown":"ulcers"}]},{"unknown":"Rutherford class 4 and/or 5:"}]}`,
		},
		{
			name: "an illness that one of the list must stand beside",
			text: "Inclusion Criteria:\n\n* Melanoma with any of the following:\n\n  * BRAF mutation\n  * Age ≥ 60 years",
			item: "Melanoma",
			rule: `{"all":[{"fact":"condition","op":"in","value":["melanoma"]},{"any":[{"fact":"braf_v600","op":"=","value":true},{"fact":"age","op":">=","value":60,"unit":"a"}]}]}`,
		},
		{
			name:   "a group of people",
			text:   "Inclusion Criteria:\n\n(Donor cohort):\n\n* Age ≥ 18 years\n\nTreated group:\n\n* Age ≥ 30 years",
			item:   "Age ≥ 18",
			cohort: "Donor cohort",
			rule:   `{"fact":"age","op":">=","value":18,"unit":"a"}`,
		},
		{
			name: "a cohort that is over before the next section",
			text: "Inclusion Criteria:\n\nPart 2 (head and neck):\n\n* ECOG 0-1\n\nExclusion Criteria:\n\n* HIV",
			item: "HIV",
			rule: `{"fact":"hiv","op":"=","value":true}`,
		},
		{
			name:   "illnesses as titles",
			text:   "Inclusion Criteria:\n\nAsthma and psoriasis\n\n* Age ≥ 18 years\n\nRheumatoid arthritis\n\n* Age ≥ 30 years\n\nPsoriasis\n\n* Age ≥ 40 years",
			item:   "Age ≥ 30",
			cohort: "Rheumatoid arthritis",
			rule:   `{"fact":"age","op":">=","value":30,"unit":"a"}`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, c := range p.Parse(tt.text) {
				if !strings.Contains(c.Text, tt.item) || !c.Kind.Demands() {
					continue
				}
				if rule := ruleJSON(t, c); rule != tt.rule || c.Cohort != tt.cohort {
					t.Errorf("cohort %q, rule %s\nwant %q, %s", c.Cohort, rule, tt.cohort, tt.rule)
				}
				return
			}
			t.Errorf("no criterion %q", tt.item)
		})
	}
}

// TestActiveCancerDependsOnWhoIsMeant: in a text about people with cancer it is another
// one, elsewhere any.
func TestActiveCancerDependsOnWhoIsMeant(t *testing.T) {
	p := parser(t)
	for text, want := range map[string]string{
		"Inclusion Criteria:\n\n* Metastatic melanoma\n\nExclusion Criteria:\n\n* Active malignancy": `{"all":[{"not":{"fact":"other_cancer_years","op":"=","value":"never"}},{"unknown":"Active malignancy"}]}`,
		"Inclusion Criteria:\n\n* Osteoarthritis\n\nExclusion Criteria:\n\n* Active malignancy":      `{"fact":"cancer_ever","op":"=","value":"current"}`,
	} {
		cs := p.Parse(text)
		if got := ruleJSON(t, cs[len(cs)-1]); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}
