package place

import (
	"strings"
	"unicode/utf8"
)

// maxName is the length, in bytes, beyond which a text is no town's name.
const maxName = 200

// maxBehind is how many words may follow a town's name inside the town, as in
// "Paris 15e arrondissement" or "Paris Cedex 13".
const maxBehind = 3

// Find looks a town up by the name that somebody writes, with what stands before
// and behind it in an address, or takes a point ("56.16,10.20") as it is. Country
// is an ISO 3166-1 alpha-2 code; with "", the first town of the name is found. A
// country that the name itself gives ("Aarhus, Denmark") must not contradict it.
func (g *Gazetteer) Find(name, country string) (Town, bool) {
	name, country = strings.TrimSpace(name), normalCountry(country)
	if name == "" || len(name) > maxName {
		return Town{}, false
	}
	if p, ok := ParsePoint(name); ok {
		return Town{Name: name, Country: country, Point: p}, true
	}
	if t, ok := g.find(name, country); ok {
		return t, true
	}
	head, named, ok := g.cutCountry(name)
	if !ok {
		return Town{}, false
	}
	switch {
	case g.words.covers(country, named):
		return g.find(head, named)
	case g.words.covers(named, country): // "Nuuk, Denmark", asked for in Greenland
		return g.find(head, country)
	}
	return Town{}, false
}

// cutCountry takes the country off a name: behind a comma or in brackets, where
// it may be a code, or as the last words.
func (g *Gazetteer) cutCountry(name string) (head, code string, ok bool) {
	if i := strings.LastIndexAny(name, ",，(（"); i >= 0 {
		_, size := utf8.DecodeRuneInString(name[i:])
		code = g.words.country(strings.TrimRight(name[i+size:], " )）"))
		return name[:i], code, code != ""
	}
	words := strings.Fields(name)
	for n := len(words) - 1; n >= 1; n-- {
		tail := strings.Join(words[n:], " ")
		if code = g.words.country(tail); code != "" && !strings.EqualFold(code, tail) {
			return strings.Join(words[:n], " "), code, true
		}
	}
	return "", "", false
}

// find is Find for a name without a country in it.
func (g *Gazetteer) find(name, country string) (Town, bool) {
	readings := forms(name)
	if town := g.words.chineseTown(name); town != "" {
		readings = append(readings, fold(town))
	}
	for _, words := range readings {
		if t, ok := g.lookup(words, nil, country); ok {
			return t, true
		}
	}
	for _, words := range readings {
		for _, bare := range withoutPostcode(words) {
			if t, ok := g.lookupInside(bare, country); ok {
				return t, true
			}
		}
	}
	return Town{}, false
}

// withoutPostcode gives the readings of words without the postcode in front:
// 8000 Aarhus, DK-8000 Aarhus, 1012 AB Amsterdam, SW1A 2AA London.
func withoutPostcode(words []string) [][]string {
	rest := words
	if len(rest) > 1 && len(rest[0]) <= 2 && hasDigit(rest[1]) {
		rest = rest[1:]
	}
	figures := 0
	for figures < len(rest) && hasDigit(rest[figures]) {
		figures++
	}
	if figures == 0 {
		return [][]string{words}
	}
	last := rest[figures-1]
	rest = rest[figures:]
	readings := [][]string{words, rest}
	// Only the four figures of a Dutch postcode have letters behind them.
	if len(last) == 4 && len(rest) > 1 && len(rest[0]) == 2 {
		readings = append(readings, rest[1:])
	}
	return readings
}

// lookupInside looks the words up whole, then with ever more of the last words
// taken as what lies inside the town.
func (g *Gazetteer) lookupInside(words []string, country string) (Town, bool) {
	for n := len(words); n > 0 && n >= len(words)-maxBehind; n-- {
		if t, ok := g.lookup(words[:n], words[n:], country); ok {
			return t, true
		}
	}
	return Town{}, false
}

// lookup finds the first town that has the name and allows the words behind it;
// one of the country itself before one of its territories.
func (g *Gazetteer) lookup(name, behind []string, country string) (Town, bool) {
	found := -1
	for _, i := range g.byKey[key(name, g.words.saints)] {
		t := g.towns[i]
		if !g.words.covers(country, t.Country) || !g.words.inside(t.Country, behind) {
			continue
		}
		if country == "" || t.Country == country {
			return t, true
		}
		if found < 0 {
			found = i
		}
	}
	if found < 0 {
		return Town{}, false
	}
	return g.towns[found], true
}
