package condition

import (
	"regexp"
	"slices"

	"trialfinder/matcher/lexicon"
)

// between is what may stand between the names that share a head: "breast, lung
// and/or ovarian cancer".
var between = regexp.MustCompile(`(?i)^\s*([,/&;]|\bor\b|\band\b)[\s,/&]*(\bor\b|\band\b)?[\s/]*(\bor\b)?\s*$`)

// sharing gives the illnesses named before hit that share its head, from
// left to right: in "breast or lung cancer" the hit is "lung cancer", and
// "breast" means a cancer too. Text before from belongs to an earlier hit.
func (v *Vocabulary) sharing(field, text string, from int, hit lexicon.Match[phrase]) []Found {
	words := lexicon.Tokens(hit.Text)
	isHead := func(t lexicon.Token) bool { return v.heads[t.Text] }
	if len(words) < 2 || !slices.ContainsFunc(words, isHead) || names(hit, none) {
		return nil
	}
	before := text[from:hit.Start]
	parts := v.parts.Find(before)
	end := len(before)
	first := len(parts)
	for first > 0 && between.MatchString(before[parts[first-1].End:end]) {
		first--
		end = parts[first].Start
	}
	var out []Found
	for _, m := range parts[first:] {
		if denied(text[:from+m.Start]) {
			continue
		}
		for _, p := range m.Values {
			out = append(out, Found{ID: p.id, Field: field, Text: m.Text})
		}
	}
	return out
}

func names(hit lexicon.Match[phrase], id string) bool {
	return slices.ContainsFunc(hit.Values, func(p phrase) bool { return p.id == id })
}
