package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// Whoever it is for, the questions are about them, until the answers are erased.
func TestQuestionsAreWordedForWhomTheyAreAbout(t *testing.T) {
	b := start(t).browser("en")
	b.expect(b.answer("who", "answer=child"), 200, "/question/condition")
	b.get("/question/age").Has("h1", "How old is your child?")
	b.begin()
	b.get("/question/performance_ecog").Has("label", "My child needs some help")
	b.get("/results?phase=PHASE2").Has(".asks li", "How much can your child do in a day?")
	v := b.get("/answers")
	v.Has(".about", "For my child")
	v.Has(`.about a[href="/en/question/who?change=1"]`, "Change")
	b.get("/question/who?change=1").Has("input[value=child][checked]")
	b.expect(b.answer("who", "answer=other&change=1"), 200, "/answers")
	b.get("/question/age").Has("h1", "How old is the person?")
	b.lang = "fr"
	b.get("/question/age").Has("h1", "Quel âge la personne a-t-elle")
	b.lang = "en"
	b.answer("who", "answer=self")
	b.get("/question/age").Has("h1", "How old are you?")
	if v := b.answer("who", ""); v.status != http.StatusUnprocessableEntity {
		t.Errorf("nobody chosen: got %d, want 422", v.status)
	}
	if v := b.answer("who", "answer=dog"); v.status != http.StatusBadRequest {
		t.Errorf("another word: got %d, want 400", v.status)
	}
}

// Of two answers that exclude each other the reader says which is right; nothing is
// overwritten before.
func TestWhichIsRight(t *testing.T) {
	b := start(t).browser("en")
	b.begin()
	b.answer("sex", "answer=male")
	v := b.answer("pregnant", "answer=true")
	b.expect(v, 200, "/clash")
	v.Has("h1", "Which is right?")
	v.Has("label", "Sex at birth", "Male")
	v.Has("label", "Pregnancy", "Yes, I am pregnant")
	v.HasNo("input[checked]")
	fact, because := field(t, v, "fact"), field(t, v, "because")
	send := func(answer string) visit {
		return b.post("/clash", "fact="+fact+"&because="+because+"&answer="+answer)
	}

	v = b.post("/clash", "fact="+fact+"&because="+because)
	v.Has("title", "Error:")
	v.Has(`.errors a[href="#answer"]`, "Choose which answer is right")
	if v := send("both"); v.status != http.StatusBadRequest {
		t.Errorf("another word: got %d, want 400", v.status)
	}
	v = send("a")
	b.expect(v, 200, "/question/"+fact)
	v.Has(".notice", "answer this one again")
	v.Has("input[checked]")
	b.get("/answers").Has(".clash") // it is not settled yet
	v = send("b")
	b.expect(v, 200, "/question/"+because)

	send("unknown")
	v = b.get("/answers")
	v.HasNo(".clash")
	if n := strings.Count(v.body, "Not known"); n != 2 {
		t.Errorf("got %d answers shown as not known, want both", n)
	}
	b.expect(send("a"), 200, "/answers")
	b.expect(b.get("/clash"), 200, "/answers")
}

func field(t *testing.T, v visit, name string) string {
	t.Helper()
	for _, n := range v.All("input[type=hidden][name=" + name + "]") {
		for _, a := range n.Attr {
			if a.Key == "value" {
				return a.Val
			}
		}
	}
	t.Fatalf("%s: no field %q", v.path, name)
	return ""
}

// Each answer has a row that says what it did, and leads to the trials that left.
func TestWhatEachAnswerDid(t *testing.T) {
	b := start(t).browser("en")
	b.begin()
	b.answer("performance_ecog", "answer=3")
	v := b.get("/answers")
	v.Has(".steps tr", "Illness", "before 26", "after 25", "1 trial left")
	v.Has(".steps tr", "Daily activity", "before 25", "after 0", "25 trials left")
	v.Has(".steps tr", "Age", "before 25", "after 25", "Nothing changed")
	v.Has(`.steps a[href="/en/question/performance_ecog?change=1"]`, "What if?")
	v = b.get("/answers/left/performance_ecog")
	v.Has(".lead", "Daily activity", "I need some help")
	v.Has("article h2[id] a[lang=en]", "Nivolumab in Lung Cancer")
	v.Has(".decides blockquote", "ECOG performance status 0 to 2")
	v.Has(`a[rel=next][href="/en/answers/left/performance_ecog?page=2"]`)
	if n := len(b.get("/answers/left/performance_ecog?page=2").All("article")); n != 5 {
		t.Errorf("second page: got %d trials, want 5", n)
	}
	b.get("/answers/left/condition").Has("article", "CAR-T Cells")
	b.get("/answers/left/age").Has("main", "No trial left with this answer")
	b.expect(b.get("/answers/left/hiv"), 200, "/answers") // not answered
	for _, bad := range []string{"nothing", "performance_ecog?page=3", "performance_ecog?page=x"} {
		if v := b.get("/answers/left/" + bad); v.status != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", bad, v.status)
		}
	}
}

// The falling numbers can be hidden on every page, and shown again.
func TestThePictureCanBeHidden(t *testing.T) {
	b := start(t).browser("en")
	b.begin()
	v := b.get("/question/performance_ecog")
	v.Has(".narrow svg rect.open")
	v.Has(".narrow li", "25")
	v.Has(".narrow", "25 of 25 trials", "more page")
	b.expect(b.post("/picture", "here=performance_ecog&hide=1"), 200, "/question/performance_ecog")
	for _, path := range []string{"/question/performance_ecog", "/answers"} {
		v := b.get(path)
		v.HasNo(".narrow svg")
		v.HasNo(".steps")
		v.Has(".narrow button", "Show how the list narrows")
	}
	v = b.get("/results")
	v.HasNo(".split svg")
	v.Has("button", "Show how the list narrows")
	b.expect(b.post("/picture", "here=%2Fanswers&hide=0"), 200, "/answers")
	b.get("/results").Has(".split svg")
	b.get("/answers").Has(".steps")
	if v := b.post("/picture", "here=%2F%2Fexample.org&hide=1"); v.status != http.StatusBadRequest {
		t.Errorf("another place: got %d, want 400", v.status)
	}
}

// A unit is chosen beforehand only where the country's laboratories have one.
func TestUnitsOfTheCountry(t *testing.T) {
	b := start(t).browser("en")
	b.get("/question/hemoglobin").HasNo("input[name=unit][checked]")
	for _, tt := range []struct{ country, fact, unit string }{
		{"DK", "hemoglobin", "mmol/L"}, {"NL", "hemoglobin", "mmol/L"}, {"FR", "hemoglobin", "g/dL"}, {"CN", "hemoglobin", "g/L"},
		{"DK", "creatinine", "umol/L"}, {"US", "creatinine", "mg/dL"}, {"SE", "alt", "ukat/L"}, {"NL", "hba1c", "mmol/mol"},
	} {
		b.answer("place", "place=&country="+tt.country)
		v := b.get("/question/" + tt.fact)
		v.Has(`input[name=unit][value="` + tt.unit + `"][checked] + label small`)
		v.Has(`.inline .pick:first-of-type input[value="` + tt.unit + `"]`)
	}
	b.answer("place", "skip=unknown")
	b.get("/question/hemoglobin").HasNo("input[name=unit][checked]")
}

// "About when" is a year, a month or a season, chosen or in words.
func TestAboutWhen(t *testing.T) {
	for _, tt := range []struct{ lang, form, shown, kept string }{
		{"en", "year=2025", "2025", ""},
		{"en", "year=2026&month=5", "May 2026", "5"},
		{"en", "year=2026&month=s1", "Spring 2026", "s1"},
		{"en", "year=spring+2025", "Spring 2025", "s1"},
		{"en", "year=May+2025", "May 2025", "5"},
		{"en", "year=5%2F2025", "May 2025", "5"},
		{"da", "year=for%C3%A5r+2025", "Forår 2025", "s1"},
		{"fr", "year=printemps+2025", "Printemps 2025", "s1"},
		{"zh", "year=2025%E5%B9%B4%E6%98%A5", "2025年春季", "s1"},
		{"zh", "year=%EF%BC%92%EF%BC%90%EF%BC%92%EF%BC%95", "2025年", ""},
	} {
		b := start(t).browser(tt.lang)
		b.begin()
		b.answer("days_since_surgery", tt.form)
		b.get("/answers").Has("dd", tt.shown)
		v := b.get("/question/days_since_surgery")
		if tt.kept != "" {
			v.Has(`#month option[value="` + tt.kept + `"][selected]`)
		}
	}
	b := start(t).browser("en")
	for _, bad := range []string{"year=spring", "year=then+2025", "year=13%2F2025", "year=2026&month=s5", "year=winter+2031"} {
		if v := b.answer("days_since_surgery", bad); v.status < 400 {
			t.Errorf("%s: got %d, want it refused", bad, v.status)
		}
	}
}

// What lies within a season may be met or not; what lies beyond it is settled.
func TestASeasonIsAnInterval(t *testing.T) {
	f := start(t)
	b := f.browser("en")
	b.begin()
	b.answer("days_since_systemic", "year=2026&month=s3") // 1 September to 30 November; the list asks for four weeks
	b.get("/results?phase=PHASE2").HasNo("article.not_now")
	b.answer("days_since_systemic", "year=2026&month=s2")
	v := b.get("/trial/NCT99900001")
	v.Has("details.met", "Systemic therapy within 4 weeks")
	f.clock.add(24 * time.Hour)
	b.get("/answers").Has("dd", "Summer 2026")
}

// A change leads back to the answers, or on if it raises questions that were not open.
func TestAfterAChange(t *testing.T) {
	b := start(t).browser("en")
	b.begin()
	b.expect(b.answer("age", "value=63&unit=a&change=1"), 200, "/answers")
	b.answer("age", "value=17&unit=a&change=1") // rules out all that ask about haemoglobin
	b.answer("performance_ecog", "answer=1")
	v := b.answer("age", "value=63&unit=a&change=1")
	if !strings.HasPrefix(v.path, "/en/question/") {
		t.Errorf("a change that brings trials back: got %s, want a question", v.path)
	}
}

// Who reads traditional characters gets the simplified ones, and is told so.
func TestTraditionalChinese(t *testing.T) {
	f := start(t)
	for _, tt := range []struct {
		lang, accept string
		told         bool
	}{{"zh", "zh-TW,zh;q=0.9", true}, {"zh", "zh-HK", true}, {"zh", "zh-Hant-MO", true}, {"zh", "zh-CN", false}, {"zh", "en, zh-TW", false}, {"en", "zh-TW", false}} {
		r, err := http.NewRequest(http.MethodGet, f.srv.URL+"/"+tt.lang, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Language", tt.accept)
		b := f.browser(tt.lang)
		v := b.read(b.client.Do(r))
		if told := strings.Contains(v.body, "只有简体"); told != tt.told {
			t.Errorf("%s for %q: told is %v, want %v", tt.lang, tt.accept, told, tt.told)
		}
	}
	r, err := http.NewRequest(http.MethodGet, f.srv.URL+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept-Language", "zh-TW")
	b := f.browser("zh")
	if v := b.read(b.client.Do(r)); v.path != "/zh" {
		t.Errorf("the bare address for zh-TW: got %s, want /zh", v.path)
	}
}
