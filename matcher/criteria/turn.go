package criteria

import (
	"slices"
	"strings"
)

// allergen: the term behind an allergy only says what it is to.
func (c *cutter) allergen(t term) bool {
	switch {
	case t.concept.code == allergy:
		c.allergic, c.leadsTo = true, c.r.leads(c.r.at(t.at))
	case c.allergic && (t.concept.kind == "treatment" || t.concept.kind == "event" || c.r.vocabulary.drugStates.has(t.concept.code)):
		return true
	case !strings.HasSuffix(t.concept.code, "_allergy"):
		c.allergic = false
	}
	return false
}

// leads: a word of the element leads from an allergy to what it is to.
func (r *clauseReader) leads(e *element) bool {
	return slices.ContainsFunc(r.toks[e.from:e.to], func(t token) bool { return t.Text == "to" || t.Text == "against" || t.Text == "towards" })
}

// allergy is the concept of an allergy to whatever stands behind it.
const allergy = "hypersensitivity"

// optional: what is named may be or not, "with or without brain metastases", or stands in a list
// that begins so.
func (c *cutter) optional(t term) bool {
	for i := t.at - 1; i >= max(0, t.at-2*maxFiller); i-- {
		e := c.r.at(i)
		if c.r.eitherWay(e) {
			return true
		}
		if e.sign(".", ";", "(", ")", ":") || e.is(notWord|except|examples|permits|forbids) {
			return false
		}
	}
	return false
}

// unasked: element i is "with or without", or leads up to what follows that.
func (r *clauseReader) unasked(i int) bool {
	for ; i >= 0; i-- {
		e := r.at(i)
		if r.eitherWay(e) {
			return true
		}
		if e.kind != wordToken || e.term() != nil || e.is(orWord|andWord) {
			return false
		}
	}
	return false
}

// eitherWay: what follows element e may be or not.
func (r *clauseReader) eitherWay(e *element) bool {
	return e.Text == "with" && e.to > e.from+1 && r.toks[e.to-1].Text == "without"
}

// headsList: a general state stands before a colon, and what is meant behind it:
// "heart disease: infarction within 6 months, NYHA > II".
func (c *cutter) headsList() bool {
	p := c.part()
	return c.r.kind == Exclusion && len(p.terms) == 1 && len(p.bounds) == 0 && c.r.vocabulary.headed.has(p.terms[0].concept.code) && c.i+1 < len(c.r.elems)
}

// deniedLabel: "no" stands before a label, and what it denies is told behind the colon by
// what is sound: "No organ dysfunction: ejection fraction > 45 %".
func (c *cutter) deniedLabel() bool {
	p := c.part()
	return c.r.kind == Inclusion && p.denied && !p.says() && c.b < len(c.r.bounds)
}

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
	if c.r.kind == Exclusion && c.r.at(c.i-1).is(orWord) && !e.excludes() {
		return false // "or when he has": one more ban
	}
	if c.r.kind == Inclusion && e.Text == "despite" {
		return false // "neutrophils < 500 despite growth factors" asks for both
	}
	return e.is(except) && (c.r.kind == Exclusion || !c.empty() || c.toldFor() || len(c.out) > 1 && e.Text == "unless")
}

// toldFor: of words that ask for nothing, it is told for whom they are: "the Lansky scale is
// used for patients under 16".
func (c *cutter) toldFor() bool {
	return len(c.part().words) > 2 && c.b < len(c.r.bounds) && c.r.at(c.i).Text != "where"
}

// exempt takes a word of an exception.
func (c *cutter) exempt(e *element, s *sentence, text string) {
	s.exception = adding(&c.room.exception, s.exception, text)
	_, comparing := e.comparison()
	s.compares = s.compares || comparing && e.kind == compareToken
	s.obliges = s.obliges || e.is(modal) && e.Text == "must"
	next := c.r.at(c.i + 1).Text
	goesOn := e.is(andWord) && !s.permits && (c.r.vocabulary.verbs.has(next) || strings.HasPrefix(next, "agree"))
	if (e.is(modal) || goesOn) && c.r.kind == Inclusion && slices.Contains([]string{"if", "when", "for", "in"}, strings.ToLower(s.exception[0])) {
		s.further = true
	}
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
	c.leave(strings.Fields(c.r.words(c.i, c.i+1))...)
}

// needed takes a word behind "requiring".
func (c *cutter) needed(e *element, text string) {
	if e.kind == signToken {
		return
	}
	c.addWords(e)
	if !c.r.idle(c.i) && (!e.is(past) || strings.HasPrefix(e.Text, "antibod")) && !e.is(narrow) && !e.is(orWord) && !e.is(andWord) && !e.is(anchor) {
		c.leave(text)
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
		c.needs, c.brief = false, false
		c.next(byOr)
		c.part().slash = e.sign("/")
	case e.is(andWord) || e.sign("&"):
		c.next(byAnd)
	case e.sign(","):
		c.needs, c.brief = false, false
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
		return c.r.vocabulary.perUnits.has(behind.Text) || c.r.vocabulary.perUnits.has(before.Text)
	}
	return before.kind == numberToken && behind.kind == numberToken
}

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
	next := c.r.at(c.i + 1)
	for _, e := range [...]*element{next, c.r.at(c.i - 1)} {
		switch e.Text {
		case "which", "who", "whose", "that", "requiring", "needing":
			return true // "a disease that, if it came back, …"
		}
	}
	if next.is(narrow) && next.Text == "other" {
		return true // "surgery, other than diagnostic, within 4 weeks"
	}
	if c.mayBe(next.Text) && c.part().says() && c.r.kind == Exclusion && c.thatBefore(c.i+1) {
		return true // "…, could endanger the patient"
	}
	return next.is(defines) || next.is(examples) && c.showsBefore()
}

// turns takes a word that changes what its part or sentence says.
func (c *cutter) turns(e *element, s *sentence, text string) bool {
	switch {
	case e.is(alien):
		s.alien = true
	case e.is(aside) && c.tellsWhich():
		c.part().ahead = c.part().ahead || c.r.vocabulary.plans.has(e.Text)
		c.leave(text)
		c.needs, c.brief = true, true // "renal failure that cannot be managed by dialysis"
	case e.is(aside):
		c.part().other = true
		c.part().ahead = c.part().ahead || c.r.vocabulary.plans.has(e.Text)
		c.leave(text)
	case e.is(permits | forbids):
		c.allows(e, s, text)
	case c.restricts(e):
		c.restrict(e, s, text)
	case (e.is(modal) || e.sign(":") && c.labelled()) && c.given(s):
		if e.is(modal) && slices.ContainsFunc(c.part().terms, term.conditional) {
			c.next(byAnd)
		}
		c.opens()
	case e.is(defines) && c.definesMeasurable():
		c.shown, c.idle = c.depth+1, true // how a lesion is measured makes no difference
	case e.is(defines):
		c.define(s)
	case c.demands(e):
		words := c.part().words
		s.ofAll = !s.demands && len(s.parts) == 1 && len(words) == 1 && c.r.vocabulary.people.has(words[0])
		s.demands = true
	case e.is(except) && c.r.kind == Exclusion && c.r.at(c.i-1).is(orWord):
		c.part().other = true
		c.leave(text)
	case e.is(except) && e.Text != "despite":
		s.condition, c.leading = true, slices.Contains([]string{"for", "in", "if", "when"}, e.Text)
	case e.is(notWord) && c.r.at(c.i+1).is(causes):
		s.exception = adding(&c.room.exception, s.exception, text)
		c.excepted = c.depth + 1
	case e.is(notWord):
		c.deny(text)
	default:
		return false
	}
	return true
}

// tellsWhich: among bans, a "that" behind a state begins what makes it narrower: "a
// malignancy which is likely to need treatment".
func (c *cutter) tellsWhich() bool {
	p := c.part()
	if c.r.kind != Exclusion || len(p.terms) == 0 {
		return false
	}
	last := p.terms[len(p.terms)-1]
	if last.concept.kind != "illness" && last.concept.kind != "state" || c.r.vocabulary.drugStates.has(last.concept.code) {
		return false
	}
	for i := last.at + 1; i < c.i; i++ {
		if first := c.r.at(i).Text; first == "that" || first == "which" {
			return true
		}
	}
	return false
}

// allows takes a word that says what may be, or may not.
func (c *cutter) allows(e *element, s *sentence, text string) {
	switch {
	case c.depth > 0 && (e.is(forbids) || c.r.kind == Inclusion):
		c.remark(e, text)
	case e.is(permits):
		s.permits, s.aside = true, c.depth > 0 || len(s.parts) > 2
	default:
		s.forbids, s.forbidden = c.r.kind == Inclusion, c.part().clause
	}
}

// restrict takes a word that makes what stands before it narrower.
func (c *cutter) restrict(e *element, s *sentence, text string) {
	p := c.part()
	c.leave(text)
	if e.is(restricting) && p.before == byOr && len(p.words) == 0 {
		return // "drug abuse or, in the opinion of the investigator, …": a ban of its own
	}
	s.restricted = s.restricted || e.is(restricting)
	if n := len(s.parts); n > 1 && (p.slash || len(p.terms) == 0 && p.before == byOr) {
		s.parts[n-2].unread = append(s.parts[n-2].unread, text)
	}
}

// define takes the word that a definition begins with.
func (c *cutter) define(s *sentence) {
	if p := c.part(); !p.says() && c.b < len(c.r.bounds) && c.r.bounds[c.b].from-c.i <= maxFiller {
		p.unread, p.narrow = nil, nil // "obesity, defined as a BMI over 40" is a BMI over 40
	}
	s.defined = len(s.parts)
}

// remark takes a bracket that says what may or may not be for a remark: what it names is
// not asked for.
func (c *cutter) remark(e *element, text string) {
	p := c.part()
	p.terms = slices.DeleteFunc(slices.Clone(p.terms), func(t term) bool { return t.at > c.opened })
	p.other = p.other || !p.says()
	c.leave(text)
	s := c.sentence()
	alone := len(s.parts) < 3 && !s.tells(func(t term) bool { return t.concept.kind == "illness" })
	if (len(p.bounds) > 0 && p.numbers || e.is(permits) && p.says() && alone) && c.r.kind == Inclusion {
		s.exception = adding(&c.room.exception, s.exception, text) // "over 18 years (16 is allowable)"
	}
}

// demands: among bans, "must" says who may join after all.
func (c *cutter) demands(e *element) bool {
	first := c.r.at(c.i).Text
	return c.r.kind == Exclusion && e.is(modal) && (first == "must" || first == "should") && !(c.r.at(c.i+1).is(notWord) && c.r.at(c.i+1).Text != "negative")
}

// restricts: a clause behind a list of bans narrows all of it: "angina or a
// psychiatric illness that would limit compliance".
func (c *cutter) restricts(e *element) bool {
	if c.r.kind != Exclusion {
		return false
	}
	return c.mayBe(e.Text) && c.thatBefore(c.i) || e.is(restricting)
}

func (c *cutter) mayBe(word string) bool {
	return word == "would" || word == "could" || word == "may" || word == "might"
}

// thatBefore: a "that" stands shortly before element i, and no term between them.
func (c *cutter) thatBefore(i int) bool {
	for k := i - 1; k >= max(0, i-2*maxFiller) && c.r.at(k).term() == nil; k-- {
		if before := c.r.at(k).Text; before == "that" || before == "which" {
			return true
		}
	}
	return false
}

// labelled: a comparison heads what follows a colon: "under 16 years: …". A word between
// them may be the label of the next value: "age: 18 and over, performance status: 0-2".
func (c *cutter) labelled() bool {
	p := c.part()
	if len(p.bounds) == 0 || len(p.terms) > 0 {
		return false
	}
	if p.bounds[len(p.bounds)-1].names[0].code != "age" {
		return false
	}
	switch to := p.bounds[len(p.bounds)-1].to; c.i {
	case to:
		return true
	case to + 1:
		return !c.colonBefore()
	}
	return false
}

// colonBefore: a colon stands earlier in the sentence.
func (c *cutter) colonBefore() bool {
	for i := c.i - 1; i >= 0 && !c.r.at(i).sign(".", ";"); i-- {
		if c.r.at(i).sign(":") {
			return true
		}
	}
	return false
}

// given: what stands before a "must" is a condition for what follows it; it says
// so, unless it only names who is meant.
func (c *cutter) given(s *sentence) bool {
	if c.r.kind != Inclusion || s.modal || c.r.at(c.i-1).is(andWord) && !c.r.at(c.i-1).is(neutral) && !c.empty() || c.b < len(c.r.bounds) && c.bounded(c.r.bounds[c.b]) {
		return false // a limit that is told again is no condition
	}
	s.modal = true
	if c.severalLimits(s) || c.labelsAge(s) {
		return false // a list of values that has lost its lines
	}
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
	s.before, s.closed = len(s.parts), len(s.parts)
	if last := c.part(); !last.says() && len(last.unread) == 0 {
		s.before--
	}
	if !slices.ContainsFunc(c.part().terms, term.conditional) {
		s.closed-- // the last goes on
	}
	return true
}

// labelsAge: the sentence begins with the word age, and so tells no condition.
func (c *cutter) labelsAge(s *sentence) bool {
	for _, p := range s.parts {
		for _, b := range p.bounds {
			if b.names[0].code == "age" && strings.HasPrefix(c.r.at(b.from).Text, "age") && c.r.at(b.from).quantity() != nil && (b.from == 0 || c.r.at(b.from-1).sign(".", ";")) {
				return true
			}
		}
	}
	return false
}

// severalLimits: different things are bounded in the sentence so far.
func (c *cutter) severalLimits(s *sentence) bool {
	var first *quantity
	for _, p := range s.parts {
		for _, b := range p.bounds {
			if first != nil && b.names[0] != first {
				return true
			}
			first = b.names[0]
		}
	}
	return false
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

// negative: the word behind a state says that it is not so, "HIV negative". In a list
// without a word of its own for each, it may be meant of all of them.
func (c *cutter) negative(word string) bool {
	p, s := c.part(), c.sentence()
	if c.r.kind != Inclusion || word != "negative" && word != "seronegative" || p.denied || len(p.terms) != 1 || len(p.bounds)+len(p.unread) > 0 {
		return false
	}
	next := c.r.at(c.i + 1)
	ends := c.i+1 == len(c.r.elems) || next.sign(".", ",", ";", ")", "]") || next.is(andWord|orWord)
	if t := p.terms[0]; t.concept.kind != "state" || t.at != c.i-1 || !ends {
		return false
	}
	return !slices.ContainsFunc(s.parts[:len(s.parts)-1], func(before part) bool { return before.clause == p.clause && !before.negative })
}

// deniesEvent: what the "no" behind a comparison denies is an event: "hemoglobin ≥ 8 g/dL
// without transfusion".
func (c *cutter) deniesEvent() bool {
	if c.t >= len(c.r.terms) {
		return false
	}
	t := c.r.terms[c.t]
	return t.concept.kind == "event" && t.at-c.i <= maxFiller && (c.b >= len(c.r.bounds) || c.r.bounds[c.b].from > t.at)
}

// deny takes a "no" before what it denies; behind it, it is a word that was not
// read. Among bans, "must not have" says the same as the ban itself.
func (c *cutter) deny(text string) {
	p := c.part()
	first, _, _ := strings.Cut(strings.ToLower(text), " ")
	switch {
	case first == "negative" && c.r.at(c.i+1).sign("("):
		c.leave(text) // "Negative (CPS < 1)"
	case c.r.kind == Inclusion && len(p.bounds) > 0 && len(p.terms) == 0 && c.deniesEvent():
		c.next(byAnd)
		c.part().denied = true
	case c.negative(first):
		p.denied, p.negative = true, true
	case c.r.kind == Inclusion && slices.ContainsFunc(p.terms, func(t term) bool { return t.concept.code == measurable }):
		c.leave(text) // "a measurable lesion that was not irradiated"
		c.needs = true
	case c.r.kind == Inclusion && p.says() && !c.r.vocabulary.negatives.has(first):
		c.next(byAnd) // "lung cancer without brain metastases"
		c.part().clause++
		c.part().denied, c.part().within = true, true
	case p.says() || len(p.unread) > 0:
		p.other = p.other || !p.says() // "the biopsy shows no EGFR mutation"
		if c.r.kind == Exclusion && p.says() {
			c.needs, c.brief = true, true // "HIV without treatment"
		}
		c.leave(text)
		p.other = p.other || len(p.terms) > 0 && c.r.vocabulary.negatives.has(first)
	case c.r.kind == Exclusion && c.r.vocabulary.obliging.has(first):
	case c.r.kind == Exclusion && c.r.vocabulary.auxiliaries.has(first):
		// Among bans, "not receiving" may be meant either way.
		p.other = true
		c.leave(text)
	default:
		p.denied, p.carried = true, false
		if strings.HasSuffix(text, "history of") {
			p.words = adding(&c.room.words, p.words, "history") // which may choose what is denied
		}
	}
}
