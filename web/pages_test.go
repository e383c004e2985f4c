package web_test

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"trialfinder/trials"
	"trialfinder/web"
)

// languages are those whose catalogue is there.
func (f *fixture) languages() []string {
	f.t.Helper()
	return f.site.Languages()
}

// public are the pages that search engines may know; private ones are a person's.
var (
	public = []string{
		"", "/about", "/learn", "/learn/checkpoint-inhibitors", "/learn/t-cell-therapy", "/learn/nk-cell-therapy", "/learn/msc-therapy",
		"/learn/msc-uses-studied", "/learn/cancer-vaccines", "/learn/trial-rights", "/learn/glossary",
		"/trial/NCT99900001", "/trial/NCT99900003",
	}
	private = []string{
		"/learn/search", "/learn/search?q=x", "/learn/search?q=PD-1", "/learn/search?q=immun", "/learn/search?q=qqqq",
		"/questions", "/answers", "/results", "/results?page=2", "/results?show=ruled_out", "/results?therapy=nk", "/results?country=DK", "/trial?id=x",
		"/question/condition", "/question/other_conditions", "/question/age", "/question/sex", "/question/place", "/question/therapy", "/question/stage",
		"/question/prior_chemo", "/question/allergies", "/question/hemoglobin", "/question/alt", "/question/days_since_systemic", "/question/performance_ecog",
	}
)

// Every page in every language, without and with answers, owes its reader the same.
func TestEveryPageInEveryLanguage(t *testing.T) {
	f := start(t)
	for _, lang := range f.languages() {
		for _, answered := range []bool{false, true} {
			b := f.browser(lang)
			if answered {
				b.begin()
				b.answer("sex", "answer=male")
				b.answer("pregnant", "answer=true") // a contradiction
			}
			for _, path := range append(append([]string{}, public...), private...) {
				v := b.get(path)
				if v.status != http.StatusOK {
					t.Errorf("%s: got %d", v.path, v.status)
				}
				v.Check(tagOf(lang))
				v.Has(`form[action="/` + lang + `/erase"] button`)
				v.HasNo(".demo")
				if got := v.header.Get("Cache-Control"); got != "no-store" {
					t.Errorf("%s: Cache-Control %q, want no-store", v.path, got)
				}
				isPrivate := strings.HasPrefix(path, "/q") || strings.HasPrefix(path, "/answers") || strings.HasPrefix(path, "/results") || strings.HasPrefix(path, "/learn/search") || strings.Contains(path, "?id")
				if noindex := len(v.All(`meta[name=robots][content=noindex]`)) == 1; noindex != isPrivate {
					t.Errorf("%s: noindex is %v, want %v", v.path, noindex, isPrivate)
				}
				if alternates := len(v.All("link[rel=alternate][hreflang]")); (alternates == len(f.languages())+1) == isPrivate {
					t.Errorf("%s: got %d alternates", v.path, alternates)
				}
			}
		}
	}
}

func tagOf(lang string) string {
	if lang == "zh" {
		return "zh-Hans"
	}
	return lang
}

// Each question of the catalogue can be asked in each language.
func TestEveryQuestion(t *testing.T) {
	f := start(t)
	m, err := loadMatcher()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range f.languages() {
		b := f.browser(lang)
		for _, fact := range m.Facts.All() {
			if fact.ID == "country" || fact.ID == "place" {
				continue
			}
			v := b.get("/question/" + fact.ID)
			if v.status != http.StatusOK {
				t.Errorf("%s: got %d", v.path, v.status)
			}
			v.Check(tagOf(lang))
			v.Has("h1", fact.Labels[lang].Question)
			v.Has("input[value=unknown]")
			v.Has("input[value=withheld]")
			v.HasNo("input[type=radio][checked]:not([name=unit])")
		}
	}
}

func TestAlternatesAreReciprocal(t *testing.T) {
	f := start(t)
	v := f.browser("en").get("/about")
	v.Has("h1", "About")
	for _, lang := range f.languages() {
		if n := len(v.All(`link[hreflang=` + tagOf(lang) + `][href="https://trials.example.org/` + lang + `/about"]`)); n != 1 {
			t.Errorf("alternate in %s: got %d, want 1", lang, n)
		}
	}
	if n := len(v.All(`link[hreflang=x-default][href="https://trials.example.org/"]`)); n != 1 {
		t.Errorf("x-default: got %d, want 1", n)
	}
}

func TestBareAddressChoosesALanguage(t *testing.T) {
	f := start(t)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, tt := range []struct{ accept, cookie, want string }{
		{"da,en;q=0.5", "", "/da"}, {"", "", "/en"}, {"ja", "", "/en"}, {"en", "da", "/da"}, {"da", "xx", "/da"},
	} {
		r, _ := http.NewRequest(http.MethodGet, f.srv.URL+"/", nil)
		r.Header.Set("Accept-Language", tt.accept)
		if tt.cookie != "" {
			r.AddCookie(&http.Cookie{Name: "lang", Value: tt.cookie})
		}
		resp, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusSeeOther || resp.Header.Get("Location") != tt.want || !strings.Contains(resp.Header.Get("Vary"), "Accept-Language") {
			t.Errorf("accept %q, cookie %q: got %d to %q, want 303 to %q", tt.accept, tt.cookie, resp.StatusCode, resp.Header.Get("Location"), tt.want)
		}
	}
}

func TestFaultsInForms(t *testing.T) {
	f := start(t)
	b := f.browser("en")
	for _, tt := range []struct{ step, form, field, words, kept string }{
		{"age", "value=sixty&unit=a", "value", "Write a number in figures", "sixty"},
		{"age", "value=&unit=a", "value", "Write a number, or choose", ""},
		{"age", "value=200&unit=a", "value", "outside what can be: 0 to 120 years", "200"},
		{"age", "value=62&unit=a&skip=unknown", "value", "also chose an answer below", "62"},
		{"hemoglobin", "value=7,9", "unit", "Choose the unit", "7,9"},
		{"neutrophils", "value=1,500&unit=/uL", "value", "thousands from decimals", "1,500"},
		{"alt", "value=80&unit=U/L&uln=high", "uln", "in figures", "80"},
		{"days_since_surgery", "year=26", "year", "four figures", ""},
		{"days_since_surgery", "year=2026&month=12", "year", "in the future", ""},
		{"days_since_surgery", "value=3&unit=d&year=2025", "value", "either a number or a year", "3"},
		{"sex", "", "answer", "Choose an answer", ""},
		{"allergies", "", "answer", "Choose what applies", ""},
		{"allergies", "answer=albumin&skip=none", "answer", "both lists", ""},
		{"condition", "", "q", "Choose an illness", ""},
		{"condition", "q=&action=search", "q", "Type the name", ""},
		{"place", "country=&place=Aarhus", "country", "Choose a country", ""},
		{"place", "country=DK&place=Nowhereville", "place", "find this town in: Denmark", "Nowhereville"},
		{"place", "country=DK&place=&skip=unknown", "country", "Keep only one", ""},
	} {
		v := b.answer(tt.step, strings.ReplaceAll(tt.form, "/", "%2F"))
		if v.status != http.StatusUnprocessableEntity {
			t.Errorf("%s %q: got %d, want 422", tt.step, tt.form, v.status)
			continue
		}
		v.Name = tt.step + " " + tt.form
		v.Check("en")
		v.Has("title", "Error:")
		v.Has(`.errors[autofocus][tabindex="-1"] a[href="#`+tt.field+`"]`, tt.words)
		v.Has("#"+tt.field+"-error.error", tt.words)
		if tt.kept != "" && !strings.Contains(v.body, `value="`+tt.kept+`"`) {
			t.Errorf("%s %q: what was typed is gone", tt.step, tt.form)
		}
	}
	b.get("/answers").Has(".lead", "not answered anything")
}

// A form that our pages can't have made is refused, and changes nothing.
func TestForeignForms(t *testing.T) {
	f := start(t)
	b := f.browser("en")
	for name, tt := range map[string]struct{ step, form string }{
		"unknown field":      {"age", "value=62&unit=a&admin=1"},
		"field twice":        {"age", "value=62&value=63&unit=a"},
		"another unit":       {"age", "value=62&unit=kg"},
		"another value":      {"sex", "answer=none"},
		"never for an age":   {"age", "skip=never"},
		"an unknown illness": {"condition", "answer=moonpox"},
		"two illnesses":      {"condition", "answer=nsclc&answer=sclc"},
		"a country made up":  {"place", "country=ZZ"},
		"a therapy made up":  {"therapy", "answer=magic"},
		"no stage":           {"stage", "answer=7"},
		"too many fields":    {"therapy", strings.Repeat("answer=nk&", 201)},
	} {
		if v := b.answer(tt.step, tt.form); v.status != http.StatusBadRequest {
			t.Errorf("%s: got %d, want 400", name, v.status)
		} else {
			v.Check("en")
		}
	}
	big := "value=" + strings.Repeat("9", 70<<10)
	if v := b.answer("age", big); v.status != http.StatusRequestEntityTooLarge {
		t.Errorf("70 KiB: got %d, want 413", v.status)
	}
	resp, err := b.client.Post(f.srv.URL+"/en/question/age", "application/json", strings.NewReader(`{"value":62}`))
	if v := b.read(resp, err); v.status != http.StatusBadRequest {
		t.Errorf("JSON: got %d, want 400", v.status)
	}
	for _, path := range []string{"/question/country", "/question/nothing", "/learn/nothing", "/nothing", "/trial/lung"} {
		v := b.get(path)
		if v.status != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", path, v.status)
		}
		v.Check("en")
	}
	b.get("/answers").Has(".lead", "not answered anything")
}

func TestDemoIsMarkedOnEveryPage(t *testing.T) {
	f := start(t, func(c *web.Config, _ *shelf) { c.Kind = trials.Demo })
	b := f.browser("en")
	for _, path := range append(append([]string{"/nothing"}, public...), private...) {
		b.get(path).Has(".demo", "fictional listings")
	}
}

func TestOldAndMissingListings(t *testing.T) {
	old := start(t, func(_ *web.Config, s *shelf) { s.listings = now.Add(-8 * 24 * time.Hour) }).browser("en")
	old.get("/results").Has(".warn", "last brought up to date on 16 November 2026")
	none := start(t, func(_ *web.Config, s *shelf) { s.trials, s.listings = nil, time.Time{} }).browser("en")
	for _, path := range []string{"", "/results", "/learn/nk-cell-therapy", "/answers"} {
		none.get(path).Check("en")
	}
	none.get("/results").Has(".lead", "no listings here yet")
	none.begin().Check("en")
}

// Three hundred pages at once: nobody is shown another reader's language or answers.
func TestConcurrentPages(t *testing.T) {
	f := start(t)
	var wg sync.WaitGroup
	for i := range 30 {
		lang := f.languages()[i%len(f.languages())]
		age := []string{"41", "52", "63"}[i%3]
		wg.Go(func() {
			b := f.browser(lang)
			b.answer("age", "unit=a&value="+age)
			for range 5 {
				for _, path := range []string{"/answers", "/question/age"} {
					v := b.get(path)
					b.get("/question/place")
					if !strings.Contains(v.body, `<html lang="`+tagOf(lang)+`"`) || !strings.Contains(v.body, age) {
						t.Errorf("%s: a page of another reader", v.path)
					}
				}
			}
		})
	}
	wg.Wait()
}

// Budgets in bytes do not depend on the machine.
func TestBudgets(t *testing.T) {
	b := start(t).browser("en")
	b.begin()
	for path, limit := range map[string]int{"/results": 30 << 10, "/question/condition": 30 << 10, "/question/stage": 10 << 10, "/trial/NCT99900001": 20 << 10} {
		if n := zipped(t, b.get(path).body); n > limit {
			t.Errorf("%s: got %d bytes zipped, want %d at most", path, n, limit)
		}
	}
	v := b.get("/about")
	css := v.All("link[rel=stylesheet]")
	if len(css) != 1 {
		t.Fatalf("got %d stylesheets, want 1", len(css))
	}
	resp, err := b.client.Get(b.srv.URL + css[0].Attr[1].Val)
	sheet := b.read(resp, err)
	if got := sheet.header.Get("Cache-Control"); !contains(got, "immutable", "max-age=31536000") {
		t.Errorf("stylesheet: Cache-Control %q, want it kept for ever", got)
	}
	if n := zipped(t, sheet.body); n > 8<<10 {
		t.Errorf("stylesheet: got %d bytes zipped, want 8192 at most", n)
	}
	resp, err = b.client.Get(b.srv.URL + "/static/site.00000000.css")
	if v := b.read(resp, err); v.status != http.StatusNotFound {
		t.Errorf("another hash: got %d, want 404", v.status)
	}
}

func zipped(t *testing.T, body string) int {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(body)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Len()
}
