package fetch_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"

	"trialfinder/trials"
	"trialfinder/trials/fetch"
)

// gaps are the waits between the requests that a registry has seen.
func (r *registry) gaps() []time.Duration {
	var gaps []time.Duration
	for i := 1; i < len(r.times); i++ {
		gaps = append(gaps, r.times[i].Sub(r.times[i-1]))
	}
	return gaps
}

func TestWaitsDoubleUpToTheBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &registry{steps: []http.HandlerFunc{status(503)}}
		client := fetch.New(fetch.Config{Transport: r, Rate: rate.Inf})
		_, err := client.GetJSON(t.Context(), address, nil)
		if !errors.Is(err, trials.ErrUnavailable) {
			t.Fatalf("got %v, want ErrUnavailable", err)
		}
		gaps := r.gaps()
		want := []float64{1, 2, 4, 8, 16, 30}
		if len(gaps) != len(want) {
			t.Fatalf("got %d retries, want %d", len(gaps), len(want))
		}
		for i, gap := range gaps {
			if s := gap.Seconds(); s < 0.75*want[i] || s > min(1.25*want[i], 30) {
				t.Errorf("wait %d: got %.2f s, want %g s ± 25 %%, at most 30 s", i+1, s, want[i])
			}
		}
	})
}

func TestWaitsAreSpread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seen := map[time.Duration]bool{}
		for range 20 {
			r := &registry{steps: []http.HandlerFunc{status(503), good}}
			client := fetch.New(fetch.Config{Transport: r, Rate: rate.Inf})
			if _, err := client.GetJSON(t.Context(), address, nil); err != nil {
				t.Fatal(err)
			}
			seen[r.gaps()[0]] = true
		}
		if len(seen) < 10 {
			t.Errorf("got %d different first waits of 20, want them spread", len(seen))
		}
	})
}

func TestRetryAfter(t *testing.T) {
	own := [2]time.Duration{750 * time.Millisecond, 1250 * time.Millisecond}
	exactly := func(d time.Duration) [2]time.Duration { return [2]time.Duration{d, d} }
	date := func(d time.Duration) func() string {
		return func() string { return time.Now().Add(d).UTC().Format(http.TimeFormat) }
	}
	text := func(s string) func() string { return func() string { return s } }
	tests := []struct {
		name   string
		header func() string
		want   [2]time.Duration
	}{
		{"seconds", text("7"), exactly(7 * time.Second)},
		{"date", date(2 * time.Minute), exactly(2 * time.Minute)},
		{"capped", text("7200"), exactly(15 * time.Minute)},
		{"date capped", date(48 * time.Hour), exactly(15 * time.Minute)},
		{"zero", text("0"), own},
		{"negative", text("-5"), own},
		{"past date", date(-time.Hour), own},
		{"words", text("soon"), own},
		{"empty", text(""), own},
		{"in a hundred years", text(strconv.Itoa(100 * 365 * 24 * 3600)), own},
		{"overflowing", text("9223372036854775807"), own},
		{"more digits than fit", text("99999999999999999999999"), own},
		{"a date beyond reason", text("Fri, 31 Dec 9999 23:59:59 GMT"), own},
		{"a fraction", text("1.5"), own},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := &registry{steps: []http.HandlerFunc{status(429, "Retry-After", test.header()), good}}
				client := fetch.New(fetch.Config{Transport: r, Rate: rate.Inf})
				if _, err := client.GetJSON(t.Context(), address, nil); err != nil {
					t.Fatal(err)
				}
				if got := r.gaps()[0]; got < test.want[0] || got > test.want[1] {
					t.Errorf("Retry-After %q: waited %v, want %v to %v", test.header(), got, test.want[0], test.want[1])
				}
			})
		})
	}
}

func TestARetryAfterDateIsOneOfTheRegistrysClock(t *testing.T) {
	for name, skew := range map[string]time.Duration{"fast": 3 * time.Hour, "slow": -3 * time.Hour, "right": 0} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				now := time.Now().Add(skew).UTC()
				r := &registry{steps: []http.HandlerFunc{
					status(503, "Date", now.Format(http.TimeFormat), "Retry-After", now.Add(time.Minute).Format(http.TimeFormat)), good,
				}}
				client := fetch.New(fetch.Config{Transport: r, Rate: rate.Inf})
				if _, err := client.GetJSON(t.Context(), address, nil); err != nil || r.gaps()[0] != time.Minute {
					t.Errorf("waited %v, %v; want a minute", r.gaps(), err)
				}
			})
		})
	}
}

func TestOneRequestASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// Retries and redirects keep the rate too.
		again := func(w http.ResponseWriter, req *http.Request) { http.Redirect(w, req, "/again", http.StatusFound) }
		r := &registry{steps: []http.HandlerFunc{good, good, again, status(500), good}}
		client := fetch.New(fetch.Config{Transport: r, RetryWaitMin: time.Millisecond})
		for range 3 {
			if _, err := client.GetJSON(t.Context(), address, nil); err != nil {
				t.Fatal(err)
			}
		}
		for i, gap := range r.gaps() {
			// The limiter counts in floating point and may be a nanosecond out.
			if gap.Round(time.Microsecond) != time.Second {
				t.Errorf("gap %d: got %v, want 1s", i, gap)
			}
		}
		if len(r.seen) != 5 {
			t.Errorf("got %d requests, want 5", len(r.seen))
		}
	})
}

func TestAnAttemptThatHangsIsEndedAndTriedAgain(t *testing.T) {
	hangs := map[string]roundTripper{
		"before the answer": func(req *http.Request) (*http.Response, error) {
			<-req.Context().Done()
			return nil, req.Context().Err()
		},
		"in the body": func(req *http.Request) (*http.Response, error) {
			return &http.Response{
				StatusCode: http.StatusOK, Request: req, Header: http.Header{"Content-Type": {"application/json"}},
				Body: io.NopCloser(readerFunc(func([]byte) (int, error) {
					<-req.Context().Done()
					return 0, req.Context().Err()
				})),
			}, nil
		},
	}
	for name, hang := range hangs {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tries := 0
				transport := roundTripper(func(req *http.Request) (*http.Response, error) {
					tries++
					return hang(req)
				})
				client := fetch.New(fetch.Config{Transport: transport, Timeout: 10 * time.Second, RetryMax: 2})
				_, err := client.GetJSON(t.Context(), address, nil)
				if !errors.Is(err, trials.ErrUnavailable) || errors.Is(err, context.DeadlineExceeded) || tries != 3 {
					t.Errorf("got %v after %d tries, want ErrUnavailable (and no deadline of the caller's) after 3", err, tries)
				}
			})
		})
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestTheContextEndsEverythingPromptly(t *testing.T) {
	block := roundTripper(func(req *http.Request) (*http.Response, error) {
		<-req.Context().Done()
		return nil, req.Context().Err()
	})
	tests := map[string]fetch.Config{
		"in flight":         {Transport: block},
		"waiting to retry":  {Transport: &registry{steps: []http.HandlerFunc{status(429, "Retry-After", "600")}}},
		"waiting its turn":  {Transport: &registry{steps: []http.HandlerFunc{good}}, Rate: rate.Every(time.Hour)},
		"while backing off": {Transport: &registry{steps: []http.HandlerFunc{status(503)}}, RetryWaitMin: time.Hour, RetryWaitMax: time.Hour},
	}
	for name, cfg := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := fetch.New(cfg)
				ctx, cancel := context.WithCancel(t.Context())
				start := time.Now()
				time.AfterFunc(3*time.Second, cancel)
				var err error
				for err == nil {
					_, err = client.GetJSON(ctx, address, nil)
				}
				if took := time.Since(start); !errors.Is(err, context.Canceled) || took != 3*time.Second {
					t.Errorf("got %v after %v, want context.Canceled after 3s", err, took)
				}
			})
		})
	}
}

func TestADeadlineBeforeTheNextTurnIsToldAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := fetch.New(fetch.Config{Transport: &registry{steps: []http.HandlerFunc{good}}, Rate: rate.Every(time.Hour)})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start := time.Now()
		if _, err := client.GetJSON(ctx, address, nil); err != nil {
			t.Fatal(err)
		}
		_, err := client.GetJSON(ctx, address, nil)
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 0 {
			t.Errorf("got %v after %v, want context.DeadlineExceeded at once", err, time.Since(start))
		}
	})
}

func TestABudgetEndsTheNight(t *testing.T) {
	tests := map[string]struct {
		cfg   fetch.Config
		took  time.Duration
		tries int
	}{
		"one request a minute":            {fetch.Config{Transport: &registry{steps: []http.HandlerFunc{good}}, Rate: rate.Every(time.Minute)}, time.Hour, 61},
		"a wait that the registry wants":  {fetch.Config{Transport: &registry{steps: []http.HandlerFunc{status(429, "Retry-After", "900")}}, RetryMax: 100}, time.Hour, 5},
		"the next turn would be too late": {fetch.Config{Transport: &registry{steps: []http.HandlerFunc{good}}, Rate: rate.Every(40 * time.Minute)}, 40 * time.Minute, 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				test.cfg.Budget = fetch.NewBudget(time.Hour)
				client := fetch.New(test.cfg)
				time.Sleep(5 * time.Hour) // before the first request no time is counted
				start := time.Now()
				var err error
				for err == nil {
					_, err = client.GetJSON(t.Context(), address, nil)
				}
				if took := time.Since(start); !errors.Is(err, trials.ErrUnavailable) || errors.Is(err, context.DeadlineExceeded) || took > test.took {
					t.Errorf("got %v after %v, want ErrUnavailable after %v", err, took, test.took)
				}
				if r, ok := test.cfg.Transport.(*registry); !ok || len(r.seen) > test.tries {
					t.Errorf("got %d requests, want at most %d", len(r.seen), test.tries)
				}
				if !strings.Contains(err.Error(), "1h0m0s") {
					t.Errorf("got %q, want it to name the budget", err)
				}
			})
		})
	}
}
