package store

import (
	"slices"
	"strings"
	"unicode"

	"trialfinder/trials"
)

// aliasesOf gives the other ids by which the study may be asked for: those that
// the registry calls its aliases, and secondary ids that are some registry's.
func aliasesOf(t *trials.Trial) []string {
	found := slices.Clone(t.Aliases)
	for _, s := range t.SecondaryIDs {
		if id, _, ok := trials.CanonicalID(s.ID); ok {
			found = append(found, id)
		}
	}
	for _, id := range append([]string{t.ID}, found...) {
		if short := withoutResubmission(id); short != id {
			found = append(found, short)
		}
	}
	found = slices.DeleteFunc(found, func(id string) bool { return id == "" || strings.EqualFold(id, t.ID) })
	slices.Sort(found)
	return slices.Compact(found)
}

// withoutResubmission cuts an EU CT number to the part that names the trial:
// 2023-512345-67-01 is the second application for 2023-512345-67.
func withoutResubmission(id string) string {
	if _, source, ok := trials.CanonicalID(id); ok && source == trials.CTIS && strings.Count(id, "-") == 3 {
		return id[:strings.LastIndexByte(id, '-')]
	}
	return id
}

// wordsOf is the listing's row in the search index.
func wordsOf(key int64, t *trials.Trial) []any {
	ids := append([]string{t.ID, t.OrgStudyID, t.Acronym}, aliasesOf(t)...)
	for _, s := range t.SecondaryIDs {
		ids = append(ids, s.ID)
	}
	var given []string
	for _, i := range t.Interventions {
		given = append(append(given, i.Name), i.OtherNames...)
	}
	return []any{key, lines(ids), lines([]string{t.BriefTitle, t.OfficialTitle}), lines(t.Conditions),
		lines(t.Keywords), lines(given), t.BriefSummary}
}

func lines(texts []string) string { return strings.Join(texts, "\n") }

// What a person types is cut to this: no more helps, and the index would work on it.
const (
	maxRunes = 1000
	maxWords = 32
)

// matchText makes of what a person typed an expression in which every word must
// occur: each is quoted, so that nothing in it has a meaning to the index. A word
// of several parts, such as PD-1, must occur as such. It is empty where there is
// nothing to look for.
func matchText(text string) string {
	clean := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, " "))
	if runes := []rune(clean); len(runes) > maxRunes {
		clean = string(runes[:maxRunes])
	}
	var quoted []string
	for _, word := range strings.Fields(clean) {
		if len(quoted) == maxWords {
			break
		}
		if strings.ContainsFunc(word, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) {
			quoted = append(quoted, `"`+strings.ReplaceAll(word, `"`, `""`)+`"`)
		}
	}
	return strings.Join(quoted, " ")
}
