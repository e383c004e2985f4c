package matcher

import (
	"iter"
	"math/bits"
)

// idSet is a set of up to 256 facts or illnesses, by their place in the vocabulary.
type idSet [4]uint64

func (b *idSet) set(i int)     { b[i/64] |= 1 << (i % 64) }
func (b *idSet) add(o idSet)   { b[0] |= o[0]; b[1] |= o[1]; b[2] |= o[2]; b[3] |= o[3] }
func (b idSet) has(i int) bool { return b[i/64]>>(i%64)&1 == 1 }
func (b idSet) empty() bool    { return b[0]|b[1]|b[2]|b[3] == 0 }

// intersects takes pointers: it is asked of every clause.
func (b *idSet) intersects(o *idSet) bool {
	return b[0]&o[0]|b[1]&o[1]|b[2]&o[2]|b[3]&o[3] != 0
}

// within says whether all members of b are in o.
func (b *idSet) within(o *idSet) bool {
	return b[0]&^o[0]|b[1]&^o[1]|b[2]&^o[2]|b[3]&^o[3] == 0
}

// firstIn gives the first member of b that is in o too; -1 where none is.
func (b *idSet) firstIn(o *idSet) int {
	for w := range b {
		if both := b[w] & o[w]; both != 0 {
			return w*64 + bits.TrailingZeros64(both)
		}
	}
	return -1
}

// all gives the members, in order.
func (b idSet) all() iter.Seq[int] {
	return func(yield func(int) bool) {
		for w, word := range b {
			for ; word != 0; word &= word - 1 {
				if !yield(w*64 + bits.TrailingZeros64(word)) {
					return
				}
			}
		}
	}
}

// both gives the members of b that are in o too.
func (b idSet) both(o idSet) idSet {
	return idSet{b[0] & o[0], b[1] & o[1], b[2] & o[2], b[3] & o[3]}
}

// without gives the members of b that are not in o.
func (b idSet) without(o idSet) idSet {
	return idSet{b[0] &^ o[0], b[1] &^ o[1], b[2] &^ o[2], b[3] &^ o[3]}
}

// isFirst says whether i is the first member.
func (b idSet) isFirst(i int) bool { return b.firstIn(&b) == i }
