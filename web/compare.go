package web

import (
	"errors"
	"slices"

	"trialfinder/matcher"
	"trialfinder/trials"
	"trialfinder/web/view"
)

// picksAtMost is how many trials stand side by side or on a sheet.
const picksAtMost = 3

// comparePage is up to three trials side by side.
type comparePage struct {
	Answered bool
	Trials   []view.Trial
	Many     bool // more were chosen
}

func (s *Server) compare(r *request) error {
	r.head = head{TitleKey: "compare_title", NoIndex: true}
	p, err := r.person()
	if err != nil {
		return err
	}
	r.viewer = r.viewer.For(p)
	ids, many, err := r.picks(p, paramTrial)
	if err != nil {
		return err
	}
	page := comparePage{Answered: len(r.session.Entries) > 0, Many: many}
	for _, id := range ids {
		t, _, err := r.trialOf(id, p)
		if err != nil {
			return err
		}
		if t != nil {
			page.Trials = append(page.Trials, *t)
		}
	}
	return r.show("compare", page)
}

// picks are the trials that the address names, or the first of the list where it names
// none. No other parameter than the ones named may be there.
func (r *request) picks(p matcher.Profile, allowed ...string) (ids []string, many bool, err error) {
	for name, values := range r.QueryParams() {
		if !slices.Contains(allowed, name) || name != paramTrial && len(values) > 1 {
			return nil, false, errNotFound
		}
	}
	for _, typed := range r.QueryParams()[paramTrial] {
		id, _, ok := trials.CanonicalID(typed)
		if !ok {
			return nil, false, errNotFound
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if len(ids) > picksAtMost {
		return ids[:picksAtMost], true, nil
	}
	if len(ids) > 0 {
		return ids, false, nil
	}
	m, err := r.snap.Match(p, matcher.Options{Limit: picksAtMost, NoNext: true})
	if err != nil {
		return nil, false, err
	}
	for _, t := range m.Trials {
		ids = append(ids, t.ID)
	}
	return ids, false, nil
}

// trialOf is the page's model of one trial for the person, nil where it is no more.
func (r *request) trialOf(id string, p matcher.Profile) (*view.Trial, *matcher.TrialMatch, error) {
	c, err := r.snap.Trial(r.Request().Context(), id)
	if c == nil && errors.Is(err, trials.ErrNotFound) || errors.Is(err, trials.ErrRemoved) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	m := r.server.matcher.One(c, p)
	t, err := r.viewer.Trial(&c.Trial, m, p)
	return &t, &m, err
}
