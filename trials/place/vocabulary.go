package place

import (
	"fmt"
	"slices"
	"strings"

	"trialfinder/trials"
)

// vocabulary is what words.tsv says: the words around a town's name.
type vocabulary struct {
	saints      map[string]bool
	districts   map[string]map[string]bool // country → folded words
	countries   map[string]string          // folded name → country
	regions     map[string]map[string]bool // country → folded names that are no town's
	territories map[string][]string        // country → countries that may be called part of it
	regionMarks []string
	townMarks   []string
}

func decodeVocabulary(tsv string) (*vocabulary, error) {
	v := &vocabulary{
		saints:      map[string]bool{},
		districts:   map[string]map[string]bool{},
		countries:   map[string]string{},
		regions:     map[string]map[string]bool{},
		territories: map[string][]string{},
	}
	err := rows("words.tsv", tsv, "kind\tcountry\twords", func(columns []string) error {
		words, err := list(columns[2])
		if err != nil {
			return err
		}
		if len(words) == 0 {
			return fmt.Errorf("no words: %w", trials.ErrInvalid)
		}
		if columns[1] == "" {
			return v.addGeneral(columns[0], words)
		}
		err = country(columns[1])
		if err != nil {
			return err
		}
		return v.addNational(columns[0], columns[1], words)
	})
	if err != nil {
		return nil, err
	}
	return v, nil
}

// addGeneral takes a line that holds for all countries.
func (v *vocabulary) addGeneral(kind string, words []string) error {
	switch kind {
	case "saint":
		for _, w := range words {
			v.saints[w] = true
		}
	case "region_mark":
		v.regionMarks = append(v.regionMarks, words...)
	case "town_mark":
		v.townMarks = append(v.townMarks, words...)
	default:
		return fmt.Errorf("kind %q without a country: %w", kind, trials.ErrInvalid)
	}
	return nil
}

// addNational takes a line of one country.
func (v *vocabulary) addNational(kind, code string, words []string) error {
	switch kind {
	case "district":
		v.districts[code] = foldedSet(words)
	case "region":
		v.regions[code] = foldedSet(words)
	case "country":
		return v.addCountry(code, words)
	case "territory":
		for _, w := range words {
			err := country(w)
			if err != nil {
				return err
			}
		}
		v.territories[code] = words
	default:
		return fmt.Errorf("kind %q of %s: %w", kind, code, trials.ErrInvalid)
	}
	return nil
}

func foldedSet(words []string) map[string]bool {
	set := map[string]bool{}
	for _, w := range words {
		for _, form := range forms(w) {
			set[strings.Join(form, "")] = true
		}
	}
	return set
}

func (v *vocabulary) addCountry(code string, names []string) error {
	for _, name := range names {
		for _, form := range forms(name) {
			k := strings.Join(form, "")
			if other := v.countries[k]; other != "" && other != code {
				return fmt.Errorf("country name %q of %s and %s: %w", name, other, code, trials.ErrInvalid)
			}
			v.countries[k] = code
		}
	}
	return nil
}

// country is the code of the country that name is, in English or in one of the
// languages of words.tsv, or "".
func (v *vocabulary) country(name string) string {
	if code := v.countries[strings.Join(fold(name), "")]; code != "" {
		return code
	}
	return trials.CountryCode(name)
}

// covers says whether somebody who asks for a town of the one country may mean a
// town of the other.
func (v *vocabulary) covers(asked, country string) bool {
	return asked == "" || asked == country || slices.Contains(v.territories[asked], country)
}

// inside says whether all words can stand behind a town's name in the country: a
// district's name, or a figure (a postcode, an arrondissement).
func (v *vocabulary) inside(country string, words []string) bool {
	for _, w := range words {
		if !hasDigit(w) && !v.districts[country][w] {
			return false
		}
	}
	return true
}

// chineseTown takes the town's name out of a Chinese address: 广东省广州市天河区
// is in 广州. It gives "" where the address does not mark one.
func (v *vocabulary) chineseTown(s string) string {
	for _, mark := range v.regionMarks {
		if _, after, ok := strings.Cut(s, mark); ok {
			s = after
		}
	}
	for _, mark := range v.townMarks {
		if town, _, ok := strings.Cut(s, mark); ok && len([]rune(town)) >= 2 {
			return town
		}
	}
	return ""
}
