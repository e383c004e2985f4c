package web

import (
	"trialfinder/matcher"
	"trialfinder/web/view"
)

// How much a list advises.
const (
	misses  = 3 // ruled-out trials, where nothing is left
	whatIfs = 6 // answers that might be looked at again
	papers  = 2 // papers that would settle trials
)

// advise adds what a reader may do about a list: which paper to ask for, which answer to
// look at again, and where nothing is left the nearest misses.
func (r *request) advise(out *resultsPage, p matcher.Profile, m matcher.Match) (err error) {
	f := out.Filter
	if m.Listed == 0 && m.RuledOut > 0 && !f.RuledOut {
		if out.Misses, err = r.nearMisses(f, p); err != nil {
			return err
		}
	}
	if f.RuledOut && out.Page == 1 || len(out.Misses) > 0 {
		if out.WhatIfs, err = r.viewer.WhatIfs(r.snap.Set.WhatIf(p, f.only()), p, whatIfs); err != nil {
			return err
		}
	}
	if !out.Answered || f.RuledOut || r.session.firstOpen() != "" {
		return nil
	}
	out.Papers, err = r.viewer.Papers(r.server.matcher.BestPapersOf(m.Trials, p), papers)
	return err
}

// nearMisses are the ruled-out trials of which the least does not fit: something
// to talk about with a doctor.
func (r *request) nearMisses(f resultsFilter, p matcher.Profile) ([]view.Card, error) {
	ms, err := r.snap.Set.NearMisses(p, misses, f.only())
	if err != nil {
		return nil, err
	}
	var out []view.Card
	for _, m := range ms {
		card, err := r.viewer.Card(m)
		if err != nil {
			return nil, err
		}
		out = append(out, card)
	}
	return out, nil
}
