package view

import (
	"strings"

	"trialfinder/matcher"
	"trialfinder/matcher/therapy"
)

// why tells in one sentence what a trial's place in the list rests on.
func (t *teller) why(m matcher.TrialMatch, c Card) string {
	w := m.Why
	parts := []string{t.fit(w, c)}
	if w.Therapy != "" {
		key := "why_combined"
		if w.Role == therapy.Tested {
			key = "why_tested"
		}
		parts = append(parts, t.say(key, "Therapy", t.say("therapy_"+w.Therapy)))
	}
	if w.Illness != "" {
		parts = append(parts, t.say("why_illness_"+string(w.Illness)))
	}
	switch {
	case c.Site != nil && c.Site.KM != "":
		parts = append(parts, c.Site.KM)
	case w.Home:
		parts = append(parts, t.say("why_home"))
	}
	return t.say("why_sentence", "Parts", strings.Join(parts, t.say("why_join")))
}

// fit tells how the criteria stand: how many are met, or what decided.
func (t *teller) fit(w matcher.Why, c Card) string {
	switch {
	case c.Verdict == "not_now":
		return t.say("why_not_now", "N", w.NotMet)
	case w.Decided != nil && len(w.Decided.Facts) == 1:
		if f, ok := t.matcher.Facts.ByID(w.Decided.Facts[0]); ok {
			return t.say("why_decided", "What", t.label(f).Name)
		}
		return t.say("why_ruled_out", "N", w.NotMet, "Of", w.Of())
	case w.NotMet > 0:
		return t.say("why_ruled_out", "N", w.NotMet, "Of", w.Of())
	case w.Verdict == matcher.Fits:
		return t.say("why_fits", "N", w.Met, "Of", w.Of())
	}
	return t.say("why_open", "N", w.Met, "Of", w.Of(), "Ask", w.Unknown)
}
