package matcher_test

import (
	"math"
	"math/rand/v2"
	"strconv"

	"trialfinder/matcher/fact"
)

// reckoning is how a number follows from other facts of a person.
type reckoning struct {
	from  []string
	value func(facts map[string]fact.Value, luck *rand.Rand) (float64, bool)
}

// number gives a known number of a person; never counts as not known.
func number(facts map[string]fact.Value, id string) (float64, bool) {
	v, known := facts[id]
	return v.Span.Lo, known && !v.Never
}

// over divides a laboratory value by the upper limit of women and of men.
func over(id string, women, men float64) reckoning {
	return reckoning{[]string{id, "sex"}, func(facts map[string]fact.Value, _ *rand.Rand) (float64, bool) {
		v, ok := number(facts, id)
		if facts["sex"].Text == "male" {
			return v / men, ok
		}
		return v / women, ok
	}}
}

// reckoned are the numbers that are not drawn, so that they agree with what they come from.
var reckoned = map[string]reckoning{
	"weight_kg":                {[]string{"bmi", "height_cm"}, weight},
	"months_since_diagnosis":   {[]string{"days_since_onset"}, monthsSinceDiagnosis},
	"creatinine_clearance":     {[]string{"creatinine", "age", "sex", "weight_kg", "height_cm"}, clearance},
	"leukocytes":               {[]string{"condition", "disease_state", "neutrophils", "lymphocytes"}, leukocytes},
	"diastolic_bp":             {[]string{"systolic_bp"}, diastolic},
	"creatinine_uln":           over("creatinine", 1, 1.2),
	"bilirubin_uln":            over("bilirubin", 1.2, 1.2),
	"alt_uln":                  over("alt", 35, 45),
	"ast_uln":                  over("ast", 35, 45),
	"alkaline_phosphatase_uln": over("alkaline_phosphatase", 120, 120),
	"ldh_uln":                  over("ldh", 250, 250),
}

func weight(facts map[string]fact.Value, _ *rand.Rand) (float64, bool) {
	bmi, _ := number(facts, "bmi")
	cm, ok := number(facts, "height_cm")
	return bmi * cm * cm / 1e4, ok
}

func monthsSinceDiagnosis(facts map[string]fact.Value, luck *rand.Rand) (float64, bool) {
	days, ok := number(facts, "days_since_onset")
	return days / 30.4375 * (0.6 + 0.4*luck.Float64()), ok // some time passes before it is found
}

// clearance is by Cockcroft and Gault, for children by the bedside formula of Schwartz.
func clearance(facts map[string]fact.Value, _ *rand.Rand) (float64, bool) {
	mgdl, ok := number(facts, "creatinine")
	age, _ := number(facts, "age")
	kg, _ := number(facts, "weight_kg")
	cm, _ := number(facts, "height_cm")
	v := (140 - age) * kg / (72 * mgdl)
	if age < 18 {
		v = 0.413 * cm / mgdl
	} else if facts["sex"].Text == "female" {
		v *= 0.85
	}
	return min(v, 250), ok
}

// leukocytes are the neutrophils, the lymphocytes and the rest; in leukaemia that is there, blasts too.
func leukocytes(facts map[string]fact.Value, luck *rand.Rand) (float64, bool) {
	n, _ := number(facts, "neutrophils")
	l, ok := number(facts, "lymphocytes")
	v := 1.1 * (n + l)
	switch facts["condition"].Texts[0] {
	case "aml", "b_all":
		if facts["disease_state"].Text != "in_remission" {
			v += 6 * luck.ExpFloat64()
		}
	}
	return v, ok
}

func diastolic(facts map[string]fact.Value, luck *rand.Rand) (float64, bool) {
	systolic, ok := number(facts, "systolic_bp")
	return systolic * (0.55 + 0.12*luck.Float64()), ok
}

// rounded is a number as people and laboratories give it.
func rounded(f fact.Fact, v float64) float64 {
	switch {
	case f.ID == "age" && v < 2, v == 0:
		return v
	case f.Grows():
		return math.Floor(v)
	}
	v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'g', 3, 64), 64)
	return min(max(v, f.Min), f.Max)
}

// within keeps a number in the fact's range, within a life, and a treatment within the illness that it is for.
func within(f fact.Fact, facts map[string]fact.Value, v float64) float64 {
	low, high := f.Min, f.Max
	age, _ := number(facts, "age")
	onset, ill := number(facts, "days_since_onset")
	switch {
	case f.ID == "other_cancer_years":
		high = age
	case f.Unit == "d" && f.Grows():
		high = age * 365.25
	}
	switch {
	case !ill:
	case f.ID == "days_since_sct" && facts["condition"].Texts[0] == "gvhd_disease":
		low = min(onset+14, high) // the illness comes after the transplant
	case f.ID == "days_since_systemic", f.ID == "days_since_radiotherapy", f.ID == "days_since_sct",
		f.ID == "days_since_surgery" && facts["prior_surgery"].Bool:
		high = min(high, onset)
	}
	return min(max(v, low), high)
}
