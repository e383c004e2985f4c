package matcher

import (
	"cmp"
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"

	"trialfinder/matcher/fact"
)

//go:embed data/papers.tsv
var papersTSV string

// noPaper is what a person knows without one.
const noPaper = "-"

// papers name the paper or test that tells a fact, by fact or by group of facts.
type papers map[string]string

func loadPapers(facts *fact.Catalogue) (papers, error) {
	r := csv.NewReader(strings.NewReader(papersTSV))
	r.Comma, r.Comment, r.FieldsPerRecord, r.LazyQuotes = '\t', '#', 3, true
	rows, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, f := range facts.All() {
		known[f.ID], known[f.Group] = true, true
	}
	p := papers{}
	for _, row := range rows[1:] {
		if _, again := p[row[0]]; again || !known[row[0]] || row[1] == "" || row[2] == "" {
			return nil, fmt.Errorf("%s: no fact or group, twice, or without a paper or basis", row[0])
		}
		p[row[0]] = row[1]
	}
	for _, f := range facts.All() {
		if p.of(f) == "" {
			return nil, fmt.Errorf("neither %s nor its group %s has a row", f.ID, f.Group)
		}
	}
	return p, nil
}

func (p papers) of(f fact.Fact) string {
	if paper, ok := p[f.ID]; ok {
		return paper
	}
	return p[f.Group]
}

// PaperOf names the paper or test that tells a fact; "" for what a person knows
// without one.
func (m *Matcher) PaperOf(id string) string {
	f, ok := m.Facts.ByID(id)
	if p := m.papers.of(f); ok && p != noPaper {
		return p
	}
	return ""
}

// Papers lists all papers and tests, in the order of their names.
func (m *Matcher) Papers() []string {
	var out []string
	for _, paper := range m.papers {
		if paper != noPaper && !slices.Contains(out, paper) {
			out = append(out, paper)
		}
	}
	slices.Sort(out)
	return out
}

// Paper is a paper or test and what it would do for the trials of a shortlist.
type Paper struct {
	Paper   string   `json:"paper"`
	Facts   []string `json:"facts"`   // that it tells and trials lack, those first that most lack
	Settles int      `json:"settles"` // open trials that it alone may leave fitting
	BearsOn int      `json:"bears_on"`
}

// seldomKnown is the chance of being known below which a fact is worth a paper before
// the person was asked for it.
const seldomKnown = 0.75

// worthPaper says whether a fact is one to look up: the person said not to know it, or
// few people do.
func (m *Matcher) worthPaper(id string, p Profile) bool {
	f, _ := m.Facts.ByID(id)
	return p.Asked[id] || m.knownBy.of(f) < seldomKnown
}

// BestPapers weighs what to ask for: over a shortlist, the papers and tests that tell
// what its trials lack and the person is not likely to know, those first that settle most.
func (m *Matcher) BestPapers(shortlist []*Candidate, p Profile) []Paper {
	var judged []TrialMatch
	for _, c := range shortlist {
		a := m.Assess(c.Listing, p)
		judged = append(judged, TrialMatch{Verdict: a.Verdict, Questions: a.Missing, Listing: &c.Listing})
	}
	return m.BestPapersOf(judged, p)
}

// BestPapersOf is BestPapers over trials that are judged already.
func (m *Matcher) BestPapersOf(judged []TrialMatch, p Profile) []Paper {
	tells := map[string]idSet{}
	for i, f := range m.Facts.All() {
		set := tells[m.papers.of(f)]
		set.set(i)
		tells[m.papers.of(f)] = set
	}
	out := []Paper{}
	for _, paper := range m.Papers() {
		out = append(out, Paper{Paper: paper, Facts: []string{}})
	}
	lacking := map[string]int{} // by fact: the trials that lack it
	for _, a := range judged {
		if a.Verdict == RuledOut {
			continue
		}
		missing := slices.DeleteFunc(slices.Clone(a.Questions), func(id string) bool { return !m.worthPaper(id, p) })
		for _, id := range missing {
			lacking[id]++
		}
		if len(missing) == 0 {
			continue
		}
		s := m.settlement(*a.Listing, p)
		for i := range out {
			paper := &out[i]
			if !slices.ContainsFunc(missing, func(id string) bool { return m.PaperOf(id) == paper.Paper }) {
				continue
			}
			paper.BearsOn++
			if a.Verdict == Open && s.fitsBy(tells[paper.Paper]) {
				paper.Settles++
			}
		}
	}
	for i := range out {
		out[i].Facts = m.lackingOf(out[i].Paper, lacking)
	}
	out = slices.DeleteFunc(out, func(p Paper) bool { return p.BearsOn == 0 })
	slices.SortStableFunc(out, func(a, b Paper) int {
		return cmp.Or(cmp.Compare(b.Settles, a.Settles), cmp.Compare(b.BearsOn, a.BearsOn))
	})
	return out
}

// fitsBy says whether knowing some facts, and nothing else, may leave the trial fitting.
func (s *settlement) fitsBy(facts idSet) bool {
	if !s.mayFit || s.stuck {
		return false
	}
	for i := range s.moving {
		if !s.moved(&s.moving[i], facts) {
			return false
		}
	}
	s.trials = 0
	return s.canFit(facts.both(s.lacked()))
}

// lacked are the facts that the obstacles lack, and those that are not known from
// which these follow.
func (s *settlement) lacked() idSet {
	out := s.wanted
	for f := range s.m.settlers(s.wanted).all() {
		if _, known := s.profile.Facts[s.m.Facts.At(f).ID]; !known {
			out.set(f)
		}
	}
	return out
}

// lackingOf lists the facts that a paper tells and trials lack.
func (m *Matcher) lackingOf(paper string, lacking map[string]int) []string {
	ids := []string{}
	for _, f := range m.Facts.All() {
		if lacking[f.ID] > 0 && m.PaperOf(f.ID) == paper {
			ids = append(ids, f.ID)
		}
	}
	slices.SortStableFunc(ids, func(a, b string) int { return cmp.Compare(lacking[b], lacking[a]) })
	return ids
}
