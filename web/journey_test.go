package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// From the first page to a printed trial, without script.
func TestJourney(t *testing.T) {
	b := start(t).browser("en")
	v := b.get("")
	v.Has("h1", "immunotherapy and cell therapy")
	v.Has(`a[href="/en/questions"]`, "Start")

	v = b.get("/questions")
	b.expect(v, 200, "/question/condition")
	v.Has("h1 label", "illness")
	v.HasNo("input[checked]")
	v.HasNo(".after a") // the list is offered from the third question

	v = b.answer("condition", "q=lung&action=search")
	b.expect(v, 200, "/question/condition")
	v.Has(`#q[value="lung"]`)
	v.Has("#found .pick", "ung cancer")
	v.HasNo("input[checked]")

	v = b.answer("condition", "q=lung&answer=nsclc")
	b.expect(v, 200, "/question/age")
	v = b.answer("age", "value=62&unit=a")
	b.expect(v, 200, "/question/sex")
	v.Has(`.after a[href="/en/results"]`)
	v.Has("legend h1")
	v = b.answer("sex", "answer=female")
	b.expect(v, 200, "/question/place")
	v = b.answer("place", "country=DK&place=Aarhus")
	b.expect(v, 200, "/question/therapy")
	v = b.answer("therapy", "answer=checkpoint")
	b.expect(v, 200, "/question/performance_ecog")
	v.Has(".why", "this decides", "trials")
	v.Has(".pick label", "I do everything")
	b.answer("performance_ecog", "answer=1")

	v = b.get("/results")
	v.Has(".lead", "25 of 25 trials")
	v.Has(".group h2", "Fits what you told us")
	v = b.get("/results?phase=PHASE2")
	v.Has(".card h3 a[lang=en]", "Pembrolizumab <b>or</b> Watchful Care")
	v.Has(".tags a[href=\"/en/learn/checkpoint-inhibitors#targets\"]", "Checkpoint inhibitor")
	v.Has(".verdict", "Still possible")
	v.Has(".asks li", "haemoglobin")
	v.Has(".site", "Harbour Hospital", "Copenhagen, Denmark", "about 160 km", "Taking people now")
	v.Has(".site", "Fjord Hospital, Aarhus is nearer", "takes nobody now")
	v.Has(`a[href="tel:+4500000002"]`, "+45 00 00 00 02")
	v.Has(".meta", "last checked 24 November 2026")
	v.Has(`a[href="https://clinicaltrials.gov/study/NCT99900001"][rel=noreferrer]`)

	v = b.get("/trial/NCT99900001")
	v.Has("h1[lang=en]", "Pembrolizumab")
	v.Has("details.met", "Age >= 18 years")
	v.Has("details.unknown", "Hemoglobin at least 9 g/dL")
	v.Has("details.clinic", "informed consent")
	v.Has("details.unread blockquote[lang=en]", "tubulopathy <script>alert(1)</script>")
	v.Has("td", "Canal Clinic", "Utrecht, Netherlands")
	v.Has("blockquote[lang=en]", "Tests pembrolizumab > watchful care & follow-up.")
	v.HasNo(`a[href^="tel:ask"]`)
}

func TestResultsArePagedAndFiltered(t *testing.T) {
	b := start(t).browser("en")
	b.begin()
	v := b.get("/results")
	if n := len(v.All("article.card")); n != 20 {
		t.Errorf("first page: got %d cards, want 20", n)
	}
	v.Has(`a[rel=next][href="/en/results?page=2"]`)
	v = b.get("/results?page=2")
	if n := len(v.All("article.card")); n != 5 {
		t.Errorf("second page: got %d cards, want 5", n)
	}
	v = b.get("/results?country=DK&phase=&recruiting=1")
	v.Has(".sorted", "1 to 1 of 1")
	v.Has(`option[value=DK][selected]`)
	v = b.get("/results?phase=PHASE3")
	v.Has(".sorted", "of 24")
	v = b.get("/results?therapy=t_cell")
	v.Has(".zero", "No trial in our listings fits")
	for _, bad := range []string{"?page=3", "?page=0", "?age=62", "?show=all", "?country=XX", "?page=1&page=2"} {
		if v := b.get("/results" + bad); v.status != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", bad, v.status)
		}
	}
}

func TestRuledOutTrialsNameTheSentenceThatDecided(t *testing.T) {
	b := start(t).browser("en")
	b.answer("condition", "answer=lymphoma")
	b.answer("age", "value=80&unit=a")
	v := b.get("/results")
	v.Has(".zero h2", "No trial in our listings fits just now")
	v.Has("article.card", "CAR-T Cells", "Highest age, and it does not fit")
	v.HasNo(".site[hidden]")
	v = b.get("/results?show=ruled_out")
	v.Has(".decides blockquote", "70 Years")
	v.Has(".verdict", "Does not fit")
}

func TestNotNowHasItsDay(t *testing.T) {
	b := start(t).browser("en")
	b.begin()
	b.answer("days_since_systemic", "value=10&unit=d")
	v := b.get("/results?phase=PHASE2")
	v.Has(".group h2", "Not now")
	v.Has("article.not_now", "Ask again from 13 December 2026")
}

func TestBackAndChangeShowTheEarlierAnswer(t *testing.T) {
	b := start(t).browser("en")
	b.begin()
	v := b.get("/question/age")
	v.Has(`#value[value="62"]`)
	v.Has(`input[name=unit][value=a][checked]`)
	v.Has(`.back a[href="/en/question/condition"]`)
	v = b.get("/question/place?change=1")
	v.Has("option[value=DK][selected]")
	v.Has(`#place[value=Aarhus]`)
	v.Has(`.back a[href="/en/answers"]`)
	v.Has(`input[name=change][value="1"]`)
	v = b.answer("place", "country=NL&place=&change=1")
	b.expect(v, 200, "/answers")
	v.Has("dl", "Netherlands")
	v.Has("dl", "Not given")
	v.Has(`a[href="/en/question/age?change=1"]`, "Change Age")
	if v := b.get("/question/condition"); len(v.All("details[open] input[value=nsclc][checked]")) != 1 {
		t.Error("condition: the earlier answer is not chosen in an open group")
	}
}

func TestNotKnownIsAnAnswer(t *testing.T) {
	b := start(t).browser("en")
	v := b.answer("condition", "answer=unknown")
	b.expect(v, 200, "/question/age")
	v = b.answer("age", "skip=withheld")
	b.expect(v, 200, "/question/sex")
	v = b.answer("sex", "answer=withheld")
	b.expect(v, 200, "/question/place")
	b.answer("place", "skip=unknown")
	b.answer("therapy", "")
	v = b.get("/answers")
	if n := len(v.All("dd.dim")); n != 5 {
		t.Errorf("got %d answers shown as not known, want 5", n)
	}
	b.get("/question/sex").Has(`input[value=unknown][checked]`)
}

func TestNumbersInOtherUnits(t *testing.T) {
	b := start(t).browser("da")
	b.begin()
	b.answer("hemoglobin", "value=7%2C9&unit=mmol%2FL")
	b.answer("alt", "value=80&unit=U%2FL&uln=40")
	b.answer("days_since_surgery", "year=2026&month=5")
	b.answer("days_since_mi", "skip=never")
	v := b.get("/answers")
	v.Has("dd", "7,9 mmol/L")
	v.Has("dd", "80 U/L (øvre grænse 40)")
	v.Has("dd", "maj 2026")
	v.Has("dd", "Det er aldrig sket")
	b.get("/question/hemoglobin").Has(`#value[value="7,9"]`)
	b.get("/question/days_since_surgery").Has(`#year[value="2026"]`)
	v = b.get("/question/days_since_mi")
	v.Has(`#skip-never[checked]`)
	v.HasNo(`#value[value="never"]`)
}

// A number that could be two is taken where only one of them can be.
func TestOnlyPossibleReading(t *testing.T) {
	b := start(t).browser("en")
	b.begin()
	b.answer("hemoglobin", "value=12.381&unit=g%2FdL")
	b.answer("neutrophils", "value=1%2C500&unit=10*9%2FL")
	v := b.get("/answers")
	v.Has("dd", "12.381 g/dL")
	v.Has("dd", "1.5 ×10⁹/L")
}

func TestOtherIllnessesCanBeSearchedAndKept(t *testing.T) {
	b := start(t).browser("en")
	b.begin()
	v := b.answer("other_conditions", "q=&answer=lymphoma&action=search")
	if v.status != http.StatusUnprocessableEntity {
		t.Errorf("an empty search: got %d, want 422", v.status)
	}
	v = b.answer("other_conditions", "q=asthma&answer=lymphoma&action=search")
	b.expect(v, 200, "/question/other_conditions")
	v.Has("#found input[value=lymphoma][checked]")
	if v := b.get("/answers"); strings.Contains(v.body, "Other illnesses") {
		t.Error("a search counts as an answer before it is sent")
	}
	b.answer("other_conditions", "q=asthma&answer=lymphoma")
	b.get("/question/other_conditions").Has("input[value=lymphoma][checked]")
	b.answer("other_conditions", "skip=none")
	b.get("/answers").Has("dd", "None of these")
}

func TestContradictionsAreAsked(t *testing.T) {
	b := start(t).browser("en")
	b.begin()
	b.answer("sex", "answer=male")
	b.answer("pregnant", "answer=true")
	v := b.get("/answers")
	v.Has(".clash", "Which is right?")
	v.Has(`.clash a[href="/en/question/pregnant?change=1"]`)
	v.Has(`.clash a[href="/en/question/sex?change=1"]`)
	b.get("/results").Has(".warn", "do not go together")
}

func TestErasing(t *testing.T) {
	f := start(t)
	b := f.browser("en")
	b.begin()
	resp, err := (&http.Client{Jar: b.client.Jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).
		Post(f.srv.URL+"/en/erase", "application/x-www-form-urlencoded", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusSeeOther || !contains(resp.Header.Get("Clear-Site-Data"), `"cookies"`, `"storage"`, `"cache"`) {
		t.Errorf("erase: got %d, Clear-Site-Data %q", resp.StatusCode, resp.Header.Get("Clear-Site-Data"))
	}
	b.get("?done=erased").Has(".notice", "are erased")
	b.get("/answers").Has(".lead", "not answered anything yet")
}

// Two days later nobody can open the answers; the reader is told, once.
func TestExpiredAnswers(t *testing.T) {
	f := start(t)
	b := f.browser("en")
	b.begin()
	f.clock.add(25 * time.Hour)
	b.get("/answers").HasNo(".notice")
	f.clock.add(24 * time.Hour)
	b.get("/answers").Has(".notice", "have expired")
	b.get("/answers").HasNo(".notice")

	b.begin()
	f.clock.add(49 * time.Hour)
	v := b.answer("age", "value=50&unit=a")
	v.Has(".notice", "have expired")
	b.get("/answers").HasNo(".notice")
	b.get("/answers").Has("dd", "50 years")
}

// An answer of the second day is true on the second day.
func TestAnswersOfTwoDays(t *testing.T) {
	f := start(t)
	b := f.browser("en")
	b.begin()
	f.clock.add(24 * time.Hour)
	b.answer("days_since_systemic", "value=10&unit=d")
	b.get("/results?phase=PHASE2").Has("article.not_now", "Ask again from 14 December 2026")
}

func TestLanguageSwitchKeepsPageAndAnswers(t *testing.T) {
	b := start(t).browser("en")
	b.begin()
	v := b.get("/results?page=2")
	v.Has(`.languages a[lang=da][hreflang=da][href="/da/results?page=2"]`, "Dansk")
	v.Has(`.languages a[aria-current][lang=en]`, "English")
	b.lang = "da"
	b.get("/results?page=2").Has(".lead", "25 af 25 forsøg")
	b.get("/answers").Has("dd", "Kvinde")
}

func TestClosedTrialAndAliases(t *testing.T) {
	b := start(t).browser("en")
	v := b.get("/trial/NCT99900003")
	v.Has(".warn", "takes nobody now", "Completed", "Enough people")
	b.expect(b.get("/trial/2025-599901-10-00"), 200, "/trial/NCT99900001")
	b.expect(b.get("/trial/nct99900001"), 200, "/trial/NCT99900001")
	b.expect(b.get("/trial?id=+nct99900001+"), 200, "/trial/NCT99900001")
	b.get("/trial?id=lung").Has(".error", "no trial number")
	if v := b.get("/trial/NCT00000000"); v.status != http.StatusNotFound {
		t.Errorf("an unknown trial: got %d, want 404", v.status)
	}
}

func TestLearnCountsTrials(t *testing.T) {
	b := start(t).browser("en")
	v := b.get("/learn/checkpoint-inhibitors")
	v.Has(".note", "25 trials of this therapy are open")
	v.Has(`a[href="/en/results?therapy=checkpoint"]`)
	v.Has(".warn", "not yet signed off")
	v.Has(`.contents a[href="#what-it-is"]`)
	v.Has(".sources a[rel=noreferrer]", "https://")
	v.Has(".meta", "Last checked 25 November 2026")
	b.begin()
	b.get("/learn/checkpoint-inhibitors").Has(".note", "1 of them in your country (Denmark)")
}
