package ctis_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trialfinder/trials"
	"trialfinder/trials/ctis"
)

// foreign is a fictional record that was entered in French, in part with English.
const foreign = `{"ctNumber":"2031-512345-12-00","authorizedApplication":{"authorizedPartI":{
 "medicalConditions":[{"medicalCondition":"Mélanome"}],
 "trialDetails":{
  "clinicalTrialIdentifiers":{
   "fullTitle":"Un long titre","fullTitleTranslations":[{"attributeTranslation":"En lang titel","language":99,"languageDescription":"Danish"}],
   "publicTitle":"Un titre","publicTitleTranslations":[{"attributeTranslation":"A title","language":98,"languageDescription":"English"},{"attributeTranslation":"Een titel","language":37}]},
  "trialInformation":{
   "medicalCondition":{"partIMedicalConditions":[
     {"medicalCondition":"Mélanome","medicalConditionTranslations":[{"attributeTranslation":"Melanoma","languageDescription":"English"},null]},
     {"medicalCondition":"Uveal melanoma","medicalConditionTranslations":[]}]},
   "trialObjective":{"mainObjective":"To see.","mainObjectiveTranslations":[{"attributeTranslation":"Voir.","language":34},{"attributeTranslation":"?","language":4711}]},
   "eligibilityCriteria":{
    "principalInclusionCriteria":[
      {"number":2,"principalInclusionCriteria":"ECOG 0","principalInclusionCriteriaTranslations":[{"attributeTranslation":"ECOG 0 ou 1","language":10,"languageDescription":"French"}]},
      {"number":1,"principalInclusionCriteria":"Âge d'au moins 18 ans","principalInclusionCriteriaTranslations":[{"attributeTranslation":"Aged 18 or more","languageDescription":"English"}]}],
    "principalExclusionCriteria":[
      {"number":1,"principalExclusionCriteria":"HIV","principalExclusionCriteriaTranslations":[{"attributeTranslation":"VIH","language":10,"languageDescription":"French"},{"attributeTranslation":" ","language":7}]}]}}}}}}`

func TestEnglishIsReadAndTheOthersAreKept(t *testing.T) {
	t.Parallel()
	got, err := ctis.Normalise([]byte(foreign))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string(nil), foreignParts(got.Trial)); diff != "" {
		t.Errorf("not in English (-want +got):\n%s", diff)
	}
	shown := []string{got.Trial.BriefTitle, got.Trial.OfficialTitle, got.Trial.BriefSummary, got.Trial.Eligibility.Criteria}
	want := []string{"A title", "Un long titre", "To see.", "Aged 18 or more\nECOG 0\nHIV"}
	if diff := cmp.Diff(append(want, "Melanoma", "Uveal melanoma"), append(shown, got.Trial.Conditions...)); diff != "" {
		t.Errorf("shown (-want +got):\n%s", diff)
	}
	if begin := *got.Trial.Eligibility.ExclusionStart; want[3][begin:] != "HIV" {
		t.Errorf("the exclusions begin at %q, want HIV", want[3][begin:])
	}
	kept := []trials.Translation{
		{Language: "und", Field: "briefTitle", Text: "Un titre"},
		{Language: "nl", Field: "briefTitle", Text: "Een titel"},
		{Language: "da", Field: "officialTitle", Text: "En lang titel"},
		{Language: "und", Field: "conditions", Text: "Mélanome"},
		{Language: "fr", Field: "briefSummary", Text: "Voir."},
		{Language: "und", Field: "briefSummary", Text: "?"},
		{Language: "und", Field: "eligibilityCriteria", Text: "Âge d'au moins 18 ans"},
		{Language: "fr", Field: "eligibilityCriteria", Text: "ECOG 0 ou 1\nVIH"},
	}
	if diff := cmp.Diff(kept, got.Trial.Translations); diff != "" {
		t.Errorf("translations (-want +got):\n%s", diff)
	}
}

func foreignParts(t trials.Trial) []string {
	var parts []string
	for _, s := range t.Eligibility.Foreign {
		parts = append(parts, t.Eligibility.Criteria[s.Start:s.End])
	}
	return parts
}

// The register does not tell in which language a text was entered.
func TestItemsInOtherLanguagesAreMarked(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ included, excluded, want []string }{
		"English": {[]string{"Age of 18 or more", "ECOG 0-1", "LVEF > 50 %"}, []string{"HIV", "De novo metastases", "Stage I in all patients"}, nil},
		"French, and what fits any language": {[]string{"Âge d'au moins 18 ans", "ECOG 0 ou 1"}, []string{"HIV"},
			[]string{"Âge d'au moins 18 ans", "ECOG 0 ou 1", "HIV"}},
		"one item in Danish": {[]string{"Age of 18 or more", "Ingen metastaser til hjernen og ikke i behandling"}, []string{"HIV"},
			[]string{"Ingen metastaser til hjernen og ikke i behandling"}},
		"Greek":                      {[]string{"Ηλικία 18"}, nil, []string{"Ηλικία 18"}},
		"Greek letters as symbols":   {[]string{"γδ T cells"}, []string{"β2-agonists"}, nil},
		"Bulgarian":                  {nil, []string{"Бременност"}, []string{"Бременност"}},
		"German beside English":      {[]string{"Patients with melanoma"}, []string{"Schwangerschaft oder Stillzeit"}, []string{"Schwangerschaft oder Stillzeit"}},
		"Spanish, Dutch and Swedish": {[]string{"Mujeres con cáncer"}, []string{"Niet in staat het onderzoek te volgen", "Gravid eller ammande"}, []string{"Mujeres con cáncer", "Niet in staat het onderzoek te volgen", "Gravid eller ammande"}},
	}
	list := func(key string, texts []string) string {
		var out []map[string]any
		for i, text := range texts {
			out = append(out, map[string]any{"number": i, key: text})
		}
		b, err := json.Marshal(out)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	for name, tt := range tests {
		raw := `{"ctNumber":"2031-512345-12-00","authorizedApplication":{"authorizedPartI":{"trialDetails":{"trialInformation":{"eligibilityCriteria":{
			"principalInclusionCriteria":` + list("principalInclusionCriteria", tt.included) + `,
			"principalExclusionCriteria":` + list("principalExclusionCriteria", tt.excluded) + `}}}}}}`
		got, err := ctis.Normalise([]byte(raw))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, foreignParts(got.Trial)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
