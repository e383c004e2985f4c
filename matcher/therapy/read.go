package therapy

import (
	"slices"
	"strings"

	"trialfinder/matcher/lexicon"
)

// found is one phrase of the vocabulary at one place of a text.
type found struct {
	entry
	text       string
	start, end int
}

// read gives the phrases in s that nothing across or beside them takes away.
// head tells that s is a title, label or name.
func (c *Classifier) read(s string, head bool) []found {
	if s == "" {
		return nil
	}
	var out []found
	var blocked [][2]int
	for _, m := range c.words.Find(s) {
		blocked = append(blocked, [2]int{m.Start, m.End})
		for _, e := range m.Values {
			if e.kind != block {
				out = append(out, found{e, m.Text, m.Start, m.End})
			}
		}
	}
	if head {
		out = append(out, c.stems(s, blocked)...)
	}
	if len(out) == 0 {
		return nil
	}
	around := c.around.Find(s)
	kept := out[:0]
	gone := -1 // where the last phrase that was taken away ends
	for _, f := range out {
		f.therapies = c.left(s, f, around, head)
		if isCode(s, f) {
			f.therapies = nil
		}
		if gone >= 0 && gone < f.start && strings.TrimSpace(s[gone:f.start]) == "(" {
			f.therapies = nil // its abbreviation
		}
		if len(f.therapies) > 0 {
			kept = append(kept, f)
		} else {
			gone = f.end
		}
	}
	return kept
}

// stems gives the words of s that end as the names of a class of agents do and
// are not part of a known phrase.
func (c *Classifier) stems(s string, known [][2]int) []found {
	var out []found
	for _, t := range lexicon.Tokens(s) {
		if len(t.Text) < 7 {
			continue
		}
		if slices.ContainsFunc(known, func(k [2]int) bool { return t.Start < k[1] && k[0] < t.End }) {
			continue
		}
		for _, x := range c.suffixes {
			if strings.HasSuffix(t.Text, x.end) {
				out = append(out, found{x.entry, s[t.Start:t.End], t.Start, t.End})
				break
			}
		}
	}
	return out
}

// left gives the therapies of f that the words around it leave standing.
func (c *Classifier) left(s string, f found, around []lexicon.Match[cue], head bool) []string {
	therapies := f.therapies
	for _, m := range around {
		for _, q := range m.Values {
			if q.headOnly && !head || !reaches(s, q, m.Start, m.End, f) {
				continue
			}
			if q.therapies == nil {
				return nil
			}
			therapies = slices.DeleteFunc(slices.Clone(therapies), func(id string) bool {
				return slices.Contains(q.therapies, id)
			})
		}
	}
	return therapies
}

func reaches(s string, q cue, start, end int, f found) bool {
	switch q.kind {
	case "before":
		return end <= f.start && near(s[end:f.start], q.reach)
	case "after":
		return f.end <= start && near(s[f.end:start], q.reach)
	}
	return false
}

// isCode reports whether a short abbreviation is the start of a laboratory code
// ("NK-104", "MSC 1234567").
func isCode(s string, f found) bool {
	if len(f.text) > 4 || f.kind == agent {
		return false
	}
	rest := strings.TrimLeft(s[f.end:], "- ")
	digits := 0
	for digits < len(rest) && '0' <= rest[digits] && rest[digits] <= '9' {
		digits++
	}
	return digits >= 3
}

// near reports whether a gap is one of at most n words within a sentence.
func near(gap string, n int) bool {
	if len(gap) > 24*(n+1) || strings.ContainsAny(gap, ".;:\n") {
		return false
	}
	return len(lexicon.Tokens(gap)) <= n
}

// has reports whether s holds a cue of the kind.
func (c *Classifier) has(s, kind string) bool {
	for _, m := range c.cues.Find(s) {
		if slices.Contains(m.Values, kind) {
			return true
		}
	}
	return false
}

// sentence gives the sentence of s around [start, end).
func sentence(s string, start, end int) string {
	from, to := 0, len(s)
	for _, stop := range []string{". ", "; ", "\n\n", ".\n", "。", "；"} {
		if i := strings.LastIndex(s[:start], stop); i >= 0 {
			from = max(from, i+len(stop))
		}
		if i := strings.Index(s[end:], stop); i >= 0 {
			to = min(to, end+i)
		}
	}
	return s[from:to]
}
