package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"trialfinder/trials"
	"trialfinder/web"
	"trialfinder/web/internal/htmltest"
)

// with changes the listings before the site starts.
func with(change func(all []trials.Stored)) options {
	return func(_ *web.Config, s *shelf) { change(s.trials) }
}

// A card tells what is given and to whom, how the rules stand, whom to call and how to get in.
func TestWhatACardTells(t *testing.T) {
	f := start(t)
	for lang, want := range map[string]struct{ title, counts, changed, route string }{
		"en": {"Checkpoint inhibitor, tested in: Non-small-cell lung cancer", "0 do not fit", "changed 22 days ago", "hospital doctor refers you"},
		"da": {"afprøves ved: Ikke-småcellet lungekræft", "0 passer ikke", "ændret for 22 dage siden", "henviser din hospitalslæge dig"},
		"nl": {"getest bij: Niet-kleincellige longkanker", "0 passen niet", "22 dagen geleden gewijzigd", "verwijst uw ziekenhuisarts"},
		"fr": {"à l’essai pour", "0 ne correspond pas", "modifié il y a 22 jours", "médecin hospitalier vous adresse"},
		"zh": {"用于非小细胞肺癌的试验", "0条不符合要求", "22天前有更改", "由您的医院医生转诊"},
	} {
		b := f.browser(lang)
		b.begin()
		v := b.get("/results?phase=PHASE2")
		v.Has(".card h3 a", want.title)
		v.Has(".counts", want.counts)
		v.Has(".badge", want.changed)
		v.Has(".route", want.route)
	}
}

// What nobody has confirmed for two years is marked; where a site names nobody, the trial's
// central contact stands there and is called that; another country is named.
func TestOldListingsAndCentralContacts(t *testing.T) {
	b := start(t, with(func(all []trials.Stored) {
		all[0].Trial.LastUpdatePosted.Date = trials.Date{Year: 2024, Month: 10, Day: 1}
		all[0].Trial.CentralContacts = []trials.Contact{{Name: "Central desk", Phone: "+45 00 00 00 99"}}
		all[0].Trial.Sites = all[0].Trial.Sites[2:]
		all[0].Trial.Sites[0].Contacts = nil
	})).browser("en")
	b.begin()
	v := b.get("/results?phase=PHASE2")
	v.Has(".stale", "since 1 October 2024")
	v.Has(`.site a[href="tel:+4500000099"]`)
	v.Has(".site", "central contact", "In another country than yours")
	v.Has(".route", "Ask first who refers you and who pays")
	b.get("/trial/NCT99900001").Has(".stale", "since 1 October 2024")
	v = b.get("/results?phase=PHASE3")
	v.HasNo(".stale")
	v.HasNo(".site .central")

	closed := start(t, with(func(all []trials.Stored) {
		all[0].Trial.CentralContacts = []trials.Contact{{Name: "Central desk", Email: "desk@example.org"}}
		all[0].Trial.Sites = nil
	})).browser("en")
	closed.begin()
	closed.get("/results?phase=PHASE2").Has(".site", "names no place", "Central desk", "desk@example.org")
}

func TestListIsNarrowedByDistance(t *testing.T) {
	b := start(t).browser("en")
	b.get("/results").HasNo("select#km") // no town is known
	b.begin()
	v := b.get("/results?km=200")
	v.Has("select#km option[value='200'][selected]", "200 km")
	v.Has(".sorted", "1 to 1 of 1") // Copenhagen, 160 km; all others are in Utrecht
	b.get("/results?km=100").Has(".zero", "No trial in our listings fits")
	for _, bad := range []string{"?km=7", "?km=-25", "?km=x"} {
		if v := b.get("/results" + bad); v.status != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", bad, v.status)
		}
	}
}

// Where nothing is left there is somebody to talk to, with the source of the number.
func TestNothingLeftIsTold(t *testing.T) {
	b := start(t).browser("da")
	b.begin()
	b.answer("age", "value=30&unit=a")
	b.answer("performance_ecog", "answer=4")
	v := b.get("/results")
	v.Has(".zero", "Ingen af vores forsøg passer lige nu")
	v.Has(`.zero a[href="tel:80301030"]`, "80 30 10 30")
	v.Has(".zero", "2016")
	v.Has(`.zero a[href="/da/learn/nk-cell-therapy"]`)
	v.Has("article.card .decides")
	b.answer("place", "country=DE")
	b.get("/results").Has(".zero", "rådgiver for patienter og pårørende")
}

func TestTrialsSideBySide(t *testing.T) {
	b := start(t).browser("en")
	b.begin()
	v := b.get("/results")
	if n := len(v.All(`.card input[form="picked"][name="trial"][type=checkbox]`)); n != 20 {
		t.Errorf("got %d trials to choose on a page, want 20", n)
	}
	v.Has(`form#picked[action="/en/compare"] button[formaction="/en/doctor"]`)
	v = b.get("/compare?trial=NCT99900001&trial=NCT99900002")
	if n := len(v.All("thead th[scope=col]")); n != 3 {
		t.Errorf("two trials: got %d columns, want 3", n)
	}
	v.Has("td.open", "Still possible")
	v.Has("td.ruled_out", "Does not fit")
	v.Has("td", "Harbour Hospital", "about 160 km")
	v.Has(`a[href="/en/doctor?trial=NCT99900001&trial=NCT99900002"]`)
	v = b.get("/compare?trial=NCT99900100&trial=NCT99900101&trial=NCT99900102&trial=NCT99900103")
	v.Has(".note", "Only three")
	if n := len(b.get("/compare").All("thead th")); n != 4 {
		t.Errorf("none chosen: got %d columns, want the first three of the list", n)
	}
	for _, bad := range []string{"?trial=x", "?age=62", "?trial=NCT99900001&page=2"} {
		if v := b.get("/compare" + bad); v.status != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", bad, v.status)
		}
	}
	v = b.get("/compare?trial=NCT99900099")
	v.Has(".lead", "Choose trials in the list first")
}

// The page of a trial sums it up from the registry's fields, then tells every rule in plain
// words above the registry's own, whether it was read or not.
func TestTrialInPlainWords(t *testing.T) {
	f := start(t)
	for lang, want := range map[string][]string{
		"en": {"Checkpoint inhibitor", "Pembrolizumab", "from 18 years", "Does it seem to work?", "120 people", "3 places: Denmark, Netherlands"},
		"da": {"Pembrolizumab", "fra 18 år", "Ser det ud til at virke?", "120 personer", "3 steder: Danmark, Holland"},
		"zh": {"Pembrolizumab", "18岁及以上", "初步看是否有效", "120人", "3个地点：丹麦、荷兰"},
	} {
		v := f.browser(lang).get("/trial/NCT99900001")
		if text := htmltest.Text(v.All(".short")[0]); !contains(text, want...) {
			t.Errorf("%s: got %q, want %q in it", lang, text, want)
		}
		for _, li := range v.All(".criteria li") {
			if text := htmltest.Text(li); strings.HasPrefix(text, "* ") {
				t.Errorf("%s: a rule without plain words: %q", lang, text)
			}
		}
		if rules, told := len(v.All(".criteria ol > li")), len(v.All(".criteria ol > li > p:not(.kind)")); rules == 0 || told != rules {
			t.Errorf("%s: %d of %d rules are told in plain words", lang, told, rules)
		}
	}
	v := f.browser("en").get("/trial/NCT99900001")
	v.Has("details.unread li p", "We could not read this sentence")
	v.Has("details.clinic li p", "Only the hospital can check this")
	v.Has(`blockquote[cite="https://clinicaltrials.gov/study/NCT99900001"]`)
	v.Has(".getting-in", "Ask the doctor who treats you") // no country is known
	b := f.browser("en")
	b.begin()
	v = b.get("/trial/NCT99900001")
	v.Has(".getting-in a[rel=noreferrer]", "Source")
	v.Has(".getting-in", "In Denmark", "read 23 November 2026")
}

// The map's dots and its table say the same, and a dot leads to its row.
func TestMap(t *testing.T) {
	f := start(t)
	b := f.browser("en")
	b.begin()
	v := b.get("/map")
	v.Has(".lead", "in 2 towns")
	v.Has("svg.map image[href^='/static/europe.'][width='600']")
	v.Has("tr#town-1", "Copenhagen, Denmark", "about 160 km away", "1")
	v.Has("tr#town-2", "Utrecht, Netherlands", "25")
	v.Has(`svg.map a[href="#town-1"] circle title`, "Copenhagen: 1 trial")
	v.Has(`svg.map a[href="#town-2"] circle title`, "Utrecht: 25 trials")
	v.Has(`a[href="/en/map?part=world"]`)
	b.get("/map?part=world").Has("svg.map title", "Copenhagen and 1 town near it: 25 trials")
	b.get("/map?country=DK").Has(".lead", "in 2 towns") // the one trial's other place is shown too
	b.get("/map?phase=PHASE1").Has(".lead", "None of these trials")
	for _, bad := range []string{"?part=moon", "?show=ruled_out", "?age=62", "?part=world&part=world"} {
		if v := b.get("/map" + bad); v.status != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", bad, v.status)
		}
	}
	far := f.browser("zh")
	far.begin()
	far.answer("place", "country=CN&place=Wuhan")
	far.get("/map").Has("svg.map image[href^='/static/world.']")
}

// The sheet says all in two languages, any two of the five, and names nothing that was not
// asked for.
func TestSheetForTheDoctor(t *testing.T) {
	f := start(t)
	for i, lang := range f.languages() {
		b := f.browser(lang)
		b.begin()
		other := f.languages()[(i+1)%len(f.languages())]
		v := b.get("/doctor?with=" + other + "&trial=NCT99900001")
		v.Check(tagOf(lang))
		if n := len(v.All(fmt.Sprintf(`.also[lang="%s"]`, tagOf(other)))); n < 20 {
			t.Errorf("%s with %s: got %d phrases in the other language", lang, other, n)
		}
		v.Has("h3 .id", "NCT99900001")
	}
	b := f.browser("da")
	b.begin()
	v := b.get("/doctor?with=en&trial=NCT99900001")
	v.Has(".sheet", "Lavet 24. november 2026", "Made on 24 November 2026 from registry data of 24 November 2026")
	v.Has(".pairs", "Alder", "Age", "62 år", "62 years")
	v.Has(".boxes li", "Hvad er din hæmoglobin", "What is your haemoglobin")
	v.Has(".boxes li", "Må ikke være sådan", "Must not be so", "Pregnant")
	v.Has(".sheet", "https://clinicaltrials.gov/study/NCT99900001", "+45 00 00 00 02")
	v.HasNo("main details")
	if n := len(b.get("/doctor").All("article.trial")); n != 3 {
		t.Errorf("none chosen: got %d trials, want 3", n)
	}
	for _, bad := range []string{"?with=xx", "?age=62", "?with=en&with=nl"} {
		if v := b.get("/doctor" + bad); v.status != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", bad, v.status)
		}
	}
}
