package view

import (
	"strings"
	"time"

	"trialfinder/matcher"
	"trialfinder/matcher/fact"
	"trialfinder/trials"
	"trialfinder/web/content"
	"trialfinder/web/i18n"
)

// Viewer makes view models in one language. It is read-only and safe for
// concurrent use.
type Viewer struct {
	words   *i18n.Words
	matcher *matcher.Matcher
	texts   *content.Library
}

// New makes a viewer.
func New(w *i18n.Words, m *matcher.Matcher, texts *content.Library) *Viewer {
	return &Viewer{words: w, matcher: m, texts: texts}
}

// teller collects the first error of many phrases, so that building a model
// reads as a model.
type teller struct {
	*Viewer
	err error
}

func (t *teller) say(key string, params ...any) string {
	text, err := t.words.T(key, params...)
	if err != nil && t.err == nil {
		t.err = err
	}
	return text
}

func (v *Viewer) label(f fact.Fact) fact.Label { return f.Labels[v.words.Code()] }

// unitKeys are the units that have words; every other is shown as a sign.
var unitKeys = map[string]string{
	"a": "unit_a", "mo": "unit_mo", "wk": "unit_wk", "d": "unit_d", "h": "unit_h",
	"{times_ULN}": "unit_times_uln", "mg/d": "unit_mg_d", "{copies}/mL": "unit_copies_ml",
}

// unitSigns turn UCUM codes into what laboratories print.
var unitSigns = strings.NewReplacer(
	"10*9/L", "×10⁹/L", "umol", "µmol", "ukat", "µkat", "/uL", "/µL", "ug/", "µg/", "mm[Hg]", "mmHg",
	"[IU]", "IU", "[lb_av]", "lb", "[in_i]", "in", "{1.73_m2}", "1.73 m²", "kg/m2", "kg/m²",
	"{score}", "", "{class}", "", "{grade}", "", "{count}", "", "{INR}", "",
)

// Unit is a unit as a reader knows it; "" for counts and scores.
func (v *Viewer) Unit(ucum string) (string, error) {
	if key, ok := unitKeys[ucum]; ok {
		return v.words.T(key)
	}
	return unitSigns.Replace(ucum), nil
}

// Therapy is a therapy's name and what it is, in one line.
func (v *Viewer) Therapy(id string) (name, about string, err error) {
	t := &teller{Viewer: v}
	return t.say("therapy_" + id), t.say("therapy_" + id + "_about"), t.err
}

// Status is a recruitment status in words; one that the registry invents is
// shown as it is sent.
func (v *Viewer) Status(s trials.Status) (string, error) {
	key := "status_" + strings.ToLower(string(s))
	if !v.words.Has(key) {
		return string(s), nil
	}
	return v.words.T(key)
}

// Phase is what matcher.Phase gives, in words.
func (v *Viewer) Phase(phase string) (string, error) {
	if phase == "" || phase == string(trials.PhaseNA) {
		return "", nil
	}
	var out []string
	for p := range strings.SplitSeq(phase, "/") {
		key := "phase_" + strings.ToLower(p)
		if !v.words.Has(key) {
			out = append(out, p)
			continue
		}
		word, err := v.words.T(key)
		if err != nil {
			return "", err
		}
		out = append(out, word)
	}
	return strings.Join(out, " / "), nil
}

// Registry is the registry's name for a trial's id.
func Registry(id string) string {
	if _, source, ok := trials.CanonicalID(id); ok && source == trials.CTIS {
		return "EU CTIS"
	}
	return "ClinicalTrials.gov"
}

// Day is a day for a page; the zero time is "".
func (v *Viewer) Day(at time.Time) (string, error) {
	if at.IsZero() {
		return "", nil
	}
	return v.words.Day(at)
}

// Partial is a date as precise as it is known; "" for none.
func (v *Viewer) Partial(d trials.Date) (string, error) {
	if d.IsZero() {
		return "", nil
	}
	return v.words.Date(d.Year, d.Month, d.Day)
}

// lower is a registry's constant as it stands in a key.
func lower(constant string) string { return strings.ToLower(constant) }
