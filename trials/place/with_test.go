package place_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trialfinder/trials/place"
)

func TestWithAddsTowns(t *testing.T) {
	g := load(t)
	more := g.With([]place.Town{
		{Name: "Middle Wallop", Country: "gb", Point: place.Point{Lat: 51.14, Lon: -1.57}, Aliases: []string{"Wallop"}},
		{Name: " Skælskør ", Country: "DK", Point: place.Point{Lat: 55.25, Lon: 11.29}},
	})
	testFind(t, more, []findTest{
		{"middle wallop", "GB", "GB Middle Wallop"},
		{"Wallop", "", "GB Middle Wallop"},
		{"Skaelskoer", "DK", "DK Skælskør"},
		{"4230 Skælskør", "DK", "DK Skælskør"},
		{"Skælskør, Denmark", "", "DK Skælskør"},
		{"Copenhagen", "", "DK Copenhagen"},
	})
	testFind(t, g, []findTest{ // unchanged
		{"Middle Wallop", "GB", ""},
		{"Skælskør", "DK", ""},
	})
	if got := more.Suggest("Skæl", "DK", 5); len(got) != 1 || got[0].Name != "Skælskør" {
		t.Errorf("Suggest after With: got %v, want Skælskør", got)
	}
	if got := g.Suggest("Skæl", "DK", 5); got != nil {
		t.Errorf("Suggest of the old gazetteer: got %v, want nothing", got)
	}
}

func TestWithKeepsWhatItKnows(t *testing.T) {
	wrong := place.Point{Lat: 10, Lon: 10}
	g := load(t).With([]place.Town{
		{Name: "København", Country: "DK", Point: wrong},
		{Name: "Koebenhavn", Country: "DK", Point: wrong},
		{Name: "Copenhagen Ø", Country: "DK", Point: wrong},
		{Name: "Roma", Country: "IT", Point: wrong},
		{Name: "Rome", Country: "US", Point: place.Point{Lat: 34.26, Lon: -85.16}},
	})
	for _, name := range []string{"København", "Copenhagen", "Copenhagen Ø"} {
		if got, _ := g.Find(name, "DK"); got.Point == wrong {
			t.Errorf("Find(%q) after With: got %v, want the known point", name, got.Point)
		}
	}
	testFind(t, g, []findTest{
		{"Roma", "", "IT Rome"},
		{"Rome", "", "IT Rome"},
		{"Rome", "US", "US Rome"},
	})
}

func TestWithAverages(t *testing.T) {
	tests := []struct {
		name   string
		points []place.Point
		want   *place.Point // nil: not known
	}{
		{"one", []place.Point{{Lat: 50, Lon: 10}}, &place.Point{Lat: 50, Lon: 10}},
		{"the same twice", []place.Point{{Lat: 55.67594, Lon: 12.56553}, {Lat: 55.67594, Lon: 12.56553}}, &place.Point{Lat: 55.67594, Lon: 12.56553}},
		{"two near", []place.Point{{Lat: 50, Lon: 10}, {Lat: 50.2, Lon: 10}}, &place.Point{Lat: 50.1, Lon: 10}},
		{"over the 180th meridian", []place.Point{{Lat: 0, Lon: 179.9}, {Lat: 0, Lon: -179.9}}, &place.Point{Lat: 0, Lon: 180}},
		{"two far", []place.Point{{Lat: 50, Lon: 10}, {Lat: 52, Lon: 10}}, nil},
		{"opposite", []place.Point{{Lat: 0, Lon: 90}, {Lat: 0, Lon: -90}}, nil},
		{"no coordinates", []place.Point{{}}, nil},
		{"one without coordinates", []place.Point{{}, {Lat: 50, Lon: 10}}, &place.Point{Lat: 50, Lon: 10}},
		{"off the globe", []place.Point{{Lat: 95, Lon: 10}}, nil},
		{"not a number", []place.Point{{Lat: math.NaN(), Lon: 10}}, nil},
	}
	base := load(t)
	for _, tt := range tests {
		var towns []place.Town
		for _, p := range tt.points {
			towns = append(towns, place.Town{Name: "Erewhon", Country: "NZ", Point: p})
		}
		got, ok := base.With(towns).Find("Erewhon", "NZ")
		if tt.want == nil {
			if ok {
				t.Errorf("%s: got %v, want nothing", tt.name, got.Point)
			}
			continue
		}
		if !ok || got.Point.Km(*tt.want) > 0.02 {
			t.Errorf("%s: got %v %v, want %v", tt.name, got.Point, ok, *tt.want)
		}
	}
}

func TestWithOrdersByNumber(t *testing.T) {
	p := place.Point{Lat: 50, Lon: 10}
	g := load(t).With([]place.Town{
		{Name: "Quivira One", Country: "DE", Point: p},
		{Name: "Quivira Two", Country: "DE", Point: p},
		{Name: "Quivira Two", Country: "DE", Point: p, Aliases: []string{"Quivira 2"}},
		{Name: "QUIVIRA TWO", Country: "DE", Point: p},
	})
	var got []string
	for _, town := range g.Suggest("quivira", "DE", 9) {
		got = append(got, town.Name)
	}
	if diff := cmp.Diff([]string{"Quivira Two", "Quivira One"}, got); diff != "" {
		t.Errorf("Suggest after With (-want +got):\n%s", diff)
	}
	testFind(t, g, []findTest{{"Quivira 2", "DE", "DE Quivira Two"}})
}

func TestWithLeavesOut(t *testing.T) {
	p := place.Point{Lat: 30, Lon: 110}
	g := load(t).With([]place.Town{
		{Name: "", Country: "CN", Point: p},
		{Name: " - ", Country: "CN", Point: p},
		{Name: "Nowhere", Country: "", Point: p},
		{Name: "Henan", Country: "CN", Point: p}, // a province
		{Name: "Henan", Country: "SE", Point: p},
	})
	testFind(t, g, []findTest{
		{"", "CN", ""},
		{"-", "CN", ""},
		{"Nowhere", "", ""},
		{"Henan", "CN", ""},
		{"Henan", "SE", "SE Henan"},
	})
}

func TestWithTwice(t *testing.T) {
	p := place.Point{Lat: 50, Lon: 10}
	base := load(t).With([]place.Town{{Name: "Quivira", Country: "DE", Point: p}})
	a := base.With([]place.Town{{Name: "Quivira", Country: "AT", Point: p}})
	b := base.With([]place.Town{{Name: "Quivira", Country: "CH", Point: p}})
	testFind(t, a, []findTest{{"Quivira", "AT", "AT Quivira"}, {"Quivira", "CH", ""}, {"Quivira", "", "DE Quivira"}})
	testFind(t, b, []findTest{{"Quivira", "CH", "CH Quivira"}, {"Quivira", "AT", ""}, {"Quivira", "", "DE Quivira"}})
	testFind(t, base, []findTest{{"Quivira", "AT", ""}, {"Quivira", "CH", ""}})
}
