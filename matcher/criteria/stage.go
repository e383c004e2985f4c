package criteria

import (
	"slices"
	"strconv"
	"strings"
)

// stageStep is one stage of a list, with its letter where it has one.
type stageStep struct {
	stage  int
	letter string
}

var stageRomans = []struct {
	text  string
	stage int
}{{"iv", 4}, {"iii", 3}, {"ii", 2}, {"i", 1}}

// stageOf reads "IV", "IIIB", "3" and "3b".
func stageOf(word string) (stageStep, bool) {
	w := strings.ToLower(word)
	for _, r := range stageRomans {
		if rest, ok := strings.CutPrefix(w, r.text); ok {
			return stageStep{r.stage, letterOf(rest)}, rest == "" || letterOf(rest) != ""
		}
	}
	if w == "" || w[0] < '0' || w[0] > '4' {
		return stageStep{}, false
	}
	n, _ := strconv.Atoi(w[:1])
	return stageStep{n, letterOf(w[1:])}, w[1:] == "" || letterOf(w[1:]) != ""
}

// letterOf gives the substage A, B or C that a rest such as "b", "c2" begins with.
func letterOf(rest string) string {
	if rest == "" || len(rest) > 2 || rest[0] < 'a' || rest[0] > 'c' || len(rest) == 2 && !isDigit(rest[1]) {
		return ""
	}
	return strings.ToUpper(rest[:1])
}

// stagesCancer: the item, or what stands before it, is about cancer, and it names no
// other illness.
func (r *clauseReader) stagesCancer() bool {
	if r.walk.saysCancer(r.text) {
		return true
	}
	other := slices.ContainsFunc(r.elems, func(e element) bool {
		return e.names() && !slices.ContainsFunc(e.concept.ids, func(id string) bool { return r.conditions.IsA(id, "cancer") })
	})
	if slices.ContainsFunc(r.toks, func(t token) bool { return r.vocabulary.stagings.has(t.Text) }) {
		return false
	}
	cancer := slices.ContainsFunc(r.elems, func(e element) bool { return e.names() }) && !other
	return cancer || !other && r.walk.cancer()
}

// stages reads what follows the word stage: "IIIB, IIIC or IV", "III-IV", "≥ II".
func (r *clauseReader) stages(i int) (bound, int, bool) {
	q := r.elems[i].quantity()
	if q == nil || q.code != "stage" {
		return bound{}, i, false
	}
	if !r.stagesCancer() {
		return bound{}, i, false // of hypertension, of a kidney disease
	}
	if c := r.at(i - 1).term(); c != nil && c.kind == "state" && !c.senses[0].demanded {
		return bound{}, i, false // "renal insufficiency stage III"
	}
	if _, before := r.at(i - 1).comparison(); before {
		return bound{}, i, false // "≤ stage I" counts the other way round
	}
	j := i + 1
	op, comparing := r.at(j).comparison()
	if comparing {
		j++
	}
	var steps []stageStep
	span := false
	next := j
	for k := j; k < len(r.elems); k++ {
		e := r.at(k)
		if step, ok := stageOf(r.word(k)); ok && e.to == e.from+1 && (e.kind == wordToken || e.kind == numberToken) {
			steps, next = append(steps, step), k+1
			continue
		}
		if len(steps) == 0 || k > next+1 || !(e.sign(",", "/", "-", "(") || e.is(orWord) || e.is(andWord) || e.is(toWord) || e.is(neutral)) {
			break
		}
		span = span || e.sign("-") || e.is(toWord) && !e.is(andWord)
	}
	if steps = r.spanned(steps, span, op, r.at(next)); len(steps) == 0 {
		return bound{}, i, false
	}
	if r.at(next).is(orMore) {
		next++
	}
	return bound{names: []*quantity{q}, rule: stageRule(steps), from: i, to: next}, next, true
}

// upTo lists the substages of a stage up to one: "IIIB" as the end of a span.
func upTo(last stageStep) []stageStep {
	var out []stageStep
	for letter := "A"; letter < last.letter; letter = string(letter[0] + 1) {
		out = append(out, stageStep{last.stage, letter})
	}
	return append(out, last)
}

// from lists the stages from one up to a highest.
func from(first stageStep, strict bool, highest int) []stageStep {
	var out []stageStep
	if !strict {
		out = append(out, first)
	}
	for letter := 'A'; highest >= first.stage && first.letter != "" && letter <= 'C'; letter++ {
		if string(letter) > first.letter {
			out = append(out, stageStep{first.stage, string(letter)}) // "IIIB-IV" takes in IIIC
		}
	}
	for n := first.stage + 1; n <= highest; n++ {
		out = append(out, stageStep{stage: n})
	}
	return out
}

// stageRule: whole stages are one list; a substage needs both facts.
func stageRule(steps []stageStep) Rule {
	var whole []string
	var parts []Rule
	letters := map[int][]string{}
	for _, s := range steps {
		if s.letter == "" {
			if n := strconv.Itoa(s.stage); !slices.Contains(whole, n) {
				whole = append(whole, n)
			}
			continue
		}
		letters[s.stage] = append(letters[s.stage], s.letter)
	}
	for stage := 0; stage <= 4; stage++ {
		ls := letters[stage]
		if len(ls) == 0 || slices.Contains(whole, strconv.Itoa(stage)) {
			continue
		}
		slices.Sort(ls)
		parts = append(parts, All{
			Atom{Fact: "stage", Op: In, Value: Stages(strconv.Itoa(stage))},
			Atom{Fact: "substage", Op: In, Value: List(slices.Compact(ls)...)},
		})
	}
	if len(whole) > 0 {
		parts = append(parts, Atom{Fact: "stage", Op: In, Value: Stages(whole...)})
	}
	return joined(parts, Exclusion)
}

// spanned gives all steps that a list or a comparison of them means; none where it
// can't be told.
func (r *clauseReader) spanned(steps []stageStep, span bool, op Op, behind *element) []stageStep {
	if len(steps) == 0 {
		return nil
	}
	last := steps[len(steps)-1]
	switch {
	case behind.is(orMore), op == Ge, op == Gt:
		return from(steps[0], op == Gt, 4)
	case behind.is(orLess), op == Le, op == Lt:
		return nil
	case span && len(steps) == 2:
		return append(from(steps[0], false, last.stage-1), upTo(last)...)
	}
	return steps
}
