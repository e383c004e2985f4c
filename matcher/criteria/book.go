package criteria

import (
	"strings"

	"trialfinder/matcher/condition"
	"trialfinder/matcher/lexicon"
)

// wordBook holds the folded words of all phrases that items are read by, so that each
// word of an item is folded and looked up once. It is a hash table of its own, as most words
// are few enough letters to be compared as two numbers.
type wordBook struct {
	places []*knownWord // a power of two of them; a word stands at the place of its key, or behind it
}

// knownWord is what is known of a word before any phrase is looked for.
type knownWord struct {
	key
	text    string
	mark    uint64                 // by which is told that no phrase goes on with it
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
			w = &knownWord{text: text, mark: lexicon.Mark(text)}
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

// newTable lays words out with at least as many free places, so that hardly two of them meet.
func newTable(words map[string]*knownWord) wordBook {
	size := 1
	for size < 2*len(words) {
		size *= 2
	}
	b := wordBook{make([]*knownWord, size)}
	for text, w := range words {
		w.key = keyOf(text)
		at := b.at(w.key)
		for b.places[at] != nil {
			at = (at + 1) & (len(b.places) - 1)
		}
		b.places[at] = w
	}
	return b
}

// key is the first bytes of a word and its length, which are all of most words.
type key struct {
	first, next uint64
	length      int
}

const (
	half  = 8        // bytes of a word in one number
	keyed = 2 * half // bytes of it in its key
)

func keyOf(word string) key {
	k := key{first: bytesOf(word), length: len(word)}
	if len(word) > half {
		k.next = bytesOf(word[half:])
	}
	return k
}

// bytesOf gives the first bytes of s as a number.
func bytesOf(s string) uint64 {
	if len(s) >= half {
		return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	}
	var v uint64
	for i := range len(s) {
		v |= uint64(s[i]) << (half * i)
	}
	return v
}

// small is the key of a word of ASCII letters and digits with its letters made small: the bit
// that does so is set in every digit.
func (k key) small() key {
	const bit = 0x2020202020202020
	k.first |= bit >> (half * max(0, half-k.length))
	if k.length > half {
		k.next |= bit >> (half * max(0, keyed-k.length))
	}
	return k
}

// at is the place where a word's key belongs.
func (b wordBook) at(k key) int {
	sum := (k.first ^ k.next*0x9E3779B97F4A7C15 ^ uint64(k.length)) * 0xD6E8FEB86659FD93
	return int(sum>>32) & (len(b.places) - 1)
}

// known gives what is known of the word with a key; rest is what of it the key does not hold.
func (b wordBook) known(k key, rest string) *knownWord {
	for at := b.at(k); ; at = (at + 1) & (len(b.places) - 1) {
		w := b.places[at]
		if w == nil || w.key == k && (rest == "" || strings.EqualFold(w.text[keyed:], rest)) {
			return w
		}
	}
}

// folded gives what is known of a folded word.
func (b wordBook) folded(text string) *knownWord {
	return b.known(keyOf(text), text[min(keyed, len(text)):])
}

// find folds a word of ASCII letters and digits; it is nil where nothing is known of it.
func (b wordBook) find(s string) (*knownWord, string) {
	if w := b.known(keyOf(s).small(), s[min(keyed, len(s)):]); w != nil {
		return w, w.text
	}
	text := lexicon.Word(s)
	if len(text) == len(s) && strings.EqualFold(text, s) {
		return nil, text
	}
	return b.folded(text), text // in another spelling
}

// words appends the folded words of s to out.
func (b wordBook) words(out []lexicon.Token, s string) []lexicon.Token {
	return lexicon.AppendTokensBy(func(word string) string { _, folded := b.find(word); return folded }, out, s)
}

var numberWords = map[string]float64{"zero": 0, "twice": 2, "thrice": 3, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80}
