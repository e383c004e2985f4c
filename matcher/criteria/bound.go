package criteria

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// bound is a comparison that was read: its rule, its elements [from, to), and
// for the clause reader what it bounds and from which side.
type bound struct {
	names    []*quantity
	rule     Rule
	from, to int
	upper    bool   // it says how much at most
	unit     string // as written
	extent   extent
	or       bool // "or" is part of its words: "under 18 or over 65"
}

// ofTerm: it says how much or how bad a state is, and is denied with it.
func (b bound) ofTerm() bool {
	return b.names[0].code == "steroids_mg" || strings.HasSuffix(b.names[0].code, "_grade")
}

// ofStage: it bounds how far a cancer has come.
func (b bound) ofStage() bool { return b.names[0].code == "stage" }

// repeats: it bounds what the other does, from the same side.
func (b bound) repeats(o bound) bool {
	return b.upper == o.upper && slices.ContainsFunc(b.names, func(q *quantity) bool { return slices.Contains(o.names, q) })
}

// rule makes the rule of an extent of one quantity. Several facts behind one
// name ("transaminases") must all hold in a demand; in a ban one is enough.
func (r *valueReader) rule(q *quantity, x extent, kind Kind) (Rule, bool) {
	rule, ok := r.asWritten(q, x, kind)
	if ok && q.misprinted(rule) {
		return undecided(rule, "as it can't be meant"), true
	}
	return rule, ok
}

// misprinted: nobody sets such a limit: "platelets < 75/mm3" has lost its thousands.
func (q *quantity) misprinted(rule Rule) bool {
	found := false
	Walk(rule, func(a Atom) {
		found = found || a.Value.Kind == NumberOperand && a.Value.Number > 0 && a.Value.Number < q.least
	})
	return found
}

func (r *valueReader) asWritten(q *quantity, x extent, kind Kind) (Rule, bool) {
	if q.code == "karnofsky" {
		return r.karnofsky(x)
	}
	facts := q.facts
	if x.unitOf() == unitULN {
		facts = q.uln
	}
	if len(facts) == 0 {
		return nil, false
	}
	var parts []Rule
	if q.code == "disease_duration" {
		return r.duration(x, q)
	}
	for i, id := range facts {
		part := x
		if x.second != nil && i == 1 {
			part = x.lowerFigure()
		}
		rule, ok := r.single(id, q, part)
		if !ok {
			return nil, false
		}
		parts = append(parts, rule)
	}
	if len(parts) == 1 && kind == Exclusion && x.low != nil && x.high != nil && x.low.value > x.high.value {
		if all, ok := parts[0].(All); ok {
			return Any(all), true // "BMI > 40 and < 18 are excluded"
		}
	}
	if r.vocabulary.widerCounts.has(q.code) {
		return r.widerCount(joined(parts, kind), x), true
	}
	return joined(parts, kind), true
}

// widerCount is the rule of a fact that counts more than the words do: "no more than 2
// lines of chemotherapy", of all lines.
func (r *valueReader) widerCount(rule Rule, x extent) Rule {
	words := Unknown("of these alone")
	switch {
	case x.low == nil && x.high != nil:
		return Any{rule, words}
	case x.high == nil && x.low != nil:
		return All{rule, words}
	}
	return undecided(rule, words)
}

// healthy: the extent takes in what a healthy person has, so that a ban on it is a demand
// that has strayed among the bans.
func (r *valueReader) healthy(q *quantity, x extent) bool {
	switch {
	case q.soundTo > 0 && x.steps != nil:
		return slices.Max(x.steps) <= q.soundTo
	case q.soundTo > 0 && (x.low == nil || q.max > 0 && x.low.value <= q.min) && x.high != nil:
		high := r.inOwnUnit(q, x.high)
		return x.high.unit == unitULN || high <= q.soundTo && high > 0.5
	case q.soundFrom > 0 && x.high == nil && x.low != nil:
		return x.low.unit != unitULN && r.inOwnUnit(q, x.low) <= q.soundFrom
	}
	return false
}

// inOwnUnit is a limit in the unit of the quantity's fact, as near as it can be told.
func (r *valueReader) inOwnUnit(q *quantity, l *limit) float64 {
	if len(q.facts) == 0 || q.code == "karnofsky" {
		return l.value
	}
	unit := cmp.Or(l.unit, q.assumed(l.value))
	f, _ := r.facts.ByID(q.facts[0])
	if v, err := r.units.Convert(f.ID, l.value, unit, f.Unit); err == nil {
		return v
	}
	return l.value
}

// duration reads how long an illness has lasted: at least as long as it is known.
func (r *valueReader) duration(x extent, q *quantity) (Rule, bool) {
	rule, ok := r.single(q.facts[0], q, x)
	switch {
	case !ok || x.low != nil && x.high != nil:
		return nil, false
	case x.low != nil:
		return Any{rule, Unknown("since it began")}, true
	}
	return All{rule, Unknown("since it began")}, true
}

// joined keeps no more of the parts than a copy: they may lie in a room.
func joined(parts []Rule, kind Kind) Rule {
	switch {
	case len(parts) == 1:
		return parts[0]
	case kind == Exclusion:
		return Any(slices.Clone(parts))
	}
	return All(slices.Clone(parts))
}

func (x extent) unitOf() string {
	switch {
	case x.low != nil:
		return x.low.unit
	case x.high != nil:
		return x.high.unit
	}
	return x.unit
}

// lowerFigure is the extent of the second figure of a blood pressure.
func (x extent) lowerFigure() extent {
	if x.low != nil {
		return extent{low: x.second}
	}
	return extent{high: x.second}
}

// single makes the rule of one fact.
func (r *valueReader) single(id string, q *quantity, x extent) (Rule, bool) {
	if x.steps != nil {
		x = x.span(q)
	}
	var parts []Rule
	if l := x.low; l != nil && !(q.max > 0 && l.value <= q.min && !l.strict) {
		a, ok := r.atom(id, q, *l, Ge, Gt)
		if !ok {
			return nil, false
		}
		parts = append(parts, a)
	}
	if l := x.high; l != nil && !(q.max > 0 && l.value >= q.max && !l.strict) {
		a, ok := r.atom(id, q, *l, Le, Lt)
		if !ok {
			return nil, false
		}
		parts = append(parts, a)
	}
	if len(parts) == 0 {
		return nil, false // the whole scale: it demands nothing
	}
	if len(parts) == 2 && x.low.value == x.high.value {
		a := parts[0].(Atom)
		a.Op = Eq
		return a, true
	}
	return joined(parts, Inclusion), true
}

// span is a list of steps as the stretch that they cover: "0, 1 or 2".
func (x extent) span(*quantity) extent {
	low, high := slices.Min(x.steps), slices.Max(x.steps)
	return extent{low: &limit{value: low, unit: x.unit}, high: &limit{value: high, unit: x.unit}}
}

func (r *valueReader) atom(id string, q *quantity, l limit, inclusive, strict Op) (Atom, bool) {
	f, ok := r.facts.ByID(id)
	if !ok {
		return Atom{}, false
	}
	a := Atom{Fact: id, Op: inclusive, Unit: f.Unit}
	if l.strict {
		a.Op = strict
	}
	unit := l.unit
	if unit == "" {
		if unit = q.assumed(l.value); unit == "" {
			return Atom{}, false
		}
	}
	v, err := r.units.Convert(id, l.value, unit, f.Unit)
	if err != nil || v < f.Min || v > f.Max {
		return Atom{}, false
	}
	a.Value = Num(tidy(v))
	if unit != f.Unit {
		written := l.value
		a.AsWritten = &AsWritten{Value: &written, Unit: unit}
	}
	return a, true
}

// assumed is the unit of a number without one, where its size leaves no choice.
func (q *quantity) assumed(v float64) string {
	if v < q.small {
		return q.units[0]
	}
	return q.units[1]
}

// tidy takes off what a multiplication by a decimal fraction has left over.
func tidy(v float64) float64 {
	const digits = 1e9
	if math.Abs(v) > 1e6 {
		return v
	}
	return math.Round(v*digits) / digits
}

// karnofskyOf gives the Karnofsky percentages that one ECOG step covers: 90–100
// is 0, 70–80 is 1, 50–60 is 2, 30–40 is 3, 10–20 is 4 (Oken MM et al., Am J Clin
// Oncol 1982;5:649, as the ECOG-ACRIN conversion has it).
var karnofskyOf = [5][2]float64{{90, 100}, {70, 80}, {50, 60}, {30, 40}, {10, 20}}

// karnofsky tells a Karnofsky bound in ECOG steps. A step that the bound cuts is
// unknown.
func (r *valueReader) karnofsky(x extent) (Rule, bool) {
	if x.steps != nil {
		low := slices.Min(x.steps)
		x = extent{low: &limit{value: low}}
	}
	if x.low != nil && x.high != nil && x.high.value >= 100 {
		x.high = nil
	}
	switch {
	case x.low != nil && x.high != nil, x.low == nil && x.high == nil:
		return nil, false
	case x.low != nil:
		return karnofskyRule(*x.low, Le, func(v float64) bool { return v > x.low.value || v == x.low.value && !x.low.strict })
	}
	return karnofskyRule(*x.high, Ge, func(v float64) bool { return v < x.high.value || v == x.high.value && !x.high.strict })
}

// karnofskyRule makes the rule of the steps that a bound takes whole and in part.
func karnofskyRule(l limit, op Op, in func(float64) bool) (Rule, bool) {
	whole, part := -1, -1
	for step := range karnofskyOf {
		s := step
		if op == Ge {
			s = len(karnofskyOf) - 1 - step
		}
		a, b := in(karnofskyOf[s][0]), in(karnofskyOf[s][1])
		if a && b {
			whole = s
		}
		if a || b {
			part = s
		}
	}
	if part < 0 {
		return nil, false
	}
	written := &AsWritten{Value: &l.value, Scale: "karnofsky"}
	atom := func(step int) Atom {
		return Atom{Fact: "performance_ecog", Op: op, Value: Num(float64(step)), Unit: "{score}", AsWritten: written}
	}
	cut := Unknown("KPS " + formatNumber(l.value))
	switch {
	case whole == part:
		return atom(whole), true
	case whole < 0:
		return All{atom(part), cut}, true
	}
	return Any{atom(whole), All{atom(part), cut}}, true
}

// raised is a systolic pressure from which on a lower limit tells of hypertension.
const raised = 120

// ofLab: the limit is one of what is measured in a laboratory.
func (r *clauseReader) ofLab(rule Rule) bool {
	lab := false
	Walk(rule, func(a Atom) {
		f, known := r.facts.ByID(a.Fact)
		lab = lab || known && f.Group == "labs"
	})
	return lab
}

// addBound adds a comparison of a part.
func (r *clauseReader) addBound(got *partReading, b bound, p *part) {
	both, ok := b.rule.(All)
	switch code := b.names[0].code; {
	case b.ofStage():
		b.rule = r.stageRule(got, &b, p)
	case ok && r.kind == Inclusion && code == "blood_pressure" && p.denied:
		b.rule = Any(both) // "no hypertension (> 160/100 mmHg)": one figure is enough
	case ok && r.kind == Inclusion && code == "blood_pressure" && b.extent.low != nil && b.extent.low.value >= raised:
		b.rule = ambiguous(both) // "hypertension (> 140/90 mmHg)": one figure may be enough
	case code == "steroids_mg":
		b.rule = r.doseRule(got, &b, p)
	case code == "toxicity_grade" && (r.at(b.from-1).is(past) || r.at(b.from-2).is(past)):
		b.rule = undecided(b.rule, r.wordsOf(p)) // "any prior grade 3 event" may be over
	case code == "age":
		b.rule = r.whenFound(b)
	}
	if r.kind == Inclusion && r.forSome(b.to) {
		b.rule = Any{b.rule, r.wordsOf(p)}
	}
	if len(p.terms) == 0 && (r.kind == Exclusion || p.denied) && r.ofLab(b.rule) {
		b.rule = r.onceMeasured(b.rule, p)
	}
	got.add(&r.room.parts, b.rule, b.names[0].code)
}

// stageRule leaves a stage open that is that of some of those whom its part names, or of those
// whom a treatment is for.
func (r *clauseReader) stageRule(got *partReading, b *bound, p *part) Rule {
	bracketed := b.from > 0 && strings.Contains(r.words(b.from-1, b.to), "(")
	before := r.at(b.from - 1).Text
	switch {
	case r.vocabulary.relapse.some(p.narrow):
		return undecided(b.rule, r.wordsOf(p)) // "stage IV or recurrent disease"
	case r.kind == Inclusion && bracketed && slices.Contains(p.words, "locally") && slices.Contains(p.words, "or"):
		return Any{b.rule, r.wordsOf(p)} // "locally advanced or metastatic (stage IV)"
	case (r.kind == Exclusion || p.denied) && len(p.terms) == 0 && (before == "of" || before == "for") && r.treats(b.from-2):
		got.narrowed = true // "drugs for the treatment of stage III melanoma"
	}
	return b.rule
}

// doseRule leaves a dose of steroids open where it may have been another one than that of now.
func (r *clauseReader) doseRule(got *partReading, b *bound, p *part) Rule {
	rule := b.rule
	got.narrowed = got.narrowed || r.vocabulary.wasGiven(p.words) || slices.Contains(p.words, "trial")
	if slices.Contains(p.words, "history") || slices.Contains(p.words, "trial") {
		rule = undecided(rule, r.wordsOf(p)) // the fact tells of now
	}
	back := slices.IndexFunc(p.windows, func(w window) bool { return w.within && !r.justNow(&w) })
	if back >= 0 && (r.kind == Exclusion || p.denied) {
		return Any{rule, Unknown(r.said(&p.windows[back]))} // the dose may have been higher then
	}
	return rule
}

// onceMeasured leaves freedom from a ban open whose value may have been measured before.
func (r *clauseReader) onceMeasured(rule Rule, p *part) Rule {
	if slices.Contains(p.words, "history") {
		rule = Any{rule, r.wordsOf(p)} // "no history of HbA1c over 9 %"
	}
	back := slices.IndexFunc(p.windows, func(w window) bool { return w.within && !w.lent && r.longBack(&w) })
	if back >= 0 && r.kind == Exclusion {
		return Any{rule, Unknown(r.said(&p.windows[back]))} // "ALT > 3 x ULN within 6 months": it may be over
	}
	return rule
}

// forSome: from element i on it says for whom of all a limit is: "for Asian men".
func (r *clauseReader) forSome(i int) bool {
	if r.at(i).Text != "for" && r.at(i).Text != "in" {
		return false
	}
	some := false
	for j := i + 1; j < min(i+maxFiller, len(r.elems)); j++ {
		e := r.at(j)
		if r.vocabulary.people.has(e.Text) || e.is(male|female) {
			return some
		}
		if e.kind != wordToken && !e.sign("-") || e.is(orWord|andWord) {
			return false
		}
		some = some || !r.idle(j)
	}
	return false
}
