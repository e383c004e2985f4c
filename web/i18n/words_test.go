package i18n_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"trialfinder/web/i18n"
)

func TestNumbersAndDatesByLanguage(t *testing.T) {
	c := load(t)
	day := time.Date(2026, 11, 4, 0, 0, 0, 0, time.UTC)
	for lang, want := range map[string]struct{ number, whole, day string }{
		"en": {"7.25", "12,500", "4 November 2026"},
		"da": {"7,25", "12.500", "4. november 2026"},
	} {
		w := words(t, c, lang)
		got, err := w.Day(day)
		if err != nil || got != want.day {
			t.Errorf("%s: Day: got %q, %v, want %q", lang, got, err, want.day)
		}
		if got := w.Number(7.25); got != want.number {
			t.Errorf("%s: Number(7.25): got %q, want %q", lang, got, want.number)
		}
		if got := w.Int(12500); got != want.whole {
			t.Errorf("%s: Int(12500): got %q, want %q", lang, got, want.whole)
		}
	}
}

func TestPartialDates(t *testing.T) {
	w := words(t, load(t), "en")
	for want, d := range map[string][3]int{"2026": {2026, 0, 0}, "May 2026": {2026, 5, 0}, "1 May 2026": {2026, 5, 1}} {
		if got, err := w.Date(d[0], d[1], d[2]); err != nil || got != want {
			t.Errorf("Date(%v): got %q, %v, want %q", d, got, err, want)
		}
	}
}

func TestPluralForms(t *testing.T) {
	w := words(t, load(t), "en")
	for n, want := range map[int]string{0: "0 trials left", 1: "1 trial left", 1200: "1,200 trials left"} {
		if got, err := w.T("steps_left", "N", n); err != nil || got != want {
			t.Errorf("steps_left with %d: got %q, %v, want %q", n, got, err, want)
		}
	}
}

func TestFaultsAreErrors(t *testing.T) {
	w := words(t, load(t), "en")
	for name, say := range map[string]func() (string, error){
		"no such key":       func() (string, error) { return w.T("no_such_key") },
		"a missing value":   func() (string, error) { return w.T("footer_listings") },
		"half a pair":       func() (string, error) { return w.T("back", "N") },
		"a name that is no": func() (string, error) { return w.T("back", 1, 2) },
	} {
		if got, err := say(); !errors.Is(err, i18n.ErrKey) {
			t.Errorf("%s: got %q, %v, want ErrKey", name, got, err)
		}
	}
}

func TestCountry(t *testing.T) {
	c := load(t)
	for lang, want := range map[string]string{"en": "Denmark", "da": "Danmark"} {
		if got := words(t, c, lang).Country("DK"); got != want {
			t.Errorf("%s: Country(DK): got %q, want %q", lang, got, want)
		}
	}
	for _, word := range []string{"", "Atlantis", "CSXX"} {
		if got := words(t, c, "en").Country(word); got != word {
			t.Errorf("Country(%q): got %q, want the word itself", word, got)
		}
	}
}

func TestChoose(t *testing.T) {
	c := load(t)
	for accept, want := range map[string]string{
		"": "en", "da": "da", "da-DK,en;q=0.5": "da", "sv;q=0.9,en;q=0.1": "en", "ja": "en", "nonsense;;;": "en", "en-US": "en",
	} {
		if got := c.Choose(accept); got != want {
			t.Errorf("Choose(%q): got %q, want %q", accept, got, want)
		}
	}
}

// French has a form of its own for whole millions; numbers beyond are told by the same rules.
func TestPluralRulesOfTheLanguages(t *testing.T) {
	c := load(t)
	for _, tt := range []struct {
		lang string
		n    int
		want string
	}{
		{"fr", 0, "0 critère correspond"}, {"fr", 1, "1 critère correspond"}, {"fr", 2, "2 critères correspondent"},
		{"fr", 1_000_000, "de critères correspondent"}, {"da", 1, "1 krav passer"}, {"zh", 1, "1条符合要求"}, {"nl", 21, "21 regels passen"},
	} {
		if got, err := words(t, c, tt.lang).T("count_met", "N", tt.n); err != nil || !strings.HasSuffix(got, tt.want) {
			t.Errorf("%s, %d: got %q, %v, want %q", tt.lang, tt.n, got, err, tt.want)
		}
	}
}
