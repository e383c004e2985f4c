package web_test

import (
	"strings"
	"testing"

	"trialfinder/trials"
	"trialfinder/web"
)

// manyQuestions is a registry in which earlier treatments and laboratory values decide.
func manyQuestions(_ *web.Config, s *shelf) {
	one := s.trials[0]
	one.Trial.Eligibility.Criteria = "Inclusion Criteria:\n\n* Age at least 18 years\n* Prior chemotherapy\n* Hemoglobin at least 9 g/dL\n* Platelets at least 100 x 10^9/L\n" +
		"* ALT no more than 2.5 x ULN\n* Bilirubin no more than 1.5 x ULN\n\nExclusion Criteria:\n\n* Prior radiotherapy\n* Prior surgery for the tumor\n* HIV infection\n"
	s.trials = []trials.Stored{one}
}

func TestQuestionsOfOneKindAreOnOneScreen(t *testing.T) {
	b := start(t, manyQuestions).browser("en")
	v := b.begin()
	b.expect(v, 200, "/question/prior_treatments")
	v.Has("h1", "Which of these treatments have you had?")
	v.Has(".why", "this decides 1 of the 1 trials")
	if n := len(v.All("fieldset.item")); n < 2 {
		t.Errorf("got %d questions, want several", n)
	}
	v.HasNo("input[checked]")
	v.Has(`input[name=prior_chemo][value=true] + label`, "Yes, I have had chemotherapy")
	v.Has(`input[name=prior_chemo][value=unknown] + label`, "I don’t know")
	v.Has(`.back a[href="/en/question/therapy"]`)

	// Nothing at all is a fault; so is both an answer and none.
	v = b.answer("prior_treatments", "asked=prior_chemo&asked=prior_radiotherapy")
	v.Has(`.errors a[href="#prior_chemo"]`, "at least one")
	v = b.answer("prior_treatments", "asked=prior_chemo&asked=prior_radiotherapy&prior_chemo=true&skip=unknown")
	v.Has(".errors a", "both lists")
	v.Has("input[name=prior_chemo][value=true][checked]")

	// What is left open is not known. The next screen leads back to this one.
	v = b.answer("prior_treatments", "asked=prior_chemo&asked=prior_radiotherapy&asked=prior_surgery&prior_chemo=true&prior_radiotherapy=false")
	b.get("/answers").Has(`dd a[href="/en/question/prior_chemo?change=1"]`)
	if text := b.get("/answers").body; strings.Count(text, "Not known") != 1 {
		t.Errorf("got %d answers shown as not known, want that on surgery", strings.Count(text, "Not known"))
	}
	v.Has(`.back a[href="/en/question/prior_treatments"]`)
	v = b.get("/question/prior_treatments")
	v.Has("input[name=prior_chemo][value=true][checked]")
	v.Has("input[name=prior_surgery][value=unknown][checked]")
	v.Has(`.back a[href="/en/question/therapy"]`)

	// One of them is changed by itself.
	b.get("/question/prior_chemo?change=1").Has("input[value=true][checked]")
	b.expect(b.answer("prior_chemo", "answer=false&change=1"), 200, "/answers")
	b.get("/results").Has(".lead", "0 of 1")
}

func TestLaboratoryValuesOnOneScreen(t *testing.T) {
	b := start(t, manyQuestions).browser("da")
	b.begin()
	b.answer("prior_treatments", "asked=prior_chemo&asked=prior_radiotherapy&asked=prior_surgery&prior_chemo=true&prior_radiotherapy=false&prior_surgery=false")
	v := b.answer("hiv", "answer=false")
	b.expect(v, 200, "/question/liver_values")
	v.Has(`input[name=alt]`)
	v.Has(`select[name="alt.unit"] option[value="U/L"]`)
	v.Has(`input[name="alt.uln"]`)
	v.Has(`input[name="alt.skip"] + label`, "Det ved jeg ikke")

	v = b.answer("liver_values", "asked=bilirubin&asked=alt&alt=mange&alt.unit=U/L&bilirubin=12&bilirubin.unit=")
	v.Has(`.errors a[href="#alt"]`)
	v.Has(`.errors a[href="#bilirubin.unit"]`)
	v.Has(`#alt[value=mange]`)
	v.Has(`#bilirubin[value="12"]`)
	v = b.answer("liver_values", "asked=bilirubin&asked=alt&alt=800000&alt.unit=U/L")
	v.Has(`.errors a[href="#alt"]`, "20.000")

	// A value with its limit settles the multiple; what is not known is asked no more.
	v = b.answer("liver_values", "asked=bilirubin&asked=alt&alt=80&alt.unit=U/L&alt.uln=40&bilirubin.skip=unknown")
	b.expect(v, 200, "/question/blood_count")
	v = b.answer("blood_count", "asked=hemoglobin&asked=platelets&hemoglobin=7%2C9&hemoglobin.unit=mmol/L")
	b.expect(v, 200, "/answers")
	v.Has("dd", "80 U/L (øvre grænse 40)")
	v.Has("dd", "7,9 mmol/L")
	v.Has(".small", "Ingen")
}

// What our own pages can't have sent is refused.
func TestScreensRefuseWhatTheyDidNotShow(t *testing.T) {
	b := start(t, manyQuestions).browser("en")
	b.begin()
	for _, form := range []string{
		"prior_chemo=true", "asked=hiv&hiv=true", "asked=prior_chemo&prior_chemo=perhaps", "asked=prior_chemo&skip=never",
		"asked=prior_chemo&prior_chemo=true&prior_chemo=false", "asked=prior_chemo&prior_chemo=true&sex=male",
	} {
		if v := b.answer("prior_treatments", form); v.status != 400 {
			t.Errorf("%s: got %d, want 400", form, v.status)
		}
	}
	if v := b.get("/question/no_such_screen"); v.status != 404 {
		t.Errorf("a screen that is none: got %d, want 404", v.status)
	}
}
