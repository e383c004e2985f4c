package criteria

import (
	"trialfinder/matcher/condition"
	"trialfinder/matcher/lexicon"
)

// wordBook holds the folded words of all phrases that items are read by, so that each
// word of an item is folded and looked up once. It is a hash table of its own, as the sum by
// which a word is found is made while its letters are made small.
type wordBook struct {
	places []*knownWord // a power of two of them; a word stands at its sum, or behind it
}

// knownWord is what is known of a word before any phrase is looked for.
type knownWord struct {
	text    string
	phrases lexicon.Start[meaning] // of the vocabulary that begin with it
	illness condition.Start        // of the names of illnesses that do
	cohort  bool                   // a cohort's name may follow
	head    bool                   // a head without a colon may begin with it
	clinic  bool                   // what only the trial's staff can settle may begin with it
	counts  bool                   // it is a number, written as a word
	number  float64                // and which
}

// newWordBook takes the words of the phrases that items are read by, and those that heads
// begin with.
func newWordBook(vocabulary *vocabulary, illnesses *condition.Vocabulary, heads map[string]bool) wordBook {
	all := map[string]*knownWord{}
	word := func(text string) *knownWord {
		w := all[text]
		if w == nil {
			w = &knownWord{text: text}
			all[text] = w
		}
		return w
	}
	vocabulary.words.Words(func(text string, first bool) {
		if w := word(text); first {
			w.phrases = vocabulary.words.Start(text)
		}
	})
	vocabulary.clinic.Words(func(text string, first bool) {
		w := word(text)
		w.clinic = w.clinic || first
	})
	illnesses.Words(func(text string, first bool) {
		if w := word(text); first {
			w.illness = illnesses.Start(text)
		}
	})
	for _, text := range cohortWords {
		word(text).cohort = true
	}
	for text := range heads {
		word(text).head = true
	}
	for text, count := range numberWords {
		w := word(text)
		w.counts, w.number = true, count
	}
	return newTable(all)
}

// newTable lays words out with three free places for each, so that hardly two of them meet.
func newTable(words map[string]*knownWord) wordBook {
	size := 1
	for size < 4*len(words) {
		size *= 2
	}
	b := wordBook{make([]*knownWord, size)}
	for text, w := range words {
		at := b.place(sumOf(text))
		for b.places[at] != nil {
			at = b.place(at + 1)
		}
		b.places[at] = w
	}
	return b
}

// sum goes on with the sum of a word by one of its bytes (FNV-1a).
func sum(before uint32, c byte) uint32 { return (before ^ uint32(c)) * 16777619 }

const noSum uint32 = 2166136261

func sumOf(text string) uint32 {
	s := noSum
	for i := range len(text) {
		s = sum(s, text[i])
	}
	return s
}

func (b wordBook) place(sum uint32) uint32 { return sum & uint32(len(b.places)-1) }

// known gives what is known of a folded word with its sum; nil where nothing is.
func known[W string | []byte](b wordBook, sum uint32, word W) *knownWord {
	for at := b.place(sum); b.places[at] != nil; at = b.place(at + 1) {
		if w := b.places[at]; w.text == string(word) {
			return w
		}
	}
	return nil
}

// folded gives what is known of a folded word.
func (b wordBook) folded(text string) *knownWord { return known(b, sumOf(text), text) }

// maxKnown is the length of the longest word that is looked for before it is folded.
const maxKnown = 32

// find folds a word of ASCII letters and digits; it is nil where nothing is known of it.
func (b wordBook) find(s string) (*knownWord, string) {
	if len(s) > maxKnown {
		return nil, lexicon.Word(s)
	}
	var lower [maxKnown]byte
	told := noSum
	for i := range len(s) {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		lower[i], told = c, sum(told, c)
	}
	if w := known(b, told, lower[:len(s)]); w != nil {
		return w, w.text
	}
	text := lexicon.Word(s)
	if text == string(lower[:len(s)]) {
		return nil, text
	}
	return b.folded(text), text // in another spelling
}

// words appends the folded words of s to out.
func (b wordBook) words(out []lexicon.Token, s string) []lexicon.Token {
	return lexicon.AppendTokensBy(func(word string) string { _, folded := b.find(word); return folded }, out, s)
}

var numberWords = map[string]float64{"zero": 0, "twice": 2, "thrice": 3, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80}
