package place_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"trialfinder/trials"
	"trialfinder/trials/place"
)

// registrySites are the cities of the sites for which registry records give a point.
func registrySites(t *testing.T) []place.Town {
	t.Helper()
	dir := os.Getenv("TRIALFINDER_CORPUS")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	f, err := os.Open(filepath.Join(dir, "registry", "ctgov.ndjson.gz"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("no registry records: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	gz, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var sites []place.Town
	for dec := json.NewDecoder(bufio.NewReader(gz)); dec.More(); {
		var study struct {
			ProtocolSection struct {
				ContactsLocationsModule struct {
					Locations []struct {
						City, Country string
						GeoPoint      *place.Point
					}
				}
			}
		}
		if err := dec.Decode(&study); err != nil {
			t.Fatal(err)
		}
		for _, l := range study.ProtocolSection.ContactsLocationsModule.Locations {
			if l.GeoPoint != nil {
				sites = append(sites, place.Town{Name: l.City, Country: trials.CountryCode(l.Country), Point: *l.GeoPoint})
			}
		}
	}
	return sites
}

// The registry's points are a second source for where towns lie. Some of them are
// wrong (a town of the same name elsewhere), so that the middle one counts.
func TestTownsLieWhereTheRegistryHasThem(t *testing.T) {
	g := load(t)
	km := map[string][]float64{}
	far := 0
	for _, s := range registrySites(t) {
		town, ok := g.Find(s.Name, s.Country)
		if !ok {
			continue
		}
		d := town.Point.Km(s.Point)
		km[town.Country+" "+town.Name] = append(km[town.Country+" "+town.Name], d)
		if d > 50 && s.Country != "US" {
			far++
		}
	}
	for name, distances := range km {
		slices.Sort(distances)
		if median := distances[len(distances)/2]; len(distances) >= 3 && median > 20 {
			t.Errorf("%s: got %.0f km from the registry's point (median of %d), want at most 20", name, median, len(distances))
		}
	}
	t.Logf("%d towns compared; %d sites outside the US lie over 50 km from their town", len(km), far)
}

func TestMostSitesAreFound(t *testing.T) {
	sites := registrySites(t)
	g := load(t)
	tests := []struct {
		name    string
		g       *place.Gazetteer
		country string
		percent int
	}{
		{"embedded", g, "DK", 85},
		{"embedded", g, "NL", 90},
		{"embedded", g, "BE", 90},
		{"embedded", g, "FR", 85},
		{"embedded", g, "CN", 90},
		{"with the sites", g.With(sites), "", 93},
	}
	for _, tt := range tests {
		all, found := 0, 0
		for _, s := range sites {
			if tt.country != "" && s.Country != tt.country {
				continue
			}
			all++
			if _, ok := tt.g.Find(s.Name, s.Country); ok {
				found++
			}
		}
		t.Logf("%s, country %q: %d of %d sites", tt.name, tt.country, found, all)
		if found*100 < all*tt.percent {
			t.Errorf("%s, country %q: got %d of %d sites, want %d %%", tt.name, tt.country, found, all, tt.percent)
		}
	}
}
