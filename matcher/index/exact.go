package index

import (
	"strings"

	"trialfinder/trials"
)

// ownPoints is how many different points the sites of a town must have.
const ownPoints = 3

// tellExact marks the points that are a site's own. The registries mostly give every
// site of a town the town's centre, and for some towns know two centres. So points count
// as the sites' own only where a trial has at least three in a town, and no two
// facilities with the same. It comes before points are put right: those are centres.
func tellExact(sites []trials.Site) {
	points := map[string]map[trials.GeoPoint]string{} // by town: the facility at a point
	shared := map[string]bool{}                       // towns of which a point has several
	for i := range sites {
		if sites[i].GeoPoint == nil {
			continue
		}
		town, at, who := townOf(&sites[i]), bare(sites[i].GeoPoint), facility(&sites[i])
		if points[town] == nil {
			points[town] = map[trials.GeoPoint]string{}
		}
		if first, there := points[town][at]; there && first != who {
			shared[town] = true
		}
		points[town][at] = who
	}
	for i := range sites {
		s := &sites[i]
		if town := townOf(s); s.GeoPoint != nil && len(points[town]) >= ownPoints && !shared[town] && facility(s) != "" {
			own := bare(s.GeoPoint)
			own.Exact = true
			s.GeoPoint = &own
		}
	}
}

func bare(p *trials.GeoPoint) trials.GeoPoint { return trials.GeoPoint{Lat: p.Lat, Lon: p.Lon} }

func townOf(s *trials.Site) string {
	return strings.ToLower(s.City + "|" + s.State + "|" + s.Country)
}

func facility(s *trials.Site) string { return strings.ToLower(strings.TrimSpace(s.Facility)) }
