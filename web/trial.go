package web

import (
	"cmp"
	"errors"

	"trialfinder/matcher"
	"trialfinder/trials"
	"trialfinder/web/view"
)

// trialPage is one trial.
type trialPage struct {
	view.Trial
	Answered bool
	Fewest   *view.Fewest // of an open trial
	Removed  bool         // the registry lists it no more
}

// trial shows one trial, open or closed, by any of its ids.
func (s *Server) trial(r *request) error {
	id, _, ok := trials.CanonicalID(r.Param("id"))
	if !ok {
		return errNotFound
	}
	c, err := r.snap.Trial(r.Request().Context(), id)
	// An old link to a trial that was removed is explained, not refused.
	removed := c != nil && errors.Is(err, trials.ErrRemoved)
	if err != nil && !removed {
		return err
	}
	if c.Trial.ID != r.Param("id") {
		return r.see("/trial/" + c.Trial.ID)
	}
	p, err := r.person()
	if err != nil {
		return err
	}
	r.viewer = r.viewer.For(p)
	m := s.matcher.One(c, p)
	t, err := r.viewer.Trial(&c.Trial, m, p)
	if err != nil {
		return err
	}
	page := trialPage{Trial: t, Answered: len(r.session.Entries) > 0, Removed: removed}
	if page.Answered && t.Open && m.Verdict == matcher.Open {
		f, err := r.viewer.Fewest(s.matcher.Fewest(c.Listing, p), m)
		if err != nil {
			return err
		}
		page.Fewest = &f
	}
	r.head = head{Title: cmp.Or(t.Lay, t.Title), TitleEn: t.Lay == "", NoIndex: s.kind == trials.Demo}
	return r.show("trial", page)
}
