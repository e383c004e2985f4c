package criteria

import (
	"slices"
	"strings"
)

// window is a stretch of time beside a term: within so many days, or at least so
// many days ago; elements [from, to).
type window struct {
	within   bool
	strict   bool   // within: the last day counts; else: it must be longer ago
	text     string // where it does not stand in the item
	ago      bool   // "ago" stands in it
	none     bool   // it is only a point of time in the trial: "before the first dose"
	lent     bool   // it stands in another clause of the sentence
	from, to int
	number   float64
	unit     string
}

// shortly is how many days back what is taken now is taken to have been.
const shortly = 2

// timed puts a window to what a sense says.
func (r *clauseReader) timed(c *concept, s *sense, w *window) Rule {
	switch {
	case w == nil || s.how == anyTime:
		return s.rule
	case !w.within && r.kind == Exclusion && (s.since != "" || s.how == each):
		return All{s.rule, Unknown(r.said(w))} // it was, and longer ago
	case s.how == each:
		return r.eachTimed(s.rule, w)
	case s.since == "":
		return r.ofNow(c, s, w)
	}
	a, ok := r.ago(s.since, w)
	switch {
	case !ok:
		return All{s.rule, Unknown(r.said(w))}
	case s.how == either:
		return Any{s.rule, a}
	case w.lent:
		return All{s.rule, Any{a, Unknown(r.said(w))}} // it may be another's alone
	case s.how == byTime || onlyTime(s):
		return a // "it happened" says no more than its time does
	case s.since == "days_since_systemic":
		return All{s.rule, a, Unknown(r.said(w))} // the last drug may have been another
	}
	return All{s.rule, a}
}

// ofNow puts a window to a fact that tells of now.
func (r *clauseReader) ofNow(c *concept, s *sense, w *window) Rule {
	if rule := r.lasting(s, w); rule != nil {
		return rule
	}
	if a, ok := s.rule.(Atom); ok && (a.Fact == "condition" || a.Fact == "diabetes" && r.kind == Inclusion) {
		if r.kind == Exclusion && w.within && !r.justNow(w) && !w.lent {
			return undecided(s.rule, Unknown(r.said(w))) // it may be over
		}
		return All{s.rule, Unknown(r.said(w))}
	}
	if any, several := s.rule.(Any); several && w.within && !w.lent && r.kind == Exclusion && r.passes(s.rule) && ofHistory(s.rule) {
		return Any{All{any, Unknown(r.said(w))}, Unknown(r.said(w))} // some facts reach further back, and others not so far
	}
	if ofHistory(s.rule) || w.within && r.kind == Exclusion && evenPast(s.rule) {
		return All{s.rule, Unknown(r.said(w))} // it may be longer ago
	}
	if w.lent || r.vocabulary.drugStates.has(c.code) && r.justNow(w) {
		return s.rule // the stretch of time is another's, or is as good as now
	}
	if !w.within {
		return All{s.rule, Unknown(r.said(w))} // it has been so for at least so long
	}
	return Any{s.rule, Unknown(r.said(w))} // the words reach further back
}

// justNow: what is taken now was taken in that time, and hardly anything else.
func (r *clauseReader) justNow(w *window) bool {
	days, err := r.units.Convert("days_since_onset", w.number, w.unit, "d")
	return err == nil && days <= shortly
}

// longBack: what was measured in that time may be another now.
func (r *clauseReader) longBack(w *window) bool {
	const month = 31
	days, err := r.units.Convert("days_since_onset", w.number, w.unit, "d")
	return err == nil && days > month
}

// said gives the words of a window.
func (r *clauseReader) said(w *window) string {
	if w.text != "" {
		return w.text
	}
	return r.words(w.from, w.to)
}

// ofHistory: a fact of the rule tells what ever was, or was lately.
func ofHistory(rule Rule) bool {
	ever := false
	Walk(rule, func(a Atom) {
		ever = ever || strings.HasPrefix(a.Fact, "prior_") || a.Fact == "organ_transplant" || a.Fact == "interstitial_lung" || a.Fact == "seizures" || a.Fact == "thrombosis"
	})
	return ever
}

// evenPast: the rule takes in what is over, too.
func evenPast(rule Rule) bool {
	a, ok := rule.(Atom)
	return ok && a.Op == In && (slices.Contains(a.Value.List, "inactive") || slices.Contains(a.Value.List, "past"))
}

// lasting reads for how long an illness is demanded to have been there: "diabetes for at
// least 10 years", "diagnosed at least 12 months ago"; nil where it is not.
func (r *clauseReader) lasting(s *sense, w *window) Rule {
	a, ok := s.rule.(Atom)
	if !ok || w.within || w.text != "" || r.kind != Inclusion || a.Fact != "condition" && a.Fact != "diabetes" {
		return nil
	}
	since := "days_since_onset"
	if a.Fact == "diabetes" || r.sinceDiagnosis() {
		since = "months_since_diagnosis"
	}
	long, ok := r.ago(since, w)
	if !ok {
		return nil
	}
	long.Op = Ge
	if w.strict {
		long.Op = Gt
	}
	if a.Fact == "diabetes" { // the time is that of the illness for which the trial is sought
		ill := Atom{Fact: "condition", Op: In, Value: List("diabetes_type1", "diabetes_type2")}
		return All{s.rule, Any{All{ill, long}, Unknown(r.said(w))}}
	}
	return All{s.rule, long}
}

// sinceDiagnosis: the item tells how long an illness has been known, and not how long it
// has lasted.
func (r *clauseReader) sinceDiagnosis() bool {
	text := strings.ToLower(r.text)
	return strings.Contains(text, "diagnos") && !strings.Contains(text, "symptom") && !strings.Contains(text, "duration") && !strings.Contains(text, "evolution")
}

// ago is a window as a statement about the fact that counts the time.
func (r *clauseReader) ago(since string, w *window) (Atom, bool) {
	f, ok := r.facts.ByID(since)
	if !ok {
		return Atom{}, false
	}
	v, err := r.units.Convert(since, w.number, w.unit, f.Unit)
	if err != nil || v < f.Min || v > f.Max {
		return Atom{}, false
	}
	a := Atom{Fact: since, Op: Lt, Value: Num(tidy(v)), Unit: f.Unit}
	if w.strict {
		a.Op = Le
	}
	if w.unit != f.Unit {
		number := w.number
		a.AsWritten = &AsWritten{Value: &number, Unit: w.unit}
	}
	return a, true
}

// eachTimed puts a window to every "never" of a rule.
func (r *clauseReader) eachTimed(rule Rule, w *window) Rule {
	switch rule := rule.(type) {
	case Not:
		if inner, ok := rule.Rule.(Atom); ok && inner.Value.Text == NeverText {
			if a, ok := r.ago(inner.Fact, w); ok {
				return a
			}
			return All{rule, Unknown(r.said(w))}
		}
	case All:
		out := make(All, len(rule))
		for i, part := range rule {
			out[i] = r.eachTimed(part, w)
		}
		return out
	case Any:
		out := make(Any, len(rule))
		for i, part := range rule {
			out[i] = r.eachTimed(part, w)
		}
		return out
	}
	return rule
}

// onlyTime: the sense says that something happened at some time, and no more.
func onlyTime(s *sense) bool {
	only, ok := s.rule.(Not)
	if !ok {
		return false
	}
	inner, ok := only.Rule.(Atom)
	return ok && inner.Fact == s.since
}

// timeUnits are the units of time, by what folds to them.
var timeUnits = map[string]string{
	"d": "d", "day": "d", "days": "d", "week": "wk", "weeks": "wk", "wk": "wk", "wks": "wk", "month": "mo", "months": "mo", "mo": "mo",
	"year": "a", "years": "a", "yr": "a", "yrs": "a", "hour": "h", "hours": "h", "hrs": "h",
}

// opensWindow: a stretch of time may begin with the element.
func (e *element) opensWindow() bool {
	_, counts := e.value(false)
	return counts || e.op != "" || e.is(within)
}

// window reads a stretch of time that begins at element i: "within 4 weeks before
// the first dose", "at least 6 months ago", "≥ 3 months prior to screening".
func (r *clauseReader) window(i int) (window, bool) {
	if r.at(i).op == "" && !r.at(i).is(within) {
		return r.windowBefore(i)
	}
	j := i
	w := window{from: i}
	opened := false
	for j < i+3 {
		e := r.at(j)
		op, comparing := e.comparison()
		switch {
		case comparing && (op == Lt || op == Le):
			w.within, w.strict, opened = true, op == Le, true
		case e.is(within):
			w.within, w.strict, opened = true, true, true // "within 30 days": the thirtieth counts
		case comparing:
			w.within, w.strict, opened = false, op == Gt, true
		default:
			op = ""
		}
		if !e.is(within) && op == "" {
			break
		}
		j++
	}
	if _, counts := r.at(j + 1).value(false); counts && r.at(j).filler() && w.within {
		j++ // "during the 90 days before"
	}
	v, ok := r.at(j).value(false)
	if !opened {
		return w, false
	}
	w.number, w.to = 1, j
	if ok {
		w.number, w.to = v, j+1
	}
	if r.at(w.to).sign("(") && r.at(w.to+2).sign(")") { // "four (4) weeks"
		w.to += 3
	}
	if r.at(w.to).sign("-") {
		w.to++
	}
	unit := timeUnits[r.at(w.to).Text]
	if unit == "" || !ok && !w.within {
		return w, false
	}
	w.unit, w.to = unit, w.to+1
	if next := r.afterwards(w.to); w.within && next > w.to {
		return window{from: i, to: next, none: true}, true
	}
	w = r.anchored(w)
	for i := w.from; i < w.to; i++ {
		w.ago = w.ago || r.at(i).Text == "ago"
		if r.vocabulary.elsewhere.has(r.at(i).Text) {
			return window{}, false
		}
	}
	return w, true
}

// windowBefore reads a stretch of time that is told by what it ends with: "in the 30 days
// prior to screening".
func (r *clauseReader) windowBefore(i int) (window, bool) {
	v, ok := r.at(i).value(false)
	if !ok {
		return window{}, false
	}
	unit, end := timeUnits[r.at(i+1).Text], r.at(i+2)
	if unit == "" || !slices.Contains([]string{"prior", "preceding", "before", "previous"}, end.Text) || !slices.Contains([]string{"in", "the", "during", "over"}, r.lastWord(i-1)) {
		return window{}, false
	}
	from := i
	for from > 0 && r.at(from-1).kind == wordToken && r.at(from-1).term() == nil && slices.Contains([]string{"in", "the", "during", "over"}, r.at(from-1).Text) {
		from--
	}
	return r.anchored(window{from: from, to: i + 2, number: v, unit: unit, within: true, strict: true}), true
}

// lastWord is the last word of element i.
func (r *clauseReader) lastWord(i int) string {
	if i < 0 || i >= len(r.elems) {
		return ""
	}
	return r.toks[r.elems[i].to-1].Text
}

// reference gives the element behind a point of time in the trial, "prior to the first
// dose of the study drug"; i itself where there is none.
func (r *clauseReader) reference(i int) int {
	if _, ok := r.at(i).value(false); ok && timeUnits[r.at(i+1).Text] != "" {
		if next := r.afterwards(i + 2); next > i+2 && r.at(i-1).is(orWord) {
			return next
		}
	}
	first := r.at(i).Text
	if first != "before" && !(first == "prior" && strings.HasSuffix(strings.ToLower(r.words(i, min(i+1, len(r.elems)))), "to")) {
		return i
	}
	return r.pointOfTime(i)
}

// afterwards gives the element behind "after the last dose of the study drug", a time
// to come; i itself where there is none.
func (r *clauseReader) afterwards(i int) int {
	if first := r.at(i).Text; first != "after" && first != "following" {
		return i
	}
	return r.pointOfTime(i)
}

// pointOfTime reads behind element i an event of the trial and what belongs to it.
func (r *clauseReader) pointOfTime(i int) int {
	events, j := 0, i+1
	for ; j < len(r.elems) && j < i+maxAnchor; j++ {
		e := r.at(j)
		if e.is(orWord) || e.is(andWord) && !e.is(neutral) || e.is(except) || e.is(examples) || e.is(permits) || e.is(forbids) || e.is(modal) || e.kind == signToken && !e.sign("-", "/") {
			break
		}
		if e.is(event) {
			events++
		}
		if events == 0 && (j > i+2 || e.term() != nil) {
			return i
		}
	}
	if events == 0 {
		return i
	}
	return j
}

// word is the first word of element i as it stands.
func (r *clauseReader) word(i int) string {
	if i < 0 || i >= len(r.elems) {
		return ""
	}
	e := r.elems[i]
	first, _, _ := strings.Cut(strings.TrimSpace(r.text[e.Start:e.End]), " ")
	return first
}

// anchored takes in what the time is counted from: "before the first dose of the
// study treatment".
func (r *clauseReader) anchored(w window) window {
	if !r.at(w.to).is(anchor) && !r.at(w.to).is(since) && !strings.HasPrefix(r.at(w.to).Text, "prior") {
		return w
	}
	// "at least 4 weeks since chemotherapy": what follows is the term itself.
	if !w.within && (r.at(w.to).is(since) && !r.at(w.to).is(anchor)) {
		w.to++
		return w
	}
	for n := 0; n < maxAnchor && w.to < len(r.elems); n++ {
		e := r.at(w.to)
		if e.is(orWord) || e.is(andWord) && !e.is(neutral) || e.is(except) || e.is(permits|forbids) || e.is(modal) && !e.is(since) || e.sign(",", ";", ".", ")", "(", ":") || e.is(examples) || e.Text == "with" || e.Text == "without" || e.is(recovered) || r.startsTerm(w, n) {
			break
		}
		w.to++
	}
	return w
}

// startsTerm: behind a window of "at least", a term may follow: "at least 4 weeks
// from prior chemotherapy".
func (r *clauseReader) startsTerm(w window, n int) bool {
	c := r.at(w.to).term()
	return !w.within && n <= 4 && c != nil && c.kind != "quantity"
}

const maxAnchor = 12
