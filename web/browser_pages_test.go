package web_test

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"trialfinder/web"
)

// browserPage is one page in one state, as the browser sees it.
type browserPage struct {
	route string // as in routes.go, without the language
	path  string // what is asked for, with parameters; "" = the route itself
	state string // what has been answered before, by name in browserStates; "" = nothing
	then  string // a script that sends a form, where the page to look at is what comes back; "" = none
}

// browserPages is every page that the browser tests look at. A new page is one more line
// here; TestEveryRouteIsInTheBrowserTests fails for a route that has none. A page that
// needs answers names a state; a new kind of state is one more line in browserStates.
var browserPages = []browserPage{
	{route: ""},
	{route: "/about"},
	{route: "/learn"},
	{route: "/learn/search"},
	{route: "/learn/search", path: "/learn/search?q=immun"},
	{route: "/learn/search", path: "/learn/search?q=qqqq"},
	{route: "/learn/:slug", path: "/learn/checkpoint-inhibitors"},
	{route: "/learn/:slug", path: "/learn/msc-therapy", state: "answered"},
	{route: "/question/:fact", path: "/question/condition"},
	{route: "/question/:fact", path: "/question/condition", then: sendEmpty},
	{route: "/question/:fact", path: "/question/condition", then: `document.querySelector("#q").value = "lung"; document.querySelector("button[name=action]").click()`},
	{route: "/question/:fact", path: "/question/other_conditions", state: "answered"},
	{route: "/question/:fact", path: "/question/age"},
	{route: "/question/:fact", path: "/question/age", then: `document.querySelector("#value").value = "sixty"; ` + sendEmpty},
	{route: "/question/:fact", path: "/question/place", state: "answered"},
	{route: "/question/:fact", path: "/question/therapy", state: "answered"},
	{route: "/question/:fact", path: "/question/performance_ecog", state: "answered"},
	{route: "/question/:fact", path: "/question/performance_ecog", state: "answered", then: sendEmpty},
	{route: "/question/:fact", path: "/question/allergies", state: "answered"},
	{route: "/question/:fact", path: "/question/alt", state: "answered", then: sendEmpty},
	{route: "/question/:fact", path: "/question/days_since_systemic?change=1", state: "answered"},
	{route: "/question/:fact", path: "/question/prior_treatments", state: "many"},
	{route: "/question/:fact", path: "/question/liver_values", state: "many", then: sendEmpty},
	{route: "/question/:fact", path: "/question/who?change=1", state: "child"},
	{route: "/question/:fact", path: "/question/stage", state: "child"},
	{route: "/clash", state: "clash"},
	{route: "/clash", state: "clash", then: sendEmpty},
	{route: "/answers/left/:fact", path: "/answers/left/condition", state: "answered"},
	{route: "/answers/left/:fact", path: "/answers/left/age", state: "none left"},
	{route: "/answers"},
	{route: "/answers", state: "child"},
	{route: "/answers", state: "answered"},
	{route: "/answers", state: "clash"},
	{route: "/results"},
	{route: "/results", state: "answered"},
	{route: "/results", path: "/results?page=2", state: "answered"},
	{route: "/results", path: "/results?country=DK&phase=PHASE2", state: "answered"},
	{route: "/results", path: "/results?show=ruled_out", state: "none left"},
	{route: "/results", state: "none left"},
	{route: "/compare"},
	{route: "/compare", path: "/compare?trial=NCT99900001&trial=NCT99900002", state: "answered"},
	{route: "/map", state: "answered"},
	{route: "/map", path: "/map?part=world"},
	{route: "/doctor"},
	{route: "/doctor", path: "/doctor?with=zh&trial=NCT99900001", state: "answered"},
	{route: "/trial", path: "/trial?id=lung"},
	{route: "/trial/:id", path: "/trial/NCT99900001"},
	{route: "/trial/:id", path: "/trial/NCT99900001", state: "answered"},
	{route: "/trial/:id", path: "/trial/NCT99900003", state: "answered"},
	{route: "error", path: "/nothing"},
}

// notPages are routes that only lead to pages, or are none.
var notPages = []string{"/", "/healthz", "/readyz", "/static/:file", "/:lang/", "/:lang/questions"}

const sendEmpty = `[...document.querySelectorAll("form.ask button:not([name])")].at(-1).click()`

// browserStates are the answers that pages are shown with.
var browserStates = map[string]func(*browser){
	"answered": func(b *browser) { b.begin() },
	"many": func(b *browser) {
		b.begin()
		b.answer("hemoglobin", "value=7%2C9&unit=mmol%2FL")
		b.answer("days_since_surgery", "year=2026&month=5")
	},
	"child": func(b *browser) {
		b.answer("who", "answer=child")
		b.begin()
	},
	"clash": func(b *browser) {
		b.begin()
		b.answer("sex", "answer=male")
		b.answer("pregnant", "answer=true")
	},
	"none left": func(b *browser) {
		b.answer("condition", "answer=lymphoma")
		b.answer("age", "value=80&unit=a")
		b.answer("sex", "answer=female")
	},
}

func TestEveryRouteIsInTheBrowserTests(t *testing.T) {
	var listed []string
	for _, p := range browserPages {
		listed = append(listed, "/:lang"+p.route)
	}
	for _, route := range start(t).site.Routes() {
		if !slices.Contains(listed, route) && !slices.Contains(notPages, route) {
			t.Errorf("%s is in no line of browserPages", route)
		}
	}
}

// look is one way to look at a page.
type look struct {
	lang   string
	width  int64
	scheme string
}

func (l look) String() string { return fmt.Sprintf("%s, %d px, %s", l.lang, l.width, l.scheme) }

var (
	widths  = []int64{320, 1280}
	schemes = []string{"light", "dark"}
)

// looks are all languages with one width and scheme each, in turn; with
// TRIALFINDER_MATRIX=full all widths and schemes.
func looks(langs []string, turn int) []look {
	var out []look
	for i, lang := range langs {
		if os.Getenv("TRIALFINDER_MATRIX") == "full" {
			for _, w := range widths {
				for _, s := range schemes {
					out = append(out, look{lang, w, s})
				}
			}
			continue
		}
		n := turn + i
		out = append(out, look{lang, widths[n%2], schemes[n/2%2]})
	}
	return out
}

// Every page in every language owes its readers what checks.js looks for.
func TestPagesInTheBrowser(t *testing.T) {
	f := start(t, alsoManyQuestions).overTLS()
	tab := f.aTabFor(time.Hour)
	checks := loadChecks(t)
	cookies := f.stateCookies()
	seen := 0
	for i, p := range browserPages {
		for _, l := range looks(f.languages(), i) {
			seen++
			f.open(tab, p, l, cookies[p.state])
			f.rightPage(tab, p, l)
			faults, err := chromedp.Run(tab, chromedp.Evaluate[[]string](checks, chromedp.EvalAwaitPromise))
			if err != nil {
				t.Fatalf("%s (%s): %v", p.name(), l, err)
			}
			for _, fault := range faults {
				t.Errorf("%s (%s): %s", p.name(), l, fault)
			}
		}
	}
	t.Logf("%d pages looked at, of %d lines and %d languages", seen, len(browserPages), len(f.languages()))
}

// asked is the address without the language.
func (p browserPage) asked() string {
	if p.path == "" {
		return p.route
	}
	return p.path
}

func (p browserPage) name() string {
	name := "/:lang" + p.asked()
	if p.state != "" {
		name += " " + p.state
	}
	if p.then != "" {
		name += ", form sent"
	}
	return name
}

// loadChecks is axe-core and our own checks as one script.
func loadChecks(t *testing.T) string {
	t.Helper()
	axe, err := sync.OnceValues(axeSource)()
	if err != nil && os.Getenv("TRIALFINDER_BROWSER") != "required" {
		t.Skip("axe-core is not to be had: ", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	own, err := os.ReadFile("testdata/browser/checks.js")
	if err != nil {
		t.Fatal(err)
	}
	return axe + "\n" + string(own)
}

// stateCookies are the cookies of a reader in each state.
func (f *fixture) stateCookies() map[string][]network.CookieParam {
	out := map[string][]network.CookieParam{}
	at, err := url.Parse(f.srv.URL)
	if err != nil {
		f.t.Fatal(err)
	}
	for name, answer := range browserStates {
		b := f.browser("en")
		answer(b)
		for _, c := range b.client.Jar.Cookies(at) {
			if c.Name == "__Host-tf" {
				out[name] = append(out[name], network.CookieParam{Name: c.Name, Value: c.Value, URL: f.srv.URL + "/", Path: "/", Secure: true, HTTPOnly: true})
			}
		}
	}
	return out
}

// open shows a page in its state.
func (f *fixture) open(tab context.Context, p browserPage, l look, cookies []network.CookieParam) {
	f.t.Helper()
	f.do(tab, func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		if _, err := chromedp.Call(ctx, network.ClearBrowserCookies, cdp.Empty{}); err != nil {
			return chromedp.Void{}, err
		}
		for _, c := range cookies {
			if _, err := chromedp.Call(ctx, network.SetCookies, network.SetCookiesParams{Cookies: []*network.CookieParam{&c}}); err != nil {
				return chromedp.Void{}, err
			}
		}
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: l.scheme}},
		})
		return chromedp.Void{}, err
	},
		chromedp.EmulateViewport(l.width, 900),
		chromedp.Navigate(f.srv.URL+"/"+l.lang+p.asked()),
	)
	if p.then == "" {
		return
	}
	f.do(tab,
		chromedp.Evaluate[chromedp.Void](`window.stillHere = true; `+p.then+`; undefined`),
		until(`document.readyState === "complete" && !window.stillHere`),
	)
}

// rightPage fails where another page came back than the line names.
func (f *fixture) rightPage(tab context.Context, p browserPage, l look) {
	f.t.Helper()
	got, err := chromedp.Run(tab, chromedp.Evaluate[string](`location.pathname + " " + performance.getEntriesByType("navigation")[0].responseStatus`))
	if err != nil {
		f.t.Fatal(err)
	}
	path, _, _ := strings.Cut(p.asked(), "?")
	path = "/" + l.lang + path
	want := []string{path + " 200"}
	switch {
	case p.then != "":
		want = append(want, path+" 422")
	case p.route == "error":
		want = []string{path + " 404"}
	}
	if !slices.Contains(want, got) {
		f.t.Errorf("%s (%s): got %q, want one of %q", p.name(), l, got, want)
	}
}

// alsoManyQuestions adds a trial that asks for much.
func alsoManyQuestions(c *web.Config, s *shelf) {
	one := shelf{trials: slices.Clone(s.trials)}
	manyQuestions(c, &one)
	one.trials[0].Trial.ID, one.trials[0].SourceHash = "NCT99900099", "NCT99900099"
	one.trials[0].Trial.SecondaryIDs = nil
	s.trials = append(s.trials, one.trials[0])
}
