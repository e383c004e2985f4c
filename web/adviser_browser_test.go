package web_test

import (
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	vault "trialfinder/trials/private"
)

// A call by the keyboard alone, on a narrow screen and without script: sign in, type the line,
// confirm it, keep the case. No page is wider than the screen.
func TestCallByKeyboardWithoutScript(t *testing.T) {
	d := startDesk(t)
	const email = "ann@example.org"
	d.joins(email, vault.Adviser)
	d.clock.add(time.Minute)
	tab := d.aTab()
	fits := until(`document.documentElement.scrollWidth <= document.documentElement.clientWidth`)
	tabs := func(n int) (out string) {
		for range n {
			out += kb.Tab
		}
		return out
	}
	if _, err := chromedp.Call(tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	d.do(tab,
		chromedp.EmulateViewport(320, 640),
		chromedp.Navigate(d.srv.URL+"/en/desk/sign-in"),
		chromedp.Focus("#email"),
		chromedp.KeyEvent(email+kb.Tab+passphrase+kb.Tab+d.code(email)+kb.Enter),
		until(`location.pathname === "/en/desk"`), fits,
		chromedp.Focus(".desk a"),
		chromedp.KeyEvent(tabs(1)+kb.Enter), // a new call
		until(`location.pathname.startsWith("/en/desk/case/")`), fits,
		chromedp.Focus("#line"),
		chromedp.KeyEvent("62 f nsclc iv ecog1 zzkx"+kb.Enter),
		until(`document.querySelectorAll("input[name=chip]:checked").length === 5`), fits,
		chromedp.Focus("#chip-4"),
		chromedp.KeyEvent(" "+tabs(1)+kb.Enter), // not the last one; take over the others
		until(`document.querySelector("[name='f.stage']").value === "4" && document.querySelector("[name='f.performance_ecog']").value === ""`), fits,
		chromedp.Focus("#consent"),
		chromedp.KeyEvent(" "+tabs(1)+kb.Enter),
		until(`!document.querySelector("#consent")`), fits,
	)
}
