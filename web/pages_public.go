package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"trialfinder/trials"
)

const languageCookie = "lang"

// chooseLanguage sends the bare address to the language chosen before, or the
// one that the browser asks for.
func (s *Server) chooseLanguage(c echo.Context) error {
	lang := s.catalogue.Choose(c.Request().Header.Get("Accept-Language"))
	if ck, err := c.Request().Cookie(languageCookie); err == nil {
		if _, ok := s.catalogue.Words(ck.Value); ok {
			lang = ck.Value
		}
	}
	c.Response().Header().Set("Vary", "Cookie, Accept-Language")
	return c.Redirect(http.StatusSeeOther, "/"+lang)
}

// startPage is the way in.
type startPage struct {
	Trials  int // open now
	Erased  bool
	BadID   bool
	TrialID string
	Going   bool // the questionnaire has begun
}

func (s *Server) start(r *request) error {
	r.head = head{TitleKey: "start_title"}
	p := startPage{Trials: r.snap.Set.Count("", ""), Going: len(r.session.Entries) > 0}
	if r.QueryParam("done") == "erased" {
		r.notice = "notice_erased"
	}
	return r.show("start", p)
}

func (s *Server) about(r *request) error {
	r.head = head{TitleKey: "about_title"}
	return r.show("about", nil)
}

// erase forgets everything: our cookies, and whatever the browser has kept.
func (s *Server) erase(r *request) error {
	if _, err := readForm(r.Request(), nil, nil); err != nil {
		return err
	}
	dropSession(r.Response(), r.transport())
	r.Response().Header().Set("Clear-Site-Data", `"cache", "cookies", "storage"`)
	return r.see("?done=erased")
}

// findTrial is the form for a trial's number.
func (s *Server) findTrial(r *request) error {
	typed := strings.TrimSpace(r.QueryParam("id"))
	if id, _, ok := trials.CanonicalID(tidy(typed)); ok {
		return r.see("/trial/" + id)
	}
	r.head = head{TitleKey: "find_title", NoIndex: true, Error: typed != ""}
	return r.show("find", startPage{TrialID: tidy(typed), BadID: typed != ""})
}

// healthz: the process answers.
func (s *Server) health(c echo.Context) error { return c.String(http.StatusOK, "ok\n") }

// readiness is what readyz tells.
type readiness struct {
	Database string   `json:"database"`
	Trials   int      `json:"trials"`
	AgeHours *float64 `json:"age_hours"` // of the listings; null before the first sync
}

// staleAfter is the age at which the listings are no longer ready to be shown as today's.
const staleAfterHours = 48

// ready: the database answers, and the listings are of the last two days.
func (s *Server) ready(c echo.Context) error {
	snap := s.index.Snapshot()
	out := readiness{Database: "ok", Trials: snap.Set.Len()}
	status := http.StatusOK
	if err := s.store.Ready(c.Request().Context()); err != nil {
		out.Database, status = "failing", http.StatusServiceUnavailable
		s.log.Error("readyz", "error", err)
	}
	if snap.Listings.IsZero() {
		status = http.StatusServiceUnavailable
	} else {
		age := s.now().Sub(snap.Listings).Hours()
		out.AgeHours = &age
		if age > staleAfterHours {
			status = http.StatusServiceUnavailable
		}
	}
	return c.JSON(status, out)
}
