package criteria

import (
	"slices"
	"strings"
)

// measurable is the concept of a lesion that can be measured.
const measurable = "measurable"

// ofMeasurable: the element belongs to what makes a lesion measurable, "≥ 10 mm", or
// counts one: "≥ 1 measurable lesion".
func (c *cutter) ofMeasurable(e *element) bool {
	next := c.r.at(c.i + 1)
	_, comparing := e.comparison()
	if t := next.term(); comparing && t != nil && t.code == measurable && strings.HasPrefix(next.Text, "1") {
		return true
	}
	if !c.measures() {
		return false
	}
	lengths := &c.r.vocabulary.lengths
	behind := comparing && next.kind == numberToken && lengths.has(c.r.at(c.i+2).Text)
	return behind || lengths.has(e.Text) || e.kind == numberToken && lengths.has(next.Text)
}

// ofLesions: the sentence speaks of lesions that can be measured or seen.
func (c *cutter) ofLesions() bool {
	return c.sentence().some(func(p *part) bool {
		return slices.ContainsFunc(p.terms, func(t term) bool { return t.concept.code == measurable }) || c.r.vocabulary.lesions.some(p.words)
	})
}

// definesMeasurable: it is measurable disease that is defined up to the end of the sentence.
func (c *cutter) definesMeasurable() bool {
	if !c.measures() {
		return false
	}
	for i := c.i + 1; i < len(c.r.elems); i++ {
		e := c.r.at(i)
		if e.sign(";") || e.sign(".") && c.ends(e) {
			return true
		}
		if c.r.vocabulary.concepts[measurable].senses[0].chosenBy(e.Text) || c.r.vocabulary.people.has(e.Text) || e.Text == "must" || e.is(notWord) || strings.Contains(e.Text, "irradiated") {
			return false
		}
	}
	return true
}

// measures: what stands before it is measurable disease.
func (c *cutter) measures() bool {
	return slices.ContainsFunc(c.part().terms, func(t term) bool { return t.concept.code == measurable })
}
