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
	known    bool     // a phrase of the vocabulary
	counted  bool     // a number written as a word; number has it
	classes  class    // the parts that it can play
	concept  *concept // what it speaks of, or nil
	head     string   // the word that it shares with a later name: "cancer"
	from, to int
}

// mean gives an element the meanings of its phrase.
func (e *element) mean(meanings []meaning, illness *concept) {
	e.known = len(meanings) > 0
	for _, m := range meanings {
		e.classes |= m.class
		if e.op == "" {
			e.op = m.op
		}
		if e.concept == nil {
			e.concept = m.concept
		}
	}
	if e.concept == nil {
		e.concept = illness
	}
}

func (e *element) is(c class) bool { return e.classes&c != 0 }

func (e *element) quantity() *quantity {
	if e.concept != nil {
		return e.concept.quantity
	}
	return nil
}

// term is the concept that the element speaks of, or nil.
func (e *element) term() *concept { return e.concept }

// names: the element names illnesses.
func (e *element) names() bool { return e.concept != nil && e.concept.kind == "illness" }

// filler: a word without bearing, and no number.
func (e *element) filler() bool { return e.is(neutral) && e.kind == wordToken && !e.counted }

// comparison is the comparison that the element writes, as a sign or in words.
func (e *element) comparison() (Op, bool) { return e.op, e.op != "" }

func (e *element) sign(texts ...string) bool {
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

// elements reads the tokens of an item as phrases, the longest at each place, into w.elems.
func (w *walk) elements(toks []token, text string) {
	p, out := w.parser, w.elems[:0]
	run, at := w.words[:0], w.places[:0] // at: the place of each token of run in toks
	flush := func() {
		out = w.phrases(out, toks, run, at, text)
		run, at = run[:0], at[:0]
	}
	for i := range toks {
		t := &toks[i]
		if t.kind == compareToken || t.kind == signToken && !strings.Contains(bridges, t.Text) {
			flush()
			out = append(out, element{token: *t, from: i, to: i + 1})
			continue
		}
		if t.kind != signToken {
			run, at = append(run, t.Token), append(at, i)
			continue
		}
		run, at = append(run, lexicon.Token{}), append(at, i) // a bridge, matched by no word
	}
	flush()
	w.words, w.places = run, at
	w.elems = p.shareHeads(out, toks)
}

// deniedName: a "non-" stands before the name at a token, which then is another's.
func deniedName(toks []token, at int) bool {
	if at > 0 && toks[at-1].Text == "-" {
		at--
	}
	return at > 0 && (toks[at-1].Text == "non" || toks[at-1].Text == "extra")
}

// shareHeads makes illnesses of the words that share the head of a later one:
// "breast, ovarian or lung cancer".
func (p *Parser) shareHeads(elems []element, toks []token) []element {
	for i := len(elems) - 1; i > 1; i-- {
		if p.lendsHead(&elems[i], toks) {
			p.lendHead(elems, toks, i)
		}
		if !p.sharesHead(&elems[i], toks) {
			continue
		}
		e := elems[i]
		for k := i - 1; k > 0 && joins(&elems[k]); {
			for k > 0 && joins(&elems[k]) {
				k--
			}
			from, ids := p.partBefore(elems, toks, k)
			if ids == nil {
				break
			}
			merged := element{token: toks[elems[from].from], head: toks[e.to-1].Text, from: elems[from].from, to: elems[k].to}
			merged.mean(nil, p.illness(ids))
			merged.kind, merged.End = wordToken, elems[k].End
			elems = slices.Replace(elems, from, k+1, merged)
			i -= k - from
			k = from - 1
		}
	}
	return elems
}

// sharesHead: the element names an illness by a word that others can share.
func (p *Parser) sharesHead(e *element, toks []token) bool {
	return e.names() && e.to-e.from > 1 && p.conditions.Head(toks[e.to-1].Text)
}

func (p *Parser) lendsHead(e *element, toks []token) bool {
	return e.concept != nil && e.concept.kind == "state" && e.to-e.from > 1 && p.vocabulary.stateHeads.has(toks[e.to-1].Text)
}

// lendHead gives the head of element i to the words before it that name a state with it.
func (p *Parser) lendHead(elems []element, toks []token, i int) {
	for k := i - 1; k > 0 && joins(&elems[k]); k-- {
		for k > 0 && joins(&elems[k]) {
			k--
		}
		before := &elems[k]
		if before.kind != wordToken || before.concept != nil {
			return
		}
		var words []lexicon.Token
		for _, t := range toks[before.from:before.to] {
			words = append(words, t.Token)
		}
		words = append(words, toks[elems[i].to-1].Token)
		n, meanings := p.vocabulary.words.At(words, 0)
		if n != len(words) || !speaks(meanings) {
			return
		}
		before.classes = 0
		before.mean(meanings, nil)
	}
}

func joins(e *element) bool {
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
func (w *walk) phrases(out []element, toks []token, run []lexicon.Token, at []int, text string) []element {
	p := w.parser
	words, place := w.plain[:0], w.plainAt[:0] // the run without its bridges, and where each word stands in it
	for i := range run {
		if run[i].Text != "" {
			words, place = append(words, run[i]), append(place, i)
		}
	}
	w.plain, w.plainAt = words, place
	for i, next := 0, 0; i < len(run); {
		for next < len(place) && place[next] < i {
			next++
		}
		first := at[i]
		if run[i].Text == "" {
			out = append(out, element{token: toks[first], from: first, to: first + 1})
			i++
			continue
		}
		begins := &toks[first]
		word := begins.word
		if word == nil || word.phrases.Empty() && word.illness.Empty() {
			out = append(out, element{token: *begins, counted: begins.counts(), from: first, to: first + 1})
			i++
			continue
		}
		ahead := words[next:min(len(words), next+maxPhrase)]
		var behind *token
		if next+1 < len(place) {
			behind = &toks[at[place[next+1]]]
		}
		n, meanings := begins.phrase(behind, ahead, text)
		var illness *concept
		if !word.illness.Empty() {
			if length, ids := p.conditions.PhraseFrom(&word.illness, ahead, text); length > n || length == n && !speaks(meanings) {
				n, meanings, illness = length, nil, p.illness(ids)
			}
		}
		end := i + 1
		if n > 0 {
			end = place[next+n-1] + 1
		}
		out = append(out, element{token: *begins, from: first, to: at[end-1] + 1})
		e := &out[len(out)-1]
		if !deniedName(toks, first) {
			e.mean(meanings, illness)
		}
		e.counted = begins.counts() && end == i+1
		e.End = toks[e.to-1].End
		if n > 0 {
			e.kind = wordToken
			end = closeBracket(e, toks, run, at, end)
		}
		i = end
	}
	return out
}

// phrase is the longest phrase of the vocabulary that begins with the token; behind it comes
// another, if any does.
func (t *token) phrase(behind *token, ahead []lexicon.Token, text string) (int, []meaning) {
	n, meanings := t.word.phrases.Alone()
	if behind != nil && !t.word.phrases.Ends(behind.mark()) {
		n, meanings = t.word.phrases.At(ahead, 0)
	}
	if n == 1 && meanings[0].capitals && !capitals(text[t.Start:t.End]) {
		return 0, nil
	}
	return n, meanings
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
	for i := e.from; i < e.to; i++ {
		switch toks[i].Text {
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

// value is the number that an element writes; Roman ones count on a scale only.
func (e *element) value(scale bool) (float64, bool) {
	switch {
	case e.kind == numberToken && !e.known, e.counted:
		return e.number, true
	case scale && len(e.Text) <= len("iii") && e.to == e.from+1:
		n, ok := romans[e.Text]
		return n, ok
	}
	return 0, false
}

func formatNumber(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
