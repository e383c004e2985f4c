package matcher

import (
	"iter"
	"math/bits"
)

// marks is a set of trials, a bit each.
type marks []uint64

func newMarks(n int) marks { return make(marks, (n+63)/64) }

func (s marks) set(i int)      { s[i/64] |= 1 << (i % 64) }
func (s marks) unset(i int)    { s[i/64] &^= 1 << (i % 64) }
func (s marks) has(i int) bool { return s[i/64]>>(i%64)&1 == 1 }

func (s marks) or(o marks) {
	for i := range o {
		s[i] |= o[i]
	}
}

func (s marks) and(o marks) {
	for i := range s {
		s[i] &= o[i]
	}
}

func (s marks) without(o marks) {
	for i := range s {
		s[i] &^= o[i]
	}
}

// meets says whether the two have a member in common.
func (s marks) meets(o marks) bool {
	for i := range s {
		if s[i]&o[i] != 0 {
			return true
		}
	}
	return false
}

func (s marks) count() int {
	n := 0
	for _, word := range s {
		n += bits.OnesCount64(word)
	}
	return n
}

// all gives the members, from the first on.
func (s marks) all() iter.Seq[int] {
	return func(yield func(int) bool) {
		for w, word := range s {
			for ; word != 0; word &= word - 1 {
				if !yield(w*64 + bits.TrailingZeros64(word)) {
					return
				}
			}
		}
	}
}

// within gives the members of a stretch of words.
func (s marks) within(from, to int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for w := from; w < to; w++ {
			for word := s[w]; word != 0; word &= word - 1 {
				if !yield(w*64 + bits.TrailingZeros64(word)) {
					return
				}
			}
		}
	}
}

func (s marks) hasOneOf(list []uint32) bool {
	for _, i := range list {
		if s.has(int(i)) {
			return true
		}
	}
	return false
}
