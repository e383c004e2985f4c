package web

import (
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"trialfinder/matcher"
	"trialfinder/matcher/fact"
	"trialfinder/matcher/index"
	"trialfinder/web/i18n"
	"trialfinder/web/view"
)

// request is one page's work: the reader's language, session and answers, and
// one snapshot of the listings, so that a page never mixes two nights.
type request struct {
	echo.Context
	server  *Server
	lang    string
	words   *i18n.Words
	viewer  *view.Viewer
	head    head
	session session
	notice  string // key of a message for this page
	snap    *index.Snapshot
	today   time.Time
	profile *matcher.Profile
}

// head is what the layout needs to know of a page.
type head struct {
	TitleKey string // key of the title's words
	Title    string // or the title itself
	TitleEn  bool   // the title is the registry's English
	Error    bool   // the form has faults
	NoIndex  bool   // not for search engines, and not to be kept anywhere
	Bare     bool   // no links to this page in other languages
}

func (s *Server) request(c echo.Context, lang string) *request {
	words, _ := s.catalogue.Words(lang)
	return &request{
		Context: c, server: s, lang: lang, words: words, viewer: s.viewers[lang],
		snap: s.index.Snapshot(), today: s.today(),
	}
}

// in wraps a page's handler: it finds the language and opens the session.
func (s *Server) in(h func(*request) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		lang := c.Param("lang")
		if _, ok := s.catalogue.Words(lang); !ok {
			return errNotFound
		}
		r := s.request(c, lang)
		sess, gone, err := s.openSession(c.Request(), r.transport())
		if err != nil {
			return err
		}
		r.session, r.viewer = sess, r.viewer.About(sess.For)
		r.rememberLanguage()
		if gone {
			dropSession(c.Response(), r.transport())
			r.notice = "notice_expired"
		}
		if sess.Notice != "" && c.Request().Method == http.MethodGet {
			r.notice = sess.Notice
			r.session.Notice = ""
			if err := r.keep(); err != nil {
				return err
			}
		}
		if c.Request().Method != http.MethodGet {
			return h(r)
		}
		return s.index.With(c.Request().Context(), func(snap *index.Snapshot) error {
			r.snap, r.profile = snap, nil
			return h(r)
		})
	}
}

// rememberLanguage lets the bare address lead to the language last read.
func (r *request) rememberLanguage() {
	if c, err := r.Request().Cookie(languageCookie); err == nil && c.Value == r.lang {
		return
	}
	http.SetCookie(r.Response(), &http.Cookie{
		Name: languageCookie, Value: r.lang, Path: "/", Secure: r.transport() == secure,
		HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

func (r *request) transport() transport {
	t, _ := r.Get(transportKey).(transport)
	return t
}

// keep seals the session into the answer. Where the old answers were gone, the
// next page says so.
func (r *request) keep() error {
	if r.notice == "notice_expired" && r.Request().Method == http.MethodPost {
		r.session.Notice = r.notice
	}
	return r.server.keepSession(r.Response(), r.transport(), &r.session)
}

// person draws up the profile of the answers, once a request.
func (r *request) person() (matcher.Profile, error) {
	if r.profile != nil {
		return *r.profile, nil
	}
	a, err := r.server.answers(&r.session)
	if err != nil {
		return matcher.Profile{}, errInternal // the error may name an answer
	}
	p := r.server.matcher.Profile(a, r.today, r.snap.Towns)
	r.profile = &p
	return p, nil
}

// label is what a fact is called, worded for whom it is about.
func (r *request) label(f fact.Fact) fact.Label {
	return r.server.matcher.Facts.Label(f, r.lang, r.session.For)
}

func (r *request) path(rest string) string { return "/" + r.lang + rest }

// see sends the reader on after a form or to where a page has moved.
func (r *request) see(rest string) error {
	r.Response().Header().Set("Cache-Control", "no-store")
	return r.Redirect(http.StatusSeeOther, r.path(rest))
}

// languageOf is the language for an error page: that of the address, if it has one.
func (s *Server) languageOf(c echo.Context) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(c.Request().URL.Path, "/"), "/")
	if _, ok := s.catalogue.Words(first); ok {
		return first
	}
	return s.catalogue.Choose(c.Request().Header.Get("Accept-Language"))
}
