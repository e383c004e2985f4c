package web

import (
	"net/http"
	"slices"

	"trialfinder/matcher"
)

// clashPage puts two answers side by side that exclude each other. Which is right is the
// reader's to say; nothing is overwritten without them.
type clashPage struct {
	A, B         clashSide
	Fact         string // of the first: which of several contradictions this is
	Because      string
	Errors       []fieldError
	Done         string // where to go without deciding
	questionLike        // what the templates of questions look for
}

// clashSide is one of the two answers.
type clashSide struct {
	reviewRow
	Derived bool // it follows from another answer
}

// questionLike lets a page use the parts of the questions' templates.
type questionLike struct {
	Change bool
	Back   string
}

// Values of the form.
const (
	rightA    = "a"
	rightB    = "b"
	rightNone = skipUnknown
)

// showClash shows the first contradiction that is left.
func (s *Server) showClash(r *request) error {
	return r.clash(http.StatusOK, nil)
}

func (r *request) clash(status int, faults []fieldError) error {
	p, err := r.person()
	if err != nil {
		return err
	}
	if len(p.Contradictions) == 0 {
		return r.see("/answers")
	}
	c := p.Contradictions[0]
	page := clashPage{Fact: c.Fact, Because: c.Because, Errors: faults, questionLike: questionLike{Back: "/question/" + stepOf(c.Fact)}}
	if page.A.reviewRow, err = r.known(p, c.Because); err != nil {
		return err
	}
	if page.B.reviewRow, err = r.known(p, c.Fact); err != nil {
		return err
	}
	_, given := r.session.get(c.Because)
	page.A.Derived = !given
	if page.Done, err = r.pathNext(); err != nil {
		return err
	}
	r.head = head{TitleKey: "clash_title", NoIndex: true, Error: len(faults) > 0}
	return r.page(status, "clash", page)
}

// settleClash takes the reader to the answer that is wrong, or makes both not known.
func (s *Server) settleClash(r *request) error {
	f, err := readForm(r.Request(), []string{"fact", "because", "answer"}, nil)
	if err != nil {
		return err
	}
	p, err := r.person()
	if err != nil {
		return err
	}
	is := func(c matcher.Contradiction) bool { return c.Fact == f.get("fact") && c.Because == f.get("because") }
	if !slices.ContainsFunc(p.Contradictions, is) {
		return r.see("/answers") // settled on another tab
	}
	switch f.get("answer") {
	case "":
		var q questionPage
		if err := r.fault(&q, "answer", "fault_clash"); err != nil {
			return err
		}
		return r.clash(http.StatusUnprocessableEntity, q.Errors)
	case rightA:
		return r.again(f.get("fact"))
	case rightB:
		return r.again(f.get("because"))
	case rightNone:
		for _, id := range []string{f.get("fact"), f.get("because")} {
			if _, given := r.session.get(id); given {
				r.session.set(id, null)
			}
		}
		if err := r.keep(); err != nil {
			return err
		}
		r.profile = nil
		return r.toNext()
	}
	return errForm
}

// again asks a question anew, and says why.
func (r *request) again(id string) error {
	r.session.Notice = "notice_again"
	if err := r.keep(); err != nil {
		return err
	}
	return r.see("/question/" + stepOf(id))
}

// clashes says whether an answer of a page excludes another one.
func (r *request) clashesAt(step string) (bool, error) {
	p, err := r.person()
	if err != nil {
		return false, err
	}
	at := func(id string) bool { return stepOf(id) == step || r.server.screenOf(id) == step }
	return slices.ContainsFunc(p.Contradictions, func(c matcher.Contradiction) bool { return at(c.Fact) || at(c.Because) }), nil
}
