package criteria

import (
	"slices"
)

// joint is how two parts of a sentence are joined.
type joint int

const (
	loosely joint = iota // by a comma
	byAnd
	byOr
)

// part is a stretch of a sentence between two joints.
type part struct {
	bounds  []bound
	terms   []term
	windows []window
	words   []string // all folded words, to choose a meaning by
	narrow  []string // of these, what makes a state narrower
	unread  []string // words that bear on who may join and were not read
	denied  bool     // "no", "without" stands before it
	carried bool     // the "no" stands before an earlier part
	numbers bool     // a number or comparison stands in it that was not read
	other   bool     // a word turns it into something else: a risk, a plan
	before  joint
}

func (p part) says() bool { return len(p.bounds) > 0 || len(p.terms) > 0 }

// sentence is the parts up to a full stop or semicolon, and what softens them.
type sentence struct {
	parts     []part
	exception []string // words from "unless", "if" on
	relaxed   []bound  // comparisons in the exception
	alien     bool     // it speaks of somebody or something else
	condition bool     // what is said of a state is a condition for what follows
	given     []bound  // comparisons before a "must"
	vague     bool     // and something else before it
	modal     bool     // it says "must"
	before    int      // how many parts the "must" had before it
	after     bool     // something bears on who may join behind the "must"
	permits   bool     // it says what may be
	clean     int      // comparisons that are all of the exception; below 0: there are words
	male      bool
	female    bool
}

func unreadWords(s sentence) []string {
	var words []string
	for _, p := range s.parts {
		words = append(words, p.unread...)
	}
	return words
}

// onlyBounds: the sentence speaks of nothing but numbers.
func (s sentence) onlyBounds() bool {
	for _, p := range s.parts {
		if len(p.terms) > 0 {
			return false
		}
	}
	return true
}

// share gives what stands once in a list to all of it: one stretch of time, and
// the adjectives before its first member.
func (s *sentence) share() {
	var windows []window
	for _, p := range s.parts {
		windows = append(windows, p.windows...)
	}
	s.dangling()
	var adjectives []string
	for i := range s.parts {
		p := &s.parts[i]
		if len(windows) == 1 && len(p.terms) > 0 {
			p.windows = []window{windows[0]}
		}
		p.longAgo()
		if len(p.narrow) > 0 {
			adjectives = p.narrow
		} else if len(p.terms) > 0 {
			p.narrow = adjectives
			p.words = append(p.words, adjectives...)
		}
	}
}

// dangling gives a second stretch of time that stands by itself to the part before
// it, which then has two and is bounded by neither: "more than 6 months, less than
// 60 months ago".
func (s *sentence) dangling() {
	for i := 1; i < len(s.parts); i++ {
		p, before := &s.parts[i], &s.parts[i-1]
		if len(p.windows) > 0 && len(p.terms) == 0 && len(before.terms) > 0 && len(before.windows) > 0 {
			before.windows = append(slices.Clip(before.windows), p.windows...)
			p.windows = nil
		}
	}
}

// longAgo reads "at least 4 weeks since X" as what it says of a list, too: no X
// within 4 weeks.
func (p *part) longAgo() {
	if len(p.windows) != 1 || len(p.terms) == 0 || p.windows[0].within || !p.timed() {
		return
	}
	p.windows[0].within = true
	p.denied = !p.denied
}

// timed: a fact counts the time of some term of the part.
func (p *part) timed() bool {
	return slices.ContainsFunc(p.terms, func(t term) bool {
		return slices.ContainsFunc(t.concept.senses, func(s sense) bool { return s.since != "" })
	})
}

// relax takes a second limit of the same quantity for one that holds sometimes: "≤ 2.5 x
// ULN, or ≤ 5 x ULN if the liver is affected".
func (s *sentence) relax() {
	var kept []bound
	for i := range s.parts {
		p := &s.parts[i]
		var stay []bound
		for _, b := range p.bounds {
			again := false
			for _, k := range kept {
				again = again || k.names[0] == b.names[0] && k.upper == b.upper
			}
			if again {
				s.relaxed = append(s.relaxed, b)
				continue
			}
			kept, stay = append(kept, b), append(stay, b)
		}
		p.bounds = stay
	}
}

// untied gives the parts with the comparisons that no "no" reaches apart from the
// terms that it does: "no pregnant women, aged 18 to 45".
func (s sentence) untied() []part {
	var out []part
	for _, p := range s.parts {
		if !p.denied || len(p.bounds) == 0 || len(p.terms) == 0 && !p.carried {
			out = append(out, p)
			continue
		}
		free := part{bounds: p.bounds, before: p.before}
		if len(p.terms) > 0 {
			p.bounds = nil
			out = append(out, p)
			free.before = byAnd
		}
		out = append(out, free)
	}
	return out
}

// onlyTermsBefore: before the "must" stand states or treatments, and no other
// words that bear on who is meant.
func (s sentence) onlyTermsBefore() bool {
	terms := 0
	for _, p := range s.parts[:min(s.before, len(s.parts))] {
		if len(p.terms) == 0 && (len(p.unread) > 0 || len(p.windows) > 0) {
			return false
		}
		terms += len(p.terms)
	}
	return len(s.given) == 0 && terms > 0
}
