package therapy

import (
	"regexp"
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
			told := e.is("antibody") && (e.kind == given || e.kind == target) && c.tellsTarget(s[:m.Start], out)
			if told {
				e.bare = e.kind == target
				e.kind, e.standard = target, false
			}
			if e.kind != block && (told || e.kind != target) {
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
	var gone *found // the last phrase that was taken away
	for _, f := range out {
		whole := f
		f.therapies = c.left(s, f, around, head)
		if isCode(s, f) {
			f.therapies = nil
		}
		if gone != nil && abbreviates(s, whole, *gone) {
			f.therapies = nil
		}
		if len(f.therapies) > 0 {
			kept = append(kept, f)
		} else {
			gone = &whole
		}
	}
	return kept
}

// abbreviates reports whether f stands in brackets behind another phrase for the
// same therapies.
func abbreviates(s string, f, other found) bool {
	return other.end < f.start && strings.TrimSpace(s[other.end:f.start]) == "(" && slices.Equal(f.therapies, other.therapies)
}

// atTarget ends in what an antibody is said to bind, a name with a capital or a
// number in it: "an anti-CCR8 ", "anti-huCD38 (daratumumab) ". An "anti-drug" antibody
// is one that is measured.
var atTarget = regexp.MustCompile(`\b([Aa]nti|ANTI)[- ][a-z]*[A-Z0-9][\w/α-ω-]*( \([^()]{1,20}\))? ?$`)

// tellsTarget reports whether a text ends in the name of an antibody's target, with
// words of its making behind it or none, and not in one that is a phrase of its own,
// as "anti-PD-1" is.
func (c *Classifier) tellsTarget(before string, known []found) bool {
	const enough = 60
	from := max(0, len(before)-enough)
	at := atTarget.FindStringIndex(c.withoutMaking(before[from:]))
	return at != nil && (len(known) == 0 || known[len(known)-1].end <= from+at[0])
}

// withoutMaking takes from the end of a text what tells how an antibody is made:
// "recombinant humanised".
func (c *Classifier) withoutMaking(s string) string {
	words := c.cues.Find(s)
	for i := len(words) - 1; i >= 0; i-- {
		if !slices.Contains(words[i].Values, "making") || strings.TrimSpace(s[words[i].End:]) != "" {
			break
		}
		s = s[:words[i].Start]
	}
	return s
}

// is reports whether an entry stands for one therapy alone, this one.
func (e entry) is(therapy string) bool { return len(e.therapies) == 1 && e.therapies[0] == therapy }

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
				e := x.entry
				if meant, ok := c.misspelt(t.Text); ok {
					e = meant
				}
				out = append(out, found{e, s[t.Start:t.End], t.Start, t.End})
				break
			}
		}
	}
	return out
}

// misspelt finds the agent whose name a word is but for one slip: names of agents
// differ by more. A word as near to agents of two therapies is neither's.
func (c *Classifier) misspelt(word string) (entry, bool) {
	typed := []rune(word)
	best, meant, several := 2, entry{}, false
	for _, n := range c.names {
		switch d := lexicon.Distance(typed, n.letters, best, false); {
		case d < best:
			best, meant, several = d, n.entry, false
		case d == best && !slices.Equal(n.therapies, meant.therapies):
			several = true
		}
	}
	return meant, meant.therapies != nil && !several
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
