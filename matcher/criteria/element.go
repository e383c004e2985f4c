package criteria

import (
	"slices"
	"strconv"
	"strings"

	"trialfinder/matcher/lexicon"
)

// element is a phrase of the vocabulary, a number, a sign or another word of an
// item, over the tokens [from, to).
type element struct {
	token
	meanings []meaning // of a phrase; none: a word that the vocabulary does not know
	illness  []string  // the illnesses that it names
	head     string    // the word that it shares with a later name: "cancer"
	from, to int
}

func (e element) is(c class) bool {
	for _, m := range e.meanings {
		if m.class == c {
			return true
		}
	}
	return false
}

func (e element) quantity() *quantity {
	if c := e.term(); c != nil {
		return c.quantity
	}
	return nil
}

// term is the concept that the element speaks of, or nil.
func (e element) term() *concept {
	for _, m := range e.meanings {
		if m.concept != nil {
			return m.concept
		}
	}
	if len(e.illness) > 0 {
		return illnessConcept(e.illness)
	}
	return nil
}

// op is the comparison that the element writes, as a sign or in words.
func (e element) comparison() (Op, bool) {
	if e.kind == compareToken {
		return e.token.op, true
	}
	for _, m := range e.meanings {
		if op, ok := ops[m.class]; ok {
			return op, true
		}
	}
	return "", false
}

func (e element) sign(texts ...string) bool {
	if e.kind != signToken {
		return false
	}
	for _, t := range texts {
		if e.Text == t {
			return true
		}
	}
	return false
}

// bridges are the signs that a phrase may reach over: "aminotransferase (ALT)".
const bridges = "()[]-/'’&"

// elements reads the tokens of an item as phrases, the longest at each place.
func (p *Parser) elements(toks []token, text string) []element {
	out := make([]element, 0, len(toks))
	var run []lexicon.Token
	var at []int // the place of each token of run in toks
	flush := func() {
		out = p.phrases(out, toks, run, at, text)
		run, at = run[:0], at[:0]
	}
	for i, t := range toks {
		if t.kind == compareToken || t.kind == signToken && !strings.Contains(bridges, t.Text) {
			flush()
			out = append(out, element{token: t, from: i, to: i + 1})
			continue
		}
		if t.kind != signToken {
			run, at = append(run, t.Token), append(at, i)
			continue
		}
		run, at = append(run, lexicon.Token{}), append(at, i) // a bridge, matched by no word
	}
	flush()
	return p.shareHeads(out, toks)
}

// shareHeads makes illnesses of the words that share the head of a later one:
// "breast, ovarian or lung cancer".
func (p *Parser) shareHeads(elems []element, toks []token) []element {
	for i := len(elems) - 1; i > 1; i-- {
		e := elems[i]
		if len(e.illness) == 0 || e.to-e.from < 2 || !p.conditions.Head(toks[e.to-1].Text) {
			continue
		}
		for k := i - 1; k > 0 && joins(elems[k]); {
			for k > 0 && joins(elems[k]) {
				k--
			}
			from, ids := p.partBefore(elems, toks, k)
			if ids == nil {
				break
			}
			merged := element{token: toks[elems[from].from], illness: ids, head: toks[e.to-1].Text, from: elems[from].from, to: elems[k].to}
			merged.kind, merged.End = wordToken, elems[k].End
			elems = slices.Replace(elems, from, k+1, merged)
			i -= k - from
			k = from - 1
		}
	}
	return elems
}

func joins(e element) bool {
	return e.sign(",", "/") || e.is(orWord) || e.is(andWord) && !e.is(neutral)
}

// partBefore finds the longest name without a head that ends with element `last`.
func (p *Parser) partBefore(elems []element, toks []token, last int) (from int, ids []string) {
	for from = max(0, last-2); from <= last; from++ {
		var words []lexicon.Token
		for _, t := range toks[elems[from].from:elems[last].to] {
			if t.kind == wordToken {
				words = append(words, t.Token)
			}
		}
		if n, ids := p.conditions.Part(words); n > 0 && n == len(words) && len(words) == elems[last].to-elems[from].from {
			return from, ids
		}
	}
	return last, nil
}

// phrases finds the phrases of a run of words; bridges are passed over inside a
// phrase and are elements of their own outside.
func (p *Parser) phrases(out []element, toks []token, run []lexicon.Token, at []int, text string) []element {
	words := make([]lexicon.Token, 0, len(run))
	for i := 0; i < len(run); {
		first := at[i]
		if run[i].Text == "" {
			out = append(out, element{token: toks[first], from: first, to: first + 1})
			i++
			continue
		}
		words = words[:0]
		place := make([]int, 0, 8)
		for j := i; j < len(run) && len(words) < maxPhrase; j++ {
			if run[j].Text != "" {
				words, place = append(words, run[j]), append(place, j)
			}
		}
		n, meanings := p.vocabulary.words.At(words, 0)
		var illness []string
		if length, ids := p.conditions.Phrase(words, text); length > n || length == n && !speaks(meanings) {
			n, meanings, illness = length, nil, ids
		}
		end := i + 1
		if n > 0 {
			end = place[n-1] + 1
		}
		e := element{token: toks[first], meanings: meanings, illness: illness, from: first, to: at[end-1] + 1}
		e.End = toks[e.to-1].End
		if n > 0 {
			e.kind = wordToken
			end = closeBracket(&e, toks, run, at, end)
		}
		out = append(out, e)
		i = end
	}
	return out
}

// speaks: one of the meanings is a concept.
func speaks(meanings []meaning) bool {
	for _, m := range meanings {
		if m.concept != nil {
			return true
		}
	}
	return false
}

// maxPhrase is the number of words of the longest phrase that is looked for.
const maxPhrase = 14

// closeBracket takes in the bracket that closes one opened inside the phrase.
func closeBracket(e *element, toks []token, run []lexicon.Token, at []int, end int) int {
	open := 0
	for _, t := range toks[e.from:e.to] {
		switch t.Text {
		case "(", "[":
			open++
		case ")", "]":
			open--
		}
	}
	if open == 1 && end < len(run) && run[end].Text == "" {
		if t := toks[at[end]]; t.Text == ")" || t.Text == "]" {
			e.to, e.End = at[end]+1, t.End
			return end + 1
		}
	}
	return end
}

var romans = map[string]float64{"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6}

var numberWords = map[string]float64{"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80}

// value is the number that an element writes; Roman ones count on a scale only.
func (e element) value(scale bool) (float64, bool) {
	if e.kind == numberToken && len(e.meanings) == 0 {
		return e.number, true
	}
	if n, ok := numberWords[e.Text]; ok && e.to == e.from+1 {
		return n, true
	}
	if scale {
		n, ok := romans[e.Text]
		return n, ok && e.to == e.from+1
	}
	return 0, false
}

func formatNumber(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
