package htmltest_test

import (
	"strings"
	"testing"

	"trialfinder/web/internal/htmltest"
)

const good = `<!DOCTYPE html><html lang="en"><head><title>t</title><script type="module" src="/static/x.js"></script><meta name="viewport" content="x"></head><body>
<header>h</header><main><h1>a</h1><h2 id="b">b</h2><form method="post" action="/x"><label for="f">l</label><input id="f" name="f"></form>
<a href="#b">b</a></main><footer>f</footer></body></html>`

func TestFaults(t *testing.T) {
	if got := htmltest.Parse(t, "good", good).Faults("en"); len(got) > 0 {
		t.Errorf("a good page: got %q, want none", got)
	}
	for name, change := range map[string][2]string{
		"two h1":             {"<h2 id=\"b\">b</h2>", "<h1 id=\"b\">b</h1>"},
		"a skipped level":    {"<h2 id=\"b\">b</h2>", "<h3 id=\"b\">b</h3>"},
		"no label":           {`<label for="f">l</label>`, ""},
		"no name":            {` name="f"`, ""},
		"inline style":       {"<h1>", `<h1 style="color:red">`},
		"an event handler":   {"<h1>", `<h1 onclick="x()">`},
		"a script":           {"<h1>", `<script>x</script><h1>`},
		"a foreign script":   {"<h1>", `<script src="//example.org/x.js"></script><h1>`},
		"a filled script":    {"<h1>", `<script src="/static/x.js">x</script><h1>`},
		"a dead link":        {"#b", "#c"},
		"an open referrer":   {`href="#b"`, `href="https://example.org"`},
		"another language":   {`lang="en"`, `lang="da"`},
		"a required field":   {` name="f"`, ` name="f" required`},
		"a javascript: link": {`href="#b"`, `href="javascript:x"`},
	} {
		body := strings.Replace(good, change[0], change[1], 1)
		if got := htmltest.Parse(t, name, body).Faults("en"); len(got) == 0 {
			t.Errorf("%s: got no fault, want one", name)
		}
	}
}
