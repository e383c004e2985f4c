package criteria

import (
	"cmp"

	"trialfinder/matcher/lexicon"
)

// wordBook holds the folded words of all phrases that items are read by, so that each
// word of an item is folded and looked up once.
type wordBook map[string]knownWord

// knownWord is what is known of a word before any phrase is looked for.
type knownWord struct {
	text   string
	begins opening // of which phrases it may be the first word
	counts bool    // it is a number, written as a word
	number float64 // and which
}

// opening says of which phrases a word may be the first.
type opening uint8

const (
	ofVocabulary opening = 1 << iota
	ofIllness
)

// newWordBook takes the words of phrase lists, which tell whether a phrase begins with each.
func newWordBook(lists map[opening]func(yield func(word string, first bool))) wordBook {
	b := wordBook{}
	for phrases, words := range lists {
		words(func(word string, first bool) {
			w := b[word]
			w.text = word
			if first {
				w.begins |= phrases
			}
			b[word] = w
		})
	}
	for word, count := range numberWords {
		b[word] = knownWord{text: word, begins: b[word].begins, counts: true, number: count}
	}
	return b
}

// maxKnown is the length of the longest word that is looked for before it is folded.
const maxKnown = 32

// find folds a word of ASCII letters and digits.
func (b wordBook) find(s string) (knownWord, string) {
	if len(s) > maxKnown {
		return knownWord{}, lexicon.Word(s)
	}
	var lower [maxKnown]byte
	for i := range len(s) {
		lower[i] = s[i]
		if 'A' <= s[i] && s[i] <= 'Z' {
			lower[i] |= 0x20
		}
	}
	if w, ok := b[string(lower[:len(s)])]; ok {
		return w, w.text
	}
	text := lexicon.Word(s)
	w := b[text]
	return w, cmp.Or(w.text, text)
}

var numberWords = map[string]float64{"zero": 0, "twice": 2, "thrice": 3, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80}
