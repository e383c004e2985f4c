package place_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"trialfinder/trials/place"
)

func load(t testing.TB) *place.Gazetteer {
	t.Helper()
	g, err := place.Load()
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// find is for names that must be known.
func find(t *testing.T, g *place.Gazetteer, name string) place.Town {
	t.Helper()
	town, ok := g.Find(name, "")
	if !ok {
		t.Fatalf("Find(%q): got nothing, want a town", name)
	}
	return town
}

// want is "DK Copenhagen", or "" where nothing must be found.
type findTest struct{ name, country, want string }

func testFind(t *testing.T, g *place.Gazetteer, tests []findTest) {
	t.Helper()
	for _, tt := range tests {
		got := ""
		if town, ok := g.Find(tt.name, tt.country); ok {
			got = town.Country + " " + town.Name
		}
		if got != tt.want {
			t.Errorf("Find(%q, %q): got %q, want %q", tt.name, tt.country, got, tt.want)
		}
	}
}

func TestFindSpellings(t *testing.T) {
	testFind(t, load(t), []findTest{
		{"København", "DK", "DK Copenhagen"},
		{"KØBENHAVN", "DK", "DK Copenhagen"},
		{"kobenhavn", "dk", "DK Copenhagen"},
		{"Koebenhavn", "", "DK Copenhagen"},
		{"Ko\u0308benhavn", "", "DK Copenhagen"},
		{"Copenhague", "", "DK Copenhagen"},
		{"Kopenhagen", "", "DK Copenhagen"},
		{"哥本哈根", "", "DK Copenhagen"},
		{"Århus", "", "DK Aarhus"},
		{"A\u030arhus", "", "DK Aarhus"},
		{"Arhus", "", "DK Aarhus"},
		{"aarhus", "", "DK Aarhus"},
		{"Ålborg", "", "DK Aalborg"},
		{"Åbenrå", "", "DK Aabenraa"},
		{"Hillerod", "", "DK Hillerød"},
		{"Hilleroed", "", "DK Hillerød"},
		{"Koege", "", "DK Køge"},
		{"Muenchen", "", "DE Munich"},
		{"München", "", "DE Munich"},
		{"Köln", "", "DE Cologne"},
		{"Giessen", "", "DE Gießen"},
		{"Den Haag", "NL", "NL The Hague"},
		{"'s-Gravenhage", "NL", "NL The Hague"},
		{"s Gravenhage", "NL", "NL The Hague"},
		{"'s Hertogenbosch", "", "NL 's-Hertogenbosch"},
		{"’s‐Hertogenbosch", "", "NL 's-Hertogenbosch"},
		{"Luik", "", "BE Liège"},
		{"Liege", "", "BE Liège"},
		{"Bruxelles", "BE", "BE Brussels"},
		{"Brussel", "BE", "BE Brussels"},
		{"Sint Niklaas", "", "BE Sint-Niklaas"},
		{"Saint Etienne", "", "FR Saint-Étienne"},
		{"St-Etienne", "", "FR Saint-Étienne"},
		{"ST. ETIENNE", "", "FR Saint-Étienne"},
		{"Saint Gallen", "", "CH St. Gallen"},
		{"Saint Louis", "US", "US St. Louis"},
		{"Vandoeuvre les Nancy", "", "FR Vandœuvre-lès-Nancy"},
		{"Xian", "CN", "CN Xi'an"},
		{"Xi’an", "CN", "CN Xi'an"},
		{"Xi An", "CN", "CN Xi'an"},
		{"广州", "", "CN Guangzhou"},
		{"廣州", "", "CN Guangzhou"},
		{"臺北", "", "TW Taipei"},
		{"ＰＡＲＩＳ", "", "FR Paris"},
		{"Lodz", "", "PL Łódź"},
		{"istanbul", "", "TR Istanbul"},
		{"Reykjavík", "", "IS Reykjavik"},
		{"Torshavn", "", "FO Tórshavn"},
		{"Washington, D.C.", "", "US Washington"},
		{"  Odense \n", "", "DK Odense"},
	})
}

func TestFindInAddress(t *testing.T) {
	testFind(t, load(t), []findTest{
		{"Aarhus C", "DK", "DK Aarhus"},
		{"8000 Aarhus C", "DK", "DK Aarhus"},
		{"8000 Århus C", "", "DK Aarhus"},
		{"DK-8000 Aarhus C", "", "DK Aarhus"},
		{"København Ø", "", "DK Copenhagen"},
		{"2100 København Ø", "DK", "DK Copenhagen"},
		{"2100 Koebenhavn Oe", "DK", "DK Copenhagen"},
		{"Odense SØ", "", "DK Odense"},
		{"Glostrup Kommune", "", "DK Glostrup"},
		{"4800 Nykøbing F", "DK", "DK Nykøbing Falster"},
		{"Nykøbing M", "DK", "DK Nykøbing Mors"},
		{"Paris 15e", "FR", "FR Paris"},
		{"Paris 15ème", "FR", "FR Paris"},
		{"Paris 15e arrondissement", "FR", "FR Paris"},
		{"Paris Cedex 13", "FR", "FR Paris"},
		{"75013 Paris", "FR", "FR Paris"},
		{"F-75013 Paris Cedex 13", "", "FR Paris"},
		{"Lyon 03", "FR", "FR Lyon"},
		{"69003 Lyon", "", "FR Lyon"},
		{"Villejuif Cedex", "", "FR Villejuif"},
		{"97400 Saint-Denis", "FR", "RE Saint-Denis"},
		{"93200 Saint-Denis", "FR", "FR Saint-Denis"},
		{"1012 AB Amsterdam", "NL", "NL Amsterdam"},
		{"1012AB Amsterdam", "NL", "NL Amsterdam"},
		{"Amsterdam-Zuidoost", "NL", "NL Amsterdam"},
		{"7100 La Louvière", "BE", "BE La Louvière"},
		{"B-3000 Leuven", "", "BE Leuven"},
		{"SW1A 2AA London", "", "GB London"},
		{"London SW1A 2AA", "GB", "GB London"},
		{"Dublin 4", "", "IE Dublin"},
		{"上海市", "CN", "CN Shanghai"},
		{"北京市朝阳区", "CN", "CN Beijing"},
		{"广东省广州市天河区", "CN", "CN Guangzhou"},
		{"新疆维吾尔自治区乌鲁木齐市", "CN", "CN Urumqi"},
		{"香港特别行政区", "", "HK Hong Kong"},
		{"Wuhan Shi", "CN", "CN Wuhan"},

		{"8000", "DK", ""},
		{"Ø", "DK", ""},
		{"Cedex 13", "FR", ""},
		{"Paris Ø", "", ""},      // no district of Paris
		{"Nykøbing", "DK", ""},   // which of the three?
		{"Nykøbing Ø", "DK", ""}, // none of them
		{"Portland ME", "US", "US Portland (Maine)"},
		{"Portland TN", "US", ""},     // not the one in Oregon
		{"Paris TX 75460", "US", ""},  // not the one in France
		{"Aarhus og omegn", "DK", ""}, // not understood
	})
}

func TestFindCountries(t *testing.T) {
	testFind(t, load(t), []findTest{
		{"Aarhus, Denmark", "", "DK Aarhus"},
		{"Aarhus, Denmark", "DK", "DK Aarhus"},
		{"Aarhus, Danmark", "DK", "DK Aarhus"},
		{"8000 Aarhus C, DK", "", "DK Aarhus"},
		{"Aarhus (Denmark)", "", "DK Aarhus"},
		{"Aarhus Denmark", "", "DK Aarhus"},
		{"Bruxelles, Belgique", "", "BE Brussels"},
		{"Gent België", "", "BE Ghent"},
		{"London UK", "", "GB London"},
		{"London, Canada", "", "CA London"},
		{"Boston, MA, USA", "", "US Boston"},
		{"Boston, Massachusetts", "US", "US Boston"},
		{"Rochester, MN", "US", "US Rochester (Minnesota)"},
		{"巴黎，法国", "", "FR Paris"},
		{"Brest, France", "", "FR Brest"},
		{"Athens, Greece", "", "GR Athens"},

		// The first row decides without a country; a country decides with one.
		{"London", "", "GB London"},
		{"London", "CA", "CA London"},
		{"Birmingham", "US", "US Birmingham"},
		{"Bergen", "", "NO Bergen"},
		{"Bergen", "BE", "BE Mons"},
		{"Halle", "BE", "BE Halle"},
		{"Laval", "FR", "FR Laval"},

		// A country's territories count as part of it, after the country itself.
		{"Nuuk", "DK", "GL Nuuk"},
		{"Nuuk, Denmark", "", "GL Nuuk"},
		{"Nuuk, Denmark", "GL", "GL Nuuk"},
		{"Aarhus, Denmark", "GL", ""},
		{"Fort-de-France", "FR", "MQ Fort-de-France"},
		{"Saint-Denis", "FR", "FR Saint-Denis"},
		{"Saint-Denis", "RE", "RE Saint-Denis"},
		{"Hong Kong", "CN", "HK Hong Kong"},
		{"Aarhus", "FO", ""},

		{"Aarhus", "DE", ""},
		{"Aarhus, Germany", "", ""},
		{"Flensburg, Germany", "DK", ""}, // contradiction
		{"London, CA", "US", ""},
		{"Athens, GA", "", ""},   // neither Greece nor Gabon
		{"Paris, Texas", "", ""}, // Texas is no country
		{"Aarhus, Jylland", "DK", ""},
		{"Taizhou", "CN", ""}, // two cities
		{"泰州", "CN", "CN Taizhou (Jiangsu)"},
		{"台州", "CN", "CN Taizhou (Zhejiang)"},
		{"Denmark", "", ""},
		{", Denmark", "", ""},
		{"Odense", "ZZ", ""},
		{"", "", ""},
		{"-", "", ""},
		{"Atlantis", "", ""},
		{strings.Repeat("Odense ", 100), "", ""},
	})
}

func TestFindPoint(t *testing.T) {
	got, ok := load(t).Find(" 56.16,10.20", "dk")
	if !ok || got.Point != (place.Point{Lat: 56.16, Lon: 10.20}) || got.Country != "DK" || got.Name != "56.16,10.20" {
		t.Errorf("Find of a point: got %+v %v, want the point itself in DK", got, ok)
	}
	if got, ok := load(t).Find("156.16,10.20", "DK"); ok {
		t.Errorf("Find of a point off the globe: got %+v, want nothing", got)
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{"2100 København Ø", "Paris Cedex 13", "Aarhus (Denmark", "北京市", "，法国", "56,10", "\xff\xfe", "St. St. St.", "'''", "1 2 3"} {
		f.Add(s, "DK")
		f.Add(s, "")
	}
	g := load(f)
	f.Fuzz(func(t *testing.T, name, country string) {
		town, ok := g.Find(name, country)
		if ok && (town.Name == "" || !town.Point.Valid()) {
			t.Errorf("Find(%q, %q): got %+v, want a name and a valid point", name, country, town)
		}
		for _, s := range g.Suggest(name, country, 3) {
			if s.Name == "" || !utf8.ValidString(s.Name) {
				t.Errorf("Suggest(%q, %q): got %+v, want a name", name, country, s)
			}
		}
		more := g.With([]place.Town{{Name: name, Country: country, Point: place.Point{Lat: 1, Lon: 1}}})
		if _, still := more.Find(name, country); ok && !still {
			t.Errorf("Find(%q, %q): known before With and not after", name, country)
		}
	})
}
