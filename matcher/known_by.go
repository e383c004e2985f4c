package matcher

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"trialfinder/matcher/fact"
)

//go:embed data/known_by.tsv
var knownByTSV string

// knownBy is how likely a person knows the answer, by fact or by group of facts.
type knownBy map[string]float64

func loadKnownBy(facts *fact.Catalogue) (knownBy, error) {
	r := csv.NewReader(strings.NewReader(knownByTSV))
	r.Comma, r.Comment, r.FieldsPerRecord, r.LazyQuotes = '\t', '#', 3, true
	rows, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	k := knownBy{}
	for _, row := range rows[1:] {
		p, err := strconv.ParseFloat(row[1], 64)
		if err != nil || p <= 0 || p > 1 {
			return nil, fmt.Errorf("%s: want a probability, got %q", row[0], row[1])
		}
		k[row[0]] = p
	}
	for _, f := range facts.All() {
		if k[f.ID] == 0 && k[f.Group] == 0 {
			return nil, fmt.Errorf("neither %s nor its group %s has a row", f.ID, f.Group)
		}
	}
	return k, nil
}

func (k knownBy) of(f fact.Fact) float64 {
	if p, ok := k[f.ID]; ok {
		return p
	}
	return k[f.Group]
}
