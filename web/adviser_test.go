package web_test

import (
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	vault "trialfinder/trials/private"
)

// Without a private database there is no desk.
func TestNoDesk(t *testing.T) {
	f := start(t)
	for _, path := range []string{"/desk", "/desk/sign-in"} {
		if v := f.browser("en").get(path); v.status != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", path, v.status)
		}
	}
}

// Every route of the desk, for every role, on a case of one's own and of somebody else.
func TestDeskAccess(t *testing.T) {
	d := startDesk(t)
	const ann, bob, eve, adm = "ann@example.org", "bob@example.org", "eve@example.org", "adm@example.org"
	d.joins(ann, vault.Adviser)
	d.joins(bob, vault.Adviser)
	d.joins(eve, vault.Lead)
	d.joins(adm, vault.Admin)
	own := d.signsIn(ann)
	path := own.begins()
	signIn := "/desk/sign-in?to=" + strings.TrimPrefix(path, "/desk/case/")
	type want struct {
		status int
		path   string
	}
	nobody, role, missing := "nobody", want{403, ""}, want{404, ""}
	for _, tt := range []struct {
		method, path string
		form         url.Values
		want         map[string]want
	}{
		{"GET", "/desk", nil, map[string]want{nobody: {200, "/desk/sign-in"}, ann: {200, "/desk"}, bob: {200, "/desk"}, eve: {200, "/desk"}, adm: {200, "/desk"}}},
		{"GET", path, nil, map[string]want{nobody: {200, signIn}, ann: {200, path}, bob: missing, eve: {200, path}, adm: role}},
		{"POST", path, url.Values{"action": {"save"}}, map[string]want{nobody: {401, ""}, ann: {200, path}, bob: missing, eve: {200, path}, adm: role}},
		{"POST", path, url.Values{"action": {"export"}}, map[string]want{nobody: {401, ""}, ann: {200, path}, bob: missing, eve: {200, path}, adm: role}},
		{"POST", path, url.Values{"action": {"hand_over"}}, map[string]want{nobody: {401, ""}, ann: {422, path}, bob: missing, eve: {422, path}, adm: role}},
		{"POST", path, url.Values{"action": {"delete"}}, map[string]want{nobody: {401, ""}, ann: {200, path}, bob: missing, eve: {200, path}, adm: role}},
		{"POST", "/desk/new", nil, map[string]want{nobody: {401, ""}, ann: {200, ""}, bob: {200, ""}, eve: {200, ""}, adm: role}},
		{"GET", path + "/trial/NCT99900001", nil, map[string]want{nobody: {200, signIn}, ann: {200, ""}, bob: missing, eve: {200, ""}, adm: role}},
		{"GET", path + "/trial/NCT00000000", nil, map[string]want{ann: missing, bob: missing, adm: role}},
		{"GET", path + "/trial/lung", nil, map[string]want{ann: missing, adm: role}},
		{"GET", "/desk/case/0123456789abcdef01234567", nil, map[string]want{nobody: {200, "/desk/sign-in?to=0123456789abcdef01234567"}, ann: missing, bob: missing, eve: missing, adm: role}},
		{"POST", "/desk/open", url.Values{"code": {"1"}}, map[string]want{nobody: {401, ""}, ann: {422, ""}, bob: {422, ""}, eve: {422, ""}, adm: role}},
		{"GET", "/desk/case/x", nil, map[string]want{nobody: missing, ann: missing, eve: missing, adm: role}},
		{"GET", "/desk/join/x", nil, map[string]want{nobody: missing, ann: missing, adm: missing}},
		{"POST", "/desk/join/x", url.Values{"password": {passphrase}, "code": {"000000"}}, map[string]want{nobody: missing, adm: missing}},
	} {
		for who, w := range tt.want {
			b := d.browser("en")
			if who != nobody {
				b = d.signsIn(who)
			}
			var v visit
			if tt.method == "GET" {
				v = b.get(tt.path)
			} else {
				v = b.postForm(tt.path, tt.form)
			}
			if v.status != w.status || w.path != "" && v.path != "/en"+w.path {
				t.Errorf("%s %s %v for %s: got %d at %s, want %d at %s", tt.method, tt.path, tt.form, who, v.status, v.path, w.status, w.path)
			}
			if v.header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s %s for %s may be kept", tt.method, tt.path, who)
			}
			if strings.Contains(v.header.Get("Content-Type"), "html") {
				v.Check("en")
			}
		}
	}
	d.signsIn(adm).get("/desk").Has("table", ann)
	d.signsIn(bob).get("/desk").HasNo(`a[href="/en` + path + `"]`)
	d.signsIn(eve).get("/desk?all=1").Has(`a[href="/en`+path+`"]`, "26-")
}

// What somebody who does not get in is told does not say which addresses have an account.
func TestSignInTellsNobody(t *testing.T) {
	d := startDesk(t)
	d.joins("ann@example.org", vault.Adviser)
	bodies := map[string]bool{}
	for _, email := range []string{"ann@example.org", "nobody@example.org"} {
		v := d.browser("en").postForm("/desk/sign-in", url.Values{"email": {email}, "password": {"no"}, "code": {"000000"}})
		if v.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: got %d", email, v.status)
		}
		v.Check("en")
		bodies[strings.ReplaceAll(v.body, email, "")] = true
	}
	if len(bodies) != 1 {
		t.Error("the pages differ")
	}
}

// A session ends when it rests, after a day's work, at sign-out, and with its account; another
// name is given at each sign-in.
func TestDeskSessions(t *testing.T) {
	d := startDesk(t)
	d.joins("ann@example.org", vault.Adviser)
	in := func(b *browser) bool { return b.get("/desk").path == "/en/desk" }
	b := d.signsIn("ann@example.org")
	d.clock.add(29 * time.Minute)
	if !in(b) {
		t.Error("after 29 minutes: signed out")
	}
	d.clock.add(30 * time.Minute)
	if in(b) {
		t.Error("after resting for 30 minutes: still signed in")
	}
	b = d.signsIn("ann@example.org")
	for range 36 {
		if !in(b) {
			t.Fatal("at work: signed out")
		}
		d.clock.add(20 * time.Minute)
	}
	if in(b) {
		t.Error("after 12 hours: still signed in")
	}
	b = d.signsIn("ann@example.org")
	u, _ := url.Parse(d.srv.URL)
	token := func(b *browser) string {
		for _, c := range b.client.Jar.Cookies(u) {
			if c.Name == "adviser" {
				return c.Value
			}
		}
		return ""
	}
	stolen, before := d.browser("en"), token(b)
	stolen.client.Jar.SetCookies(u, []*http.Cookie{{Name: "adviser", Value: before}})
	if !in(stolen) {
		t.Fatal("the cookie is not what signs in")
	}
	d.signsInWith(b, "ann@example.org", nil)
	if token(b) == before || in(stolen) {
		t.Error("a new sign-in keeps the old name")
	}
	stolen.client.Jar.SetCookies(u, []*http.Cookie{{Name: "adviser", Value: token(b)}})
	b.postForm("/desk/sign-out", url.Values{})
	if in(b) || in(stolen) {
		t.Error("after signing out: still signed in")
	}
	b = d.signsIn("ann@example.org")
	if _, err := d.store.Disable(t.Context(), "ann@example.org"); err != nil {
		t.Fatal(err)
	}
	if in(b) {
		t.Error("the account has ended: still signed in")
	}
}

// A whole call: quick line, chips, facts, shortlist, notes, consent.
func TestCall(t *testing.T) {
	d := startDesk(t)
	d.joins("ann@example.org", vault.Adviser)
	for _, lang := range d.languages() {
		b := d.signsIn("ann@example.org")
		b.lang = lang
		path := b.begins()
		v := b.postForm(path, url.Values{"action": {"read"}, "line": {"62 f nsclc iv ecog1 pdl1 60 egfr neg pembro 2024 Aarhus zzkx"}})
		v.Check(tagOf(lang))
		v.Has("mark", "zzkx")
		chips := v.All("input[name=chip][checked]")
		if len(chips) != 10 {
			t.Errorf("%s: got %d chips, want 10", lang, len(chips))
		}
		form := url.Values{"action": {"take"}, "line": {"62 f nsclc iv ecog1 pdl1 60 egfr neg pembro 2024 Aarhus zzkx"}}
		for i := range 10 {
			if i != 6 { // one is unticked
				form.Add("chip", fmt.Sprint(i))
			}
		}
		v = b.postForm(path, form)
		v.Check(tagOf(lang))
		v.Has(`select[name="f.sex"] option[value=female][selected]`)
		v.Has(`select[name="f.stage"] option[value="4"][selected]`)
		v.HasNo(`select[name="f.egfr_mutation"] option[value="false"][selected]`)
		v.Has(`input[name="f.days_since_systemic"][value="2024"]`)
		v.Has(`input[name=line][value=zzkx]`)
		best := attr(v, "input[name=short]")
		v = b.postForm(path, url.Values{"action": {"save"}, "short": {best}, "shown": {best}, "notes": {"Ring <b>tirsdag</b>"},
			"state": {"looking"}, "follow_up": {"2026-12-01"}, "lang": {"zh"}, "f.hemoglobin": {"7,9 mmol/L"}, "f.hiv": {"unknown"}, "f.sex": {"female"}})
		v.Check(tagOf(lang))
		v.Has(`input[name=short][value=` + best + `][checked]`)
		v.Has("textarea", "Ring <b>tirsdag</b>")
		v.Has(`select[name="f.hiv"] option[value=unknown][selected]`)
		v.Has(`select[name=state] option[value=looking][selected]`)
		v.Has(`select[name=lang] option[value=zh][selected]`)
		one := b.get(path + "/trial/NCT99900001")
		one.Check(tagOf(lang))
		one.Has("details.met li", "18 years")
		one.HasNo("a[href*=question]")
		// What is typed as it stands is not touched.
		v = b.postForm(path, url.Values{"action": {"save"}, "f.hemoglobin": {attr(v, `input[name="f.hemoglobin"]`)}})
		v.Check(tagOf(lang))
		if v = b.postForm(path, url.Values{"action": {"keep"}}); v.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: kept without consent: %d", lang, v.status)
		}
		v = b.postForm(path, url.Values{"action": {"keep"}, "consent": {"1"}})
		v.HasNo("#consent")
		c, err := d.store.Case(t.Context(), strings.TrimPrefix(path, "/desk/case/"))
		if err != nil || c.Draft || c.Consent.IsZero() || c.FollowUp != "2026-12-01" || len(c.Shortlist) != 1 ||
			!strings.Contains(string(c.Answers), `"hemoglobin":{"unit":"mmol/L","value":7.9}`) {
			t.Errorf("%s: got %+v %s, %v", lang, c, c.Answers, err)
		}
		if v := b.postForm(path, url.Values{"action": {"delete"}, "sure": {"1"}}); v.path != "/"+lang+"/desk" {
			t.Errorf("%s: deleted: at %s", lang, v.path)
		}
	}
}

func TestCaseFaults(t *testing.T) {
	d := startDesk(t)
	d.joins("ann@example.org", vault.Adviser)
	b := d.signsIn("ann@example.org")
	path := b.begins()
	for _, tt := range []struct {
		field, typed string
		status       int
	}{
		{"f.hemoglobin", "9", 422}, {"f.hemoglobin", "9 kg", 422}, {"f.hemoglobin", "x", 422}, {"f.age", "200", 422}, {"f.age", "62", 200},
		{"f.condition", "moonpox", 422}, {"f.condition", "NSCLC", 200}, {"f.condition", "nsclc, sclc", 422}, {"f.other_conditions", "melanoma, copd", 200},
		{"f.place", "Nowhereville", 422}, {"f.place", "Aarhus", 200}, {"f.days_since_systemic", "2031", 422}, {"f.days_since_systemic", "2024-05", 200},
		{"f.alt", "80 U/L ULN 40", 200}, {"f.hiv", "maybe", 400}, {"f.pdl1_tps", "50-60", 200}, {"f.age", "?", 200}, {"f.days_since_stroke", "never", 200},
		{"notes", "hun er 070761-4285", 422}, {"notes", "ring 86 12 34 56", 200}, {"line", "62 f 255081416802538", 422},
		{"state", "enrolled", 400}, {"state", "closed", 200}, {"follow_up", "soon", 400}, {"short", "x", 400}, {"admin", "1", 400},
	} {
		v := b.postForm(path, url.Values{"action": {"save"}, tt.field: {tt.typed}})
		if v.status != tt.status {
			t.Errorf("%s=%s: got %d, want %d", tt.field, tt.typed, v.status, tt.status)
		}
		v.Check("en")
		if v.status == 422 {
			v.Has(".errors a[href=\"#" + tt.field + "\"]")
			if !strings.Contains(v.body, tt.typed) {
				t.Errorf("%s=%s: what was typed is gone", tt.field, tt.typed)
			}
		}
	}
	c, err := d.store.Case(t.Context(), strings.TrimPrefix(path, "/desk/case/"))
	if err != nil || strings.Contains(c.Notes+c.Line, "070761") || strings.Contains(c.Line, "25508") {
		t.Errorf("a number of a person was kept: %v", err)
	}
	// Two windows: what the second types is shown, and not kept over the first's unseen.
	old := fmt.Sprint(c.Version)
	b.postForm(path, url.Values{"action": {"save"}, "notes": {"first"}, "version": {old}})
	v := b.postForm(path, url.Values{"action": {"save"}, "notes": {"second"}, "version": {old}})
	if v.status != http.StatusConflict {
		t.Errorf("a second window: got %d", v.status)
	}
	v.Has("textarea", "second")
	if c, _ = d.store.Case(t.Context(), c.ID); c.Notes != "first" {
		t.Errorf("got the notes %q", c.Notes)
	}
}

// A form that comes when the session is over is kept through signing in again.
func TestDraftSurvivesSignOut(t *testing.T) {
	d := startDesk(t)
	d.joins("ann@example.org", vault.Adviser)
	d.joins("bob@example.org", vault.Adviser)
	b := d.signsIn("ann@example.org")
	path := b.begins()
	d.clock.add(time.Hour)
	v := b.postForm(path, url.Values{"action": {"save"}, "notes": {"canary about a rash"}, "f.sex": {"male"}, "version": {"1"}})
	if v.status != http.StatusUnauthorized || strings.Contains(v.body, "canary") || strings.Contains(v.body, "rash") {
		t.Errorf("got %d, and the form stands on the page: %v", v.status, strings.Contains(v.body, "canary"))
	}
	v.Check("en")
	more := url.Values{"to": {attr(v, "input[name=to]")}, "kept": {attr(v, "input[name=kept]")}}
	if v := d.signsInWith(d.browser("en"), "bob@example.org", more); v.status != http.StatusNotFound {
		t.Errorf("somebody else signs in on that page: got %d at %s", v.status, v.path)
	}
	forged := url.Values{"to": more["to"], "kept": {"AAAA"}}
	if v := d.signsInWith(d.browser("en"), "ann@example.org", forged); v.status == http.StatusOK {
		t.Errorf("a forged form: got %d", v.status)
	}
	v = d.signsInWith(b, "ann@example.org", more)
	b.expect(v, http.StatusOK, path)
	v.Has("textarea", "canary about a rash")
	v.Has(`select[name="f.sex"] option[value=male][selected]`)
	b.postForm("/desk/sign-out", url.Values{})
	v = d.signsInWith(b, "ann@example.org", url.Values{"to": more["to"]})
	b.expect(v, http.StatusOK, path)
	v.Has("textarea", "canary about a rash")
}

func TestHandOver(t *testing.T) {
	d := startDesk(t)
	d.joins("ann@example.org", vault.Adviser)
	bob := d.joins("bob@example.org", vault.Adviser)
	adm := d.joins("adm@example.org", vault.Admin)
	b := d.signsIn("ann@example.org")
	path := b.begins()
	for _, to := range []string{"", "x", adm.ID} {
		if v := b.postForm(path, url.Values{"action": {"hand_over"}, "owner": {to}}); v.status != http.StatusUnprocessableEntity {
			t.Errorf("to %q: got %d", to, v.status)
		}
	}
	b.expect(b.postForm(path, url.Values{"action": {"hand_over"}, "owner": {bob.ID}}), http.StatusOK, "/desk")
	if v := b.get(path); v.status != http.StatusNotFound {
		t.Errorf("handed over: got %d", v.status)
	}
	v := d.signsIn("bob@example.org").get(path)
	v.Has("main", "handed it over (ann@example.org)")
	if r, err := d.store.VerifyAudit(t.Context(), ""); err != nil || !r.Whole {
		t.Errorf("got %+v, %v", r, err)
	}
}

// Nothing of a caller, and no address of an adviser, is in the private file, the log or an address.
func TestDeskCanary(t *testing.T) {
	d := startDesk(t)
	const email = "canary.adviser@example.org"
	d.joins(email, vault.Adviser)
	b := d.signsIn(email)
	path := b.begins()
	markers := []string{"canarynote", "canaryline", "Svendborg", "melanoma", "13.125", "canary.adviser", passphrase, "canaryfield", "NCT99900002"}
	form := url.Values{"action": {"save"}, "notes": {"canarynote"}, "line": {"canaryline"}, "f.place": {"Svendborg"}, "f.country": {"DK"},
		"f.condition": {"melanoma"}, "f.hemoglobin": {"13.125 g/dL"}, "f.ldh": {"canaryfield"}, "short": {"NCT99900002"}}
	b.postForm(path, form)
	form.Set("action", "export")
	b.postForm(path, form)
	form.Set("action", "take")
	form.Set("canaryfield", "1")
	b.postForm(path, form)
	b.get("/desk?state=new&due=1")
	b.get("/desk?canary=1")
	d.clock.add(time.Hour)
	b.postForm(path, url.Values{"notes": {"canarynote"}})
	d.browser("en").postForm("/desk/sign-in", url.Values{"email": {email}, "password": {passphrase}, "code": {"000000"}})
	where := map[string]string{"log": regexp.MustCompile(`\b(time|id|ms)=\S+`).ReplaceAllString(d.log.String(), "$1=-"), "addresses": strings.ReplaceAll(strings.Join(b.urls, "\n"), "canary=1", "")}
	for _, tail := range []string{"", "-wal"} {
		file, err := os.ReadFile(filepath.Join(d.dir, "p.db"+tail))
		if err != nil {
			t.Fatal(err)
		}
		where["private.db"+tail] = string(file)
	}
	if !strings.Contains(where["log"], "route=/:lang/desk/case/:id") {
		t.Fatal("the log lacks what the journey should have written")
	}
	for _, m := range markers {
		for _, form := range []string{m, url.QueryEscape(m), base64.StdEncoding.EncodeToString([]byte(m)), fmt.Sprintf("%x", m)} {
			for place, text := range where {
				if strings.Contains(text, form) {
					t.Errorf("%q stands in the %s", form, place)
				}
			}
		}
	}
}

// The pages of the desk in every language, at both of their states.
func TestDeskPagesInEveryLanguage(t *testing.T) {
	d := startDesk(t)
	d.joins("ann@example.org", vault.Lead)
	for _, lang := range d.languages() {
		d.browser(lang).get("/desk/sign-in").Check(tagOf(lang))
		b := d.signsIn("ann@example.org")
		b.lang = lang
		path := b.begins()
		b.get("/desk").HasNo(".erase")
		for _, p := range []string{"/desk", path + "/trial/NCT99900001", "/desk?all=1&state=new", path, "/desk/join/x", "/desk?state=none"} {
			v := b.get(p)
			v.Check(tagOf(lang))
			v.Has(`meta[name=robots][content=noindex]`)
		}
	}
	// The answers that the browser holds for a reader have no part in it.
	b := d.signsIn("ann@example.org")
	b.begin()
	path := b.begins()
	b.get(path).HasNo(`select[name="f.sex"] option[value=female][selected]`)
	b.get("/answers").Has("main", "62")
}

// Over HTTPS the cookies bear the name that no other host can set, and no script reads them.
func TestDeskCookies(t *testing.T) {
	d := startDesk(t)
	d.joins("ann@example.org", vault.Adviser)
	d.clock.add(time.Minute)
	form := url.Values{"email": {"ann@example.org"}, "password": {passphrase}, "code": {d.code("ann@example.org")}}
	r := httptest.NewRequest(http.MethodPost, "/en/desk/sign-in", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.TLS = &tls.ConnectionState{}
	w := httptest.NewRecorder()
	d.site.Handler().ServeHTTP(w, r)
	seen := map[string]bool{}
	for _, c := range w.Result().Cookies() {
		if c.Name == "lang" {
			continue
		}
		seen[c.Name] = true
		if !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
			t.Errorf("got the cookie %+v", *c)
		}
		if c.Name == "__Host-adviser" && c.MaxAge != 0 {
			t.Errorf("the session outlives the browser's: %+v", *c)
		}
	}
	if !seen["__Host-adviser"] || !seen["__Host-adviser-device"] || len(seen) != 2 {
		t.Errorf("got %d to %s, and the cookies %v", w.Code, w.Header().Get("Location"), seen)
	}
}

// What another site makes an adviser's browser send is refused.
func TestDeskRefusesForeignPosts(t *testing.T) {
	d := startDesk(t)
	d.joins("ann@example.org", vault.Adviser)
	b := d.signsIn("ann@example.org")
	for _, path := range []string{"/desk/new", b.begins(), "/desk/sign-in", "/desk/sign-out", "/desk/join/x"} {
		r, err := http.NewRequest(http.MethodPost, d.srv.URL+"/en"+path, strings.NewReader("action=delete&sure=1"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		if v := b.read(b.client.Do(r)); v.status != http.StatusForbidden {
			t.Errorf("%s: got %d, want 403", path, v.status)
		}
	}
}
