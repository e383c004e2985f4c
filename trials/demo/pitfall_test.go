package demo_test

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"trialfinder/trials"
	"trialfinder/trials/ctgov"
	"trialfinder/trials/ctis"
	"trialfinder/trials/demo"
	"trialfinder/trials/fetch"
)

// One test for each bug that others made with these registries, as far as it is
// one of asking them; docs/reliability.md lists them.

// targets are the addresses and bodies of all questions, decoded.
func (w *world) targets() string {
	var b strings.Builder
	for _, q := range w.questions() {
		text, err := url.QueryUnescape(q.target)
		if err != nil {
			text = q.target
		}
		b.WriteString(text + "\n")
	}
	return b.String()
}

// An age or a sex in the question leaves out each trial that states none (B1), and
// takes those of the other sex (B9); a status lets no trial be seen closing (B2).
func TestPitfallB1B2B9NoFilterInTheQuestion(t *testing.T) {
	eachRegistry(t, nil, fetch.Config{}, func(t *testing.T, w *world) {
		w.walk(t.Context(), time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), "")
		asked := w.targets()
		for _, bad := range []string{
			"AREA[MinimumAge]", "AREA[MaximumAge]", "AREA[Sex]", "overallStatus", "geo", "query.patient", // ClinicalTrials.gov
			"ageGroupCode", "gender", `"status":[`, "msc", // the EU's register
		} {
			if strings.Contains(asked, bad) {
				t.Errorf("the question holds %s: %s", bad, asked)
			}
		}
	})
}

// The search for a condition is fuzzy: what a trial is about is decided here, by
// what it gives.
func TestPitfallB8NoSearchByCondition(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, trials.CTGov, nil, fetch.Config{}, demo.Options{})
		source, err := ctgov.New(ctgov.Config{BaseURL: "https://gov.example/api/v2", Terms: []string{"pembrolizumab"},
			Fetch: fetch.New(fetch.Config{Transport: demo.Transport{Handler: w.demo}})})
		if err != nil {
			t.Fatal(err)
		}
		for range source.Changed(t.Context(), time.Time{}) {
		}
		if asked := w.targets(); strings.Contains(asked, "query.cond") || strings.Contains(asked, "query.term") || !strings.Contains(asked, `query.intr="pembrolizumab"`) {
			t.Errorf("got %s, want a search in what is given alone", asked)
		}
	})
}

// One bad id among many fails them all: each is asked for alone.
func TestPitfallB10EachStudyIsAskedForAlone(t *testing.T) {
	eachRegistry(t, nil, fetch.Config{}, func(t *testing.T, w *world) {
		ids := []string{"NCT99000001", "NCT99999999", "NCT99000002"}
		if w.ID() == trials.CTIS {
			ids = []string{"2025-520202-20-00", "2025-599999-99-00", "2025-540001-01-00"}
		}
		for i, id := range ids {
			_, err := w.Study(t.Context(), id)
			if (err == nil) != (i != 1) || i == 1 && !errors.Is(err, trials.ErrNotFound) {
				t.Errorf("%s: got %v, want the second alone not found", id, err)
			}
		}
		if strings.Contains(w.targets(), "filter.ids") {
			t.Error("ids were asked for in a list")
		}
	})
}

// A last page that is full still names a next one, which is empty.
func TestPitfallB11AFullLastPageNamesAnEmptyOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, trials.CTGov, nil, fetch.Config{}, demo.Options{})
		size := 2
		for w.count%size != 0 {
			size++
		}
		source, err := ctgov.New(ctgov.Config{BaseURL: "https://gov.example/api/v2", Scope: ctgov.ScopeAll, PageSize: size,
			Fetch: fetch.New(fetch.Config{Transport: demo.Transport{Handler: w.demo}})})
		if err != nil {
			t.Fatal(err)
		}
		w.source = source
		w.whole(t, w.everything(t))
		if n := len(w.lists()); n != w.count/size+1 {
			t.Errorf("got %d pages of %d, want those of %d studies and an empty one", n, size, w.count)
		}
	})
}

// A token is whatever the registry says, however long.
func TestPitfallB12ALongToken(t *testing.T) {
	long := strings.Repeat("a1-_=+/ ", 500)
	n := 0
	registry := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if n++; n == 1 {
			_, _ = w.Write([]byte(`{"studies":[],"nextPageToken":"` + long + `"}`))
			return
		}
		if got := r.URL.Query().Get("pageToken"); got != long {
			t.Errorf("got a token of %d bytes, want the %d that were given", len(got), len(long))
		}
		_, _ = w.Write([]byte(`{"studies":[]}`))
	})
	source, err := ctgov.New(ctgov.Config{BaseURL: "https://gov.example/api/v2", Scope: ctgov.ScopeAll,
		Fetch: fetch.New(fetch.Config{Transport: demo.Transport{Handler: registry}, Rate: 1000})})
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range source.Changed(t.Context(), time.Time{}) {
		t.Error(err)
	}
	if n != 2 {
		t.Errorf("got %d pages, want 2", n)
	}
}

// The register cuts a query off at so many rows, without a word.
func TestPitfallB13TheCapIsSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, trials.CTIS, nil, fetch.Config{}, demo.Options{Cap: 8})
		w.whole(t, w.everything(t))
	})
}

// The register's firewall answers 403 to what it takes for a burst.
func TestPitfallB14TheFirewallLetsUsInAgain(t *testing.T) {
	for _, status := range []int{http.StatusForbidden, http.StatusTooManyRequests} {
		synctest.Test(t, func(t *testing.T) {
			begun := time.Now()
			burst := func(question) demo.Fault {
				if time.Since(begun) < 2*time.Minute {
					return demo.Fault{Status: status}
				}
				return demo.Fault{}
			}
			w := newWorld(t, trials.CTIS, burst, fetch.Config{}, demo.Options{})
			w.whole(t, w.everything(t))
		})
	}
	// ClinicalTrials.gov has no such wall: there 403 is an answer.
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, trials.CTGov, onLists(demo.Fault{Status: 403}, 1), fetch.Config{}, demo.Options{})
		if got := w.everything(t); !errors.Is(got.err, trials.ErrUnavailable) || len(w.questions()) != 1 {
			t.Errorf("got %v after %d requests, want no second try", got.err, len(w.questions()))
		}
	})
}

// A country that stands in the list twice has the status of its last decision.
func TestPitfallB15ACountryTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, trials.CTIS, nil, fetch.Config{}, demo.Options{})
		got, err := w.Study(t.Context(), "2024-540010-10-00")
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range got.Trial.Sites {
			if s.Status != trials.Recruiting {
				t.Errorf("%s in %s: got %s, want RECRUITING", s.Facility, s.Country, s.Status)
			}
		}
	})
}

// The last known status is not the status.
func TestPitfallB16LastKnownStatusIsNotTheStatus(t *testing.T) {
	record, err := ctgov.Normalise([]byte(`{"protocolSection":{"identificationModule":{"nctId":"NCT99000001"},
		"statusModule":{"overallStatus":"UNKNOWN","lastKnownStatus":"RECRUITING"}}}`))
	if err != nil || record.Trial.Status != trials.UnknownStatus || record.Trial.LastKnownStatus != trials.Recruiting {
		t.Errorf("got %s, last known %s, %v; want UNKNOWN and RECRUITING", record.Trial.Status, record.Trial.LastKnownStatus, err)
	}
}

// A trial's link leads to its own registry.
func TestPitfallB21ALinkToTheOwnRegistry(t *testing.T) {
	eachRegistry(t, nil, fetch.Config{}, func(t *testing.T, w *world) {
		host := map[trials.SourceID]string{trials.CTGov: "https://clinicaltrials.gov/study/", trials.CTIS: "https://euclinicaltrials.eu/"}[w.ID()]
		for _, id := range w.everything(t).ids {
			if link := trials.URL(id); !strings.HasPrefix(link, host) || !strings.HasSuffix(link, id) {
				t.Errorf("%s: got %s, want a page of %s", id, link, host)
			}
		}
	})
}

// The countries of one trial are one record, and a trial that was submitted again
// is one too.
func TestPitfallB22OneTrialIsOneRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, trials.CTIS, nil, fetch.Config{}, demo.Options{Night: 2})
		bases := map[string]string{}
		for _, id := range w.everything(t).ids {
			base := id[:len(id)-3]
			if other := bases[base]; other != "" {
				t.Errorf("got %s and %s, want one of them", other, id)
			}
			bases[base] = id
		}
	})
}

// A trial without criteria has none: nothing is put in their place.
func TestPitfallB23NoCriteriaAreNone(t *testing.T) {
	gov, err := ctgov.Normalise([]byte(`{"protocolSection":{"identificationModule":{"nctId":"NCT99000001"}}}`))
	if err != nil || gov.Trial.Eligibility.Criteria != "" || gov.Trial.Eligibility.MinimumAge != nil || gov.Trial.Eligibility.Sex != "" {
		t.Errorf("ctgov: got %+v, %v; want nothing", gov.Trial.Eligibility, err)
	}
	eu, err := ctis.Normalise([]byte(`{"ctNumber":"2031-512345-12-00","authorizedApplication":{"authorizedPartI":{}}}`))
	if e := eu.Trial.Eligibility; err != nil || e.Criteria != "" || e.Sex != "" || e.MinimumAge == nil || e.MinimumAge.Unit != "" {
		t.Errorf("ctis: got %+v, %v; want nothing but an age that is not known", e, err)
	}
}

// Names in all letters come as they were sent.
func TestPitfallB24NoMojibake(t *testing.T) {
	eachRegistry(t, nil, fetch.Config{}, func(t *testing.T, w *world) {
		found := false
		for record, err := range w.Changed(t.Context(), time.Time{}) {
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range record.Trial.Sites {
				found = found || strings.Contains(s.Facility, "Østersund") || strings.Contains(s.City, "København")
				if strings.ContainsAny(s.Facility+s.City, "Ã�") {
					t.Errorf("%s: got %q in %q", record.Trial.ID, s.Facility, s.City)
				}
			}
		}
		if !found {
			t.Error("no name with a letter beyond ASCII came")
		}
	})
}

// A trial that is missing without a word makes the walk fail.
func TestPitfallB25NothingIsMissingWithoutAWord(t *testing.T) {
	eachRegistry(t, onLists(demo.Fault{Shift: -1}), fetch.Config{}, func(t *testing.T, w *world) {
		if got := w.everything(t); got.err == nil {
			t.Errorf("got %d of %d records and no error", len(got.ids), w.count)
		}
	})
}

// An empty page is not the end.
func TestPitfallB26AnEmptyPageIsNotTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, trials.CTGov, onLists(demo.Fault{EmptyPage: true}, 1, 3), fetch.Config{}, demo.Options{})
		w.whole(t, w.everything(t))
	})
}

// One request a second, by somebody who says who he is.
func TestWeArePolite(t *testing.T) {
	eachRegistry(t, nil, fetch.Config{Rate: 1, UserAgent: "finder/1 (+mailto:ops@example.org)"}, func(t *testing.T, w *world) {
		w.everything(t)
		asked := w.questions()
		for i := 1; i < len(asked); i++ {
			if gap := asked[i].at.Sub(asked[i-1].at); gap < time.Second-time.Microsecond {
				t.Errorf("request %d came %v after the one before", i+1, gap)
			}
		}
		if slices.ContainsFunc(asked, func(q question) bool { return !strings.Contains(q.agent, "ops@example.org") }) {
			t.Error("a request does not say whom to write to")
		}
	})
}
