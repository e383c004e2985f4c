package index

import (
	"strings"

	"trialfinder/trials"
)

// ownPoints is how many different points the sites of a town must have.
const ownPoints = 3

// tellExact marks the points that are a site's own. The registries mostly give every
// site of a town the town's centre, and for some towns know two centres. So points count
// as the sites' own only where a town has at least three and no two facilities have the
// same. Points from the gazetteer never are.
func (s *Snapshot) tellExact() {
	points := map[string]map[trials.GeoPoint]string{} // by town: the facility at a point
	shared := map[string]bool{}                       // towns of which a point has several
	s.eachSite(func(site *trials.Site, country string) {
		if site.GeoPoint == nil {
			return
		}
		town, at, who := townKey(site, country), bare(site.GeoPoint), facility(site)
		if points[town] == nil {
			points[town] = map[trials.GeoPoint]string{}
		}
		if first, there := points[town][at]; there && first != who {
			shared[town] = true
		}
		points[town][at] = who
	})
	s.eachSite(func(site *trials.Site, country string) {
		if site.GeoPoint == nil {
			return
		}
		town := townKey(site, country)
		if len(points[town]) >= ownPoints && !shared[town] && facility(site) != "" {
			own := bare(site.GeoPoint)
			own.Exact = true
			site.GeoPoint = &own
		}
	})
}

func bare(p *trials.GeoPoint) trials.GeoPoint { return trials.GeoPoint{Lat: p.Lat, Lon: p.Lon} }

func townKey(site *trials.Site, country string) string {
	return strings.ToLower(site.City + "|" + site.State + "|" + country)
}

func facility(site *trials.Site) string { return strings.ToLower(strings.TrimSpace(site.Facility)) }
