package web_test

import (
	"encoding/base32"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	vault "trialfinder/trials/private"
	"trialfinder/trials/store"
	"trialfinder/web"
	"trialfinder/web/desk"
	"trialfinder/web/internal/htmltest"
)

const passphrase = "tulips under a green bridge"

// deskFixture is a site with a private database.
type deskFixture struct {
	*fixture
	store *store.Private
	dir   string
	seeds map[string][]byte
}

func startDesk(t *testing.T) *deskFixture {
	t.Helper()
	d := &deskFixture{dir: t.TempDir(), seeds: map[string][]byte{}}
	at := &clock{t: now}
	p, _, err := store.OpenPrivate(t.Context(), store.PrivateConfig{Path: filepath.Join(d.dir, "p.db"), KeyFile: filepath.Join(d.dir, "key"), Now: at.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	d.store = p
	d.fixture = start(t, func(c *web.Config, _ *shelf) {
		c.Private, c.Now = p, at.now
		c.Hashing = desk.Hashing{MemoryKiB: 64, Passes: 1, Lanes: 1, Salt: 16, Key: 32}
	})
	d.clock = at
	return d
}

// attr is the value of the first field of its kind.
func attr(v visit, selector string) string {
	for _, n := range v.All(selector) {
		return htmltest.Attr(n, "value")
	}
	return ""
}

func (b *browser) postForm(path string, form url.Values) visit {
	b.t.Helper()
	return b.read(b.client.PostForm(b.srv.URL+"/"+b.lang+path, form))
}

// joins makes an account by its one-time link, as an adviser would.
func (d *deskFixture) joins(email string, role vault.Role) vault.Account {
	d.t.Helper()
	_, secret, err := d.store.Invite(d.t.Context(), email, role)
	if err != nil {
		d.t.Fatal(err)
	}
	b := d.browser("en")
	v := b.get("/desk/join/" + secret)
	v.Check("en")
	seed := strings.ReplaceAll(regexp.MustCompile(`<strong class="key">([A-Z2-7 ]+)</strong>`).FindStringSubmatch(v.body)[1], " ", "")
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(seed)
	if err != nil {
		d.t.Fatal(err)
	}
	d.seeds[email] = raw
	b.postForm("/desk/join/"+secret, url.Values{"password": {"short"}, "code": {d.code(email)}}).Has(".errors", "fewer than 15")
	v = b.postForm("/desk/join/"+secret, url.Values{"password": {passphrase}, "code": {d.code(email)}})
	v.Check("en")
	v.Has("h1", "Your recovery codes")
	if n := len(v.All("main li.id")); n != 10 {
		d.t.Errorf("got %d recovery codes, want 10", n)
	}
	if v := b.get("/desk/join/" + secret); v.status != http.StatusNotFound {
		d.t.Errorf("a link used twice: got %d", v.status)
	}
	a, err := d.store.AccountByEmail(d.t.Context(), email)
	if err != nil {
		d.t.Fatal(err)
	}
	d.clock.add(time.Minute) // the code is used up
	return a
}

func (d *deskFixture) code(email string) string {
	d.t.Helper()
	code, err := desk.Code(d.seeds[email], desk.Step(d.clock.now()))
	if err != nil {
		d.t.Fatal(err)
	}
	return code
}

// signsIn gives a browser in which somebody is signed in.
func (d *deskFixture) signsIn(email string) *browser {
	d.t.Helper()
	b := d.browser("en")
	b.expect(d.signsInWith(b, email, nil), http.StatusOK, "/desk")
	return b
}

func (d *deskFixture) signsInWith(b *browser, email string, more url.Values) visit {
	d.t.Helper()
	d.clock.add(time.Minute)
	form := url.Values{"email": {email}, "password": {passphrase}, "code": {d.code(email)}}
	for name, v := range more {
		form[name] = v
	}
	return b.postForm("/desk/sign-in", form)
}

// begins begins a case and gives its path.
func (b *browser) begins() string {
	b.t.Helper()
	v := b.postForm("/desk/new", url.Values{})
	if v.status != http.StatusOK || !strings.HasPrefix(v.path, "/"+b.lang+"/desk/case/") {
		b.t.Fatalf("a new case: got %d at %s", v.status, v.path)
	}
	return strings.TrimPrefix(v.path, "/"+b.lang)
}
