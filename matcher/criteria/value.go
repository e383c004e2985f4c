package criteria

import "strings"

// limit is one end of what a text allows.
type limit struct {
	value  float64
	strict bool
	unit   string // UCUM code as written; "" where the text gives none
}

// extent is what a text allows of a quantity: two limits, or a list of steps.
type extent struct {
	low, high *limit
	steps     []float64 // "0, 1 or 2"; then both limits are nil
	unit      string
	second    *limit // the lower figure of a blood pressure, "140/90"
}

// valueReader reads the numbers of a clause.
type valueReader struct {
	*Parser
	text  string
	elems []element
}

// at gives the element at i, or one that is nothing.
func (r *valueReader) at(i int) *element {
	if i < 0 || i >= len(r.elems) {
		return &nothing
	}
	return &r.elems[i]
}

var nothing element

// extent reads a comparison that begins at element i, for the quantity, and
// gives the element behind it.
func (r *valueReader) extent(i int, q *quantity) (extent, int, bool) {
	e := r.at(i)
	if op, ok := e.comparison(); ok {
		return r.compared(i, op, q)
	}
	if e.is(between) {
		if x, next, ok := r.rangeOf(i+1, q); ok {
			return x, next, true
		}
		if x, next, ok := r.pair(i+1, q); ok {
			return x, next, true // "between 6.5 % 10 %"
		}
	}
	return r.plain(i, q)
}

// number reads a number at i, "100 000" as one, with its unit.
func (r *valueReader) number(i int, q *quantity) (limit, int, bool) {
	e := r.at(i)
	v, ok := e.value(q.max > 0)
	if !ok {
		return limit{}, i, false
	}
	next := i + 1
	if group := r.at(next); r.groups(e, group) {
		v, next = v*1000+group.number, next+1
		e = group
	}
	if word := r.at(next + 1); r.at(next).sign("(") && word.counted && word.number == v && r.at(next+2).sign(")") {
		next += 3 // "18 (eighteen)"
		e = r.at(next - 1)
	}
	l := limit{value: v}
	l.unit, next = r.unit(e.End, next, q)
	if l.unit == "" && (timeUnits[r.at(next).Text] != "" || r.at(next).sign("-") && timeUnits[r.at(next+1).Text] != "") && !r.ofTime(q) {
		return limit{}, i, false // "Karnofsky (over 16 years) > 60"
	}
	if l.unit == "" && r.foreign(next, q) {
		return limit{}, i, false
	}
	if l.unit == "/uL" && pointedThousands(e.Text) {
		l.value *= 1000 // "30.000/mm3"
	}
	return l, next, true
}

// foreign: the word at i behind a number makes it one of something else: "the 85th
// percentile", "twice the value at admission", "a fall in FEV1 at ≤ 8 mg/mL".
func (r *valueReader) foreign(i int, q *quantity) bool {
	e := r.at(i)
	switch {
	case r.vocabulary.ranks.has(e.Text):
		return r.at(i+1).Text != "birthday"
	case e.times():
		return q.uln != nil // and no multiple of the upper limit
	}
	return r.vocabulary.amounts.has(e.Text) && q.scaled() && !r.at(i+1).sign("%")
}

// scaled: it is counted in steps, parts of a hundred or years, of which nobody writes
// an amount of anything.
func (q *quantity) scaled() bool {
	return q.max > 0 || q.code == "age" || q.units[0] == "%"
}

// ofTime: the quantity is counted in time.
func (r *valueReader) ofTime(q *quantity) bool {
	switch q.code {
	case "age", "months_since_diagnosis", "days_since_onset", "disease_duration":
		return true
	}
	return false
}

// pointedThousands: the number may be written with a point between thousands.
func pointedThousands(s string) bool {
	whole, rest, ok := strings.Cut(s, ".")
	return ok && len(rest) == len("000") && len(whole) <= len("999") && whole != "0"
}

// groups says whether two numbers are the thousands and the rest of one: "100 000".
// "100 109/L" has lost the sign and the height of a power, and is a hundred.
func (r *valueReader) groups(e, group *element) bool {
	if e.kind != numberToken || group.kind != numberToken || len(e.Text) > 3 || len(group.Text) != 3 || strings.ContainsAny(e.Text, ".,") ||
		group.Start != e.End+1 || r.text[e.End] != ' ' {
		return false
	}
	_, power := r.units.Prefix(r.text[e.End:])
	return power == 0
}

// unit reads the unit behind a number that ends at byte end.
func (r *valueReader) unit(end, next int, q *quantity) (string, int) {
	if unit, after, ok := r.timesULN(next); ok {
		return unit, after
	}
	if end+1 < len(r.text) && r.text[end] == '-' && isLetter(r.text[end+1]) && q.code == "age" {
		end, next = end+1, next+1 // "18-year"
	}
	code, n := r.units.Prefix(r.text[end:])
	if n > 0 && strings.HasPrefix(code, "mL/min") && !r.fits(q, code) {
		return code, next + 1 // a clearance: "creatinine ≤ 30 mL/min"
	}
	if n > 0 && strings.Contains(code, "mol/") && q.code == "creatinine_clearance" {
		return code, next + 1 // of something else: "creatinine clearance < 220 umol/L"
	}
	if n == 0 || !r.fits(q, code) {
		if e := r.at(next); (e.sign("%") || e.Text == "percent") && q.code != "karnofsky" {
			return "%", next + 1 // of something that is not counted in percent: not to be read
		}
		return "", next
	}
	for next < len(r.elems) && r.elems[next].Start < end+n {
		next++
	}
	return code, next
}

// fits says whether a unit can be turned into that of the quantity.
func (r *valueReader) fits(q *quantity, code string) bool {
	return len(q.facts) > 0 && r.units.Converts(q.facts[0], code, q.unit)
}

// timesULN reads "x ULN", "times the institutional upper limit of normal".
func (r *valueReader) timesULN(i int) (string, int, bool) {
	start := i
	if r.at(i).times() {
		i++
	}
	if r.at(i).sign("(") && r.at(i+1).times() {
		i += 2 // "times (x) the ULN"
		if r.at(i).sign(")") {
			i++
		}
	}
	if i > start && r.lentTimes(i) {
		return unitULN, i, true
	}
	for n := 0; n < maxFiller && (r.at(i).is(ulnFiller) && !r.at(i).is(ulnWord) || r.at(i).sign("'", "’", "(", "-")); n++ {
		i++
	}
	if !r.at(i).is(ulnWord) || i == start && r.at(i).Text == "normal" && r.at(i-1).Text != "twice" {
		return "", start, false
	}
	i++
	// A gloss in brackets: "(ULN)".
	if r.at(i).sign("(") && r.at(i+1).is(ulnWord) && r.at(i+2).sign(")") {
		i += 3
	}
	return unitULN, i, true
}

// lentTimes: the multiple that ends at i shares what it is one of with the next: "bilirubin
// < 2 x, AST < 3 x ULN".
func (r *valueReader) lentTimes(i int) bool {
	if !r.at(i).sign(",", "/") && !r.at(i).is(andWord) && !r.at(i).is(orWord) {
		return false
	}
	for i++; i < len(r.elems) && !r.at(i).sign(";", "."); i++ {
		if r.at(i-1).kind == numberToken && r.at(i).times() {
			_, _, ok := r.timesULN(i)
			return ok
		}
	}
	return false
}

// times: the element multiplies.
func (e *element) times() bool { return e.is(timesWord) || e.sign("x", "*") }

const (
	unitULN   = "{times_ULN}"
	maxFiller = 5
)

// compared reads an operator and its number, and a second pair that bounds the
// other side.
func (r *valueReader) compared(i int, op Op, q *quantity) (extent, int, bool) {
	j := i + 1
	if _, again := r.at(j + 1).comparison(); again && r.at(j).sign("(") && r.at(j+2).sign(")") {
		j += 3 // "less than or equal to (≤)"
	}
	for r.at(j).filler() && j < i+3 {
		j++
	}
	if op2, ok := r.at(j).comparison(); ok && op2 == Eq && op != Eq {
		j++ // "> than or =" written apart
		op = map[Op]Op{Gt: Ge, Lt: Le, Ge: Ge, Le: Le}[op]
	}
	l, next, ok := r.number(j, q)
	if !ok {
		return extent{}, i, false
	}
	if op == Eq {
		return r.equal(l, j, next, q)
	}
	for k := next; k < next+3; k++ {
		if strings.HasPrefix(strings.ToLower(r.at(k).Text), "inclusive") {
			op = map[Op]Op{Gt: Ge, Lt: Le, Ge: Ge, Le: Le}[op]
		}
	}
	x := limited(op, l)
	x.second, next = r.second(next, op, q)
	k := next
	for k < next+2 && (r.at(k).is(andWord) || r.at(k).is(toWord) || r.at(k).sign(",", "-", "(") || r.at(k).Text == "years" || r.at(k).Text == "but") {
		k++
	}
	if op2, ok := r.at(k).comparison(); ok && opposite(op, op2) {
		if l2, after, ok := r.number(k+1, q); ok {
			return bothSides(x, limited(op2, l2)), after, true
		}
	}
	if other, after, ok := r.otherEnd(x, l, op, next, k, i, q); ok {
		return other, after, true
	}
	return x, next, true
}

// otherEnd reads the second number, at k, of a comparison from on: "≥ 18 to 65", "no more than
// 50 to 80 %".
func (r *valueReader) otherEnd(x extent, l limit, op Op, next, k, from int, q *quantity) (extent, int, bool) {
	least := op == Ge || op == Gt
	goes := least && r.goesTo(next, from) || !least && r.at(next).is(toWord) && !r.at(next).is(andWord)
	if k != next+1 || !goes {
		return x, next, false
	}
	second, after, ok := r.number(k, q)
	switch {
	case !ok || second.value <= l.value:
		return x, next, false
	case least:
		return bothSides(x, limited(Le, second)), after, true
	}
	return limited(op, second), after, true
}

// goesTo: the element at i leads to the other end of what the comparison at from begins.
func (r *valueReader) goesTo(i, from int) bool {
	e := r.at(i)
	return e.sign("-") || e.is(toWord) && (!e.is(andWord) || r.opensBetween(from))
}

// opensBetween: a "between" before the name makes of what follows the comparison at i a
// range: "between the ages of ≥ 18 and 65".
func (r *valueReader) opensBetween(i int) bool {
	for k := i - 1; k >= i-4; k-- {
		if r.at(k).is(between) {
			return true
		}
	}
	return false
}

// equal reads what follows a sign of equality: a range, "18 or older". A single
// number there has often lost the line under its sign, and says nothing sure.
func (r *valueReader) equal(l limit, at, next int, q *quantity) (extent, int, bool) {
	if x, after, ok := r.rangeOf(at, q); ok {
		return x, after, true
	}
	x, after, ok := r.from(l, at, next, q)
	return x, after, ok && len(x.steps) != 1
}

// second reads the lower figure of a blood pressure.
func (r *valueReader) second(i int, op Op, q *quantity) (*limit, int) {
	if len(q.facts) != 2 || q.uln != nil || !r.at(i).sign("/") {
		return nil, i
	}
	l, next, ok := r.number(i+1, q)
	if !ok {
		return nil, i
	}
	l.strict = op == Gt || op == Lt
	return &l, next
}

func opposite(a, b Op) bool {
	up := func(o Op) bool { return o == Ge || o == Gt }
	return b != Eq && up(a) != up(b)
}

func limited(op Op, l limit) extent {
	l.strict = op == Gt || op == Lt
	if op == Ge || op == Gt {
		return extent{low: &l}
	}
	return extent{high: &l}
}

func bothSides(a, b extent) extent {
	if a.low == nil {
		a, b = b, a
	}
	return sameUnit(extent{low: a.low, high: b.high})
}

// rangeFrom is the range between two limits.
func rangeFrom(low, high limit) extent { return sameUnit(extent{low: &low, high: &high}) }

// sameUnit gives a range's unit to the end that is written without.
func sameUnit(x extent) extent {
	if x.low.unit == "" {
		x.low.unit = x.high.unit
	}
	if x.high.unit == "" {
		x.high.unit = x.low.unit
	}
	return x
}

// rangeOf reads "18 and 75", "18 years to 75 years".
func (r *valueReader) rangeOf(i int, q *quantity) (extent, int, bool) {
	for r.at(i).filler() {
		i++
	}
	strictLow, strictHigh := false, false
	if op, ok := r.at(i).comparison(); ok {
		strictLow, i = op == Gt, i+1
	}
	low, next, ok := r.number(i, q)
	if !ok {
		return extent{}, i, false
	}
	for r.at(next).filler() && !r.at(next).is(toWord) {
		next++
	}
	if r.at(next).sign("(") && r.at(next+1).filler() && r.at(next+2).sign(")") {
		next += 3 // "18 (inclusive) and"
	}
	if !r.at(next).is(toWord) && !r.at(next).sign("-", "/") {
		return extent{}, i, false
	}
	next++
	for r.at(next).sign("-") || r.at(next).is(toWord) {
		next++
	}
	if op, ok := r.at(next).comparison(); ok {
		strictHigh, next = op == Lt, next+1
	}
	high, next, ok := r.number(next, q)
	if !ok || high.value <= low.value && sameOrNone(low.unit, high.unit) {
		return extent{}, i, false
	}
	low.strict, high.strict = strictLow, strictHigh
	return rangeFrom(low, high), next, true
}

// pair reads two numbers that stand side by side.
func (r *valueReader) pair(i int, q *quantity) (extent, int, bool) {
	low, next, ok := r.number(i, q)
	if !ok {
		return extent{}, i, false
	}
	high, next, ok := r.number(next, q)
	if !ok || high.value <= low.value || low.unit == "" && high.unit == "" {
		return extent{}, i, false
	}
	return rangeFrom(low, high), next, true
}

func sameOrNone(a, b string) bool { return a == "" || b == "" || a == b }

// plain reads a number without an operator before it: a range, "18 or older", a
// list of steps, or just the number.
func (r *valueReader) plain(i int, q *quantity) (extent, int, bool) {
	if x, next, ok := r.rangeOf(i, q); ok && !r.at(i).is(neutral) {
		return x, next, true
	}
	l, next, ok := r.number(i, q)
	if !ok {
		return extent{}, i, false
	}
	return r.from(l, i, next, q)
}

// from goes on behind the number l, which stands at i.
func (r *valueReader) from(l limit, i, next int, q *quantity) (extent, int, bool) {
	k := next
	for k < next+3 && (r.at(k).is(neutral) && !r.at(k).is(orMore) && !r.at(k).is(orLess) || r.at(k).sign("(", ",")) && r.at(k).kind != numberToken {
		k++
	}
	for _, at := range []int{next, k} {
		switch e := r.at(at); {
		case e.is(orMore), e.sign("+"):
			return limited(Ge, l), at + 1, true
		case e.is(orLess):
			return limited(Le, l), at + 1, true
		case e.is(andWord) && r.andMore(at+1):
			return limited(Ge, l), at + 2, true
		}
	}
	if q.max > 0 {
		return r.steps(l, next, q)
	}
	return extent{}, next, false // a number alone compares nothing
}

// andMore: "18 years and more", which compares with nothing further.
func (r *valueReader) andMore(i int) bool {
	e := r.at(i)
	return e.op == "" && (e.Text == "more" || e.Text == "greater" || e.Text == "higher") && (i+1 >= len(r.elems) || r.at(i+1).kind == signToken)
}

// steps reads the rest of a list of steps of a scale.
func (r *valueReader) steps(first limit, next int, q *quantity) (extent, int, bool) {
	x := extent{steps: []float64{first.value}, unit: first.unit}
	if a, b, ok := strings.Cut(r.at(next-1).Text, ","); ok && q.code != "edss" && first.value < 10 && len(a) == 1 && len(b) == 1 {
		x.steps = []float64{float64(a[0] - '0'), float64(b[0] - '0')} // "0,1"
	}
	for {
		k := next
		for k < next+3 && (r.at(k).sign(",", "/") || r.at(k).is(orWord) || r.at(k).is(andWord) || k > next && r.at(k).filler()) {
			k++
		}
		v, ok := r.at(k).value(true)
		if k == next || !ok || v < q.min || v > q.max {
			break
		}
		x.steps = append(x.steps, v)
		next = k + 1
	}
	if op := r.at(next); op.is(orMore) || op.is(orLess) {
		last := limit{value: x.steps[len(x.steps)-1]}
		if op.is(orMore) {
			last.value = x.steps[0]
			return limited(Ge, last), next + 1, true
		}
		return limited(Le, last), next + 1, true
	}
	return x, next, true
}
