package place

import (
	"math"
	"strconv"
	"strings"
)

// earthRadius is the mean radius R1 = (2a+b)/3 of the WGS 84 ellipsoid, in km, as
// the International Union of Geodesy and Geophysics defines it (Moritz, Geodetic
// Reference System 1980). A sphere of that size is right to about 0.5 %.
const earthRadius = 6371.0088

// Point is a place on earth.
type Point struct {
	Lat float64 // degrees north, -90 to 90
	Lon float64 // degrees east, -180 to 180
}

// Valid says whether the point is on the globe. NaN is not.
func (p Point) Valid() bool {
	return p.Lat >= -90 && p.Lat <= 90 && p.Lon >= -180 && p.Lon <= 180
}

// Km is the distance to q along the great circle, by the haversine formula.
func (p Point) Km(q Point) float64 {
	lat1, lat2 := radians(p.Lat), radians(q.Lat)
	sinLat := math.Sin((lat2 - lat1) / 2)
	sinLon := math.Sin(radians(q.Lon-p.Lon) / 2)
	h := sinLat*sinLat + math.Cos(lat1)*math.Cos(lat2)*sinLon*sinLon
	// Rounding may carry h over 1 for points on opposite sides of the earth.
	return 2 * earthRadius * math.Asin(math.Sqrt(min(1, h)))
}

// ParsePoint reads decimal degrees, latitude first, for example "56.16,10.20".
// Exponents, hexadecimal figures, infinities and anything off the globe are refused.
func ParsePoint(s string) (Point, bool) {
	lat, lon, ok := strings.Cut(s, ",")
	if !ok {
		return Point{}, false
	}
	var p Point
	if p.Lat, ok = parseDegrees(lat); !ok {
		return Point{}, false
	}
	if p.Lon, ok = parseDegrees(lon); !ok {
		return Point{}, false
	}
	return p, p.Valid()
}

// parseDegrees exists because strconv.ParseFloat takes more forms than people write.
func parseDegrees(s string) (float64, bool) {
	s = strings.TrimSpace(s)
	digits := strings.TrimLeft(s, "+-")
	if len(s)-len(digits) > 1 || digits == "" || len(digits) > 20 || strings.Trim(digits, "0123456789.") != "" {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}

// mean is the point in the middle of several. It adds vectors, not degrees, so
// that points on both sides of the 180th meridian have their middle between them.
func mean(points []Point) Point {
	var x, y, z float64
	for _, p := range points {
		lat, lon := radians(p.Lat), radians(p.Lon)
		x += math.Cos(lat) * math.Cos(lon)
		y += math.Cos(lat) * math.Sin(lon)
		z += math.Sin(lat)
	}
	return Point{
		Lat: degrees(math.Atan2(z, math.Hypot(x, y))),
		Lon: degrees(math.Atan2(y, x)),
	}
}

func radians(deg float64) float64 { return deg * math.Pi / 180 }

func degrees(rad float64) float64 { return rad * 180 / math.Pi }
