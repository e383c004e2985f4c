package web_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	vault "trialfinder/trials/private"
	"trialfinder/web/internal/htmltest"
)

// shares makes a code in a reader's browser and gives it.
func (b *browser) shares() string {
	b.t.Helper()
	v := b.postForm("/share", url.Values{"action": {"share"}, "consent": {"1"}})
	b.expect(v, http.StatusOK, "/share")
	v.Check(tagOf(b.lang))
	code := v.All("strong.key")
	if len(code) != 1 {
		b.t.Fatal("no code on the page")
	}
	return htmltest.Text(code[0])
}

// A reader lets an adviser see the answers, is shown that it was done, and takes the code back.
func TestHandOverCode(t *testing.T) {
	d := startDesk(t)
	d.joins("ann@example.org", vault.Adviser)
	for _, lang := range d.languages() {
		reader := d.browser(lang)
		reader.get("/share").HasNo("#consent")
		reader.begin()
		reader.get("/answers").Has(`a[href="/` + lang + `/share"]`)
		v := reader.get("/share")
		v.Check(tagOf(lang))
		v.HasNo("#consent[checked]")
		if v := reader.postForm("/share", url.Values{"action": {"share"}}); v.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: without consent: got %d", lang, v.status)
		}
		code := reader.shares()
		adviser := d.signsIn("ann@example.org")
		v = adviser.postForm("/desk/open", url.Values{"code": {strings.ReplaceAll(code, " ", "-")}})
		v.Check("en")
		v.Has(`input[name="f.age"][value="62 years"]`)
		v.Has(`input[name="f.place"][value=Aarhus]`)
		v = reader.get("/share")
		v.Check(tagOf(lang))
		if lang == "en" {
			v.Has("p[role=status]", "opened it 1 time, last on 24 November 2026")
		}
		reader.expect(reader.postForm("/share", url.Values{"action": {"unshare"}}), http.StatusOK, "/share")
		if v := adviser.postForm("/desk/open", url.Values{"code": {code}}); v.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: taken back: got %d", lang, v.status)
		}
	}
}

// A code that is wrong, over, replaced or taken back elsewhere opens nothing and is told of alike.
func TestHandOverCodesEnd(t *testing.T) {
	d := startDesk(t)
	d.joins("ann@example.org", vault.Adviser)
	reader := d.browser("en")
	reader.begin()
	adviser := d.signsIn("ann@example.org")
	refused := func(name, code string) {
		t.Helper()
		v := adviser.postForm("/desk/open", url.Values{"code": {code}})
		if v.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: got %d", name, v.status)
		}
		v.Check("en")
		v.Has(".errors a[href='#open']", "No answers were found")
	}
	first := reader.shares()
	second := reader.shares()
	refused("replaced", first)
	refused("a slip", strings.Replace(second, second[:1], string('0'+('9'-second[0])), 1))
	refused("nothing", "")
	refused("letters", "abcd efgh ijkl mnop")
	other := d.browser("en")
	other.postForm("/share", url.Values{"action": {"unshare"}, "code": {second}})
	refused("taken back in another browser", second)
	third := reader.shares()
	d.clock.add(vault.CodeLasts)
	adviser = d.signsIn("ann@example.org")
	refused("after a fortnight", third)
	if _, err := d.store.Purge(t.Context()); err != nil {
		t.Fatal(err)
	}
	reader.get("/share").HasNo("strong.key")
	// Ten wrong ones an hour, each with a right check digit.
	for range 8 {
		adviser.postForm("/desk/open", url.Values{"code": {vault.NewCode()}})
	}
	d.clock.add(time.Minute)
	last := adviser.postForm("/desk/open", url.Values{"code": {vault.NewCode()}})
	for range 2 {
		last = adviser.postForm("/desk/open", url.Values{"code": {vault.NewCode()}})
	}
	if last.status != http.StatusTooManyRequests {
		t.Errorf("after ten wrong codes: got %d", last.status)
	}
	d.clock.add(20 * time.Minute)
	adviser.get("/desk") // in use
	d.clock.add(20 * time.Minute)
	adviser.get("/desk")
	d.clock.add(25 * time.Minute)
	refused("an hour later", vault.NewCode())
}

// Neither the code nor what it opens is in the file, the log or an address.
func TestHandOverCodeCanary(t *testing.T) {
	d := startDesk(t)
	reader := d.browser("en")
	reader.begin()
	reader.answer("condition", "answer=melanoma")
	reader.answer("place", "country=DK&place=Svendborg")
	code := strings.ReplaceAll(reader.shares(), " ", "")
	reader.get("/share")
	where := map[string]string{"log": d.log.String(), "addresses": strings.Join(reader.urls, "\n")}
	for _, tail := range []string{"", "-wal"} {
		file, err := os.ReadFile(filepath.Join(d.dir, "p.db"+tail))
		if err != nil {
			t.Fatal(err)
		}
		where["private.db"+tail] = string(file)
	}
	for _, m := range []string{"melanoma", "Svendborg", code, code[:12]} {
		for place, text := range where {
			if strings.Contains(text, m) {
				t.Errorf("%q stands in the %s", m, place)
			}
		}
	}
}
