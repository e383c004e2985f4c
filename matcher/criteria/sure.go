package criteria

import (
	"slices"
	"strings"
)

// The line of certainty: a wrong "not met" takes a chance from somebody, and so what was read
// of a part keeps nobody out where its words leave a doubt that the part is asked for, or
// banned, just so. Whoever meets it, or is free of it, is told so all the same. The doubts are
// those of doubted; what an item leaves open as a whole is in assemble.

// sure keeps a rule whose part is doubted from keeping anybody out.
func (r *clauseReader) sure(rule Rule, p *part, of *sentence) Rule {
	if rule == nil || !some(rule, isAtom) || !r.doubted(p, of) {
		return rule
	}
	if r.kind == Inclusion && !p.denied {
		return Any{rule, r.wordsOf(p)}
	}
	return All{rule, r.wordsOf(p)}
}

// doubted: the words of a part leave open whether it is asked of everybody, of a part of
// them, or only tells what something else is.
func (r *clauseReader) doubted(p *part, of *sentence) bool {
	if r.kind == Inclusion {
		return r.onlyTellsWhen(p) || r.ofSubgroup(p, of) || r.runsThrough(p) || p.perhapsDenied(of) || p.spreadBefore() || p.allowedDose(of) || r.judges(p)
	}
	return r.withTreatment(p, of) || r.ofTarget(p) || p.untimed(of) || r.inSpite(p, of) || r.onDrugs(p) || r.sharesNoun(p, of) || p.limitedElse(of)
}

// onlyTellsWhen: what is named stands behind a point of time, and may tell no more than that:
// "known to have sarcoma prior to starting treatment with cisplatin".
func (r *clauseReader) onlyTellsWhen(p *part) bool {
	if len(p.terms) == 0 || p.denied || r.sound(p) {
		return false
	}
	for i := p.terms[0].at - 1; i >= 0 && !r.at(i).sign(".", ";", ":", ")"); i-- {
		e := r.at(i)
		if r.vocabulary.until.has(e.Text) && (e.Text != "prior" || r.lastWord(i) == "to") && !r.inWindow(i) {
			return true
		}
	}
	return false
}

// runsThrough: an illness stands in a row of words of which nothing is read, in a list that has lost
// its signs: "uterine scars synechia obstructed tubes".
func (r *clauseReader) runsThrough(p *part) bool {
	if p.denied || len(p.terms) != 1 || p.terms[0].concept.kind != "illness" || len(p.unread) < aFewWords*2 {
		return false
	}
	at := p.terms[0].at
	return r.strange(at-1) && r.strange(at+1)
}

// strange: element i is a word of which nothing is read.
func (r *clauseReader) strange(i int) bool {
	e := r.at(i)
	return e.kind == wordToken && !e.known && e.concept == nil && !r.idle(i)
}

// ofTarget: a drug of one kind, joined by a slash to another, is that against the target of both:
// "a PD-L1 monoclonal/bispecific antibody".
func (r *clauseReader) ofTarget(p *part) bool {
	return p.slash && len(p.terms) > 0 && p.terms[0].concept.kind == "treatment" && strings.HasPrefix(r.lastWord(p.terms[0].at), "antibod")
}

// untimed: beside a treatment without a time of its own stands a time that was not read:
// "steroids or chemotherapy, 3 months before the study".
func (p *part) untimed(of *sentence) bool {
	return p.happened() && len(p.windows) == 0 && of.some(func(o *part) bool {
		return o.numbers && !o.says() && slices.ContainsFunc(o.words, func(w string) bool { return timeUnits[w] != "" })
	})
}

// inSpite: a blood pressure is banned only of those who are treated: "even after treatment, a
// systolic pressure over 150".
func (r *clauseReader) inSpite(p *part, of *sentence) bool {
	return p.onlyBounds() && strings.HasSuffix(p.bounds[0].names[0].code, "_bp") && of.some(func(o *part) bool {
		return !o.says() && (slices.Contains(o.words, "even") || slices.Contains(o.words, "despite")) && r.vocabulary.treats.some(o.words)
	})
}

// onDrugs: a bracket behind a state names drugs, which may only tell of the state: "a bleeding
// disorder (… without anticoagulants)".
func (r *clauseReader) onDrugs(p *part) bool {
	return p.inside && len(p.terms) == 1 && p.terms[0].concept.code == "anticoagulants"
}

// sharesNoun: words of which nothing was read share the noun of a cancer: "a borderline or
// malignant ovarian tumor", "ovarian borderline or malignant tumor".
func (r *clauseReader) sharesNoun(p *part, of *sentence) bool {
	if p.before != byOr || len(p.terms) != 1 || p.terms[0].concept.code != "malignancy" || r.at(p.terms[0].at).Text != "malignant" {
		return false
	}
	at := slices.IndexFunc(of.parts, func(o part) bool { return len(o.terms) == 1 && o.terms[0].at == p.terms[0].at })
	return at > 0 && !of.parts[at-1].says() && len(of.parts[at-1].unread) > 1
}

// spreadBefore: that a cancer had spread before is denied, and not that it has now: "no history of
// previous metastatic disease".
func (p *part) spreadBefore() bool {
	return p.denied && len(p.terms) == 1 && p.terms[0].concept.code == "metastatic" && slices.ContainsFunc(p.words, func(w string) bool { return w == "previous" || w == "prior" || w == "history" })
}

// allowedDose: a dose of steroids stands beside what is allowed, and is asked of nobody.
func (p *part) allowedDose(of *sentence) bool {
	return of.permits && slices.ContainsFunc(p.bounds, func(b bound) bool { return b.names[0].code == "steroids_mg" && b.extent.low != nil })
}

// perhapsDenied: the "no" before the part that this one is joined to may reach it: "shows no EGFR
// mutation and ALK fusion".
func (p *part) perhapsDenied(of *sentence) bool {
	if p.denied || p.before != byAnd || len(p.terms) == 0 || len(p.bounds) > 0 {
		return false
	}
	at := slices.IndexFunc(of.parts, func(o part) bool { return len(o.terms) > 0 && o.terms[0].at == p.terms[0].at })
	return at > 0 && of.parts[at-1].denied && of.parts[at-1].within && of.parts[at-1].clause == p.clause
}

// judges: it is told what must be of what can be measured, and not that it must be there:
// "measurable lesions must be outside of an irradiated field".
func (r *clauseReader) judges(p *part) bool {
	if p.denied || len(p.terms) != 1 || len(p.bounds) > 0 || len(p.unread) == 0 || p.terms[0].concept.code != measurable {
		return false
	}
	for i := p.terms[0].at + 1; i < min(p.terms[0].at+2*maxFiller, len(r.elems)); i++ {
		if e := r.at(i); e.kind != wordToken || e.Text == "must" || e.Text == "should" {
			return e.kind == wordToken
		}
	}
	return false
}

// limitedElse: the state that is banned stands in the list a second time, with a limit: "congestive heart
// failure or heart failure of NYHA class II".
func (p *part) limitedElse(of *sentence) bool {
	return len(p.terms) == 1 && len(p.bounds) == 0 && of.some(func(o *part) bool {
		return len(o.bounds) > 0 && len(o.terms) == 1 && o.terms[0].concept == p.terms[0].concept && o.terms[0].at != p.terms[0].at
	})
}

// inWindow: element i is part of a stretch of time.
func (r *clauseReader) inWindow(i int) bool {
	return slices.ContainsFunc(r.windows, func(w window) bool { return w.from <= i && i < w.to })
}

// ofSubgroup: a limit is told for some of those who take part, and others have another one:
// "creatinine < 2.0 mg/dL for white men, < 2.3 for black men".
func (r *clauseReader) ofSubgroup(p *part, of *sentence) bool {
	return slices.ContainsFunc(p.bounds, func(b bound) bool { return b.names[0].code != "age" && !b.ofStage() && !r.forSome(b.to) }) && of.some(func(o *part) bool { return r.vocabulary.subgroups.some(o.words) })
}

// withTreatment: being in another trial is banned only together with what was given in it: "took
// part in a trial and received its drugs".
func (r *clauseReader) withTreatment(p *part, of *sentence) bool {
	if !slices.ContainsFunc(p.terms, func(t term) bool { return t.concept.code == "in_other_trial" }) {
		return false
	}
	return of.some(func(o *part) bool {
		return o.before == byAnd && o.clause >= p.clause && r.vocabulary.substances.some(o.words)
	})
}

// A demand longer than so many bytes of which something was not read kept somebody out wrongly in
// one of fifteen; of all others one in sixty did. Limits are told at length, too, and are read well.
const windingFrom = 160

// winding: a demand of more than limits is long, and something in it was not read.
func (r *clauseReader) winding(rule Rule) bool {
	return len(r.text) > windingFrom && some(rule, isUnread) && intricate(rule)
}

// isUnread: nothing is known of it.
func isUnread(rule Rule) bool {
	_, unread := rule.(Unknown)
	return unread
}

// isAtom: the rule asks a fact.
func isAtom(rule Rule) bool {
	not, denied := rule.(Not)
	if denied {
		return isAtom(not.Rule) || some(not.Rule, isAtom)
	}
	_, ok := rule.(Atom)
	return ok
}
