package web

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"trialfinder/trials"
)

// Errors that a page answers with.
var (
	errNotFound = errors.New("no such page")
	errForm     = errors.New("a form that is not ours")
	errTooLarge = errors.New("too large")
	errForeign  = errors.New("sent by another site")
	errTooMuch  = errors.New("the answers do not fit the cookie")
	errInternal = errors.New("internal")
)

// failures maps errors to what the reader is told: a status and the words'
// keys, "error_<name>_title" and "error_<name>_text".
var failures = []struct {
	err    error
	status int
	name   string
}{
	{errNotFound, http.StatusNotFound, "not_found"},
	{trials.ErrNotFound, http.StatusNotFound, "not_found"},
	{errForm, http.StatusBadRequest, "form"},
	{errTooLarge, http.StatusRequestEntityTooLarge, "form"},
	{errTooMuch, http.StatusBadRequest, "too_much"},
	{errForeign, http.StatusForbidden, "foreign"},
}

// failure is the status and name for an error; what is not listed is internal.
func failure(err error) (int, string) {
	for _, f := range failures {
		if errors.Is(err, f.err) {
			return f.status, f.name
		}
	}
	var he *echo.HTTPError
	if errors.As(err, &he) {
		switch he.Code {
		case http.StatusNotFound:
			return he.Code, "not_found"
		case http.StatusMethodNotAllowed:
			return he.Code, "form"
		}
	}
	return http.StatusInternalServerError, "internal"
}

// fail is the one place where an error becomes a page and, if it is ours, a log line.
func (s *Server) fail(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	status, name := failure(err)
	if status == http.StatusInternalServerError && !errors.Is(err, context.Canceled) && !errors.Is(err, errInternal) {
		s.log.Error("page failed", "id", c.Get(requestID), "route", c.Path(), "error", err)
	}
	r := s.request(c, s.languageOf(c))
	r.head = head{TitleKey: "error_" + name + "_title", NoIndex: true, Bare: true}
	if err := r.page(status, "error", errorPage{Name: name}); err != nil {
		s.log.Error("error page failed", "id", c.Get(requestID), "error", err)
		_ = c.NoContent(status)
	}
}

type errorPage struct{ Name string }

// askForHTTPS is the page for a plain line, in all languages at once. It links
// nowhere: an address taken from the request could be anybody's.
func (s *Server) askForHTTPS(c echo.Context) error {
	c.Response().Header().Set("Upgrade", "TLS/1.2")
	c.Response().Header().Set("Connection", "Upgrade")
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.HTMLBlob(http.StatusUpgradeRequired, s.pages.plain)
}
