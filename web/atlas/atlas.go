// Package atlas draws on two small maps: Europe and the world. The outlines are files that
// atlas/generate makes of public-domain data; where a dot goes is worked out by the same
// projections:
//
//	countries-50m.json → generate → static/europe.svg, static/world.svg
//	latitude, longitude → Map.At → x, y on that picture
package atlas

import "math"

//go:generate go run ./generate -in countries-50m.json -out ../static

// Map is one picture: its name, its size and how the earth lies on it.
type Map struct {
	Name          string
	Width, Height float64
	project       func(lat, lon float64) (x, y float64)
	left, top     float64 // of the picture, in the projection's units
	scale         float64
}

// Europe is in equal areas about its middle, from Portugal to the Urals' foot.
func Europe() Map {
	return fit("europe", 600, 640, aroundEurope, [][2]float64{{35, -10}, {35, 33}, {71, 20}, {52, -11}, {52, 35}, {64, -23}})
}

// World is in equal areas, without the ice around the south pole.
func World() Map {
	return fit("world", 800, 340, equalEarth, [][2]float64{{-56, -70}, {78, 0}, {0, -180}, {0, 180}, {-56, 150}})
}

// fit lays the points of a frame into a picture and keeps it centred.
func fit(name string, width, height float64, project func(lat, lon float64) (x, y float64), frame [][2]float64) Map {
	left, top, right, bottom := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, p := range frame {
		x, y := project(p[0], p[1])
		left, right, top, bottom = min(left, x), max(right, x), min(top, y), max(bottom, y)
	}
	m := Map{Name: name, Width: width, Height: height, project: project}
	m.scale = min(width/(right-left), height/(bottom-top))
	m.left = left - (width/m.scale-(right-left))/2
	m.top = top - (height/m.scale-(bottom-top))/2
	return m
}

// At is where a place lies on the picture, in its units from the upper left.
func (m Map) At(lat, lon float64) (x, y float64) {
	x, y = m.project(lat, lon)
	return (x - m.left) * m.scale, (y - m.top) * m.scale
}

// Shows says whether a place lies on the picture.
func (m Map) Shows(lat, lon float64) bool {
	x, y := m.At(lat, lon)
	return x >= 0 && y >= 0 && x <= m.Width && y <= m.Height && !math.IsNaN(x)
}

func radians(degrees float64) float64 { return degrees * math.Pi / 180 }

// The middle of the picture of Europe.
const (
	middleLat = 53.0
	middleLon = 13.0
)

// aroundEurope is Lambert's azimuthal projection, true in area; y grows to the south.
func aroundEurope(lat, lon float64) (x, y float64) {
	sinLat, cosLat := math.Sincos(radians(lat))
	sin0, cos0 := math.Sincos(radians(middleLat))
	sinLon, cosLon := math.Sincos(radians(lon - middleLon))
	k := math.Sqrt(2 / max(1e-9, 1+sin0*sinLat+cos0*cosLat*cosLon))
	return k * cosLat * sinLon, -k * (cos0*sinLat - sin0*cosLat*cosLon)
}

// equalEarth is the projection of Šavrič, Patterson and Jenny (2018), true in area.
func equalEarth(lat, lon float64) (x, y float64) {
	const a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
	t := math.Asin(math.Sqrt(3) / 2 * math.Sin(radians(lat)))
	t2 := t * t
	t6 := t2 * t2 * t2
	x = 2 * math.Sqrt(3) / 3 * radians(lon) * math.Cos(t) / (a1 + 3*a2*t2 + t6*(7*a3+9*a4*t2))
	return x, -t * (a1 + a2*t2 + t6*(a3+a4*t2))
}
