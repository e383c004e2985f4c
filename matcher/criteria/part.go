package criteria

import (
	"cmp"
	"slices"
	"strings"
)

// partRules makes the rules of a sentence's parts, those that are denied together
// as one.
func (r *clauseReader) partRules(s *sentence) partsRead {
	var got partsRead
	var denied []Rule
	var first part // of those that are denied together
	clause := 0
	add := func(rule Rule, p *part) {
		if p.clause > clause && p.before != byOr && len(got.rules) > 0 && r.kind == Inclusion {
			got.before = append(got.before, got.group)
			got.group = group{}
		}
		clause = p.clause
		got.add(&r.room.parts, rule, p.before)
		got.oxford = got.oxford || p.oxford
	}
	flush := func() {
		if len(denied) > 0 {
			add(Not{joined(denied, Exclusion)}, &first)
			denied = nil
		}
	}
	s.restricted = s.restricted || r.forOneIllness(s)
	s.excused = s.excusedWords(r.walk)
	parts := s.untied(r)
	for i, p := range parts {
		p.early = i < s.closed
		p.given = p.given || r.besideLimit(&p, s)
		rule, said := r.partRule(&p, s)
		if rule = r.sure(rule, &p, s); rule == nil {
			continue
		}
		if r.kind == Inclusion && said.given != nil && (p.given || s.modal && s.after && i < s.before) {
			got.code = cmp.Or(got.code, said.code)
			got.given = append(got.given, said.given)
			continue
		}
		if ill := r.illnessBefore(i, &p, s); ill && said.code != "" {
			got.code = cmp.Or(got.code, said.code)
			got.ill = append(got.ill, rule)
			continue
		}
		got.code = cmp.Or(got.code, said.code)
		got.absorbs = got.absorbs || said.absorbs
		if p.past && r.kind == Inclusion && (len(denied) == 0 || p.before != byOr) && !moreOver(parts, i) {
			flush()
			add(All{Not{rule}, r.everHad(&p)}, &p)
			continue
		}
		if p.denied {
			if len(denied) == 0 {
				first = p
			}
			denied = adding(&r.room.parts.rules, denied, rule)
			continue
		}
		flush()
		add(rule, &p)
	}
	flush()
	return got
}

// illnessBefore: part i only tells of whom something is asked: "patients with melanoma
// must have had a PD-1 antibody".
func (r *clauseReader) illnessBefore(i int, p *part, s *sentence) bool {
	return r.kind == Inclusion && s.modal && s.after && i < s.closed && s.closed < len(s.parts) && len(p.terms) > 0 && !p.denied && len(s.parts[0].words) > 0 && r.vocabulary.people.has(s.parts[0].words[0]) &&
		!s.some(func(p *part) bool { return p.denied }) && !slices.ContainsFunc(p.terms, func(t term) bool { return t.concept.kind != "illness" })
}

// asked is the rule of what is asked of those of whom a sentence speaks first. Whoever
// is free of the states that it names has nothing to meet; whoever has another illness
// may have to have this one.
func (p *partsRead) asked(rule Rule) Rule {
	if len(p.given) > 0 {
		rule = Any{Not{joined(p.given, Exclusion)}, rule}
	}
	if len(p.ill) > 0 {
		ill := joined(p.ill, Exclusion)
		rule = All{Any{Not{ill}, rule}, Any{ill, Unknown("those of whom it is said")}}
	}
	return rule
}

// everHad: it was there at some time, as far as a fact tells.
func (r *clauseReader) everHad(p *part) Rule {
	words := Unknown(strings.Join(p.words, " "))
	if r.vocabulary.organs.some(p.words) {
		return words // "history of chest radiotherapy"
	}
	if rule, s := r.termRule(p.terms[0], p.words, nil, nil); rule != nil && !s.wide {
		return Any{anyIllness(inWords(rule, string(words))), words}
	}
	return words
}

// partsRead are the rules of a sentence's parts.
type partsRead struct {
	group
	before  []group // clauses that hold besides: "has melanoma or a sarcoma, and has relapsed"
	code    string  // of the first that was read
	absorbs bool    // what they say holds the sentence's exception already
	given   []Rule  // states of those of whom it is asked
	ill     []Rule  // and illnesses
}

// group are rules that stand in one clause.
type group struct {
	rules     []Rule
	ands, ors int     // how many joints of each kind stand between them
	loose     int     // and of commas
	joints    []joint // before each rule
	oxford    bool    // a comma stands before an "or"
	bare      bool    // something stands in it of which nothing was read
}

// add takes one more rule; one that says the same again is none.
func (g *group) add(room *partRoom, rule Rule, before joint) {
	if slices.ContainsFunc(g.rules, func(r Rule) bool { return equal(r, rule) }) {
		return
	}
	if len(g.rules) > 0 {
		switch before {
		case byAnd:
			g.ands++
		case byOr:
			g.ors++
		default:
			g.loose++
		}
	}
	if _, unread := rule.(Unknown); unread {
		g.bare = true
	}
	g.rules, g.joints = adding(&room.rules, g.rules, rule), adding(&room.joints, g.joints, before)
}

// partRule is the rule of one part: what stands in it together narrows each other.
func (r *clauseReader) partRule(p *part, of *sentence) (Rule, partReading) {
	switch {
	case p.other && len(p.bounds) > 0:
		var kept partReading
		for _, b := range p.bounds {
			kept.add(&r.room.parts, b.rule, b.names[0].code)
		}
		return undecided(joined(kept.rules, r.kind), r.wordsOf(p)), kept
	case len(p.bounds) == 0 && p.halfLives():
		return r.wordsOf(p), partReading{}
	case p.deniesElse():
		return Unknown(strings.Join(p.words, " ")), partReading{}
	case !p.says() || p.other:
		return r.unsaid(p, of), partReading{}
	}
	got := r.partReading(p, of)
	if len(got.rules) == 0 {
		return r.wordsOf(p), partReading{}
	}
	return r.ruleOf(got, p, of)
}

// halfLives: it counts in half-lives of a drug.
func (p *part) halfLives() bool {
	at := slices.Index(p.words, "half")
	return at >= 0 && at+1 < len(p.words) && (p.words[at+1] == "life" || p.words[at+1] == "lives")
}

// deniesElse: what is denied is not what is named: "not achieved after chemotherapy"
// denies no chemotherapy, "not amenable to surgery" no surgery.
func (p *part) deniesElse() bool {
	if p.within && p.lead > 0 {
		return true
	}
	if !p.denied || p.carried || p.lead == 0 || len(p.unread) == 0 {
		return false
	}
	lead := p.unread[:min(p.lead, len(p.unread))]
	return strings.HasSuffix(lead[0], "ing") && !strings.Contains(lead[0], "-") || slices.ContainsFunc(lead, func(w string) bool { return strings.HasSuffix(w, "ed") })
}

// unsaid is the leaf of a part that says nothing that can be read; nil where there is nothing.
func (r *clauseReader) unsaid(p *part, of *sentence) Rule {
	switch {
	case len(p.unread) > 0:
		return Unknown(strings.Join(p.unread, " "))
	case r.vaguely(p, of), r.otherWayIn(p):
		return r.wordsOf(p)
	}
	return nil
}

// otherWayIn: adjectives alone tell another way in: "metastases or recurrent disease".
func (r *clauseReader) otherWayIn(p *part) bool {
	n := len(p.words)
	return r.kind == Inclusion && !p.denied && p.before == byOr && len(p.narrow) > 0 && r.vocabulary.nouns.has(p.words[n-1])
}

// ruleOf joins what was read of a part.
func (r *clauseReader) ruleOf(got partReading, p *part, of *sentence) (Rule, partReading) {
	if p.denied && r.oddlyDenied(got, p) {
		return undecided(joined(got.rules, Inclusion), r.wordsOf(p)), got
	}
	if r.kind == Exclusion && p.inside && len(p.bounds) > 0 && !r.measuredBefore(p, of) {
		got.rules = adding(&r.room.parts.rules, got.rules, Rule(r.wordsOf(p)))
	}
	if (r.kind == Exclusion || p.denied) && len(got.rules) > 1 && !r.linked(p) {
		got.rules = []Rule{ambiguous(got.rules)}
	}
	if got.narrowed {
		got.rules = adding(&r.room.parts.rules, got.rules, Rule(r.wordsOf(p)))
	}
	rule := joined(got.rules, Inclusion)
	if p.runsOn || r.measuredElse(p) {
		return undecided(rule, r.wordsOf(p)), got
	}
	if r.kind == Inclusion && r.ofThoseWithout(p) {
		got.given = r.wordsOf(p) // "for patients not on anticoagulants: INR < 1.5"
		return got.given, got
	}
	if r.kind == Inclusion && !p.denied && r.recoveredFrom(p) {
		return undecided(rule, r.wordsOf(p)), got
	}
	if !got.excused || r.kind == Exclusion || p.denied {
		return rule, got
	}
	if of.isFor(p) && len(p.bounds) == 0 && !p.numbers && (!got.wanted || p.given && !r.sound(p) && !r.pregnancy(of)) && !r.stopped(p) {
		// Whoever is free of what the condition names has nothing to meet.
		got.given = rule
		return Any{Not{rule}, r.wordsOf(p)}, got
	}
	return undecided(rule, r.wordsOf(p)), got
}

// oddlyDenied: the denial may not be of what was read: "no diabetes HIV negative", in a list
// without signs, or "no surgery within 28 days", strayed among the bans.
func (r *clauseReader) oddlyDenied(got partReading, p *part) bool {
	if r.kind == Exclusion {
		return !got.wanted && !p.negative
	}
	ownNo := func(t term) bool { return r.vocabulary.lacking.has(t.concept.code) }
	if slices.ContainsFunc(p.terms, func(t term) bool { return t.concept.code != measurable && r.vocabulary.strayed.has(t.concept.code) }) {
		return true // "no active infection not pregnant": denied twice
	}
	return got.wanted && (len(got.rules) > 1 || p.carried && (p.before != byOr || slices.ContainsFunc(p.terms, ownNo)))
}

// ofThoseWithout: what is named must be absent for what is asked: "in the absence of
// anticoagulants", "for patients not on anticoagulants".
func (r *clauseReader) ofThoseWithout(p *part) bool {
	if p.denied {
		return p.given
	}
	return slices.ContainsFunc(p.terms, func(t term) bool {
		e := r.at(t.at - 1)
		return slices.ContainsFunc(r.toks[e.from:e.to], func(t token) bool { return t.Text == "absence" })
	})
}

// recoveredFrom: a treatment is named only for what is left of it: "recovered from the
// side effects of prior chemotherapy" does not ask for chemotherapy.
func (r *clauseReader) recoveredFrom(p *part) bool {
	if len(p.terms) == 0 || len(p.bounds) > 0 {
		return false
	}
	for _, t := range p.terms {
		if t.concept.kind != "treatment" && t.concept.kind != "event" {
			return false
		}
		i := t.at - 1
		for i >= max(0, t.at-near) && !r.at(i).is(recovered) && !r.at(i).sign(".", ";") {
			i--
		}
		if i < 0 || !r.at(i).is(recovered) {
			return false
		}
	}
	return true
}

// isFor: the part tells of whom the sentence asks something, or to whom it allows it.
func (s *sentence) isFor(p *part) bool {
	return (s.condition && (s.after || !s.modal) || s.permits) && (p.given || !s.modal || p.early)
}

// besideLimit: a bracket behind a limit tells of the drugs that those for whom it holds
// take: "INR < 1.5 (not on anticoagulants)".
func (r *clauseReader) besideLimit(p *part, of *sentence) bool {
	return r.kind == Inclusion && p.denied && len(of.parts) > 1 && len(of.parts[0].bounds) > 0 &&
		slices.ContainsFunc(p.terms, func(t term) bool { return r.vocabulary.drugStates.has(t.concept.code) && r.inBracket(t.at) })
}

// vaguely: an item of a list that asks more than can be said, and not only how it is to be
// shown: "or other illness", "and adequate organ function".
func (r *clauseReader) vaguely(p *part, of *sentence) bool {
	if len(of.parts) < 2 || len(p.words) < 2 {
		return false
	}
	if p.words[0] == "other" && r.vocabulary.nouns.has(p.words[len(p.words)-1]) {
		return p.before == byOr || r.kind == Exclusion
	}
	last := slices.Equal(p.words, of.parts[len(of.parts)-1].words)
	return last && p.before == byAnd && slices.Contains(p.words, "adequate") && p.words[len(p.words)-1] == "function"
}

// inBracket: element i stands in a bracket.
func (r *clauseReader) inBracket(i int) bool {
	for i--; i >= 0 && !r.at(i).sign(")", "]", ";", "."); i-- {
		if r.at(i).sign("(", "[") {
			return true
		}
	}
	return false
}

// sound: it names what anybody may be asked to be, "not pregnant", and not whom it is asked of.
func (r *clauseReader) sound(p *part) bool {
	return slices.ContainsFunc(p.terms, func(t term) bool { return r.vocabulary.strayed.has(t.concept.code) })
}

// stopped: it speaks of a drug that was taken, of which the fact tells only whether it is.
func (r *clauseReader) stopped(p *part) bool {
	return r.vocabulary.wasTaken.some(p.words) && slices.ContainsFunc(p.terms, func(t term) bool { return r.vocabulary.drugStates.has(t.concept.code) })
}

// wordsOf is a part as a leaf of which nothing is known.
func (r *clauseReader) wordsOf(p *part) Unknown {
	if len(p.words) == 0 {
		return r.whole()
	}
	return Unknown(strings.Join(p.words, " "))
}

// partReading is what the pieces of a part say.
type partReading struct {
	rules    []Rule
	code     string // of the first that was read
	given    Rule   // it tells of whom something is asked: what it says of them
	narrowed bool   // words stand beside it that make it narrower
	excused  bool   // it is no demand, even among demands
	wanted   bool   // some of it is
	absorbs  bool   // the sentence's exception is part of what it says
}

// add takes a rule, and says whether it is another than those before; a gloss is none:
// "non-small cell lung cancer (NSCLC)".
func (g *partReading) add(room *partRoom, rule Rule, code string) bool {
	if g.code == "" {
		g.code = code
	}
	if slices.ContainsFunc(g.rules, func(r Rule) bool { return equal(r, rule) }) {
		return false
	}
	g.rules = adding(&room.rules, g.rules, rule)
	return true
}

func (r *clauseReader) partReading(p *part, of *sentence) partReading {
	unread := adding(&r.room.parts.unread, nil, p.unread...)
	got := partReading{narrowed: len(p.windows) > 1 || of.restricted}
	for _, b := range p.bounds {
		r.addBound(&got, b, p)
	}
	w := r.windowOf(p, of)
	terms, narrow := r.adjectives(&got, r.termsOf(p), p.narrow)
	got.narrowed = got.narrowed || len(terms) == 0 && p.ofSome(narrow, &r.vocabulary.lists)
	spread := r.spread(terms, narrow, p)
	if kept := got.conditioned(terms, p); len(kept) < len(terms) {
		terms = kept
		unread = slices.DeleteFunc(unread, func(w string) bool { return w == "without" })
	}
	for _, t := range terms {
		rule, s := r.termRule(t, p.words, of.excused, w)
		if rule == nil || p.needed && s.since != "" || r.onlyMentioned(t, p) {
			got.narrowed = true
			continue
		}
		if t.concept.code == allergy && ofOneAllergen(rule) {
			got.narrowed = got.narrowed || of.grave(&r.vocabulary.lists)
			rule, s = t.concept.ofAnother(rule, s, unread)
		}
		if r.otherKind(t, narrow) {
			rule, narrow = Any{rule, r.wordsOf(p)}, nil
		} else if also := t.concept.also(narrow, s); also != nil && len(p.unread) == 0 {
			whole := *s
			whole.wide = false
			rule, narrow, s = Any{rule, also}, nil, &whole // "active or history of"
		}
		narrow = r.unaccounted(t, narrow, s)
		unread = slices.DeleteFunc(unread, s.chosenBy)
		got.take(t, s, p, of, &r.vocabulary.lists)
		got.narrowed = got.narrowed || r.less(t, p) || of.markerOf(rule, p, r)
		rule = r.onceFitted(rule, t, s, w, p, of)
		if r.kind == Exclusion && w == nil {
			rule = r.ofWhichTime(&got, rule, t, s, p, of)
		}
		again := !got.add(&r.room.parts, rule, t.concept.code)
		got.narrowed = got.narrowed || again && (r.kind == Exclusion || p.denied) && r.lastWord(t.at-1) == "with" // "coronary disease with angina"
	}
	if spread != nil {
		narrow, got.rules = nil, append(got.rules, spread)
	}
	got.narrowed = got.narrowed || len(unread) > 0 || len(terms) > 0 && len(narrow) > 0
	return got
}

// onceFitted fits a rule to the words of its term, and leaves open what may have been once.
func (r *clauseReader) onceFitted(rule Rule, t term, s *sense, w *window, p *part, of *sentence) Rule {
	fitted := r.fitted(rule, t, s, p)
	if w == nil && !s.narrow && r.onceThere(t, rule, p, of) {
		return Any{fitted, Unknown(r.words(t.at, t.at+1))}
	}
	return fitted
}

// onlyMentioned: the term is not said of the person, but of what something is for, is caused by,
// acts on or comes before.
func (r *clauseReader) onlyMentioned(t term, p *part) bool {
	return p.object || r.treatedFor(t) || r.tested(t, p.words) || r.during(t, p) || r.acted(t)
}

// ofWhichTime is a ban without one time of its own.
func (r *clauseReader) ofWhichTime(got *partReading, rule Rule, t term, s *sense, p *part, of *sentence) Rule {
	rule = r.untimed(got, rule, t, p, of)
	if len(p.windows) > 1 && s.since == "" && !ofHistory(rule) {
		return Any{rule, r.wordsOf(p)} // "hospitalized within 4 weeks or on antibiotics within 2"
	}
	return rule
}

// windowOf is the one stretch of time that bears on what a part names; nil where there is
// none, or where there are several.
func (r *clauseReader) windowOf(p *part, of *sentence) *window {
	if len(p.windows) != 1 || r.kind == Inclusion && of.permits {
		return nil // whoever never had what is permitted has nothing to fear from when
	}
	w := &adding(&r.room.parts.windows, nil, p.windows[0])[0]
	w.lent = w.lent || r.kind == Exclusion && r.vocabulary.relapse.some(p.words) // "relapse within 6 months after a transplant" counts from that
	return w
}

// termsOf gives the terms of a part that say something of their own.
func (r *clauseReader) termsOf(p *part) []term {
	terms := r.withoutMeasured(withoutDosed(r.specific(r.vocabulary.once(p.terms)), p.bounds), p)
	if p.allergic && len(terms) == 0 && len(p.bounds) == 0 {
		terms = []term{{concept: r.vocabulary.concepts[allergy]}}
	}
	return terms
}

// less: the words around a term make it less than what its fact asks.
func (r *clauseReader) less(t term, p *part) bool {
	return r.broad(t) || r.narrower(t) || r.cause(t) || r.onlyNow(t, p.words) || len(p.windows) == 0 && r.atPresent(t) || r.another(t) || r.infected(t) || r.elsewhere(t) || r.theTrials(t) || p.atOnce(t) || r.vocabulary.placed(t, p.words) || r.transplantedAtOnce(t)
}

// adjectives gives those that narrow the terms of a part; in a demand, some are demands
// of their own.
func (r *clauseReader) adjectives(got *partReading, terms []term, narrow []string) ([]term, []string) {
	if r.kind == Exclusion {
		return terms, r.qualified(narrow, terms)
	}
	terms, got.narrowed = oneIllness(terms, got.narrowed)
	return r.vocabulary.alsoSpread(terms, r.qualified(narrow, terms))
}

// ofSome: adjectives say that a limit is for some of those whom it names: "untreated stage
// IV".
func (p *part) ofSome(narrow []string, l *lists) bool {
	ofStage := slices.ContainsFunc(p.bounds, bound.ofStage)
	return slices.ContainsFunc(narrow, func(w string) bool {
		return ofStage && l.earlier.has(w) || len(p.bounds) > 0 && w == "stable"
	})
}

// ofAnother gives the general sense of an allergy where something that is not known stands
// beside the one that is: "allergy to thrombin, penicillin".
func (c *concept) ofAnother(rule Rule, s *sense, unread []string) (Rule, *sense) {
	if !slices.ContainsFunc(unread, c.knowsNot) {
		return rule, s
	}
	general := &c.senses[len(c.senses)-1]
	return general.rule, general
}

// untimed is the rule of a ban beside which no time stands: it may be about now, and need
// not be about what was given.
func (r *clauseReader) untimed(got *partReading, rule Rule, t term, p *part, of *sentence) Rule {
	if r.vocabulary.drugStates.has(t.concept.code) && (r.vocabulary.wasTaken.some(p.words) || r.vocabulary.needed.some(p.words)) {
		rule = Any{rule, r.wordsOf(p)} // the fact tells of now
	}
	if strings.HasSuffix(t.concept.code, "_sct") && p.lead >= aFewWords && !of.tellsGiven(p.clause, &r.vocabulary.lists) {
		return Any{rule, r.wordsOf(p)} // "conditions that interfere with stem cell transplantation"
	}
	if of.bareMention(t, p, &r.vocabulary.lists) {
		got.narrowed = true
		if (p.lead > aFewWords || p.terms[0].concept.kind == "illness" && p.terms[0].at < t.at) && !p.allergic {
			rule = Any{rule, r.wordsOf(p)} // "a positive screen for antibodies against the cells"
		}
	}
	return rule
}

// aFewWords is how many may stand before a treatment that a ban is about; behind more of
// them it is about something else.
const aFewWords = 2

// take notes how far what a term says may decide.
func (g *partReading) take(t term, s *sense, p *part, of *sentence, l *lists) {
	g.absorbs = g.absorbs || s.absorbs()
	g.narrowed = g.narrowed || s.wide
	g.wanted = g.wanted || s.demanded && t.concept.kind == "state"
	g.excused = g.excused || of.permits || p.given || !s.demanded || t.concept.kind == "treatment" && !l.wasGiven(p.words) || p.numbers && t.concept.kind != "illness"
}

// orKin opens a demand for an illness to whoever may have listed it under another name.
func (r *clauseReader) orKin(rule Rule, t term, p *part) Rule {
	if r.kind == Exclusion || p.denied || t.concept.kind != "illness" || len(t.concept.ids) != 1 {
		return rule
	}
	kin := r.vocabulary.kin[t.concept.ids[0]]
	if len(kin) == 0 {
		return rule
	}
	return Any{rule, All{Atom{Fact: "condition", Op: In, Value: List(kin...)}, Unknown(r.words(t.at, t.at+1))}}
}

// fitted is the rule of a term as far as its fact fits the words.
func (r *clauseReader) fitted(rule Rule, t term, s *sense, p *part) Rule {
	if t.concept.kind == "illness" && p.denied && r.kind == Inclusion {
		rule = anyIllness(rule)
	}
	words := r.words(t.at, t.at+1)
	rule = r.orKin(inWords(rule, words), t, p)
	if t.concept.kind == "illness" && (r.vocabulary.overlapping.phrase(r, t.at, t.at+1) || r.vocabulary.overlapping.phrase(r, max(0, t.at-1), t.at+1)) {
		return undecided(rule, Unknown(words))
	}
	if r.kind == Exclusion && r.vocabulary.strayed.has(t.concept.code) && !p.denied {
		return undecided(rule, Unknown(words))
	}
	if s.narrow || t.concept.kind == "illness" && (r.vocabulary.partial.some(t.concept.ids) || (r.kind == Exclusion || p.denied) && r.vocabulary.happens.some(t.concept.ids)) {
		return Any{rule, Unknown(words)}
	}
	return rule
}
