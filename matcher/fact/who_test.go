package fact_test

import (
	"regexp"
	"strings"
	"testing"

	"trialfinder/matcher/fact"
)

// What is asked of a child or of somebody else does not speak to the reader as to them.
func TestLabelsForOthers(t *testing.T) {
	c := catalogue(t)
	tests := []struct {
		id, lang string
		who      fact.Who
		part     func(fact.Label) string
		want     string
	}{
		{"age", "en", fact.Self, question, "How old are you?"},
		{"age", "en", fact.Child, question, "How old is your child?"},
		{"age", "da", fact.Other, question, "Hvor gammel er personen?"},
		{"age", "fr", fact.Other, question, "Quel âge la personne a-t-elle\u00a0?"},
		{"prior_chemo", "fr", fact.Child, question, "Votre enfant a-t-il eu une chimiothérapie\u00a0?"},
		{"prior_chemo", "nl", fact.Child, func(l fact.Label) string { return l.Values["true"] }, "Ja, mijn kind heeft chemotherapie gehad"},
		{"performance_ecog", "en", fact.Other, func(l fact.Label) string { return l.Values["1"] }, "The person is up all day and does light work, but nothing heavy"},
		{"stage", "zh", fact.Child, question, "您的孩子的癌症处于第几期？"},
		{"sex", "en", fact.Child, func(l fact.Label) string { return l.Values["female"] }, "Female"},
	}
	for _, tt := range tests {
		f, _ := c.ByID(tt.id)
		if got := tt.part(c.Label(f, tt.lang, tt.who)); got != tt.want {
			t.Errorf("%s in %s for %q: got %q, want %q", tt.id, tt.lang, tt.who, got, tt.want)
		}
	}
}

func question(l fact.Label) string { return l.Question }

// spokenTo are the words with which a question or an answer is about the reader.
var spokenTo = map[string]*regexp.Regexp{
	"en": regexp.MustCompile(`(?i)\b(are|do|have|did) you\b|\byour (?:[^c]|c[^h])|\bI [a-z]|\bmy (?:[^c]|c[^h])`),
	"da": regexp.MustCompile(`(?i)\b(du|jeg|mig|dig)\b`),
	"nl": regexp.MustCompile(`(?i)\b(hebt u|bent u|ik|mij)\b`),
	"fr": regexp.MustCompile(`(?i)\b(avez-vous|je)\b|j’ai|je n’`),
	"zh": regexp.MustCompile(`我|您(?:[^的孩]|的[^孩])`),
}

func TestNoQuestionForOthersIsAboutTheReader(t *testing.T) {
	c := catalogue(t)
	for _, f := range c.All() {
		for lang, pattern := range spokenTo {
			for _, who := range []fact.Who{fact.Child, fact.Other} {
				l := c.Label(f, lang, who)
				texts := []string{l.Question}
				for _, v := range l.Values {
					texts = append(texts, v)
				}
				for _, text := range texts {
					if strings.Contains(text, "{") || pattern.MatchString(text) {
						t.Errorf("%s in %s for %s: %q speaks of the reader", f.ID, lang, who, text)
					}
				}
			}
		}
	}
}
