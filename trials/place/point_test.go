package place_test

import (
	"math"
	"testing"

	"trialfinder/trials/place"
)

func TestKm(t *testing.T) {
	tests := []struct {
		from, to  string
		want, off float64
	}{
		{"Aarhus", "Copenhagen", 157, 3},
		{"Aarhus", "Flensburg", 160, 3},
		{"Paris", "Brussels", 264, 3},
		{"Beijing", "Shanghai", 1067, 5},
		{"Amsterdam", "Rotterdam", 57, 3},
		{"Copenhagen", "Malmö", 28, 3},
		{"Paris", "Fort-de-France", 6850, 30},
		{"Sydney", "Auckland", 2156, 10},
		{"Odense", "Odense", 0, 0},
	}
	g := load(t)
	for _, tt := range tests {
		from, to := find(t, g, tt.from), find(t, g, tt.to)
		got, back := from.Point.Km(to.Point), to.Point.Km(from.Point)
		if math.Abs(got-tt.want) > tt.off {
			t.Errorf("Km from %s to %s: got %.1f, want %.1f ± %.1f", tt.from, tt.to, got, tt.want, tt.off)
		}
		if math.Abs(got-back) > 1e-9 {
			t.Errorf("Km from %s to %s: got %v there and %v back, want the same", tt.from, tt.to, got, back)
		}
	}
}

func TestKmOfExtremes(t *testing.T) {
	halfway := math.Pi * 6371.0088
	tests := []struct {
		name string
		p, q place.Point
		want float64
	}{
		{"pole to pole", place.Point{Lat: 90}, place.Point{Lat: -90}, halfway},
		{"pole to pole by another meridian", place.Point{Lat: 90, Lon: 77}, place.Point{Lat: -90, Lon: -12}, halfway},
		{"opposite sides", place.Point{Lat: 12.3, Lon: 45.6}, place.Point{Lat: -12.3, Lon: -134.4}, halfway},
		{"the 180th meridian twice", place.Point{Lat: 0, Lon: 180}, place.Point{Lat: 0, Lon: -180}, 0},
		{"over the 180th meridian", place.Point{Lat: 0, Lon: 179.5}, place.Point{Lat: 0, Lon: -179.5}, 111.195},
		{"one degree of latitude", place.Point{Lat: 50}, place.Point{Lat: 51}, 111.195},
	}
	for _, tt := range tests {
		got := tt.p.Km(tt.q)
		if math.IsNaN(got) || math.Abs(got-tt.want) > 0.01 {
			t.Errorf("Km, %s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestParsePoint(t *testing.T) {
	tests := []struct {
		in   string
		want place.Point
		ok   bool
	}{
		{"56.16,10.20", place.Point{Lat: 56.16, Lon: 10.20}, true},
		{" 56.16 , 10.20 ", place.Point{Lat: 56.16, Lon: 10.20}, true},
		{"-33.87,+151.21", place.Point{Lat: -33.87, Lon: 151.21}, true},
		{"56,10", place.Point{Lat: 56, Lon: 10}, true},
		{"90,180", place.Point{Lat: 90, Lon: 180}, true},
		{"-90,-180", place.Point{Lat: -90, Lon: -180}, true},
		{"90.01,0", place.Point{}, false},
		{"0,180.01", place.Point{}, false},
		{"0,-180.01", place.Point{}, false},
		{"560,10", place.Point{}, false},
		{"56,16,10,20", place.Point{}, false},
		{"56.16", place.Point{}, false},
		{"56.16 10.20", place.Point{}, false},
		{"NaN,10", place.Point{}, false},
		{"Inf,10", place.Point{}, false},
		{"1e1,10", place.Point{}, false},
		{"0x10,10", place.Point{}, false},
		{"1_0,10", place.Point{}, false},
		{"--5,10", place.Point{}, false},
		{"5.5.5,10", place.Point{}, false},
		{".,.", place.Point{}, false},
		{"5-,10", place.Point{}, false},
		{",", place.Point{}, false},
		{"", place.Point{}, false},
		{"Aarhus, Denmark", place.Point{}, false},
	}
	for _, tt := range tests {
		got, ok := place.ParsePoint(tt.in)
		if ok != tt.ok || (ok && got != tt.want) {
			t.Errorf("ParsePoint(%q): got %v %v, want %v %v", tt.in, got, ok, tt.want, tt.ok)
		}
	}
}

func TestValid(t *testing.T) {
	tests := []struct {
		p    place.Point
		want bool
	}{
		{place.Point{}, true},
		{place.Point{Lat: 90, Lon: -180}, true},
		{place.Point{Lat: 91}, false},
		{place.Point{Lon: 181}, false},
		{place.Point{Lat: math.NaN()}, false},
		{place.Point{Lon: math.NaN()}, false},
		{place.Point{Lat: math.Inf(1)}, false},
	}
	for _, tt := range tests {
		if got := tt.p.Valid(); got != tt.want {
			t.Errorf("%v.Valid(): got %v, want %v", tt.p, got, tt.want)
		}
	}
}

func FuzzParsePoint(f *testing.F) {
	for _, s := range []string{"56.16,10.20", "-90,180", "1e9,2", "NaN,0", ",", "٥,٦"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, ok := place.ParsePoint(s)
		if ok && !p.Valid() {
			t.Errorf("ParsePoint(%q): got %v, want a point on the globe", s, p)
		}
		if ok && math.IsNaN(p.Km(place.Point{Lat: 56, Lon: 10})) {
			t.Errorf("ParsePoint(%q): got %v, which has no distance", s, p)
		}
	})
}
