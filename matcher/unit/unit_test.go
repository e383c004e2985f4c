package unit_test

import (
	"errors"
	"math"
	"testing"

	"trialfinder/matcher/unit"
)

func TestConvert(t *testing.T) {
	table, err := unit.Load()
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name     string
		fact     string
		value    float64
		from, to string
		want     float64
	}{
		{"same unit", "age", 62, "a", "a", 62},
		{"months to years", "age", 6, "months", "a", 0.5},
		{"weeks to days", "days_since_surgery", 4, "wk", "d", 28},
		{"months to days", "days_since_surgery", 6, "mo", "d", 182.625},
		{"danish haemoglobin", "hemoglobin", 7.9, "mmol/L", "g/dL", 12.73},
		{"creatinine", "creatinine", 133, "µmol/L", "mg/dL", 1.5045},
		{"bilirubin", "bilirubin", 25.65, "umol/l", "mg/dL", 1.49965},
		{"the other micro sign", "creatinine", 133, "μmol/L", "mg/dL", 1.5045},
		{"HbA1c is affine", "hba1c", 48, "mmol/mol", "%", 6.543},
		{"cells per mm3", "neutrophils", 1500, "/mm³", "10*9/L", 1.5},
		{"lost superscript", "platelets", 100, "10^9/L", "10*9/L", 100},
		{"escaped power", "platelets", 100, `x 10\^9/L`, "10*9/L", 100},
		{"thousands", "platelets", 100, "K/µL", "10*9/L", 100},
		{"CD4 the other way", "cd4", 0.2, "10*9/L", "/uL", 200},
		{"microkatal", "alt", 0.75, "µkat/L", "U/L", 45},
		{"pounds", "weight_kg", 150, "lb", "kg", 68.03886},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := table.Convert(tt.fact, tt.value, tt.from, tt.to)
			if err != nil {
				t.Fatal(err)
			}
			if from, _ := table.Code(tt.from); !table.Converts(tt.fact, from, tt.to) {
				t.Errorf("Converts(%q, %q, %q): got false", tt.fact, from, tt.to)
			}
			if math.Abs(got-tt.want) > 1e-4*math.Max(1, math.Abs(tt.want)) {
				t.Errorf("%v %s of %s: got %v %s, want %v", tt.value, tt.from, tt.fact, got, tt.to, tt.want)
			}
		})
	}
}

func TestConvertRefuses(t *testing.T) {
	table, err := unit.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, fact, from, to string }{
		{"no such unit", "hemoglobin", "furlong", "g/dL"},
		{"a unit of something else", "hemoglobin", "km", "g/dL"},
		{"a molar unit needs its own row", "ferritin", "mmol/L", "ng/mL"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := table.Convert(tt.fact, 1, tt.from, tt.to); !errors.Is(err, unit.ErrUnknown) {
				t.Errorf("got %v, %v; want ErrUnknown", got, err)
			}
			if table.Converts(tt.fact, tt.from, tt.to) {
				t.Error("Converts: got true")
			}
		})
	}
}
