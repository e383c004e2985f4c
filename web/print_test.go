package web_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"trialfinder/trials"
)

// pdfPage is a page in a file that Chromium printed.
var pdfPage = regexp.MustCompile(`/Type\s*/Page[^s]`)

// A trial takes two sheets of paper at most, however long its criteria are, and the first of
// them holds the answers too.
func TestSheetTakesTwoPagesATrial(t *testing.T) {
	f := start(t, with(func(all []trials.Stored) {
		var lines []string
		for i := range 40 {
			lines = append(lines, fmt.Sprintf("* Criterion %d on a tubulopathy of the lunar kind, %s", i, strings.Repeat("with more words than anybody reads ", 12)))
		}
		for i := range 2 {
			all[i].Trial.Conditions = []string{"Non-small Cell Lung Cancer"}
			all[i].Trial.Eligibility.Sex = trials.AnySex
			all[i].Trial.Eligibility.Criteria = "Inclusion Criteria:\n\n" + strings.Join(lines, "\n") + "\n* Hemoglobin at least 9 g/dL\n* ECOG 0 or 1\n"
		}
	}))
	tab := f.aTab()
	for _, pair := range []struct{ lang, with string }{{"da", "en"}, {"zh", "fr"}, {"fr", "nl"}} {
		b := f.browser(pair.lang)
		b.begin()
		b.answer("stage", "answer=4")
		at, err := url.Parse(f.srv.URL)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range b.client.Jar.Cookies(at) {
			if _, err := chromedp.Call(tab, network.SetCookie, network.SetCookieParams{Name: c.Name, Value: c.Value, URL: f.srv.URL}); err != nil {
				t.Fatal(err)
			}
		}
		for trial, want := range map[string]int{"NCT99900001": 2, "NCT99900001&trial=NCT99900002": 4} {
			f.do(tab, chromedp.Navigate(f.srv.URL+"/"+pair.lang+"/doctor?with="+pair.with+"&trial="+trial), chromedp.WaitVisible(".sheet"))
			size := true
			pdf, err := chromedp.Call(tab, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: &size})
			if err != nil {
				t.Fatal(err)
			}
			if n := len(pdfPage.FindAll(pdf.Data, -1)); n == 0 || n > want {
				t.Errorf("%s with %s, %s: got %d pages, want %d at most", pair.lang, pair.with, trial, n, want)
			}
		}
	}
}

// What is folded up on the screen is open on paper.
func TestRulesAreOpenOnPaper(t *testing.T) {
	f := start(t)
	tab := f.aTab()
	hidden := `[...document.querySelectorAll("details blockquote")].filter(q => q.checkVisibility({contentVisibilityAuto: true})).length`
	f.do(tab, chromedp.Navigate(f.srv.URL+"/en/trial/NCT99900001"), chromedp.WaitVisible("#rules"))
	total, err := chromedp.Run(tab, chromedp.Evaluate[int](`document.querySelectorAll("details blockquote").length`))
	if err != nil {
		t.Fatal(err)
	}
	if n, err := chromedp.Run(tab, chromedp.Evaluate[int](hidden)); err != nil || n == total {
		t.Errorf("on the screen: got all %d rules open, %v, want some folded up", n, err)
	}
	if _, err := chromedp.Call(tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}); err != nil {
		t.Fatal(err)
	}
	if n, err := chromedp.Run(tab, chromedp.Evaluate[int](hidden)); err != nil || n != total || total == 0 {
		t.Errorf("on paper: got %d of %d rules open, %v", n, total, err)
	}
}

// In the list every rule of a trial unfolds under its card: what we read, and the registry's
// own sentence. Without the script the link leads to the same on the trial's page.
func TestRulesUnfoldInTheList(t *testing.T) {
	f := start(t)
	v := f.browser("da").get("/results?phase=PHASE2")
	v.Has(`.card a[href="/da/trial/NCT99900001#rules"]`, "Alle forsøgets krav")
	f.browser("da").get("/trial/NCT99900001").Has("#rules blockquote")
	tab := f.aTab()
	f.do(tab, chromedp.Navigate(f.srv.URL+"/da/results?phase=PHASE2"),
		chromedp.WaitVisible(".card .every summary"),
		until(`document.querySelectorAll(".card blockquote").length === 0`),
		chromedp.Click(".card .every summary"),
		chromedp.WaitVisible(".card .every details.unknown blockquote"),
		until(`document.querySelector(".card .every").textContent.includes("Hemoglobin at least 9 g/dL")`),
		until(`document.querySelector(".card .every").textContent.includes("mindst 9 g/dL")`),
		until(`document.querySelectorAll("#rules").length === 0`),
	)
}
