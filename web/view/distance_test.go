package view_test

import (
	"strings"
	"testing"

	"trialfinder/matcher"
)

// Distances between towns are told in steps, and none is nothing.
func TestDistanceIsNotMoreExactThanItIs(t *testing.T) {
	for _, tt := range []struct {
		km          float64
		approximate bool
		en, da, zh  string
	}{
		{1, true, "less than 5 km away", "mindre end 5 km væk", "距离不到5公里"},
		{4.9, true, "less than 5 km away", "mindre end 5 km væk", "距离不到5公里"},
		{6, true, "about 5 km away", "cirka 5 km væk", "距离约5公里"},
		{38, true, "about 40 km away", "cirka 40 km væk", "距离约40公里"},
		{157, true, "about 160 km away", "cirka 160 km væk", "距离约160公里"},
		{1234, true, "about 1,230 km away", "cirka 1.230 km væk", "距离约1,230公里"},
		{38, false, "38 km away", "38 km væk", "距离38公里"},
		{0.2, false, "less than 1 km away", "mindre end 1 km væk", "距离不到1公里"},
	} {
		for lang, want := range map[string]string{"en": tt.en, "da": tt.da, "zh": tt.zh} {
			n := matcher.Nearest{City: "Aarhus", KM: &tt.km, Approximate: tt.approximate}
			c, err := viewer(t, lang).Card(matcher.TrialMatch{ID: "NCT99999999", Verdict: matcher.Open, Nearest: &n})
			if err != nil || c.Site.KM != want || c.Site.Approximate != tt.approximate || strings.Contains(c.Site.KM, "0 km") && tt.km < 5 {
				t.Errorf("%s, %v km, approximate %v: got %q, %v, want %q", lang, tt.km, tt.approximate, c.Site.KM, err, want)
			}
		}
	}
}
