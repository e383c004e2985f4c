package web_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// aTab opens a tab of a real browser, or skips where there is none. Where
// TRIALFINDER_BROWSER is "required", none is a failure.
func (f *fixture) aTab() context.Context {
	f.t.Helper()
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			program = found
			break
		}
	}
	if program == "" {
		if os.Getenv("TRIALFINDER_BROWSER") == "required" {
			f.t.Fatal("no browser: install chromium")
		}
		f.t.Skip("no browser on this machine (install chromium)")
	}
	ctx, stop := chromedp.NewExecAllocator(f.t.Context(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.WindowSize(390, 844), chromedp.WSURLReadTimeout(2*time.Minute))...)
	f.t.Cleanup(stop)
	tab, closeTab := chromedp.NewContext(ctx)
	f.t.Cleanup(closeTab)
	if err := chromedp.Do(tab); err != nil { // starts the browser
		f.t.Fatal(err)
	}
	tab, cancel := context.WithTimeout(tab, time.Minute)
	f.t.Cleanup(cancel)
	return tab
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
		for {
			if ok, err := chromedp.Evaluate[bool](expression)(ctx, t); err == nil && ok {
				return chromedp.Void{}, nil
			}
			select {
			case <-ctx.Done():
				return chromedp.Void{}, fmt.Errorf("not true in time: %s", expression)
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
