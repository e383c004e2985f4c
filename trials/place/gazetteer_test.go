package place_test

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trialfinder/trials"
	"trialfinder/trials/place"
)

// rows are the towns of the table, without the code under test.
func rows(t *testing.T) [][]string {
	t.Helper()
	b, err := os.ReadFile("data/towns.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var out [][]string
	for _, line := range strings.Split(strings.TrimSpace(string(b)), "\n") {
		if !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "name\t") {
			out = append(out, strings.Split(line, "\t"))
		}
	}
	return out
}

// boxes hold each country: south, west, north, east.
var boxes = map[string][4]float64{
	"AD": {42.4, 1.4, 42.7, 1.8}, "AL": {39.6, 19.2, 42.7, 21.1}, "AM": {38.8, 43.4, 41.4, 46.7},
	"AR": {-55.1, -73.6, -21.7, -53.6}, "AT": {46.3, 9.5, 49.1, 17.2}, "AU": {-43.7, 113.1, -10.6, 153.7},
	"AW": {12.4, -70.1, 12.7, -69.8}, "AX": {59.8, 19.4, 60.5, 20.9}, "AZ": {38.3, 44.7, 41.9, 50.4},
	"BA": {42.5, 15.7, 45.3, 19.7}, "BE": {49.5, 2.5, 51.6, 6.4}, "BG": {41.2, 22.3, 44.3, 28.7},
	"BR": {-33.8, -74.0, 5.3, -34.7}, "BY": {51.2, 23.1, 56.2, 32.8}, "CA": {41.6, -141.1, 83.2, -52.6},
	"CH": {45.8, 5.9, 47.9, 10.5}, "CL": {-56.0, -75.7, -17.5, -66.4}, "CN": {18.1, 73.5, 53.6, 134.8},
	"CO": {-4.3, -79.1, 12.6, -66.8}, "CW": {12.0, -69.2, 12.4, -68.7}, "CY": {34.5, 32.2, 35.8, 34.7},
	"CZ": {48.5, 12.0, 51.1, 18.9}, "DE": {47.2, 5.8, 55.1, 15.1}, "DK": {54.5, 8.0, 57.8, 15.2},
	"EE": {57.5, 21.7, 59.7, 28.3}, "EG": {21.9, 24.6, 31.7, 36.9}, "ES": {35.9, -9.4, 43.8, 4.4},
	"FI": {59.7, 20.5, 70.1, 31.6}, "FO": {61.3, -7.7, 62.4, -6.2}, "FR": {41.3, -5.2, 51.1, 9.6},
	"GB": {49.8, -8.2, 60.9, 1.8}, "GE": {41.0, 40.0, 43.6, 46.8}, "GF": {2.1, -54.7, 5.8, -51.6},
	"GL": {59.7, -73.1, 83.7, -11.3}, "GP": {15.8, -61.9, 16.6, -61.0}, "GR": {34.8, 19.3, 41.8, 29.7},
	"HK": {22.1, 113.8, 22.6, 114.5}, "HR": {42.3, 13.4, 46.6, 19.5}, "HU": {45.7, 16.1, 48.6, 22.9},
	"ID": {-11.0, 95.0, 6.1, 141.1}, "IE": {51.4, -10.7, 55.4, -5.9}, "IL": {29.4, 34.2, 33.4, 35.9},
	"IN": {6.7, 68.1, 35.6, 97.4}, "IS": {63.2, -24.6, 66.6, -13.4}, "IT": {35.4, 6.6, 47.1, 18.6},
	"JP": {24.0, 122.9, 45.6, 145.9}, "KR": {33.1, 125.0, 38.7, 131.0}, "LI": {47.0, 9.4, 47.3, 9.7},
	"LT": {53.8, 20.9, 56.5, 26.9}, "LU": {49.4, 5.7, 50.2, 6.6}, "LV": {55.6, 20.9, 58.1, 28.3},
	"MC": {43.7, 7.4, 43.8, 7.5}, "MD": {45.4, 26.6, 48.5, 30.2}, "ME": {41.8, 18.4, 43.6, 20.4},
	"MK": {40.8, 20.4, 42.4, 23.1}, "MO": {22.1, 113.5, 22.3, 113.6}, "MQ": {14.3, -61.3, 14.9, -60.8},
	"MT": {35.8, 14.1, 36.1, 14.6}, "MX": {14.5, -118.4, 32.8, -86.7}, "MY": {0.8, 99.6, 7.4, 119.3},
	"NC": {-22.8, 163.5, -19.5, 168.2}, "NL": {50.7, 3.3, 53.6, 7.3}, "NO": {57.9, 4.5, 71.3, 31.2},
	"NZ": {-47.4, 166.3, -34.3, 178.7}, "PE": {-18.4, -81.4, 0.0, -68.6}, "PF": {-27.7, -154.8, -7.8, -134.9},
	"PH": {4.5, 116.9, 21.2, 126.7}, "PK": {23.6, 60.8, 37.1, 77.9}, "PL": {49.0, 14.1, 54.9, 24.2},
	"PM": {46.7, -56.5, 47.2, -56.1}, "PR": {17.8, -67.4, 18.6, -65.2}, "PT": {36.9, -9.6, 42.2, -6.1},
	"RE": {-21.4, 55.2, -20.8, 55.9}, "RO": {43.6, 20.2, 48.3, 29.8}, "RS": {42.2, 18.8, 46.2, 23.1},
	"RU": {41.1, 19.6, 81.9, 180.0}, "SA": {16.3, 34.5, 32.2, 55.7}, "SE": {55.3, 10.9, 69.1, 24.2},
	"SG": {1.1, 103.6, 1.5, 104.1}, "SI": {45.4, 13.3, 46.9, 16.6}, "SK": {47.7, 16.8, 49.7, 22.6},
	"SM": {43.8, 12.4, 44.0, 12.6}, "SX": {18.0, -63.2, 18.1, -62.9}, "TH": {5.6, 97.3, 20.5, 105.7},
	"TR": {35.8, 25.6, 42.2, 44.9}, "TW": {21.8, 119.9, 25.4, 122.1}, "UA": {44.3, 22.1, 52.4, 40.3},
	"US": {18.9, -179.2, 71.5, -66.9}, "VA": {41.8, 12.4, 42.0, 12.5}, "VN": {8.4, 102.1, 23.4, 109.5},
	"XK": {41.8, 20.0, 43.3, 21.8}, "YT": {-13.1, 44.9, -12.6, 45.4}, "ZA": {-34.9, 16.4, -22.1, 32.9},
}

func TestTownsLieInTheirCountries(t *testing.T) {
	for _, row := range rows(t) {
		box, ok := boxes[row[1]]
		if !ok {
			t.Errorf("%s %s: no box for the country", row[1], row[0])
			continue
		}
		p, ok := place.ParsePoint(row[2] + "," + row[3])
		if !ok || p.Lat < box[0] || p.Lon < box[1] || p.Lat > box[2] || p.Lon > box[3] {
			t.Errorf("%s %s: got %s %s, want a point in %v", row[1], row[0], row[2], row[3], box)
		}
	}
}

func TestTownsOfEachCountry(t *testing.T) {
	atLeast := map[string]int{
		"DK": 60, "NL": 60, "BE": 45, "FR": 100, "CN": 110, "GB": 50, "DE": 50,
		"SE": 25, "NO": 15, "US": 60, "HK": 1, "MO": 1, "TW": 1, "GL": 1, "FO": 1,
	}
	got := map[string]int{}
	for _, row := range rows(t) {
		got[row[1]]++
	}
	for country, want := range atLeast {
		if got[country] < want {
			t.Errorf("towns of %s: got %d, want at least %d", country, got[country], want)
		}
	}
}

func TestEachNameLeadsToItsTown(t *testing.T) {
	g := load(t)
	for _, row := range rows(t) {
		names := []string{row[0]}
		if row[4] != "" {
			names = append(names, strings.Split(row[4], "|")...)
		}
		for _, name := range names {
			got, ok := g.Find(name, row[1])
			if !ok || got.Name != row[0] || got.Country != row[1] {
				t.Errorf("Find(%q, %q): got %s %s %v, want %s", name, row[1], got.Country, got.Name, ok, row[0])
			}
		}
	}
}

// No two rows may be one town by mistake: the same country within a kilometre.
func TestTownsAreApart(t *testing.T) {
	all := rows(t)
	for i, a := range all {
		for _, b := range all[:i] {
			if a[1] != b[1] || a[2] != b[2] || a[3] != b[3] {
				continue
			}
			t.Errorf("%s: %s and %s both lie at %s %s", a[1], b[0], a[0], a[2], a[3])
		}
	}
}

func TestChineseTownsHaveChineseNames(t *testing.T) {
	for _, row := range rows(t) {
		if row[1] != "CN" && row[1] != "HK" && row[1] != "MO" && row[1] != "TW" {
			continue
		}
		if !strings.ContainsFunc(row[4], func(r rune) bool { return r >= 0x4e00 && r < 0xa000 }) {
			t.Errorf("%s %s: got other names %q, want Chinese characters", row[1], row[0], row[4])
		}
	}
}

const (
	townsHeader = "name\tcountry\tlat\tlon\tother_names\n"
	wordsHeader = "kind\tcountry\twords\n"
)

func TestDecodeRefusesFaultyTowns(t *testing.T) {
	tests := []struct{ name, towns string }{
		{"no header", ""},
		{"comments only", "# nothing\n"},
		{"wrong header", "name\tcountry\tlat\tlon\n"},
		{"a column missing", townsHeader + "Odense\tDK\t55.40\t10.39\n"},
		{"a column too many", townsHeader + "Odense\tDK\t55.40\t10.39\t\t\n"},
		{"blank line", townsHeader + "\nOdense\tDK\t55.40\t10.39\t\n"},
		{"no name", townsHeader + "\tDK\t55.40\t10.39\t\n"},
		{"blank around the name", townsHeader + "Odense \tDK\t55.40\t10.39\t\n"},
		{"unknown country", townsHeader + "Odense\tZZ\t55.40\t10.39\t\n"},
		{"country by name", townsHeader + "Odense\tDenmark\t55.40\t10.39\t\n"},
		{"country in small letters", townsHeader + "Odense\tdk\t55.40\t10.39\t\n"},
		{"off the globe", townsHeader + "Odense\tDK\t155.40\t10.39\t\n"},
		{"too rough", townsHeader + "Odense\tDK\t55.4\t10.39\t\n"},
		{"too fine", townsHeader + "Odense\tDK\t55.4012\t10.39\t\n"},
		{"no figure", townsHeader + "Odense\tDK\tnorth\t10.39\t\n"},
		{"empty other name", townsHeader + "Odense\tDK\t55.40\t10.39\tOthinia|\n"},
		{"other name twice", townsHeader + "Odense\tDK\t55.40\t10.39\tOthinia|Othinia\n"},
		{"own name as other name", townsHeader + "Odense\tDK\t55.40\t10.39\tOdense\n"},
		{"town twice", townsHeader + "Køge\tDK\t55.46\t12.18\t\nKoege\tDK\t55.46\t12.18\t\n"},
		{"other name of another town", townsHeader + "Køge\tDK\t55.46\t12.18\t\nStrand\tDK\t55.50\t12.20\tKoge\n"},
	}
	for _, tt := range tests {
		_, err := place.Decode(tt.towns, wordsHeader)
		if !errors.Is(err, trials.ErrInvalid) {
			t.Errorf("%s: got error %v, want %v", tt.name, err, trials.ErrInvalid)
		}
	}
	_, err := place.Decode(townsHeader+"Køge\tDK\t55.46\t12.18\t\nKøge\tSE\t55.46\t13.185\tKoge\n", wordsHeader)
	if err != nil {
		t.Errorf("one name in two countries: got error %v, want none", err)
	}
}

func TestDecodeRefusesFaultyWords(t *testing.T) {
	tests := []struct{ name, words string }{
		{"no header", ""},
		{"a column missing", wordsHeader + "saint\tst\n"},
		{"unknown kind", wordsHeader + "suburb\tDK\tc\n"},
		{"unknown general kind", wordsHeader + "district\t\tc\n"},
		{"no words", wordsHeader + "district\tDK\t\n"},
		{"empty word", wordsHeader + "district\tDK\tc||k\n"},
		{"unknown country", wordsHeader + "district\tZZ\tc\n"},
		{"unknown territory", wordsHeader + "territory\tDK\tZZ\n"},
		{"one name for two countries", wordsHeader + "country\tDK\tNorden\ncountry\tSE\tnorden\n"},
	}
	for _, tt := range tests {
		_, err := place.Decode(townsHeader, tt.words)
		if !errors.Is(err, trials.ErrInvalid) {
			t.Errorf("%s: got error %v, want %v", tt.name, err, trials.ErrInvalid)
		}
	}
}

func TestDecodeErrorNamesTheLine(t *testing.T) {
	_, err := place.Decode("# one\n"+townsHeader+"Odense\tZZ\t55.40\t10.39\t\n", wordsHeader)
	if err == nil || !strings.Contains(err.Error(), "towns.tsv:"+strconv.Itoa(3)) {
		t.Errorf("got error %v, want one that names line 3", err)
	}
}

func TestSuggest(t *testing.T) {
	tests := []struct {
		prefix, country string
		limit           int
		want            []string
	}{
		{"Aar", "DK", 5, []string{"Aarhus", "Aars"}},
		{"aa", "DK", 2, []string{"Aarhus", "Aalborg"}},
		{"år", "DK", 5, []string{"Aarhus", "Aars"}},
		{"køb", "DK", 5, []string{"Copenhagen"}},
		{"kob", "DK", 5, []string{"Copenhagen"}},
		{"den h", "NL", 5, []string{"The Hague", "Den Helder"}},
		{"'s-", "NL", 1, []string{"The Hague"}},
		{"st et", "FR", 5, []string{"Saint-Étienne"}},
		{"广", "CN", 5, []string{"Guangzhou"}},
		{"Lie", "BE", 5, []string{"Liège", "Lier"}},
		{"Lier", "BE", 5, []string{"Lier"}},
		{"Halle", "", 5, []string{"Halle (Saale)", "Halle"}},
		{"Nykøb", "DK", 5, []string{"Nykøbing Falster", "Nykøbing Mors", "Nykøbing Sjælland"}},
		{"Nu", "DK", 5, []string{"Nuuk"}},
		{"Rochester", "US", 5, []string{"Rochester (Minnesota)", "Rochester (New York)"}},
		{"Oden", "SE", 5, nil},
		{"", "DK", 5, nil},
		{" - ", "DK", 5, nil},
		{"Aar", "DK", 0, nil},
		{"Aar", "DK", -1, nil},
		{"Atlantis", "", 5, nil},
	}
	g := load(t)
	for _, tt := range tests {
		var got []string
		for _, town := range g.Suggest(tt.prefix, tt.country, tt.limit) {
			got = append(got, town.Name)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("Suggest(%q, %q, %d) (-want +got):\n%s", tt.prefix, tt.country, tt.limit, diff)
		}
	}
}
