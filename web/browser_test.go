package web_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// sharedBrowser is the one browser of all tests, and what became of opening it.
var sharedBrowser = sync.OnceValues(openBrowser)

var errNoBrowser = errors.New("no browser on this machine (install chromium)")

// stopBrowser ends the shared browser, if there is one.
var stopBrowser = func() {}

func TestMain(m *testing.M) {
	code := m.Run()
	stopBrowser()
	os.Exit(code)
}

func openBrowser() (context.Context, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		program, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		all, stopAll := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
			chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.IgnoreCertErrors, chromedp.WindowSize(390, 844),
			chromedp.WSURLReadTimeout(2*time.Minute))...)
		first, stopFirst := chromedp.NewContext(all)
		stopBrowser = func() { stopFirst(); stopAll() }
		return first, chromedp.Do(first) // starts it
	}
	return nil, errNoBrowser
}

// aTab opens a tab of a real browser that shares no cookies with other tabs, or skips
// where there is no browser. Where TRIALFINDER_BROWSER is "required", none is a failure.
func (f *fixture) aTab() context.Context { f.t.Helper(); return f.aTabFor(2 * time.Minute) }

func (f *fixture) aTabFor(limit time.Duration) context.Context {
	f.t.Helper()
	first, err := sharedBrowser()
	if errors.Is(err, errNoBrowser) && os.Getenv("TRIALFINDER_BROWSER") != "required" {
		f.t.Skip(err)
	}
	if err != nil {
		f.t.Fatal(err)
	}
	tab, closeTab := chromedp.NewContext(first, chromedp.WithNewBrowserContext())
	f.t.Cleanup(closeTab)
	if err := chromedp.Do(tab); err != nil { // opens it
		f.t.Fatal(err)
	}
	tab, cancel := context.WithTimeout(tab, limit)
	f.t.Cleanup(cancel)
	return tab
}

// overTLS serves the site as readers reach it: their cookies and some rights of a page
// depend on it. The browser takes the tests' certificate.
func (f *fixture) overTLS() *fixture {
	f.srv.Close()
	f.srv = httptest.NewTLSServer(f.site.Handler())
	f.t.Cleanup(f.srv.Close)
	return f
}

// do takes steps in a tab and stops the test where one fails.
func (f *fixture) do(tab context.Context, steps ...chromedp.Action[chromedp.Void]) {
	f.t.Helper()
	if err := chromedp.Do(tab, steps...); err != nil {
		f.t.Fatal(err)
	}
}

// until waits for an expression to be true, over changes of page.
func until(expression string) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		late := time.After(time.Minute)
		for {
			if ok, err := chromedp.Evaluate[bool](expression)(ctx, t); err == nil && ok {
				return chromedp.Void{}, nil
			}
			select {
			case <-ctx.Done():
				return chromedp.Void{}, fmt.Errorf("not true in time: %s", expression)
			case <-late:
				at, _ := chromedp.Location()(ctx, t)
				return chromedp.Void{}, fmt.Errorf("not true in time at %s: %s", at, expression)
			case <-time.After(50 * time.Millisecond):
			}
		}
	}
}

// typed puts a text in the place of what stood in the search field.
func typed(text string) chromedp.Action[chromedp.Void] {
	return chromedp.Evaluate[chromedp.Void](fmt.Sprintf(
		`{ const q = document.querySelector("#q"); q.value = %q; q.dispatchEvent(new Event("input")); }`, text))
}

// What the script shows while somebody types is what the form would have found,
// and goes the same way.
func TestIllnessesAreSuggestedWhileTyping(t *testing.T) {
	f := start(t)
	tab := f.aTab()
	f.do(tab,
		chromedp.Navigate(f.srv.URL+"/da/question/condition"),
		chromedp.WaitVisible("#q"),
		chromedp.SendKeys("#q", "brystkraft"),
		chromedp.WaitVisible(`#found input[value="breast_cancer"] + label`),
		until(`document.querySelector("#said").textContent.includes("fundet")`),
		until(`document.querySelectorAll('input[value="breast_cancer"]:not(:disabled)').length === 1`),
	)
	f.do(tab, // where nothing is found there is nothing to go on with
		typed("qqqqqqqq"),
		until(`document.querySelector("#said").textContent.startsWith("0 ")`),
		until(`document.querySelector("#found .go").getClientRects().length === 0`),
	)
	f.do(tab, // the first letters are worth no search; what was listed goes back to its place
		typed("b"),
		until(`document.querySelector("#found").hidden`),
		until(`!document.querySelector('details input[value="breast_cancer"]').disabled`),
		typed("gammel hofte"),
		chromedp.WaitVisible(`#found input[value="osteoarthritis"] + label`),
		chromedp.Click(`#found input[value="osteoarthritis"] + label`),
		chromedp.Click("#found .go button"),
		until(`location.pathname === "/da/question/age"`),
	)
}

// Illnesses that are ticked stay in sight whatever is typed next.
func TestTickedIllnessesStayWhileTyping(t *testing.T) {
	f := start(t)
	tab := f.aTab()
	f.do(tab,
		chromedp.Navigate(f.srv.URL+"/en/question/other_conditions"),
		chromedp.WaitVisible("#q"),
		chromedp.SendKeys("#q", "psoriasis"),
		chromedp.WaitVisible(`#found input[value="psoriasis"] + label`),
		chromedp.Click(`#found input[value="psoriasis"] + label`),
		typed("asthma copd"),
		chromedp.WaitVisible(`#found input[value="copd"] + label`),
		until(`document.querySelector('#found input[value="psoriasis"]').checked`),
		chromedp.Click(`#found input[value="copd"] + label`),
		chromedp.Click("#found .go button"),
		until(`location.pathname !== "/en/question/other_conditions"`),
		chromedp.Navigate(f.srv.URL+"/en/answers"),
		until(`document.body.textContent.includes("Psoriasis") && document.body.textContent.includes("Chronic obstructive")`),
	)
}
