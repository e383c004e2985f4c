package matcher_test

import (
	"maps"
	"slices"
	"strconv"
	"testing"

	"trialfinder/matcher/chance"
	"trialfinder/matcher/fact"
)

// TestPeople: each of the 2,000 could be somebody. Their answers are valid, none
// contradicts another, and the same seed makes the same people.
func TestPeople(t *testing.T) {
	po := newPopulace(t)
	for _, therapy := range peopleTherapies {
		people := po.people(therapy, peoplePerTherapy)
		for i, p := range people {
			full := profile(t, p.answers(t))
			if len(full.Contradictions) > 0 {
				t.Fatalf("%s %d: %v: %s", therapy, i, full.Contradictions, p.answers(t))
			}
			checkPerson(t, p)
		}
		if a, b := people[7].answers(t), po.person(therapy, 7).answers(t); a != b {
			t.Errorf("%s: the seventh is once\n%s, once\n%s", therapy, a, b)
		}
		if t.Failed() {
			t.FailNow()
		}
		summarise(t, therapy, people)
	}
}

// impossible are facts that nobody has together, beyond what implied.tsv holds.
var impossible = []struct{ name, given string }{
	{"a pregnant child", "pregnant=true,age=0..14"},
	{"a pregnant woman past the age", "pregnant=true,age=50..120"},
	{"a man with a cancer of the womb", "sex=male,condition=gynaecological_cancer"},
	{"a woman with a prostate", "sex=female,condition=prostate_cancer"},
	{"an early stage that has spread", "stage=0|1|2,metastatic=true"},
	{"a line without a drug", "condition=cancer,prior_lines=1..20,prior_chemo=false,prior_checkpoint=false,prior_antibody=false,prior_targeted=false,prior_hormone=false"},
	{"a line without a day", "prior_lines=1..20,days_since_systemic=never"},
	{"a drug without a line", "condition=cancer,prior_lines=0,prior_antibody=true"},
	{"a transplant without a day", "prior_allo_sct=true,days_since_sct=never"},
	{"a day without a transplant", "prior_allo_sct=false,prior_auto_sct=false,days_since_sct!=never"},
	{"GVHD without a donor", "gvhd=acute|chronic,prior_allo_sct=false,condition!=gvhd_disease"},
	{"dialysis of working kidneys", "dialysis=true,kidney_disease=none|chronic"},
	{"virus in the blood of the healthy", "hepatitis_b=none,hbv_dna=1..1e12"},
	{"two drivers", "egfr_mutation=true,alk_fusion=true"},
	{"triple negative with HER2", "condition=breast_cancer_triple_negative,her2_positive=true"},
	{"ventilated and up", "ventilated=true,performance_ecog=0|1"},
	{"a cancer patient without cancer", "condition=cancer,cancer_ever!=current"},
	{"diabetes of the wrong kind", "condition=diabetes_type1,diabetes!=type1"},
}

func checkPerson(t *testing.T, p person) {
	t.Helper()
	m := newMatcher(t)
	for _, no := range impossible {
		demands, err := chance.ReadDemands(no.given)
		if err != nil {
			t.Fatal(err)
		}
		if chance.HoldAll(demands, p.Facts, m.Conditions) {
			t.Errorf("%s: %s", no.name, p.answers(t))
		}
	}
	lifetime := (p.Facts["age"].Span.Lo + 1) * 365.25
	for id, v := range p.Facts {
		if f, _ := m.Facts.ByID(id); f.Unit == "d" && f.Grows() && v.Span.Lo > lifetime {
			t.Errorf("%s before birth: %s", id, p.answers(t))
		}
	}
	whites := p.Facts["neutrophils"].Span.Lo + p.Facts["lymphocytes"].Span.Lo
	if all := p.Facts["leukocytes"].Span.Lo; all < whites {
		t.Errorf("%v white cells, %v of two kinds", all, whites)
	}
	if len(p.Facts) < 110 {
		t.Errorf("%d facts: %s", len(p.Facts), p.answers(t))
	}
}

// summarise logs what the people are like.
func summarise(t *testing.T, therapy string, people []person) {
	t.Helper()
	counts := map[string]map[string]int{}
	count := func(id, value string) {
		if counts[id] == nil {
			counts[id] = map[string]int{}
		}
		counts[id][value]++
	}
	var ages []float64
	for _, p := range people {
		ages = append(ages, p.Facts["age"].Span.Lo)
		for _, id := range []string{"sex", "stage", "disease_state", "brain_metastases", "country"} {
			count(id, p.Facts[id].Text)
		}
		for _, id := range []string{"metastatic", "prior_chemo", "prior_checkpoint", "hiv", "pregnant"} {
			count(id, word(p.Facts, id))
		}
		count("condition", p.Facts["condition"].Texts[0])
		for _, id := range []string{"performance_ecog", "prior_lines"} {
			count(id, answerText(p.Facts[id]))
		}
	}
	slices.Sort(ages)
	t.Logf("%s: ages %v, median %v", therapy, []float64{ages[0], ages[len(ages)/20], ages[len(ages)*19/20], ages[len(ages)-1]}, ages[len(ages)/2])
	for _, id := range slices.Sorted(maps.Keys(counts)) {
		t.Logf("  %s: %v", id, counts[id])
	}
}

func word(facts map[string]fact.Value, id string) string {
	v, known := facts[id]
	switch {
	case !known:
		return chance.AppliesNot
	case v.Bool:
		return "true"
	}
	return "false"
}

func answerText(v fact.Value) string { return strconv.FormatFloat(v.Span.Lo, 'g', -1, 64) }
