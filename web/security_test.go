package web_test

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"trialfinder/matcher"
	"trialfinder/matcher/fact"
	"trialfinder/web"
)

func TestHeaders(t *testing.T) {
	f := start(t)
	for _, path := range []string{"/en", "/en/nothing", "/healthz", "/en/results"} {
		resp, err := http.Get(f.srv.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Permissions-Policy": "camera=()",
		} {
			if got := resp.Header.Get(name); !strings.Contains(got, want) {
				t.Errorf("%s: %s: got %q, want %q in it", path, name, got, want)
			}
		}
		if csp := resp.Header.Get("Content-Security-Policy"); strings.Contains(csp, "unsafe") {
			t.Errorf("%s: got the policy %q, want nothing unsafe", path, csp)
		}
	}
}

// How a request came decides: HTTPS by TLS or a trusted proxy's word, plain
// HTTP from this machine alone.
func TestTransport(t *testing.T) {
	f := start(t, func(c *web.Config, _ *shelf) { c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")} })
	for name, tt := range map[string]struct {
		remote, host, proto string
		tls                 bool
		status              int
		cookie              string // the name under which answers are kept; "" = none
	}{
		"TLS":                                {"192.0.2.1:5", "trials.example.org", "", true, 303, "__Host-tf"},
		"a trusted proxy over HTTPS":         {"10.1.2.3:5", "trials.example.org", "https", false, 303, "__Host-tf"},
		"a trusted proxy over HTTP":          {"10.1.2.3:5", "trials.example.org", "http", false, 426, ""},
		"a trusted proxy that says nothing":  {"10.1.2.3:5", "trials.example.org", "", false, 426, ""},
		"anybody who says HTTPS":             {"192.0.2.1:5", "trials.example.org", "https", false, 426, ""},
		"plain over the network":             {"192.0.2.1:5", "trials.example.org", "", false, 426, ""},
		"plain on this machine":              {"127.0.0.1:5", "localhost:8080", "", false, 303, "tf"},
		"plain on this machine, IPv6":        {"[::1]:5", "[::1]:8080", "", false, 303, "tf"},
		"a proxy on this machine, untrusted": {"127.0.0.1:5", "localhost", "https", false, 426, ""},
		"a public name on this machine":      {"127.0.0.1:5", "trials.example.org", "", false, 426, ""},
	} {
		r := httptest.NewRequest(http.MethodPost, "/en/question/sex", strings.NewReader("answer=female"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.RemoteAddr, r.Host = tt.remote, tt.host
		if tt.proto != "" {
			r.Header.Set("X-Forwarded-Proto", tt.proto)
		}
		if tt.tls {
			r.TLS = &tls.ConnectionState{}
		}
		w := httptest.NewRecorder()
		f.site.Handler().ServeHTTP(w, r)
		if w.Code != tt.status {
			t.Errorf("%s: got %d, want %d", name, w.Code, tt.status)
		}
		got := ""
		for _, c := range w.Result().Cookies() {
			if c.Name == "lang" {
				continue
			}
			got = c.Name
			if c.Secure != (tt.cookie == "__Host-tf") || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.MaxAge != 0 || c.Domain != "" {
				t.Errorf("%s: got the cookie %+v", name, *c)
			}
		}
		if got != tt.cookie {
			t.Errorf("%s: got the cookie %q, want %q", name, got, tt.cookie)
		}
		if hsts := w.Header().Get("Strict-Transport-Security") != ""; hsts != (tt.cookie == "__Host-tf") {
			t.Errorf("%s: HSTS is %v", name, hsts)
		}
		if tt.status == 426 && !contains(w.Body.String(), "HTTPS", `lang="da"`, `lang="nl"`, `lang="fr"`, `lang="zh-Hans"`) {
			t.Errorf("%s: the page does not ask for HTTPS in five languages", name)
		}
	}
}

func TestForeignSitesCantPost(t *testing.T) {
	f := start(t)
	for name, tt := range map[string]struct {
		header, value string
		status        int
	}{
		"same origin":    {"Sec-Fetch-Site", "same-origin", 303},
		"another site":   {"Sec-Fetch-Site", "cross-site", 403},
		"a sister site":  {"Sec-Fetch-Site", "same-site", 403},
		"a foreign page": {"Origin", "https://evil.example", 403},
		"no origin":      {"Origin", "null", 403},
		"no header":      {"X-Nothing", "", 303},
	} {
		r := httptest.NewRequest(http.MethodPost, "/en/erase", nil)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.RemoteAddr, r.Host = "127.0.0.1:5", "localhost"
		r.Header.Set(tt.header, tt.value)
		w := httptest.NewRecorder()
		f.site.Handler().ServeHTTP(w, r)
		if w.Code != tt.status {
			t.Errorf("%s: got %d, want %d", name, w.Code, tt.status)
		}
	}
}

func TestForgedCookie(t *testing.T) {
	f := start(t)
	b := f.browser("en")
	u, err := url.Parse(f.srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, value := range []string{"x", strings.Repeat("A", 800), "e30"} {
		b.client.Jar.SetCookies(u, []*http.Cookie{{Name: "tf", Value: value}})
		b.get("/answers").Has(".notice", "have expired")
		b.get("/answers").HasNo(".notice")
	}
}

// Every question, answered with the longest answer that it takes, still fits
// the cookie.
func TestEveryAnswerFitsTheCookie(t *testing.T) {
	f := start(t)
	m, err := loadMatcher()
	if err != nil {
		t.Fatal(err)
	}
	b := f.browser("en")
	long := strings.Repeat("x", 80)
	b.answer("condition", "answer=nsclc")
	b.answer("place", "country=DK&place=56.123456789012%2C+10.123456789012")
	for _, id := range m.Therapies.IDs() {
		long += "&answer=" + id
	}
	b.answer("therapy", strings.TrimLeft(long, "x&"))
	for _, ft := range m.Facts.All() {
		form := url.Values{}
		switch {
		case ft.ID == "condition" || ft.Type == fact.Country || ft.Type == fact.Place:
			continue
		case ft.Conditions():
			for _, c := range m.Conditions.All()[20:32] {
				form.Add("answer", c.ID)
			}
			form.Set("q", "")
		case ft.Type == fact.Bool:
			form.Set("answer", "false")
		case ft.Type == fact.Set:
			form["answer"] = ft.Values
		case ft.Type == fact.Enum:
			form.Set("answer", longest(ft.Values))
		case len(ft.Labels["en"].Values) > 0:
			form.Set("answer", fmt.Sprint(ft.Max))
		default:
			b.fillNumber(m, ft)
			continue
		}
		if v := b.answer(ft.ID, form.Encode()); v.status != http.StatusOK {
			t.Errorf("%s=%v: got %d", ft.ID, form, v.status)
		}
	}
	b.answer("condition", "action=search&q="+url.QueryEscape(strings.Repeat("癌", 80)))
	u, _ := url.Parse(f.srv.URL)
	for _, c := range b.client.Jar.Cookies(u) {
		if n := len(c.Name) + len(c.Value); n > 4000 {
			t.Errorf("cookie %s: got %d bytes, want 4000 at most", c.Name, n)
		} else if c.Name == "tf" {
			t.Logf("the cookie with every answer: %d bytes", n)
		}
	}
	b.get("/answers").Check("en")
}

// fillNumber answers with another unit than the fact's own where it can: that takes most room.
func (b *browser) fillNumber(m *matcher.Matcher, ft fact.Fact) {
	b.t.Helper()
	for _, unit := range append(slices.Clone(ft.Also), ft.Unit) {
		for _, share := range []float64{0.05, 0.5, 0.9, 0.2} {
			form := url.Values{"unit": {unit}, "value": {fmt.Sprintf("%.2f", ft.Min+(min(ft.Max, 99999)-ft.Min)*share)}}
			if _, ok := m.Facts.ByID(ft.ID + "_uln"); ok {
				form.Set("uln", form.Get("value"))
			}
			if v := b.answer(ft.ID, form.Encode()); v.status == http.StatusOK {
				return
			}
		}
	}
	b.t.Errorf("%s: no number was taken", ft.ID)
}

func longest(texts []string) string {
	out := ""
	for _, s := range texts {
		if len(s) > len(out) {
			out = s
		}
	}
	return out
}

// No answer is found in a log line or an address, whatever goes wrong.
func TestCanary(t *testing.T) {
	f := start(t)
	b := f.browser("en")
	// Each marker is an answer or a search that nothing else on the site says.
	markers := []string{"melanoma", "Svendborg", "47.25", "13.125", "canarytext", "Canaryville", "1987", "77.75"}
	for step, form := range map[string]string{
		"age": "value=47.25&unit=a", "hemoglobin": "value=13.125&unit=g%2FdL", "place": "country=DK&place=Svendborg",
		"weight_kg": "value=canarytext&unit=kg", "days_since_surgery": "year=1987",
	} {
		b.answer(step, form)
	}
	b.answer("condition", "q=canarytext&action=search")
	b.answer("condition", "answer=melanoma")
	b.answer("place", "country=DK&place=Canaryville")
	b.answer("sex", "answer=canarytext")
	b.answer("age", "value=77.75&unit=a&other=canarytext")
	b.answer("condition", "answer=canarytext")
	for _, path := range append(append([]string{"/nothing"}, public...), private...) {
		b.get(path)
	}
	f.shelf.broken = errors.New("the disk is on fire")
	resp, err := http.Get(f.srv.URL + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	said := f.log.String()
	if !contains(said, "route=/:lang/question/:fact", "status=422", "status=400", "status=404", "disk is on fire") {
		t.Fatalf("the log lacks what the journey should have written:\n%s", said)
	}
	// Times, durations and random ids can hold any digits by chance.
	where := map[string]string{"log": regexp.MustCompile(`\b(time|id|duration|ms|took)=\S+`).ReplaceAllString(said, "$1=-"), "addresses": strings.Join(b.urls, "\n")}
	for _, m := range markers {
		for _, form := range []string{m, url.QueryEscape(m), base64.StdEncoding.EncodeToString([]byte(m)), fmt.Sprintf("%x", m)} {
			for place, text := range where {
				if strings.Contains(text, form) {
					t.Errorf("%q stands in the %s", form, place)
				}
			}
		}
	}
	for _, forbidden := range []string{"127.0.0.1", "User-Agent", "Go-http-client", "/en/question/age"} {
		if strings.Contains(said, forbidden) {
			t.Errorf("the log holds %q", forbidden)
		}
	}
}

func TestReadiness(t *testing.T) {
	check := func(f *fixture, path string, want int) string {
		t.Helper()
		resp, err := http.Get(f.srv.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != want {
			t.Errorf("%s: got %d, %v, want %d", path, resp.StatusCode, err, want)
		}
		return string(b)
	}
	f := start(t)
	check(f, "/healthz", 200)
	if got := check(f, "/readyz", 200); !contains(got, `"database":"ok"`, `"age_hours":9`) {
		t.Errorf("readyz: got %s", got)
	}
	f.shelf.broken = errors.New("gone")
	check(f, "/readyz", 503)
	check(f, "/healthz", 200)
	check(start(t, func(_ *web.Config, s *shelf) { s.listings = time.Time{} }), "/readyz", 503)
	check(start(t, func(_ *web.Config, s *shelf) { s.listings = now.Add(-49 * time.Hour) }), "/readyz", 503)
}

func TestServeStops(t *testing.T) {
	f := start(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- f.site.Serve(ctx, l) }()
	resp, err := http.Get("http://" + l.Addr().String() + "/en")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("Serve: got %v, want a quiet end", err)
	}
}

func TestNewFailsEarly(t *testing.T) {
	if _, err := web.New(web.Config{}); err == nil {
		t.Error("an empty configuration: got no error")
	}
	m, err := loadMatcher()
	if err != nil {
		t.Fatal(err)
	}
	f := start(t)
	for name, cfg := range map[string]web.Config{
		"a base URL without a host": {BaseURL: "trials"},
		"a base URL with a path":    {BaseURL: "https://example.org/x"},
		"a key file that is none":   {KeyFile: "doc.go"},
	} {
		cfg.Matcher, cfg.Index, cfg.Store = m, f.index, f.shelf
		if _, err := web.New(cfg); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}
