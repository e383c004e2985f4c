package criteria

import (
	"slices"
	"strings"
)

// sentences cuts the item into sentences and their parts.
func (r *clauseReader) sentences() []sentence {
	c := cutter{r: r}
	c.begin()
	for c.i < len(r.elems) {
		c.step()
	}
	return c.out
}

// cutter walks over the elements of an item with what was read of them.
type cutter struct {
	r         *clauseReader
	out       []sentence
	i         int
	b, t, w   int  // the next bound, term and window
	depth     int  // open brackets
	excepted  int  // 1 + the depth at which an exception runs; 0 = none
	shown     int  // the same for examples, of which only the names count
	idle      bool // not even those
	needs     bool // what follows a "requiring" narrows what stands before it
	flat      int  // 1 + the depth at which a bracket runs that names nothing; 0 = none
	leading   bool // a condition at the beginning runs
	exemplary bool // the treatments that follow are examples of something unread
	allergic  bool // what follows an allergy is what it is to
}

func (c *cutter) begin() {
	c.out = append(c.out, sentence{parts: []part{{}}})
	c.excepted, c.shown, c.depth, c.flat, c.needs, c.allergic, c.exemplary, c.leading = 0, 0, 0, 0, false, false, false, false
}

// bracket keeps count of the brackets; what began inside one ends with it.
func (c *cutter) bracket(e *element) {
	if e.sign("(", "[") {
		c.depth++
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
		c.shown = 0
	}
	if c.flat > c.depth+1 {
		c.flat = 0
	}
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
	return slices.ContainsFunc(c.sentence().parts, func(p part) bool { return slices.ContainsFunc(p.bounds, b.repeats) })
}

func (c *cutter) sentence() *sentence { return &c.out[len(c.out)-1] }

func (c *cutter) part() *part {
	s := c.sentence()
	return &s.parts[len(s.parts)-1]
}

// next opens a part; "no" reaches over the parts of its sentence.
func (c *cutter) next(j joint) {
	s := c.sentence()
	last := s.parts[len(s.parts)-1]
	if !last.says() && len(last.unread) == 0 { // nothing yet, or an adjective: "untreated or symptomatic metastases"
		if last.before == loosely && len(last.words) == 0 {
			s.parts[len(s.parts)-1].before = j
			s.parts[len(s.parts)-1].oxford = j == byOr && len(s.parts) > 1
		}
		if j == byOr && len(last.narrow) > 0 {
			c.part().narrow = append(c.part().narrow, "or")
		}
		return
	}
	denied := last.denied && (last.says() || len(last.unread) == 0 || !strings.HasSuffix(last.unread[0], "able"))
	inside := c.depth > 0 && len(last.terms) > 0
	s.parts = append(s.parts, part{inside: inside || last.inside && c.depth > 0, before: j, denied: denied, carried: denied, clause: last.clause, allergic: c.allergic, other: last.other && c.r.kind == Inclusion})
}

func (c *cutter) step() {
	r, e := c.r, &c.r.elems[c.i]
	s := c.sentence()
	switch {
	case c.b < len(r.bounds) && r.bounds[c.b].from == c.i:
		b := r.bounds[c.b]
		c.secondLimit(b)
		if c.excepted > 0 {
			s.relaxed = append(s.relaxed, b)
			s.clean++
			s.exception = append(s.exception, r.words(b.from, b.to))
		} else {
			if b.or || c.shown > 0 && c.r.kind == Exclusion {
				c.next(byOr)
			}
			c.part().bounds = append(c.part().bounds, b)
			s.after = s.after || s.modal
		}
		c.i, c.b = b.to, c.b+1
		return
	case c.w < len(r.windows) && r.windows[c.w].from == c.i:
		w := r.windows[c.w]
		if c.excepted > 0 {
			s.exception = append(s.exception, r.words(w.from, w.to))
		} else if !w.none {
			c.part().windows = append(c.part().windows, w)
		}
		c.i, c.w = w.to, c.w+1
		return
	case c.t < len(r.terms) && r.terms[c.t].at == c.i:
		switch {
		case c.excepted > 0:
			s.exception = append(s.exception, r.words(c.i, c.i+1))
			s.excusing = append(s.excusing, r.terms[c.t])
			s.clean = -1 << 10
		case c.shown > 0:
			c.example(r.terms[c.t])
		case c.needs || c.allergen(r.terms[c.t]):
			c.narrower(e)
		default:
			if c.exemplary && r.terms[c.t].concept.kind == "treatment" {
				c.part().unread = append(c.part().unread, r.words(c.i, c.i+1))
			}
			c.part().terms = append(c.part().terms, r.terms[c.t])
			s.after = s.after || s.modal
			c.addWords(e)
		}
		c.t++
	default:
		c.plain(e, s)
	}
	c.i++
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
	case c.excepted > 0 && !seen && named && len(s.relaxed) > 0 && !slices.ContainsFunc(s.relaxed, b.repeats):
		c.excepted = 0
		c.next(byAnd)
	}
}

// plain takes an element that is nothing by itself.
func (c *cutter) plain(e *element, s *sentence) {
	text := strings.TrimSpace(c.r.text[e.Start:e.End])
	switch {
	case e.sign(";") && c.relaxes():
		c.excepted = c.depth + 1
	case e.sign(";"), e.sign(".") && c.ends(e), strings.EqualFold(text, "note"):
		c.begin()
	case e.sign("(", ")", "[", "]"):
		c.bracket(e)
	case c.excepted > 0:
		c.exempt(e, s, text)
	case c.shown > 0 && !(e.is(except) && (c.depth+1 <= c.shown || e.excludes())):
	case e.is(anyway):
		c.shown, c.idle = c.depth+1, true
	case e.is(examples):
		c.examples(text)
	case c.exempts(e):
		s.exception = append(s.exception, text)
		s.caused = s.caused || e.is(causes) && len(s.exception) == 1
		c.excepted, c.shown = c.depth+1, 0
	case c.needs && !e.sign(","):
		c.needed(e, text)
	case c.joint(e):
	case c.r.kind == Exclusion && c.part().says() && slices.Contains(toCome, strings.ToLower(text)):
		c.addWords(e)
		c.needs = true
	case c.turns(e, s, text):
	default:
		c.word(e, s, text)
	}
}

// allergen: the term behind an allergy only says what it is to.
func (c *cutter) allergen(t term) bool {
	switch {
	case t.concept.code == allergy:
		c.allergic = true
	case c.allergic && (t.concept.kind == "treatment" || t.concept.kind == "event" || slices.Contains(drugs, t.concept.code)):
		return true
	case !strings.HasSuffix(t.concept.code, "_allergy"):
		c.allergic = false
	}
	return false
}

// allergy is the concept of an allergy to whatever stands behind it; drugs are states
// that are those of taking one.
const allergy = "hypersensitivity"

var drugs = []string{"steroids", "immunosuppressants", "anticoagulants"}

// excludes: the word says "but not", and not only "if".
func (e *element) excludes() bool {
	switch e.Text {
	case "unless", "except", "excepting", "excluding", "exception", "exceptions", "other", "apart", "but":
		return true
	}
	return e.Text == "with" && e.to > e.from+1 // "with the exception of"
}

// exempts: an exception begins; a demand can't begin with one, unless it goes on from
// the sentence before.
func (c *cutter) exempts(e *element) bool {
	return e.is(except) && (c.r.kind == Exclusion || !c.empty() || len(c.out) > 1 && e.Text == "unless")
}

// exempt takes a word of an exception.
func (c *cutter) exempt(e *element, s *sentence, text string) {
	s.exception = append(s.exception, text)
	if c.r.idle(c.i) {
		return
	}
	s.clean = -1 << 10
	s.alternative = s.alternative || e.is(orWord)
	s.loose = s.loose || !e.is(except) && !e.is(past) && !e.is(orWord)
}

// narrower takes a term behind "requiring", which makes what stands before it narrower.
func (c *cutter) narrower(e *element) {
	c.addWords(e)
	c.part().unread = append(c.part().unread, c.r.words(c.i, c.i+1))
}

// needed takes a word behind "requiring".
func (c *cutter) needed(e *element, text string) {
	if e.kind == signToken {
		return
	}
	c.addWords(e)
	if !c.r.idle(c.i) && !e.is(past) && !e.is(narrow) && !e.is(orWord) && !e.is(andWord) && !e.is(anchor) {
		c.part().unread = append(c.part().unread, text)
	}
}

// joint cuts at what joins parts.
func (c *cutter) joint(e *element) bool {
	switch {
	case e.is(notWord):
		return false
	case c.flat > 0 && (e.is(orWord) || e.is(andWord) || e.sign("/", "&", ",")):
	case e.is(orWord) || e.sign("/"):
		if c.ofNumbers(e) || c.part().says() && c.r.at(c.i-1).is(narrow) && c.r.at(c.i+1).is(narrow) {
			return true // "grade 3 or 4", "of acute or chronic infection"
		}
		c.next(byOr)
		c.part().slash = e.sign("/")
	case e.is(andWord) || e.sign("&"):
		c.next(byAnd)
	case e.sign(","):
		c.needs = false
		if c.leads() {
			break
		}
		if !c.relative() {
			c.next(loosely)
		}
	default:
		return false
	}
	return true
}

// ofNumbers: the joint stands between numbers or units, "grade 3 or 4", "mg/kg", or
// between the sexes.
func (c *cutter) ofNumbers(e *element) bool {
	before, behind := c.r.at(c.i-1), c.r.at(c.i+1)
	if before.is(male|female) && behind.is(male|female) {
		return true
	}
	if e.sign("/") {
		return slices.Contains(perUnits, behind.Text) || slices.Contains(perUnits, before.Text)
	}
	return before.kind == numberToken && behind.kind == numberToken
}

// perUnits stand behind a slash in a unit.
var perUnits = []string{"kg", "m2", "day", "d", "week", "mg", "mcg", "dl", "ml", "l", "hour", "h"}

// leads: a comma ends the condition that a demand begins with: "for patients with HCC, …".
func (c *cutter) leads() bool {
	if !c.leading || c.depth > 0 {
		return false
	}
	c.leading = false
	s := c.sentence()
	if !c.given(s) {
		return false
	}
	for i := range s.parts {
		s.parts[i].given = true
	}
	c.next(byAnd)
	c.part().clause++
	return true
}

// relative: what stands behind the comma only tells more of what stands before it.
func (c *cutter) relative() bool {
	return slices.Contains([]string{"which", "who", "whose", "that"}, c.r.at(c.i+1).Text)
}

// turns takes a word that changes what its part or sentence says.
func (c *cutter) turns(e *element, s *sentence, text string) bool {
	switch {
	case e.is(alien):
		s.alien = true
	case e.is(aside):
		c.part().other = true
		c.part().unread = append(c.part().unread, text)
	case e.is(permits):
		s.permits, s.aside = true, c.depth > 0 || len(s.parts) > 2
	case e.is(forbids):
		s.forbids = c.r.kind == Inclusion
	case c.restricts(e):
		s.restricted = s.restricted || e.is(restricting)
		c.part().unread = append(c.part().unread, text)
		if n := len(s.parts); n > 1 && (c.part().slash || len(c.part().terms) == 0 && c.part().before == byOr) {
			s.parts[n-2].unread = append(s.parts[n-2].unread, text)
		}
	case (e.is(modal) || e.sign(":") && c.labelled()) && c.given(s):
		if e.is(modal) && slices.ContainsFunc(c.part().terms, func(t term) bool { return t.concept.kind == "illness" }) {
			c.next(byAnd)
		}
		c.opens()
	case e.is(defines):
		s.defined = len(s.parts)
	case c.demands(e):
		s.demands = true
	case e.is(except):
		s.condition, c.leading = true, slices.Contains([]string{"for", "in", "if", "when"}, e.Text)
	case e.is(notWord) && c.r.at(c.i+1).is(causes):
		s.exception = append(s.exception, text)
		c.excepted = c.depth + 1
	case e.is(notWord):
		c.deny(text)
	default:
		return false
	}
	return true
}

// demands: among bans, "must" says who may join after all.
func (c *cutter) demands(e *element) bool {
	first := c.r.at(c.i).Text
	return c.r.kind == Exclusion && e.is(modal) && (first == "must" || first == "should") && !c.r.at(c.i+1).is(notWord)
}

// restricts: a clause behind a list of bans narrows all of it: "angina or a
// psychiatric illness that would limit compliance".
func (c *cutter) restricts(e *element) bool {
	if c.r.kind != Exclusion {
		return false
	}
	switch e.Text {
	case "would", "could", "may", "might":
		for i := c.i - 1; i >= max(0, c.i-2*maxFiller) && c.r.at(i).term() == nil; i-- {
			if before := c.r.at(i).Text; before == "that" || before == "which" {
				return true
			}
		}
	}
	return e.is(restricting)
}

// labelled: a comparison heads what follows a colon: "under 16 years: …".
func (c *cutter) labelled() bool {
	p := c.part()
	return len(p.bounds) > 0 && len(p.terms) == 0 && c.i <= p.bounds[len(p.bounds)-1].to+1
}

// given: what stands before a "must" is a condition for what follows it; it says
// so, unless it only names who is meant.
func (c *cutter) given(s *sentence) bool {
	if c.r.kind != Inclusion || s.modal || c.b < len(c.r.bounds) && c.bounded(c.r.bounds[c.b]) {
		return false // a limit that is told again is no condition
	}
	s.modal = true
	for _, p := range s.parts {
		s.given = append(s.given, p.bounds...)
		s.condition = s.condition || p.says() || len(p.unread) > 0 || len(p.windows) > 0
		s.vague = s.vague || len(p.terms) > 0 || len(p.unread) > 0 || len(p.windows) > 0
	}
	if len(s.given) > 0 {
		for i := range s.parts {
			s.parts[i].bounds = nil
		}
	}
	s.before = len(s.parts)
	return true
}

// boundLater: the quantity is named a second time before its number: "performance
// status of ECOG 0 to 1".
func (c *cutter) boundLater(e *element) bool {
	q := e.quantity()
	return q != nil && slices.ContainsFunc(c.r.bounds, func(b bound) bool { return slices.Contains(b.names, q) })
}

// opens: a clause of its own begins behind a joint.
func (c *cutter) opens() {
	p := c.part()
	if len(c.sentence().parts) > 1 && !p.says() && len(p.unread) == 0 {
		p.clause++
		p.other = false
		p.allergic, c.allergic = false, false
	}
}

// verbs open a clause of their own behind a joint: "or has had a stroke".
var verbs = []string{"has", "have", "had", "is", "are", "was", "were", "must", "should"}

// word takes a word that only adds to its part.
func (c *cutter) word(e *element, s *sentence, text string) {
	p := c.part()
	before := len(p.words)
	c.addWords(e)
	if before == 0 && len(p.words) > 0 && slices.Contains(verbs, p.words[0]) {
		c.opens()
	}
	if e.kind == numberToken && c.r.editionAt(c.i) {
		return
	}
	if _, comparing := e.comparison(); comparing || e.kind == numberToken {
		p.numbers = true
	}
	switch {
	case e.is(narrow):
		p.narrow = append(p.narrow, p.words[before:]...)
	case e.is(past) || c.boundLater(e):
	case e.is(male) || e.is(female):
		s.male, s.female = s.male || e.is(male), s.female || e.is(female)
	case !c.r.idle(c.i) && !e.is(anchor):
		s.after = s.after || s.modal
		p.unread = append(p.unread, text)
		if len(p.terms) == 0 {
			p.lead = len(p.unread)
		}
		if len(p.windows) > 0 {
			p.tail++
		}
	}
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

// adjectives are endings of words that only tell of which kind what follows is.
var adjectives = []string{"al", "ic", "ar", "ous", "ory", "ary", "ine", "eous"}

func isAdjective(word string) bool {
	return slices.ContainsFunc(adjectives, func(end string) bool { return len(word) > len(end)+2 && strings.HasSuffix(word, end) })
}

// examples passes over what only shows what is meant. Where what is meant was not
// read, the examples stand for it, and are not all of it.
func (c *cutter) examples(text string) {
	if c.part().says() {
		c.shown, c.idle = c.depth+1, false
		return
	}
	c.part().unread = append(c.part().unread, text)
	c.exemplary = true
	c.next(loosely)
}

// example: what is named as an example of a ban is banned.
func (c *cutter) example(t term) {
	if c.idle || c.r.kind != Exclusion {
		return
	}
	c.part().examples = append(c.part().examples, t)
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

// deny takes a "no" before what it denies; behind it, it is a word that was not
// read. Among bans, "must not have" says the same as the ban itself.
func (c *cutter) deny(text string) {
	p := c.part()
	first, _, _ := strings.Cut(strings.ToLower(text), " ")
	switch {
	case first == "negative" && c.r.at(c.i+1).sign("("):
		p.unread = append(p.unread, text) // "Negative (CPS < 1)"
	case p.says() || len(p.unread) > 0:
		p.unread = append(p.unread, text)
		p.other = p.other || len(p.terms) > 0 && slices.Contains([]string{"negative", "absent", "seronegative", "negativity"}, first)
	case c.r.kind == Exclusion && (first == "must" || first == "should" || first == "may" || first == "cannot"):
	case c.r.kind == Exclusion && (first == "not" || first == "does" || first == "do" || first == "has" || first == "have" || first == "is" || first == "are"):
		// Among bans, "not receiving" may be meant either way.
		p.other = true
		p.unread = append(p.unread, text)
	default:
		p.denied, p.carried = true, false
	}
}

func (c *cutter) addWords(e *element) {
	for _, t := range c.r.toks[e.from:e.to] {
		if t.kind == wordToken || t.kind == numberToken {
			c.part().words = append(c.part().words, t.Text)
		}
	}
}
