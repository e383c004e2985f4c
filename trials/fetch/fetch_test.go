package fetch_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"trialfinder/trials"
	"trialfinder/trials/fetch"
)

// registry answers each request with the next of its steps; the last one stays.
type registry struct {
	steps []http.HandlerFunc
	seen  []*http.Request
	times []time.Time
}

func (r *registry) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	step := r.steps[min(len(r.seen), len(r.steps)-1)]
	r.seen = append(r.seen, req)
	r.times = append(r.times, time.Now())
	step(w, req)
}

// RoundTrip serves without a network, so that synctest can move the clock.
func (r *registry) RoundTrip(req *http.Request) (*http.Response, error) {
	rec := httptest.NewRecorder()
	r.ServeHTTP(rec, req)
	resp := rec.Result()
	resp.Request = req
	return resp, nil
}

func status(code int, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
		fmt.Fprintf(w, "words of\x00 %d", code)
	}
}

func answer(contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		io.WriteString(w, body)
	}
}

var good = answer("application/json", `{"n":7}`)

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

const address = "https://registry.example/api/studies?query=secret"

// quick is a client for tests that do not look at the waits, against a real server.
func quick(t *testing.T, r *registry, change func(*fetch.Config)) (*fetch.Client, string) {
	t.Helper()
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	cfg := fetch.Config{Rate: rate.Inf, RetryWaitMin: time.Millisecond, RetryWaitMax: 2 * time.Millisecond}
	if change != nil {
		change(&cfg)
	}
	return fetch.New(cfg), server.URL
}

func TestGetJSON(t *testing.T) {
	r := &registry{steps: []http.HandlerFunc{good}}
	client, url := quick(t, r, func(c *fetch.Config) { c.UserAgent = "finder/1 (mail@example.org)" })
	var got struct{ N int }
	raw, err := client.GetJSON(t.Context(), url+"/studies?a=b", &got)
	if err != nil || got.N != 7 || string(raw) != `{"n":7}` {
		t.Fatalf("got %+v, %q, %v, want 7 and the document", got, raw, err)
	}
	req := r.seen[0]
	if ua, accept := req.UserAgent(), req.Header.Get("Accept"); ua != "finder/1 (mail@example.org)" || accept != "application/json" {
		t.Errorf("got User-Agent %q, Accept %q", ua, accept)
	}
}

func TestPostJSONSendsTheQuestionAgain(t *testing.T) {
	var bodies []string
	read := func(next http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, req *http.Request) {
			b, _ := io.ReadAll(req.Body)
			bodies = append(bodies, req.Method+" "+req.Header.Get("Content-Type")+" "+string(b))
			next(w, req)
		}
	}
	client, url := quick(t, &registry{steps: []http.HandlerFunc{read(status(503)), read(good)}}, nil)
	var got struct{ N int }
	_, err := client.PostJSON(t.Context(), url, map[string]int{"page": 1}, &got)
	want := `POST application/json {"page":1}`
	if err != nil || got.N != 7 || len(bodies) != 2 || bodies[0] != want || bodies[1] != want {
		t.Errorf("got %+v, %v after %q, want %q twice", got, err, bodies, want)
	}
}

func TestWhatIsTriedAgain(t *testing.T) {
	tests := []struct {
		name  string
		steps []http.HandlerFunc
		tries int
		want  error // nil: success
	}{
		{"success", []http.HandlerFunc{good}, 1, nil},
		{"408", []http.HandlerFunc{status(408), good}, 2, nil},
		{"425", []http.HandlerFunc{status(425), good}, 2, nil},
		{"429", []http.HandlerFunc{status(429), good}, 2, nil},
		{"500", []http.HandlerFunc{status(500), good}, 2, nil},
		{"502", []http.HandlerFunc{status(502), good}, 2, nil},
		{"503", []http.HandlerFunc{status(503), good}, 2, nil},
		{"504", []http.HandlerFunc{status(504), good}, 2, nil},
		{"429 for ever", []http.HandlerFunc{status(429)}, 4, trials.ErrUnavailable},
		{"503 for ever", []http.HandlerFunc{status(503)}, 4, trials.ErrUnavailable},
		{"501 will not pass", []http.HandlerFunc{status(501), good}, 1, trials.ErrUnavailable},
		{"400 is our mistake", []http.HandlerFunc{status(400), good}, 1, trials.ErrSchema},
		{"403", []http.HandlerFunc{status(403), good}, 1, trials.ErrUnavailable},
		{"404", []http.HandlerFunc{status(404), good}, 1, trials.ErrNotFound},
		{"204 has no document", []http.HandlerFunc{status(204), good}, 1, trials.ErrSchema},
		{"a page for people", []http.HandlerFunc{answer("text/html; charset=utf-8", "<html>"), good}, 1, trials.ErrSchema},
		{"no type", []http.HandlerFunc{answer("", `{}`), good}, 1, trials.ErrSchema},
		{"FHIR is JSON", []http.HandlerFunc{answer("application/fhir+json", `{}`)}, 1, nil},
		{"cut off once", []http.HandlerFunc{answer("application/json", `{"n":`), good}, 2, nil},
		{"cut off twice", []http.HandlerFunc{answer("application/json", `{"n":`)}, 2, trials.ErrUnavailable},
		{"empty twice", []http.HandlerFunc{answer("application/json", ``)}, 2, trials.ErrUnavailable},
		{"no JSON twice", []http.HandlerFunc{answer("application/json", `{"n":<b>oops</b>}`)}, 2, trials.ErrSchema},
		{"another type of value", []http.HandlerFunc{answer("application/json", `{"n":"seven"}`)}, 1, trials.ErrSchema},
		{"hangs up in the middle", []http.HandlerFunc{hangUp, hangUp, good}, 3, nil},
		{"hangs up for ever", []http.HandlerFunc{hangUp}, 4, trials.ErrUnavailable},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := &registry{steps: test.steps}
			client, url := quick(t, r, func(c *fetch.Config) { c.RetryMax = 3 })
			var got struct{ N int }
			_, err := client.GetJSON(t.Context(), url, &got)
			if !errors.Is(err, test.want) || (err == nil) != (test.want == nil) {
				t.Errorf("got error %v, want %v", err, test.want)
			}
			if len(r.seen) != test.tries {
				t.Errorf("got %d tries, want %d", len(r.seen), test.tries)
			}
			var se *fetch.StatusError
			if err != nil && !errors.As(err, &se) {
				t.Errorf("got a %T, want a *fetch.StatusError", err)
			}
		})
	}
}

// hangUp promises more than it sends.
func hangUp(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", "1000")
	io.WriteString(w, `{"n":7}`)
}

func TestRetryAlso(t *testing.T) {
	r := &registry{steps: []http.HandlerFunc{status(403), good}}
	client, url := quick(t, r, func(c *fetch.Config) { c.RetryAlso = []int{403} })
	if _, err := client.GetJSON(t.Context(), url, nil); err != nil || len(r.seen) != 2 {
		t.Errorf("got %v after %d tries, want success after 2", err, len(r.seen))
	}
}

func TestNoRetries(t *testing.T) {
	r := &registry{steps: []http.HandlerFunc{status(503), good}}
	client, url := quick(t, r, func(c *fetch.Config) { c.RetryMax = -1 })
	if _, err := client.GetJSON(t.Context(), url, nil); !errors.Is(err, trials.ErrUnavailable) || len(r.seen) != 1 {
		t.Errorf("got %v after %d tries, want ErrUnavailable after 1", err, len(r.seen))
	}
}

func TestAnswersHaveABound(t *testing.T) {
	big := `"` + strings.Repeat("a", 3000) + `"`
	zipped := func(w http.ResponseWriter, _ *http.Request) {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		io.WriteString(z, big)
		z.Close()
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(b.Bytes())
	}
	for name, step := range map[string]http.HandlerFunc{"plain": answer("application/json", big), "gzip": zipped} {
		r := &registry{steps: []http.HandlerFunc{step}}
		client, url := quick(t, r, func(c *fetch.Config) { c.MaxBody = 3001 })
		_, err := client.GetJSON(t.Context(), url, nil)
		if !errors.Is(err, trials.ErrSchema) || !strings.Contains(fmt.Sprint(err), "3001 bytes") || len(r.seen) != 1 {
			t.Errorf("%s: got %v after %d tries, want ErrSchema that names the bound after 1", name, err, len(r.seen))
		}
		client, url = quick(t, r, func(c *fetch.Config) { c.MaxBody = 3002 })
		if _, err := client.GetJSON(t.Context(), url, nil); err != nil {
			t.Errorf("%s: got %v for an answer of just the bound, want success", name, err)
		}
	}
}

func TestRedirects(t *testing.T) {
	elsewhere := httptest.NewServer(good)
	defer elsewhere.Close()
	to := func(location string) http.HandlerFunc {
		return func(w http.ResponseWriter, req *http.Request) {
			http.Redirect(w, req, location, http.StatusMovedPermanently)
		}
	}
	tests := []struct {
		name  string
		steps []http.HandlerFunc
		want  error
		tries int
	}{
		{"same host", []http.HandlerFunc{to("/other"), good}, nil, 2},
		{"another host", []http.HandlerFunc{to(elsewhere.URL)}, trials.ErrSchema, 1},
		{"another scheme", []http.HandlerFunc{to("https://127.0.0.1/")}, trials.ErrSchema, 1},
		{"in a circle", []http.HandlerFunc{to("/again")}, trials.ErrSchema, 6},
	}
	for _, test := range tests {
		r := &registry{steps: test.steps}
		client, url := quick(t, r, nil)
		_, err := client.GetJSON(t.Context(), url, nil)
		if !errors.Is(err, test.want) || (err == nil) != (test.want == nil) || len(r.seen) != test.tries {
			t.Errorf("%s: got %v after %d requests, want %v after %d", test.name, err, len(r.seen), test.want, test.tries)
		}
	}
}

func TestARedirectKeepsTheScheme(t *testing.T) {
	for location, want := range map[string]error{"https://registry.example/b": nil, "http://registry.example/b": trials.ErrSchema} {
		to := func(w http.ResponseWriter, req *http.Request) { http.Redirect(w, req, location, http.StatusFound) }
		r := &registry{steps: []http.HandlerFunc{to, good}}
		client := fetch.New(fetch.Config{Transport: r, Rate: rate.Inf})
		if _, err := client.GetJSON(t.Context(), address, nil); !errors.Is(err, want) || (err == nil) != (want == nil) {
			t.Errorf("to %s: got %v, want %v", location, err, want)
		}
	}
}

func TestAnAttemptLeavesNoTimerBehind(t *testing.T) {
	for name, step := range map[string]http.HandlerFunc{"good": good, "404": status(404)} {
		r := &registry{steps: []http.HandlerFunc{step}}
		client := fetch.New(fetch.Config{Transport: r, Rate: rate.Inf})
		_, _ = client.GetJSON(t.Context(), address, nil)
		if r.seen[0].Context().Err() == nil {
			t.Errorf("%s: the attempt's context is still alive after the answer", name)
		}
	}
}

func TestErrorsTellTheOperatorWhatToDo(t *testing.T) {
	tests := []struct {
		name  string
		reply roundTripper
		want  []string
	}{
		{"429", handle(status(429)), []string{"registry.example/api/studies", "429 Too Many Requests", "after 2 tries", `"words of 429"`, "fewer requests", "run again"}},
		{"500", handle(status(500)), []string{"500 Internal Server Error", "run again later"}},
		{"403", handle(status(403)), []string{"403", "user agent"}},
		{"404", handle(status(404)), []string{"404", "check the id"}},
		{"400", handle(status(400)), []string{"400 Bad Request", "words of 400", "look for an update"}},
		{"html", handle(answer("text/html", "<p>Down for\n maintenance")), []string{`"text/html"`, "<p>Down for maintenance", "base URL"}},
		{"cut off", handle(answer("application/json", `{"a`)), []string{"cut off after 3 bytes", "run again"}},
		{"network", func(*http.Request) (*http.Response, error) { return nil, errors.New("no such host") }, []string{"no such host", "after 2 tries", "check the network"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			client := fetch.New(fetch.Config{
				Rate: rate.Inf, RetryMax: 1, RetryWaitMin: 1, RetryWaitMax: 1, Transport: test.reply,
			})
			_, err := client.GetJSON(t.Context(), address, nil)
			text := fmt.Sprint(err)
			for _, want := range test.want {
				if !strings.Contains(text, want) {
					t.Errorf("got %q, want it to say %q", text, want)
				}
			}
			if strings.Contains(text, "secret") || strings.ContainsAny(text, "\n\x00") {
				t.Errorf("got %q, want one line without the query", text)
			}
		})
	}
}

func handle(h http.HandlerFunc) roundTripper {
	return (&registry{steps: []http.HandlerFunc{h}}).RoundTrip
}

func TestStatusErrorShowsTheBeginningOfTheBody(t *testing.T) {
	long := strings.Repeat("é", 150) // 300 bytes; the cut falls between characters or within one
	client := fetch.New(fetch.Config{Transport: handle(answer("text/plain", "x"+long)), Rate: rate.Inf})
	_, err := client.GetJSON(t.Context(), address, nil)
	var se *fetch.StatusError
	if !errors.As(err, &se) || se.Body != "x"+strings.Repeat("é", 99) || se.Status != 200 {
		t.Errorf("got %#v, want the first 200 bytes in whole characters", se)
	}
}

func TestBadAddresses(t *testing.T) {
	client := fetch.New(fetch.Config{})
	for _, bad := range []string{"", "registry.example/api", "ftp://registry.example/", "http://", "http://a b/", ":"} {
		if _, err := client.GetJSON(t.Context(), bad, nil); !errors.Is(err, trials.ErrInvalid) {
			t.Errorf("%q: got %v, want ErrInvalid", bad, err)
		}
	}
}

func TestWaitsAreTold(t *testing.T) {
	var b bytes.Buffer
	r := &registry{steps: []http.HandlerFunc{status(503), good}}
	client, url := quick(t, r, func(c *fetch.Config) { c.Log = slog.New(slog.NewTextHandler(&b, nil)) })
	if _, err := client.GetJSON(context.Background(), url, nil); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "503 Service Unavailable") {
		t.Errorf("got log %q, want one line that names the status", got)
	}
}
