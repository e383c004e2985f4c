package criteria

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// unnamedAge reads "18 years or older", "≥ 18 years of age" without the word age.
func (r *clauseReader) unnamedAge(i int) (bound, int, bool) {
	_, counts := r.at(i).value(false)
	if _, comparing := r.at(i).comparison(); !comparing && !counts && !r.at(i).is(between) {
		return bound{}, i, false
	}
	if !r.tellsAges() || r.atOnset(i) {
		return bound{}, i, false
	}
	age := r.vocabulary.quantities["age"]
	x, next, ok := r.extent(i, age)
	if !ok || x.steps != nil {
		return bound{}, i, false
	}
	if x.unitOf() != "" && x.unitOf() != "a" && slices.ContainsFunc(r.toks, func(t token) bool { return t.Text == "onset" }) {
		return bound{}, i, false // "time from onset: group A (1-6 months)"
	}
	if r.ageFollows(next) {
		return r.make([]*quantity{age}, x, i, next, false)
	}
	if r.monthOld(i, next, x) || r.ofThing(i) || r.behindFor(i) && !r.saysOld(next-1) {
		return bound{}, i, false
	}
	old := r.agedBefore(i) || strings.Contains(r.words(i, i+1), " age") || r.saysOld(next) || r.saysOld(next-1) || r.saysOld(next-2)
	if !old && !(ageUnit(x) && r.soundsAged(i, next, x)) || !ageUnit(x) && x.unitOf() != "" {
		return bound{}, i, false
	}
	for r.saysOld(next) && !(r.at(next).is(orMore|orLess) && r.at(next+1).Text == "than") {
		next++
	}
	return r.make([]*quantity{age}, x, i, next, false)
}

// soundsAged: the years of elements [from, to), which nothing calls an age, are one by
// where they stand.
func (r *clauseReader) soundsAged(from, to int, x extent) bool {
	bracketed := x.low != nil && x.high != nil && r.at(from-1).sign("(") && r.at(to).sign(")")
	return bracketed || grownRange(x) && r.at(from).is(between) && !r.tellsTime(to) || r.ofPersons(from, to) || r.alone(from, to)
}

// behindFor: "for" makes of what follows the time that something has lasted.
func (r *clauseReader) behindFor(i int) bool {
	e := r.at(i - 1)
	return e.Text == "for" && e.to == e.from+1
}

// agedBefore: "of age" stands before the number: "of age 18 and over".
func (r *clauseReader) agedBefore(i int) bool {
	e := r.at(i - 1)
	return strings.EqualFold(r.text[e.Start:e.End], "of age")
}

// atOnset: the age is that at which an illness began.
func (r *clauseReader) atOnset(i int) bool {
	for k := max(0, i-maxFiller); k < i+maxFiller; k++ {
		if r.at(k).Text == "onset" {
			return true
		}
	}
	for k := i - 1; k >= max(0, i-2); k-- {
		e := r.at(k)
		if r.vocabulary.occurs.has(r.lastWord(k)) {
			return true
		}
		if e.kind != wordToken || !r.idle(k) && !e.is(between) {
			break
		}
	}
	return false
}

// atDiagnosis: behind element i stands "at diagnosis", "at the time of the first diagnosis".
func (r *clauseReader) atDiagnosis(i int) bool {
	at := false
	for k := i; k < min(i+maxFiller, len(r.elems)) && r.at(k).kind == wordToken; k++ {
		for _, w := range r.toks[r.at(k).from:r.at(k).to] {
			switch w.Text {
			case "at":
				at = true
			case "diagnosis":
				return at
			case "the", "time", "of", "initial", "first", "original", "their":
			default:
				at = false
			}
		}
	}
	return false
}

// whenFound softens an age at diagnosis, which is no more than that of today.
func (r *clauseReader) whenFound(b bound) Rule {
	if !r.atDiagnosis(b.to) {
		return b.rule
	}
	words := Unknown(r.words(b.from, min(b.to+maxFiller, len(r.elems))))
	switch x := b.extent; {
	case x.high == nil && x.low != nil:
		return All{b.rule, words}
	case x.low == nil && x.high != nil:
		return Any{b.rule, words}
	}
	return undecided(b.rule, words)
}

// tellsAges: somewhere in the item stands a word without which a number is no age.
func (r *clauseReader) tellsAges() bool {
	if r.ages == unasked {
		r.ages = no
		for i := range r.toks {
			if ofAge(r.toks[i].Text) {
				r.ages = yes
				break
			}
		}
	}
	return r.ages == yes
}

// ofAge: the word is a unit of age, or speaks of it.
func ofAge(word string) bool {
	switch {
	case word == "":
		return false
	case word[0] == 'y':
		return true
	case word[0] == 'w':
		return len(word) == 1 || word[1] == 'k' || strings.HasPrefix(word, "week")
	case word[0] < utf8.RuneSelf:
		return strings.HasPrefix(word, "age") || strings.HasPrefix(word, "mo") && (len(word) == 2 || word[2] == 'n' || word[2] == 's') || strings.HasPrefix(word, "old")
	}
	return strings.HasPrefix(word, "岁") || strings.HasPrefix(word, "周")
}

// answer is what is known of a question that is asked once an item.
type answer uint8

const (
	unasked answer = iota
	no
	yes
)

// monthOld: months behind a thing are its own: "a vascular access (at least 1 month old)".
func (r *clauseReader) monthOld(i, next int, x extent) bool {
	return x.unitOf() != "a" && r.at(i-1).sign("(") && r.at(next+1).sign(")") && !r.ofPersons(i, next)
}

// ofThing: what is so old is no person: "an archival sample that is under 6 months old".
func (r *clauseReader) ofThing(i int) bool {
	for i--; i >= 0; i-- {
		e := r.at(i)
		if e.sign(";", ".", ":", ",", "(", ")") || r.vocabulary.people.has(e.Text) || e.is(male|female) || strings.HasPrefix(e.Text, "age") {
			return false
		}
		for k := e.from; k < e.to; k++ {
			if r.vocabulary.things.has(r.toks[k].Text) {
				return true
			}
		}
	}
	return false
}

// ageFollows: a second limit stands behind an "or", and says that both are ages: "under 18
// or over 50 years of age".
func (r *clauseReader) ageFollows(next int) bool {
	if !r.at(next).is(orMore|orLess) && !r.at(next).is(orWord) {
		return false
	}
	for k := next + 1; k < next+4; k++ {
		if r.at(k).kind == numberToken {
			return r.saysOld(k+1) || r.saysOld(k+2)
		}
	}
	return false
}

// ofPersons: the years [from, to) are those of people: "men 30-55 years", "patients
// (over 18 years)", and no time since something.
func (r *clauseReader) ofPersons(from, to int) bool {
	before := from - 1
	for before >= 0 && r.at(before).kind == signToken {
		before--
	}
	e := r.at(before)
	persons := e.is(male) || e.is(female) || r.vocabulary.people.has(e.Text)
	switch r.at(from).Text {
	case "older", "younger":
		persons = persons || !r.vocabulary.body.has(strings.TrimSuffix(e.Text, "s")) // "ulcers older than 1 year"
	}
	return persons && !r.tellsTime(to)
}

// tellsTime: the element makes of the years before it a stretch of time.
func (r *clauseReader) tellsTime(i int) bool {
	e := r.at(i)
	return e.is(since|within|past) || slices.Contains([]string{"of", "before", "prior", "history"}, e.Text)
}

// grownRange: the range reaches over so many years that it is hardly anything but an age:
// "men with hair loss between 18 years and 60 years".
func grownRange(x extent) bool {
	const grown, span = 16, 15
	return x.low != nil && x.high != nil && x.low.value >= grown && x.high.value-x.low.value >= span
}

func ageUnit(x extent) bool {
	switch x.unitOf() {
	case "a", "mo", "wk":
		return true
	}
	return false
}

// saysOld: the words at i speak of age.
func (r *clauseReader) saysOld(i int) bool {
	e := r.at(i)
	if e.kind != wordToken {
		return false
	}
	return strings.Contains(strings.ToLower(r.text[e.Start:e.End]), "of age") || slices.ContainsFunc(r.toks[e.from:e.to], func(t token) bool {
		return strings.HasPrefix(t.Text, "old") || t.Text == "younger" // and not "folds"
	})
}

// alone: nothing but words without bearing stands around elements [from, to).
func (r *clauseReader) alone(from, to int) bool {
	if r.head != "" && !strings.Contains(strings.ToLower(r.head), "age") {
		return false // "Life expectancy: at least 4 months"
	}
	for i := range r.elems {
		if e := r.at(i); (i < from || i >= to) && !r.idle(i) && !e.is(andWord) && !e.is(orWord) {
			return false
		}
	}
	return true
}

// ofChildren keeps what is told of a scale for children from whoever is grown up:
// "Karnofsky or Lansky ≥ 60".
func (r *clauseReader) ofChildren(names []*quantity, words Unknown) Rule {
	if !slices.ContainsFunc(names, func(q *quantity) bool { return q != nil && q.code == "lansky" }) {
		return words
	}
	const grown = 18
	adult := Atom{Fact: "age", Op: Ge, Value: Num(grown), Unit: "a"}
	if r.kind == Exclusion {
		return All{Not{adult}, words}
	}
	return Any{adult, words}
}
