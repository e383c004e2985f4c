package index_test

import (
	"testing"

	"trialfinder/matcher"
	"trialfinder/matcher/index"
	"trialfinder/trials"
)

// TestTownsAreNotTakenForDoors: points are the sites' own only if a trial has three different
// ones in a town, and no two facilities with the same.
func TestTownsAreNotTakenForDoors(t *testing.T) {
	m, err := matcher.New()
	if err != nil {
		t.Fatal(err)
	}
	at := func(facility, city string, lat, lon float64) trials.Site {
		return trials.Site{Facility: facility, City: city, Country: "Denmark", Status: trials.Recruiting, GeoPoint: &trials.GeoPoint{Lat: lat, Lon: lon}}
	}
	snap, err := index.Of(m, []trials.Stored{
		stored("NCT99000001", "a", at("North", "Aarhus", 56.157, 10.211), at("South", "Aarhus", 56.157, 10.211)),
		stored("NCT99000002", "b", at("North", "Odense", 55.40, 10.39), at("South", "Odense", 55.37, 10.41), at("south ", "ODENSE", 55.37, 10.41), at("East", "Odense", 55.41, 10.43)),
		stored("NCT99000003", "c", at("One", "Aalborg", 57.05, 9.92), at("Two", "Aalborg", 57.05, 9.92), at("Three", "Aalborg", 57.01, 9.99)),
		stored("NCT99000006", "f", at("Two", "Randers", 56.46, 10.04), at("Centres", "Randers", 56.45, 10.03)),
		stored("NCT99000004", "d", at("Alone", "Esbjerg", 55.47, 8.45), trials.Site{Facility: "Unplaced", City: "Esbjerg", Country: "Denmark"}),
		stored("NCT99000005", "e", at("Elsewhere", "Copenhagen", 40.0, -3.0), at("Here", "Copenhagen", 55.69, 12.58), at("There", "Copenhagen", 55.70, 12.55)), // the first is mended to the town's centre
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{ // by facility and city
		"North Aarhus": false, "South Aarhus": false, "North Odense": true, "South Odense": true, "East Odense": true, "south  ODENSE": true,
		"One Aalborg": false, "Two Aalborg": false, "Three Aalborg": false, "Two Randers": false, "Centres Randers": false, "Alone Esbjerg": false, "Unplaced Esbjerg": false,
		"Elsewhere Copenhagen": false, "Here Copenhagen": true, "There Copenhagen": true,
	}
	seen := 0
	for c, err := range snap.All() {
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range c.Trial.Sites {
			seen++
			if exact, known := want[s.Facility+" "+s.City]; !known || s.GeoPoint == nil || s.GeoPoint.Exact != exact {
				t.Errorf("%s %s: got %+v, want exact %v", s.Facility, s.City, s.GeoPoint, exact)
			}
		}
	}
	if seen != len(want) {
		t.Errorf("got %d sites, want %d", seen, len(want))
	}
}
