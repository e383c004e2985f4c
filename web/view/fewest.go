package view

import (
	"slices"
	"strings"

	"trialfinder/matcher"
)

// Fewest is what would settle an open trial, as a list to take to a doctor.
type Fewest struct {
	N        int
	Fits     bool // with these answers the trial may fit
	Sources  []Source
	RulesOut *Ask // what to ask first: it alone can rule the trial out
	Labs     bool // laboratory values are left out
}

// Source is a paper or test, and the questions that it answers.
type Source struct {
	Name string // "" : what a person knows without one
	Asks []Ask
}

// Fewest words what would settle a trial, by where it stands written: what a person
// knows without a paper comes first.
func (v *Viewer) Fewest(f matcher.Fewest, m matcher.TrialMatch) (Fewest, error) {
	t := &teller{Viewer: v}
	out := Fewest{N: len(f.Facts), Fits: f.Fits}
	by := map[string][]Ask{}
	var order []string
	for _, id := range f.Facts {
		paper := v.matcher.PaperOf(id)
		if _, there := by[paper]; !there {
			order = append(order, paper)
		}
		by[paper] = append(by[paper], t.ask(id))
	}
	slices.Sort(order)
	for _, paper := range order {
		s := Source{Asks: by[paper]}
		if paper != "" {
			s.Name = t.say("paper_" + paper)
		}
		out.Sources = append(out.Sources, s)
	}
	if len(f.RulesOut) > 0 {
		first := t.ask(f.RulesOut[0])
		out.RulesOut = &first
	}
	out.Labs = slices.ContainsFunc(m.Questions, func(id string) bool {
		fa, _ := v.matcher.Facts.ByID(id)
		return fa.Group == "labs" && !slices.Contains(f.Facts, id)
	})
	return out, t.err
}

// Paper is a paper or test worth asking for.
type Paper struct {
	Name             string
	Tells            string // what it tells, in a row
	Settles, BearsOn int
}

// tellsAtMost is how many things a paper is said to tell.
const tellsAtMost = 5

// Papers words the first few papers.
func (v *Viewer) Papers(papers []matcher.Paper, atMost int) ([]Paper, error) {
	t := &teller{Viewer: v}
	var out []Paper
	for _, p := range papers[:min(len(papers), atMost)] {
		var names []string
		for _, id := range p.Facts[:min(len(p.Facts), tellsAtMost)] {
			f, _ := v.matcher.Facts.ByID(id)
			names = append(names, v.label(f).Name)
		}
		out = append(out, Paper{t.say("paper_" + p.Paper), strings.Join(names, t.say("list_comma")), p.Settles, p.BearsOn})
	}
	return out, t.err
}
