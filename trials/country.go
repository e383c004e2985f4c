package trials

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"
)

//go:embed data/countries.tsv
var countriesTSV string

// countries is what countries.tsv says.
type countries struct {
	byName map[string]string // folded name or code → code
	names  map[string]string // code → name to show
	codes  []string          // today's countries, sorted
}

// The file is part of the program, so that a fault in it is a fault in the
// program: loading panics, and the tests load it.
var loadCountries = sync.OnceValue(func() *countries {
	c, err := decodeCountries(countriesTSV)
	if err != nil {
		panic(err)
	}
	return c
})

// CountryCode is the ISO 3166-1 alpha-2 code of a country that a registry or a
// person names in English or by its code. A country that is no more has the four
// letters of ISO 3166-3 ("CSXX"); an unknown name has "". Case, accents and
// punctuation do not count.
func CountryCode(name string) string {
	return loadCountries().byName[foldCountry(name)]
}

// CountryName is the English name to show for a code, or "" for an unknown code.
func CountryName(code string) string {
	return loadCountries().names[strings.ToUpper(strings.TrimSpace(code))]
}

// CountryCodes are the alpha-2 codes of today's countries, sorted.
func CountryCodes() []string {
	return slices.Clone(loadCountries().codes)
}

func decodeCountries(tsv string) (*countries, error) {
	c := &countries{byName: map[string]string{}, names: map[string]string{}}
	header := false
	for i, line := range strings.Split(strings.TrimSuffix(tsv, "\n"), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		if !header {
			if line != "code\tnames" {
				return nil, fmt.Errorf("countries.tsv:%d: header %q", i+1, line)
			}
			header = true
			continue
		}
		err := c.add(line)
		if err != nil {
			return nil, fmt.Errorf("countries.tsv:%d: %w", i+1, err)
		}
	}
	if !header {
		return nil, fmt.Errorf("countries.tsv: no header: %w", ErrInvalid)
	}
	slices.Sort(c.codes)
	return c, nil
}

// add reads one line: a code and its names.
func (c *countries) add(line string) error {
	code, list, ok := strings.Cut(line, "\t")
	if !ok || strings.Contains(list, "\t") {
		return fmt.Errorf("want 2 columns in %q: %w", line, ErrInvalid)
	}
	if (len(code) != 2 && len(code) != 4) || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return fmt.Errorf("code %q: %w", code, ErrInvalid)
	}
	names := strings.Split(list, "|")
	for _, name := range append([]string{code}, names...) {
		folded := foldCountry(name)
		if other, taken := c.byName[folded]; taken || folded == "" {
			return fmt.Errorf("name %q of %s: empty or taken by %q: %w", name, code, other, ErrInvalid)
		}
		c.byName[folded] = code
	}
	c.names[code] = names[0]
	if len(code) == 2 {
		c.codes = append(c.codes, code)
	}
	return nil
}

// countryLetters are the accented letters of the world's country names.
var countryLetters = strings.NewReplacer(
	"á", "a", "à", "a", "â", "a", "ã", "a", "å", "a", "ä", "a", "ç", "c",
	"é", "e", "è", "e", "ê", "e", "ë", "e", "í", "i", "ì", "i", "î", "i", "ï", "i",
	"ñ", "n", "ó", "o", "ò", "o", "ô", "o", "õ", "o", "ö", "o", "ø", "o",
	"ú", "u", "ù", "u", "û", "u", "ü", "u", "&", " and ",
)

// foldCountry keeps the words of a country's name: "Turkey (Türkiye)" and
// "TURKEY TURKIYE" are the same.
func foldCountry(name string) string {
	var b strings.Builder
	for _, r := range countryLetters.Replace(strings.ToLower(name)) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		case unicode.IsSpace(r) || r == '-' || r == ',' || r == '(' || r == ')':
			b.WriteByte(' ')
		}
	}
	var words []string
	for _, w := range strings.Fields(b.String()) {
		switch w {
		case "the":
			continue
		case "saint":
			w = "st"
		}
		words = append(words, w)
	}
	return strings.Join(words, " ")
}
