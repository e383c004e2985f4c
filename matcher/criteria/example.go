package criteria

import (
	"slices"
	"strings"
)

// exampled takes a word among examples; an exception ends them.
func (c *cutter) exampled(e *element) bool {
	switch {
	case e.sign(",") || e.is(orWord|andWord):
		c.tied, c.adjectives = false, nil
	case e.is(except) && (c.r.kind == Exclusion || c.depth+1 <= c.shown || e.excludes()):
		return false
	case c.r.vocabulary.tests[e.Text] && len(c.part().examples) > 0:
		last := &c.part().examples[len(c.part().examples)-1]
		last.adjectives = append(slices.Clip(last.adjectives), e.Text) // "or tuberculosis by skin test"
	case c.r.vocabulary.links[e.Text]:
		c.tied = true
	case e.kind == wordToken && (e.is(narrow) || !c.r.idle(c.i)) && !e.is(except|notWord):
		c.adjectives = append(c.adjectives, e.Text)
	}
	return true
}

// examples passes over what only shows what is meant. Where what is meant was not
// read, the examples stand for it, and are not all of it.
func (c *cutter) examples(text string) {
	if c.part().says() {
		c.shown, c.idle = c.depth+1, false
		return
	}
	c.part().unread = append(c.part().unread, text)
	ahead := c.r.vocabulary.needed.some(c.part().words)
	c.exemplary, c.linked = true, slices.ContainsFunc(c.sentence().parts, part.links)
	c.next(loosely)
	c.part().other, c.part().ahead = ahead, ahead // "requirement for treatment such as surgery"
}

// example: what is named as an example of a ban is banned.
func (c *cutter) example(t term) {
	if c.idle || c.r.kind != Exclusion {
		return
	}
	p := c.part()
	if n := len(p.examples); n > 0 && c.tied && !c.r.vocabulary.general[p.examples[n-1].concept.code] {
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
	return last.kind == "treatment" || last.kind == "event" || c.r.vocabulary.drugStates[last.code] || !c.strangers()
}

// strangers: of something among the examples behind the comma nothing is read.
func (c *cutter) strangers() bool {
	for i := c.i + 2; i < len(c.r.elems); i++ {
		e := c.r.at(i)
		if e.sign(".", ";") || e.is(except) {
			break
		}
		if e.kind == wordToken && e.concept == nil && !e.names() && !e.is(past|narrow|examples|notWord|orWord|andWord) && !c.r.idle(i) {
			return true
		}
	}
	return false
}
