package merge

import (
	_ "embed" // for the words
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"trialfinder/trials"
	"trialfinder/trials/place"
)

// Towns finds a town however a registry writes it.
type Towns interface {
	Find(name, country string) (place.Town, bool)
}

//go:embed data/generic.txt
var genericText string

// generic are the words that do not tell one hospital from another.
var generic = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for line := range strings.Lines(genericText) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			out[line] = true
		}
	}
	return out
})

// same says whether two registries mean one site: in one town, and called alike.
// A name that says nothing, such as "Research Site", is whatever is there.
func same(a, b trials.Site, towns Towns) bool {
	if !sameTown(a, b, towns) {
		return false
	}
	x, y := telling(a), telling(b)
	switch {
	case placeholder(a.Facility) || placeholder(b.Facility):
		return true
	case len(x) == 0 || len(y) == 0:
		return len(x) == len(y) // "Aarhus University Hospital" and "Aarhus Universitetshospital"
	}
	common := 0
	for _, w := range x {
		if slices.Contains(y, w) {
			common++
		}
	}
	return 2*common >= min(len(x), len(y)) && common > 0
}

func sameTown(a, b trials.Site, towns Towns) bool {
	country := trials.CountryCode(a.Country)
	if country != trials.CountryCode(b.Country) {
		return false
	}
	if slices.Equal(fold(a.City), fold(b.City)) {
		return true
	}
	x, okX := towns.Find(a.City, country)
	y, okY := towns.Find(b.City, country)
	return okX && okY && x.Name == y.Name && x.Country == y.Country && x.Point == y.Point
}

// telling are the words of the site's name that tell it from others of its town.
func telling(s trials.Site) []string {
	town := fold(s.City)
	return slices.DeleteFunc(fold(s.Facility), func(w string) bool {
		return generic()[w] || slices.Contains(town, w) || strings.IndexFunc(w, unicode.IsLetter) < 0
	})
}

// placeholder says whether a name only says that there is a site.
func placeholder(facility string) bool {
	words := fold(facility)
	for _, w := range words {
		if slices.Contains([]string{"site", "investigational", "investigative", "investigator", "research"}, w) {
			return !slices.ContainsFunc(words, func(w string) bool { return !generic()[w] && strings.IndexFunc(w, unicode.IsLetter) >= 0 })
		}
	}
	return len(words) == 0
}

// fold gives the words without case and accents.
func fold(s string) []string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r == 'ø':
			return 'o'
		}
		return r
	}, norm.NFKD.String(strings.ToLower(s)))
	return strings.FieldsFunc(plain, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
