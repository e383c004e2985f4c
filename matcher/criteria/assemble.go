package criteria

import (
	"cmp"
	"slices"
	"strings"
)

// assemble makes one rule of all that was read, and names it by its first concept.
func (r *clauseReader) assemble() (Rule, string) {
	if len(r.bounds) == 0 && len(r.terms) == 0 {
		return nil, ""
	}
	var rules []Rule
	code, excepted := "", false
	for _, s := range r.sentences() {
		if r.kind == Inclusion && s.permits && len(rules) > 0 && s.onlyBounds() {
			rules = r.allowing(rules, &s)
			continue
		}
		rule, name := r.sentenceRule(s)
		if excepted && rule != nil && s.ofOthers() {
			rule = All{rule, r.whole()} // "a malignancy other than of the skin. Any other malignancy …"
		}
		excepted = excepted || r.kind == Exclusion && len(s.exception) > 0
		if r.kind == Inclusion && s.permits {
			rules, rule = r.alsoIn(rules, rule, &s)
		}
		if r.kind == Exclusion && s.permits && s.silent() {
			continue // "killed vaccines are allowed"
		}
		if r.kind == Exclusion && s.permits && len(rules) > 0 {
			rules = []Rule{r.permitted(joined(rules, Exclusion), rule)}
			continue
		}
		if rule == nil {
			rules = r.aside(rules, &s)
			continue
		}
		if code == "" {
			code = name
		}
		rules = adding(&r.room.parts.rules, rules, rule)
	}
	if code == "" {
		return nil, ""
	}
	return r.ofItem(rules), code
}

// ofItem joins the rules of an item's sentences.
func (r *clauseReader) ofItem(rules []Rule) Rule {
	switch {
	case r.kind == Inclusion:
		return r.demanded(rules)
	case r.goesOn():
		return All{joined(rules, Exclusion), r.whole()}
	}
	return joined(rules, Exclusion)
}

// alsoIn softens what was asked, and the rule of a sentence itself, where that says who may join as well.
func (r *clauseReader) alsoIn(rules []Rule, rule Rule, s *sentence) ([]Rule, Rule) {
	if len(rules) > 0 && s.tells(func(t term) bool { return t.concept.kind == "illness" }) {
		rules = []Rule{r.letsIn(joined(rules, Inclusion), s)}
	}
	if rule != nil && s.some(func(p *part) bool { return p.denied && p.within }) {
		rule = Any{rule, r.whole()} // "those without measurable disease are eligible"
	}
	return rules, rule
}

// allowing softens demands by a sentence that names nothing that was read, and says what may be.
func (r *clauseReader) allowing(rules []Rule, s *sentence) []Rule {
	if s.some(func(p *part) bool { return r.vocabulary.pointing.some(p.words) }) {
		rules = []Rule{joined(rules, Inclusion)} // "values beyond these limits are acceptable if …"
	}
	rules = softenedLast(rules, r.whole()) // "older ones may be allowed"
	if s.obliges {
		return []Rule{undecided(joined(rules, Inclusion), r.whole())} // "mixed ones may join, but most must be carcinoma"
	}
	return rules
}

// letsIn softens what was asked by a sentence that lets others in as well.
func (r *clauseReader) letsIn(rule Rule, s *sentence) Rule {
	if s.modal || s.obliges {
		return undecided(rule, r.whole()) // "… mixed tumours may join, but most must be carcinoma"
	}
	return Any{rule, r.whole()} // "measurable disease; those with bone disease only are eligible"
}

// demanded joins what is demanded, and leaves open what may hang together otherwise.
func (r *clauseReader) demanded(rules []Rule) Rule {
	rule := joined(eased(rules), Inclusion)
	switch {
	case impossible(rule) || differentIllnesses(rules) || severalAges(rules):
		rule = Any{rule, r.whole()} // "aged 19-70; children 1-7"
	case tangled(rule), r.steps(rule), (len(r.text) > lengthy || len(rules) > twoSentences && len(r.text) > lengthy/2) && intricate(rule):
		rule = undecided(rule, r.whole())
	case contradicts(rule), !r.at(len(r.elems)-1).sign(":") && r.offersChoice() && ofSeveralLimits(rule):
		rule = Any{rule, r.whole()}
	case r.labelledByIllness() && len(r.terms)+len(r.bounds) < 2:
		rule = undecided(rule, r.whole()) // "solid tumors: by RECIST", in a list of what is asked of several
	case r.labelledByIllness(), r.labelledByGroup(), r.winding(rule):
		rule = Any{rule, r.whole()}
	}
	return rule
}

// A demand longer than so many bytes, or than half as many in more sentences than two, tells of
// several groups, of ways in and of what words mean: one in five decided wrongly before, and of
// all others one in thirty. Limits and pregnancy are told at length, too, and are read well.
const (
	lengthy      = 300
	twoSentences = 2
)

// intricate: the rule is about more than limits, pregnancy and whom these are for.
func intricate(rule Rule) bool {
	more := false
	Walk(rule, func(a Atom) {
		more = more || a.Value.Kind != NumberOperand && !ofWhom(a.Fact) && a.Fact != "pregnant" && a.Fact != "breastfeeding"
	})
	return more
}

// tangled: something in a demand was not read, and what was is joined by "and" as well as by
// "or": how it hangs together is not sure enough to decide anything. Limits
// of numbers are, how far a cancer has come, and what is denied together.
func tangled(rule Rule) bool {
	unread := func(r Rule) bool { _, ok := r.(Unknown); return ok }
	state := func(r Rule) bool {
		a, ok := r.(Atom)
		return ok && a.Value.Kind != NumberOperand && !ofWhom(a.Fact)
	}
	together := func(r Rule) bool {
		all, ok := r.(All)
		return ok && ofSeveral(all)
	}
	either := func(r Rule) bool {
		any, ok := r.(Any)
		return ok && ofSeveral(any) && !demandsIllness(any) // one of a list of illnesses is enough
	}
	return some(rule, unread) && some(rule, state) && some(rule, together) && some(rule, either)
}

// steps: one number has so many limits that they are those of several grades: "mild:
// PaO2/FiO2 ≤ 300; moderate: ≤ 200; severe: ≤ 100".
func (r *clauseReader) steps(rule Rule) bool {
	const several = 3
	if len(r.bounds) < several || !slices.ContainsFunc(r.toks, func(t token) bool { return t.Text == "moderate" }) {
		return false
	}
	limits := map[string][]float64{}
	Walk(rule, func(a Atom) {
		f, known := r.facts.ByID(a.Fact)
		if key := a.Fact + string(a.Op[:1]); known && a.Value.Kind == NumberOperand && f.Group == "labs" && !slices.Contains(limits[key], a.Value.Number) {
			limits[key] = append(limits[key], a.Value.Number)
		}
	})
	for _, values := range limits {
		if len(values) >= several {
			return true
		}
	}
	return false
}

// some: the rule is so, or a part of it that is joined by "and" or "or".
func some(rule Rule, is func(Rule) bool) bool {
	var parts []Rule
	switch r := rule.(type) {
	case All:
		parts = r
	case Any:
		parts = r
	}
	return is(rule) || slices.ContainsFunc(parts, func(part Rule) bool { return some(part, is) })
}

// ofSeveral: the parts are about different facts.
func ofSeveral(parts []Rule) bool {
	var room, roomOfFirst [8]string // most have no more facts
	var first []string
	for _, part := range parts {
		ids := slices.DeleteFunc(appendFacts(room[:0], part), ofWhom)
		switch {
		case len(ids) == 0:
		case first == nil:
			first = append(roomOfFirst[:0], ids...)
		case !allAmong(first, ids) && !allAmong(ids, first):
			return true
		}
	}
	return false
}

// allAmong: all members of some are members of all.
func allAmong(some, all []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(all, s) })
}

// ofWhom: the fact tells for whom a demand holds, or how far a cancer has come.
func ofWhom(fact string) bool {
	switch fact {
	case "sex", "liver_metastases", "metastatic", "disease_state", "resectable":
		return true
	}
	return false
}

// goesOn: what is banned is told to its end by the lines below: "a history of cardiac
// dysfunction, assessed as:", "older than 55 years AND".
func (r *clauseReader) goesOn() bool {
	last := len(r.elems) - 1
	if have := r.at(last).Text; have == "have" || have == "has" {
		last--
	}
	return r.at(last).sign(":") || r.word(last) == "AND"
}

// eased leaves out a limit for whose breach a later sentence demands something else:
// "creatinine ≤ 1.5 x ULN; if it is > 1.5 x ULN, clearance ≥ 50".
func eased(rules []Rule) []Rule {
	for i, rule := range rules {
		any, ok := rule.(Any)
		if !ok {
			continue
		}
		breach, ok := any[0].(Not)
		if !ok {
			continue
		}
		for k := range rules[:i] {
			rules[k] = withoutLimit(rules[k], breach.Rule)
		}
	}
	return slices.DeleteFunc(rules, func(r Rule) bool { return r == nil })
}

// withoutLimit takes out of a demand the limit that is kept by whoever does not come under
// the breach; nil if it was all.
func withoutLimit(rule, breach Rule) Rule {
	limit, isLimit := rule.(Atom)
	over, isBreach := breach.(Atom)
	switch all, several := rule.(All); {
	case several:
		var kept All
		for _, part := range all {
			if part = withoutLimit(part, breach); part != nil {
				kept = append(kept, part)
			}
		}
		if len(kept) == 0 {
			return nil
		}
		return joined(kept, Inclusion)
	case isLimit && isBreach && limit.Fact == over.Fact && bounds(limit) && bounds(over) && limit.Value.Number == over.Value.Number && opposite(limit.Op, over.Op) && (limit.Op == Le || limit.Op == Ge) != (over.Op == Le || over.Op == Ge):
		return nil
	}
	return rule
}

// impossible: nobody can meet all that a demand says of one number.
func impossible(rule Rule) bool {
	low, high, open, nested := map[string]float64{}, map[string]float64{}, map[string]bool{}, false
	var walk func(Rule)
	walk = func(r Rule) {
		switch r := r.(type) {
		case All:
			for _, part := range r {
				walk(part)
			}
		case Any:
			nested = nested || slices.ContainsFunc(r, impossible)
		case Atom:
			if r.Value.Kind != NumberOperand {
				return
			}
			v := r.Value.Number
			open[r.Fact] = open[r.Fact] || r.Op == Gt || r.Op == Lt
			if l, ok := low[r.Fact]; (r.Op == Ge || r.Op == Gt) && (!ok || v > l) {
				low[r.Fact] = v
			}
			if h, ok := high[r.Fact]; (r.Op == Le || r.Op == Lt) && (!ok || v < h) {
				high[r.Fact] = v
			}
		}
	}
	walk(rule)
	for fact, l := range low {
		if h, ok := high[fact]; ok && (l > h || l == h && open[fact]) {
			return true
		}
	}
	return nested
}

// severalAges: several sentences tell of different ages, each of which is some people's: "aged 19 to
// 70: signs the form; aged 8 to 18: signs with a parent".
func severalAges(rules []Rule) bool {
	if len(rules) < 2 {
		return false
	}
	var first, low Atom
	several := false
	for _, rule := range rules {
		low = Atom{}
		Walk(rule, func(a Atom) {
			if low.Fact == "" && a.Fact == "age" && (a.Op == Ge || a.Op == Gt) {
				low = a
			}
		})
		switch {
		case low.Fact == "":
		case first.Fact == "":
			first = low
		default:
			several = several || low.Value.Number != first.Value.Number
		}
	}
	return several
}

// contradicts: a cancer or a treatment is demanded as well as denied: "metastatic melanoma …
// no distant metastases".
func contradicts(rule Rule) bool {
	all, ok := rule.(All)
	if !ok {
		return false
	}
	return slices.ContainsFunc(all, func(part Rule) bool {
		not, ok := part.(Not)
		return ok && slices.ContainsFunc(all, func(other Rule) bool {
			return some(other, func(r Rule) bool {
				a, atom := r.(Atom)
				return atom && (a.Fact == "metastatic" || a.Fact == "condition" || strings.HasPrefix(a.Fact, "prior_")) && equal(a, not.Rule)
			})
		})
	})
}

// differentIllnesses: several sentences demand illnesses that nobody has together.
func differentIllnesses(rules []Rule) bool {
	var first []string
	for _, rule := range rules {
		if !demandsIllness(rule) {
			continue
		}
		named := illnesses(rule)
		if first != nil && !slices.ContainsFunc(named, func(id string) bool { return slices.Contains(first, id) }) {
			return true
		}
		first = append(first, named...)
	}
	return false
}

func (r *clauseReader) sentenceRule(s sentence) (Rule, string) {
	s.share(r)
	if s.demands {
		return nil, ""
	}
	if s.alien {
		return r.onRecord(&s)
	}
	s.forbid()
	if !s.says() {
		return r.onRecord(&s)
	}
	parts := r.partRules(&s)
	if parts.code == "" {
		return r.onRecord(&s)
	}
	code := parts.code
	var rule Rule
	if len(parts.rules)+len(parts.before) > 0 {
		rule = r.join(parts, s.onlyBounds())
	} else {
		rule = r.whole()
	}
	rule = parts.asked(r.conditional(r.sexed(rule, &s), &s))
	if r.kind == Inclusion && s.condition && r.contrasts() {
		rule = All{rule, r.whole()} // "for those with cirrhosis …, while others need a biopsy"
	}
	if r.kind == Inclusion && s.otherTimes() {
		rule = All{rule, r.whole()} // "3 weeks, or 6 weeks after a nitrosourea"
	}
	if s.permits && r.kind == Exclusion {
		leaf := r.whole()
		ofStates := !s.tells(func(t term) bool { return t.concept.kind != "state" && t.concept.kind != "illness" })
		if s.aside || len(s.exception) > 0 && ofStates && s.tells(func(term) bool { return true }) {
			return r.softened(rule, leaf), code // whoever is free of it needs no permission
		}
		return undecided(rule, leaf), code
	}
	if s.clean == 1 && strings.EqualFold(s.exception[0], "unless") {
		return r.unless(rule, s.relaxed[0].rule), code
	}
	if (len(s.exception) == 0 || parts.absorbs) && len(s.relaxed) == 0 {
		return rule, code
	}
	leaf := Unknown(cmp.Or(strings.Join(s.exception, " "), "a second limit"))
	if (s.further || s.caused && r.kind == Inclusion) && len(s.relaxed) == 0 {
		return All{rule, leaf}, code // "over 18; if female, must be postmenopausal"
	}
	if len(s.relaxed) == 0 {
		return r.widened(r.softened(rule, leaf), &s, leaf), code
	}
	rule = r.relaxed(rule, &s, leaf)
	if r.kind == Exclusion && s.compares {
		rule = Any{rule, leaf} // "hemoglobin < 9 or, for men, < 8.5 g/dL, ALT over twice normal": one more ban
	}
	return rule, code
}

// offersChoice: the item says that some of what it lists is enough.
func (r *clauseReader) offersChoice() bool {
	for i := 1; i+1 < len(r.toks); i++ {
		if r.toks[i].Text == "of" && (r.toks[i+1].Text == "the" || r.toks[i+1].Text == "these") {
			switch r.toks[i-1].Text {
			case "any", "one", "either", "more", "two", "three", "1", "2", "3":
				return r.choice()
			}
		}
	}
	return false
}

// ofSeveralLimits: all of several parts must hold, which are of different facts.
func ofSeveralLimits(rule Rule) bool {
	return some(rule, func(r Rule) bool {
		all, ok := r.(All)
		return ok && ofSeveral(all)
	})
}

// labelledByIllness: the item begins with an illness and a colon, behind which stands what is
// asked of those who have it.
func (r *clauseReader) labelledByIllness() bool {
	return len(r.elems) > 2 && r.at(0).names() && r.at(1).sign(":")
}

// labelledByGroup: before a colon stands for which of several groups the item holds: "dose
// expansion cohorts A and B: measurable disease".
func (r *clauseReader) labelledByGroup() bool {
	const longest = 20                                                       // words and signs of a label
	group := r.vocabulary.people.has(r.at(0).Text) && r.at(1).Text == "with" // "patients with Gilbert's syndrome: bilirubin < 3 mg/dL"
	for i := 0; i < min(longest, len(r.elems)); i++ {
		e := r.at(i)
		if e.sign(":") {
			return group
		}
		if e.sign(".", ";", ",") || e.term() != nil || e.quantity() != nil || e.Text == "following" || e.Text == "adequate" || e.Text == "normal" {
			return false
		}
		group = group || r.vocabulary.groups.has(e.Text)
	}
	return false
}

// contrasts: behind a comma the item begins to tell of others.
func (r *clauseReader) contrasts() bool {
	for i := 1; i < len(r.elems); i++ {
		if e := r.at(i); (e.Text == "while" || e.Text == "whereas") && r.at(i-1).sign(",", ";") {
			return true
		}
	}
	return false
}

// conditional: a demand behind "patients over 70 must" holds for those alone.
func (r *clauseReader) conditional(rule Rule, s *sentence) Rule {
	if r.kind != Inclusion || len(s.given) == 0 && !s.vague || !s.after {
		return rule
	}
	if s.vague && s.onlyTermsBefore() {
		return rule // the terms themselves are the condition, and are read so
	}
	var rules []Rule
	for _, b := range s.given {
		rules = append(rules, b.rule)
	}
	if s.vague {
		rules = append(rules, Unknown("those of whom it is said"))
	}
	if len(s.given) == 0 {
		return Any{rules[0], rule}
	}
	given := joined(rules, Inclusion)
	if impossible(given) {
		given = Any(rules) // "women up to 50, or over 50 with …"
	}
	return Any{Not{given}, rule}
}

// onRecord keeps the comparisons of a sentence that speaks of somebody else, or
// says nothing but a condition; they never decide.
func (r *clauseReader) onRecord(s *sentence) (Rule, string) {
	bounds := slices.Concat(s.relaxed, s.conditions, s.given)
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
	return undecided(joined(rules, r.kind), r.whole()), bounds[0].names[0].code
}

// undecided keeps a rule on record in a form that is always unknown.
func undecided(rule Rule, words Unknown) Rule {
	leaf := Rule(words)
	return Any{All{rule, leaf}, leaf}
}

// sexed: a demand that names one sex only is for that sex.
func (r *clauseReader) sexed(rule Rule, s *sentence) Rule {
	if s.male == s.female {
		return rule
	}
	sex := ofSex(male)
	if s.female {
		sex = ofSex(female)
	}
	switch {
	case r.kind == Exclusion && r.at(0).is(male|female) && s.parts[0].says() && !slices.Contains(factsOf(rule), "sex") && !r.pregnancy(s):
		return All{sex, rule} // "women over 50"
	case r.kind == Exclusion || r.bothSexes():
		return rule
	case s.modal || r.pregnancy(s):
		return Any{Not{sex}, rule} // what is asked of women is not asked of men
	case s.onlyBounds() || len(r.bounds) == 0 && s.tells(func(t term) bool { return t.concept.kind == "illness" || strings.HasPrefix(t.concept.code, "diabetes") }):
		return All{sex, rule}
	}
	return Any{All{sex, rule}, All{Not{sex}, r.whole()}}
}

// pregnancy: the sentence speaks of it, or of breastfeeding.
func (r *clauseReader) pregnancy(s *sentence) bool {
	return s.tells(func(t term) bool {
		return strings.Contains(t.concept.code, "pregnant") || strings.HasSuffix(t.concept.code, "breastfeeding")
	})
}

// bothSexes: men and women are both spoken of somewhere in the item.
func (r *clauseReader) bothSexes() bool {
	var men, women bool
	for _, w := range r.toks {
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

// splits parts a demand that is nothing but several comparisons in a row: each is a
// criterion of its own, and can be met or not by itself.
func (r *clauseReader) splits() []split {
	if r.kind != Inclusion || len(r.bounds) < 2 || len(r.terms) > 0 {
		return nil
	}
	sentences := r.sentences()
	if len(unreadSentences(sentences)) > 0 {
		return nil
	}
	s := sentences[0]
	var out []split
	for i, p := range s.parts {
		if !p.says() && len(p.words) == 0 {
			continue
		}
		if len(p.bounds) != 1 || len(p.terms) > 0 || len(p.unread) > 0 || len(p.windows) > 0 || p.denied || p.numbers || i > 0 && p.before == byOr {
			return nil
		}
		b := p.bounds[0]
		out = append(out, split{start: r.elems[b.from].Start, rule: b.rule, code: b.names[0].code})
	}
	if len(out) < 2 || s.alien || s.permits || s.condition || s.modal || s.male != s.female || len(s.exception)+len(s.relaxed) > 0 || repeats(out) {
		return nil
	}
	out[0].start = 0
	return out
}

// unreadSentences are the sentences behind the first that say anything.
func unreadSentences(all []sentence) []sentence {
	return slices.DeleteFunc(slices.Clone(all[1:]), func(s sentence) bool { return s.silent() })
}

// repeats: two of the demands bound the same thing, and belong together.
func repeats(splits []split) bool {
	for i, s := range splits {
		if slices.ContainsFunc(splits[:i], func(o split) bool { return o.code == s.code }) {
			return true
		}
	}
	return false
}
