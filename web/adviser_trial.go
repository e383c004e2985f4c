package web

import (
	"errors"

	"trialfinder/trials"
	"trialfinder/web/view"
)

// caseTrialPage is one trial, judged for one case.
type caseTrialPage struct {
	CaseID, Ref string
	Removed     bool // the registry lists it no more
	view.Trial
}

// showCaseTrial shows a trial with what each of its rules says of the caller.
func (s *Server) showCaseTrial(r *deskRequest) error {
	id, _, ok := trials.CanonicalID(r.Param("trial"))
	if !ok {
		return errNotFound
	}
	c, err := s.ownCase(r, r.Param("id"))
	if err != nil {
		return err
	}
	if err := r.answersOf(c); err != nil {
		return err
	}
	if err := s.noteOpening(r, c); err != nil {
		return err
	}
	found, err := r.snap.Trial(r.Request().Context(), id)
	removed := found != nil && errors.Is(err, trials.ErrRemoved)
	if err != nil && !removed {
		return err
	}
	p, err := r.person()
	if err != nil {
		return err
	}
	t, err := r.viewer.Trial(&found.Trial, s.matcher.One(found, p), p)
	if err != nil {
		return err
	}
	r.session = session{}
	r.head = head{Title: t.Title, TitleEn: true, NoIndex: true}
	return r.show("desk_trial", caseTrialPage{CaseID: c.ID, Ref: c.Ref, Removed: removed, Trial: t})
}
