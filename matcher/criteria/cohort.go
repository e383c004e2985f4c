package criteria

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"trialfinder/matcher/lexicon"
)

// cohortMark is how an item says that it holds for one cohort, part or arm, or for
// several of them. The first group is the first one's name.
var cohortMark = regexp.MustCompile(`(?:(?:\b[Ff]or|\b[Ii]n|\b[Dd]uring)\s+(?:the\s+)?)?(` +
	`\b(?:[Cc]ohorts?|[Aa]rms?|[Ss]trat(?:um|a)|[Pp]arts?|[Ss]ub-?[Ss]tud(?:y|ies))\s+(?:[A-Z]\d?|\d{1,2}[a-zA-Z]?|I{1,3}|IV)\b|` +
	`\b(?:[Dd]ose |[Cc]ohort )[Ee]xpansion\b|\b[Ee]xpansion [Cc]ohorts?\b)` +
	`(?:(?:,|/|\s*&|\s*,?\s*(?:and|or))\s*(?:(?:[Cc]ohort|[Aa]rm|[Pp]art)\s*)?(?:[A-Z]\d?|\d{1,2}[a-zA-Z]?|I{1,3}|IV)\b)*(?:\s+only\b)?(?:\s*[:)–-])?`)

// cohortWords are those that stand before a cohort's name, or are one.
var cohortWords = [...]string{"cohort", "cohorts", "arm", "arms", "stratum", "strata", "part", "parts", "expansion", "substudy", "substudies", "sub"}

// cohortNamed gives the cohort that an item names, and the bytes that say so.
func cohortNamed(toks []token, text string) (name string, from, to int) {
	for i := range toks {
		if word := toks[i].word; word == nil || !word.cohort || !opensName(toks[i:], text) {
			continue
		}
		if m := cohortMark.FindStringSubmatchIndex(text); m != nil {
			return text[m[2]:m[3]], m[0], m[1]
		}
		return "", 0, 0
	}
	return "", 0, 0
}

// opensName: the first of the tokens may be followed by a cohort's name, or be one; most
// are not, and need not wait for the regular expression.
func opensName(toks []token, text string) bool {
	at := 1
	switch toks[0].Text {
	case "expansion":
		return true
	case "sub":
		at = len([...]string{"sub", "-", "study"})
	}
	if at >= len(toks) || len(toks[at].Text) > len("IIIa") {
		return false
	}
	c := text[toks[at].Start]
	return isDigit(c) || 'A' <= c && c <= 'Z'
}

// cohortHead gives the cohort that a line inside a section names for what follows it:
// "Part 2 (melanoma):", or the name of an illness over a list where there are several.
func (w *walk) cohortHead(at int) (string, bool) {
	l := w.lines[at]
	content := w.text[l.content:l.end]
	if slices.Contains(w.titles, at) {
		return strings.TrimRight(content, ": "), true
	}
	if name, ok := groupNamed(content); ok && at+1 < len(w.lines) {
		return name, true
	}
	if at+1 == len(w.lines) || len(content) > 2*titleBytes || !w.parser.book.opensCohort(content) || !endsHead(content) {
		return "", false
	}
	m := cohortMark.FindStringSubmatchIndex(content)
	if m == nil || m[0] > 0 {
		return "", false
	}
	rest := strings.TrimRight(content[m[3]:], " \t*_")
	rest, colon := strings.CutSuffix(rest, ":")
	rest = strings.TrimSpace(rest)
	bracketed := strings.HasPrefix(rest, "(") && strings.HasSuffix(rest, ")")
	if !(rest == "" || bracketed || colon) || !bracketed && len(strings.Fields(rest)) > titleWords {
		return "", false
	}
	return content[m[2]:m[3]], true
}

// groupNamed: the line is nothing but the name of a group of people: "(Donor cohort):".
func groupNamed(content string) (string, bool) {
	name, colon := strings.CutSuffix(strings.TrimRight(content, " *_"), ":")
	if !colon {
		return "", false
	}
	name = strings.Trim(name, "() *_")
	words := strings.Fields(name)
	if len(words) < 2 || len(words) > titleWords {
		return "", false
	}
	last := strings.ToLower(words[len(words)-1])
	several := slices.ContainsFunc(words, func(w string) bool { return slices.Contains(allGroups[:], strings.ToLower(w)) })
	return name, (last == "cohort" || last == "group") && !several
}

// allGroups are words of a line that speaks of more than one group.
var allGroups = [...]string{"all", "both", "each", "every", "any", "either", "general", "common", "by"}

// opensCohort: the line may begin with a cohort's name, or with "for the" and one; most lines
// don't, and need not wait for the regular expression.
func (b wordBook) opensCohort(s string) bool {
	word, rest := cutWord(s)
	for _, lead := range [...]string{"for", "in", "during"} {
		if strings.EqualFold(word, lead) {
			if word, rest = cutWord(rest); word == "the" {
				word, _ = cutWord(rest)
			}
			break
		}
	}
	known, folded := b.find(word)
	return known != nil && known.cohort || folded == "dose"
}

// cutWord cuts behind the letters that s begins with, and the space before them.
func cutWord(s string) (word, rest string) {
	s = strings.TrimLeftFunc(s, unicode.IsSpace)
	n := 0
	for n < len(s) && isLetter(s[n]) {
		n++
	}
	return s[:n], s[n:]
}

// endsHead: the line is short, or ends as a head does.
func endsHead(s string) bool {
	s = strings.TrimRight(s, " *_")
	return len(s) < titleBytes/2 || strings.HasSuffix(s, ":") || strings.HasSuffix(s, ")")
}

// titleWords and titleBytes are the lengths up to which a line can be a title.
const (
	titleWords = 8
	titleBytes = 100
)

// findTitles finds the lines that are nothing but the name of an illness over a list of
// demands. Two or more of them part the text by illness.
func (w *walk) findTitles() {
	for i, l := range w.lines {
		content := w.text[l.content:l.end]
		if l.bulleted || i+1 == len(w.lines) || !w.lines[i+1].bulleted || !startsUpper(content) || strings.HasSuffix(content, ".") {
			continue
		}
		if len(content) > titleBytes {
			continue
		}
		w.words = w.parser.book.words(w.words[:0], content)
		if len(w.words) <= titleWords && !strings.ContainsAny(content, "<>≥≤=0123456789,;") && w.names(w.words, content) {
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
