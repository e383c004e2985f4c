package trials_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"trialfinder/trials"
)

func TestCountryCode(t *testing.T) {
	tests := []struct{ name, want string }{
		{"Denmark", "DK"},
		{" DENmark ", "DK"},
		{"dk", "DK"},
		{"DK", "DK"},
		{"South Korea", "KR"},
		{"Korea, Republic of", "KR"},
		{"Republic of Korea", "KR"},
		{"Korea, Democratic People's Republic of", "KP"},
		{"Turkey", "TR"},
		{"Türkiye", "TR"},
		{"Tu\u0308rkiye", "TR"},
		{"Turkey (Türkiye)", "TR"},
		{"Turkey (Turkiye)", "TR"},
		{"Hong Kong", "HK"},
		{"Macau", "MO"},
		{"Taiwan", "TW"},
		{"Taiwan, Province of China", "TW"},
		{"Czechia", "CZ"},
		{"Czech Republic", "CZ"},
		{"Russia", "RU"},
		{"Russian Federation", "RU"},
		{"United States", "US"},
		{"The United States", "US"},
		{"Iran, Islamic Republic of", "IR"},
		{"Iran (Islamic Republic of)", "IR"},
		{"Côte D’Ivoire", "CI"},
		{"Cote d'Ivoire", "CI"},
		{"Ivory Coast", "CI"},
		{"Trinidad & Tobago", "TT"},
		{"St. Lucia", "LC"},
		{"Saint Lucia", "LC"},
		{"ST", "ST"},
		{"São Tomé and Príncipe", "ST"},
		{"The Netherlands", "NL"},
		{"Congo", "CG"},
		{"Congo, The Democratic Republic of the", "CD"},
		{"Niger", "NE"},
		{"Dominica", "DM"},
		{"Dominican Republic", "DO"},
		{"Georgia", "GE"},
		{"Former Serbia and Montenegro", "CSXX"},
		{"csxx", "CSXX"},
		{"Serbia", "RS"},
		{"", ""},
		{"Atlantis", ""},
		{"Korea", ""}, // which of the two?
		{"ZZ", ""},
		{"Den mark", ""},
	}
	for _, tt := range tests {
		got := trials.CountryCode(tt.name)
		if got != tt.want {
			t.Errorf("CountryCode(%q): got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestCountryName(t *testing.T) {
	tests := []struct{ code, want string }{
		{"DK", "Denmark"},
		{"dk", "Denmark"},
		{"KR", "South Korea"},
		{"CZ", "Czechia"},
		{"CSXX", "Former Serbia and Montenegro"},
		{"", ""},
		{"ZZ", ""},
		{"Denmark", ""},
	}
	for _, tt := range tests {
		got := trials.CountryName(tt.code)
		if got != tt.want {
			t.Errorf("CountryName(%q): got %q, want %q", tt.code, got, tt.want)
		}
	}
}

func TestCountryCodes(t *testing.T) {
	codes := trials.CountryCodes()
	if len(codes) != 250 { // the 249 of ISO 3166-1, and Kosovo
		t.Errorf("CountryCodes: got %d, want 250", len(codes))
	}
	if !slices.IsSorted(codes) {
		t.Errorf("CountryCodes: got %v, want them sorted", codes)
	}
	for _, code := range codes {
		name := trials.CountryName(code)
		if len(code) != 2 || name == "" {
			t.Errorf("CountryName(%q): got %q, want a name for two letters", code, name)
		}
		if got := trials.CountryCode(name); got != code {
			t.Errorf("CountryCode(%q): got %q, want %q", name, got, code)
		}
		if got := trials.CountryCode(code); got != code {
			t.Errorf("CountryCode(%q): got %q, want the code itself", code, got)
		}
	}
	codes[0] = "changed"
	if got := trials.CountryCodes()[0]; got != "AD" {
		t.Errorf("CountryCodes after the caller changed his copy: got %q, want AD", got)
	}
}

func TestCountryCodeOfRegistryRecords(t *testing.T) {
	for _, name := range []string{"ctgov.ndjson.gz", "ctgov-older.ndjson.gz"} {
		t.Run(name, func(t *testing.T) {
			seen := recordCountries(t, name)
			if len(seen) < 50 {
				t.Fatalf("%s: got %d countries, want a world of them", name, len(seen))
			}
			for country, sites := range seen {
				if trials.CountryCode(country) == "" {
					t.Errorf("CountryCode(%q): got none, want a code (%d sites)", country, sites)
				}
			}
		})
	}
}

// recordCountries counts the sites of each country in a file of registry records.
func recordCountries(t *testing.T, name string) map[string]int {
	t.Helper()
	dir := os.Getenv("TRIALFINDER_CORPUS")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared")
	}
	f, err := os.Open(filepath.Join(dir, "registry", name))
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
	seen := map[string]int{}
	for dec := json.NewDecoder(bufio.NewReader(gz)); dec.More(); {
		var study struct {
			ProtocolSection struct {
				ContactsLocationsModule struct {
					Locations []struct{ Country string }
				}
			}
		}
		if err := dec.Decode(&study); err != nil {
			t.Fatal(err)
		}
		for _, l := range study.ProtocolSection.ContactsLocationsModule.Locations {
			seen[strings.TrimSpace(l.Country)]++
		}
	}
	return seen
}
