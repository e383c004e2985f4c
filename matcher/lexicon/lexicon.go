package lexicon

// Lexicon maps phrases to values of the caller's choice. It is filled once and
// then read by any number of goroutines.
type Lexicon[T any] struct {
	root  node[T]
	begin [1 << 12]bool // of words that a phrase begins with, by trace
}

// trace is a small number that a word has; most words without a phrase are told by it.
func trace(word string) int {
	last := len(word) - 1
	return (int(word[0])*61 + int(word[last])*17 + int(word[last/2])*5 + last) & (1<<12 - 1)
}

type node[T any] struct {
	values []T
	marks  uint64     // of its children's words: what has no mark is none of them
	many   []child[T] // its children, once they are not few: each at the place of its trace, or behind it
	count  int        // of many
	words  []string   // of its children, while they are
	few    []*node[T]
}

// child is a node and the word that leads to it.
type child[T any] struct {
	word string
	node *node[T]
}

// few children are told apart by comparing, more by hashing.
const few = 8

// mark is one of 64 bits that a word has.
func mark(word string) uint64 { return 1 << (trace(word) & 63) }

// child gives the node behind a word, or nil.
func (n *node[T]) child(word string) *node[T] {
	if word == "" || n.marks&mark(word) == 0 {
		return nil
	}
	if n.many != nil {
		at := trace(word) & (len(n.many) - 1)
		for n.many[at].node != nil && n.many[at].word != word {
			at = (at + 1) & (len(n.many) - 1)
		}
		return n.many[at].node
	}
	for i, w := range n.words {
		if w == word {
			return n.few[i]
		}
	}
	return nil
}

// add gives the node behind a word, and makes it where there is none.
func (n *node[T]) add(word string) *node[T] {
	if next := n.child(word); next != nil {
		return next
	}
	next := new(node[T])
	n.marks |= mark(word)
	switch {
	case n.many != nil:
		n.hash(word, next)
	case len(n.words) < few:
		n.words, n.few = append(n.words, word), append(n.few, next)
	default:
		n.many = make([]child[T], 8*few)
		n.hash(word, next)
		for i, w := range n.words {
			n.hash(w, n.few[i])
		}
		n.words, n.few = nil, nil
	}
	return next
}

// hash takes a child in among many, of whose places no more than a quarter are taken.
func (n *node[T]) hash(word string, next *node[T]) {
	if n.count++; 4*n.count > len(n.many) {
		old := n.many
		n.many, n.count = make([]child[T], 2*len(old)), 1
		for _, c := range old {
			if c.node != nil {
				n.hash(c.word, c.node)
			}
		}
	}
	at := trace(word) & (len(n.many) - 1)
	for n.many[at].node != nil {
		at = (at + 1) & (len(n.many) - 1)
	}
	n.many[at] = child[T]{word, next}
}

// Match is one phrase found in a text: the text's own words and where they stand.
type Match[T any] struct {
	Values     []T
	Text       string
	Start, End int
}

// Add lists a phrase. A phrase with no word in it is refused, since it would
// match everywhere.
func (l *Lexicon[T]) Add(phrase string, value T) bool {
	toks := Tokens(phrase)
	if len(toks) == 0 {
		return false
	}
	n := &l.root
	l.begin[trace(toks[0].Text)] = true
	for _, t := range toks {
		n = n.add(t.Text)
	}
	n.values = append(n.values, value)
	return true
}

// Words gives each word of the phrases, and whether a phrase begins with it; a word may
// come several times.
func (l *Lexicon[T]) Words(yield func(word string, first bool)) { l.root.each(yield, true) }

func (n *node[T]) each(yield func(word string, first bool), first bool) {
	for i, word := range n.words {
		yield(word, first)
		n.few[i].each(yield, false)
	}
	for _, c := range n.many {
		if c.node != nil {
			yield(c.word, first)
			c.node.each(yield, false)
		}
	}
}

// Find reports the phrases in s, the longest at each place, from left to right
// and without overlap.
func (l *Lexicon[T]) Find(s string) []Match[T] { return l.FindIn(Tokens(s), s) }

// FindIn is Find for a text whose words are known.
func (l *Lexicon[T]) FindIn(toks []Token, s string) []Match[T] {
	var out []Match[T]
	for i := 0; i < len(toks); {
		length, values := l.At(toks, i)
		if length == 0 {
			i++
			continue
		}
		start, end := toks[i].Start, toks[i+length-1].End
		out = append(out, Match[T]{Values: values, Text: s[start:end], Start: start, End: end})
		i += length
	}
	return out
}

// In reports whether a phrase stands among the words of a text.
func (l *Lexicon[T]) In(toks []Token) bool {
	for i := range toks {
		if length, _ := l.At(toks, i); length > 0 {
			return true
		}
	}
	return false
}

// At gives the longest phrase that begins at token i, as its number of tokens
// and its values; 0 if none does.
func (l *Lexicon[T]) At(toks []Token, i int) (length int, values []T) {
	if i >= len(toks) {
		return 0, nil
	}
	s := l.Start(toks[i].Text)
	return s.At(toks, i)
}

// Start is where the phrases go on that begin with one word. It has at hand what tells of
// most words that none goes on from it.
type Start[T any] struct {
	values []T
	marks  uint64
	first  *node[T]
}

// Start gives the start of a word; it is empty where no phrase begins with it.
func (l *Lexicon[T]) Start(word string) Start[T] {
	if word == "" || !l.begin[trace(word)] {
		return Start[T]{}
	}
	n := l.root.child(word)
	if n == nil {
		return Start[T]{}
	}
	return Start[T]{n.values, n.marks, n}
}

// Alone gives the values of the phrase that is the start's word and no more, and whether there is one.
func (s *Start[T]) Alone() (length int, values []T) {
	if s.values == nil {
		return 0, nil
	}
	return 1, s.values
}

// Ends: no phrase goes on with a word that has the mark.
func (s *Start[T]) Ends(mark uint64) bool { return s.marks&mark == 0 }

// Mark is what a word is told by in Ends.
func Mark(word string) uint64 {
	if word == "" {
		return 0
	}
	return mark(word)
}

// Empty: no phrase begins with the word.
func (s *Start[T]) Empty() bool { return s.first == nil }

// At is Lexicon.At for a token whose start is known.
func (s *Start[T]) At(toks []Token, i int) (length int, values []T) {
	if s.values != nil {
		length, values = 1, s.values
	}
	if i+1 >= len(toks) || toks[i+1].Text == "" || s.marks&mark(toks[i+1].Text) == 0 {
		return length, values
	}
	n := s.first
	for j := i + 1; j < len(toks); j++ {
		if n = n.child(toks[j].Text); n == nil {
			break
		}
		if n.values != nil {
			length, values = j+1-i, n.values
		}
	}
	return length, values
}

// Exact gives the values of the phrase that is all of s.
func (l *Lexicon[T]) Exact(s string) []T {
	n := &l.root
	var room [maxFewWords]Token
	for _, t := range AppendTokens(room[:0], s) {
		if n = n.child(t.Text); n == nil {
			return nil
		}
	}
	return n.values
}
