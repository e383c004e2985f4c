package ctis_test

import (
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
