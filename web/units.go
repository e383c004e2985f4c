package web

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strings"

	"trialfinder/matcher/fact"
	"trialfinder/trials"
)

// usualUnits is the unit in which a value is usually printed, by country and fact.
type usualUnits map[[2]string]string

func loadUnits(text string, facts *fact.Catalogue) (usualUnits, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.Comment, r.FieldsPerRecord, r.LazyQuotes = '\t', '#', 4, true
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("units.tsv: %w", err)
	}
	out := usualUnits{}
	for _, row := range rows[1:] {
		country, id, unit := row[0], row[1], row[2]
		f, known := facts.ByID(id)
		switch {
		case !known || !slices.Contains(append([]string{f.Unit}, f.Also...), unit):
			return nil, fmt.Errorf("units.tsv: %s has no unit %s", id, unit)
		case !slices.Contains(trials.CountryCodes(), country):
			return nil, fmt.Errorf("units.tsv: no country %s", country)
		case out[[2]string{country, id}] != "":
			return nil, fmt.Errorf("units.tsv: %s of %s stands twice", id, country)
		}
		out[[2]string{country, id}] = unit
	}
	return out, nil
}

// usualUnit is the unit that the laboratories of the person's country use; "" if the
// country is not known, or their custom.
func (r *request) usualUnit(id string) (unit, country string) {
	raw, _ := r.session.get("country")
	country = asText(raw)
	return r.server.units[[2]string{country, id}], country
}
