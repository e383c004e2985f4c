package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// aJourney is the steps of a reader from the first page on, by what is pressed, typed or
// chosen on each page; the first field says on which page, without the language. A later
// page of the site is one more line.
var aJourney = []struct{ on, at, typed, then string }{
	{"", `button[name=answer][value=self]`, "", press},
	{"/question/condition", `#q`, "lung", press},
	{"/question/condition", `#found input[value=nsclc]`, "", choose},
	{"/question/condition", `#found .go button`, "", press},
	{"/question/age", `#value`, "62", ""},
	{"/question/age", `form.ask > .go button`, "", press},
	{"/question/sex", `input[value=female]`, "", choose},
	{"/question/sex", `form.ask > .go button`, "", press},
	{"/question/place", `#country`, "Denmark", ""},
	{"/question/place", `#place`, "Aarhus", press},
	{"/question/therapy", `input[value=checkpoint]`, "", choose},
	{"/question/therapy", `form.ask > .go button`, "", press},
	{"/question/performance_ecog", `form.ask > .go button`, "", press}, // nothing chosen: a fault
	{"/question/performance_ecog", `input[value="1"]`, "", choose},
	{"/question/performance_ecog", `form.ask > .go button`, "", press},
	{"/question/days_since_systemic", `.back a`, "", press},
	{"/question/performance_ecog", `form.ask > .go button`, "", press}, // the earlier answer is still chosen
	{"/question/days_since_systemic", `#year`, "spring 2026", press},
	{"/question/pregnant", `.after a.button`, "", press},
	{"/results", `.go a[href$="/answers"]`, "", press},
	{"/answers", `a[href$="/answers/left/condition"]`, "", press},
	{"/answers/left/condition", `.back a`, "", press},
	{"/answers", `.go a[href$="/results"]`, "", press},
	{"/results", `.card h3 a`, "", press},
	{"/trial/:id", `.back a`, "", press},
	{"/results", `.card input[name=trial]`, "", choose},
	{"/results", `button[formaction$="/doctor"]`, "", press},
	{"/doctor", `.erase button`, "", press}, // the shortlist to print
	{"?done=erased", ``, "", ""},
}

// What is done with what has the focus.
const (
	press  = "press"  // Enter
	choose = "choose" // Space
)

// The whole way with the keyboard alone: everything is reached by Tab in the order of the
// page, its focus can be seen, and nothing lies over it.
func TestJourneyByKeyboard(t *testing.T) {
	f := start(t).overTLS()
	tab := f.aTab()
	f.do(tab, chromedp.EmulateViewport(1280, 900), chromedp.Navigate(f.srv.URL+"/en"))
	for _, s := range aJourney {
		f.arrive(tab, s.on)
		if s.at == "" {
			break
		}
		f.tabTo(tab, s.at)
		if s.typed != "" {
			f.do(tab, chromedp.KeyEvent(s.typed))
		}
		f.act(tab, s.then, func(key string) chromedp.Action[chromedp.Void] { return chromedp.KeyEvent(key) })
	}
}

// The same way with scripts off.
func TestJourneyWithoutScript(t *testing.T) {
	f := start(t).overTLS()
	tab := f.aTab()
	f.do(tab, func(ctx context.Context, _ *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return chromedp.Void{}, err
	}, chromedp.EmulateViewport(390, 844), chromedp.Navigate(f.srv.URL+"/en"))
	for _, s := range aJourney {
		f.arrive(tab, s.on)
		if s.at == "" {
			break
		}
		f.do(tab, chromedp.Focus(s.at))
		if s.typed != "" {
			f.do(tab, chromedp.KeyEvent(s.typed))
		}
		f.act(tab, s.then, func(key string) chromedp.Action[chromedp.Void] { return chromedp.KeyEvent(key) })
	}
}

// act presses what has the focus. A page that is left is marked, so that arrive can tell
// it from the next one.
func (f *fixture) act(tab context.Context, what string, key func(string) chromedp.Action[chromedp.Void]) {
	f.t.Helper()
	switch what {
	case press:
		f.do(tab, chromedp.Evaluate[chromedp.Void](`document.documentElement.dataset.left = "1"; undefined`), key(kb.Enter))
	case choose:
		f.do(tab, key(" "))
	}
}

// arrive waits for a page that has been loaded since the last act.
func (f *fixture) arrive(tab context.Context, on string) {
	f.t.Helper()
	want := fmt.Sprintf(`location.pathname === %q`, "/en"+on)
	switch {
	case strings.HasSuffix(on, "/:id"):
		want = fmt.Sprintf(`location.pathname.startsWith(%q)`, "/en"+strings.TrimSuffix(on, ":id"))
	case strings.HasPrefix(on, "?"):
		want = fmt.Sprintf(`location.search === %q`, on)
	}
	f.do(tab, until(`document.readyState === "complete" && !document.documentElement.dataset.left && `+want))
}

// mostTabs is how often somebody must press Tab at the most to get to the next thing.
const mostTabs = 120

// tabTo presses Tab until something has the focus. Choices of one name are one stop, from
// which the arrow keys go on.
func (f *fixture) tabTo(tab context.Context, selector string) {
	f.t.Helper()
	for range mostTabs {
		text, err := chromedp.Run(tab, chromedp.Evaluate[string](fmt.Sprintf(focusProbe, selector)))
		if err != nil {
			f.t.Fatal(err)
		}
		var at struct {
			There, Group       bool
			Name, Fault, Place string
		}
		if err := json.Unmarshal([]byte(text), &at); err != nil {
			f.t.Fatal(err)
		}
		if at.Fault != "" {
			f.t.Errorf("%s: %s: %s", at.Place, at.Name, at.Fault)
		}
		key := kb.Tab
		switch {
		case at.There:
			return
		case at.Group:
			key = kb.ArrowDown
		}
		f.do(tab, chromedp.KeyEvent(key))
	}
	f.t.Fatalf("%s: not reached by %d keys", selector, mostTabs)
}

// focusProbe tells what has the focus, whether it is what is looked for or a choice of its
// group, and what is wrong with how the focus shows.
const focusProbe = `(() => {
	const el = document.activeElement, wanted = document.querySelector(%q);
	const out = { there: el === wanted, group: false, name: el.outerHTML.slice(0, 80), fault: "", place: location.pathname };
	out.group = !out.there && el.type === "radio" && wanted?.type === "radio" && el.name === wanted.name;
	if (el === document.body || el.matches("[tabindex=\"-1\"]")) return JSON.stringify(out);
	const seen = [el, ...(el.labels ?? [])].some((e) => {
		const s = getComputedStyle(e);
		return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2;
	});
	if (!seen) out.fault = "the focus can't be seen";
	const box = el.getBoundingClientRect(), x = box.left + box.width / 2, y = box.top + Math.min(box.height / 2, 20);
	const top = document.elementFromPoint(x, y);
	if (top && !(el.contains(top) || top.contains(el) || [...(el.labels ?? [])].some((l) => l.contains(top)))) out.fault = "covered by " + top.outerHTML.slice(0, 60);
	if (!top) out.fault = "out of sight";
	const before = window.lastFocus;
	if (before && before !== el && before.isConnected && !(before.compareDocumentPosition(el) & Node.DOCUMENT_POSITION_FOLLOWING)) out.fault = "comes before what had the focus";
	window.lastFocus = el;
	return JSON.stringify(out);
})()`

// The browser's own Back shows the page before with the answer that was given on it.
func TestBrowserBackShowsTheAnswer(t *testing.T) {
	f := start(t).overTLS()
	tab := f.aTab()
	f.do(tab,
		chromedp.Navigate(f.srv.URL+"/en/question/condition"),
		chromedp.Click(`details:has(input[value=nsclc]) summary`),
		chromedp.Click(`input[value=nsclc] + label`),
		chromedp.Click(`form.ask > .go button`),
		until(`location.pathname === "/en/question/age"`),
		chromedp.SendKeys("#value", "62"),
		chromedp.Click(`form.ask > .go button`),
		until(`location.pathname === "/en/question/sex"`),
		chromedp.NavigateBack(),
		until(`location.pathname === "/en/question/age" && document.querySelector("#value").value === "62"`),
		chromedp.NavigateBack(),
		until(`location.pathname === "/en/question/condition" && document.querySelector("input[value=nsclc]").checked`),
	)
}
