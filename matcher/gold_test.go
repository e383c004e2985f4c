package matcher_test

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"trialfinder/matcher"
	"trialfinder/matcher/criteria"
	"trialfinder/trials"
	"trialfinder/trials/ctgov"
)

// The floors of what the reader has reached on labelled texts. They may rise.
const (
	floorRecall    = 0.949 // numeric bounds found, of those that people marked
	floorPrecision = 0.965 // of the bounds found, those that people marked; they often mark one side of two
	floorRight     = 0.995 // of the answers that are decided, those decided as an expert does
	floorDecided   = 0.67  // of the answers that an expert decides, those decided so
	ceilingWrongNo = 0.003 // wrong "not met", of all answers
)

// corpusFile opens a file of the corpus, or skips.
func corpusFile(tb testing.TB, parts ...string) *os.File {
	tb.Helper()
	dir := os.Getenv("TRIALFINDER_CORPUS")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared")
	}
	f, err := os.Open(filepath.Join(append([]string{dir}, parts...)...))
	if err != nil {
		tb.Skipf("no corpus: %v; set TRIALFINDER_CORPUS", err)
	}
	tb.Cleanup(func() { _ = f.Close() })
	return f
}

// texts reads the eligibility texts of a file of studies, by id.
func texts(tb testing.TB, parts ...string) map[string]string {
	tb.Helper()
	out := map[string]string{}
	eachTrial(tb, func(trial *trials.Trial) { out[trial.ID] = trial.Eligibility.Criteria }, parts...)
	return out
}

// eachTrial gives the trials of a file of studies of the corpus, or skips.
func eachTrial(tb testing.TB, use func(*trials.Trial), parts ...string) {
	tb.Helper()
	z, err := gzip.NewReader(corpusFile(tb, parts...))
	if err != nil {
		tb.Fatal(err)
	}
	for raw, err := range ctgov.Studies(z) {
		if err != nil {
			tb.Fatal(err)
		}
		r, err := ctgov.Normalise(raw)
		if err != nil {
			tb.Fatal(err)
		}
		use(&r.Trial)
	}
}

// side is one end of a bound on a variable in one section of one study.
type side struct {
	doc, section, variable string
	lower                  bool
}

// gold is one marked bound: a value of each side, for some of the variables.
type gold struct {
	variables []string
	sides     map[bool]float64 // lower?
}

// variables gives the label's name of each fact.
var variables = map[string]string{
	"creatinine_uln": "creatinine", "creatinine_clearance": "clearance", "bilirubin_uln": "bilirubin", "ast_uln": "ast", "alt_uln": "alt",
	"neutrophils": "anc", "performance_ecog": "performance", "oxygen_saturation": "spo2", "leukocytes": "wbc", "qtc_ms": "qtc",
	"alkaline_phosphatase_uln": "alp", "alkaline_phosphatase": "alp", "weight_kg": "weight", "systolic_bp": "sbp", "diastolic_bp": "dbp", "ldh_uln": "ldh",
	"age": "age", "bmi": "bmi", "hemoglobin": "hemoglobin", "platelets": "platelets", "creatinine": "creatinine", "bilirubin": "bilirubin", "lvef": "lvef",
	"hba1c": "hba1c", "inr": "inr", "albumin": "albumin", "alt": "alt", "ast": "ast", "ldh": "ldh", "child_pugh": "child_pugh", "ferritin": "ferritin",
	"edss": "edss", "nyha": "nyha", "fev1": "fev1", "cd4": "cd4", "lymphocytes": "lymphocytes",
}

// goldNames gives the variables behind a label's name.
var goldNames = map[string][]string{
	"egfr": {"clearance"}, "creatinine_clearance": {"clearance"}, "ecog": {"performance"}, "karnofsky": {"performance"},
	"bp": {"dbp", "sbp"}, "ast_alt": {"alt", "ast"},
}

// trivial bounds are the ends of a scale, which demand nothing.
func trivial(variable string, lower bool, v float64) bool {
	switch variable {
	case "performance":
		return lower && v == 0 || !lower && (v == 5 || v == 100)
	case "nyha":
		return lower && v == 1 || !lower && v == 4
	}
	return variable == "age" && lower && v == 0
}

// same compares up to a power of 1000, since labels leave units out.
func same(a, b float64) bool {
	for _, k := range []float64{1, 1e3, 1e6, 1e9, 1e-3, 1e-6, 1e-9} {
		if math.Abs(a*k-b) <= 1e-6*math.Max(1, math.Abs(b)) {
			return true
		}
	}
	return false
}

// TestNumericBoundsAgainstLabels scores the bounds found in 1,000 texts against
// those that people marked (Chia corpus), and holds the floor.
func TestNumericBoundsAgainstLabels(t *testing.T) {
	rows, loose := goldRows(t)
	found := foundBounds(newMatcher(t), texts(t, "gold", "chia", "studies.ndjson.gz"))
	hits, marked := 0, 0
	docs := map[string]bool{}
	for key, golds := range rows {
		docs[key[0]] = true
		for _, g := range golds {
			marked++
			all := true
			for lower, v := range g.sides {
				all = all && slices.ContainsFunc(g.variables, func(variable string) bool {
					return slices.ContainsFunc(found[side{key[0], key[1], variable, lower}], func(got float64) bool { return same(got, v) })
				})
			}
			if all {
				hits++
			}
		}
	}
	right, judged := 0, 0
	for s, values := range found {
		golds := rows[[2]string{s.doc, s.section}]
		covered := slices.ContainsFunc(golds, func(g gold) bool { return slices.Contains(g.variables, s.variable) })
		if _, labelled := loose[[2]string{s.doc, s.section}]; !docs[s.doc] && !labelled {
			continue
		}
		for _, v := range values {
			ok := slices.ContainsFunc(golds, func(g gold) bool {
				marked, has := g.sides[s.lower]
				return has && slices.Contains(g.variables, s.variable) && same(v, marked)
			})
			unjudged := slices.ContainsFunc(loose[[2]string{s.doc, s.section}], func(x float64) bool { return same(v, x) })
			if trivial(s.variable, s.lower, v) || !ok && (unjudged || !covered) {
				continue
			}
			judged++
			if ok {
				right++
			}
		}
	}
	recall, precision := float64(hits)/float64(marked), float64(right)/float64(judged)
	t.Logf("%d bounds marked, recall %.3f; %d found, precision %.3f", marked, recall, judged, precision)
	if recall < floorRecall || precision < floorPrecision {
		t.Errorf("recall %.3f, precision %.3f; want %.2f and %.2f or more", recall, precision, floorRecall, floorPrecision)
	}
}

// goldRows reads the labels: the bounds, and numbers that could not be brought to bounds.
func goldRows(t *testing.T) (rows map[[2]string][]gold, loose map[[2]string][]float64) {
	t.Helper()
	r := csv.NewReader(corpusFile(t, "gold", "chia", "numeric.tsv"))
	r.Comma, r.LazyQuotes = '\t', true
	all, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	covered := map[string]bool{}
	for _, v := range variables {
		covered[v] = true
	}
	rows, loose = map[[2]string][]gold{}, map[[2]string][]float64{}
	for _, row := range all[1:] {
		section := row[1]
		if section == "" {
			section = "inclusion"
		}
		key := [2]string{row[0], section}
		names := goldNames[row[2]]
		if names == nil {
			names = []string{row[2]}
		}
		if slices.ContainsFunc(names, func(n string) bool { return !covered[n] }) || row[3] == "" && row[5] == "" {
			for _, word := range strings.FieldsFunc(row[8], func(r rune) bool { return (r < '0' || r > '9') && r != '.' && r != ',' }) {
				if v, err := strconv.ParseFloat(strings.Trim(strings.ReplaceAll(word, ",", ""), "."), 64); err == nil {
					loose[key] = append(loose[key], v)
				}
			}
			continue
		}
		g := gold{variables: names, sides: map[bool]float64{}}
		for lower, cell := range map[bool]string{true: row[3], false: row[5]} {
			if v, err := strconv.ParseFloat(strings.ReplaceAll(cell, ",", ""), 64); err == nil && !trivial(names[0], lower, v) {
				g.sides[lower] = v
			}
		}
		if len(g.sides) > 0 {
			rows[key] = append(rows[key], g)
		}
	}
	return rows, loose
}

// foundBounds reads the texts and lists each bound in each rule, as written.
func foundBounds(m *matcher.Matcher, texts map[string]string) map[side][]float64 {
	out := map[side][]float64{}
	for id, text := range texts {
		for _, c := range m.ReadText(text) {
			eachBound(c.Rule, false, func(a criteria.Atom, lower bool, v float64) {
				name, ok := variables[a.Fact]
				s := side{id, string(c.Kind), name, lower}
				if ok && !slices.Contains(out[s], v) {
					out[s] = append(out[s], v)
				}
			})
		}
	}
	return out
}

func eachBound(r criteria.Rule, negated bool, use func(a criteria.Atom, lower bool, v float64)) {
	switch r := r.(type) {
	case criteria.All:
		for _, part := range r {
			eachBound(part, negated, use)
		}
	case criteria.Any:
		for _, part := range r {
			eachBound(part, negated, use)
		}
	case criteria.Not:
		eachBound(r.Rule, !negated, use)
	case criteria.Atom:
		if r.Value.Kind != criteria.NumberOperand {
			return
		}
		v, lower := r.Value.Number, r.Op == criteria.Gt || r.Op == criteria.Ge
		if w := r.AsWritten; w != nil {
			if w.Value != nil {
				v = *w.Value
			}
			lower = lower != (w.Scale == "karnofsky")
		}
		if r.Op == criteria.Eq {
			use(r, true, v)
			use(r, false, v)
			return
		}
		use(r, lower != negated, v)
	}
}

// probe is one line of a text with the answers of an expert.
type probe struct {
	ID     string
	Line   int
	Probes []struct {
		Facts json.RawMessage
		Want  matcher.Status
	}
}

// TestProbesAgainstAnExpert answers for 24 real texts as an expert did, line by
// line, and holds the floor.
func TestProbesAgainstAnExpert(t *testing.T) {
	m := newMatcher(t)
	labels := corpusFile(t, "gold", "probes.jsonl")
	all := texts(t, "registry", "ctgov.ndjson.gz")
	for id, text := range texts(t, "registry", "ctgov-older.ndjson.gz") {
		if _, known := all[id]; !known {
			all[id] = text
		}
	}
	var right, decided, able, wrongNo, total int
	dec := json.NewDecoder(bufio.NewReader(labels))
	for {
		var p probe
		if err := dec.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		cs := onLine(m, all[p.ID], p.Line)
		for _, one := range p.Probes {
			got := lineStatus(t, m, cs, `{"facts":`+string(one.Facts)+`}`)
			total++
			if one.Want != matcher.Unknown {
				able++
			}
			if got == matcher.Unknown {
				continue
			}
			decided++
			if got == one.Want {
				right++
			} else if got == matcher.NotMet {
				wrongNo++
			}
		}
	}
	if total == 0 {
		t.Fatal("no probes were read")
	}
	share := func(n, of int) float64 { return float64(n) / float64(of) }
	t.Logf("%d answers: right when decided %.3f, decided of decidable %.3f, wrong not met %.4f", total, share(right, decided), share(right, able), share(wrongNo, total))
	if share(right, decided) < floorRight || share(right, able) < floorDecided || share(wrongNo, total) > ceilingWrongNo {
		t.Errorf("want %.3f, %.2f or more and at most %.3f", floorRight, floorDecided, ceilingWrongNo)
	}
}

// onLine gives the criteria that begin on a non-blank line of a text.
func onLine(m *matcher.Matcher, text string, number int) []criteria.Criterion {
	at, n, from, to := 0, 0, 0, 0
	for _, line := range strings.SplitAfter(text, "\n") {
		if strings.TrimSpace(line) != "" {
			if n++; n == number {
				from, to = at, at+len(line)
			}
		}
		at += len(line)
	}
	var out []criteria.Criterion
	for _, c := range m.ReadText(text) {
		if c.Start >= from && c.Start < to && c.Kind.Demands() {
			out = append(out, c)
		}
	}
	return out
}

// lineStatus is the worst status of a line's criteria; what only staff can settle
// keeps it from being met. A cohort's criterion is not met for nobody.
func lineStatus(t *testing.T, m *matcher.Matcher, cs []criteria.Criterion, answers string) matcher.Status {
	t.Helper()
	a := m.Assess(matcher.Listing{Criteria: cs}, profile(t, answers))
	status, clinic, read := matcher.Met, false, false
	for _, o := range a.Outcomes {
		switch {
		case o.Status == matcher.Clinic:
			clinic = true
			continue
		case o.Status == matcher.NotMet && o.Criterion.Cohort == "":
			return matcher.NotMet
		case o.Status != matcher.Met:
			status = matcher.Unknown
		}
		read = true
	}
	if !read || clinic {
		return matcher.Unknown
	}
	return status
}
