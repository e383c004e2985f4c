package lexicon

// Slips is how many wrong letters are forgiven in a word of n letters.
func Slips(n int) int {
	switch {
	case n >= 9:
		return 2
	case n >= 5:
		return 1
	}
	return 0
}

// Distance counts the letters that part typed from word: one left out, one too
// many, one for another, or two neighbours swapped. With start, the rest of word
// may still be untyped. More than limit is limit+1.
func Distance(typed, word []rune, limit int, start bool) int {
	if len(typed) > len(word)+limit || (!start && len(word) > len(typed)+limit) {
		return limit + 1
	}
	if start && len(word) > len(typed)+limit {
		word = word[:len(typed)+limit]
	}
	var before []int
	last := make([]int, len(word)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(typed); i++ {
		row := make([]int, len(word)+1)
		row[0] = i
		for j := 1; j <= len(word); j++ {
			change := last[j-1]
			if typed[i-1] != word[j-1] {
				change++
			}
			row[j] = min(change, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && typed[i-1] == word[j-2] && typed[i-2] == word[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	best := last[len(word)]
	if start {
		for _, d := range last {
			best = min(best, d)
		}
	}
	return min(best, limit+1)
}
