package criteria

import (
	"slices"
	"strings"

	"trialfinder/matcher/lexicon"
)

// linked: words tie what stands in a part of a ban to each other: "HIV with CD4 < 200". What
// only stands side by side, or in brackets, may be another way to say it.
func (r *clauseReader) linked(p *part) bool {
	if len(p.bounds) == 1 && p.bounds[0].ofTerm() && len(p.terms) == 1 && p.terms[0].concept.code != "immunosuppressants" {
		return true
	}
	var places []span
	for _, b := range p.bounds {
		places = append(places, span{b.from, b.to - 1})
	}
	for _, t := range p.terms {
		places = append(places, span{t.at, t.at})
	}
	slices.SortFunc(places, func(a, b span) int { return a.from - b.from })
	for i := 1; i < len(places); i++ {
		if !r.linkBetween(places[i-1].last, places[i].from) && !r.qualifies(places[i-1].last, places[i].from) {
			return false
		}
	}
	return true
}

// span is a run of elements, the last included.
type span struct{ from, last int }

// linkBetween: a word ties the term at one place to what narrows it at the other.
func (r *clauseReader) linkBetween(from, to int) bool {
	if slices.ContainsFunc(r.elems[from+1:to], func(e element) bool { return e.sign("(", "[") }) {
		return false
	}
	for i := from + 1; i < to; i++ {
		switch e := r.at(i); {
		case e.is(defines) && r.at(to).term() != nil && r.at(to).quantity() == nil:
			return false // "hepatitis C or HIV as confirmed by antibodies to HCV": the test is of another
		case r.vocabulary.links.has(e.Text):
			return true
		case e.kind == wordToken && !r.idle(i) && !e.is(past) && !e.is(narrow):
			return false // the link ties something else: "infarction, decompensation of cirrhosis"
		}
	}
	return false
}

// qualifies: what stands at a place is said of what follows it at once: "metastatic
// melanoma".
func (r *clauseReader) qualifies(at, next int) bool {
	c := r.at(at).term()
	return next == at+1 && c != nil && len(c.senses) > 0 && c.senses[0].demanded && c.kind == "state"
}

// qualified adds the adjectives inside the names of illnesses, unless they are all of
// an illness's own name.
func (r *clauseReader) qualified(narrow []string, terms []term) []string {
	for _, t := range terms {
		if t.concept.kind != "illness" && t.concept.code != allergy {
			continue
		}
		e := r.at(t.at)
		for _, tok := range r.toks[e.from:e.to] {
			if r.vocabulary.qualifiers.has(tok.Text) && (t.concept.code == allergy || !r.conditions.Called(t.concept.ids[0], r.text[e.Start:e.End])) {
				narrow = append(slices.Clone(narrow), tok.Text)
			}
		}
	}
	return narrow
}

// conditioned takes a spread to the liver beside a comparison for a condition of it:
// "ALT ≤ 5 x ULN with liver metastases".
func (g *partReading) conditioned(terms []term, p *part) []term {
	at := slices.IndexFunc(terms, func(t term) bool { return t.concept.code == "liver_mets" })
	if at < 0 || len(p.bounds) == 0 || len(g.rules) == 0 {
		return terms
	}
	if !slices.Contains(p.unread, "without") {
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

// withoutMeasured drops from a ban the states that its limits define: "renal insufficiency
// (creatinine > 2 mg/dL)".
func (r *clauseReader) withoutMeasured(terms []term, p *part) []term {
	if r.kind == Inclusion && !p.denied || len(p.bounds) == 0 {
		return terms
	}
	return slices.DeleteFunc(slices.Clone(terms), func(t term) bool { return r.vocabulary.measures(t, p.bounds) })
}

// measures: all limits are of quantities that tell whether a state is there.
func (l *lists) measures(t term, bounds []bound) bool {
	return !slices.ContainsFunc(bounds, func(b bound) bool { return !l.measured.has(t.concept.code + " " + b.names[0].code) })
}

// measuredElse: a number that was not read tells when there is the state: "kidney failure (serum
// creatinine of 1.5 mg/dL or more)".
func (r *clauseReader) measuredElse(p *part) bool {
	l := &r.vocabulary.lists
	return r.kind == Exclusion && p.numbers && len(p.bounds) == 0 && len(p.terms) == 1 && l.measuredStates.has(p.terms[0].concept.code) && l.amounts.some(p.words)
}

// measuredBefore: the limits of a part in a bracket go on defining a state before it.
func (r *clauseReader) measuredBefore(p *part, of *sentence) bool {
	return of.some(func(o *part) bool {
		return slices.ContainsFunc(o.terms, func(t term) bool { return r.vocabulary.measures(t, p.bounds) })
	})
}

// once drops the illness that a state beside it names as well: "hepatitis B (HBV)".
func (l *lists) once(terms []term) []term {
	if len(terms) < 2 {
		return terms
	}
	return slices.DeleteFunc(slices.Clone(terms), func(t term) bool {
		return t.concept.kind == "illness" && len(t.concept.ids) == 1 && slices.ContainsFunc(terms, func(o term) bool { return l.twice.has(o.concept.code + " " + t.concept.ids[0]) })
	})
}

// unaccounted gives the narrowing words that a term's sense does not hold; a solid
// tumour is primary unless it says otherwise.
func (r *clauseReader) unaccounted(t term, words []string, s *sense) []string {
	rest := t.concept.unaccounted(words, s)
	if t.concept.kind == "illness" && r.conditions.IsA(t.concept.ids[0], "solid_tumour") {
		rest = slices.DeleteFunc(slices.Clone(rest), func(w string) bool { return w == "primary" })
	}
	return rest
}

// spreadOf reads the adjectives of a cancer of which one is enough, "locally advanced
// or metastatic", or a single one; nil where they say more than that.
func (v *vocabulary) spreadOf(adjectives []string) Any {
	var rules Any
	several := false
	for _, w := range adjectives {
		a, ok := v.spreads[w]
		switch {
		case ok && !slices.ContainsFunc(rules, func(r Rule) bool { return equal(r, a) }):
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
func (r *clauseReader) spread(terms []term, narrow []string, p *part) Rule {
	if r.kind != Inclusion || p.denied || !r.ofCancer(terms) {
		return nil
	}
	if spread := r.vocabulary.spreadOf(narrow); spread != nil {
		return append(spread, Unknown(strings.Join(p.words, " ")))
	}
	return nil
}

// alsoSpread takes "metastatic" for one of the adjectives where another stands before
// it: "recurrent, or metastatic".
func (v *vocabulary) alsoSpread(terms []term, narrow []string) ([]term, []string) {
	if len(terms) < 2 || len(narrow) < 2 || narrow[len(narrow)-1] != "or" || v.spreadOf(narrow) == nil {
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

// broad: the phrase was taken for a group of illnesses, which is more than it says.
func (r *clauseReader) broad(t term) bool {
	if t.concept.kind != "illness" {
		return false
	}
	e := r.elems[t.at]
	phrase := strings.TrimSpace(r.text[e.Start:e.End] + " " + e.head)
	if len(t.concept.ids) == 1 && !r.calls(t.concept.ids[0], phrase) {
		return true
	}
	return slices.ContainsFunc(t.concept.ids, func(id string) bool {
		return (len(r.conditions.Children(id)) > 0 || r.vocabulary.catchAlls.has(id)) && !r.conditions.Called(id, phrase) && !r.vocabulary.same[id][lexicon.Fold(phrase)]
	})
}

// otherKind: before the name of a state, which begins with an adjective, stands another one that
// makes another state of it: "severe or unstable angina".
func (r *clauseReader) otherKind(t term, narrow []string) bool {
	if len(narrow) != 2 || narrow[1] != "or" || t.concept.kind != "state" {
		return false
	}
	e := r.at(t.at)
	return e.to > e.from+1 && r.vocabulary.shared.has(e.Text) && !r.vocabulary.shared.has(narrow[0])
}

// cause: what is named is only where something else comes from: "disease caused by hepatitis B".
func (r *clauseReader) cause(t term) bool {
	before := r.at(t.at - 1)
	return before.is(causes) && before.Text != "related" && r.at(t.at-2).kind == wordToken && r.at(t.at-2).term() == nil
}

// narrower: people name an illness by the phrase, which yet is only a part of it.
func (r *clauseReader) narrower(t term) bool {
	return t.concept.kind == "illness" && r.vocabulary.narrower.phrase(r, t.at, t.at+1)
}

// wasGiven: the words say that a treatment was given, and not that it will be.
func (l *lists) wasGiven(words []string) bool {
	return !slices.Contains(words, "wash") && !slices.Contains(words, "washout") && l.given.some(words)
}

// onlyNow: a treatment that goes on is less than one that was given.
func (r *clauseReader) onlyNow(t term, words []string) bool {
	if t.concept.kind != "treatment" && t.concept.kind != "event" {
		return false
	}
	for i := t.at - 1; i >= max(0, t.at-maxFiller) && (r.at(i).is(past) || r.at(i).is(neutral) || r.at(i).is(notWord)); i-- {
		switch r.lastWord(i) {
		case "on", "under", "receiving", "taking", "undergoing", "being":
			return true
		}
	}
	return r.vocabulary.now.some(words) && !slices.Contains(words, "received")
}

// atPresent: behind a treatment stands that it is one of this day, "at the time of inclusion".
func (r *clauseReader) atPresent(t term) bool {
	if t.concept.kind != "treatment" && t.concept.kind != "event" {
		return false
	}
	for i := t.at + 1; i < min(t.at+maxFiller, len(r.elems)); i++ {
		e := r.at(i)
		if e.kind != wordToken || e.term() != nil {
			return false
		}
		if e.Text != "at" || r.lastWord(i) == "least" {
			continue
		}
		for j := i; j < min(i+maxFiller, len(r.elems)) && r.at(j).kind == wordToken; j++ {
			switch r.lastWord(j) {
			case "inclusion", "enrolment", "enrollment", "screening", "entry", "randomisation", "randomization", "baseline", "present":
				return true
			}
		}
	}
	return false
}

// treatedFor: "prior therapy for lung cancer", "lung cancer surgery" speak of the
// therapy.
func (r *clauseReader) treatedFor(t term) bool {
	if t.concept.kind != "illness" && t.concept.kind != "state" || r.vocabulary.drugStates.has(t.concept.code) {
		return false
	}
	if t.concept.kind == "illness" && (r.treats(t.at+1) || r.studied(t)) {
		return true
	}
	switch r.at(t.at + 1).Text {
	case "study", "studies", "trial", "trials":
		return true
	case "treatment", "treatments", "therapy", "therapies", "medication", "medications", "drug", "drugs", "agent", "agents", "vaccine", "vaccines":
		return !r.vocabulary.treatStates.has(t.concept.code) // "hepatitis C treatment", but "dialysis treatment"
	case "activity":
		return r.lastWord(t.at-1) == "anti" || strings.HasPrefix(r.at(t.at).Text, "anti") // "anti-HIV activity"
	}
	for i := t.at - 1; i >= 0 && i >= t.at-maxFiller; i-- {
		switch r.lastWord(i) {
		case "of":
			if before := r.lastWord(i - 1); strings.HasPrefix(before, "treatment") || strings.HasPrefix(before, "therap") {
				return true
			}
		case "for", "against", "treat":
			return r.at(i).to-r.at(i).from > 1 && r.vocabulary.treats.has(r.at(i).Text) || r.treats(i-1) || r.treats(i-2) || r.treats(i-3)
		}
		if r.at(i).sign(".", ";") {
			break
		}
	}
	return false
}

// studied: the illness is only what a study is of that somebody was in: "participated in a
// melanoma or sarcoma study".
func (r *clauseReader) studied(t term) bool {
	in := slices.ContainsFunc(r.toks[:r.at(t.at).from], func(t token) bool { return strings.HasPrefix(t.Text, "participat") || t.Text == "enrolled" })
	for i := t.at + 1; in && i < len(r.elems) && !r.at(i).sign(".", ";", ","); i++ {
		switch r.lastWord(i) {
		case "study", "studies", "trial", "trials":
			return true
		}
	}
	return false
}

// forOneIllness: a list of treatments ends in the illness that they were for.
func (r *clauseReader) forOneIllness(s *sentence) bool {
	treatments, ill := 0, false
	for _, p := range s.parts {
		for _, t := range p.terms {
			if t.concept.kind == "treatment" || t.concept.kind == "event" {
				treatments++
			}
			ill = ill || t.concept.kind == "illness" && r.treatedFor(t)
		}
	}
	return ill && treatments > 0
}

// treats: element i speaks of a treatment.
func (r *clauseReader) treats(i int) bool {
	if i < 0 || i >= len(r.elems) {
		return false
	}
	c := r.at(i).term()
	if c != nil && (c.kind == "treatment" || c.kind == "event" || strings.HasSuffix(c.code, "_sct") || strings.Contains(c.code, "transplant")) {
		return true
	}
	if c != nil && c.kind == "state" {
		return false // "hepatocellular carcinoma not amenable to surgery"
	}
	e := r.at(i)
	if e.is(neutral) && (e.Text == "at" || e.Text == "during" || e.Text == "on" || e.Text == "upon") {
		return false // "at screening"
	}
	return slices.ContainsFunc(r.toks[e.from:e.to], func(t token) bool { return r.vocabulary.treats.has(t.Text) })
}

// placed: an infection of one organ is less than any.
func (l *lists) placed(t term, words []string) bool {
	return strings.HasPrefix(t.concept.code, "infecti") && l.organs.some(words)
}

// elsewhere: metastases of one organ are fewer than any.
func (r *clauseReader) elsewhere(t term) bool {
	before := r.at(t.at - 1).Text
	return t.concept.code == "metastatic" && (r.vocabulary.organs.has(before) || r.vocabulary.body.has(before))
}

// during: the treatment only tells when, "no steroids during chemotherapy", "3 days before
// infusion of NK cells".
func (r *clauseReader) during(t term, p *part) bool {
	if t.concept.kind != "treatment" {
		return false
	}
	demanded := r.kind == Inclusion && !p.denied
	switch r.at(t.at + 1).Text {
	case "study", "studies", "trial", "trials", "will":
		return !demanded // "enrolled in a cell therapy study"
	}
	i := t.at - 1
	for i > 0 && !r.tellsWhen(i, demanded) && (r.at(i).kind == wordToken && (r.idle(i) || r.at(i).is(anchor)) || demanded && r.ofRegimen(i)) {
		i--
	}
	return r.tellsWhen(i, demanded) || r.tellsWhen(t.at-2, demanded)
}

// ofRegimen: element i is within a list of treatments given together: "before treatment with
// the combination of cisplatin, etoposide and a PD-1 antibody".
func (r *clauseReader) ofRegimen(i int) bool {
	e := r.at(i)
	switch e.Text {
	case "combination", "starting", "initiating", "initiation", "receiving", "beginning":
		return true
	}
	lists := func(e *element) bool { return e.sign(",") || e.is(andWord) }
	return lists(e) || r.treats(i) || e.kind == wordToken && lists(r.at(i-1)) && lists(r.at(i+1))
}

// tellsWhen: what follows element i is a point in time: "prior to", "during"; or how. What a
// demand says to be during a treatment asks for that, too.
func (r *clauseReader) tellsWhen(i int, demanded bool) bool {
	switch r.at(i).Text {
	case "during", "using":
		return !demanded
	case "before":
		return true
	}
	return r.at(i).Text == "prior" && r.lastWord(i) == "to"
}

// acted: what is named is only what something else acts on: "drugs that affect psoriasis",
// "interferes with the cell therapy".
func (r *clauseReader) acted(t term) bool {
	for i := t.at - 1; i >= max(0, t.at-maxFiller); i-- {
		e := r.at(i)
		if slices.ContainsFunc(r.toks[e.from:e.to], func(w token) bool { return r.vocabulary.acts.has(w.Text) }) {
			return true
		}
		if e.Text == "associated" && (r.lastWord(i) == "with" || r.at(i+1).Text == "with") {
			return true // "antibodies associated with diabetes"
		}
		if r.vocabulary.aspects.has(e.Text) {
			continue // "interferes with the efficacy of the study drug"
		}
		if e.kind != wordToken || e.term() != nil || !r.idle(i) && !e.is(past) {
			return false
		}
	}
	return false
}

// theTrials: "the investigational product" is that of the trial, and no other.
func (r *clauseReader) theTrials(t term) bool {
	return t.concept.code == "trial_drug" && r.at(t.at-1).Text == "the"
}

// atOnce: metastases are asked to be without treatment and to cause symptoms as well, and
// not only one of both.
func (p *part) atOnce(t term) bool {
	return strings.HasPrefix(t.concept.code, "brain_") && slices.Contains(p.narrow, "untreated") && slices.Contains(p.narrow, "symptomatic") && !slices.Contains(p.narrow, "or")
}

// transplantedAtOnce: several organs were transplanted together: "simultaneous liver and kidney
// transplants".
func (r *clauseReader) transplantedAtOnce(t term) bool {
	transplant := strings.Contains(t.concept.code, "transplant") || t.concept.kind == "illness" && strings.Contains(t.concept.ids[0], "transplant")
	return transplant && slices.ContainsFunc(r.toks[:r.at(t.at).from], func(w token) bool { return w.Text == "simultaneous" || w.Text == "combined" })
}

// infected: "infected nonunion" is less than any.
func (r *clauseReader) infected(t term) bool {
	return t.concept.kind == "illness" && r.at(t.at-1).Text == "infected"
}

// tested: the illness is only what a test is for, which need not have found it.
func (r *clauseReader) tested(t term, words []string) bool {
	if t.concept.kind != "illness" {
		return false
	}
	next := r.at(t.at + 1)
	return r.vocabulary.tests.has(next.Text) && !slices.Contains(words, "positive")
}

// another: a state other than the one that the trial is about.
func (r *clauseReader) another(t term) bool {
	before := r.at(t.at - 1).Text
	if t.concept.kind == "illness" {
		return (before == "other" || before == "another") && r.conditions.IsA(t.concept.ids[0], "cancer")
	}
	return t.concept.kind == "state" && (before == "other" || before == "another") && t.concept.code != "other_cancer" && t.concept.code != "in_other_trial" &&
		!r.vocabulary.drugStates.has(t.concept.code)
}

// specific drops what leads up to another term of the part: "infection with HIV".
func (r *clauseReader) specific(terms []term) []term {
	l := &r.vocabulary.lists
	general := 0
	for _, t := range terms {
		if l.general.has(t.concept.code) {
			general++
		}
	}
	if general == 0 || general == len(terms) {
		return terms
	}
	return slices.DeleteFunc(slices.Clone(terms), func(t term) bool {
		return l.general.has(t.concept.code) && !r.besides(t) && !r.behindList(t)
	})
}

// besides: a general treatment behind a kind of treatment is another one, between which and
// itself a sign is missing: "chemotherapy immunotherapy".
func (r *clauseReader) besides(t term) bool {
	before := r.at(t.at - 1).term()
	return before != nil && t.concept.kind == "treatment" && r.vocabulary.kinds.has(before.code)
}

// behindList: a list in brackets stands before a general state and tells kinds of it, and not
// all: "bacterial, fungal and viral (HIV, HBV) infections".
func (r *clauseReader) behindList(t term) bool {
	if !r.at(t.at - 1).sign(")") {
		return false
	}
	list := false
	for i := t.at - 2; i >= 0 && !r.at(i).sign("(", ")"); i-- {
		list = list || r.at(i).sign(",")
	}
	return list
}

// oneIllness: of several illnesses that a demand names in one breath, any may be
// the person's: "liver transplant for hepatocellular carcinoma".
func oneIllness(terms []term, narrowed bool) ([]term, bool) {
	if len(terms) < 2 {
		return terms, narrowed
	}
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

// calls: the phrase is a name of the illness, and of nothing narrower.
func (r *clauseReader) calls(id, phrase string) bool {
	before, _, bracketed := strings.Cut(phrase, "(")
	return r.callsAlike(id, lexicon.Fold(phrase)) || bracketed && r.callsAlike(id, lexicon.Fold(before))
}

// callsAlike: the folded phrase, or one that means the same, is a name of the illness.
func (r *clauseReader) callsAlike(id, phrase string) bool {
	is := func(name string) bool { return r.vocabulary.same[id][name] || r.conditions.Spoken(id, name) }
	if one := strings.TrimSuffix(phrase, "s"); is(phrase) || one != phrase && is(one) {
		return true
	}
	cancer := cancerFor.Replace(phrase)
	return cancer != phrase && is(cancer)
}

// cancerFor puts one word for those that mean the same at the end of a cancer's name.
var cancerFor = strings.NewReplacer("carcinomas", "cancer", "carcinoma", "cancer", "cancers", "cancer", "neoplasms", "cancer", "neoplasm", "cancer", "malignancies", "cancer", "malignancy", "cancer")

// knowsNot: no sense of the concept is chosen by the word, and it is no small one.
func (c *concept) knowsNot(word string) bool {
	return len(word) > len("against") && !slices.ContainsFunc(c.senses, func(s sense) bool { return s.chosenBy(word) })
}

// ofOneAllergen: the rule is about one allergy of several.
func ofOneAllergen(rule Rule) bool {
	a, ok := rule.(Atom)
	return ok && a.Fact == "allergies" && len(a.Value.List) == 1
}
