package place

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"trialfinder/trials"
)

//go:embed data/towns.tsv
var townsTSV string

//go:embed data/words.tsv
var wordsTSV string

// Town is a town and what it is called.
type Town struct {
	Name    string // in English, where English has a name of its own for it
	Country string // ISO 3166-1 alpha-2
	Point   Point  // the town's centre
	Aliases []string
}

// Gazetteer finds towns by their names.
type Gazetteer struct {
	words *vocabulary
	towns []Town           // what is asked for without a country is the first that fits
	byKey map[string][]int // folded name → towns, in their order
	keys  []string         // of byKey, sorted
}

// Load reads the embedded towns.
func Load() (*Gazetteer, error) {
	g, err := decode(townsTSV, wordsTSV)
	if err != nil {
		return nil, fmt.Errorf("place: %w", err)
	}
	return g, nil
}

func decode(towns, words string) (*Gazetteer, error) {
	v, err := decodeVocabulary(words)
	if err != nil {
		return nil, err
	}
	g := &Gazetteer{words: v, byKey: map[string][]int{}}
	err = rows("towns.tsv", towns, "name\tcountry\tlat\tlon\tother_names", func(columns []string) error {
		town, err := decodeTown(columns)
		if err != nil {
			return err
		}
		for k := range g.townKeys(town) {
			if i := g.exact(k, town.Country); i >= 0 {
				return fmt.Errorf("%s %s: %s has the name %q too: %w", town.Country, town.Name, g.towns[i].Name, k, trials.ErrInvalid)
			}
		}
		g.add(town)
		return nil
	})
	if err != nil {
		return nil, err
	}
	g.keys = slices.Sorted(maps.Keys(g.byKey))
	return g, nil
}

func decodeTown(columns []string) (Town, error) {
	names, err := list(columns[0])
	if err != nil || len(names) != 1 {
		return Town{}, fmt.Errorf("name %q: %w", columns[0], trials.ErrInvalid)
	}
	err = country(columns[1])
	if err != nil {
		return Town{}, err
	}
	point, ok := ParsePoint(columns[2] + "," + columns[3])
	if !ok || !rounded(columns[2]) || !rounded(columns[3]) {
		return Town{}, fmt.Errorf("point %q %q, want degrees of 2 or 3 decimals: %w", columns[2], columns[3], trials.ErrInvalid)
	}
	aliases, err := list(columns[4])
	if err != nil {
		return Town{}, err
	}
	for i, a := range aliases {
		if a == columns[0] || slices.Contains(aliases[:i], a) {
			return Town{}, fmt.Errorf("name %q twice: %w", a, trials.ErrInvalid)
		}
	}
	return Town{Name: columns[0], Country: columns[1], Point: point, Aliases: aliases}, nil
}

// rounded says whether the figure is as precise as a town's centre can be.
func rounded(degrees string) bool {
	_, decimals, _ := strings.Cut(degrees, ".")
	_, err := strconv.Atoi(decimals)
	return err == nil && (len(decimals) == 2 || len(decimals) == 3)
}

// townKeys are what the town can be looked up by.
func (g *Gazetteer) townKeys(t Town) map[string]bool {
	keys := map[string]bool{}
	for _, name := range append([]string{t.Name}, t.Aliases...) {
		for _, form := range forms(name) {
			if k := key(form, g.words.saints); k != "" {
				keys[k] = true
			}
		}
	}
	return keys
}

// add puts the town last. A name that a town of the country has already stays
// that town's; a town without a name of its own is not added.
func (g *Gazetteer) add(t Town) {
	named := false
	for k := range g.townKeys(t) {
		if g.exact(k, t.Country) < 0 {
			// Clipped, since a gazetteer that this one was made from shares the slice.
			g.byKey[k] = append(slices.Clip(g.byKey[k]), len(g.towns))
			named = true
		}
	}
	if named {
		g.towns = append(g.towns, t)
	}
}

// exact is the index of the country's town that has the key, or -1.
func (g *Gazetteer) exact(key, country string) int {
	for _, i := range g.byKey[key] {
		if g.towns[i].Country == country {
			return i
		}
	}
	return -1
}
