package matcher_test

import (
	"testing"

	"trialfinder/matcher"
	"trialfinder/trials"
	"trialfinder/trials/place"
)

// Towns count the possible trials that take people there, each once; a list is narrowed to
// what is near by the distance to any such town.
func TestTownsOfAMatch(t *testing.T) {
	m := newMatcher(t)
	at := func(city, country string, lat, lon float64, s trials.Status) trials.Site {
		return trials.Site{City: city, Country: country, Status: s, GeoPoint: &trials.GeoPoint{Lat: lat, Lon: lon}}
	}
	aarhus, odense := at("Aarhus", "Denmark", 56.16, 10.20, trials.Recruiting), at("Odense", "Denmark", 55.40, 10.39, trials.NotYetRecruiting)
	closed, kiel := at("Aarhus", "Denmark", 56.16, 10.20, trials.Completed), at("Kiel", "Germany", 54.32, 10.13, trials.Recruiting)
	one := func(id, age string, sites ...trials.Site) matcher.Candidate {
		tr := trials.Trial{ID: id, BriefTitle: "Nivolumab in Melanoma", Status: trials.Recruiting, StudyType: trials.Interventional, Conditions: []string{"Melanoma"}, Sites: sites,
			Interventions: []trials.Intervention{{Type: "DRUG", Name: "Nivolumab"}}, Eligibility: trials.Eligibility{Criteria: "Inclusion Criteria:\n\n* " + age}}
		return matcher.Candidate{Trial: tr, Listing: m.Read(&tr)}
	}
	set := m.NewSet([]matcher.Candidate{
		one("NCT99999901", "Age at least 18 years", aarhus, aarhus, odense),
		one("NCT99999902", "Age at least 18 years", closed, kiel),
		one("NCT99999903", "Age at most 20 years", kiel, at("Lyon", "France", 45.76, 4.84, trials.Recruiting)), // ruled out
	})
	p := profile(t, `{"facts":{"condition":["melanoma"],"age":62,"country":"DK"}}`)
	p.Home = &place.Point{Lat: 56.16, Lon: 10.20}
	var got []string
	towns := set.Towns(p, matcher.Only{})
	for _, town := range towns {
		got = append(got, town.City)
		if town.Trials != 1 || town.KM == nil {
			t.Errorf("%s: got %d trials, %v, want one and a distance", town.City, town.Trials, town.KM)
		}
	}
	if len(got) != 3 || got[0] != "Aarhus" || got[1] != "Odense" || got[2] != "Kiel" {
		t.Fatalf("towns: got %v, want the three that take people in possible trials, the nearest first", got)
	}
	if n := matcher.Together(towns[:2]); n != 1 {
		t.Errorf("Aarhus and Odense have one trial together, got %d", n)
	}
	for km, want := range map[int]int{0: 2, 50: 1, 150: 1, 210: 2} {
		got, err := set.Match(p, matcher.Options{Only: matcher.Only{KM: km}, NoNext: true})
		if err != nil || got.Fits+got.Open != want {
			t.Errorf("within %d km: got %d, %v, want %d", km, got.Fits+got.Open, err, want)
		}
	}
	p.Home = nil
	if got, err := set.Match(p, matcher.Options{Only: matcher.Only{KM: 50}, NoNext: true}); err != nil || got.Fits+got.Open != 2 {
		t.Errorf("without a town: got %d, %v, want no trial to be left out", got.Fits+got.Open, err)
	}
}
