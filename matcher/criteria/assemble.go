package criteria

import (
	"reflect"
	"slices"
	"strings"

	"trialfinder/matcher/lexicon"
)

// joint is how two parts of a sentence are joined.
type joint int

const (
	loosely joint = iota // by a comma
	byAnd
	byOr
)

// part is a stretch of a sentence between two joints.
type part struct {
	bounds  []bound
	terms   []term
	windows []window
	words   []string // all folded words, to choose a meaning by
	narrow  []string // of these, what makes a state narrower
	unread  []string // words that bear on who may join and were not read
	denied  bool     // "no", "without" stands before it
	carried bool     // the "no" stands before an earlier part
	other   bool     // a word turns it into something else: a risk, a plan
	before  joint
}

func (p part) says() bool { return len(p.bounds) > 0 || len(p.terms) > 0 }

// sentence is the parts up to a full stop or semicolon, and what softens them.
type sentence struct {
	parts     []part
	exception []string // words from "unless", "if" on
	relaxed   []bound  // comparisons in the exception
	windows   []window // stretches of time in the exception
	alien     bool     // it speaks of somebody or something else
	condition bool     // what is said of a state is a condition for what follows
	male      bool
	female    bool
}

// assemble makes one rule of all that was read, and names it by its first concept.
func (r *clauseReader) assemble() (Rule, string) {
	if len(r.bounds) == 0 && len(r.terms) == 0 {
		return nil, ""
	}
	var rules []Rule
	code := ""
	for _, s := range r.sentences() {
		rule, name := r.sentenceRule(s)
		if rule == nil {
			rules = r.aside(rules, s)
			continue
		}
		if code == "" {
			code = name
		}
		rules = append(rules, rule)
	}
	if code == "" {
		return nil, ""
	}
	if r.kind == Exclusion {
		return joined(rules, Exclusion), code
	}
	return joined(rules, Inclusion), code
}

// aside puts a sentence that was not read beside the ones before it: one that
// permits something softens what came before, any other stands for itself.
func (r *clauseReader) aside(rules []Rule, s sentence) []Rule {
	words := unreadWords(s)
	if len(words) == 0 && len(s.exception) == 0 {
		return rules
	}
	leaf := Unknown(strings.Join(append(words, s.exception...), " "))
	if len(s.exception) > 0 && len(rules) > 0 {
		last := len(rules) - 1
		rules[last] = r.softened(rules[last], leaf)
		return rules
	}
	return append(rules, leaf)
}

func unreadWords(s sentence) []string {
	var words []string
	for _, p := range s.parts {
		words = append(words, p.unread...)
	}
	return words
}

// softened: an exception can only let more people in. What meets a demand without
// it, or escapes a ban without it, is settled.
func (r *clauseReader) softened(rule Rule, exception Unknown) Rule {
	if r.kind == Exclusion {
		return All{rule, exception}
	}
	return Any{rule, exception}
}

func (r *clauseReader) sentenceRule(s sentence) (Rule, string) {
	s.share()
	if s.alien {
		return r.onRecord(s)
	}
	s.relax()
	rules, code, ands, ors := r.partRules(s)
	if code == "" {
		return r.onRecord(s)
	}
	rule := r.sexed(r.join(rules, ands, ors, s.onlyBounds()), s)
	if len(s.exception) == 0 && len(s.relaxed) == 0 {
		return rule, code
	}
	leaf := Unknown(strings.Join(s.exception, " "))
	rule = r.softened(rule, leaf)
	for _, b := range s.relaxed {
		rule = r.alternative(rule, All{b.rule, leaf})
	}
	return rule, code
}

// onRecord keeps the comparisons of a sentence that speaks of somebody else, or
// says nothing but a condition; they never decide.
func (r *clauseReader) onRecord(s sentence) (Rule, string) {
	bounds := s.relaxed
	for _, p := range s.parts {
		bounds = append(bounds, p.bounds...)
	}
	if len(bounds) == 0 {
		return nil, ""
	}
	var rules []Rule
	for _, b := range bounds {
		rules = append(rules, b.rule)
	}
	return undecided(joined(rules, r.kind), Unknown(strings.Join(strings.Fields(r.text), " "))), bounds[0].names[0].code
}

// undecided keeps a rule on record in a form that is always unknown.
func undecided(rule Rule, words Unknown) Rule { return Any{All{rule, words}, words} }

// sexed: a demand that names one sex only is for that sex.
func (r *clauseReader) sexed(rule Rule, s sentence) Rule {
	if r.kind != Inclusion || s.male == s.female || s.condition || r.bothSexes() {
		return rule
	}
	sex := "male"
	if s.female {
		sex = "female"
	}
	return All{Atom{Fact: "sex", Op: Eq, Value: Text(sex)}, rule}
}

// bothSexes: men and women are both spoken of somewhere in the item.
func (r *clauseReader) bothSexes() bool {
	var men, women bool
	for _, w := range lexicon.Tokens(r.text) {
		switch w.Text {
		case "childbearing", "bearing", "fertile", "reproductive", "contraception", "menopausal", "postmenopausal":
			return true // who can bear a child is spoken of, not who may join
		case "man", "men", "male", "males":
			men = true
		case "woman", "women", "female", "females", "pregnant":
			women = true
		}
	}
	return men && women
}

// onlyBounds: the sentence speaks of nothing but numbers.
func (s sentence) onlyBounds() bool {
	for _, p := range s.parts {
		if len(p.terms) > 0 {
			return false
		}
	}
	return true
}

// share gives what stands once in a list to all of it: one stretch of time, and
// the adjectives before its first member.
func (s *sentence) share() {
	var windows []window
	for _, p := range s.parts {
		windows = append(windows, p.windows...)
	}
	for _, w := range s.windows {
		if w.within {
			windows = append(windows, w)
		}
	}
	s.dangling()
	var adjectives []string
	for i := range s.parts {
		p := &s.parts[i]
		if len(windows) == 1 && len(p.terms) > 0 {
			p.windows = []window{windows[0]}
		}
		p.longAgo()
		if len(p.narrow) > 0 {
			adjectives = p.narrow
		} else if len(p.terms) > 0 {
			p.narrow = adjectives
			p.words = append(p.words, adjectives...)
		}
	}
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

// longAgo reads "at least 4 weeks since X" as what it says of a list, too: no X
// within 4 weeks.
func (p *part) longAgo() {
	if len(p.windows) != 1 || len(p.terms) == 0 || p.windows[0].within || !p.timed() {
		return
	}
	p.windows[0].within = true
	p.denied = !p.denied
}

// timed: a fact counts the time of some term of the part.
func (p *part) timed() bool {
	return slices.ContainsFunc(p.terms, func(t term) bool {
		return slices.ContainsFunc(t.concept.senses, func(s sense) bool { return s.since != "" })
	})
}

// alternative is a second limit that holds under a condition.
func (r *clauseReader) alternative(rule, other Rule) Rule { return Any{rule, other} }

// relax moves a second limit of the same quantity behind an exception: "≤ 2.5 x
// ULN, or ≤ 5 x ULN if the liver is affected".
func (s *sentence) relax() {
	if len(s.exception) == 0 {
		return
	}
	var kept []bound
	for i := range s.parts {
		p := &s.parts[i]
		var stay []bound
		for _, b := range p.bounds {
			again := false
			for _, k := range kept {
				again = again || k.names[0] == b.names[0] && k.upper == b.upper
			}
			if again {
				s.relaxed = append(s.relaxed, b)
				continue
			}
			kept, stay = append(kept, b), append(stay, b)
		}
		p.bounds = stay
	}
}

// partRules makes the rules of a sentence's parts, those that are denied together
// as one, and counts how they are joined.
func (r *clauseReader) partRules(s sentence) (rules []Rule, code string, ands, ors int) {
	var denied []Rule
	flush := func() {
		if len(denied) > 0 {
			rules = append(rules, Not{joined(denied, Exclusion)})
			denied = nil
		}
	}
	for _, p := range s.untied() {
		rule, name := r.partRule(p, s.condition)
		if rule == nil {
			continue
		}
		if code == "" {
			code = name
		}
		if p.denied {
			denied = append(denied, rule)
			continue
		}
		flush()
		if len(rules) > 0 {
			switch p.before {
			case byAnd:
				ands++
			case byOr:
				ors++
			}
		}
		rules = append(rules, rule)
	}
	flush()
	return rules, code, ands, ors
}

// untied gives the parts with the comparisons that no "no" reaches apart from the
// terms that it does: "no pregnant women, aged 18 to 45".
func (s sentence) untied() []part {
	var out []part
	for _, p := range s.parts {
		if !p.denied || len(p.bounds) == 0 || len(p.terms) == 0 && !p.carried {
			out = append(out, p)
			continue
		}
		free := part{bounds: p.bounds, before: p.before}
		if len(p.terms) > 0 {
			p.bounds = nil
			out = append(out, p)
			free.before = byAnd
		}
		out = append(out, free)
	}
	return out
}

// partRule is the rule of one part: what stands in it together narrows each other.
func (r *clauseReader) partRule(p part, condition bool) (Rule, string) {
	if !p.says() || p.other {
		if len(p.unread) == 0 {
			return nil, ""
		}
		return Unknown(strings.Join(p.unread, " ")), ""
	}
	var rules []Rule
	code := ""
	name := func(c string) {
		if code == "" {
			code = c
		}
	}
	narrowed := len(p.unread) > 0
	excuse, accounted := false, p.narrow
	for _, b := range p.bounds {
		rules = append(rules, b.rule)
		name(b.names[0].code)
	}
	var w *window
	if len(p.windows) == 1 {
		w = &p.windows[0]
	}
	p.terms = specific(p.terms)
	if r.kind == Inclusion {
		p.terms, narrowed = oneIllness(p.terms, narrowed)
	}
	for _, t := range p.terms {
		rule, s := r.termRule(t, p.words, w)
		if rule == nil {
			narrowed = true
			continue
		}
		if s.narrow {
			rule = Any{rule, Unknown(r.words(t.at, t.at+1))}
		}
		accounted = t.concept.unaccounted(accounted)
		narrowed = narrowed || s.wide || r.kind == Exclusion && r.broad(t.concept)
		excuse = excuse || !s.demanded
		if slices.ContainsFunc(rules, func(r Rule) bool { return reflect.DeepEqual(r, rule) }) {
			continue // a gloss: "non-small cell lung cancer (NSCLC)"
		}
		rules = append(rules, rule)
		name(t.concept.code)
	}
	if len(rules) == 0 {
		return Unknown(strings.Join(p.words, " ")), ""
	}
	narrowed = narrowed || len(p.windows) > 1 || len(p.terms) > 0 && len(accounted) > 0
	words := Unknown(strings.Join(p.words, " "))
	if narrowed {
		rules = append(rules, words)
	}
	rule := joined(rules, Inclusion)
	if !excuse || r.kind == Exclusion || p.denied {
		return rule, code
	}
	if condition && len(p.bounds) == 0 {
		// Whoever is free of what the condition names has nothing to meet.
		return Any{Not{rule}, words}, code
	}
	return undecided(rule, words), code
}

// broad: the phrase was taken for a group of illnesses, which is more than it says.
func (r *clauseReader) broad(c *concept) bool {
	return slices.ContainsFunc(c.ids, func(id string) bool { return len(r.conditions.Children(id)) > 0 })
}

// general are the concepts that only lead up to another: "infection with HIV",
// "immunotherapy with a PD-1 antibody".
var general = []string{"infection", "immunotherapy", "malignancy", "anticancer", "systemic", "antibody_drug", "cell_therapy", "hypersensitivity"}

// specific drops what leads up to another term of the part.
func specific(terms []term) []term {
	if !slices.ContainsFunc(terms, func(t term) bool { return !slices.Contains(general, t.concept.code) }) {
		return terms
	}
	var out []term
	for _, t := range terms {
		if !slices.Contains(general, t.concept.code) {
			out = append(out, t)
		}
	}
	return out
}

// oneIllness: of several illnesses that a demand names in one breath, any may be
// the person's: "liver transplant for hepatocellular carcinoma".
func oneIllness(terms []term, narrowed bool) ([]term, bool) {
	var out []term
	first := -1
	for _, t := range terms {
		if t.concept.kind != "illness" {
			out = append(out, t)
			continue
		}
		if first < 0 {
			first = len(out)
			out = append(out, t)
			continue
		}
		ids := slices.Clone(out[first].concept.ids)
		for _, id := range t.concept.ids {
			if !slices.Contains(ids, id) {
				ids, narrowed = append(ids, id), true
			}
		}
		out[first].concept = illnessConcept(ids)
	}
	return out, narrowed
}

// join joins the rules of a sentence. In a demand, parts hold together unless
// "or" joins them; in a ban one of a list is enough, but "and" may mean both.
func (r *clauseReader) join(rules []Rule, ands, ors int, onlyBounds bool) Rule {
	switch {
	case len(rules) == 1:
		return rules[0]
	case ands > 0 && ors > 0:
		return ambiguous(rules)
	case r.kind == Inclusion && ors > 0:
		return Any(rules)
	case r.kind == Inclusion && (ands > 0 || onlyBounds):
		return All(rules)
	case r.kind == Inclusion:
		return ambiguous(rules)
	case ands > 0 && (onlyBounds || len(rules) == 2):
		return ambiguous(rules)
	}
	return Any(rules) // "HIV, hepatitis B and C": one of a list of three is enough
}

// ambiguous decides only where both readings of a list agree.
func ambiguous(rules []Rule) Rule {
	return Any{All(rules), All{Any(rules), Unknown("and/or")}}
}

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
	r        *clauseReader
	out      []sentence
	i        int
	b, t, w  int // the next bound, term and window
	depth    int // open brackets
	excepted int // 1 + the depth at which an exception runs; 0 = none
	shown    int // the same for examples, which are passed over
}

func (c *cutter) begin() {
	c.out = append(c.out, sentence{parts: []part{{}}})
	c.excepted, c.shown, c.depth = 0, 0, 0
}

// bracket keeps count of the brackets; what began inside one ends with it.
func (c *cutter) bracket(e element) {
	if e.sign("(", "[") {
		c.depth++
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
		}
		return
	}
	s.parts = append(s.parts, part{before: j, denied: last.denied, carried: last.denied})
}

func (c *cutter) step() {
	r, e := c.r, c.r.elems[c.i]
	s := c.sentence()
	switch {
	case c.b < len(r.bounds) && r.bounds[c.b].from == c.i:
		b := r.bounds[c.b]
		if c.excepted > 0 {
			s.relaxed = append(s.relaxed, b)
			s.exception = append(s.exception, r.words(b.from, b.to))
		} else {
			c.part().bounds = append(c.part().bounds, b)
		}
		c.i, c.b = b.to, c.b+1
		return
	case c.w < len(r.windows) && r.windows[c.w].from == c.i:
		w := r.windows[c.w]
		if c.excepted > 0 {
			s.exception = append(s.exception, r.words(w.from, w.to))
			s.windows = append(s.windows, w)
		} else {
			c.part().windows = append(c.part().windows, w)
		}
		c.i, c.w = w.to, c.w+1
		return
	case c.t < len(r.terms) && r.terms[c.t].at == c.i:
		switch {
		case c.excepted > 0:
			s.exception = append(s.exception, r.words(c.i, c.i+1))
		case c.shown > 0:
		default:
			c.part().terms = append(c.part().terms, r.terms[c.t])
			c.addWords(e)
		}
		c.t++
	default:
		c.plain(e, s)
	}
	c.i++
}

// plain takes an element that is nothing by itself.
func (c *cutter) plain(e element, s *sentence) {
	text := strings.TrimSpace(c.r.text[e.Start:e.End])
	switch {
	case e.sign(";"), e.sign(".") && c.ends(e):
		c.begin()
	case e.sign("(", ")", "[", "]"):
		c.bracket(e)
	case c.excepted > 0:
		s.exception = append(s.exception, text)
	case c.shown > 0 && !e.is(except):
	case e.is(examples):
		c.examples(text)
	case e.is(alien) || e.is(aside) && c.r.kind == Inclusion:
		s.alien = true
	case e.is(aside):
		c.part().other = true
		c.part().unread = append(c.part().unread, text)
	case e.is(modal) && c.part().says():
		s.condition = true
	case e.is(except) && c.r.kind == Inclusion && c.empty():
		s.condition = true
	case e.is(except):
		s.exception = append(s.exception, text)
		c.excepted, c.shown = c.depth+1, 0
	case e.is(notWord):
		c.deny(text)
	case e.is(orWord) || e.sign("/"):
		c.next(byOr)
	case e.is(andWord) || e.sign("&"):
		c.next(byAnd)
	case e.sign(","):
		c.next(loosely)
	case e.is(narrow) || e.is(past):
		before := len(c.part().words)
		c.addWords(e)
		if e.is(narrow) {
			p := c.part()
			p.narrow = append(p.narrow, p.words[before:]...)
		}
	case e.is(male) || e.is(female):
		s.male, s.female = s.male || e.is(male), s.female || e.is(female)
		c.addWords(e)
	default:
		c.addWords(e)
		if !c.r.idle(c.i) && !e.is(anchor) {
			c.part().unread = append(c.part().unread, text)
		}
	}
}

// examples passes over what only shows what is meant. Where what is meant was not
// read, the examples stand for it, and are not all of it.
func (c *cutter) examples(text string) {
	if c.part().says() {
		c.shown = c.depth + 1
		return
	}
	c.part().unread = append(c.part().unread, text)
	c.next(loosely)
}

// ends: a full stop ends a sentence unless it belongs to an abbreviation.
func (c *cutter) ends(e element) bool {
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
	case p.says() || len(p.unread) > 0:
		p.unread = append(p.unread, text)
	case c.r.kind == Exclusion && (first == "must" || first == "should" || first == "may" || first == "cannot"):
	case c.r.kind == Exclusion && (first == "not" || first == "does" || first == "do" || first == "has" || first == "have" || first == "is" || first == "are"):
		// Among bans, "not receiving" may be meant either way.
		p.other = true
		p.unread = append(p.unread, text)
	default:
		p.denied, p.carried = true, false
	}
}

func (c *cutter) addWords(e element) {
	for _, w := range lexicon.Tokens(c.r.text[e.Start:e.End]) {
		c.part().words = append(c.part().words, w.Text)
	}
}
