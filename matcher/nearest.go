package matcher

import (
	"cmp"
	"math"

	"trialfinder/trials"
	"trialfinder/trials/place"
)

// Nearest is the site to ask at: the closest that takes people.
type Nearest struct {
	Facility     string        `json:"facility"`
	City         string        `json:"city"`
	Country      string        `json:"country"` // ISO 3166-1 code, or the registry's word
	KM           *float64      `json:"km"`      // whole, at least 1; nil where the distance is not known
	Status       trials.Status `json:"status"`
	Phone        string        `json:"phone"`
	Approximate  bool          `json:"approximate"` // from a town's centre, or to one
	NearerClosed *NearerClosed `json:"nearer_closed"`
	Site         *trials.Site  `json:"-"`
}

// NearerClosed is a site that is closer but takes nobody now.
type NearerClosed struct {
	Facility    string        `json:"facility"`
	City        string        `json:"city"`
	KM          float64       `json:"km"`
	Approximate bool          `json:"approximate"`
	Status      trials.Status `json:"status"` // one that will take people may be worth the wait
}

// siteRank orders sites: those that take people now, then those that will, then
// those whose status is not known in an open trial; -1 takes nobody.
func siteRank(site, overall trials.Status) int {
	if site == "" {
		site = overall
	}
	switch site {
	case trials.Recruiting, trials.EnrollingByInvitation, trials.Available:
		return 0
	case trials.NotYetRecruiting:
		return 1
	}
	return -1
}

type reach struct {
	site *trials.Site
	rank int
	km   float64 // +Inf where not known
	home bool    // in the person's country
}

// nearest finds the site to ask at. Without a town the person's own country
// comes first; without either, the registry's order holds.
func nearest(t *trials.Trial, p Profile) *Nearest {
	var best reach // the first in the order of compareReach
	all := make([]reach, 0, len(t.Sites))
	home := p.Facts["country"].Text
	for i := range t.Sites {
		s := &t.Sites[i]
		r := reach{site: s, rank: siteRank(s.Status, t.Status), km: distance(s, p.Home), home: siteCountry(s) == home}
		all = append(all, r)
		if r.rank >= 0 && (best.site == nil || compareReach(r, best) < 0) {
			best = r
		}
	}
	if best.site == nil {
		return nil
	}
	n := &Nearest{
		Facility: best.site.Facility, City: best.site.City, Country: siteCountry(best.site),
		KM: known(best.km), Status: cmp.Or(best.site.Status, t.Status), Phone: phone(best.site, t), Site: best.site,
	}
	n.Approximate = n.KM != nil && Approximate(best.site, p)
	n.NearerClosed = nearerClosed(all, best, t, p)
	return n
}

// nearerClosed is the closest of the sites that don't take people as the best one does,
// where it is surely nearer.
func nearerClosed(all []reach, best reach, t *trials.Trial, p Profile) *NearerClosed {
	var closed reach
	for _, r := range all {
		if (r.rank < 0 || r.rank > best.rank) && (closed.site == nil || r.km < closed.km) {
			closed = r
		}
	}
	if closed.site == nil || closed.km >= best.km-blur(closed.site, best.site, p) {
		return nil
	}
	s := closed.site
	return &NearerClosed{
		Facility: s.Facility, City: s.City, KM: *known(closed.km), Approximate: Approximate(s, p), Status: cmp.Or(s.Status, t.Status),
	}
}

func compareReach(a, b reach) int {
	return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.km, b.km), cmp.Compare(flag(!a.home), flag(!b.home)))
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

func distance(s *trials.Site, home *place.Point) float64 {
	if s.GeoPoint == nil || home == nil {
		return math.Inf(1)
	}
	return home.Km(place.Point{Lat: s.GeoPoint.Lat, Lon: s.GeoPoint.Lon})
}

// Approximate says whether a distance is one between towns and not between doors: the
// site's point is its town's centre, or of the person no more than the town is known.
func Approximate(s *trials.Site, p Profile) bool {
	return s.GeoPoint == nil || !s.GeoPoint.Exact || !p.HomeExact
}

// townReach is how far, in km, a door may lie from its town's centre.
const townReach = 5

// blur is by how much one place must be nearer than another to be surely so.
func blur(a, b *trials.Site, p Profile) float64 {
	if Approximate(a, p) || Approximate(b, p) {
		return townReach
	}
	return 0
}

// known is a distance in whole kilometres, nil where it is not known. It is never 0:
// two places in one town are not one place.
func known(km float64) *float64 {
	if math.IsInf(km, 1) {
		return nil
	}
	km = max(1, math.Round(km))
	return &km
}

func siteCountry(s *trials.Site) string {
	if code := trials.CountryCode(s.Country); code != "" {
		return code
	}
	return s.Country
}

// phone is the site's own number, or else the study's central one.
func phone(s *trials.Site, t *trials.Trial) string {
	for _, contacts := range [][]trials.Contact{s.Contacts, t.CentralContacts} {
		for _, c := range contacts {
			if c.Phone != "" && c.PhoneExt != "" {
				return c.Phone + " ext. " + c.PhoneExt
			}
			if c.Phone != "" {
				return c.Phone
			}
		}
	}
	return ""
}
