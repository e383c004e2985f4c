package criteria

import (
	"slices"
	"strings"
)

// share gives what stands once in a list to all of it: one stretch of time, and
// the adjectives before its first member.
func (s *sentence) share(r *clauseReader) {
	windows, only := s.windows(r.over)
	if r.kind == Inclusion && len(s.parts) > 1 {
		// Where nothing comes of a list of demands, what is left of it is told as it was.
		s.parts = adding(&r.room.parts.parts, nil, s.parts...)
		s.joinExhausted()
	}
	s.lendTail(r.kind, &r.vocabulary.lists)
	s.lendObject(r)
	if r.kind == Inclusion {
		s.spreadAside()
	}
	s.definition(r.kind)
	s.dropHeads()
	s.dangling()
	s.dropTwins()
	s.lendHeads(r)
	s.lendEvidence(&r.vocabulary.lists)
	s.carryDenial()
	s.unfold(&r.vocabulary.lists)
	if windows > 1 {
		s.lend()
	}
	clause, tail := 0, []string(nil)
	if windows == 1 {
		clause, tail = s.holder(only)
	}
	var adjectives []string
	for i := range s.parts {
		p := &s.parts[i]
		if windows == 1 && len(p.terms) > 0 {
			w := *only
			w.lent = w.text == "" && p.clause != clause
			if len(p.windows) == 0 && !w.lent && len(tail) > 0 {
				p.unread = append(slices.Clone(p.unread), tail...)
			}
			p.windows = adding(&r.room.parts.windows, nil, w)
		}
		if i > 0 && p.clause != s.parts[i-1].clause || slices.ContainsFunc(p.words, func(w string) bool { return w == "positive" || w == "serology" || w == "seropositive" }) {
			adjectives = nil
		}
		if i > 0 {
			p.follow(&s.parts[i-1], &r.vocabulary.lists)
			p.sharesState(&s.parts[i-1])
		}
		if r.kind == Inclusion || p.denied {
			r.longAgo(p)
		}
		if i > 0 && r.kind == Inclusion {
			p.alsoLongAgo(&s.parts[i-1])
		}
		adjectives = r.shareAdjectives(p, adjectives, len(s.parts) == 2 && i == 0)
	}
}

// windows counts the stretches of time of a sentence and gives the last; where it has none,
// that of the stem over it counts.
func (s *sentence) windows(over *window) (count int, last *window) {
	for i := range s.parts {
		if told := s.parts[i].windows; len(told) > 0 {
			count, last = count+len(told), &told[len(told)-1]
		}
	}
	if last == nil && over != nil {
		return 1, over
	}
	return count, last
}

// joinExhausted takes into one part what says in several ways, of one illness, that the
// standard treatment has been tried or can't be had: "a tumor that is refractory to or not
// a candidate for standard therapy, or for which there is none".
func (s *sentence) joinExhausted() {
	if !s.some((*part).onlyExhausted) {
		return // as it is with nearly all
	}
	out := s.parts[:1:1]
	for _, p := range s.parts[1:] {
		before := &out[len(out)-1]
		if p.before != byOr || !p.onlyExhausted() || p.denied != before.denied || !slices.ContainsFunc(before.terms, func(t term) bool { return t.concept.kind == "illness" }) {
			out = append(out, p)
			continue
		}
		before.terms = append(slices.Clip(before.terms), p.terms...)
		before.unread, before.words = append(slices.Clip(before.unread), p.unread...), append(slices.Clip(before.words), p.words...)
	}
	s.parts = out
}

// onlyExhausted: it says that the standard treatment has been tried, and no more.
func (p *part) onlyExhausted() bool {
	return len(p.terms) > 0 && len(p.bounds)+len(p.windows) == 0 && !slices.ContainsFunc(p.terms, func(t term) bool { return t.concept.code != "standard_exhausted" && t.concept.code != "no_curative" })
}

// shareAdjectives gives a part those that stand before the list, and tells which ones the
// next part has.
func (r *clauseReader) shareAdjectives(p *part, adjectives []string, firstOfTwo bool) []string {
	if len(p.narrow) > 0 {
		return p.narrow
	}
	if first := p.leadsUp(); first != "" {
		return []string{first}
	}
	if firstOfTwo {
		if first := r.leadingName(p); first != "" {
			return []string{first}
		}
	}
	if len(p.terms) > 0 && !(p.terms[0].concept.code == allergy && slices.Contains(p.words, "known")) {
		p.narrow = adjectives
		p.words = append(p.words, adjectives...)
	}
	return adjectives
}

// leadingName gives the adjective that is part of a name but may hold for what follows,
// too: "uncontrolled hypertension or diabetes".
func (r *clauseReader) leadingName(p *part) string {
	if len(p.terms) != 1 || p.terms[0].concept.kind != "state" {
		return ""
	}
	first, _, several := strings.Cut(strings.ToLower(r.words(p.terms[0].at, p.terms[0].at+1)), " ")
	if !several || !r.vocabulary.shared.has(first) {
		return ""
	}
	return first
}

// sharesState gives an illness that is one more of a list the state before the first:
// "relapsed neuroblastoma or Wilms tumor".
func (p *part) sharesState(before *part) {
	if p.clause != before.clause || !p.ofIllness() || len(before.terms) < 2 {
		return
	}
	first := before.terms[0]
	if first.concept.code == "relapsed" && first.at < before.terms[len(before.terms)-1].at {
		p.terms = append([]term{first}, p.terms...)
	}
}

// leadsUp gives the adjective of a general term that leads up to another: "active
// infections of HIV or hepatitis B".
func (p *part) leadsUp() string {
	if len(p.terms) < 2 || p.terms[0].concept.code != "infection" || len(p.words) == 0 {
		return ""
	}
	for _, w := range p.words {
		if w == "active" || w == "chronic" || w == "acute" {
			return w
		}
	}
	return ""
}

// follow gives to a treatment that is one more of a list what stands before the list:
// "side effects that ended treatment with A or B".
func (p *part) follow(before *part, l *lists) {
	if before.clause == p.clause && len(p.terms) > 0 && l.now.some(before.words) && !l.now.some(p.words) && !l.wasTaken.some(before.words) {
		p.words = append(slices.Clone(p.words), "current")
	}
	if before.clause == p.clause && len(p.terms) > 0 && slices.Contains(before.words[:min(len(before.words), 2)], "on") && !l.now.some(p.words) && !l.wasTaken.some(p.words) {
		p.words = append(slices.Clone(p.words), "current") // "patients on immunosuppression or chemotherapy"
	}
	if before.clause == p.clause && before.lead > 0 && p.happened() && before.happened() {
		p.lead = before.lead + p.lead
		p.unread = append(slices.Clone(before.unread[:before.lead]), p.unread...)
	}
}

// lend gives to what has no stretch of time of its own the next one in the list, "A or B
// within 3 months, C within 6 months"; behind the last, it may be meant with it.
func (s *sentence) lend() {
	var next *window
	for i := len(s.parts) - 1; i >= 0; i-- {
		p := &s.parts[i]
		if len(p.windows) > 0 {
			next = &p.windows[0]
		} else if next != nil && len(p.terms) > 0 && p.clause == s.parts[i+1].clause {
			p.windows = []window{*next}
		}
	}
	var last *window
	for i := range s.parts {
		p := &s.parts[i]
		if len(p.windows) > 0 {
			last = &p.windows[0]
		} else if last != nil && len(p.terms) > 0 {
			w := *last
			w.lent = true
			p.windows = []window{w}
		}
	}
}

// holder gives the clause that a stretch of time stands in, and the words behind it
// that bear on what it is lent to as well.
func (s *sentence) holder(w *window) (clause int, tail []string) {
	for _, p := range s.parts {
		if slices.ContainsFunc(p.windows, func(o window) bool { return o.from == w.from }) {
			return p.clause, p.unread[len(p.unread)-min(p.tail, len(p.unread)):]
		}
	}
	return 0, nil
}

// definition: of what a definition joins by "and", no part is all that is meant.
func (s *sentence) definition(kind Kind) {
	if s.defined == 0 || s.defined >= len(s.parts) {
		return
	}
	if kind == Inclusion {
		s.shownBy()
	}
	if s.defined >= len(s.parts) {
		return
	}
	rest := s.parts[s.defined-1:]
	if kind == Exclusion && rest[len(rest)-1].saysMore() {
		for i := range rest[:len(rest)-1] {
			if len(rest[i].bounds) == 0 { // "HBsAg or HBV core antibody with a viral load above the limit"
				rest[i].unread = append(rest[i].unread, "defined as")
			}
		}
		return
	}
	if !slices.ContainsFunc(rest[1:], func(p part) bool { return p.before == byAnd }) {
		return
	}
	for i := range rest {
		rest[i].unread = append(rest[i].unread, "defined as")
	}
}

// saysMore: behind what the part names stands more that was not read.
func (p *part) saysMore() bool { return p.says() && len(p.unread) > p.lead }

// shownBy takes into what is defined the ways to show it of which nothing was read: they are
// no other ways in, "a relapse, confirmed by imaging or biopsy".
func (s *sentence) shownBy() {
	out := slices.Clip(s.parts[:s.defined])
	head := &out[len(out)-1]
	for _, p := range s.parts[s.defined:] {
		if len(head.terms) > 0 && p.before == byOr && p.clause == head.clause && !p.says() && !p.denied && len(p.unread) > 0 {
			head.unread = append(slices.Clip(head.unread), p.unread...)
			continue
		}
		out = append(out, p)
	}
	s.parts = out
}

// dropHeads leaves a general state to the list that tells what is meant by it.
func (s *sentence) dropHeads() {
	for i := range s.parts {
		p := &s.parts[i]
		if p.head && i+1 < len(s.parts) && s.parts[i+1].says() {
			p.terms, p.unread, p.narrow = nil, nil, nil
		}
	}
}

// dropTwins leaves out what a slash only says in another way: "colorectal cancer with mismatch
// repair deficiency/microsatellite instability".
func (s *sentence) dropTwins() {
	for i := len(s.parts) - 1; i > 0; i-- {
		p, before := s.parts[i], &s.parts[i-1]
		n := len(before.terms)
		if p.slash && n > 1 && len(p.terms) == 1 && len(p.bounds)+len(p.windows) == 0 && p.terms[0].concept == before.terms[n-1].concept {
			before.unread = append(slices.Clip(before.unread), p.unread...)
			s.parts = slices.Delete(slices.Clone(s.parts), i, i+1)
		}
	}
}

// lendHeads gives a part of adjectives the head that stands in the next: "ocular or
// mucosal melanoma".
func (s *sentence) lendHeads(r *clauseReader) {
	l := &r.vocabulary.lists
	s.reacts(l)
	for i := len(s.parts) - 2; i >= 0; i-- {
		p, next := &s.parts[i], &s.parts[i+1]
		if n := len(p.words); n > 0 && l.responses.has(p.words[n-1]) && !p.says() {
			continue
		}
		if len(next.terms) > 0 && next.terms[0].concept.code == allergy && !p.says() && len(p.unread) > 0 && p.clause == next.clause && p.denied == next.denied {
			p.allergic = true // "penicillin or gentamicin allergy"
			continue
		}
		if n := len(p.words); n > 0 && l.nouns.has(p.words[n-1]) {
			continue // "psychotic diseases, epilepsy"
		}
		if p.says() || len(p.unread) == 0 || len(next.terms) == 0 || next.before == byAnd || p.other || p.denied != next.denied || p.numbers || p.clause != next.clause {
			continue
		}
		if first := r.word(next.terms[0].at); len(first) > 0 && l.isAdjective(strings.ToLower(first)) {
			continue // "medical or psychiatric illness" names two kinds
		}
		if p.lastOrgan(l) && !r.ofCancer(next.terms[:1]) && !strings.HasPrefix(next.terms[0].concept.code, "infecti") {
			continue // "hepatic or bone disease"
		}
		if !slices.ContainsFunc(p.unread, func(w string) bool { return !l.isAdjective(strings.ToLower(w)) }) {
			p.terms = next.terms[:1]
			if len(next.terms) > 1 && l.general.has(next.terms[0].concept.code) {
				p.terms = next.terms // "historical or active infection with hepatitis B"
			}
		}
	}
}

// reacts takes back that a part is about an allergy where it ends in a response of another kind:
// "an allergic or immune-mediated reaction".
func (s *sentence) reacts(l *lists) {
	for i := range s.parts {
		p := &s.parts[i]
		reaction := func(w string) bool { return w == "reaction" || w == "reactions" }
		if n := len(p.words); p.allergic && len(p.terms) == 0 && n > 0 && (l.responses.has(p.words[n-1]) || slices.ContainsFunc(p.words, reaction)) {
			p.allergic = false
		}
	}
}

// lastOrgan: the last word is an organ's.
func (p *part) lastOrgan(l *lists) bool {
	return len(p.words) > 0 && l.organs.has(p.words[len(p.words)-1])
}

// lendEvidence gives to every member of a list the test or the history that is told at its
// head or its end, where that makes something else of it: "serological evidence of HIV or
// syphilis".
func (s *sentence) lendEvidence(l *lists) {
	first, last := &s.parts[0], &s.parts[len(s.parts)-1]
	if first == last {
		return
	}
	var told []string
	for _, p := range [...]*part{first, last} {
		for _, w := range p.words {
			if l.evidence.has(w) || l.grades.has(w) {
				told = append(told, w)
			}
		}
	}
	if len(told) == 0 {
		return
	}
	for i := range s.parts {
		p := &s.parts[i]
		for _, w := range told {
			chooses := func(t term) bool {
				return slices.ContainsFunc(t.concept.senses, func(s sense) bool { return s.narrow && slices.Contains(s.when, w) || l.grades.has(w) && s.graded(w) })
			}
			if p.clause == first.clause && slices.ContainsFunc(p.terms, chooses) && !slices.Contains(p.words, w) {
				p.words = append(slices.Clone(p.words), w)
			}
		}
	}
}

// carryDenial takes a "without" over the commas of a list that an "or" ends: "without
// heart failure, angina or diabetes".
func (s *sentence) carryDenial() {
	for i := 1; i < len(s.parts); i++ {
		p, before := &s.parts[i], &s.parts[i-1]
		if before.denied && before.within && !p.denied && p.before == loosely && p.clause == before.clause && p.unwanted() && s.endsInOr(i) {
			p.denied, p.carried, p.within = true, true, true
		}
	}
}

// unwanted: nothing but states and events is named that nobody is asked to have.
func (p *part) unwanted() bool {
	return len(p.terms) > 0 && len(p.bounds) == 0 && !slices.ContainsFunc(p.terms, func(t term) bool { return t.concept.kind != "event" && !t.conditional() })
}

// endsInOr: the list that goes on from part i by commas ends in an "or".
func (s *sentence) endsInOr(i int) bool {
	for k := i + 1; k < len(s.parts) && s.parts[k].clause == s.parts[i].clause; k++ {
		if s.parts[k].before != loosely {
			return s.parts[k].before == byOr
		}
	}
	return false
}

// lendTail gives what stands behind the last of a list to those before it: "surgery or
// radiotherapy of the knee", among demands "melanoma or sarcoma that has come back".
func (s *sentence) lendTail(kind Kind, l *lists) {
	for i := len(s.parts) - 2; i >= 0; i-- {
		p, next := &s.parts[i], &s.parts[i+1]
		if kind == Exclusion && (p.lendsWithout(next) || l.lendsMeasured(p, next)) {
			continue
		}
		if p.clause != next.clause || next.before == byAnd || len(p.unread) > 0 || len(p.terms) == 0 {
			continue
		}
		if (kind == Exclusion || p.denied && next.denied) && next.before == byOr && p.shares(next, l) {
			p.unread = []string{strings.Join(next.words, " ")}
			continue
		}
		needs := kind == Exclusion && next.needs(p, l)
		switch {
		case needs && p.ofDiseases(next, l):
			p.unread = []string{strings.Join(next.words, " ")}
		case len(next.unread) > next.lead && (p.happened() && next.happened() || kind == Inclusion && p.ofIllness() && next.ofIllness()):
			p.unread = slices.Clone(next.unread[next.lead:])
		case kind == Inclusion && p.ofIllness() && s.lastOf(i).treatsBehind():
			p.unread = []string{"with what stands behind the list"}
		case needs && p.sameState(next):
			p.words = append(slices.Clip(p.words), "requiring") // "an effusion or ascites requiring drainage"
			p.unread = []string{strings.Join(next.words, " ")}
		case p.happened() && next.meansPlace(l):
			p.unread = slices.Clone(next.unread) // "surgery or trauma of the study joint"
		}
	}
}

// shares: of the next of two bans something is told that was not read, and that is meant of both:
// "autoimmune disease or syndrome requiring steroids", "infections or lesions on the knee",
// "pleural effusion or ascites of over 1 litre", "MSI-H/dMMR colorectal cancer".
func (p *part) shares(next *part, l *lists) bool {
	return next.onlyNoun(l) && len(next.unread) > 0 || p.surfaceAntigen() && next.viralLoad() || p.endsInState() && next.placed(l) || next.sized(p) ||
		next.slash && p.sameState(next) && len(next.words) > len(p.words)
}

// spreadAside takes a spread to the liver that stands by itself among limits for the condition of
// one of them: "AST ≤ 3 x ULN or, with liver metastases, ≤ 5 x ULN".
func (s *sentence) spreadAside() {
	if len(s.relaxed) == 0 && !s.some(func(p *part) bool { return len(p.bounds) > 0 }) {
		return
	}
	for i := range s.parts {
		if p := &s.parts[i]; p.before == byOr && !p.denied && !p.given && len(p.terms) == 1 && p.terms[0].concept.code == "liver_mets" && len(p.bounds) == 0 {
			p.unread, p.terms = append(slices.Clip(p.unread), "liver metastases"), nil
		}
	}
}

// lendObject tells of illnesses in a list of bans that they are only what something is for
// that stands behind the last: "influenza or any other coronavirus vaccine".
func (s *sentence) lendObject(r *clauseReader) {
	for i := len(s.parts) - 2; i >= 0 && r.kind == Exclusion; i-- {
		p, next := &s.parts[i], &s.parts[i+1]
		if p.clause == next.clause && next.before == byOr && p.endsInIllness(r) && (next.object || r.namesObject(next)) {
			p.object = true
		}
	}
}

// endsInIllness: the name of an illness ends the part.
func (p *part) endsInIllness(r *clauseReader) bool {
	n := len(p.terms)
	if n == 0 || !p.terms[n-1].ofIllness() {
		return false
	}
	next := r.at(p.terms[n-1].at + 1)
	return next.is(orWord) || next.sign(",", "/") || r.lastWord(p.terms[n-1].at) == p.words[len(p.words)-1]
}

// ofIllness: what the term says is told by the illnesses of the person.
func (t term) ofIllness() bool {
	return t.concept.kind == "illness" || t.concept.kind == "state" && len(illnesses(t.concept.senses[len(t.concept.senses)-1].rule)) > 0
}

// namesObject: an illness in the part is what a treatment, a vaccine or a study is for, or
// another one is, of which nothing was read.
func (r *clauseReader) namesObject(p *part) bool {
	if p.says() {
		last := p.terms[max(0, len(p.terms)-1):]
		return len(last) > 0 && last[0].ofIllness() && (r.treats(last[0].at+1) || r.studied(last[0]))
	}
	if len(p.unread) == 0 || len(p.words) == 0 {
		return false
	}
	named := slices.IndexFunc(p.words, func(w string) bool { return r.vocabulary.treats.has(w) })
	if named < 0 || r.vocabulary.links.some(p.words[:named]) {
		return false
	}
	first := p.words[0] == "other" || p.words[0] == "another" || p.words[0] == "any"
	return first && slices.ContainsFunc(p.unread, func(said string) bool { return r.vocabulary.treats.has(said[strings.LastIndexByte(said, ' ')+1:]) })
}

// graded: a grade and another word choose the sense.
func (s *sense) graded(grade string) bool {
	return slices.ContainsFunc(s.when, func(w string) bool { return strings.HasPrefix(w, grade+"+") })
}

// endsInState: nothing stands behind the state that it names.
func (p *part) endsInState() bool {
	return len(p.terms) == 1 && len(p.bounds)+len(p.windows) == 0 && p.tail == 0 && len(p.unread) == p.lead && p.terms[0].concept.kind == "state"
}

// placed: it names nothing that was read, and says where on the body it is.
func (p *part) placed(l *lists) bool {
	at := slices.IndexFunc(p.words, func(w string) bool { return l.places.has(w) })
	return at > 0 && !p.says() && len(p.unread) > 0 &&
		slices.ContainsFunc(p.words[at:], func(w string) bool { return l.body.has(w) || l.organs.has(w) })
}

// sized: behind what it names stands a size that was not read, and behind what the part before
// it names, which is like it, none.
func (p *part) sized(before *part) bool {
	return p.numbers && !p.other && !before.numbers && len(p.terms) == 1 && len(before.terms) == 1 && len(p.unread) > p.lead && p.terms[0].concept.sameFacts(before.terms[0].concept) && p.terms[0].concept.code != "pregnant" && len(p.bounds)+len(before.bounds)+len(p.windows) == 0
}

// sameFacts: in the end both ask the same fact first.
func (c *concept) sameFacts(o *concept) bool {
	if c == o || len(c.senses) == 0 || len(o.senses) == 0 {
		return c == o
	}
	mine, theirs := factsOf(c.senses[len(c.senses)-1].rule), factsOf(o.senses[len(o.senses)-1].rule)
	return len(mine) > 0 && len(theirs) > 0 && mine[0] == theirs[0] && mine[0] != "condition"
}

// lendsWithout gives a limit the "without" behind the next: "platelets < 75 or neutrophils
// < 1 without another reason".
func (p *part) lendsWithout(next *part) bool {
	lends := next.before != byAnd && p.onlyBounds() && next.onlyBounds() && slices.Contains(next.unread, "without")
	if lends {
		p.unread = slices.Clone(next.unread)
	}
	return lends
}

// lendsMeasured gives to the next limit of a state what is told of that: "hypertension in spite
// of treatment (systolic ≥ 160 or diastolic ≥ 100 mmHg)".
func (l *lists) lendsMeasured(p, next *part) bool {
	lends := p.clause == next.clause && len(p.unread) > 0 && (l.treats.some(p.words) || slices.Contains(p.words, "resistant")) && next.onlyBounds() && slices.ContainsFunc(p.terms, func(t term) bool { return l.measures(t, p.bounds) && l.measures(t, next.bounds) })
	if lends && len(p.bounds) > 0 {
		next.unread = append(slices.Clip(next.unread), p.unread...)
	}
	return lends && len(p.bounds) > 0
}

// onlyBounds: nothing but limits is named.
func (p *part) onlyBounds() bool { return len(p.bounds) > 0 && len(p.terms) == 0 }

// lastOf is the last part of the list that part i is one of.
func (s *sentence) lastOf(i int) *part {
	for i+1 < len(s.parts) && s.parts[i+1].clause == s.parts[i].clause && s.parts[i+1].before != byAnd {
		i++
	}
	return &s.parts[i]
}

// meansPlace: it names nothing that was read, and the part of the body that is meant.
func (p *part) meansPlace(l *lists) bool {
	for i := 1; i < len(p.words); i++ {
		if l.body.has(p.words[i]) && l.meant.has(p.words[i-1]) {
			return !p.says()
		}
	}
	return false
}

// sameState: both name one state, in other words.
func (p *part) sameState(o *part) bool {
	return len(p.terms) == 1 && len(o.terms) > 0 && p.terms[0].concept.kind == "state" && p.terms[0].concept == o.terms[0].concept
}

// needs: it tells a treatment that is required, and the part before it does not.
func (p *part) needs(before *part, l *lists) bool {
	return l.toCome.some(p.words) && !l.toCome.some(before.words)
}

// ofDiseases: both speak of diseases, so that what is told of the next may be so for this
// one, too: "autoimmune diseases or other diseases that require steroids".
func (p *part) ofDiseases(next *part, l *lists) bool {
	n := len(p.words)
	return next.before == byOr && n > 0 && l.nouns.has(p.words[n-1]) && l.nouns.some(next.words)
}

// onlyNoun: a noun without bearing stands for what the part before it names.
func (p *part) onlyNoun(l *lists) bool {
	return !p.says() && len(p.words) > 0 && l.nouns.has(p.words[0])
}

// surfaceAntigen: it names a sign of hepatitis B of which the amount of virus may be asked.
func (p *part) surfaceAntigen() bool {
	return len(p.bounds) == 0 && !slices.ContainsFunc(p.terms, func(t term) bool { return t.concept.code != "hbsag" && t.concept.code != "hepatitis_b" })
}

// viralLoad: it bounds the amount of hepatitis B virus.
func (p *part) viralLoad() bool {
	return slices.ContainsFunc(p.bounds, func(b bound) bool { return b.names[0].code == "hbv_dna" })
}

// treatsBehind: behind an illness stands a treatment that those who have it had.
func (p *part) treatsBehind() bool {
	return len(p.terms) > 1 && p.terms[0].concept.kind == "illness" && slices.ContainsFunc(p.terms[1:], func(t term) bool {
		return t.concept.kind == "treatment" || strings.HasSuffix(t.concept.code, "_sct") || t.concept.code == "standard_exhausted" || t.concept.code == "no_curative"
	})
}

// ofIllness: nothing but illnesses is named.
func (p *part) ofIllness() bool {
	return len(p.terms) > 0 && !slices.ContainsFunc(p.terms, func(t term) bool { return t.concept.kind != "illness" })
}

// happened: nothing but treatments and events is named.
func (p *part) happened() bool {
	return len(p.terms) > 0 && !slices.ContainsFunc(p.terms, func(t term) bool { return t.concept.kind != "treatment" && t.concept.kind != "event" })
}

// dangling gives a second stretch of time that stands by itself to the part before
// it, which then has two and is bounded by neither: "more than 6 months, less than
// 60 months ago".
func (s *sentence) dangling() {
	for i := 1; i < len(s.parts); i++ {
		p, before := &s.parts[i], &s.parts[i-1]
		if len(p.windows) > 0 && len(p.terms) == 0 && len(before.terms) > 0 && len(before.windows) > 0 {
			before.windows = append(slices.Clip(before.windows), p.windows...)
			p.windows = nil
		}
	}
}
