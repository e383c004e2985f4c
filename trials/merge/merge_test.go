package merge_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"trialfinder/trials"
	"trialfinder/trials/merge"
	"trialfinder/trials/place"
)

func TestTrial(t *testing.T) {
	towns := load(t)
	checked := time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC)
	leading := trials.Stored{Synced: checked, Trial: trials.Trial{
		ID: "NCT99000001", Source: trials.CTGov, Status: trials.Recruiting, BriefTitle: "A",
		LastUpdatePosted: trials.DateStruct{Date: trials.Date{Year: 2026, Month: 10, Day: 1}},
		Sites:            []trials.Site{{Facility: "Harbour Hospital", City: "Aarhus", Country: "Denmark", Status: trials.Recruiting}},
		CentralContacts:  []trials.Contact{{Name: "Desk", Email: "desk@example.org"}},
	}}
	alone := merge.Trial(leading, towns)
	if diff := cmp.Diff(leading.Trial, alone); diff != "" {
		t.Errorf("a listing alone (-want +got):\n%s", diff)
	}
	both := leading
	both.Others = []trials.Stored{{Synced: checked, Trial: trials.Trial{
		ID: "2023-599999-22-00", Source: trials.CTIS, Status: trials.ActiveNotRecruiting, BriefTitle: "B",
		Start: trials.DateStruct{Date: trials.Date{Year: 2026}},
		Sites: []trials.Site{
			{Facility: "Harbour Hospital, Oncology", City: "Aarhus C", Country: "Denmark", Status: trials.Completed, Contacts: []trials.Contact{{Phone: "+45 1"}}},
			{Facility: "Canal Clinic", City: "Gent", Country: "Belgium"},
		},
		CentralContacts: []trials.Contact{{Name: "Other", Email: "DESK@example.org"}, {Name: "Sponsor", Phone: "+32 2"}},
	}}}
	got := merge.Trial(both, towns)
	if got.BriefTitle != "A" || got.Status != trials.Recruiting || !slices.Contains(got.Aliases, "2023-599999-22-00") {
		t.Errorf("got %q, %s, aliases %v; want the leading words and the other id", got.BriefTitle, got.Status, got.Aliases)
	}
	want := []trials.Listing{
		{ID: "NCT99000001", Source: trials.CTGov, Status: trials.Recruiting, Updated: trials.Date{Year: 2026, Month: 10, Day: 1}, Synced: checked},
		{ID: "2023-599999-22-00", Source: trials.CTIS, Status: trials.ActiveNotRecruiting, Start: trials.Date{Year: 2026}, Synced: checked},
	}
	if diff := cmp.Diff(want, got.Listings); diff != "" {
		t.Errorf("listings (-want +got):\n%s", diff)
	}
	if len(got.Sites) != 2 || got.Sites[0].Status != trials.Recruiting || len(got.Sites[0].Contacts) != 1 || got.Sites[1].Status != trials.ActiveNotRecruiting {
		t.Errorf("sites: got %+v", got.Sites)
	}
	if len(got.CentralContacts) != 2 {
		t.Errorf("contacts: got %+v, want one of each address", got.CentralContacts)
	}
	if len(leading.Trial.Sites) != 1 || len(leading.Trial.Sites[0].Contacts) != 0 || len(leading.Trial.Aliases) != 0 {
		t.Errorf("what came in was changed: %+v", leading.Trial)
	}
}

func TestSitesWithoutDoubles(t *testing.T) {
	site := func(facility, city, country string) trials.Site {
		return trials.Site{Facility: facility, City: city, Country: country}
	}
	tests := []struct {
		name string
		a, b trials.Site
		one  bool
	}{
		{"the same words", site("Harbour Hospital", "Lyon", "France"), site("Harbour Hospital", "Lyon", "France"), true},
		{"case, accents and a department", site("Hôpital du Port", "Lyon", "France"), site("HOPITAL DU PORT, service d'oncologie", "LYON", "France"), true},
		{"two languages of a university hospital", site("Aarhus University Hospital", "Aarhus", "Denmark"), site("Aarhus Universitetshospital", "Aarhus N", "Denmark"), true},
		{"two languages of a town", site("Canal Clinic", "Copenhagen", "Denmark"), site("Canal Clinic", "København Ø", "Denmark"), true},
		{"a town in French and in English", site("Canal Clinic", "Brussels", "Belgium"), site("Canal Clinic", "Bruxelles", "Belgium"), true},
		{"a placeholder is whatever is there", site("Research Site 103", "Lyon", "France"), site("Hôpital du Port", "Lyon", "France"), true},
		{"two hospitals of a town", site("Harbour Hospital", "Lyon", "France"), site("Mountain Hospital", "Lyon", "France"), false},
		{"a university hospital and another", site("University Hospital", "Lyon", "France"), site("Mountain Hospital", "Lyon", "France"), false},
		{"one name in two towns", site("Harbour Hospital", "Lyon", "France"), site("Harbour Hospital", "Nantes", "France"), false},
		{"one town's name in two countries", site("Harbour Hospital", "Valencia", "Spain"), site("Harbour Hospital", "Valencia", "United States"), false},
		{"placeholders of two towns", site("Research Site", "Lyon", "France"), site("Research Site", "Nantes", "France"), false},
	}
	towns := load(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := merge.Trial(trials.Stored{Trial: trials.Trial{ID: "A", Sites: []trials.Site{tt.a}},
				Others: []trials.Stored{{Trial: trials.Trial{ID: "B", Sites: []trials.Site{tt.b}}}}}, towns)
			if (len(got.Sites) == 1) != tt.one {
				t.Errorf("%q in %q and %q in %q: got %d sites, want one %v", tt.a.Facility, tt.a.City, tt.b.Facility, tt.b.City, len(got.Sites), tt.one)
			}
		})
	}
}

// Two sites of one registry stay two, and a double that names neither is not one more.
func TestSitesOfOneRegistryStay(t *testing.T) {
	a := trials.Site{Facility: "Harbour Hospital", City: "Lyon", Country: "France"}
	got := merge.Trial(trials.Stored{Trial: trials.Trial{ID: "A", Sites: []trials.Site{a, a}},
		Others: []trials.Stored{{Trial: trials.Trial{ID: "B", Sites: []trials.Site{a}}}}}, load(t))
	if len(got.Sites) != 2 {
		t.Errorf("got %d sites, want the registry's 2", len(got.Sites))
	}
}

func load(t *testing.T) *place.Gazetteer {
	t.Helper()
	towns, err := place.Load()
	if err != nil {
		t.Fatal(err)
	}
	return towns
}
