package web

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strings"

	"github.com/boombuler/barcode/qr"

	"trialfinder/trials/private"
	"trialfinder/web/desk"
)

// signInPage is the form to sign in by.
type signInPage struct {
	To    string // the case to go to
	Kept  string // a form that waits for it, sealed
	Over  bool   // the session was over
	Email string
	Error string // key of the words
}

var caseID = regexp.MustCompile(`^[0-9a-f]{24}$`)

func (r *request) showSignIn(status int, page signInPage) error {
	r.forDesk()
	if page.To != "" && !caseID.MatchString(page.To) {
		return errNotFound
	}
	r.head = head{TitleKey: "desk_sign_in", NoIndex: true, Error: page.Error != "", Bare: r.Request().Method == http.MethodPost}
	return r.page(status, "desk_sign_in", page)
}

func (s *Server) showSignIn(r *request) error {
	return r.showSignIn(http.StatusOK, signInPage{To: r.QueryParam("to")})
}

func (s *Server) signIn(r *request) error {
	r.forDesk()
	f, err := readForm(r.Request(), []string{"email", "password", "code", "to", "kept"}, nil)
	if err != nil {
		return err
	}
	page := signInPage{To: f.get("to"), Kept: f.get("kept"), Email: f.text("email")}
	try := desk.Try{Email: page.Email, Password: f.get("password"), Code: f.get("code")}
	device := deskCookie(r.transport(), "adviser-device")
	if c, err := r.Request().Cookie(device); err == nil {
		try.Device = c.Value
	}
	ctx := r.Request().Context()
	account, err := s.desk.SignIn(ctx, try)
	switch {
	case errors.Is(err, desk.ErrRefused):
		page.Error = "desk_sign_in_wrong"
		return r.showSignIn(http.StatusUnprocessableEntity, page)
	case errors.Is(err, desk.ErrTooMany):
		page.Error = "desk_sign_in_many"
		return r.showSignIn(http.StatusTooManyRequests, page)
	case err != nil:
		return err
	}
	http.SetCookie(r.Response(), &http.Cookie{
		Name: device, Value: s.desk.Device(account.ID), Path: "/", MaxAge: int(deviceLasts.Seconds()),
		Secure: r.transport() == secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
	if err := s.beginSession(r, account); err != nil {
		return err
	}
	return s.goOn(&deskRequest{r, account}, page)
}

// beginSession begins a session under a new name: whatever the browser held before is no key to it.
func (s *Server) beginSession(r *request, a private.Account) error {
	m := s.desk.sessions[r.transport()]
	token := ""
	if c, err := r.Request().Cookie(m.Cookie.Name); err == nil {
		token = c.Value
	}
	ctx, err := m.Load(r.Request().Context(), token)
	if err != nil {
		return err
	}
	if err := m.Clear(ctx); err != nil {
		return err
	}
	if err := m.RenewToken(ctx); err != nil {
		return err
	}
	now := s.now().Unix()
	m.Put(ctx, sessionAccount, a.ID)
	m.Put(ctx, sessionEpoch, a.Epoch)
	m.Put(ctx, sessionSigned, now)
	m.Put(ctx, sessionSeen, now)
	return s.keepDesk(ctx, r)
}

// goOn leads to where somebody wanted to go, and sends the form that waited.
func (s *Server) goOn(r *deskRequest, page signInPage) error {
	if !caseID.MatchString(page.To) {
		return r.see("/desk")
	}
	if page.Kept == "" || !r.account.Role.SeesCases() {
		return r.see("/desk/case/" + page.To)
	}
	b, err := s.openText(page.Kept, page.To)
	var kept keptForm
	if err != nil || json.Unmarshal(b, &kept) != nil || kept.Case != page.To {
		return errForm
	}
	c, err := s.ownCase(r, page.To)
	if err != nil {
		return err
	}
	return s.applyCase(r, c, kept.Form)
}

func (s *Server) sealText(b []byte, row string) (string, error) {
	sealed, err := s.desk.store.Keys().Seal(b, fieldKept, row)
	return base64.RawURLEncoding.EncodeToString(sealed), err
}

func (s *Server) openText(text, row string) ([]byte, error) {
	sealed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, errForm
	}
	return s.desk.store.Keys().Open(sealed, fieldKept, row)
}

func (s *Server) signOut(r *request) error {
	r.forDesk()
	account, ok, err := s.signedIn(r)
	if err != nil {
		return err
	}
	m := s.desk.sessions[r.transport()]
	if ok {
		ctx := r.Request().Context()
		if err := m.Destroy(ctx); err != nil {
			return err
		}
		if err := s.desk.store.Audit(ctx, account.ID, private.DidSignOut, account.ID); err != nil {
			return err
		}
	}
	http.SetCookie(r.Response(), &http.Cookie{Name: m.Cookie.Name, Path: "/", MaxAge: -1, Secure: m.Cookie.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	r.Response().Header().Set("Clear-Site-Data", `"cache"`)
	return r.see("/desk/sign-in")
}

// joinPage is what a one-time link opens.
type joinPage struct {
	Secret      string // of the link itself
	Email, Seed string
	URL         string
	Code        string // the picture's path
	Size        int
	Error       string
	Field       string
	Recovery    []string // after joining
}

func (s *Server) showJoin(r *request) error {
	r.forDesk()
	return s.joinPage(r, http.StatusOK, joinPage{})
}

func (s *Server) joinPage(r *request, status int, page joinPage) error {
	invited, err := s.desk.Invited(r.Request().Context(), r.Param("secret"))
	if errors.Is(err, private.ErrNotFound) {
		r.head = head{TitleKey: "desk_link_over", NoIndex: true, Bare: true}
		return r.page(http.StatusNotFound, "desk_message", nil)
	}
	if err != nil {
		return err
	}
	name, err := r.words.T("site_name")
	if err != nil {
		return err
	}
	page.Secret = r.Param("secret")
	page.Email, page.Seed = invited.Account.Email, desk.Grouped(desk.Seed(invited.Seed))
	page.URL = desk.SeedURL(invited.Seed, name, invited.Account.Email)
	if page.Code, page.Size, err = picture(page.URL); err != nil {
		return err
	}
	r.head = head{TitleKey: "desk_join", NoIndex: true, Error: page.Error != ""}
	return r.page(status, "desk_join", page)
}

// picture draws a text as a square code: the path of its dark fields, and its size.
func picture(text string) (path string, size int, err error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return "", 0, errInternal
	}
	size = code.Bounds().Dx()
	var b strings.Builder
	for y := range size {
		for x := range size {
			if v, _, _, _ := code.At(x, y).RGBA(); v == 0 {
				b.WriteString("M" + string(number(float64(x))) + " " + string(number(float64(y))) + "h1v1h-1z")
			}
		}
	}
	return b.String(), size, nil
}

func (s *Server) join(r *request) error {
	r.forDesk()
	f, err := readForm(r.Request(), []string{"password", "code", "username"}, nil)
	if err != nil {
		return err
	}
	_, codes, err := s.desk.Join(r.Request().Context(), r.Param("secret"), f.get("password"), f.get("code"))
	for _, fault := range []struct {
		err        error
		key, field string
	}{
		{desk.ErrShort, "desk_password_short", "password"}, {desk.ErrLong, "desk_password_long", "password"},
		{desk.ErrWeak, "desk_password_weak", "password"}, {desk.ErrCode, "desk_code_wrong", "code"},
	} {
		if errors.Is(err, fault.err) {
			return s.joinPage(r, http.StatusUnprocessableEntity, joinPage{Error: fault.key, Field: fault.field})
		}
	}
	if errors.Is(err, private.ErrNotFound) {
		return s.joinPage(r, http.StatusOK, joinPage{})
	}
	if err != nil {
		return err
	}
	page := joinPage{}
	for _, c := range codes {
		page.Recovery = append(page.Recovery, desk.Grouped(c))
	}
	r.head = head{TitleKey: "desk_recovery", NoIndex: true, Bare: true}
	return r.show("desk_join", page)
}
