package criteria_test

import (
	"strings"
	"testing"

	"trialfinder/matcher/criteria"
)

// TestCertainty: what leaves a doubt keeps nobody out, and the same without it does.
func TestCertainty(t *testing.T) {
	p := parser(t)
	for _, c := range []struct{ kind, doubted, sure string }{
		{"inclusion", "Uterine scars synechia obstructed tubes", "Scars"},
		{"inclusion", "No history of previous metastatic disease", "No metastatic disease"},
		{"inclusion", "Dose expansion cohorts A and B: a measurable lesion", "A measurable lesion"},
		{"inclusion", "Patients with Gilbert's syndrome: bilirubin < 3 mg/dL", "Bilirubin < 3 mg/dL"},
		{"inclusion", "Age 30-45 years or older", "Age 30-45 years"},
		{"exclusion", "Took part in another study and received its drugs within 30 days", "Took part in another study within 30 days"},
		{"exclusion", "Prior treatment with a TIGIT monoclonal/bispecific antibody", "Prior treatment with a bispecific antibody"},
		{"exclusion", "Radiotherapy, or chemotherapy, 4 months before the study", "Prior chemotherapy"},
	} {
		if keepsOut(t, p, c.kind, c.doubted) {
			t.Errorf("%s: %q keeps somebody out", c.kind, c.doubted)
		}
		if !keepsOut(t, p, c.kind, c.sure) {
			t.Errorf("%s: %q keeps nobody out", c.kind, c.sure)
		}
	}
}

// keepsOut: the one item of a list can be not met.
func keepsOut(t *testing.T, p *criteria.Parser, kind, item string) bool {
	t.Helper()
	cs := p.Parse(kind + " criteria:\n* " + item)
	rule := cs[len(cs)-1].Rule
	if rule == nil {
		t.Errorf("%s: %q is not read", kind, item)
		return false
	}
	holds, fails := decides(rule)
	if kind == "exclusion" {
		return holds
	}
	return fails
}

// decides: the rule can be true, and it can be false.
func decides(rule criteria.Rule) (holds, fails bool) {
	switch rule := rule.(type) {
	case criteria.Unknown:
		return false, false
	case criteria.Not:
		holds, fails = decides(rule.Rule)
		return fails, holds
	case criteria.All:
		holds = true
		for _, part := range rule {
			h, f := decides(part)
			holds, fails = holds && h, fails || f
		}
		return holds, fails
	case criteria.Any:
		fails = true
		for _, part := range rule {
			h, f := decides(part)
			holds, fails = holds || h, fails && f
		}
		return holds, fails
	}
	return true, true
}

// TestGoesOn: bans that go on from a line that ends in "AND" keep nobody out by themselves; what
// follows the last that an "or" joins does.
func TestGoesOn(t *testing.T) {
	cs := parser(t).Parse("Exclusion criteria:\n* Older than 60 years AND have\n* Heart failure, OR\n* Diabetes\n* Dialysis")
	want := map[string]bool{"Heart failure": false, "Diabetes": false, "Dialysis": true}
	for _, c := range cs {
		for name, out := range want {
			if !strings.Contains(c.Text, name) || c.Rule == nil {
				continue
			}
			if holds, _ := decides(c.Rule); holds != out {
				t.Errorf("%s: keeps somebody out: %v, want %v", c.Text, holds, out)
			}
			delete(want, name)
		}
	}
	if len(want) > 0 {
		t.Errorf("not read: %v", want)
	}
}
