package matcher

import (
	"cmp"
	"math"
	"slices"

	"trialfinder/trials/place"
)

// Town is a town where somebody may ask, and in how many of the trials of a match.
type Town struct {
	City    string
	Country string // ISO 3166-1 code, or the registry's word
	Point   *place.Point
	KM      *float64 // from the person's town; nil where it is not known
	Trials  int
	of      []uint32 // the trials
}

// Together counts the trials of several towns, each once.
func Together(towns []Town) int {
	seen := map[uint32]bool{}
	for _, t := range towns {
		for _, i := range t.of {
			seen[i] = true
		}
	}
	return len(seen)
}

// Towns gives the towns of a match's possible trials, those that are ruled out for now
// among them: the nearest first, or where no distance is known those of most trials.
func (s *Set) Towns(p Profile, only Only) []Town {
	st := s.standing(p, only)
	defer st.end()
	parts := st.byClass()
	type key struct{ city, country string }
	at := map[key]int{}
	var out []Town
	last := []int{} // by town, the trial that was counted last
	for _, part := range parts[:plainlyOut] {
		for i := range part.all() {
			sites := s.sites[s.trials[i].sites.from:s.trials[i].sites.to]
			for k := range sites {
				pl := &s.places[sites[k].place]
				n, there := at[key{pl.city, pl.country}]
				if !there {
					n = len(out)
					at[key{pl.city, pl.country}] = n
					out, last = append(out, Town{City: pl.city, Country: pl.country}), append(last, -1)
				}
				if pl.placed && out[n].Point == nil {
					out[n].Point = &pl.point
				}
				if last[n] != i {
					last[n] = i
					out[n].Trials++
					out[n].of = append(out[n].of, uint32(i))
				}
			}
		}
	}
	for i := range out {
		if out[i].Point != nil && p.Home != nil {
			out[i].KM = known(p.Home.Km(*out[i].Point))
		}
	}
	slices.SortFunc(out, func(a, b Town) int {
		return cmp.Or(cmp.Compare(far(a), far(b)), cmp.Compare(b.Trials, a.Trials), cmp.Compare(a.Country, b.Country), cmp.Compare(a.City, b.City))
	})
	return out
}

func far(t Town) float64 {
	if t.KM == nil {
		return math.Inf(1)
	}
	return *t.KM
}

// narrowToNear leaves the trials with a site within so many km of the person's town.
// Each town is measured once.
func (s *Set) narrowToNear(into marks, km float64, p Profile) {
	near := make([]bool, len(s.places))
	for i := range s.places {
		near[i] = s.places[i].placed && math.Round(p.Home.Km(s.places[i].point)) <= km
	}
	for i := range into.all() {
		t := &s.trials[i]
		if !slices.ContainsFunc(s.sites[t.sites.from:t.sites.to], func(c compiledSite) bool { return near[c.place] }) {
			into.unset(i)
		}
	}
}
