package criteria

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"trialfinder/matcher/lexicon"
)

// partRules makes the rules of a sentence's parts, those that are denied together
// as one.
func (r *clauseReader) partRules(s sentence) partsRead {
	var got partsRead
	var denied []Rule
	flush := func() {
		if len(denied) > 0 {
			got.rules = append(got.rules, Not{joined(denied, Exclusion)})
			denied = nil
		}
	}
	clause := 0
	for _, p := range s.untied() {
		rule, said := r.partRule(p, s)
		if rule == nil {
			continue
		}
		got.code = cmp.Or(got.code, said.code)
		got.absorbs = got.absorbs || said.absorbs
		if p.denied {
			denied = append(denied, rule)
			continue
		}
		flush()
		if p.clause > clause && p.before == byAnd && len(got.rules) > 0 && r.kind == Inclusion {
			got.before = append(got.before, got.group)
			got.group = group{}
		}
		clause = p.clause
		got.add(rule, p.before)
	}
	flush()
	return got
}

// partsRead are the rules of a sentence's parts.
type partsRead struct {
	group
	before  []group // clauses that hold besides: "has melanoma or a sarcoma, and has relapsed"
	code    string  // of the first that was read
	absorbs bool    // what they say holds the sentence's exception already
}

// group are rules that stand in one clause.
type group struct {
	rules     []Rule
	ands, ors int  // how many joints of each kind stand between them
	loose     int  // and of commas
	bare      bool // something stands in it of which nothing was read
}

// add takes one more rule; one that says the same again is none.
func (g *group) add(rule Rule, before joint) {
	if slices.ContainsFunc(g.rules, func(r Rule) bool { return reflect.DeepEqual(r, rule) }) {
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
	g.rules = append(g.rules, rule)
}

// partRule is the rule of one part: what stands in it together narrows each other.
func (r *clauseReader) partRule(p part, of sentence) (Rule, partReading) {
	if p.other && len(p.bounds) > 0 {
		var kept partReading
		for _, b := range p.bounds {
			kept.add(b.rule, b.names[0].code)
		}
		return undecided(joined(kept.rules, r.kind), Unknown(strings.Join(p.words, " "))), kept
	}
	if !p.says() || p.other {
		if len(p.unread) == 0 {
			return nil, partReading{}
		}
		return Unknown(strings.Join(p.unread, " ")), partReading{}
	}
	words := Unknown(strings.Join(p.words, " "))
	got := r.partReading(p, of)
	if len(got.rules) == 0 {
		return words, partReading{}
	}
	if r.kind == Exclusion && p.inside && len(p.bounds) > 0 {
		got.rules = append(got.rules, words)
	}
	if r.kind == Exclusion && len(got.rules) > 1 && (r.definedInBracket(p) || !r.linked(p)) {
		got.rules = []Rule{ambiguous(got.rules)}
	}
	if got.narrowed {
		got.rules = append(got.rules, words)
	}
	rule := joined(got.rules, Inclusion)
	if !got.excused || r.kind == Exclusion || p.denied {
		return rule, got
	}
	if (of.condition && (of.after || !of.modal) || of.permits) && len(p.bounds) == 0 && !p.numbers {
		// Whoever is free of what the condition names has nothing to meet.
		return Any{Not{rule}, words}, got
	}
	return undecided(rule, words), got
}

// definedInBracket: a comparison in brackets behind a state may define it: "renal failure
// (creatinine clearance < 30)".
func (r *clauseReader) definedInBracket(p part) bool {
	if len(p.bounds) == 0 || len(p.terms) == 0 || p.bounds[0].from < p.terms[0].at {
		return false
	}
	for i := p.terms[0].at; i < p.bounds[0].from; i++ {
		if r.at(i).sign("(", "[") {
			return true
		}
	}
	return false
}

// linked: a word ties a comparison to the state that it narrows: "HIV with CD4 < 200".
func (r *clauseReader) linked(p part) bool {
	if len(p.bounds) == 0 || len(p.terms) == 0 || p.bounds[0].ofTerm() {
		return true
	}
	from, to := min(p.bounds[0].from, p.terms[0].at), max(p.bounds[0].from, p.terms[0].at)
	for i := from; i < to; i++ {
		switch r.at(i).Text {
		case "with", "and", "whose", "who", "having", "if", "by", "as", "of", "in", "while", "despite":
			return true
		}
	}
	return false
}

// partReading is what the pieces of a part say.
type partReading struct {
	rules    []Rule
	code     string // of the first that was read
	narrowed bool   // words stand beside it that make it narrower
	excused  bool   // it is no demand, even among demands
	absorbs  bool   // the sentence's exception is part of what it says
}

func (g *partReading) add(rule Rule, code string) {
	if g.code == "" {
		g.code = code
	}
	if !slices.ContainsFunc(g.rules, func(r Rule) bool { return reflect.DeepEqual(r, rule) }) {
		g.rules = append(g.rules, rule) // not a gloss: "non-small cell lung cancer (NSCLC)"
	}
}

func (r *clauseReader) partReading(p part, of sentence) partReading {
	unread := slices.Clone(p.unread)
	got := partReading{narrowed: len(p.windows) > 1 || of.restricted}
	for _, b := range p.bounds {
		got.add(b.rule, b.names[0].code)
		got.narrowed = got.narrowed || b.names[0].code == "steroids_mg" && (given(p.words) || slices.Contains(p.words, "trial"))
	}
	var w *window
	if len(p.windows) == 1 {
		w = &p.windows[0]
	}
	terms := specific(p.terms)
	terms = withoutDosed(terms, p.bounds)
	if p.allergic && len(terms) == 0 && len(p.bounds) == 0 {
		terms = []term{{concept: r.vocabulary.concepts[allergy]}}
	}
	if r.kind == Inclusion {
		terms, got.narrowed = oneIllness(terms, got.narrowed)
	}
	narrow := r.qualified(p.narrow, terms)
	if r.kind == Inclusion {
		terms, narrow = alsoSpread(terms, narrow)
	}
	spread := r.spread(terms, narrow, p)
	terms = got.conditioned(terms, p)
	for _, t := range terms {
		if r.kind == Inclusion && of.permits {
			w = nil // whoever never had it has nothing to fear from when
		}
		rule, s := r.termRule(t, p.words, of.excused(), w)
		if rule == nil || r.treatedFor(t) {
			got.narrowed = true
			continue
		}
		if also := t.concept.also(narrow, s); also != nil {
			rule, narrow = Any{rule, also}, nil // "active or history of"
		}
		narrow = t.concept.unaccounted(narrow, s)
		if t.concept.kind == "illness" && r.conditions.IsA(t.concept.ids[0], "solid_tumour") {
			narrow = slices.DeleteFunc(slices.Clone(narrow), func(w string) bool { return w == "primary" })
		}
		unread = slices.DeleteFunc(unread, func(w string) bool { return slices.Contains(s.when, lexicon.Fold(w)) })
		got.absorbs = got.absorbs || s.absorbs()
		got.narrowed = got.narrowed || s.wide || r.broad(t) || r.onlyNow(t, p.words)
		got.excused = got.excused || of.permits || !s.demanded || t.concept.kind == "treatment" && !given(p.words) || p.numbers
		got.add(r.fitted(rule, t, s, p), t.concept.code)
	}
	if spread != nil {
		narrow, got.rules = nil, append(got.rules, spread)
	}
	got.narrowed = got.narrowed || len(unread) > 0 || len(terms) > 0 && len(narrow) > 0
	return got
}

// qualifiers are adjectives that can stand inside the name of an illness.
var qualifiers = []string{"extensive", "limited", "early", "metastatic", "advanced", "recurrent", "relapsed", "refractory", "unresectable", "resectable", "severe", "active"}

// qualified adds the adjectives inside the names of illnesses, unless they are all of
// an illness's own name.
func (r *clauseReader) qualified(narrow []string, terms []term) []string {
	for _, t := range terms {
		if t.concept.kind != "illness" || t.at >= len(r.elems) {
			continue
		}
		e := r.at(t.at)
		for _, tok := range r.toks[e.from:e.to] {
			if slices.Contains(qualifiers, tok.Text) && !r.conditions.Called(t.concept.ids[0], r.text[e.Start:e.End]) {
				narrow = append(slices.Clone(narrow), tok.Text)
			}
		}
	}
	return narrow
}

// conditioned takes a spread to the liver beside a comparison for a condition of it:
// "ALT ≤ 5 x ULN with liver metastases".
func (g *partReading) conditioned(terms []term, p part) []term {
	at := slices.IndexFunc(terms, func(t term) bool { return t.concept.code == "liver_mets" })
	if at < 0 || len(p.bounds) == 0 || len(g.rules) == 0 {
		return terms
	}
	if !slices.Contains(p.words, "without") {
		g.rules = []Rule{Any{Not{terms[at].concept.senses[0].rule}, joined(g.rules, Inclusion)}}
	}
	return slices.Delete(slices.Clone(terms), at, at+1)
}

// withoutDosed drops steroids of which the dose is told.
func withoutDosed(terms []term, bounds []bound) []term {
	if !slices.ContainsFunc(bounds, func(b bound) bool { return b.names[0].code == "steroids_mg" }) {
		return terms
	}
	ofSteroids := slices.ContainsFunc(terms, func(t term) bool { return t.concept.code == "steroids" })
	return slices.DeleteFunc(slices.Clone(terms), func(t term) bool {
		return t.concept.code == "steroids" || ofSteroids && t.concept.code == "immunosuppressants"
	})
}

// spreads are the words that tell how far a cancer has come, and what is enough to
// be so.
var spreads = map[string]Atom{
	"metastatic":   {Fact: "metastatic", Op: Eq, Value: Boolean(true)},
	"advanced":     {Fact: "metastatic", Op: Eq, Value: Boolean(true)},
	"recurrent":    {Fact: "disease_state", Op: Eq, Value: Text("relapsed")},
	"relapsed":     {Fact: "disease_state", Op: Eq, Value: Text("relapsed")},
	"refractory":   {Fact: "disease_state", Op: Eq, Value: Text("refractory")},
	"unresectable": {Fact: "resectable", Op: Eq, Value: Boolean(false)},
	"inoperable":   {Fact: "resectable", Op: Eq, Value: Boolean(false)},
}

// spreadOf reads the adjectives of a cancer of which one is enough, "locally advanced
// or metastatic", or a single one; nil where they say more than that.
func spreadOf(adjectives []string) Any {
	var rules Any
	several := false
	for _, w := range adjectives {
		a, ok := spreads[w]
		switch {
		case ok && !slices.ContainsFunc(rules, func(r Rule) bool { return reflect.DeepEqual(r, a) }):
			rules = append(rules, a)
		case w == "or":
			several = true
		case !ok && w != "locally" && w != "and" && w != "persistent":
			return nil
		}
	}
	if len(rules) > 1 && !several {
		return nil
	}
	return rules
}

// spread is the rule of how far the cancer of a demand has come; nil where it says none.
func (r *clauseReader) spread(terms []term, narrow []string, p part) Rule {
	if r.kind != Inclusion || p.denied || !r.ofCancer(terms) {
		return nil
	}
	if spread := spreadOf(narrow); spread != nil {
		return append(spread, Unknown(strings.Join(p.words, " ")))
	}
	return nil
}

// alsoSpread takes "metastatic" for one of the adjectives where another stands before
// it: "recurrent, or metastatic".
func alsoSpread(terms []term, narrow []string) ([]term, []string) {
	if len(terms) < 2 || len(narrow) < 2 || narrow[len(narrow)-1] != "or" || spreadOf(narrow) == nil {
		return terms, narrow
	}
	at := slices.IndexFunc(terms, func(t term) bool { return t.concept.code == "metastatic" })
	if at < 0 {
		return terms, narrow
	}
	return slices.Delete(slices.Clone(terms), at, at+1), append(slices.Clone(narrow), "metastatic")
}

// ofCancer: one of the terms is a cancer.
func (r *clauseReader) ofCancer(terms []term) bool {
	return slices.ContainsFunc(terms, func(t term) bool {
		return t.concept.code == "malignancy" || t.concept.kind == "illness" &&
			slices.ContainsFunc(t.concept.ids, func(id string) bool { return r.conditions.IsA(id, "cancer") })
	})
}

// fitted is the rule of a term as far as its fact fits the words.
func (r *clauseReader) fitted(rule Rule, t term, s *sense, p part) Rule {
	if t.concept.kind == "illness" && p.denied && r.kind == Inclusion {
		rule = anyIllness(rule)
	}
	words := r.words(t.at, t.at+1)
	rule = inWords(rule, words)
	if s.narrow || t.concept.kind == "illness" && slices.ContainsFunc(t.concept.ids, func(id string) bool { return slices.Contains(narrower, id) }) {
		return Any{rule, Unknown(words)}
	}
	return rule
}

// catchAlls are illnesses that stand for many without naming them.
var catchAlls = []string{"eye_disease", "joint_bone_disease", "blood_disease_nonmalignant", "kidney_disease_any", "liver_disease_any", "neuropathy", "periodontitis", "spinal_cord_injury", "brain_injury"}

// narrower are illnesses that hold only part of what their words mean.
var narrower = []string{"viral_infection_transplant"}

// broad: the phrase was taken for a group of illnesses, which is more than it says.
func (r *clauseReader) broad(t term) bool {
	if t.concept.kind != "illness" {
		return false
	}
	e := r.elems[t.at]
	phrase := strings.TrimSpace(r.text[e.Start:e.End] + " " + e.head)
	return slices.ContainsFunc(t.concept.ids, func(id string) bool {
		return (len(r.conditions.Children(id)) > 0 || slices.Contains(catchAlls, id)) && !r.conditions.Called(id, phrase)
	})
}

// given: the words say that a treatment was given, and not that it will be.
func given(words []string) bool {
	return !slices.Contains(words, "wash") && !slices.Contains(words, "washout") && slices.ContainsFunc(words, func(w string) bool {
		return slices.Contains([]string{"prior", "previous", "previously", "received", "failed", "failure", "progressed", "progression", "refractory", "resistant", "undergone", "treated", "completed", "after", "exposed"}, w)
	})
}

// now are the words that speak of what goes on at present.
var now = []string{"current", "currently", "ongoing", "concurrent", "concomitant", "presently", "concurrently"}

func isNow(word string) bool { return slices.Contains(now, word) }

// onlyNow: a treatment that goes on is less than one that was given.
func (r *clauseReader) onlyNow(t term, words []string) bool {
	if t.concept.kind != "treatment" && t.concept.kind != "event" {
		return false
	}
	before := r.at(t.at - 1).Text
	return slices.Contains([]string{"on", "under", "receiving", "taking", "undergoing"}, before) || slices.ContainsFunc(words, isNow)
}

// treats are words that make of an illness the reason of a treatment.
var treats = []string{"therapy", "treatment", "treatments", "treated", "medication", "medications", "drug", "drugs", "surgery", "vaccine", "regimen", "therapies", "screening", "trial", "study", "trials", "studies", "protocol"}

// treatedFor: "prior therapy for lung cancer", "lung cancer surgery" speak of the
// therapy.
func (r *clauseReader) treatedFor(t term) bool {
	if t.concept.kind != "illness" && t.concept.kind != "state" || slices.Contains(drugs, t.concept.code) {
		return false
	}
	if t.concept.kind == "illness" && r.treats(t.at+1) {
		return true
	}
	for i := t.at - 1; i >= 0 && i >= t.at-maxFiller; i-- {
		words := strings.Fields(strings.ToLower(r.words(i, i+1)))
		if len(words) > 0 && slices.Contains([]string{"for", "against", "treat"}, words[len(words)-1]) {
			return len(words) > 1 && slices.Contains(treats, words[0]) || r.treats(i-1) || r.treats(i-2) || r.treats(i-3)
		}
		if r.at(i).sign(".", ";") {
			break
		}
	}
	return false
}

// treats: element i speaks of a treatment.
func (r *clauseReader) treats(i int) bool {
	if i < 0 || i >= len(r.elems) {
		return false
	}
	if c := r.at(i).term(); c != nil && (c.kind == "treatment" || c.kind == "event") {
		return true
	}
	words := strings.Fields(strings.ToLower(r.words(i, i+1)))
	return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(treats, w) })
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
