package matcher

import (
	"trialfinder/trials"
)

// reachOf is from where a person looks for sites.
type reachOf struct {
	*Set
	profile Profile
	home    vector
	country string
}

func (s *standing) reach() reachOf {
	r := reachOf{Set: s.Set, profile: s.profile, country: s.profile.Facts["country"].Text}
	if s.profile.Home != nil {
		r.home = towards(*s.profile.Home)
	}
	return r
}

// nearest gives the status at the site to ask at and how near it counts, as the
// function of that name finds the site for a page.
func (r *reachOf) nearest(t *compiledTrial) (status trials.Status, near float64) {
	if t.sites.from == t.sites.to {
		return t.status, 0
	}
	sites := r.sites[t.sites.from:t.sites.to]
	site := &sites[0]
	at := &r.places[site.place]
	for i := 1; i < len(sites) && sites[i].rank == site.rank; i++ {
		if other := &r.places[sites[i].place]; r.nearer(other, at) {
			site, at = &sites[i], other
		}
	}
	var km *float64
	if r.profile.Home != nil && at.placed {
		km = known(r.profile.Home.Km(at.point))
	}
	return trials.Status(r.words[site.status]), nearness(km, at.country, r.profile)
}

// nearer is compareReach on what is compiled: the angle between two vectors grows
// with the distance.
func (r *reachOf) nearer(a, b *compiledPlace) bool {
	if r.profile.Home != nil && (a.placed || b.placed) {
		if a.placed != b.placed {
			return a.placed
		}
		if da, db := r.home.dot(a.at), r.home.dot(b.at); da != db {
			return da > db
		}
	}
	return a.country != b.country && a.country == r.country
}
