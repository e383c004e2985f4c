package criteria

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"trialfinder/matcher/lexicon"
)

// sectionKind is what a phrase of sections.tsv does.
type sectionKind string

const (
	opensInclusion sectionKind = "inclusion"
	opensExclusion sectionKind = "exclusion"
	opensBoth      sectionKind = "both"
	alone          sectionKind = "alone"
	noteLine       sectionKind = "note"
	plainWord      sectionKind = "plain"
	anyStem        sectionKind = "any"
	allStem        sectionKind = "all"
	someStem       sectionKind = "some"
)

type sectionPhrase struct {
	kind  sectionKind
	opens Kind
}

type sections struct {
	heads    lexicon.Lexicon[sectionPhrase]
	stems    lexicon.Lexicon[sectionKind]
	together lexicon.Lexicon[sectionKind] // stems whose items must all hold, or several
	plain    map[string]bool
	first    map[string]bool // words that a head without a colon can begin with
	book     wordBook
}

func loadSections() (*sections, error) {
	rows, err := table("sections.tsv", "kind", "phrases")
	if err != nil {
		return nil, err
	}
	s := &sections{plain: map[string]bool{}, first: map[string]bool{}}
	for _, row := range rows {
		for _, phrase := range strings.Split(row[1], "|") {
			if err := s.add(sectionKind(row[0]), phrase); err != nil {
				return nil, fmt.Errorf("sections.tsv: %q: %w", phrase, err)
			}
		}
	}
	return s, nil
}

func (s *sections) add(kind sectionKind, phrase string) error {
	if words := lexicon.Tokens(phrase); len(words) > 0 && kind != anyStem && kind != allStem && kind != someStem {
		s.first[words[0].Text] = true
	}
	switch kind {
	case opensInclusion, opensBoth:
		s.heads.Add(phrase, sectionPhrase{kind, Inclusion})
	case opensExclusion:
		s.heads.Add(phrase, sectionPhrase{kind, Exclusion})
	case noteLine:
		s.heads.Add(phrase, sectionPhrase{kind, Note})
	case alone:
		word, opens, ok := strings.Cut(phrase, "=")
		if !ok {
			return fmt.Errorf("want word=section")
		}
		s.heads.Add(word, sectionPhrase{kind, Kind(opens)})
	case plainWord:
		s.plain[lexicon.Fold(phrase)] = true
	case anyStem:
		s.stems.Add(phrase, kind)
	case allStem, someStem:
		s.together.Add(phrase, kind)
	default:
		return fmt.Errorf("unknown kind %q", kind)
	}
	return nil
}

// head is a line, or the beginning of one, that opens a section.
type head struct {
	kind   Kind // Inclusion or Exclusion; Note for a line that demands nothing
	cohort string
	length int // bytes of the content that are the head; the rest is an item
}

const (
	headWords = 14  // a longer line is a sentence, not a head
	headBytes = 160 // how far a head can reach
)

// head says whether a line's content opens a section.
func (s *sections) head(content string, scratch *[]lexicon.Token) (head, bool) {
	label, rest, colon := cutHead(content)
	if len(label) > headBytes {
		return head{}, false
	}
	if !colon && !strings.HasSuffix(label, " Criteria") && !s.mayBegin(firstWord(label)) {
		return head{}, false
	}
	*scratch = s.book.words((*scratch)[:0], label)
	found := s.heads.FindIn(*scratch, label)
	if len(found) == 0 {
		return head{}, false
	}
	m := found[len(found)-1]
	phrase := m.Values[0]
	if phrase.kind == noteLine {
		return head{kind: Note, length: len(content)}, strings.TrimSpace(rest) == ""
	}
	outside := label[:m.Start] + " " + label[m.End:]
	names, words := s.names(outside)
	whole := strings.TrimSpace(rest) == ""
	if !colon && m.End == len(label) && len(words) <= titleWords && titled(label) && !cohortMark.MatchString(label) {
		names = nil // "Medical Exclusion Criteria" are for everybody
	}
	if !opensSection(label, m, phrase.kind, colon, whole, names, words) {
		return head{}, false
	}
	h := head{kind: phrase.opens, cohort: strings.Join(names, " "), length: len(content)}
	if !whole {
		h.length = len(content) - len(rest)
	}
	return h, true
}

// opensSection: what stands around the phrase of a head leaves it one.
func opensSection(label string, m lexicon.Match[sectionPhrase], kind sectionKind, colon, whole bool, names, words []string) bool {
	sentence := !startsUpper(label) || strings.HasSuffix(label, ".")
	switch {
	case kind == alone:
		return len(names) == 0 && len(words) <= 2 && !sentence
	case colon:
		return len(names) == 0 || len(words) <= headWords && (whole || len(names) <= 4)
	case m.Start == 0 && len(words) <= titleWords && names != nil && !sentence && opensGroup(label[m.End:]):
		return true
	case m.End == len(label) && len(words) <= titleWords && titled(label):
		return true
	}
	return len(names) == 0 && !sentence
}

// mayBegin: a head without a colon can begin with the word.
func (s *sections) mayBegin(word string) bool {
	if asciiOnly(word) {
		known, _ := s.book.find(word)
		return known != nil && known.head
	}
	words := lexicon.Tokens(word)
	return len(words) > 0 && s.first[words[0].Text]
}

// titled: every word begins with a capital or a digit, as in a title.
func titled(label string) bool {
	for _, word := range strings.Fields(label) {
		if r, _ := utf8.DecodeRuneInString(word); unicode.IsLower(r) {
			return false
		}
	}
	return true
}

// opensGroup: the words behind a head tell for whom it holds: "specific to patients
// with PSC".
func opensGroup(rest string) bool {
	words := lexicon.Tokens(rest)
	return len(words) > 1 && slices.Contains([]string{"for", "specific", "in", "related"}, words[0].Text)
}

// names gives the words of s that name a cohort, and all its words.
func (s *sections) names(text string) (names, words []string) {
	for _, t := range lexicon.Tokens(text) {
		words = append(words, t.Text)
		if !s.plain[t.Text] {
			names = append(names, text[t.Start:t.End])
		}
	}
	return names, words
}

// firstItem gives the byte at which the number of a list's first item stands, with the
// words of the item behind it: "Exclusion criteria for cohort A 1. Prior treatment".
func firstItem(s string) (int, bool) {
	for from := 1; from < len(s); {
		i := strings.IndexByte(s[from:], '1')
		if i < 0 {
			return 0, false
		}
		i += from
		from = i + 1
		start := i
		if s[start-1] == '(' {
			start--
		}
		before := strings.TrimRight(s[:start], " \t")
		last, _ := utf8.DecodeLastRuneInString(before)
		if len(before) == start || !unicode.IsLetter(last) && last != ')' || i+1 >= len(s) || s[i+1] != '.' && s[i+1] != ')' {
			continue
		}
		rest := strings.TrimLeft(s[i+2:], " \t")
		first, _ := utf8.DecodeRuneInString(rest)
		if len(rest) < len(s)-i-2 && unicode.IsUpper(first) {
			return start, true
		}
	}
	return 0, false
}

// cutHead cuts behind the first colon, or before the number of the first item
// where that comes earlier.
func cutHead(s string) (label, rest string, found bool) {
	i := strings.IndexByte(s, ':')
	if wide := strings.Index(s, "："); wide >= 0 && (i < 0 || wide < i) {
		i = wide
	}
	before := s
	if i >= 0 {
		before = s[:i]
	}
	if at, ok := firstItem(before); ok {
		return strings.TrimRight(s[:at], " \t*_"), s[at:], true
	}
	if i < 0 {
		return strings.TrimRight(s, " \t*_"), "", false
	}
	_, size := utf8.DecodeRuneInString(s[i:])
	return s[:i], strings.TrimLeft(s[i+size:], " \t*_"), true
}

// firstWord is s up to the end of its first word.
func firstWord(s string) string {
	begin := -1
	for i, r := range s {
		letter := unicode.IsLetter(r) || unicode.IsDigit(r)
		if begin >= 0 && !letter {
			return s[begin:i]
		}
		if begin < 0 && letter {
			begin = i
		}
	}
	return s[max(begin, 0):]
}

func startsUpper(s string) bool {
	for _, r := range s {
		if unicode.IsLetter(r) {
			return !unicode.IsLower(r)
		}
	}
	return false
}

// stem says whether a line is the stem of a list, and whether one item of the
// list is enough.
func (s *sections) stem(content string, scratch *[]lexicon.Token) (isStem, oneIsEnough bool) {
	trimmed := strings.TrimRight(content, " \t*_")
	isStem = strings.HasSuffix(trimmed, ":") || strings.HasSuffix(trimmed, "：")
	if !isStem {
		return false, false
	}
	*scratch = s.book.words((*scratch)[:0], content)
	return true, s.stems.In(*scratch)
}
