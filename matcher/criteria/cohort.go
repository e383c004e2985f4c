package criteria

import (
	"regexp"
	"slices"
	"strings"

	"trialfinder/matcher/lexicon"
)

// cohortMark is how an item says that it holds for one cohort, part or arm, or for
// several of them. The first group is the first one's name.
var cohortMark = regexp.MustCompile(`(?:(?:\b[Ff]or|\b[Ii]n|\b[Dd]uring)\s+(?:the\s+)?)?(` +
	`\b(?:[Cc]ohorts?|[Aa]rms?|[Ss]trat(?:um|a)|[Pp]arts?|[Ss]ub-?[Ss]tud(?:y|ies))\s+(?:[A-Z]\d?|\d{1,2}[a-zA-Z]?|I{1,3}|IV)\b|` +
	`\b(?:[Dd]ose |[Cc]ohort )[Ee]xpansion\b|\b[Ee]xpansion [Cc]ohorts?\b)` +
	`(?:(?:,|/|\s*&|\s*,?\s*(?:and|or))\s*(?:(?:[Cc]ohort|[Aa]rm|[Pp]art)\s*)?(?:[A-Z]\d?|\d{1,2}[a-zA-Z]?|I{1,3}|IV)\b)*(?:\s+only\b)?(?:\s*[:)–-])?`)

// cohortSpan gives the bytes of an item that name its cohort. Most items hold none of
// the words that one begins with, and need no search.
func cohortSpan(text string) (from, to int) {
	if m := cohortMatch(text); m != nil {
		return m[0], m[1]
	}
	return 0, 0
}

// cohortOf gives the cohort that an item names.
func cohortOf(text string) string {
	if m := cohortMatch(text); m != nil {
		return text[m[2]:m[3]]
	}
	return ""
}

func cohortMatch(text string) []int {
	for _, hint := range [...]string{"ohort", "Arm ", "arm ", "Arms", "arms", "trata", "tratum", "Part ", "part ", "Parts", "parts", "xpansion", "ubstud", "ub-stud", "ub-Stud"} {
		if strings.Contains(text, hint) {
			return cohortMark.FindStringSubmatchIndex(text)
		}
	}
	return nil
}

// cohortHead gives the cohort that a line inside a section names for what follows it:
// "Part 2 (melanoma):", or the name of an illness over a list where there are several.
func (w *walk) cohortHead(at int) (string, bool) {
	l := w.lines[at]
	content := w.text[l.content:l.end]
	if slices.Contains(w.titles, at) {
		return strings.TrimRight(content, ": "), true
	}
	m := cohortMatch(content)
	if m == nil || m[0] > 0 || at+1 == len(w.lines) {
		return "", false
	}
	rest := strings.TrimRight(content[m[3]:], " \t*_")
	rest, colon := strings.CutSuffix(rest, ":")
	rest = strings.TrimSpace(rest)
	bracketed := strings.HasPrefix(rest, "(") && strings.HasSuffix(rest, ")")
	if !(rest == "" || bracketed || colon) || len(strings.Fields(rest)) > titleWords {
		return "", false
	}
	return content[m[2]:m[3]], true
}

// titleWords is the length up to which a line can be a title.
const titleWords = 8

// findTitles finds the lines that are nothing but the name of an illness over a list of
// demands. Two or more of them part the text by illness.
func (w *walk) findTitles() {
	for i, l := range w.lines {
		content := w.text[l.content:l.end]
		if l.bulleted || i+1 == len(w.lines) || !w.lines[i+1].bulleted || !startsUpper(content) || strings.HasSuffix(content, ".") {
			continue
		}
		words := lexicon.Tokens(content)
		if len(words) <= titleWords && !strings.ContainsAny(content, "<>≥≤=0123456789,;") && w.names(words, content) {
			w.titles = append(w.titles, i)
		}
	}
	if len(w.titles) < 2 {
		w.titles = nil
	}
}

// names: the words end in the name of an illness, or begin with it.
func (w *walk) names(words []lexicon.Token, text string) bool {
	for i := range words {
		if n, ids := w.parser.conditions.Phrase(words[i:], text); len(ids) > 0 {
			return i == 0 || i+n == len(words)
		}
	}
	return false
}
