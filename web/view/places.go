package view

import (
	"trialfinder/matcher"
)

// Place is a town of the map's table.
type Place struct {
	City, Country, KM string
	Code              string // of the country, where it has one
	Trials            int
}

// Places tells of towns in the reader's language.
func (v *Viewer) Places(towns []matcher.Town) ([]Place, error) {
	t := &teller{Viewer: v}
	var out []Place
	for _, town := range towns {
		p := Place{City: Clean(town.City), Country: t.words.Country(town.Country), Trials: town.Trials}
		if len(town.Country) == len("DK") {
			p.Code = town.Country
		}
		if town.KM != nil {
			p.KM = t.distance(*town.KM, true)
		}
		out = append(out, p)
	}
	return out, t.err
}

// Dot names a dot of the map: its first town, how many are near it, and the trials there.
func (v *Viewer) Dot(towns []matcher.Town, trials int) (string, error) {
	t := &teller{Viewer: v}
	name := Clean(towns[0].City)
	if more := len(towns) - 1; more > 0 {
		name = t.say("map_others", "Town", name, "N", more)
	}
	return t.say("map_dot", "Town", name, "N", trials), t.err
}
