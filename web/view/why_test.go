package view_test

import (
	"strings"
	"testing"

	"trialfinder/matcher"
	"trialfinder/matcher/therapy"
)

func TestWhySentence(t *testing.T) {
	km := 156.0
	near := &matcher.Nearest{Facility: "A", City: "B", Country: "DK", KM: &km, Approximate: true, Status: "RECRUITING"}
	tests := []struct {
		name string
		lang string
		why  matcher.Why
		near *matcher.Nearest
		want []string
	}{
		{"open", "en", matcher.Why{Verdict: matcher.Open, Met: 4, Unknown: 3, Unread: 2, Therapy: "nk", Role: therapy.Tested, Illness: matcher.SameIllness, KM: &km}, near,
			[]string{"4 of 9 rules fit, still to ask: 3; it tests this: NK-cell therapy; it is for exactly your illness; about ", " km away."}},
		{"fits", "en", matcher.Why{Verdict: matcher.Fits, Met: 1, Clinic: 1, Home: true}, nil,
			[]string{"1 of 2 rules fits and none speaks against it; there is a place in your country."}},
		{"one decided", "en", matcher.Why{Verdict: matcher.RuledOut, NotMet: 1, Decided: &matcher.Decided{Facts: []string{"age"}}, Therapy: "nk", Role: therapy.Combined}, nil,
			[]string{"one rule alone decides it (Age); along with what it tests, this is given: NK-cell therapy."}},
		{"one decided by several facts", "en", matcher.Why{Verdict: matcher.RuledOut, Met: 2, NotMet: 1, Decided: &matcher.Decided{Facts: []string{"age", "sex"}}}, nil,
			[]string{"1 of 3 rules does not fit."}},
		{"several decided", "da", matcher.Why{Verdict: matcher.RuledOut, Met: 2, NotMet: 2, Illness: matcher.UnnamedIllness}, nil,
			[]string{"2 af 4 krav passer ikke; vi kender ikke navnet på dets sygdom."}},
		{"open", "zh", matcher.Why{Verdict: matcher.Open, Met: 4, Unknown: 3, Unread: 2, Illness: matcher.WiderIllness}, nil,
			[]string{"9个条件中有4个相符，还要询问3个；针对包括您的疾病在内的一类疾病。"}},
	}
	for _, tt := range tests {
		t.Run(tt.lang+" "+tt.name, func(t *testing.T) {
			c, err := viewer(t, tt.lang).Card(matcher.TrialMatch{ID: "NCT99999999", Verdict: tt.why.Verdict, Why: tt.why, Nearest: tt.near})
			if err != nil {
				t.Fatal(err)
			}
			for _, part := range tt.want {
				if !strings.Contains(c.Why, part) {
					t.Errorf("got %q, want %q in it", c.Why, part)
				}
			}
		})
	}
}

// Every code that the matcher gives has words in every language.
func TestWhyHasWordsForEveryCode(t *testing.T) {
	for _, lang := range []string{"en", "da", "nl", "fr", "zh"} {
		for _, illness := range []matcher.Closeness{matcher.SameIllness, matcher.WiderIllness, matcher.NarrowerIllness, matcher.UnnamedIllness, matcher.OtherIllness} {
			for _, verdict := range []matcher.Verdict{matcher.Fits, matcher.Open, matcher.RuledOut} {
				m := matcher.TrialMatch{ID: "NCT99999999", Verdict: verdict, Why: matcher.Why{Verdict: verdict, Illness: illness}}
				if c, err := viewer(t, lang).Card(m); err != nil || c.Why == "" {
					t.Errorf("%s, %s, %s: got %q, %v", lang, verdict, illness, c.Why, err)
				}
			}
		}
	}
}
