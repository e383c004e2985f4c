package demo_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trialfinder/trials/demo"
)

// changes tells what a client sees that compares two nights study by study.
func changes(t *testing.T, night int) map[string]string {
	t.Helper()
	before, after := map[string]listing{}, map[string]listing{}
	for _, l := range listings(t, night-1) {
		before[l.id()] = l
	}
	for _, l := range listings(t, night) {
		after[l.id()] = l
	}
	seen := map[string]string{}
	for id, l := range after {
		old, was := before[id]
		a, b := old.ProtocolSection.StatusModule.OverallStatus, l.ProtocolSection.StatusModule.OverallStatus
		switch {
		case !was:
			seen[id] = "new"
		case a != b:
			seen[id] = a + " to " + b
		case !cmp.Equal(old, l):
			seen[id] = "changed"
		}
	}
	for id := range before {
		if _, is := after[id]; !is {
			seen[id] = "gone"
		}
	}
	return seen
}

func TestNights(t *testing.T) {
	t.Parallel()
	for night, want := range map[int]map[string]string{
		1: {"NCT99000018": "RECRUITING to COMPLETED", "NCT99000050": "changed", "NCT99000091": "new"},
		2: {"NCT99000039": "SUSPENDED to RECRUITING", "NCT99000085": "gone"},
		3: {},
	} {
		if diff := cmp.Diff(want, changes(t, night)); diff != "" {
			t.Errorf("night %d (-want +got):\n%s", night, diff)
		}
	}
}

func TestAnIncrementalQueryFindsWhatANightChanged(t *testing.T) {
	t.Parallel()
	g := newRegistry(t, demo.Options{})
	for _, c := range []struct {
		night int
		since string
		want  []string
	}{
		{0, "2026-11-20", []string{}},
		{1, "2026-11-21", []string{"NCT99000018", "NCT99000050", "NCT99000091"}},
		{2, "2026-11-21", []string{"NCT99000018", "NCT99000039", "NCT99000050", "NCT99000091"}},
		{2, "2026-11-22", []string{"NCT99000039"}},
	} {
		g.SetNight(c.night)
		p := getPage(t, g, studies("filter.advanced", "AREA[LastUpdatePostDate]RANGE["+c.since+",MAX]"))
		if diff := cmp.Diff(c.want, p.ids()); diff != "" {
			t.Errorf("night %d since %s (-want +got):\n%s", c.night, c.since, diff)
		}
	}
}

func TestACriterionIsRewordedAndASiteOpens(t *testing.T) {
	t.Parallel()
	find := func(night int) listing {
		for _, l := range listings(t, night) {
			if l.id() == "NCT99000050" {
				return l
			}
		}
		t.Fatalf("night %d: no NCT99000050", night)
		return listing{}
	}
	before, after := find(0).ProtocolSection, find(1).ProtocolSection
	if before.EligibilityModule.EligibilityCriteria == after.EligibilityModule.EligibilityCriteria {
		t.Error("criteria: got the same, want others")
	}
	if a, b := before.ContactsLocationsModule.Locations[2], after.ContactsLocationsModule.Locations[2]; a.City != "Odense" || a.Status != "NOT_YET_RECRUITING" || b.Status != "RECRUITING" {
		t.Errorf("got %s %s then %s, want Odense NOT_YET_RECRUITING then RECRUITING", a.City, a.Status, b.Status)
	}
}

// The registry's stamp moves every night, on studies too that have not changed.
func TestTheVersionStampFollowsTheNight(t *testing.T) {
	t.Parallel()
	for night, want := range []string{"2026-11-20", "2026-11-21", "2026-11-22"} {
		var got struct {
			DerivedSection struct {
				MiscInfoModule struct{ VersionHolder string }
			}
		}
		w := get(newRegistry(t, demo.Options{Night: night}), "/api/v2/studies/NCT99000001")
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if got := got.DerivedSection.MiscInfoModule.VersionHolder; got != want {
			t.Errorf("night %d: got %s, want %s", night, got, want)
		}
	}
}
