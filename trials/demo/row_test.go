package demo_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"

	"trialfinder/trials"
	"trialfinder/trials/demo"
	"trialfinder/trials/fetch"
)

// One test for each row of the table of faults that concerns what registries send;
// docs/reliability.md lists them. Those of the store and the runs are in
// trials/store and trials/ingest.

func TestFaultTruncatedJSON(t *testing.T) {
	for tenth := 1; tenth < 10; tenth++ {
		eachRegistry(t, onLists(demo.Fault{Tenths: tenth}, 2), fetch.Config{}, func(t *testing.T, w *world) {
			w.whole(t, w.everything(t)) // tried again, and the record that was cut is whole
		})
		eachRegistry(t, onLists(demo.Fault{Tenths: tenth}), fetch.Config{}, func(t *testing.T, w *world) {
			got := w.everything(t)
			if !errors.Is(got.err, trials.ErrUnavailable) || got.given > 0 {
				t.Errorf("cut at %d tenths for ever: got %d records, %v; want none and ErrUnavailable", tenth, got.given, got.err)
			}
		})
	}
	for name, f := range map[string]demo.Fault{"wrong length": {Disconnect: true}, "cut in the middle": {Truncate: true}} {
		eachRegistry(t, onLists(f, 1, 3), fetch.Config{}, func(t *testing.T, w *world) {
			got := w.everything(t)
			if w.whole(t, got); t.Failed() {
				t.Errorf("%s", name)
			}
		})
	}
}

func TestFaultInvalidUTF8HTMLAndEmptyPages(t *testing.T) {
	for name, f := range map[string]demo.Fault{
		"HTML with 200":       {Body: "<html>Down for maintenance</html>", ContentType: "text/html"},
		"HTML called JSON":    {Body: "<html>Down for maintenance</html>"},
		"JSON called HTML":    {ContentType: "text/html"},
		"no type":             {ContentType: "application/octet-stream"},
		"another document":    {Body: `{"trials":[]}`},
		"a list without rows": {Body: `{"studies":null,"data":null,"pagination":{"totalRecords":3,"nextPage":false}}`},
		"a document of text":  {Body: `"studies"`},
	} {
		eachRegistry(t, onLists(f, 2, 3, 4), fetch.Config{}, func(t *testing.T, w *world) {
			if got := w.everything(t); !errors.Is(got.err, trials.ErrSchema) {
				t.Errorf("%s: got %v, want ErrSchema", name, got.err)
			}
		})
	}
	// One byte that is no text sets its record aside, with the record, and the
	// others come.
	spoilt := func(q question) demo.Fault { return demo.Fault{Old: "PRE-LUNG", New: "PRE-L\xffNG"} }
	eachRegistry(t, spoilt, fetch.Config{}, func(t *testing.T, w *world) {
		got := w.everything(t)
		if got.err != nil || len(got.bad) != 1 || len(got.ids) != w.count-1 || !strings.Contains(string(got.bad[0].Raw), "\xff") || got.bad[0].ID == "" {
			t.Errorf("got %d records, %v set aside, %v; want all but one, which is kept as it was sent", len(got.ids), got.bad, got.err)
		}
	})
	// A page without studies is a page like others.
	eachRegistry(t, onLists(demo.Fault{EmptyPage: true}, 2), fetch.Config{}, func(t *testing.T, w *world) { w.whole(t, w.everything(t)) })
}

func TestFault429WithRetryAfter(t *testing.T) {
	own := 1250 * time.Millisecond // a second, and the jitter
	for _, test := range []struct {
		name        string
		retryAfter  func() string
		least, most time.Duration
	}{
		{"seconds", func() string { return "7" }, 7 * time.Second, 7 * time.Second},
		{"date", func() string { return time.Now().Add(90 * time.Second).UTC().Format(http.TimeFormat) }, 90 * time.Second, 90 * time.Second},
		{"long", func() string { return "86400" }, 15 * time.Minute, 15 * time.Minute},
		{"absurd", func() string { return "99999999999" }, 750 * time.Millisecond, own},
		{"words", func() string { return "tomorrow" }, 750 * time.Millisecond, own},
		{"absent", func() string { return "" }, 750 * time.Millisecond, own},
	} {
		fault := func(q question) demo.Fault {
			if q.list && q.n == 2 {
				return demo.Fault{Status: http.StatusTooManyRequests, RetryAfter: test.retryAfter()}
			}
			return demo.Fault{}
		}
		eachRegistry(t, fault, fetch.Config{}, func(t *testing.T, w *world) {
			w.whole(t, w.everything(t))
			at := w.lists()
			if wait := at[2].Sub(at[1]); wait < test.least || wait > test.most {
				t.Errorf("%s: waited %v, want %v to %v", test.name, wait, test.least, test.most)
			}
		})
	}
	eachRegistry(t, onLists(demo.Fault{Status: 429, RetryAfter: "900"}), fetch.Config{RetryMax: 1000}, func(t *testing.T, w *world) {
		begun := time.Now()
		got := w.everything(t)
		if took := time.Since(begun); !errors.Is(got.err, trials.ErrUnavailable) || took > 4*time.Hour {
			t.Errorf("throttled for ever: got %v after %v, want ErrUnavailable within the night's four hours", got.err, took)
		}
	})
}

func TestFault5xxTimeoutsDNSAndTLS(t *testing.T) {
	for name, f := range map[string]demo.Fault{
		"500": {Status: 500}, "502": {Status: 502}, "503": {Status: 503}, "504": {Status: 504}, "408": {Status: 408}, "425": {Status: 425},
		"no answer in time": {Hang: time.Hour}, "a body that stops": {Stall: time.Hour}, "a broken connection": {Disconnect: true},
	} {
		eachRegistry(t, onLists(f, 1, 2, 4), fetch.Config{}, func(t *testing.T, w *world) {
			if w.whole(t, w.everything(t)); t.Failed() {
				t.Errorf("%s, now and then", name)
			}
		})
		eachRegistry(t, onLists(f), fetch.Config{}, func(t *testing.T, w *world) {
			got := w.everything(t)
			// The first list that can't be had ends the walk: no further one is tried.
			if tries := len(w.questions()); !errors.Is(got.err, trials.ErrUnavailable) || got.given > 0 || tries > 10 {
				t.Errorf("%s for ever: got %d records, %v after %d requests; want ErrUnavailable after one question's tries", name, got.given, got.err, tries)
			}
		})
	}
	for name, err := range map[string]error{
		"DNS":                   &net.DNSError{Err: "no such host", Name: "registry.example", IsNotFound: true},
		"TLS":                   &tls.CertificateVerificationError{Err: errors.New("certificate has expired")},
		"no route":              &net.OpError{Op: "dial", Err: errors.New("no route to host")},
		"a connection refused":  &net.OpError{Op: "dial", Err: errors.New("connection refused")},
		"the other end hung up": errors.New("EOF"),
	} {
		broken := roundTripper(func(*http.Request) (*http.Response, error) { return nil, err })
		eachRegistry(t, nil, fetch.Config{Transport: broken}, func(t *testing.T, w *world) {
			if got := w.everything(t); got.err == nil || got.given > 0 || !strings.Contains(got.err.Error(), err.Error()) {
				t.Errorf("%s: got %v, want it told", name, got.err)
			}
		})
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestFault5xxOfSingleDossiers: one dossier that can't be had is set aside; when
// several in a row can't, the register is down and is left alone.
func TestFault5xxOfSingleDossiers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one := func(q question) demo.Fault {
			if strings.Contains(q.target, "2025-540001-01-00") && !q.list {
				return demo.Fault{Status: 500}
			}
			return demo.Fault{}
		}
		w := newWorld(t, trials.CTIS, one, fetch.Config{}, demo.Options{})
		got := w.everything(t)
		if got.err != nil || len(got.bad) != 1 || !errors.Is(got.bad[0], trials.ErrUnavailable) || len(got.ids) != w.count-1 {
			t.Errorf("one: got %d trials, %v set aside, %v; want all but one", len(got.ids), got.bad, got.err)
		}
		w = newWorld(t, trials.CTIS, func(q question) demo.Fault {
			if q.list {
				return demo.Fault{}
			}
			return demo.Fault{Status: 500}
		}, fetch.Config{RetryMax: -1}, demo.Options{})
		got = w.everything(t)
		if !errors.Is(got.err, trials.ErrUnavailable) || len(got.bad) != 2 || len(w.questions()) != 4 {
			t.Errorf("all: got %v after %d requests, %d set aside; want the walk ended by the third", got.err, len(w.questions()), len(got.bad))
		}
	})
}

func TestFaultRedirectToAnotherHost(t *testing.T) {
	for name, f := range map[string]demo.Fault{
		"moved":          {Status: 301, Location: "https://elsewhere.example/api/v2/studies"},
		"found":          {Status: 302, Location: "https://elsewhere.example/"},
		"another scheme": {Status: 307, Location: "http://gov.example/api/v2/studies"},
	} {
		eachRegistry(t, onLists(f, 2), fetch.Config{}, func(t *testing.T, w *world) {
			got := w.everything(t)
			if !errors.Is(got.err, trials.ErrSchema) || !strings.Contains(got.err.Error(), "redirected to") {
				t.Errorf("%s: got %v, want it refused and told", name, got.err)
			}
		})
	}
}

func TestFaultEndlessPagesAndTheCap(t *testing.T) {
	eachRegistry(t, onLists(demo.Fault{RepeatToken: true}), fetch.Config{}, func(t *testing.T, w *world) {
		if got := w.everything(t); !errors.Is(got.err, trials.ErrSchema) || len(w.lists()) > 10 {
			t.Errorf("got %v after %d pages, want the repetition noticed", got.err, len(w.lists()))
		}
	})
	for _, test := range []struct{ cap, pages int }{
		{17, 5 + 1},         // just enough: the other end is walked until it meets the first
		{12, 3 + 3},         // two ends that meet
		{8, 2 + 2 + 11 + 4}, // two ends that don't: by status, of which one is too large again
	} {
		t.Run(strconv.Itoa(test.cap), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, trials.CTIS, nil, fetch.Config{}, demo.Options{Cap: test.cap})
				w.whole(t, w.everything(t))
				if n := len(w.lists()); n > test.pages {
					t.Errorf("got %d pages, want at most %d", n, test.pages)
				}
			})
		})
	}
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, trials.CTIS, nil, fetch.Config{}, demo.Options{Cap: 4})
		if got := w.everything(t); !errors.Is(got.err, trials.ErrSchema) || !strings.Contains(got.err.Error(), "more rows") {
			t.Errorf("a status with more rows than both ends give: got %v, want it flagged", got.err)
		}
	})
}

func TestFaultRecordsThatComeTwiceOrSlipAway(t *testing.T) {
	eachRegistry(t, onLists(demo.Fault{Shift: 2}), fetch.Config{}, func(t *testing.T, w *world) { w.whole(t, w.everything(t)) })
	// What slips past the end of a page once is found when the query begins again.
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, trials.CTIS, onLists(demo.Fault{Shift: -1}, 2), fetch.Config{}, demo.Options{})
		w.whole(t, w.everything(t))
	})
	eachRegistry(t, onLists(demo.Fault{Shift: -1}), fetch.Config{}, func(t *testing.T, w *world) {
		if got := w.everything(t); !errors.Is(got.err, trials.ErrSchema) {
			t.Errorf("always: got %v, want ErrSchema, since fewer came than were promised", got.err)
		}
	})
}

// TestFaultSchemaDrift: what single fields do is in the property tests of each
// package (ctgov's TestEveryFieldGoneOrMistyped…, ctis's likewise).
func TestFaultSchemaDrift(t *testing.T) {
	drift := func(t *testing.T, w *world) map[string]int {
		d, ok := w.source.(interface{ Drift() map[string]int })
		if !ok {
			t.Fatal("the source counts no drift")
		}
		return d.Drift()
	}
	mistyped := func(question) demo.Fault {
		return demo.Fault{Old: `"officialTitle":"`, New: `"officialTitle":7,"x":"`}
	}
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, trials.CTGov, mistyped, fetch.Config{}, demo.Options{})
		got := w.everything(t)
		if n := drift(t, w)["protocolSection.identificationModule.officialTitle"]; got.err != nil || n == 0 || n != len(got.bad) {
			t.Errorf("got %d set aside, %d counted, %v; want each counted by its field", len(got.bad), n, got.err)
		}
		w = newWorld(t, trials.CTIS, func(question) demo.Fault { return demo.Fault{Old: `"fullTitle":"`, New: `"fullTitle":7,"x":"`} }, fetch.Config{}, demo.Options{})
		got = w.everything(t)
		if n := drift(t, w)["authorizedApplication.authorizedPartI.trialDetails.clinicalTrialIdentifiers.fullTitle"]; got.err != nil || n != w.count || n != len(got.bad) {
			t.Errorf("got %d set aside, %d counted, %v; want each counted by its field", len(got.bad), n, got.err)
		}
		w = newWorld(t, trials.CTIS, func(question) demo.Fault { return demo.Fault{Old: `PublicStatusCode":4`, New: `PublicStatusCode":44`} }, fetch.Config{}, demo.Options{})
		got = w.everything(t)
		w.whole(t, got) // a status that nobody knows is unknown, and its trial is listed
		if drift(t, w)["overallStatus"] == 0 {
			t.Error("a new status was not counted")
		}
	})
}

func TestFaultMassDeletion(t *testing.T) {
	// A list that ends early is no list of fewer: neither a walk nor the ids.
	short := demo.Fault{Body: `{"studies":[],"totalCount":112,"data":[],"pagination":{"totalRecords":16,"nextPage":false}}`}
	eachRegistry(t, onLists(short), fetch.Config{}, func(t *testing.T, w *world) {
		if got := w.everything(t); !errors.Is(got.err, trials.ErrSchema) {
			t.Errorf("walk: got %v, want ErrSchema", got.err)
		}
		var last error
		for _, err := range w.IDs(t.Context()) {
			last = err
		}
		if !errors.Is(last, trials.ErrSchema) {
			t.Errorf("ids: got %v, want ErrSchema", last)
		}
	})
	eachRegistry(t, nil, fetch.Config{}, func(t *testing.T, w *world) {
		n := 0
		for _, err := range w.IDs(t.Context()) {
			if n++; err != nil {
				t.Fatal(err)
			}
		}
		if n != w.count {
			t.Errorf("ids: got %d, want %d", n, w.count)
		}
	})
}

func TestFaultRecordWithdrawnReopenedOrRenamed(t *testing.T) {
	eachRegistry(t, nil, fetch.Config{}, func(t *testing.T, w *world) {
		gone, reopened, old, now := "NCT99000085", "NCT99000039", "NCT99009072", "NCT99000072"
		if w.ID() == trials.CTIS {
			gone, reopened, old, now = "2022-540007-07-00", "2023-540005-05-00", "2025-521333-21-00", "2025-521333-21-01"
		}
		w.demo.SetNight(2)
		if _, err := w.Study(t.Context(), gone); !errors.Is(err, trials.ErrNotFound) {
			t.Errorf("%s: got %v, want ErrNotFound", gone, err)
		}
		if got, err := w.Study(t.Context(), reopened); err != nil || got.Trial.Status != trials.Recruiting {
			t.Errorf("%s: got %s, %v; want it recruiting again", reopened, got.Trial.Status, err)
		}
		if got, err := w.Study(t.Context(), old); err != nil || got.Trial.ID != now || !slices.Contains(got.Trial.Aliases, old) {
			t.Errorf("%s: got %s, %v; want %s, with the old id among its aliases", old, got.Trial.ID, err, now)
		}
		for id, err := range w.IDs(t.Context()) {
			if err != nil || id == gone || id == old {
				t.Errorf("ids: got %s, %v", id, err)
			}
		}
	})
}

// TestFaultKilledMidSync: a walk that is cut off anywhere goes on from the page of
// the last record that was kept, and together they give everything.
func TestFaultKilledMidSync(t *testing.T) {
	eachRegistry(t, nil, fetch.Config{}, func(t *testing.T, w *world) {
		whole := w.everything(t)
		for cut := 1; cut < whole.given; cut += 3 {
			ctx, kill := context.WithCancel(t.Context())
			kept, last := map[string]bool{}, ""
			for record, err := range w.ChangedFrom(ctx, time.Time{}, "") {
				if err != nil {
					break
				}
				kept[record.Trial.ID], last = true, record.Page
				if len(kept) == cut {
					kill()
				}
			}
			rest := w.walk(t.Context(), time.Time{}, last)
			for _, id := range rest.ids {
				kept[id] = true
			}
			if rest.err != nil || len(kept) != w.count || rest.given == 0 {
				t.Fatalf("cut after %d: got %d of %d, %v", cut, len(kept), w.count, rest.err)
			}
			kill()
		}
	})
}

// TestFaultSIGTERM: the context ends a walk at once, wherever it is.
func TestFaultSIGTERM(t *testing.T) {
	eachRegistry(t, onLists(demo.Fault{Status: 503, RetryAfter: "600"}, 2), fetch.Config{}, func(t *testing.T, w *world) {
		ctx, stop := context.WithTimeout(t.Context(), time.Minute)
		defer stop()
		begun := time.Now()
		got := w.walk(ctx, time.Time{}, "")
		if !errors.Is(got.err, context.DeadlineExceeded) || time.Since(begun) != time.Minute {
			t.Errorf("got %v after %v, want it ended in the middle of a wait", got.err, time.Since(begun))
		}
	})
}

// TestFaultSlowAndLargeAnswers: neither time nor memory goes without bounds.
func TestFaultSlowAndLargeAnswers(t *testing.T) {
	eachRegistry(t, nil, fetch.Config{MaxBody: 20_000}, func(t *testing.T, w *world) {
		if got := w.everything(t); w.ID() == trials.CTGov && (!errors.Is(got.err, trials.ErrSchema) || !strings.Contains(fmt.Sprint(got.err), "larger than")) {
			t.Errorf("got %v, want the large answer refused", got.err)
		}
	})
	slow := func(question) demo.Fault { return demo.Fault{Hang: 50 * time.Second} }
	eachRegistry(t, slow, fetch.Config{Budget: fetch.NewBudget(3 * time.Minute), Rate: rate.Limit(1)}, func(t *testing.T, w *world) {
		begun := time.Now()
		got := w.everything(t)
		if w.ID() == trials.CTIS && (!errors.Is(got.err, trials.ErrUnavailable) || time.Since(begun) > 3*time.Minute) {
			t.Errorf("got %v after %v, want the budget to end it", got.err, time.Since(begun))
		}
	})
}
