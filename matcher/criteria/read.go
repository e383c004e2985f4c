package criteria

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"trialfinder/matcher/lexicon"
)

// reading is what was read of one item.
type reading struct {
	rule   Rule
	clinic bool
	code   string
	cohort string  // the cohort that it names
	splits []split // where the item is several demands: all of them, from the first
}

// split is one of several demands of an item, which begins at a byte of it.
type split struct {
	start int
	rule  Rule
	code  string
}

// read reads an item of a section. What it can't read has no rule.
//
// The line of confidence runs through part.go, which puts it together, narrow.go (what
// makes words mean less than a fact), soften.go (what lets more people in) and sure.go
// (what keeps a doubted reading from keeping anybody out): a rule
// is exact if every word of the item that bears on who may join is accounted
// for; words that are not, but can only narrow what was read, stand beside it as
// an Unknown leaf; where a word could soften or turn it ("unless", a condition),
// the rule decides only on the side that the softening can't touch.
func (w *walk) read(text string, kind Kind) reading {
	w.toks = w.parser.book.tokens(w.toks[:0], text)
	cohort, from, to := cohortNamed(w.toks, text)
	got := w.readItem(text, kind, from, to)
	got.cohort = cohort
	return got
}

// readItem reads an item but for the bytes [from, to), which name its cohort.
func (w *walk) readItem(text string, kind Kind, from, to int) reading {
	p := w.parser
	w.elements(w.toks, text)
	r, over := &w.reader, w.under(w.at)
	*r = clauseReader{
		room: w.scratch, walk: w, valueReader: valueReader{Parser: p, text: text, elems: w.elems}, toks: w.toks, kind: kind, head: over.text, over: over.window,
		bounds: r.bounds[:0], terms: r.terms[:0], windows: r.windows[:0],
	}
	if to > from {
		r.elems = slices.DeleteFunc(r.elems, func(e element) bool { return e.Start >= from && e.End <= to })
	}
	r.findBounds()
	r.findTerms()
	if rule := r.residual(); rule != nil {
		return reading{rule: rule, code: "toxicity_grade"}
	}
	if rule, code := r.assemble(); rule != nil {
		return reading{rule: rule, code: code, splits: r.splits()}
	}
	if topic := r.clinic(); topic != "" {
		return reading{clinic: true, code: "clinic." + topic}
	}
	return reading{code: CodeUnread}
}

// clinic is the topic of what only the trial's staff can settle; "" where there is none.
func (r *clauseReader) clinic() string {
	words, places := r.plainWords(r.walk.words[:0], r.walk.places[:0])
	r.walk.words, r.walk.places = words, places
	if len(places) == 0 || r.hasFact() {
		return ""
	}
	behind := 0 // the last phrase that was found
	for _, at := range places {
		if at < behind {
			continue
		}
		length, topics := r.vocabulary.clinic.At(words, at)
		if length > 0 && topics[0] != "none" {
			return topics[0]
		}
		behind = at + length
	}
	return ""
}

// plainWords appends the words and numbers of the item, and the places of those with which what
// only the staff can settle may begin.
func (r *clauseReader) plainWords(words []lexicon.Token, places []int) ([]lexicon.Token, []int) {
	for i := range r.toks {
		t := &r.toks[i]
		if t.kind != wordToken && t.kind != numberToken {
			continue
		}
		if t.word != nil && t.word.clinic {
			places = append(places, len(words))
		}
		words = append(words, t.Token)
	}
	return words, places
}

// hasFact: a fact of its own speaks of some of it, so that it is not the staff's alone.
func (r *clauseReader) hasFact() bool {
	for _, t := range r.terms {
		for _, s := range t.concept.senses {
			if s.rule != nil && t.concept.kind != "illness" && !r.vocabulary.general.has(t.concept.code) {
				return true
			}
		}
	}
	return false
}

// clauseReader reads one item.
type clauseReader struct {
	valueReader
	room    *scratch
	toks    []token
	kind    Kind
	head    string  // the line over the list that it stands in
	over    *window // the time that a stem over the item tells
	ages    answer
	walk    *walk // the text that it is part of
	bounds  []bound
	terms   []term
	windows []window
}

// boundReaders are the ways to read a comparison that begins at an element, in the order
// in which they are tried.
var boundReaders = [...]func(*clauseReader, int) (bound, int, bool){
	(*clauseReader).stages, (*clauseReader).dose, (*clauseReader).graded, (*clauseReader).named, (*clauseReader).counted, (*clauseReader).pressure, (*clauseReader).again, (*clauseReader).unnamedAge,
}

// findBounds reads every comparison of the item, from left to right.
func (r *clauseReader) findBounds() {
	for i := 0; i < len(r.elems); {
		if !r.elems[i].opensBound() {
			i++
			continue
		}
		var b bound
		next, ok := i, false
		for _, read := range boundReaders {
			if ok {
				break
			}
			b, next, ok = read(r, i)
		}
		if !ok {
			i++
			continue
		}
		b.from, b.to = r.opened(b), r.gloss(b, next)
		b.rule = r.openEnded(b)
		r.bounds = append(r.bounds, b)
		i = b.to
	}
	r.pairBySex()
}

// opened gives the element from which a range is told: "between the ages of 18 and 75".
func (r *clauseReader) opened(b bound) int {
	least := 0
	if len(r.bounds) > 0 {
		least = r.bounds[len(r.bounds)-1].to
	}
	at := b.from - 1
	if strings.EqualFold(r.at(at).Text, "the") {
		at--
	}
	if at >= least && r.at(at).is(between) && b.extent.low != nil && b.extent.high != nil {
		return at
	}
	return b.from
}

// openEnded keeps the upper end of an age from keeping anybody out behind which stands that
// there is none: "18-65 years or older".
func (r *clauseReader) openEnded(b bound) Rule {
	if r.kind != Inclusion || b.extent.low == nil || b.extent.high == nil || b.names[0].code != "age" {
		return b.rule
	}
	for i := b.from; i < b.to+maxFiller; i++ {
		if e := r.at(i); e.is(orMore) {
			return Any{b.rule, Unknown(r.words(b.from, i+1))}
		} else if i >= b.to && (!r.idle(i) || e.kind == signToken) {
			break
		}
	}
	return b.rule
}

// glossed is how far the same value may differ between two units, rounded as people do.
const glossed = 0.03

// gloss gives the element behind a bracket that only says the limit in another unit, "≥
// 1.5 x 10^9/L (1,500/mm3)"; next itself where there is none.
func (r *clauseReader) gloss(b bound, next int) int {
	l := cmp.Or(b.extent.low, b.extent.high)
	if l == nil || b.extent.low != nil && b.extent.high != nil || len(b.names) == 0 || b.names[0] == nil || len(b.names[0].facts) != 1 || !r.at(next).sign("(", "[") {
		return next
	}
	i := next + 1
	if _, comparing := r.at(i).comparison(); comparing {
		i++
	}
	other, after, ok := r.number(i, b.names[0])
	if !ok || other.unit == "" || !r.at(after).sign(")", "]") {
		return next
	}
	fact, _ := r.facts.ByID(b.names[0].facts[0])
	first, err := r.units.Convert(fact.ID, l.value, cmp.Or(l.unit, fact.Unit), fact.Unit)
	second, err2 := r.units.Convert(fact.ID, other.value, other.unit, fact.Unit)
	if err != nil || err2 != nil || math.Abs(first-second) > glossed*math.Abs(first) {
		return next
	}
	return after + 1
}

// opensBound: a comparison may begin with the element.
func (e *element) opensBound() bool {
	return e.op != "" || e.kind == numberToken || e.counted || e.quantity() != nil || e.is(between|orMore|orLess) || strings.HasPrefix(e.Text, "grade")
}

// findTerms finds the states, treatments and events, and the stretches of time,
// outside the comparisons.
func (r *clauseReader) findTerms() {
	b := 0
	for i := 0; i < len(r.elems); i++ {
		for b < len(r.bounds) && r.bounds[b].to <= i {
			b++
		}
		if b < len(r.bounds) && r.bounds[b].from <= i {
			continue
		}
		if next := r.reference(i); next > i {
			r.windows = append(r.windows, window{from: i, to: next, none: true})
			i = next - 1
			continue
		}
		if r.elems[i].opensWindow() {
			if w, ok := r.window(i); ok {
				r.windows = append(r.windows, w)
				i = w.to - 1
				continue
			}
		}
		if r.headsNext(i) {
			continue
		}
		if c := r.elems[i].term(); c != nil && c.quantity == nil {
			r.terms = append(r.terms, term{concept: c, at: i})
		}
	}
}

// reach is how many words without bearing may stand between a name and its number.
const reach = 8

// named reads "NAME [words] COMPARISON", where several names may share it: "AST
// and ALT ≤ 2.5 x ULN".
func (r *clauseReader) named(i int) (bound, int, bool) {
	if q := r.elems[i].quantity(); q == nil || q.code == "stage" || q.code == "toxicity_grade" || r.ofChange(i) {
		return bound{}, i, false
	}
	names, next, or := r.names(i)
	if op, before := r.at(i - 1).comparison(); before && op != Eq {
		if l, after, ok := r.number(next, names[0]); ok {
			return r.make(names, limited(op, l), i-1, after, or) // "> age 18"
		}
	}
	for j, skipped := next, 0; skipped < reach; j, skipped = j+1, skipped+1 {
		if r.at(j).counted && r.at(j+1).kind == wordToken && !r.at(j+1).known {
			return bound{}, i, false // "Kellgren-Lawrence, assessed by two observers"
		}
		if x, after, ok := r.extent(j, names[0]); ok {
			if op, before := r.at(i - 1).comparison(); before && len(x.steps) == 1 && op != Eq {
				x, i = limited(op, limit{value: x.steps[0], unit: x.unit}), i-1 // "≥ NYHA 3"
			}
			names, after = r.figure(names, after)
			return r.make(names, x, i, after, or)
		}
		e := r.at(j)
		after := r.bracketed(j)
		if names[0].code == "bmi" {
			after = max(after, r.formula(j))
		}
		if after > j {
			j = after - 1
			continue
		}
		if !r.between(e, skipped) || e.quantity() != nil {
			return bound{}, i, false
		}
	}
	return bound{}, i, false
}

// ofChange: what is told is how much the measure at i changes: "a fall in FEV1 of 20 %".
func (r *clauseReader) ofChange(i int) bool {
	for k := i - 1; k >= i-3; k-- {
		e := r.at(k)
		if r.vocabulary.changes.has(e.Text) {
			return true
		}
		if e.Text != "of" && e.Text != "in" && e.Text != "the" && e.Text != "absolute" {
			return false
		}
	}
	return false
}

// bracketed gives the element behind a remark in brackets that compares nothing: "(by
// fingertip oximeter)"; i itself where there is none.
func (r *clauseReader) bracketed(i int) int {
	if !r.at(i).sign("(") {
		return i
	}
	for j := i + 1; j < i+maxFiller*2 && j < len(r.elems); j++ {
		e := r.at(j)
		if _, comparing := e.comparison(); comparing || e.kind == numberToken || e.sign(";") {
			return i
		}
		if e.sign(")") {
			return j + 1
		}
	}
	return i
}

// counted reads "at least two prior lines of therapy", where the number stands
// before its name.
func (r *clauseReader) counted(i int) (bound, int, bool) {
	if _, comparing := r.at(i).comparison(); !comparing {
		return bound{}, i, false
	}
	lines := r.vocabulary.quantities["prior_lines"]
	x, next, ok := r.extent(i, lines)
	for n := 0; ok && n < 2 && r.at(next).is(past); n++ {
		next++
	}
	q := r.at(next).quantity()
	if !ok || q != lines && (q == nil || !r.vocabulary.widerCounts.has(q.code)) {
		return bound{}, i, false
	}
	return r.make([]*quantity{q}, x, i, next+1, false)
}

// between: the element may stand between a name and its number.
func (r *clauseReader) between(e *element, skipped int) bool {
	return e.is(neutral) || e.is(modal) || e.is(male) || e.is(female) || e.is(ulnFiller) || e.is(narrow) || e.is(orWord) && skipped > 0 || e.Text == "ie" ||
		e.sign(":", "(", ")", ",", "-", "[", "]", "'", "’", "“", "”", `"`)
}

// again reads a second comparison of what was compared last: "(≤ 5 x ULN with
// liver metastases)".
func (r *clauseReader) again(i int) (bound, int, bool) {
	if len(r.bounds) == 0 {
		return bound{}, i, false
	}
	last := &r.bounds[len(r.bounds)-1]
	if b, next, ok := r.orBeyond(i, last); ok {
		return b, next, true
	}
	if b, next, ok := r.multiple(i, last); ok {
		return b, next, true
	}
	if _, ok := r.at(i).comparison(); !ok || i-last.to > reach || len(last.names) == 0 {
		return bound{}, i, false
	}
	age := last.names[0].code == "age"
	if age && !r.at(i-1).is(orWord) {
		return bound{}, i, false
	}
	if before := r.at(i - 2).Text; r.at(i-1).Text == "by" && (strings.HasSuffix(before, "ed") || before == "fallen") {
		return bound{}, i, false // "has fallen by at least 50"
	}
	for k := last.to; k < i; k++ {
		if r.at(k).quantity() != nil || r.acronym(k) {
			return bound{}, i, false // another name stands between: it is that one's
		}
	}
	x, next, ok := r.extent(i, last.names[0])
	joined := r.at(i-1).is(orWord) || r.at(i-1).is(andWord)
	if !ok || !age && x.unitOf() == "" && !joined || !sameOrNone(x.unitOf(), last.unit) {
		return bound{}, i, false
	}
	names, next := r.figure(last.names, next)
	return r.make(names, x, i, next, false)
}

// multiple reads a second multiple of the upper limit of normal, which is compared as
// the first: "≤ 1.5 x ULN (3 x ULN with liver metastases)".
func (r *clauseReader) multiple(i int, last *bound) (bound, int, bool) {
	for k := last.to; k < i; k++ {
		if !r.at(k).sign("(", "[", ",") && !r.at(k).is(orWord) {
			return bound{}, i, false
		}
	}
	if i == last.to || i-last.to > 2 || last.unit != unitULN || len(last.names) == 0 || r.at(i).kind != numberToken {
		return bound{}, i, false
	}
	l, next, ok := r.number(i, last.names[0])
	x := last.extent
	switch {
	case !ok || l.unit != unitULN:
		return bound{}, i, false
	case x.low == nil && x.high != nil:
		l.strict = x.high.strict
		x.high = &l
	case x.high == nil && x.low != nil:
		l.strict = x.low.strict
		x.low = &l
	default:
		return bound{}, i, false
	}
	return r.make(last.names, x, i, next, false)
}

// figure: which of the two figures of a blood pressure is meant may stand behind
// the number: "> 140 mmHg systolic".
func (r *clauseReader) figure(names []*quantity, next int) ([]*quantity, int) {
	q := r.at(next).quantity()
	if q == nil || len(q.code) < 3 || q.code[len(q.code)-3:] != "_bp" || len(names) != 1 {
		return names, next
	}
	if first := names[0].code; first != "blood_pressure" && first != "systolic_bp" && first != "diastolic_bp" {
		return names, next
	}
	if _, comparing := r.at(next + 1).comparison(); comparing || r.at(next+1).kind == numberToken {
		return names, next // it names what follows
	}
	return []*quantity{q}, next + 1
}

// orBeyond reads "or over 65" behind "under 18".
func (r *clauseReader) orBeyond(i int, last *bound) (bound, int, bool) {
	op := Gt
	if r.at(i).is(orLess) {
		op = Lt
	}
	if !r.at(i).is(orMore) && !r.at(i).is(orLess) || i != last.to {
		return bound{}, i, false
	}
	at := i + 1
	if r.at(at).Text == "than" {
		at++
	}
	l, next, ok := r.number(at, last.names[0])
	if !ok {
		return bound{}, i, false
	}
	b, next, ok := r.make(last.names, limited(op, l), i, next, false)
	b.or = r.at(i).Text == "or"
	if ok && last.names[0].code != "age" && b.upper != last.upper && !sameOrNone(l.unit, last.unit) {
		b.rule = Unknown(r.words(i, next)) // in another unit the other side is hardly meant
	}
	return b, next, ok
}

// ratio: a part of the breath is told as a share of another: "FEV1/FVC < 70 %" is a limit of
// neither.
func (r *clauseReader) ratio(names []*quantity, from, to int) bool {
	last := names[len(names)-1]
	if last == nil || last.code != "fvc" {
		return false
	}
	if r.at(from - 1).sign("/") {
		return true
	}
	for i := from; len(names) > 1 && i < to; i++ {
		if r.at(i).sign("/") {
			return true
		}
	}
	return false
}

// make makes the rule of names that share a comparison. "A or B at most 2" asks in a
// demand for both, or for one of them: where these differ it decides nothing.
func (r *clauseReader) make(names []*quantity, x extent, from, to int, or bool) (bound, int, bool) {
	var rules []Rule
	for _, q := range names {
		if q == nil {
			continue
		}
		if rule, ok := r.rule(q, x, r.kind); ok {
			rules = append(rules, rule)
		}
	}
	if len(rules) == 0 {
		return bound{}, from, false
	}
	if r.kind == Exclusion && r.healthy(names[0], x) {
		rules = []Rule{undecided(joined(rules, r.kind), Unknown(r.words(from, to)))} // a demand among bans
	}
	b := bound{names: names, from: from, to: to, upper: x.high != nil && x.low == nil, unit: x.unitOf(), extent: x}
	b.rule = joined(rules, r.kind)
	if or && len(rules) > 1 && r.kind == Inclusion {
		b.rule = ambiguous(rules)
	}
	if r.ratio(names, from, to) {
		b.rule = undecided(b.rule, Unknown(r.words(from, to)))
	} else if len(rules) < len(names) {
		b.rule = joined(append(rules, r.ofChildren(names, Unknown(r.words(from, to)))), r.kind)
	}
	return b, to, true
}

// idle: the element has no bearing on who may join.
func (r *clauseReader) idle(i int) bool {
	e := r.at(i)
	if e.kind == wordToken && len(e.Text) > 1 && e.Text[0] == 'v' && isDigit(e.Text[1]) {
		return true // "v5.0"
	}
	return e.is(neutral) || e.is(modal) || e.is(male) || e.is(female) || e.kind == signToken || r.namesScale(i)
}
