package place

import (
	"maps"
	"math"
	"slices"
	"strings"
)

// sameTown is how far, in km, points that carry one town's name may lie from
// their middle. Farther apart, they are different towns: Springfield.
const sameTown = 50

// With gives a new gazetteer that also knows the towns, those given most often
// first. Points given for one name of one country are averaged; where they lie too
// far apart to be one town, the name stays unknown. What g knows already wins.
// Towns without a name, a country or a valid point are left out, and so are
// provinces that are given as a town, and the point 0,0, which stands for "no coordinates" where it is found.
func (g *Gazetteer) With(towns []Town) *Gazetteer {
	groups, order := g.group(towns)
	slices.SortStableFunc(order, func(a, b groupKey) int {
		return len(groups[b].points) - len(groups[a].points)
	})
	out := &Gazetteer{
		words: g.words,
		towns: slices.Clip(g.towns),
		byKey: maps.Clone(g.byKey),
	}
	for _, k := range order {
		if t, ok := groups[k].merge(); ok {
			out.add(t)
		}
	}
	out.keys = slices.Sorted(maps.Keys(out.byKey))
	return out
}

type groupKey struct{ country, key string }

// group is one town as often as it was given.
type group struct {
	town   Town // as first given
	points []Point
}

// group gathers the towns that g does not know by name and country, in the order
// in which they first come.
func (g *Gazetteer) group(towns []Town) (map[groupKey]*group, []groupKey) {
	groups := map[groupKey]*group{}
	var order []groupKey
	for _, t := range towns {
		t.Name, t.Country = strings.TrimSpace(t.Name), normalCountry(t.Country)
		id := groupKey{t.Country, key(fold(t.Name), g.words.saints)}
		if id.key == "" || id.country == "" || !t.Point.Valid() || t.Point == (Point{}) {
			continue
		}
		if old := groups[id]; old != nil {
			old.points = append(old.points, t.Point)
			old.town.Aliases = appendNew(old.town.Aliases, t.Aliases)
			continue
		}
		if g.words.regions[id.country][id.key] || g.knows(t.Name, t.Country) {
			continue
		}
		t.Aliases = slices.Clone(t.Aliases)
		groups[id] = &group{town: t, points: []Point{t.Point}}
		order = append(order, id)
	}
	return groups, order
}

// merge is the town in the middle of the points, if they are one town's.
func (gr *group) merge() (Town, bool) {
	t := gr.town
	middle := mean(gr.points)
	t.Point = Point{Lat: metre(middle.Lat), Lon: metre(middle.Lon)}
	for _, p := range gr.points {
		if p.Km(t.Point) > sameTown {
			return Town{}, false
		}
	}
	return t, true
}

// metre rounds degrees to about a metre, which hides the rounding of the mean.
func metre(degrees float64) float64 { return math.Round(degrees*1e5) / 1e5 }

// knows says whether the name leads to a town of just that country.
func (g *Gazetteer) knows(name, country string) bool {
	t, ok := g.find(name, country)
	return ok && t.Country == country
}

func appendNew(list, more []string) []string {
	for _, s := range more {
		if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

func normalCountry(code string) string {
	return strings.ToUpper(strings.TrimSpace(code))
}
