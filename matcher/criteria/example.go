package criteria

import (
	"slices"
	"strings"
)

// exampled takes a word among examples; an exception ends them.
func (c *cutter) exampled(e *element) bool {
	switch {
	case e.sign(",") || e.is(orWord|andWord):
		c.endExample()
	case c.depth+1 == c.shown && c.r.at(c.i-1).sign(",") && c.r.vocabulary.toCome.has(e.Text) && c.r.kind == Exclusion:
		c.shown = 0
		return false // "infection, including tuberculosis, requiring antibiotics"
	case e.is(permits) && c.r.kind == Exclusion && !c.idle:
		s := c.sentence()
		s.exception = adding(&c.room.exception, s.exception, e.Text) // "(e.g. hepatitis; those with vitiligo may join)"
	case e.is(except) && (c.r.kind == Exclusion || c.depth+1 <= c.shown || e.excludes()):
		return false
	case c.r.vocabulary.tests.has(e.Text) && len(c.part().examples) > 0:
		last := &c.part().examples[len(c.part().examples)-1]
		last.adjectives = append(slices.Clip(last.adjectives), e.Text) // "or tuberculosis by skin test"
	case c.r.vocabulary.links.has(e.Text):
		c.tied = true
	case e.kind == compareToken && !c.tied && c.named && len(c.adjectives) > 0:
		c.part().strange, c.part().endless = true, true // "including hepatitis B, or tuberculosis oxygen saturation < 90 %"
	case e.kind == wordToken && (e.is(narrow) || !c.r.idle(c.i)) && !e.is(except|notWord):
		c.adjectives = append(c.adjectives, e.Text)
	}
	return true
}

// endExample ends one example. One of which nothing is read may be none of what the fact of
// its kind knows: "heart disease such as a long QT interval".
func (c *cutter) endExample() {
	if c.shown > 0 && !c.idle && !c.named && len(c.adjectives) > 0 {
		c.part().strange = true
	}
	c.tied, c.adjectives, c.named = false, nil, false
}

// runsOn: behind a noun of which nothing is read may begin the next item of a list of bans
// that has lost its lines: "a waiting list patients with diabetes", "medical illness pregnancy".
func (c *cutter) runsOn(e *element) bool {
	if c.r.kind == Exclusion && c.runsOnFrom(e) {
		return true
	}
	l, before := &c.r.vocabulary.lists, c.r.at(c.i-1)
	if c.r.kind != Exclusion || c.i == 0 || before.kind != wordToken || before.known || before.term() != nil || l.isAdjective(before.Text) {
		return false
	}
	switch next := c.r.at(c.i + 1).Text; {
	case e.term() != nil:
		return l.nouns.has(before.Text) || l.lesions.has(before.Text)
	case l.people.has(e.Text) || e.is(male|female):
		return next == "with" || next == "who" || next == "being"
	}
	return e.Text == "history of"
}

// runsOnFrom: behind a name, without a sign or a word that ties it to that, begins what is banned
// next: "HIV infection requirement for steroids", or a limit of something else: "tuberculosis
// oxygen saturation < 90 %".
func (c *cutter) runsOnFrom(e *element) bool {
	if c.i == 0 || c.depth > 0 {
		return false
	}
	if before := c.r.at(c.i - 1); before.term() != nil && before.quantity() == nil {
		return e.Text == "requirement" && c.r.at(c.i+1).Text == "for"
	}
	if _, comparing := e.comparison(); !comparing || e.kind != compareToken || c.r.at(c.i+1).kind != numberToken {
		return false
	}
	strange := false
	for i := c.i - 1; i >= 0 && i >= c.i-maxFiller; i-- {
		b := c.r.at(i)
		if strange && (b.term() != nil && b.quantity() == nil || c.endsBound(i)) {
			return true
		}
		if b.kind != wordToken || c.r.vocabulary.links.has(b.Text) || b.is(defines|orWord|andWord|notWord|except|modal) {
			return false
		}
		strange = strange || b.term() == nil && !c.r.idle(i)
	}
	return false
}

// endsBound: the last limit ends behind element i.
func (c *cutter) endsBound(i int) bool { return c.b > 0 && c.r.bounds[c.b-1].to == i+1 }

// examples passes over what only shows what is meant. Where what is meant was not
// read, the examples stand for it, and are not all of it.
func (c *cutter) examples(text string) {
	next := c.i + 1
	if c.r.at(next).sign(",") {
		next++
	}
	purpose := c.r.at(next).Text == "for" && !c.r.at(next).is(examples) // "steroids, e.g. for an autoimmune disease"
	if c.part().says() || purpose {
		c.shown, c.idle = c.depth+1, purpose
		return
	}
	c.leave(text)
	ahead := c.r.vocabulary.needed.some(c.part().words)
	c.exemplary, c.linked = true, c.sentence().some((*part).links)
	c.next(loosely)
	c.part().other, c.part().ahead = ahead, ahead // "requirement for treatment such as surgery"
}

// example: what is named as an example of a ban is banned.
func (c *cutter) example(t term) {
	p := c.part()
	named := c.named
	c.named = true
	if c.idle || c.r.kind != Exclusion && !p.denied {
		return
	}
	if n := len(p.examples); n > 0 && c.tied && named && !c.r.vocabulary.general.has(p.examples[n-1].concept.code) {
		p.examples[n-1].adjectives = append(p.examples[n-1].adjectives, "with") // "autoimmune disease with CNS involvement"
		return
	}
	p.examples = append(p.examples, example{t, slices.Clip(c.adjectives)})
}

// showsBefore: the examples behind a comma are of what stands before it. A member of a list
// of illnesses of which nothing was read may be one beside them: "lung disease, including
// sleep apnoea".
func (c *cutter) showsBefore() bool {
	p, next := c.part(), c.r.at(c.i+1)
	if c.r.kind == Inclusion {
		return next.Text == "ie" && c.measures()
	}
	if len(p.terms) == 0 || !strings.HasPrefix(next.Text, "includ") {
		return p.says()
	}
	last := p.terms[len(p.terms)-1].concept
	return last.kind == "treatment" || last.kind == "event" || c.r.vocabulary.drugStates.has(last.code) || !c.strangers()
}

// strangers: of something among the examples behind the comma nothing is read.
func (c *cutter) strangers() bool {
	for i := c.i + 2; i < len(c.r.elems); i++ {
		e := c.r.at(i)
		if e.sign(".", ";") || e.is(except) || c.r.vocabulary.toCome.has(e.Text) && c.r.at(i-1).sign(",") {
			break
		}
		if e.kind == wordToken && e.concept == nil && !e.names() && !e.is(past|narrow|examples|notWord|orWord|andWord) && !c.r.idle(i) {
			return true
		}
	}
	return false
}

// unfold makes of each example a part of its own, of which the same is said; it stands for
// the last term of what it is an example of.
func (s *sentence) unfold(l *lists) {
	if !s.some(func(p *part) bool { return len(p.examples) > 0 || p.strange }) {
		return
	}
	var out []part
	for _, p := range s.parts {
		examples := p.examples
		out = append(out, p.byExamples(l))
		if n := len(p.terms); p.strange && n > 0 && (p.endless || l.loose.has(p.terms[n-1].concept.code)) {
			out = append(out, part{before: byOr, clause: p.clause, denied: p.denied, carried: p.denied, unread: []string{"such as"}, words: p.words})
		}
		p.examples = nil
		for _, x := range examples {
			e, t := p, x.term
			e.words, e.narrow = slices.Concat(p.words, x.adjectives), slices.Concat(p.narrow, x.adjectives)
			if t.concept.kind == "event" && len(p.terms) > 0 && p.terms[len(p.terms)-1].conditional() {
				e.unread, e.lead, e.tail, e.narrow = nil, 0, 0, x.adjectives // "an arterial thromboembolic event, including infarction"
			}
			e.terms, e.bounds, e.before = append(slices.Clone(p.terms[:max(0, len(p.terms)-1)]), t), nil, byOr
			out = append(out, e)
		}
	}
	s.parts = out
}

// byExamples keeps a general state, of which a fact knows more kinds than are meant, from
// deciding where examples tell what is: "heart disease such as infarction".
func (p part) byExamples(l *lists) part {
	if n := len(p.terms); len(p.examples) > 0 && n > 0 && l.headed.has(p.terms[n-1].concept.code) {
		p.unread = append(slices.Clip(p.unread), "such as")
	}
	p.examples = nil
	return p
}
