package view

import (
	"strings"
	"testing"
)

// Every country of the table has words, a day on which its source was read, and a link or
// none; every helpline has a number that can be dialled and the page where it stood.
func TestGuidanceIsWhole(t *testing.T) {
	g := loadGuidance()
	for _, country := range []string{"DK", "NL", "BE", "FR", "CN", ""} {
		row, ok := g.routes[country]
		if !ok || row.seen.IsZero() || row.url != "" && !strings.HasPrefix(row.url, "https://") {
			t.Errorf("%q: got %+v, want a route with its day and its source", country, row)
		}
	}
	for country, h := range g.helplines {
		if h.Name == "" || h.Tel == "" || !strings.HasPrefix(h.Source, "https://") || len(h.Year) != len("2026") {
			t.Errorf("%s: got %+v, want a name, a number, a source and its year", country, h)
		}
	}
}

func TestFaultyGuidanceIsRefused(t *testing.T) {
	const routes, lines = "country\tsource\turl\tseen\n", "country\tname\tphone\turl\tyear\n"
	for name, tt := range map[string][2]string{
		"no row for anywhere else": {routes + "DK\tS1\thttps://a.example\t2026-11-23\n", lines},
		"no day":                   {routes + "general\t-\t-\tsoon\n", lines},
		"a column too few":         {routes + "general\t-\t-\n", lines},
		"a number that is none":    {routes + "general\t-\t-\t2026-11-23\n", lines + "DK\tA\tcall us\thttps://a.example\t2020\n"},
		"no source":                {routes + "general\t-\t-\t2026-11-23\n", lines + "DK\tA\t80 30 10 30\t-\t2020\n"},
	} {
		if _, err := readGuidance(tt[0], tt[1]); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}
