package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v4"

	"trialfinder/matcher/quick"
	"trialfinder/trials/private"
	"trialfinder/web/desk"
)

// Private is what the adviser's desk needs of the private database.
type Private interface {
	desk.Store
	scs.CtxStore
	Accounts(ctx context.Context) ([]private.Account, error)
	CreateCase(ctx context.Context, owner string, content private.Content) (private.Case, error)
	Case(ctx context.Context, id string) (private.Case, error)
	Cases(ctx context.Context, owner string) ([]private.Case, error)
	SaveCase(ctx context.Context, who, what string, c *private.Case) error
	DeleteCase(ctx context.Context, who, id string) error
	AuditOf(ctx context.Context, object string) ([]private.Entry, error)
}

// adviserDesk is the part of the site for advisers; nil where there is no private database.
type adviserDesk struct {
	*desk.Desk
	store    Private
	reader   *quick.Reader
	sessions map[transport]*scs.SessionManager
}

// How long a session lasts: unused, and at all.
const (
	deskIdle  = 30 * time.Minute
	deskLasts = 12 * time.Hour
	// deskTouch is how exactly the last use is noted.
	deskTouch = time.Minute
	// deviceLasts is how long a browser is known again.
	deviceLasts = 90 * 24 * time.Hour
)

// What a session holds.
const (
	sessionAccount = "account"
	sessionEpoch   = "epoch"
	sessionSigned  = "signed"
	sessionSeen    = "seen"
)

func (s *Server) openDesk(cfg Config) error {
	if cfg.Private == nil {
		return nil
	}
	d := &adviserDesk{store: cfg.Private, sessions: map[transport]*scs.SessionManager{}}
	var err error
	if d.Desk, err = desk.New(desk.Config{Store: cfg.Private, Now: s.now, Hashing: cfg.Hashing}); err != nil {
		return err
	}
	if d.reader, err = quick.New(s.matcher); err != nil {
		return err
	}
	for _, t := range []transport{loopback, secure} {
		m := scs.New()
		m.Store, m.HashTokenInStore = cfg.Private, true
		m.IdleTimeout, m.Lifetime = deskIdle, deskLasts
		m.Cookie.Name, m.Cookie.Secure, m.Cookie.Persist = deskCookie(t, "adviser"), t == secure, false
		m.Cookie.HttpOnly, m.Cookie.SameSite = true, http.SameSiteLaxMode
		d.sessions[t] = m
	}
	s.desk = d
	return nil
}

// deskCookie is a cookie's name: browsers refuse __Host- over plain HTTP.
func deskCookie(t transport, name string) string {
	if t == secure {
		return "__Host-" + name
	}
	return name
}

// deskRoutes is the URL table of the desk. No address says more of a case than its random id.
func (s *Server) deskRoutes(e *echo.Echo) {
	if s.desk == nil {
		return
	}
	get := func(path string, h func(*request) error) {
		e.Match([]string{http.MethodGet, http.MethodHead}, "/:lang/desk"+path, s.in(h))
	}
	post := func(path string, h func(*request) error) { e.POST("/:lang/desk"+path, s.in(h)) }
	e.Match([]string{http.MethodGet, http.MethodHead}, "/:lang/share", s.in(s.showShare))
	e.POST("/:lang/share", s.in(s.share))
	get("/sign-in", s.showSignIn)
	post("/sign-in", s.signIn)
	get("/join/:secret", s.showJoin)
	post("/join/:secret", s.join)
	post("/sign-out", s.signOut)
	get("", s.atDesk(s.showDesk, anyRole))
	post("/open", s.atDesk(s.openCode, caseRole))
	post("/new", s.atDesk(s.newCase, caseRole))
	get("/case/:id", s.atDesk(s.showCase, caseRole))
	post("/case/:id", s.atDesk(s.changeCase, caseRole))
	get("/case/:id/trial/:trial", s.atDesk(s.showCaseTrial, caseRole))
}

// deskRequest is a request of somebody who is signed in.
type deskRequest struct {
	*request
	account private.Account
}

func anyRole(private.Role) bool { return true }

func caseRole(r private.Role) bool { return r.SeesCases() }

// atDesk wraps a handler for advisers who are signed in and have one of the roles.
func (s *Server) atDesk(h func(*deskRequest) error, may func(private.Role) bool) func(*request) error {
	return func(r *request) error {
		r.forDesk()
		account, ok, err := s.signedIn(r)
		switch {
		case err != nil:
			return err
		case !ok:
			return s.askToSignIn(r)
		case !may(account.Role):
			return r.refuse()
		}
		return h(&deskRequest{r, account})
	}
}

// forDesk forgets the answers that the same browser may hold for somebody else.
func (r *request) forDesk() {
	r.session, r.notice, r.profile = session{}, "", nil
	r.head.NoIndex = true
}

// refuse answers who may not.
func (r *request) refuse() error {
	r.head = head{TitleKey: "desk_refused", NoIndex: true, Bare: true}
	return r.page(http.StatusForbidden, "desk_message", nil)
}

// signedIn finds who is signed in, and notes that the session is in use.
func (s *Server) signedIn(r *request) (a private.Account, ok bool, err error) {
	m := s.desk.sessions[r.transport()]
	c, err := r.Request().Cookie(m.Cookie.Name)
	if err != nil || c.Value == "" {
		return a, false, nil //nolint:nilerr // no cookie: nobody is signed in
	}
	ctx, err := m.Load(r.Request().Context(), c.Value)
	if err != nil {
		return a, false, err
	}
	r.SetRequest(r.Request().WithContext(ctx))
	id := m.GetString(ctx, sessionAccount)
	if id == "" {
		return a, false, nil
	}
	// The clock that the rest goes by; the manager's own is the second line.
	now := s.now()
	seen := time.Unix(m.GetInt64(ctx, sessionSeen), 0)
	a, err = s.desk.store.AccountByID(ctx, id)
	over := now.Sub(seen) >= deskIdle || now.Sub(time.Unix(m.GetInt64(ctx, sessionSigned), 0)) >= deskLasts
	switch {
	case errors.Is(err, private.ErrNotFound), err == nil && (over || !a.Disabled.IsZero() || a.Epoch != m.GetInt64(ctx, sessionEpoch)):
		return a, false, m.Destroy(ctx)
	case err != nil:
		return a, false, err
	case now.Sub(seen) < deskTouch:
		return a, true, nil
	}
	m.Put(ctx, sessionSeen, now.Unix())
	return a, true, s.keepDesk(ctx, r)
}

// keepDesk keeps the session and tells the browser its name.
func (s *Server) keepDesk(ctx context.Context, r *request) error {
	m := s.desk.sessions[r.transport()]
	token, ends, err := m.Commit(ctx)
	if err == nil {
		m.WriteSessionCookie(ctx, r.Response(), token, ends)
	}
	return err
}

// keptForm is a form that came when the session was over: it waits, sealed, on the sign-in
// page, and is sent again from there.
type keptForm struct {
	Case string
	Form form
}

const fieldKept = "kept-form"

// askToSignIn sends somebody to sign in, and back to the case; what a form held is not lost.
func (s *Server) askToSignIn(r *request) error {
	id := r.Param("id")
	if r.Request().Method != http.MethodPost {
		to := ""
		if id != "" {
			to = "?to=" + id
		}
		return r.see("/desk/sign-in" + to)
	}
	page := signInPage{To: id, Over: true}
	if id != "" {
		f, err := readCaseForm(r.Request())
		if err != nil {
			return err
		}
		for name, values := range f {
			if len(values) == 1 && values[0] == "" {
				delete(f, name)
			}
		}
		b, err := json.Marshal(keptForm{id, f})
		if err != nil {
			return errInternal
		}
		if page.Kept, err = s.sealText(b, id); err != nil {
			return err
		}
	}
	return r.showSignIn(http.StatusUnauthorized, page)
}
