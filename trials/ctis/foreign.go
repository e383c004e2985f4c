package ctis

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"

	"trialfinder/trials"
)

//go:embed data/function_words.tsv
var functionWordsTSV string

// functionWords are the small words of English and those of the other languages
// of the register that English does not have.
type functionWords struct {
	english, foreign map[string]bool
}

var loadFunctionWords = sync.OnceValue(func() functionWords {
	w := functionWords{map[string]bool{}, map[string]bool{}}
	for line := range strings.Lines(functionWordsTSV) {
		language, words, ok := strings.Cut(strings.TrimRight(line, "\n"), "\t")
		if strings.HasPrefix(line, "#") || !ok || language == "language" {
			continue
		}
		into := w.foreign
		if language == english {
			into = w.english
		}
		for word := range strings.FieldsSeq(words) {
			into[word] = true
		}
	}
	for word := range w.english {
		delete(w.foreign, word)
	}
	return w
})

// lean says how much more a text looks like English (above zero) than like another
// language (below).
func (w functionWords) lean(text string) int {
	n := 0
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) })
	for _, word := range words {
		switch {
		case w.english[word]:
			n++
		case w.foreign[word] || otherScript(word):
			n--
		}
	}
	return n
}

// otherScript says whether a word is written in Greek or Cyrillic letters. A letter
// or two are a symbol: γδ, β.
func otherScript(word string) bool {
	letters := 0
	for _, r := range word {
		if unicode.In(r, unicode.Greek, unicode.Cyrillic) {
			letters++
		}
	}
	return letters > 2
}

// foreign marks the items of a text that are in another language than English: the
// register does not tell which, and a rule that is read from words of another
// language would be a guess. An item that does not show its language has that of
// the others; one that is a translation into English is known.
func foreign(items []item) []trials.Span {
	words := loadFunctionWords()
	leans := make([]int, len(items))
	whole := 0
	for i, it := range items {
		if !it.translated {
			leans[i] = words.lean(it.text)
			whole += leans[i]
		}
	}
	var spans []trials.Span
	at := 0
	for i, it := range items {
		end := at + len(it.text)
		if !it.translated && (leans[i] < 0 || leans[i] == 0 && whole < 0) {
			spans = append(spans, trials.Span{Start: at, End: end})
		}
		at = end + 1 // the newline between items
	}
	return spans
}
