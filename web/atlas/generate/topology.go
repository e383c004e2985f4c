package main

import (
	"encoding/json"
	"errors"
	"fmt"
)

// topology is what is needed of a TopoJSON file: lines that neighbours share, and the
// countries as rings of them.
type topology struct {
	arcs  [][]point
	rings [][]int // each a chain of arcs; ^i is arc i backwards
}

type point struct{ x, y float64 }

// decode reads the object "countries".
func decode(b []byte) (*topology, error) {
	var file struct {
		Transform struct{ Scale, Translate [2]float64 }
		Arcs      [][][2]float64
		Objects   map[string]struct {
			Geometries []struct {
				Type string
				Arcs json.RawMessage
			}
		}
	}
	if err := json.Unmarshal(b, &file); err != nil {
		return nil, err
	}
	countries, ok := file.Objects["countries"]
	if !ok {
		return nil, errors.New("no object named countries")
	}
	t := &topology{}
	for _, deltas := range file.Arcs {
		var arc []point
		x, y := 0.0, 0.0
		for _, d := range deltas {
			x, y = x+d[0], y+d[1]
			arc = append(arc, point{x*file.Transform.Scale[0] + file.Transform.Translate[0], y*file.Transform.Scale[1] + file.Transform.Translate[1]})
		}
		t.arcs = append(t.arcs, arc)
	}
	for _, g := range countries.Geometries {
		polygons := [][][]int{}
		switch g.Type {
		case "Polygon":
			polygons = append(polygons, nil)
			if err := json.Unmarshal(g.Arcs, &polygons[0]); err != nil {
				return nil, err
			}
		case "MultiPolygon":
			if err := json.Unmarshal(g.Arcs, &polygons); err != nil {
				return nil, err
			}
		case "":
			continue // a country without a shape
		default:
			return nil, fmt.Errorf("unknown kind of shape %q", g.Type)
		}
		for _, p := range polygons {
			t.rings = append(t.rings, p...)
		}
	}
	return t, t.check()
}

func (t *topology) check() error {
	for _, ring := range t.rings {
		for _, a := range ring {
			if max(a, ^a) >= len(t.arcs) {
				return fmt.Errorf("no line %d", max(a, ^a))
			}
		}
	}
	return nil
}
