package web

import (
	"encoding/json"
	"errors"
	"net/http"

	"trialfinder/trials/private"
	"trialfinder/web/desk"
)

// sharePage lets a reader let an adviser see the answers.
type sharePage struct {
	Answered bool
	Code     string // that this browser has made
	Ends     string
	Opened   int
	Last     string
	Error    bool
}

const (
	actionShare   = "share"
	actionUnshare = "unshare"
	// schemaCode is what the cookie with a code is sealed for.
	schemaCode = "code-1"
)

// shareCookie holds the reader's code, sealed, so that the page can say whether it was opened.
func (r *request) shareCookie(value string, maxAge int) *http.Cookie {
	return &http.Cookie{Name: deskCookie(r.transport(), "tf-code"), Value: value, Path: "/", MaxAge: maxAge,
		Secure: r.transport() == secure, HttpOnly: true, SameSite: http.SameSiteLaxMode}
}

func (r *request) sharedCode() string {
	c, err := r.Request().Cookie(deskCookie(r.transport(), "tf-code"))
	if err != nil {
		return ""
	}
	code, err := r.server.ring.Open(c.Value, schemaCode)
	if err != nil {
		return ""
	}
	return string(code)
}

func (s *Server) showShare(r *request) error { return s.sharePage(r, http.StatusOK, sharePage{}) }

func (s *Server) sharePage(r *request, status int, page sharePage) error {
	page.Answered = len(r.session.Entries) > 0
	r.head = head{TitleKey: "share_title", NoIndex: true, Error: page.Error}
	if code := r.sharedCode(); code != "" {
		shared, err := s.desk.Shown(r.Request().Context(), code)
		switch {
		case errors.Is(err, private.ErrNotFound):
		case err != nil:
			return err
		default:
			page.Code, page.Opened = desk.Grouped(code), shared.Opened
			if page.Ends, err = r.viewer.Day(shared.Ends); err != nil {
				return err
			}
			if page.Last, err = r.viewer.Day(shared.Last); err != nil {
				return err
			}
		}
	}
	return r.page(status, "share", page)
}

// share makes a code, or takes one back.
func (s *Server) share(r *request) error {
	f, err := readForm(r.Request(), []string{"action", "consent", "code"}, nil)
	if err != nil {
		return err
	}
	ctx := r.Request().Context()
	old := r.sharedCode()
	switch f.get("action") {
	case actionUnshare:
		if typed, ok := private.CleanCode(f.get("code")); ok { // this browser has forgotten it
			old = typed
		}
		if old != "" {
			if err := s.desk.Unshare(ctx, old); err != nil {
				return err
			}
		}
		http.SetCookie(r.Response(), r.shareCookie("", -1))
		return r.see("/share")
	case actionShare:
	default:
		return errForm
	}
	if f.get("consent") != "1" || len(r.session.Entries) == 0 {
		return s.sharePage(r, http.StatusUnprocessableEntity, sharePage{Error: true})
	}
	answers, err := r.session.answersJSON(s.today(), s.matcher.Facts)
	if err != nil {
		return errInternal
	}
	if old != "" { // one at a time: a reader who makes a new one means the old one to end
		if err := s.desk.Unshare(ctx, old); err != nil {
			return err
		}
	}
	code, err := s.desk.Share(ctx, answers)
	if err != nil {
		return err
	}
	sealed, err := s.ring.Seal([]byte(code), schemaCode)
	if err != nil {
		return err
	}
	http.SetCookie(r.Response(), r.shareCookie(sealed, 0))
	return r.see("/share")
}

// openCode fills a new draft with the answers of a code that a caller has read out.
func (s *Server) openCode(r *deskRequest) error {
	f, err := readForm(r.Request(), []string{"code"}, nil)
	if err != nil {
		return err
	}
	ctx := r.Request().Context()
	answers, err := s.desk.OpenCode(ctx, r.account.ID, f.get("code"))
	switch {
	case errors.Is(err, desk.ErrCode):
		return s.deskPage(r, http.StatusUnprocessableEntity, "desk_open_wrong")
	case errors.Is(err, desk.ErrTooMany):
		return s.deskPage(r, http.StatusTooManyRequests, "desk_open_many")
	case err != nil:
		return err
	}
	c, err := s.desk.store.CreateCase(ctx, r.account.ID, private.Content{State: private.New, Lang: r.lang, Answers: json.RawMessage(answers)})
	if err != nil {
		return err
	}
	return r.see("/desk/case/" + c.ID)
}
