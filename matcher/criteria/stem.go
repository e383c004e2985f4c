package criteria

import (
	"slices"
	"strings"
)

// stem is what the line over a list says of each of its items.
type stem struct {
	last   int // the list's last line
	text   string
	window *window // "in the past 6 months:"
	words  string  // of a condition under which the items hold, or ""
	alien  bool    // they speak of somebody else: "donors must have:"
}

// under gives the stem of the item at line i.
func (w *walk) under(i int) stem {
	for len(w.stems) > 0 && w.stems[len(w.stems)-1].last < i {
		w.stems = w.stems[:len(w.stems)-1]
	}
	if len(w.stems) == 0 {
		return stem{}
	}
	return w.stems[len(w.stems)-1]
}

// openStem takes a stem over the lines up to last; it adds to the one that it stands
// under itself.
func (w *walk) openStem(text string, last int) {
	s := w.under(w.at)
	s.last, s.text = last, text
	w.toks = w.parser.book.tokens(w.toks[:0], text)
	w.elements(w.toks, text)
	r := clauseReader{valueReader: valueReader{Parser: w.parser, text: text, elems: w.elems}, toks: w.toks, kind: w.kind, walk: w}
	r.findBounds()
	r.findTerms()
	var windows []window
	for _, found := range r.windows {
		if !found.none {
			found.text = r.words(found.from, found.to)
			windows = append(windows, found)
		}
	}
	if len(windows) == 1 {
		s.window = &windows[0]
	}
	s.alien = s.alien || slices.ContainsFunc(r.elems, func(e element) bool { return e.is(alien) })
	if r.holdsForSome() || w.several(text) {
		s.words = oneLine(text)
	}
	w.stems = append(w.stems, s)
}

// openFlat takes a stem of which one item, or some, must hold, over a list that is not indented:
// where it ends is not sure, so it only keeps its items from deciding.
func (w *walk) openFlat(text string, last int) {
	s := w.under(w.at)
	s.last, s.words = last, oneLine(text)
	w.stems = append(w.stems, s)
}

// ofOthers: the text ends in a colon and speaks of somebody else: "contact with people who have:".
func (w *walk) ofOthers(text string) bool {
	if !strings.HasSuffix(text, ":") {
		return false
	}
	w.toks = w.parser.book.tokens(w.toks[:0], text)
	w.elements(w.toks, text)
	return slices.ContainsFunc(w.elems, func(e element) bool { return e.is(alien) })
}

// several: no item of the list decides by itself: several must hold together.
func (w *walk) several(text string) bool {
	w.words = w.parser.book.words(w.words[:0], text)
	for _, found := range w.parser.sections.together.FindIn(w.words, text) {
		if w.kind == Exclusion || found.Values[0] == someStem {
			return true
		}
	}
	return false
}

// holdsForSome: the stem is a condition: it compares something, says "if", or of whom
// something "must" be.
func (r *clauseReader) holdsForSome() bool {
	if len(r.bounds) > 0 {
		return true
	}
	must := false
	for i := range r.elems {
		e := r.at(i)
		either := r.kind == Inclusion && e.is(orWord) && e.to > e.from+1 && e.Text == "and" // "class III and/or IV:"
		if either || e.is(except) && !e.is(causes) || e.is(notWord|recovered) || strings.HasPrefix(e.Text, "fail") {
			return true
		}
		must = must || e.is(modal)
	}
	return must && len(r.terms) > 0 && r.kind == Inclusion
}

// soften puts a stem's condition to the rule of an item.
func (s stem) soften(rule Rule, kind Kind) Rule {
	switch {
	case s.alien:
		return nil
	case rule != nil && s.text != "" && kind == Inclusion && demandsIllness(rule):
		return Any{rule, Unknown(oneLine(s.text))} // one of a list of illnesses
	case rule == nil || s.words == "":
		return rule
	case kind == Exclusion:
		return All{rule, Unknown(s.words)}
	}
	return Any{rule, Unknown(s.words)}
}
