package criteria

import (
	"slices"
	"sync"

	"trialfinder/matcher/lexicon"
)

// scratch is the room that the reading of a text and of its items needs, kept for the next.
type scratch struct {
	lines []line
	heads []seenHead

	words   []lexicon.Token
	toks    []token
	elems   []element
	places  []int
	plain   []lexicon.Token
	plainAt []int

	reader    clauseReader
	sentences []sentence
	parts     partRoom
	excused   []string
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// partRoom is where the parts of an item's sentences lie, and their lists: each kind one
// behind the other.
type partRoom struct {
	parts                            []part
	words, narrow, unread, exception []string
	bounds                           []bound
	terms                            []term
	windows                          []window
	rules                            []Rule
	joints                           []joint
}

func (room *partRoom) empty() {
	*room = partRoom{
		parts: room.parts[:0], words: room.words[:0], narrow: room.narrow[:0], unread: room.unread[:0], exception: room.exception[:0],
		bounds: room.bounds[:0], terms: room.terms[:0], windows: room.windows[:0], rules: room.rules[:0], joints: room.joints[:0],
	}
}

// adding adds to a list that lies in a room with others: in place while it is the last,
// else to a copy behind them.
func adding[T any](room *[]T, list []T, more ...T) []T {
	from := len(*room) - len(list)
	if from < 0 || len(list) > 0 && &(*room)[from] != &list[0] {
		from = len(*room)
		*room = append(*room, list...)
	}
	*room = append(*room, more...)
	return slices.Clip((*room)[from:])
}

// leave leaves words of the open part unread.
func (c *cutter) leave(words ...string) {
	p := c.part()
	p.unread = adding(&c.room.unread, p.unread, words...)
}

func (c *cutter) addWords(e *element) {
	p := c.part()
	for i := e.from; i < e.to; i++ {
		if t := &c.r.toks[i]; t.kind == wordToken || t.kind == numberToken {
			p.words = adding(&c.room.words, p.words, t.Text)
		}
	}
}
