package criteria

import (
	"reflect"
	"slices"
	"strings"
)

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
		rule, name := r.partRule(p, s)
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

// partRule is the rule of one part: what stands in it together narrows each other.
func (r *clauseReader) partRule(p part, of sentence) (Rule, string) {
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
		if rule == nil || treatedFor(t, p.words) {
			narrowed = true
			continue
		}
		if t.concept.kind == "illness" && p.denied && r.kind == Inclusion {
			rule = anyIllness(rule)
		}
		if s.narrow {
			rule = Any{rule, Unknown(r.words(t.at, t.at+1))}
		}
		accounted = t.concept.unaccounted(accounted)
		narrowed = narrowed || s.wide || r.broad(t) || onlyNow(t, p.words)
		excuse = excuse || of.permits || !s.demanded || t.concept.kind == "treatment" && !given(p.words) || p.numbers
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
	if (of.condition && (of.after || !of.modal) || of.permits) && len(p.bounds) == 0 && !p.numbers {
		// Whoever is free of what the condition names has nothing to meet.
		return Any{Not{rule}, words}, code
	}
	return undecided(rule, words), code
}

// broad: the phrase was taken for a group of illnesses, which is more than it says.
func (r *clauseReader) broad(t term) bool {
	if t.concept.kind != "illness" {
		return false
	}
	e := r.elems[t.at]
	phrase := r.text[e.Start:e.End]
	return slices.ContainsFunc(t.concept.ids, func(id string) bool {
		return len(r.conditions.Children(id)) > 0 && !r.conditions.Called(id, phrase)
	})
}

// given: the words say that a treatment was given, and not that it will be.
func given(words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool {
		return slices.Contains([]string{"prior", "previous", "previously", "received", "failed", "failure", "progressed", "progression", "refractory", "resistant", "undergone", "treated", "completed", "after", "exposed"}, w)
	})
}

// now are the words that speak of what goes on at present.
var now = []string{"current", "currently", "ongoing", "concurrent", "concomitant", "presently", "concurrently"}

// onlyNow: a treatment that goes on is less than one that was given.
func onlyNow(t term, words []string) bool {
	return (t.concept.kind == "treatment" || t.concept.kind == "event") &&
		slices.ContainsFunc(words, func(w string) bool { return slices.Contains(now, w) })
}

// treats are words that make of an illness the reason of a treatment.
var treats = []string{"therapy", "treatment", "treatments", "treated", "medication", "medications", "drug", "drugs", "surgery", "vaccine", "regimen", "therapies", "screening", "trial", "study"}

// treatedFor: "prior therapy for lung cancer" speaks of the therapy.
func treatedFor(t term, words []string) bool {
	return t.concept.kind == "illness" && slices.ContainsFunc(words, func(w string) bool { return slices.Contains(treats, w) })
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
