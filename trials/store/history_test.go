package store_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trialfinder/trials"
	"trialfinder/trials/store"
	"trialfinder/trials/store/storetest"
)

func history(t *testing.T, db *store.DB, id string) trials.History {
	t.Helper()
	h, err := db.History(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func kinds(t *testing.T, db *store.DB, id string) []string {
	t.Helper()
	got := []string{}
	for _, e := range history(t, db, id).Events {
		got = append(got, string(e.Kind))
	}
	return got
}

func TestHistory(t *testing.T) {
	db := storetest.Open(t)
	night(t, db, day1, record(nct(1)))
	night(t, db, day2, record(nct(1), status(trials.Suspended)))
	night(t, db, day2, record(nct(1), status(trials.Suspended))) // nothing new
	night(t, db, day3, record(nct(1), status(trials.Recruiting), title("Back")))
	h := history(t, db, "nct99000001")
	want := []trials.Event{
		{At: day1, Kind: trials.EventNew, New: "RECRUITING"},
		{At: day2, Kind: trials.EventStatus, Old: "RECRUITING", New: "SUSPENDED"},
		{At: day3, Kind: trials.EventReopened, Old: "SUSPENDED", New: "RECRUITING"},
	}
	for i := range h.Events {
		h.Events[i].ID = 0
	}
	if diff := cmp.Diff(want, h.Events); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	var seen []trials.Status
	for i, v := range h.Versions {
		seen = append(seen, v.Status)
		if v.Current != (i == len(h.Versions)-1) {
			t.Errorf("version %d: current is %v", i, v.Current)
		}
	}
	if diff := cmp.Diff([]trials.Status{trials.Recruiting, trials.Suspended, trials.Recruiting}, seen); diff != "" {
		t.Errorf("versions (-want +got):\n%s", diff)
	}
	if _, err := db.History(t.Context(), nct(7)); !errors.Is(err, trials.ErrNotFound) {
		t.Errorf("unknown: got %v, want ErrNotFound", err)
	}
}

// A record that only this program reads otherwise makes no version and no event.
func TestReadingAnewIsNoHistory(t *testing.T) {
	db := storetest.Open(t)
	night(t, db, day1, record(nct(1)))
	better := record(nct(1))
	better.Trial.Status = trials.Completed
	night(t, db, day2, better)
	h := history(t, db, nct(1))
	if len(h.Versions) != 1 || len(h.Events) != 1 || !h.Versions[0].Seen.Equal(day1) || h.Versions[0].Status != trials.Completed {
		t.Errorf("got %+v, want the one version of the first night, read anew", h)
	}
}

// An id that the registry changed: the listing, its history and old links go on.
func TestRenamedListing(t *testing.T) {
	db := storetest.Open(t)
	night(t, db, day1, record(nct(1)), record("2023-599999-22-00", ctis))
	night(t, db, day2, record(nct(2), func(t *trials.Trial) { t.Aliases = []string{nct(1)} }),
		record("2023-599999-22-01", ctis))
	for old, now := range map[string]string{nct(1): nct(2), "2023-599999-22-00": "2023-599999-22-01"} {
		got, err := db.Get(t.Context(), old)
		if err != nil || got.Trial.ID != now {
			t.Errorf("%s: got %s, %v, want %s", old, got.Trial.ID, err, now)
		}
		if got := kinds(t, db, now); len(got) != 2 || got[1] != "renamed" {
			t.Errorf("%s: events %v, want new and renamed", now, got)
		}
	}
	// An earlier application that comes late changes nothing.
	if done := night(t, db, day3, record("2023-599999-22-00", ctis, title("stale"))); done.New+done.Changed != 0 {
		t.Errorf("got %+v, want nothing changed", done)
	}
	if n, err := db.Count(t.Context()); n != 2 || err != nil {
		t.Errorf("count: got %d, %v, want 2", n, err)
	}
}

func ctis(t *trials.Trial) { t.Source = trials.CTIS }

// A trial that several registries list has a history in each: whichever is asked for
// comes first, and the others with it.
func TestHistoryOfAMergedTrial(t *testing.T) {
	const eu, eu2 = "2023-599999-22-00", "2023-599999-33-00"
	db := storetest.Open(t)
	put(t, db, day1, record(nct(1)), record(eu, ctis, names(nct(1))), record(eu2, ctis, names(nct(1))), record(nct(2)))
	put(t, db, day2, record(eu, ctis, names(nct(1)), status(trials.Suspended)))
	told := func(h trials.History) []string {
		out := []string{h.ID}
		for _, e := range h.Events {
			out = append(out, string(e.Kind))
		}
		return out
	}
	for asked, want := range map[string][][]string{
		nct(1): {{nct(1), "new"}, {eu, "new", "status"}, {eu2, "new"}},
		eu:     {{eu, "new", "status"}, {eu2, "new"}, {nct(1), "new"}},
		nct(2): {{nct(2), "new"}},
	} {
		h := history(t, db, asked)
		got := [][]string{told(h)}
		for _, other := range h.Others {
			got = append(got, told(other))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", asked, diff)
		}
	}
}
