package web_test

import (
	"strings"
	"testing"

	"trialfinder/matcher"
	"trialfinder/matcher/fact"
	"trialfinder/web/i18n"
	"trialfinder/web/view"
)

// An answer that alone rules trials out is named, can be looked at again, and what is
// said to come back does come back.
func TestWhatIfAnAnswerWereAnother(t *testing.T) {
	b := start(t).browser("en")
	b.begin()
	b.get("/results").HasNo(".whatifs")
	b.answer("performance_ecog", "answer=3")
	v := b.get("/results?show=ruled_out")
	v.Has(".whatifs summary", "Daily activity", "alone rules out 25 trials")
	v.Has(".whatifs li", "25 trials come back")
	v.Has(`.whatifs a[href="/en/question/performance_ecog?change=1"]`, "Look at this answer again")
	v.Has(`.card .whatif a[href="/en/question/performance_ecog?change=1"]`, "alone rules this trial out")
	b.get("/answers").Has("dd", "alone rules out 25 trials")
	b.get("/trial/NCT99900001").Has(`.whatif a[href="/en/question/performance_ecog?change=1"]`)

	b.get("/question/performance_ecog?change=1").Has("input[value=\"3\"][checked]")
	// Trials came back, and with them questions.
	b.expect(b.answer("performance_ecog", "answer=1&change=1"), 200, "/question/days_since_systemic")
	v = b.get("/results")
	v.Has(".lead", "25 of 25")
	b.get("/results?show=ruled_out").HasNo(".whatifs")
}

// Nobody is offered to change their age; two answers that rule out together are said
// to be more than one.
func TestWhatIsNotOffered(t *testing.T) {
	b := start(t).browser("en")
	b.begin()
	b.answer("age", "value=30&unit=a")
	v := b.get("/results?show=ruled_out")
	v.HasNo(".whatifs")
	v.HasNo(".whatif")
	b.answer("performance_ecog", "answer=4")
	v = b.get("/results?show=ruled_out")
	if !strings.Contains(v.body, "More than one of your answers") {
		t.Error("a trial that age and another answer rule out does not say so")
	}
}

func TestWhatIfInWords(t *testing.T) {
	m, err := loadMatcher()
	if err != nil {
		t.Fatal(err)
	}
	nine, ten, most := 9.0, 10.0, 25.0
	as := []matcher.Alternative{
		{Fact: "age", Alone: 9},
		{Fact: "hemoglobin", Changes: fact.Time, Offered: true, Alone: 3, Instead: []matcher.Instead{
			{Value: fact.Value{Type: fact.Number, Span: fact.Point(9.5)}, From: &nine, To: &ten, Returns: 2},
			{Value: fact.Value{Type: fact.Number, Span: fact.Point(17)}, From: &ten, To: &most, Returns: 3, Loses: 1},
		}},
		{Fact: "days_since_mi", Changes: fact.Time, Offered: true, Alone: 1, Instead: []matcher.Instead{{Value: fact.Value{Type: fact.Number, Never: true}, Returns: 1}}},
		{Fact: "allergies", Changes: fact.Never, Offered: true, Alone: 1, Instead: []matcher.Instead{{Value: fact.Value{Type: fact.Set, Texts: []string{}}, Returns: 1}}},
	}
	p := matcher.Profile{Facts: map[string]fact.Value{
		"hemoglobin": {Type: fact.Number, Span: fact.Point(8.2)}, "days_since_mi": {Type: fact.Number, Span: fact.Point(12)},
		"allergies": {Type: fact.Set, Texts: []string{"albumin"}},
	}}
	words, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[string][]string{
		"en": {"8.2 g/dL", "between 9 g/dL and 10 g/dL", "more than 10 g/dL", "12 days", "It has never happened", "None of these"},
		"da": {"8,2 g/dL", "mellem 9 g/dL og 10 g/dL", "mere end 10 g/dL", "12 dage", "Det er aldrig sket", "Ingen af dem"},
		"nl": {"8,2 g/dL"}, "fr": {"8,2 g/dL"}, "zh": {"8.2 g/dL", "9 g/dL至10 g/dL之间"},
	} {
		w, _ := words.Words(lang)
		got, err := view.New(w, m, nil).WhatIfs(as, p, 10)
		if err != nil || len(got) != 3 {
			t.Fatalf("%s: got %+v, %v, want the three that are offered", lang, got, err)
		}
		var said []string
		for _, one := range got {
			said = append(said, one.Now)
			for _, i := range one.Instead {
				said = append(said, i.Value)
			}
		}
		if all := strings.Join(said, "|"); !contains(all, want...) {
			t.Errorf("%s: got %s, want %v", lang, all, want)
		}
	}
}
