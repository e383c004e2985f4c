package main

import (
	"math"
	"strings"
	"testing"

	"trialfinder/web/atlas"
)

// Two invented countries with a common border, and one that crosses the line of the date.
const topo = `{"transform":{"scale":[1,1],"translate":[0,0]},
"arcs":[[[10,50],[2,0],[0,4]],[[12,54],[-2,0],[0,-4]],[[12,54],[4,0],[0,-4],[-4,0]],[[179,10],[2,0],[0,2],[-2,0],[0,-2]],[[0,-80],[5,0],[0,5],[-5,-5]]],
"objects":{"countries":{"geometries":[{"type":"Polygon","arcs":[[0,1]]},{"type":"MultiPolygon","arcs":[[[-1,2]],[[3]]]},{"type":null},{"type":"Polygon","arcs":[[4]]}]}}}`

func TestDecode(t *testing.T) {
	got, err := decode([]byte(topo))
	if err != nil {
		t.Fatal(err)
	}
	if len(got.rings) != 4 || len(got.arcs) != 5 {
		t.Fatalf("got %d rings of %d lines, want 4 of 5", len(got.rings), len(got.arcs))
	}
	if end := got.arcs[0][2]; end != (point{12, 54}) {
		t.Errorf("the steps of a line add up to %v, want 12, 54", end)
	}
	for name, bad := range map[string]string{
		"no countries": `{"objects":{}}`, "no JSON": `{`, "a line that is not there": strings.Replace(topo, "[[0,1]]", "[[0,9]]", 1),
		"an unknown shape": strings.Replace(topo, `"Polygon"`, `"Cube"`, 1),
	} {
		if _, err := decode([]byte(bad)); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}

func TestRingsOverTheDateLineAreWhole(t *testing.T) {
	ring := unrolled([]point{{179, 10}, {-179, 10}, {-179, 12}, {179, 12}})
	for i, p := range ring {
		if before := ring[(i+3)%4]; math.Abs(p.x-before.x) > 2 {
			t.Errorf("got a step from %v to %v", before, p)
		}
	}
	if got := unrolled([]point{{0, -80}, {5, -80}, {5, -75}}); got != nil {
		t.Errorf("the ice around the south pole: got %v, want nothing", got)
	}
}

func TestThinKeepsWhatIsSeen(t *testing.T) {
	same := func(p point) (x, y float64) { return p.x, p.y }
	line := []point{{0, 0}, {1, 0.1}, {2, 0}, {3, 5}, {4, 0}}
	if got := thin(line, 0.5, same); len(got) != 4 || got[2] != (point{3, 5}) {
		t.Errorf("got %v, want the small bend gone and the large one kept", got)
	}
	if got := thin(line, 10, same); len(got) != 2 {
		t.Errorf("got %v, want the two ends", got)
	}
}

func TestClip(t *testing.T) {
	if got := area(clip([]point{{-50, -50}, {200, -50}, {200, 200}, {-50, 200}}, 100, 100)); math.Abs(math.Abs(got)-108*108) > 1e-6 {
		t.Errorf("a ring around the picture: got the area %v, want the picture and its border", got)
	}
	if got := clip([]point{{200, 200}, {300, 200}, {300, 300}}, 100, 100); len(got) != 0 {
		t.Errorf("a ring outside: got %v, want nothing", got)
	}
}

func TestDraw(t *testing.T) {
	top, err := decode([]byte(topo))
	if err != nil {
		t.Fatal(err)
	}
	got := string(draw(top, atlas.Europe(), 0.4))
	if n := strings.Count(got, "M"); n != 2 {
		t.Errorf("got %d outlines of Europe, want the two countries and neither the far island nor the ice:\n%s", n, got)
	}
	if strings.Contains(got, "NaN") || !strings.Contains(got, `viewBox="0 0 600 640"`) {
		t.Errorf("got %s", got)
	}
}
