package criteria

import "trialfinder/matcher/lexicon"

// wordBook holds the folded words of all phrases that items are read by, so that each
// word of an item is folded and looked up once.
type wordBook map[string]*knownWord

// knownWord is what is known of a word before any phrase is looked for.
type knownWord struct {
	text    string
	phrases lexicon.Start[meaning] // of the vocabulary that begin with it
	illness bool                   // it may be the first word of an illness
	cohort  bool                   // a cohort's name may follow
	head    bool                   // a head without a colon may begin with it
	counts  bool                   // it is a number, written as a word
	number  float64                // and which
}

// newWordBook takes the words of the phrases that items are read by, and those that heads
// begin with.
func newWordBook(vocabulary *lexicon.Lexicon[meaning], illnesses func(yield func(word string, first bool)), heads map[string]bool) wordBook {
	b := wordBook{}
	vocabulary.Words(func(word string, first bool) {
		if w := b.word(word); first {
			w.phrases = vocabulary.Start(word)
		}
	})
	illnesses(func(word string, first bool) {
		w := b.word(word)
		w.illness = w.illness || first
	})
	for _, word := range cohortWords {
		b.word(word).cohort = true
	}
	for word := range heads {
		b.word(word).head = true
	}
	for word, count := range numberWords {
		w := b.word(word)
		w.counts, w.number = true, count
	}
	return b
}

// word is the entry of a word, made where there is none.
func (b wordBook) word(text string) *knownWord {
	w := b[text]
	if w == nil {
		w = &knownWord{text: text}
		b[text] = w
	}
	return w
}

// maxKnown is the length of the longest word that is looked for before it is folded.
const maxKnown = 32

// find folds a word of ASCII letters and digits; it is nil where nothing is known of it.
func (b wordBook) find(s string) (*knownWord, string) {
	if len(s) > maxKnown {
		return nil, lexicon.Word(s)
	}
	var lower [maxKnown]byte
	for i := range len(s) {
		lower[i] = s[i]
		if 'A' <= s[i] && s[i] <= 'Z' {
			lower[i] |= 0x20
		}
	}
	if w := b[string(lower[:len(s)])]; w != nil {
		return w, w.text
	}
	text := lexicon.Word(s)
	if text == string(lower[:len(s)]) {
		return nil, text
	}
	return b[text], text // in another spelling
}

// words appends the folded words of s to out.
func (b wordBook) words(out []lexicon.Token, s string) []lexicon.Token {
	return lexicon.AppendTokensBy(func(word string) string { _, folded := b.find(word); return folded }, out, s)
}

var numberWords = map[string]float64{"zero": 0, "twice": 2, "thrice": 3, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80}
