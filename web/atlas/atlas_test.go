package atlas_test

import (
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"trialfinder/web/atlas"
)

// The dots are put on the pictures by the projection that drew them: towns lie on land,
// and the open sea does not.
func TestTownsLieOnLand(t *testing.T) {
	for _, tt := range []struct {
		name     string
		m        atlas.Map
		lat, lon float64
		land     bool
	}{
		{"Paris", atlas.Europe(), 48.86, 2.35, true}, {"Berlin", atlas.Europe(), 52.52, 13.40, true}, {"Warsaw", atlas.Europe(), 52.23, 21.01, true},
		{"Madrid", atlas.Europe(), 40.42, -3.70, true}, {"Viborg", atlas.Europe(), 56.45, 9.40, true}, {"Reykjahlíð", atlas.Europe(), 65.64, -16.9, true},
		{"the North Sea", atlas.Europe(), 56.0, 4.0, false}, {"the Bay of Biscay", atlas.Europe(), 45.0, -5.0, false}, {"the Baltic", atlas.Europe(), 56.5, 19.0, false},
		{"Wuhan", atlas.World(), 30.59, 114.30, true}, {"Chicago", atlas.World(), 41.7, -88.5, true}, {"Brasília", atlas.World(), -15.8, -47.9, true},
		{"Alice Springs", atlas.World(), -23.7, 133.9, true}, {"Yakutsk", atlas.World(), 62.0, 129.7, true},
		{"the Pacific", atlas.World(), 0, -140, false}, {"the Atlantic", atlas.World(), 30, -45, false}, {"the Indian Ocean", atlas.World(), -20, 80, false},
	} {
		if !tt.m.Shows(tt.lat, tt.lon) {
			t.Errorf("%s is not on the map of %s", tt.name, tt.m.Name)
		}
		x, y := tt.m.At(tt.lat, tt.lon)
		if got := within(rings(t, tt.m), x, y); got != tt.land {
			t.Errorf("%s on the map of %s at %.0f, %.0f: land is %v", tt.name, tt.m.Name, x, y, got)
		}
	}
}

func TestWhatAMapShows(t *testing.T) {
	for _, tt := range []struct {
		name     string
		lat, lon float64
		europe   bool
	}{{"Aarhus", 56.16, 10.20, true}, {"Lisbon", 38.72, -9.14, true}, {"Wuhan", 30.59, 114.30, false}, {"Houston", 29.76, -95.37, false}, {"Cairo", 30.04, 31.24, false}} {
		if got := atlas.Europe().Shows(tt.lat, tt.lon); got != tt.europe {
			t.Errorf("Europe shows %s: %v", tt.name, got)
		}
		if !atlas.World().Shows(tt.lat, tt.lon) {
			t.Errorf("the world does not show %s", tt.name)
		}
	}
}

// Both projections keep areas: a square of a degree is as large on the picture as on earth.
func TestAreasAreKept(t *testing.T) {
	area := func(m atlas.Map, lat, lon float64) float64 {
		x0, y0 := m.At(lat, lon)
		x1, y1 := m.At(lat, lon+0.1)
		x2, y2 := m.At(lat+0.1, lon)
		return math.Abs((x1-x0)*(y2-y0)-(x2-x0)*(y1-y0)) / math.Cos(lat*math.Pi/180)
	}
	for _, m := range []atlas.Map{atlas.Europe(), atlas.World()} {
		want := area(m, 50, 10)
		for _, at := range [][2]float64{{40, -5}, {62, 25}, {55, 30}} {
			if got := area(m, at[0], at[1]); math.Abs(got-want) > 0.01*want {
				t.Errorf("%s at %v: got %.4f, want %.4f", m.Name, at, got, want)
			}
		}
	}
}

type ring [][2]float64

var step = regexp.MustCompile(`[Mz]|-?[\d.]+`)

// rings reads the outlines back from the picture.
func rings(t *testing.T, m atlas.Map) []ring {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "static", m.Name+".svg"))
	if err != nil {
		t.Fatal(err)
	}
	d := regexp.MustCompile(` d="([^"]*)"`).FindSubmatch(b)
	if d == nil {
		t.Fatal("no path")
	}
	var out []ring
	var numbers []float64
	for _, part := range step.FindAllString(string(d[1]), -1) {
		switch part {
		case "M":
			numbers = numbers[:0]
		case "z":
			var r ring
			x, y := 0.0, 0.0
			for i := 0; i+1 < len(numbers); i += 2 {
				x, y = x+numbers[i], y+numbers[i+1]
				r = append(r, [2]float64{x, y})
			}
			out = append(out, r)
		default:
			v, err := strconv.ParseFloat(part, 64)
			if err != nil {
				t.Fatal(err)
			}
			numbers = append(numbers, v)
		}
	}
	return out
}

// within counts how often a line to the left crosses the rings.
func within(rs []ring, x, y float64) bool {
	in := false
	for _, r := range rs {
		for i, p := range r {
			q := r[(i+1)%len(r)]
			if (p[1] > y) != (q[1] > y) && x > p[0]+(y-p[1])/(q[1]-p[1])*(q[0]-p[0]) {
				in = !in
			}
		}
	}
	return in
}
