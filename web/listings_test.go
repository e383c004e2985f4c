package web_test

import (
	"testing"

	"trialfinder/trials"
	"trialfinder/web"
)

// A trial that two registries list is one, by either id, and tells what each says.
func TestTrialInTwoRegistries(t *testing.T) {
	other := func(status trials.Status) func(*web.Config, *shelf) {
		return func(_ *web.Config, s *shelf) {
			s.trials[0].Others = []trials.Stored{{Synced: now, Trial: trials.Trial{ID: "2025-599901-10-00", Source: trials.CTIS, Status: status,
				LastUpdatePosted: trials.DateStruct{Date: trials.Date{Year: 2026, Month: 9, Day: 3}},
				Sites: []trials.Site{
					{Facility: "Harbour Hospital, Oncology", City: "København Ø", Country: "Denmark", Status: trials.Recruiting},
					{Facility: "Belfry Clinic", City: "Gent", Country: "Belgium"},
				}}}}
		}
	}
	says := map[string]string{
		"en": "The registries do not say the same", "da": "skriver ikke det samme", "nl": "niet hetzelfde", "fr": "ne disent pas la même chose", "zh": "说法不一致",
	}
	f := start(t, other(trials.ActiveNotRecruiting))
	for _, lang := range f.site.Languages() {
		b := f.browser(lang)
		v := b.get("/trial/2025-599901-10-00")
		v.Check(tagOf(lang))
		b.expect(v, 200, "/trial/NCT99900001")
		v.Has(".warn", says[lang])
		if !contains(v.body, "NCT99900001", "2025-599901-10-00", "ClinicalTrials.gov", "EU CTIS", "Belfry Clinic") {
			t.Errorf("%s: the page does not tell both listings and the united sites", lang)
		}
		if contains(v.body, "Harbour Hospital, Oncology") {
			t.Errorf("%s: the site that both have is there twice", lang)
		}
	}
	agreeing := start(t, other(trials.Recruiting)).browser("en").get("/trial/NCT99900001")
	if !contains(agreeing.body, "The registries say the same") {
		t.Error("two registries that agree: the page does not say so")
	}
}

// An old link to a trial that its registry removed tells that, and offers nothing.
func TestRemovedTrialIsExplained(t *testing.T) {
	f := start(t, func(_ *web.Config, s *shelf) { s.removed, s.trials = s.trials[:1], s.trials[1:] })
	for _, lang := range f.site.Languages() {
		v := f.browser(lang).get("/trial/NCT99900001")
		v.Check(tagOf(lang))
		if v.status != 200 {
			t.Errorf("%s: got %d", lang, v.status)
		}
	}
	f.browser("en").get("/trial/NCT99900001").Has(".warn", "no longer lists this trial")
	if v := f.browser("en").get("/trial/NCT99900009"); v.status != 404 {
		t.Errorf("a trial that never was: got %d, want 404", v.status)
	}
}
