package demo_test

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"trialfinder/trials/demo"
)

// listing is what the tests below look at; the names are the registry's.
type listing struct {
	ProtocolSection struct {
		IdentificationModule struct {
			NCTID            string `json:"nctId"`
			NCTIDAliases     []string
			SecondaryIDInfos []struct{ Type string } `json:"secondaryIdInfos"`
			BriefTitle       string
			Organization     struct{ FullName string }
		}
		StatusModule struct {
			OverallStatus               string
			StatusVerifiedDate          string
			StudyFirstSubmitDate        string
			LastUpdateSubmitDate        string
			StartDateStruct             date
			PrimaryCompletionDateStruct date
			CompletionDateStruct        date
			StudyFirstPostDateStruct    date
			LastUpdatePostDateStruct    date
		}
		SponsorCollaboratorsModule struct {
			LeadSponsor   struct{ Name string }
			Collaborators []struct{ Name string }
		}
		ConditionsModule struct{ Conditions []string }
		DesignModule     struct {
			StudyType string
			Phases    []string
		}
		ArmsInterventionsModule struct {
			ArmGroups []struct {
				Label             string
				InterventionNames []string
			}
			Interventions []struct {
				Type, Name     string
				ArmGroupLabels []string
			}
		}
		EligibilityModule struct {
			EligibilityCriteria string
			HealthyVolunteers   bool
			Sex                 string
			MinimumAge          string
			MaximumAge          string
		}
		ContactsLocationsModule struct {
			CentralContacts []contact
			Locations       []struct {
				Facility, Status, City, Country string
				Contacts                        []contact
				GeoPoint                        struct{ Lat, Lon float64 }
			}
		}
	}
}

type date struct{ Date string }

type contact struct{ Phone, Email string }

func (l listing) id() string { return l.ProtocolSection.IdentificationModule.NCTID }

func listings(t *testing.T, night int) []listing {
	t.Helper()
	w := get(newRegistry(t, demo.Options{Night: night}), studies("pageSize", "1000"))
	var p struct{ Studies []listing }
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	return p.Studies
}

func TestEveryListingIsWhole(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, l := range listings(t, 0) {
		p := l.ProtocolSection
		id := l.id()
		if seen[id] || !regexp.MustCompile(`^NCT9900\d{4}$`).MatchString(id) {
			t.Errorf("%s: twice, or not of the demo's own range", id)
		}
		seen[id] = true
		if p.IdentificationModule.BriefTitle == "" || len(p.ConditionsModule.Conditions) == 0 || p.EligibilityModule.Sex == "" {
			t.Errorf("%s: no title, condition or sex", id)
		}
		for i, v := range p.ArmsInterventionsModule.Interventions {
			if p.DesignModule.StudyType == "INTERVENTIONAL" && len(v.ArmGroupLabels) == 0 {
				t.Errorf("%s: intervention %d (%s) is in no arm", id, i, v.Name)
			}
		}
		names := []string{p.SponsorCollaboratorsModule.LeadSponsor.Name, p.IdentificationModule.Organization.FullName}
		for _, c := range p.SponsorCollaboratorsModule.Collaborators {
			names = append(names, c.Name)
		}
		for _, name := range names {
			if !strings.HasSuffix(name, " (fictional)") {
				t.Errorf("%s: %q does not say that it is fictional", id, name)
			}
		}
	}
}

func TestDatesAreValidAndInOrder(t *testing.T) {
	t.Parallel()
	for night, today := range []string{"2026-11-20", "2026-11-21", "2026-11-22"} {
		for _, l := range listings(t, night) {
			s := l.ProtocolSection.StatusModule
			for name, text := range map[string]string{
				"statusVerifiedDate": s.StatusVerifiedDate, "startDate": s.StartDateStruct.Date,
				"primaryCompletionDate": s.PrimaryCompletionDateStruct.Date, "completionDate": s.CompletionDateStruct.Date,
			} {
				if text != "" && !isPartialDate(text) {
					t.Errorf("%s: %s %q is no partial date", l.id(), name, text)
				}
			}
			first, last := s.StudyFirstPostDateStruct.Date, s.LastUpdatePostDateStruct.Date
			for _, text := range []string{first, last, s.StudyFirstSubmitDate, s.LastUpdateSubmitDate} {
				if _, err := time.Parse(time.DateOnly, text); err != nil {
					t.Errorf("%s: %v", l.id(), err)
				}
			}
			if first < "2024-01-01" || first > last || last > today {
				t.Errorf("%s on %s: first posted %s, last update %s", l.id(), today, first, last)
			}
			if a, b := s.PrimaryCompletionDateStruct.Date, s.CompletionDateStruct.Date; a != "" && a[:4] > b[:4] {
				t.Errorf("%s: primary completion %s after completion %s", l.id(), a, b)
			}
		}
	}
}

func isPartialDate(text string) bool {
	return slices.ContainsFunc([]string{"2006", "2006-01", time.DateOnly}, func(layout string) bool {
		_, err := time.Parse(layout, text)
		return err == nil
	})
}

// Nobody's telephone must ring, and nobody's mailbox fill, because of the demo.
func TestContactsReachNobody(t *testing.T) {
	t.Parallel()
	phone := regexp.MustCompile(`^(\+\d{1,2} (0+ )*0{1,4} \d\d|\+1 555 01\d\d)$`)
	for night := range 3 {
		for _, l := range listings(t, night) {
			all := slices.Clone(l.ProtocolSection.ContactsLocationsModule.CentralContacts)
			for _, site := range l.ProtocolSection.ContactsLocationsModule.Locations {
				all = append(all, site.Contacts...)
			}
			for _, c := range all {
				if !phone.MatchString(c.Phone) || !strings.HasSuffix(c.Email, "@example.org") {
					t.Errorf("%s: contact %+v looks real", l.id(), c)
				}
			}
		}
	}
}

func TestACityIsInOnePlace(t *testing.T) {
	t.Parallel()
	boxes := map[string][4]float64{ // south, north, west, east
		"Denmark": {54.5, 57.8, 8, 15.3}, "Netherlands": {50.7, 53.6, 3.3, 7.3}, "Belgium": {49.4, 51.6, 2.5, 6.5},
		"France": {41.3, 51.1, -5.2, 9.7}, "China": {18, 53.6, 73, 135}, "Germany": {47.2, 55.1, 5.8, 15.1},
		"Sweden": {55.3, 69.1, 11, 24.2}, "Norway": {57.9, 71.2, 4.5, 31.2}, "United Kingdom": {49.8, 60.9, -8.7, 1.8},
		"Spain": {35.9, 43.8, -9.4, 4.4}, "Italy": {36.6, 47.1, 6.6, 18.6}, "South Korea": {33, 38.7, 124.5, 131},
		"United States": {24.5, 49.4, -125, -66.9},
	}
	at := map[string]string{}
	for _, l := range listings(t, 0) {
		for _, site := range l.ProtocolSection.ContactsLocationsModule.Locations {
			box, ok := boxes[site.Country]
			p := site.GeoPoint
			if !ok || p.Lat < box[0] || p.Lat > box[1] || p.Lon < box[2] || p.Lon > box[3] {
				t.Errorf("%s: %s is not in %s at %v", l.id(), site.City, site.Country, p)
			}
			place := fmt.Sprint(site.Country, p)
			if before, seen := at[site.City]; seen && before != place {
				t.Errorf("%s: %s at %s, elsewhere at %s", l.id(), site.City, place, before)
			}
			at[site.City] = place
		}
	}
	if len(at) < 40 {
		t.Errorf("got %d cities, want 40 or more", len(at))
	}
}

func TestTheListingsAreBroad(t *testing.T) {
	t.Parallel()
	g := newRegistry(t, demo.Options{})
	if g.Len() < 115 {
		t.Errorf("got %d studies, want 115 or more", g.Len())
	}
	for _, c := range []struct {
		param, query string
		least        int
	}{
		{"query.intr", `pembrolizumab OR nivolumab OR atezolizumab OR dostarlimab OR "PD-1" OR "CTLA-4"`, 20},
		{"query.intr", `"CAR T" OR "CAR-T"`, 13},
		{"query.intr", `"tumour-infiltrating lymphocytes" OR TIL`, 3},
		{"query.intr", `"T-cell receptor" OR "TCR T"`, 2},
		{"query.intr", `"NK cells" OR "natural killer" OR "CAR-NK"`, 9},
		{"query.intr", `mesenchymal OR MSC OR "stromal cells"`, 15},
		{"query.intr", "dendritic", 2},
		{"query.intr", "vaccine OR neoantigen", 4},
		{"query.intr", `"interleukin-2" OR "IL-2" OR "IL-15"`, 5},
		{"query.intr", "bispecific OR cetuximab OR blinatumomab", 7},
		{"query.intr", "oncolytic", 2},
		{"query.intr", `"stem cell transplantation"`, 4},
		{"query.intr", "edited", 1},
		{"query.locn", "Denmark", 25}, {"query.locn", "Netherlands", 25}, {"query.locn", "Belgium", 15},
		{"query.locn", "France", 15}, {"query.locn", "China", 15}, {"query.locn", "Germany", 10},
		{"query.locn", `"United States"`, 10},
		{"query.cond", `"Non-Small Cell Lung" OR NSCLC`, 6}, {"query.cond", "melanoma", 5}, {"query.cond", "breast", 2},
		{"query.cond", "colorectal OR rectal", 3}, {"query.cond", `"large B cell"`, 4}, {"query.cond", "myeloma", 4},
		{"query.cond", `"myeloid leukemia"`, 4}, {"query.cond", "lymphoblastic", 3}, {"query.cond", "hepatocellular", 5},
		{"query.cond", `"graft versus host"`, 3}, {"query.cond", "osteoarthritis", 3}, {"query.cond", "crohn AND fistula", 1},
		{"query.cond", `"heart failure"`, 1}, {"query.cond", `"multiple sclerosis"`, 3}, {"query.cond", "amyotrophic", 1},
		{"query.cond", "lupus", 3}, {"query.cond", `"COVID-19"`, 1}, {"query.cond", `"limb-threatening"`, 1},
		{"query.cond", "glioblastoma", 3}, {"query.cond", "neuroblastoma", 2}, {"query.cond", "cervical", 3},
		{"query.cond", "ovarian", 3}, {"query.cond", "gastric", 2}, {"query.cond", `"head and neck"`, 2},
		{"query.cond", "prostate", 2}, {"query.cond", `"renal cell"`, 2}, {"query.cond", "bladder", 1},
		{"query.cond", "nasopharyngeal", 1}, {"query.cond", "mesothelioma", 1}, {"query.cond", "endometrial", 1},
	} {
		if got := *getPage(t, g, studies(c.param, c.query, "countTotal", "true")).TotalCount; got < c.least {
			t.Errorf("%s=%s: got %d studies, want %d or more", c.param, c.query, got, c.least)
		}
	}
}

func TestTheListingsHaveTheOddities(t *testing.T) {
	t.Parallel()
	count := map[string]int{}
	for _, l := range listings(t, 0) {
		p := l.ProtocolSection
		e := p.EligibilityModule
		sites := p.ContactsLocationsModule.Locations
		for what, is := range map[string]bool{
			p.StatusModule.OverallStatus: true,
			"alias":                      len(p.IdentificationModule.NCTIDAliases) > 0,
			"two phases":                 len(p.DesignModule.Phases) == 2,
			"no sites":                   len(sites) == 0,
			"no criteria":                e.EligibilityCriteria == "",
			"women only":                 e.Sex == "FEMALE",
			"men only":                   e.Sex == "MALE",
			"healthy volunteers":         e.HealthyVolunteers,
			"no maximum age":             e.MaximumAge == "",
			"age in months":              strings.HasSuffix(e.MinimumAge, "Months"),
			"age in days":                strings.HasSuffix(e.MinimumAge, "Days"),
			"children only":              e.MaximumAge == "17 Years",
			"month as a start":           len(p.StatusModule.StartDateStruct.Date) == 7,
			"escaped criteria":           strings.Contains(e.EligibilityCriteria, `\>`) || strings.Contains(e.EligibilityCriteria, `\<`),
			"observational":              p.DesignModule.StudyType == "OBSERVATIONAL",
			"expanded access":            p.DesignModule.StudyType == "EXPANDED_ACCESS",
		} {
			if is {
				count[what]++
			}
		}
		for _, s := range p.IdentificationModule.SecondaryIDInfos {
			count[s.Type]++
		}
		for _, s := range sites {
			if p.StatusModule.OverallStatus == "RECRUITING" {
				count["site "+s.Status]++
			}
		}
	}
	for what, least := range map[string]int{
		"RECRUITING": 90, "NOT_YET_RECRUITING": 4, "ENROLLING_BY_INVITATION": 1, "ACTIVE_NOT_RECRUITING": 2, "COMPLETED": 1,
		"SUSPENDED": 1, "AVAILABLE": 1, "PAUSED_FOR_ANALYSIS": 1, "alias": 1, "two phases": 10, "no sites": 1, "no criteria": 1,
		"women only": 4, "men only": 2, "healthy volunteers": 1, "no maximum age": 20, "age in months": 2, "age in days": 2,
		"children only": 1, "month as a start": 8, "escaped criteria": 15, "observational": 1, "expanded access": 1,
		"EUDRACT_NUMBER": 2, "CTIS": 10, "REGISTRY": 1, "site COMPLETED": 3, "site NOT_YET_RECRUITING": 40, "site ": 5,
	} {
		if count[what] < least {
			t.Errorf("%s: got %d, want %d or more", what, count[what], least)
		}
	}
}

// The criteria must not be a mail merge: lines may recur, most must not.
func TestTheCriteriaAreVaried(t *testing.T) {
	t.Parallel()
	lines := map[string]int{}
	total := 0
	for _, l := range listings(t, 0) {
		for line := range strings.Lines(l.ProtocolSection.EligibilityModule.EligibilityCriteria) {
			line = strings.ToLower(strings.TrimLeft(strings.TrimSpace(line), "*-0123456789.) "))
			if line != "" && !strings.HasSuffix(line, ":") {
				lines[line]++
				total++
			}
		}
	}
	if share := float64(len(lines)) / float64(total); math.IsNaN(share) || share < 0.85 {
		t.Errorf("got %d different lines of %d, want 85 %% or more", len(lines), total)
	}
}
