package place_test

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"trialfinder/trials"
)

// The EU's register gives its sites no coordinates, and their towns as the sponsor
// typed them.
func TestTownsAsTheEURegisterWritesThem(t *testing.T) {
	g := load(t)
	for written, want := range map[[2]string]string{
		{"København Ø", "DK"}: "Copenhagen", {"Koebenhavn OE", "DK"}: "Copenhagen", {"Aarhus N", "DK"}: "Aarhus", {"Odense C", "DK"}: "Odense",
		{"Lyon Cedex 03", "FR"}: "Lyon", {"Paris 10e", "FR"}: "Paris", {"Vandoeuvre Les Nancy Cedex", "FR"}: "Vandœuvre-lès-Nancy",
		{"Budapest Xii.", "HU"}: "Budapest", {"Praha 5", "CZ"}: "Prague", {"Brno-Sever", "CZ"}: "Brno", {"Ratisbon", "DE"}: "Regensburg",
		{"Muenchen", "DE"}: "Munich", {"Brussel", "BE"}: "Brussels", {"'s-Gravenhage", "NL"}: "The Hague", {"Esplugues De Llobregat", "ES"}: "Esplugues de Llobregat",
	} {
		if town, ok := g.Find(written[0], written[1]); !ok || town.Name != want {
			t.Errorf("%s: got %q, %v; want %s", written, town.Name, ok, want)
		}
	}
}

// TestMostSitesOfTheEURegisterAreFound counts the towns of real records.
func TestMostSitesOfTheEURegisterAreFound(t *testing.T) {
	dir := os.Getenv("TRIALFINDER_CORPUS")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	files, err := filepath.Glob(filepath.Join(dir, "registry", "ctis", "*.json*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("no registry records (set TRIALFINDER_CORPUS)")
	}
	g := load(t)
	n := 0
	var missed []string
	for _, name := range files {
		for _, site := range euSites(t, name) {
			n++
			if _, ok := g.Find(site[0], trials.CountryCode(site[1])); !ok {
				missed = append(missed, strings.Join(site[:], ", "))
			}
		}
	}
	if n == 0 || len(missed)*50 > n {
		slices.Sort(missed)
		t.Errorf("%d of %d sites are nowhere: %s", len(missed), n, strings.Join(slices.Compact(missed), "; "))
	}
}

// euSites are the towns and countries of a record's sites, in either of its shapes.
func euSites(t *testing.T, name string) (sites [][2]string) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	type dossier struct {
		AuthorizedPartsII []struct {
			TrialSites []struct {
				OrganisationAddressInfo struct {
					Address struct{ City, CountryName string }
				}
			}
		}
	}
	var record struct {
		AuthorizedApplication dossier
		dossier
	}
	if err := json.NewDecoder(r).Decode(&record); err != nil {
		t.Fatal(err)
	}
	for _, part := range append(record.AuthorizedApplication.AuthorizedPartsII, record.AuthorizedPartsII...) {
		for _, s := range part.TrialSites {
			a := s.OrganisationAddressInfo.Address
			sites = append(sites, [2]string{a.City, a.CountryName})
		}
	}
	return sites
}
