package matcher

import (
	"maps"

	"trialfinder/matcher/fact"
)

// Changed is the profile as it would be with another answer to a fact, or with none
// (nil). What followed from the old answer is gone, and what follows from the new one
// is there, a multiple of the laboratory's limit among it.
func (m *Matcher) Changed(p Profile, id string, v *fact.Value) Profile {
	out := p
	out.Contradictions = nil
	out.Facts = make(map[string]fact.Value, len(p.Facts))
	out.Given, out.Derived = maps.Clone(p.Given), maps.Clone(p.Derived)
	for given := range p.Given {
		out.Facts[given] = p.Facts[given]
	}
	for derived := range p.Derived {
		out.Facts[derived] = p.Facts[derived]
	}
	delete(out.Facts, id)
	delete(out.Given, id)
	for derived, from := range p.Derived {
		if from == id {
			delete(out.Facts, derived)
			delete(out.Derived, derived)
		}
	}
	if v != nil {
		out.Facts[id], out.Given[id] = *v, true
		m.derive(p, &out, id, *v)
	}
	m.imply(&out)
	return out
}

// derive reckons the multiple of the laboratory's limit anew where it was reckoned
// from the answer that has changed.
func (m *Matcher) derive(p Profile, out *Profile, id string, v fact.Value) {
	limit, ok := p.limit(id)
	if !ok || v.Never {
		return
	}
	of := id + ulnSuffix
	v.Span.Lo /= limit
	v.Span.Hi /= limit
	out.Facts[of], out.Derived[of] = v, id
}

// limit is the laboratory's upper limit, in the fact's unit, with which a value was given.
func (p *Profile) limit(id string) (float64, bool) {
	of := id + ulnSuffix
	if p.Derived[of] != id {
		return 0, false
	}
	value, times := p.Facts[id].Span.Lo, p.Facts[of].Span.Lo
	if value <= 0 || times <= 0 {
		return 0, false
	}
	return value / times, true
}

// differing are the facts of which two profiles do not know the same.
func (m *Matcher) differing(a, b Profile) idSet {
	var out idSet
	for _, pair := range [...][2]map[string]fact.Value{{a.Facts, b.Facts}, {b.Facts, a.Facts}} {
		for id, v := range pair[0] {
			if w, known := pair[1][id]; known && v.Equal(w) {
				continue
			}
			if at, ok := m.Facts.Index(id); ok {
				out.set(at)
			}
		}
	}
	return out
}
