package criteria

import "slices"

// exampled takes a word among examples; an exception ends them.
func (c *cutter) exampled(e *element) bool {
	switch {
	case e.sign(",") || e.is(orWord|andWord):
		c.tied, c.adjectives = false, nil
	case c.r.vocabulary.links[e.Text]:
		c.tied = true
	case e.kind == wordToken && (e.is(narrow) || !c.r.idle(c.i)) && !e.is(except|notWord):
		c.adjectives = append(c.adjectives, e.Text)
	case e.is(except) && (c.r.kind == Exclusion || c.depth+1 <= c.shown || e.excludes()):
		return false
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
