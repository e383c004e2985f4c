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
	words := Unknown(strings.Join(p.words, " "))
	got := r.partReading(p, of)
	if len(got.rules) == 0 {
		return words, ""
	}
	if got.narrowed {
		got.rules = append(got.rules, words)
	}
	rule := joined(got.rules, Inclusion)
	if !got.excused || r.kind == Exclusion || p.denied {
		return rule, got.code
	}
	if (of.condition && (of.after || !of.modal) || of.permits) && len(p.bounds) == 0 && !p.numbers {
		// Whoever is free of what the condition names has nothing to meet.
		return Any{Not{rule}, words}, got.code
	}
	return undecided(rule, words), got.code
}

// partReading is what the pieces of a part say.
type partReading struct {
	rules    []Rule
	code     string // of the first that was read
	narrowed bool   // words stand beside it that make it narrower
	excused  bool   // it is no demand, even among demands
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
	got := partReading{narrowed: len(p.unread) > 0 || len(p.windows) > 1}
	for _, b := range p.bounds {
		got.add(b.rule, b.names[0].code)
	}
	var w *window
	if len(p.windows) == 1 {
		w = &p.windows[0]
	}
	terms := specific(p.terms)
	if r.kind == Inclusion {
		terms, got.narrowed = oneIllness(terms, got.narrowed)
	}
	narrow := p.narrow
	for _, t := range terms {
		rule, s := r.termRule(t, p.words, w)
		if rule == nil || treatedFor(t, p.words) {
			got.narrowed = true
			continue
		}
		narrow = t.concept.unaccounted(narrow)
		got.narrowed = got.narrowed || s.wide || r.broad(t) || onlyNow(t, p.words)
		got.excused = got.excused || of.permits || !s.demanded || t.concept.kind == "treatment" && !given(p.words) || p.numbers
		got.add(r.fitted(rule, t, s, p), t.concept.code)
	}
	got.narrowed = got.narrowed || len(terms) > 0 && len(narrow) > 0
	return got
}

// fitted is the rule of a term as far as its fact fits the words.
func (r *clauseReader) fitted(rule Rule, t term, s *sense, p part) Rule {
	if t.concept.kind == "illness" && p.denied && r.kind == Inclusion {
		rule = anyIllness(rule)
	}
	if s.narrow {
		return Any{rule, Unknown(r.words(t.at, t.at+1))}
	}
	return rule
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
