package matcher_test

import (
	"strings"
	"testing"

	"trialfinder/matcher"
	"trialfinder/matcher/criteria"
	"trialfinder/trials"
)

// TestOtherLanguagesAreUnread: a rule read from words of another language would be
// a guess, and could rule out: "absence de" is no demand for metastases.
func TestOtherLanguagesAreUnread(t *testing.T) {
	m, err := matcher.New()
	if err != nil {
		t.Fatal(err)
	}
	included := "Aged 18 or more\nAbsence de métastases cérébrales\nECOG 0 ou 1\n"
	text := included + "Pas de traitement antérieur par anti-PD-1\nHIV infection"
	begin := len(included)
	trial := trials.Trial{ID: "2031-512345-12-00", Source: trials.CTIS, Eligibility: trials.Eligibility{Criteria: text, ExclusionStart: &begin}}
	foreign := []string{"Absence de métastases cérébrales", "ECOG 0 ou 1", "Pas de traitement antérieur par anti-PD-1"}
	for _, part := range foreign {
		at := strings.Index(text, part)
		trial.Eligibility.Foreign = append(trial.Eligibility.Foreign, trials.Span{Start: at, End: at + len(part)})
	}
	got := map[string]criteria.Criterion{}
	for _, c := range m.Read(&trial).Criteria {
		if text[c.Start:c.End] != c.Text {
			t.Errorf("%q is not the text from %d to %d", c.Text, c.Start, c.End)
		}
		got[c.Text] = c
	}
	for _, part := range foreign {
		kind := criteria.Inclusion
		if strings.HasPrefix(part, "Pas") {
			kind = criteria.Exclusion
		}
		if c, ok := got[part]; !ok || c.Rule != nil || c.Clinic || c.Code != criteria.CodeUnread || c.Kind != kind {
			t.Errorf("%q: got %+v, want it unread, %s", part, c, kind)
		}
	}
	for _, part := range []string{"Aged 18 or more", "HIV infection"} {
		if got[part].Rule == nil {
			t.Errorf("%q: got %+v, want it read", part, got[part])
		}
	}
}
