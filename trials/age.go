package trials

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// AgeUnit is the unit of an age limit, as UCUM writes it.
type AgeUnit string

// The units in which registries give ages.
const (
	Years   AgeUnit = "a"
	Months  AgeUnit = "mo"
	Weeks   AgeUnit = "wk"
	Days    AgeUnit = "d"
	Hours   AgeUnit = "h"
	Minutes AgeUnit = "min"
)

// perYear is how many of a unit make a year: 1 a = 365.25 d, 1 mo = 30.4375 d (UCUM).
var perYear = map[AgeUnit]float64{
	Years: 1, Months: 12, Weeks: 365.25 / 7, Days: 365.25, Hours: 365.25 * 24, Minutes: 365.25 * 24 * 60,
}

var ageUnits = map[string]AgeUnit{
	"year": Years, "month": Months, "week": Weeks, "day": Days, "hour": Hours, "minute": Minutes,
}

// Age is an age limit with its unit. A limit that could not be read has no unit
// and keeps its text: it limits nobody by guess.
type Age struct {
	Value float64
	Unit  AgeUnit
	Text  string // as the registry wrote it
}

// ParseAge reads a registry's age such as "18 Years" or "6 Months". Text that
// is no age comes back as an Age without a unit, with an error that says so.
func ParseAge(text string) (Age, error) {
	age := Age{Text: text}
	words := strings.Fields(text)
	if len(words) != 2 {
		return age, fmt.Errorf("age %q: want a number and a unit: %w", text, ErrInvalid)
	}
	value, err := strconv.ParseFloat(words[0], 64)
	if err != nil || value < 0 || value > 1e9 {
		return age, fmt.Errorf("age %q: bad number: %w", text, ErrInvalid)
	}
	unit, ok := ageUnits[strings.TrimSuffix(strings.ToLower(words[1]), "s")]
	if !ok {
		return age, fmt.Errorf("age %q: unknown unit: %w", text, ErrInvalid)
	}
	age.Value, age.Unit = value, unit
	return age, nil
}

// Years gives the limit in years; false where it could not be read.
func (a Age) Years() (float64, bool) {
	n, ok := perYear[a.Unit]
	if !ok {
		return 0, false
	}
	return a.Value / n, true
}

func (a Age) String() string { return a.Text }

// MarshalJSON writes the registry's own text.
func (a Age) MarshalJSON() ([]byte, error) { return json.Marshal(a.Text) }

// UnmarshalJSON reads the registry's own text; what is no age is kept as text.
func (a *Age) UnmarshalJSON(b []byte) error {
	var text string
	if err := json.Unmarshal(b, &text); err != nil {
		return fmt.Errorf("age: %w", err)
	}
	// The error is dropped on purpose: the unit-less Age says the same.
	*a, _ = ParseAge(text)
	return nil
}
