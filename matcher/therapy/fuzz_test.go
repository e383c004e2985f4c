package therapy_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trialfinder/matcher/therapy"
)

// texts gives what a field of the study holds.
func texts(s therapy.Study, field string) []string {
	var out []string
	switch field {
	case "briefTitle":
		return []string{s.BriefTitle}
	case "officialTitle":
		return []string{s.OfficialTitle}
	case "briefSummary":
		return []string{s.Summary}
	case "keywords":
		return s.Keywords
	case "interventionBrowseModule.meshes":
		return s.MeSH
	}
	for _, v := range s.Interventions {
		switch field {
		case "interventions.name":
			out = append(out, v.Name)
		case "interventions.otherNames":
			out = append(out, v.OtherNames...)
		case "interventions.description":
			out = append(out, v.Description)
		}
	}
	for _, a := range s.Arms {
		switch field {
		case "armGroups.label":
			out = append(out, a.Label)
		case "armGroups.description":
			out = append(out, a.Description)
		}
	}
	return out
}

func checkEvidence(t *testing.T, id string, s therapy.Study, l therapy.Label) {
	t.Helper()
	if len(l.Evidence) == 0 {
		t.Errorf("%s: %s has no evidence", id, l.ID)
	}
	for _, e := range l.Evidence {
		if e.Text == "" || !slices.ContainsFunc(texts(s, e.Field), func(x string) bool { return strings.Contains(x, e.Text) }) {
			t.Errorf("%s: %s rests on %q, which %s does not hold", id, l.ID, e.Text, e.Field)
		}
	}
}

func FuzzClassify(f *testing.F) {
	c, err := therapy.Load()
	if err != nil {
		f.Fatal(err)
	}
	f.Add("Study of X", "DRUG", "Nivolumab (anti-PD-1)", "given with CAR-T cells infusion", "EXPERIMENTAL", "summary. NK-92")
	f.Add("间充质干细胞", "BIOLOGICAL", "MSC", "\xff\xfe", "ACTIVE_COMPARATOR", "X is an anti-TIGIT antibody")
	f.Add("A with or without B (HSCT", "OTHER", "placebo or IL-2", "; . ", "", "")
	f.Fuzz(func(t *testing.T, title, kind, name, description, arm, summary string) {
		s := therapy.Study{
			BriefTitle: title, OfficialTitle: description, Summary: summary, Keywords: []string{name}, MeSH: []string{title},
			Interventions: []therapy.Intervention{
				{Type: kind, Name: name, Description: description, OtherNames: []string{title}, ArmLabels: []string{name}},
				{Type: "DRUG", Name: title, ArmLabels: []string{"nowhere"}},
			},
			Arms: []therapy.Arm{{Label: name, Type: arm, Description: summary, Interventions: []string{title}}, {Type: "EXPERIMENTAL"}},
		}
		labels := c.Classify(s)
		if diff := cmp.Diff(labels, c.Classify(s)); diff != "" {
			t.Errorf("Classify twice differs:\n%s", diff)
		}
		var seen []string
		for _, l := range labels {
			if !slices.Contains(c.IDs(), l.ID) || slices.Contains(seen, l.ID) {
				t.Errorf("id %q: unknown or given twice", l.ID)
			}
			if !slices.Contains([]therapy.Role{therapy.Tested, therapy.Combined, therapy.Comparator}, l.Role) {
				t.Errorf("%s: unknown role %q", l.ID, l.Role)
			}
			seen = append(seen, l.ID)
			checkEvidence(t, "fuzzed study", s, l)
		}
	})
}
