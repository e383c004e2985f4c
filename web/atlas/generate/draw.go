package main

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"

	"trialfinder/web/atlas"
)

// draw projects, thins out and clips all rings, and writes them as one path. A line that
// two countries share is thinned once, so that no gap opens between them.
func draw(t *topology, m atlas.Map, detail float64) []byte {
	arcs := make([][]point, len(t.arcs))
	for i, arc := range t.arcs {
		arcs[i] = thin(arc, detail, func(p point) (x, y float64) { return m.At(p.y, p.x) })
	}
	var path bytes.Buffer
	for _, ring := range t.rings {
		var points []point
		for _, a := range ring {
			line := slices.Clone(arcs[max(a, ^a)])
			if a < 0 {
				slices.Reverse(line)
			}
			if len(points) > 0 {
				line = line[1:]
			}
			points = append(points, line...)
		}
		points = unrolled(points)
		for i, p := range points {
			points[i].x, points[i].y = m.At(p.y, p.x)
		}
		write(&path, clip(points, m.Width, m.Height))
	}
	// The colours must do on a light page and on a dark one.
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g"><path fill="#8b9b98" fill-opacity=".38" stroke="#8b9b98" stroke-opacity=".75" stroke-width=".6" stroke-linejoin="round" d="%s"/></svg>`+"\n",
		m.Width, m.Height, path.String())
}

// unrolled makes a ring that crosses the line of the date one whole, on the side where most
// of it lies; the ice around the south pole is left out.
func unrolled(ring []point) []point {
	const half, round, ice = 180.0, 360.0, -60.0
	north, sum := false, 0.0
	for i := range ring {
		for i > 0 && ring[i].x-ring[i-1].x > half {
			ring[i].x -= round
		}
		for i > 0 && ring[i-1].x-ring[i].x > half {
			ring[i].x += round
		}
		north = north || ring[i].y > ice
		sum += ring[i].x
	}
	if !north {
		return nil
	}
	shift := round * math.Round(sum/float64(len(ring))/round)
	for i := range ring {
		ring[i].x -= shift
	}
	return ring
}

// thin leaves out points that lie nearer to the line than the detail, as it is drawn
// (Douglas and Peucker).
func thin(line []point, detail float64, at func(point) (x, y float64)) []point {
	if len(line) < 3 {
		return line
	}
	flat := make([]point, len(line))
	for i, p := range line {
		flat[i].x, flat[i].y = at(p)
	}
	keep := make([]bool, len(line))
	keep[0], keep[len(line)-1] = true, true
	var part func(from, to int)
	part = func(from, to int) {
		far, where := detail, -1
		for i := from + 1; i < to; i++ {
			if d := distance(flat[i], flat[from], flat[to]); d > far {
				far, where = d, i
			}
		}
		if where >= 0 {
			keep[where] = true
			part(from, where)
			part(where, to)
		}
	}
	part(0, len(line)-1)
	var out []point
	for i, p := range line {
		if keep[i] {
			out = append(out, p)
		}
	}
	return out
}

// distance is how far a point lies from the stretch between two others.
func distance(p, a, b point) float64 {
	dx, dy := b.x-a.x, b.y-a.y
	t := 0.0
	if n := dx*dx + dy*dy; n > 0 {
		t = max(0, min(1, ((p.x-a.x)*dx+(p.y-a.y)*dy)/n))
	}
	return math.Hypot(p.x-a.x-t*dx, p.y-a.y-t*dy)
}

// border is how far beyond the picture an outline may go, so that its cut edge is not seen.
const border = 4.0

// clip cuts a ring to the picture, edge by edge (Sutherland and Hodgman).
func clip(ring []point, width, height float64) []point {
	for _, edge := range []struct {
		in func(p point) float64 // ≥ 0 inside
	}{
		{func(p point) float64 { return p.x + border }}, {func(p point) float64 { return width + border - p.x }},
		{func(p point) float64 { return p.y + border }}, {func(p point) float64 { return height + border - p.y }},
	} {
		var out []point
		for i, p := range ring {
			before := ring[(i+len(ring)-1)%len(ring)]
			a, b := edge.in(before), edge.in(p)
			if a >= 0 != (b >= 0) {
				t := a / (a - b)
				out = append(out, point{before.x + t*(p.x-before.x), before.y + t*(p.y-before.y)})
			}
			if b >= 0 {
				out = append(out, p)
			}
		}
		ring = out
	}
	return ring
}

// tiny is the area, in the picture's units, under which an island is left out.
const tiny = 1.2

// write adds a ring as relative steps in tenths, which compress best.
func write(path *bytes.Buffer, ring []point) {
	if len(ring) < 3 || math.Abs(area(ring)) < tiny {
		return
	}
	x, y := round(ring[0].x), round(ring[0].y)
	fmt.Fprintf(path, "M%s %s", tenths(x), tenths(y))
	letter := "l"
	for _, p := range ring[1:] {
		nx, ny := round(p.x), round(p.y)
		if nx == x && ny == y {
			continue
		}
		path.WriteString(letter + tenths(nx-x))
		if ny-y >= 0 {
			path.WriteByte(' ')
		}
		path.WriteString(tenths(ny - y))
		x, y, letter = nx, ny, " "
	}
	path.WriteByte('z')
}

func round(v float64) int { return int(math.Round(v * 10)) }

func tenths(v int) string { return strconv.FormatFloat(float64(v)/10, 'f', -1, 64) }

func area(ring []point) float64 {
	sum := 0.0
	for i, p := range ring {
		q := ring[(i+1)%len(ring)]
		sum += p.x*q.y - q.x*p.y
	}
	return sum / 2
}
