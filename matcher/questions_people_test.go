package matcher_test

import (
	"cmp"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"trialfinder/matcher"
	"trialfinder/matcher/criteria"
	"trialfinder/trials"
)

// base is the trials of a therapy that are listed once an illness is known.
type base struct {
	all   []matcher.Candidate
	set   *matcher.Set
	facts []string // that their criteria hold, those first that most criteria hold
}

// patient is a simulated person with their trials.
type patient struct {
	base    *base
	therapy string
	number  int
	answers map[string]*matcher.Answer // what is true of them; the other facts do not apply to them
	knows   map[string]bool            // the facts of which a patient knows what is true
	out     []bool                     // of the base, those that the full answers rule out
	outs    int
}

// simulation is people with their trials, by therapy.
type simulation struct {
	m        *matcher.Matcher
	po       *populace
	patients map[string][]*patient
}

// simulate makes the first n people of each therapy and finds their trials.
func simulate(tb testing.TB, po *populace, n int) *simulation {
	tb.Helper()
	s := &simulation{m: po.m, po: po, patients: map[string][]*patient{}}
	all := treating(tb, po.m)
	for _, therapy := range peopleTherapies {
		bases := map[string]*base{}
		for number, one := range po.people(therapy, n) {
			a, err := po.m.ParseAnswers(stringsReader(one.answers(tb)), today)
			if err != nil {
				tb.Fatal(err)
			}
			if p := po.m.Profile(a, today, nil); len(p.Contradictions) > 0 {
				tb.Fatalf("%s %d: %v", therapy, number, p.Contradictions)
			}
			pt := &patient{therapy: therapy, number: number, answers: a.Facts, knows: whatPatientsKnow(po, therapy, number)}
			ill := strings.Join(a.Facts["condition"].Value.Texts, " ")
			if bases[ill] == nil {
				bases[ill] = s.base(all, pt)
			}
			pt.base = bases[ill]
			s.patients[therapy] = append(s.patients[therapy], pt)
		}
		each(s.patients[therapy], s.judge)
	}
	return s
}

// treating reads the real trials that give one of the therapies, all taken as recruiting.
func treating(tb testing.TB, m *matcher.Matcher) []matcher.Candidate {
	tb.Helper()
	var out []matcher.Candidate
	seen := map[string]bool{}
	wanted := m.Profile(matcher.Answers{Therapies: peopleTherapies[:]}, today, nil)
	for _, file := range []string{"ctgov.ndjson.gz", "ctgov-older.ndjson.gz"} {
		for _, c := range corpusOf(tb, m, file) {
			if seen[c.Trial.ID] || c.Trial.StudyType != trials.Interventional {
				continue
			}
			seen[c.Trial.ID] = true
			c.Trial.Status = trials.Recruiting
			if m.Considered(&c, wanted) {
				out = append(out, c)
			}
		}
	}
	return out
}

// base finds the trials that are listed once the patient's illness is known.
func (s *simulation) base(all []matcher.Candidate, pt *patient) *base {
	ill := pt.profile(s.m, map[string]*matcher.Answer{"condition": pt.answers["condition"]})
	b := new(base)
	for i := range all {
		if s.m.Considered(&all[i], ill) {
			b.all = append(b.all, all[i])
		}
	}
	b.set = s.m.NewSet(b.all)
	count := criteriaWith(b.all)
	b.facts = slices.SortedFunc(maps.Keys(count), func(a, b string) int {
		return cmp.Or(count[b]-count[a], strings.Compare(a, b))
	})
	return b
}

// judge finds the trials that the full answers rule out. It asks the plain evaluator,
// not the compiled set that the questionnaire asks.
func (s *simulation) judge(pt *patient) {
	full := pt.profile(s.m, pt.answers)
	pt.out = make([]bool, len(pt.base.all))
	for i := range pt.base.all {
		if s.m.Assess(pt.base.all[i].Listing, full).Verdict == matcher.RuledOut {
			pt.out[i] = true
			pt.outs++
		}
	}
}

// whatPatientsKnow draws the facts that somebody can tell, with the chances that the
// program counts on when it chooses a question.
func whatPatientsKnow(po *populace, therapy string, number int) map[string]bool {
	luck := rand.New(rand.NewPCG(po.seed+1, streamOf(therapy, number))) // another than their facts hang on
	out := map[string]bool{}
	for _, f := range po.m.Facts.All() {
		out[f.ID] = luck.Float64() < po.m.KnownBy(f.ID) || f.ID == "condition" // the reason for asking
	}
	return out
}

func (pt *patient) profile(m *matcher.Matcher, answers map[string]*matcher.Answer) matcher.Profile {
	return m.Profile(matcher.Answers{Therapies: []string{pt.therapy}, Facts: answers}, today, nil)
}

// criteriaWith counts, for each fact, the criteria that hold it and count for a verdict.
func criteriaWith(cs []matcher.Candidate) map[string]int {
	count := map[string]int{}
	add := func(c criteria.Criterion) {
		if !c.Kind.Demands() || c.Cohort != "" {
			return
		}
		seen := map[string]bool{}
		criteria.Walk(c.Rule, func(a criteria.Atom) { seen[a.Fact] = true })
		for id := range seen {
			count[id]++
		}
	}
	for i := range cs {
		for _, f := range cs[i].Listing.Fields {
			add(f.Criterion)
		}
		for _, c := range cs[i].Listing.Criteria {
			add(c)
		}
	}
	return count
}
