package criteria

import (
	"slices"
	"strings"
)

// sentences cuts the item into sentences and their parts.
func (r *clauseReader) sentences() []sentence {
	r.room.parts.empty()
	c := cutter{r: r, out: r.room.sentences[:0], room: &r.room.parts}
	c.begin()
	if c.forThose() {
		c.sentence().condition, c.leading = true, true
	}
	for c.i < len(r.elems) {
		c.step()
	}
	c.endExample()
	r.room.sentences = c.out
	return c.out
}

// forThose: the item begins with those for whom it holds: "For melanoma patients: …".
func (c *cutter) forThose() bool {
	if c.r.kind != Inclusion || c.r.at(0).Text != "for" {
		return false
	}
	ill := false
	for i := 1; i < maxFiller; i++ {
		e := c.r.at(i)
		ill = ill || e.names()
		if c.r.vocabulary.people.has(e.Text) && ill {
			next := c.r.at(i + 1)
			return next.sign(":", ",")
		}
	}
	return false
}

// cutter walks over the elements of an item with what was read of them.
type cutter struct {
	r          *clauseReader
	out        []sentence
	room       *partRoom
	i          int
	b, t, w    int      // the next bound, term and window
	depth      int      // open brackets
	excepted   int      // 1 + the depth at which an exception runs; 0 = none
	shown      int      // the same for examples, of which only the names count
	idle       bool     // not even those
	opened     int      // where the last bracket opens
	tied       bool     // a word ties what follows to the last example
	brief      bool     // what follows narrows what stands before it, up to an "or"
	needs      bool     // what follows a "requiring" narrows what stands before it
	flat       int      // 1 + the depth at which a bracket runs that names nothing; 0 = none
	leading    bool     // a condition at the beginning runs
	exemplary  bool     // the treatments that follow are examples of something unread
	adjectives []string // before the next example
	named      bool     // something is read of the example
	linked     bool     // and a word ties that to what makes it narrower
	allergic   bool     // what follows an allergy is what it is to
	leadsTo    bool     // a word says so: "allergic to"
}

func (c *cutter) begin() {
	c.endExample()
	c.out = append(c.out, sentence{})
	c.open(part{})
	c.excepted, c.shown, c.depth, c.flat, c.needs, c.brief, c.allergic, c.exemplary, c.leading = 0, 0, 0, 0, false, false, false, false, false
}

// open adds a part to the open sentence.
func (c *cutter) open(p part) {
	s := c.sentence()
	if c.others() && len(s.parts) > 0 {
		p.clause++ // "…, and patients with …"
	}
	s.parts = adding(&c.room.parts, s.parts, p)
}

// others: the next clause of a demand speaks of patients anew.
func (c *cutter) others() bool {
	return c.r.kind == Inclusion && c.r.vocabulary.people.has(c.r.at(c.i+1).Text)
}

// bracket keeps count of the brackets; what began inside one ends with it.
func (c *cutter) bracket(e *element) {
	if e.sign("(", "[") {
		c.depth++
		c.opened = c.i
		if c.excepted == 0 && c.relaxes() {
			c.excepted = c.depth + 1
		}
		if c.flat == 0 && c.part().says() && c.namesNothing() {
			c.flat = c.depth + 1
		}
		return
	}
	c.depth = max(0, c.depth-1)
	if c.excepted > c.depth+1 {
		c.excepted = 0
		c.next(loosely)
	}
	if c.shown > c.depth+1 {
		c.endExample()
		c.shown = 0
	}
	if c.flat > c.depth+1 {
		c.flat = 0
	}
}

// opensItem: a "No" in capitals within a sentence begins the next item of a list that has
// lost its lines: "HIV negative No prior transplant".
func (c *cutter) opensItem(e *element, text string) bool {
	return e.is(notWord) && (text == "No" || strings.HasPrefix(text, "No ")) && !c.empty() && c.depth == 0 && (c.r.at(c.i-1).kind != signToken || c.r.at(c.i-1).sign("%", ")", "]", "+"))
}

// dashes: a dash between spaces parts two items that have lost their lines.
func (c *cutter) dashes(e *element) bool {
	text := c.r.text
	return c.spaced(e) && 'A' <= text[e.End+1] && text[e.End+1] <= 'Z' && !c.empty() && !c.classed()
}

// leadsUp: the examples are of a treatment of any kind.
func (c *cutter) leadsUp() bool {
	n := len(c.part().terms)
	if n == 0 {
		return false
	}
	last := c.part().terms[n-1].concept
	return last.kind == "treatment" && c.r.vocabulary.general.has(last.code)
}

// classed: what stands behind the dash is the class of the state before it: "heart failure - NYHA
// III or IV".
func (c *cutter) classed() bool {
	return c.b < len(c.r.bounds) && c.r.bounds[c.b].from == c.i+1 && c.r.bounds[c.b].names[0].code == "nyha" && len(c.part().terms) > 0
}

// spaced: the sign stands between spaces, and something follows.
func (c *cutter) spaced(e *element) bool {
	text := c.r.text
	return e.Start > 0 && text[e.Start-1] == ' ' && e.End+1 < len(text) && text[e.End] == ' '
}

// ofNoun: the part begins with a noun that stands for what the one before it names.
func (c *cutter) ofNoun() bool {
	p := c.part()
	return p.before == byOr && len(p.words) > 0 && c.r.vocabulary.nouns.has(p.words[0])
}

// closes: the bracket that is open here is closed before another opens.
func (c *cutter) closes() bool {
	for i := c.i + 1; i < len(c.r.elems); i++ {
		if e := c.r.at(i); e.sign("(", "[", ".") {
			return false
		} else if e.sign(")", "]") {
			return true
		}
	}
	return false
}

// relaxes: the bracket that opens here holds a second limit of what was compared before
// it: "(with liver metastases ≥ 5 x ULN)".
func (c *cutter) relaxes() bool {
	if c.b >= len(c.r.bounds) {
		return false
	}
	b := c.r.bounds[c.b]
	for i := c.i + 1; i < b.from; i++ {
		if c.r.at(i).sign(")", "]", ";") {
			return false
		}
	}
	return c.bounded(b)
}

// namesNothing: neither a comparison nor a state, treatment or event stands in the
// bracket that opens here.
func (c *cutter) namesNothing() bool {
	for i := c.i + 1; i < len(c.r.elems); i++ {
		e := c.r.at(i)
		if e.sign(")", "]") {
			break
		}
		if _, comparing := e.comparison(); comparing || e.term() != nil || e.is(notWord) || e.is(examples) || e.is(except) || e.sign("(", ";") {
			return false
		}
	}
	return true
}

// bounded: the sentence has bounded the same before.
func (c *cutter) bounded(b bound) bool {
	return c.sentence().some(func(p *part) bool { return slices.ContainsFunc(p.bounds, b.repeats) })
}

func (c *cutter) sentence() *sentence { return &c.out[len(c.out)-1] }

func (c *cutter) part() *part {
	s := c.sentence()
	return &s.parts[len(s.parts)-1]
}

// next opens a part; "no" reaches over the parts of its sentence.
func (c *cutter) next(j joint) {
	last := *c.part()
	silent := !last.says() && len(last.unread) == 0
	if silent && c.kindOfItsOwn(&last, j) {
		c.leave(strings.Join(last.words, " "))
		last = *c.part()
	} else if silent {
		c.goOn(j)
		return
	}
	denied := last.denied && !last.negative && (!last.within || j == byOr) && (last.says() || len(last.unread) == 0 || !strings.HasSuffix(last.unread[0], "able"))
	inside := c.depth > 0 && len(last.terms) > 0
	c.open(part{inside: inside || last.inside && c.depth > 0, before: j, denied: denied, carried: denied, clause: last.clause, allergic: c.allergic && c.leadsTo, other: last.other && c.r.kind == Inclusion || last.ahead, ahead: last.ahead, within: last.within && denied, needed: last.needed || c.needing(&last)})
}

// kindOfItsOwn: a part of which nothing was read names something by adjectives alone: "severe
// systemic disease or cancer", "severe respiratory, hepatic or renal disorders".
func (c *cutter) kindOfItsOwn(p *part, j joint) bool {
	n := len(p.words)
	if n > 0 && (j != loosely && c.r.kind == Exclusion || j == byOr && !p.denied) && len(p.narrow) > 0 && c.r.vocabulary.nouns.has(p.words[n-1]) {
		return true
	}
	return (c.r.kind == Exclusion || p.denied) && c.depth+1 > c.shown && c.namesOrgan(p)
}

// namesOrgan: the last word of a part is an organ of which something may be told, and stands
// for it.
func (c *cutter) namesOrgan(p *part) bool {
	return p.lastOrgan(&c.r.vocabulary.lists) && c.r.vocabulary.isAdjective(p.words[len(p.words)-1])
}

// goOn stays in a part that says nothing yet, or only an adjective: "untreated or
// symptomatic metastases".
func (c *cutter) goOn(j joint) {
	s, p := c.sentence(), c.part()
	n := len(s.parts)
	if p.before == loosely && len(p.words) == 0 {
		p.before, p.oxford = j, j == byOr && n > 1
	}
	if n > 1 && len(p.words) == 0 && c.others() && p.clause == s.parts[n-2].clause {
		p.clause++
	}
	if j == byOr && len(p.narrow) > 0 {
		p.narrow = adding(&c.room.narrow, p.narrow, "or")
	}
}

// needing: a part tells what treatment is required, "requires steroids or surgery".
func (c *cutter) needing(last *part) bool {
	if c.r.kind != Exclusion || !c.r.vocabulary.toCome.some(last.words) || len(last.terms) == 0 {
		return false
	}
	first := last.terms[0]
	for i := first.at - 1; i >= 0 && i >= first.at-maxFiller; i-- {
		if c.r.vocabulary.toCome.has(c.r.at(i).Text) {
			return first.concept.kind != "illness" && (first.concept.kind != "state" || c.r.vocabulary.drugStates.has(first.concept.code))
		}
	}
	return false
}

func (c *cutter) step() {
	r, e := c.r, &c.r.elems[c.i]
	s := c.sentence()
	switch {
	case c.b < len(r.bounds) && r.bounds[c.b].from == c.i:
		b := r.bounds[c.b]
		c.secondLimit(b)
		switch {
		case c.excepted > 0 && c.conditions(b):
			s.conditions = append(s.conditions, b)
			s.exception = adding(&c.room.exception, s.exception, r.words(b.from, b.to))
		case c.excepted > 0:
			s.relaxed = append(s.relaxed, b)
			s.clean++
			s.exception = adding(&c.room.exception, s.exception, r.words(b.from, b.to))
		default:
			if b.or || c.shown > 0 && c.r.kind == Exclusion {
				c.next(byOr)
			}
			p := c.part()
			p.bounds = adding(&c.room.bounds, p.bounds, b)
			s.after = s.after || s.modal
		}
		c.i, c.b = b.to, c.b+1
		return
	case c.w < len(r.windows) && r.windows[c.w].from == c.i:
		w := r.windows[c.w]
		switch {
		case c.excepted > 0:
			s.exception = adding(&c.room.exception, s.exception, r.words(w.from, w.to))
		case c.shown > 0 && c.depth >= c.shown && c.leadsUp():
			c.leave(r.words(w.from, w.to)) // "any treatment, including chemotherapy (< 21 days)": the time of an example
		case !w.none:
			p := c.part()
			p.runsOn = p.runsOn || c.r.kind == Exclusion && len(p.bounds) > 0 && c.runsOnFrom(&r.elems[c.i])
			p.windows = adding(&c.room.windows, p.windows, w)
		}
		c.i, c.w = w.to, c.w+1
		return
	case c.t < len(r.terms) && r.terms[c.t].at == c.i:
		c.term(e, s)
		c.t++
		c.reach(e)
	default:
		c.plain(e, s)
	}
	c.i++
}

// term takes a state, treatment or event.
func (c *cutter) term(e *element, s *sentence) {
	r, t := c.r, c.r.terms[c.t]
	switch {
	case c.excepted > 0:
		s.exception = adding(&c.room.exception, s.exception, r.words(c.i, c.i+1))
		s.excusing = append(s.excusing, t)
		s.clean = -1 << 10
	case c.shown > 0:
		c.example(t)
	case c.needs || c.allergen(t):
		c.narrower(e)
	case c.optional(t):
		if !c.r.unasked(t.at - 1) {
			c.leave(r.words(c.i, c.i+1))
		}
	default:
		if c.exemplary && (t.concept.kind == "treatment" || c.linked) {
			c.leave(r.words(c.i, c.i+1))
		}
		p := c.part()
		p.runsOn = p.runsOn || c.runsOn(e)
		p.terms = adding(&c.room.terms, p.terms, t)
		s.after = s.after || s.modal
		c.addWords(e)
	}
}

// reach counts a bracket that a name reaches into: "HCV (Ab" of "HCV (Ab+, unless cured)".
func (c *cutter) reach(e *element) {
	opened := 0
	for _, t := range c.r.toks[e.from:e.to] {
		switch {
		case t.kind != signToken:
		case t.Text == "(", t.Text == "[":
			opened++
		case t.Text == ")", t.Text == "]":
			opened--
		}
	}
	if opened > 0 {
		c.depth += opened
		c.opened = c.i
	}
}

// secondLimit: a comparison that repeats one before it holds under a condition, which
// is told behind it; one of something else ends that.
func (c *cutter) secondLimit(b bound) {
	s := c.sentence()
	seen := c.bounded(b)
	named := c.r.at(b.from).quantity() != nil
	switch {
	case c.excepted == 0 && seen && !b.or:
		c.excepted = c.depth + 1
	case c.excepted > 0 && !seen && named && !c.conditions(b) && len(s.relaxed) > 0 && !slices.ContainsFunc(s.relaxed, b.repeats):
		c.excepted = 0
		c.next(byAnd)
	}
}

// conditions: a comparison of something else tells when the second limit holds: "(≤ 5 x
// ULN if bilirubin is normal)".
func (c *cutter) conditions(b bound) bool {
	relaxed := c.sentence().relaxed
	if c.bounded(b) || len(relaxed) == 0 {
		return false
	}
	behind := relaxed[len(relaxed)-1].to
	if !c.r.vocabulary.conditional.has(strings.ToLower(c.r.words(behind, behind+1))) {
		return false
	}
	for i := behind + 1; i < b.from; i++ {
		if e := c.r.at(i); e.sign(",", ";", ".", ")", "]") || e.is(orWord|andWord) {
			return false
		}
	}
	return true
}

// plain takes an element that is nothing by itself.
func (c *cutter) plain(e *element, s *sentence) {
	text := strings.TrimSpace(c.r.text[e.Start:e.End])
	c.leadsTo = c.leadsTo || c.allergic && (e.sign(":", "(") || e.is(examples) || c.r.leads(e))
	switch {
	case c.divides(e, s, text):
	case c.excepted > 0 && e.sign("-") && c.r.at(c.i+1).is(orWord) && c.spaced(e):
		c.excepted = 0 // "arrhythmia - except with a pacemaker - or angina"
	case c.excepted > 0:
		c.exempt(e, s, text)
	case c.shown > 0 && c.exampled(e):
	case e.is(anyway):
		c.shown, c.idle = c.depth+1, true
	case e.is(examples):
		c.examples(text)
	case e.sign(":") && c.label():
	case c.exempts(e):
		s.exception = adding(&c.room.exception, s.exception, text)
		s.caused = s.caused || e.is(causes) && len(s.exception) == 1
		c.excepted, c.shown = c.depth+1, 0
	case c.needs && c.goesOnNeeding(e):
		c.needed(e, text)
	case c.joint(e):
	case c.r.kind == Exclusion && c.r.vocabulary.toCome.has(e.Text) && e.to == e.from+1 && (c.part().says() || c.ofNoun()):
		c.part().runsOn = c.part().runsOn || c.runsOn(e)
		c.addWords(e)
		c.needs = true
	case c.turns(e, s, text):
	default:
		c.word(e, s, text)
	}
}

// goesOnNeeding: e still tells what is needed.
func (c *cutter) goesOnNeeding(e *element) bool {
	return !e.is(permits|forbids) && !e.sign(",") && !(e.is(orWord) && (c.brief || c.r.vocabulary.verbs.has(c.r.at(c.i+1).Text)))
}

// divides takes a sign that ends a sentence or a part, or opens or closes a bracket.
func (c *cutter) divides(e *element, s *sentence, text string) bool {
	switch {
	case e.sign("-") && c.depth == 0 && c.dashes(e):
		c.begin()
	case e.sign(";") && c.depth > 0 && c.closes():
		c.next(loosely)
	case (e.sign(";") || e.note() && c.depth > 0) && c.relaxes():
		c.excepted = c.depth + 1
	case e.sign(";"), e.sign(".") && c.ends(e), e.note(), c.opensItem(e, text):
		alien := s.alien && (e.sign(";") || c.r.at(c.i+1).sign("("))
		c.begin()
		c.sentence().alien = alien // "household contact with persons with eczema; with children"
		if e.is(notWord) {
			c.deny(text)
		}
	case c.marksItem(e):
		c.begin()
		c.i++ // its bracket
	case e.sign("(", ")", "[", "]"):
		c.bracket(e)
	default:
		return false
	}
	return true
}

// note: the element is the word "note".
func (e *element) note() bool { return e.Text == "note" && e.End-e.Start == len("note") }

// marksItem: a letter or a small number before a bracket that closes none begins the next item
// of a list that has lost its lines: "AST ≤ 2.5 x ULN g) ALT ≤ 2.5 x ULN".
func (c *cutter) marksItem(e *element) bool {
	text := c.r.text
	if c.depth > 0 || c.i == 0 || c.empty() || e.to != e.from+1 || e.End-e.Start > len("12") || !c.r.at(c.i+1).sign(")") || text[e.Start-1] != ' ' {
		return false
	}
	first := text[e.Start]
	marks := e.kind == numberToken || e.kind == wordToken && e.End-e.Start == 1 && 'a' <= first && first <= 'z'
	behind := c.r.at(c.i + 1).End
	if !marks || behind+1 >= len(text) || text[behind] != ' ' || text[behind+1] < 'A' || text[behind+1] > 'Z' {
		return false
	}
	before := c.r.at(c.i - 1)
	return !before.is(orWord|andWord) && before.quantity() == nil && !c.r.choice()
}

// choice: the item says that one of what it lists is enough, or that all must come together.
func (r *clauseReader) choice() bool {
	r.walk.words = r.book.words(r.walk.words[:0], r.text)
	return r.sections.stems.In(r.walk.words) || r.sections.together.In(r.walk.words)
}

// label takes the colon behind a label, of a list or of those for whom something holds.
func (c *cutter) label() bool {
	switch {
	case c.deniedLabel():
		c.part().denied, c.part().unread, c.part().words = false, nil, nil
	case c.leading && c.depth == 0 && c.leads():
	case c.headsList():
		c.part().head = true
		c.next(loosely)
	default:
		return false
	}
	return true
}

// maxSexWords is how many words name a sex and nothing more: "for the males".
const maxSexWords = 3

// word takes a word that only adds to its part.
func (c *cutter) word(e *element, s *sentence, text string) {
	p := c.part()
	p.runsOn = p.runsOn || c.runsOn(e)
	before := len(p.words)
	c.addWords(e)
	if before == 0 && len(p.words) > 0 && c.r.vocabulary.verbs.has(p.words[0]) {
		c.opens()
	}
	if e.kind == numberToken && c.r.editionAt(c.i) || c.ofMeasurable(e) || e.is(imaging) && c.ofLesions() {
		return
	}
	_, comparing := e.comparison()
	p.numbers = p.numbers || comparing || e.kind == numberToken
	switch {
	case e.is(narrow) && c.toldTwice(p):
		s.after = s.after || s.modal
		c.leave(text)
	case e.is(narrow):
		if len(p.narrow) == 0 {
			p.narrowAt = c.i
		}
		p.narrow = adding(&c.room.narrow, p.narrow, p.words[before:]...)
	case e.is(past) || c.boundLater(e):
		s.after = s.after || s.modal && c.r.vocabulary.wasTaken.some(p.words[before:])
	case e.is(male) || e.is(female):
		s.male, s.female = s.male || e.is(male), s.female || e.is(female)
		if c.r.kind == Exclusion && e.to-e.from > maxSexWords {
			c.leave(strings.Fields(text)...) // "women of childbearing potential"
		}
	case c.matters(e):
		s.after = s.after || s.modal
		c.leaveAt(p, text)
	}
}

// matters: a word that is nothing by itself bears on who may join.
func (c *cutter) matters(e *element) bool {
	return !c.r.idle(c.i) && !e.is(anchor) || c.allergic && c.r.vocabulary.contents.has(e.Text)
}

// leaveAt leaves a word unread before, or behind, what the part names.
func (c *cutter) leaveAt(p *part, text string) {
	c.leave(text)
	if len(p.terms) == 0 {
		p.lead = len(p.unread)
	}
	if len(p.windows) > 0 {
		p.tail++
	}
}

// toldTwice: in a demand, adjectives stand before the illness, and another behind it is one
// more condition: "advanced melanoma that is refractory".
func (c *cutter) toldTwice(p *part) bool {
	return c.r.kind == Inclusion && !p.denied && len(p.narrow) > 0 && slices.ContainsFunc(p.terms, func(t term) bool {
		return t.concept.kind == "illness" && t.at > p.narrowAt
	})
}

// editionAt: the number at element i tells which edition of a standard is meant:
// "RECIST 1.1".
func (r *clauseReader) editionAt(i int) bool {
	k := i - 1
	for r.at(k).kind == signToken && k > i-3 {
		k--
	}
	return r.at(k).is(version)
}

// ends: a full stop ends a sentence unless it belongs to an abbreviation.
func (c *cutter) ends(e *element) bool {
	text := c.r.text
	word := e.Start
	for word > 0 && isLetter(text[word-1]) {
		word--
	}
	switch strings.ToLower(text[word:e.Start]) {
	case "e", "g", "i", "eg", "ie", "vs", "etc", "approx", "incl", "no", "dr", "st", "cf", "resp", "max", "min":
		return false
	}
	rest := strings.TrimLeft(text[e.End:], " \n\r\t)")
	return rest == "" || rest[0] < 'a' || rest[0] > 'z'
}

// empty: nothing that bears on anything has come in the sentence.
func (c *cutter) empty() bool {
	s := c.sentence()
	return len(s.parts) == 1 && !s.parts[0].says() && len(s.parts[0].unread) == 0
}
