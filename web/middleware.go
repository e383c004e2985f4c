package web

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

// record gives each request an id and writes one line when it is done: the id,
// the route's pattern, the status and the time it took. Nothing of the reader.
func (s *Server) record(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		began := time.Now()
		var b [8]byte
		_, _ = rand.Read(b[:])
		id := hex.EncodeToString(b[:])
		c.Set(requestID, id)
		c.Response().Header().Set("X-Request-Id", id)
		if err := next(c); err != nil {
			c.Error(err)
		}
		route := c.Path()
		if route == "" {
			route = "none"
		}
		s.log.LogAttrs(c.Request().Context(), slog.LevelInfo, "request",
			slog.String("id", id), slog.String("route", route),
			slog.Int("status", c.Response().Status), slog.Int64("ms", time.Since(began).Milliseconds()))
		return nil
	}
}

const requestID = "request-id"

// recoverPanics logs a panic's type and where it came from. The value stays out
// of the log: it may hold an answer.
func (s *Server) recoverPanics(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if p := recover(); p != nil {
				if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
					panic(p)
				}
				s.log.Error("panic", "id", c.Get(requestID), "type", fmt.Sprintf("%T", p), "stack", frames(debug.Stack()))
				err = errInternal
			}
		}()
		return next(c)
	}
}

// frames keeps the functions' places of a stack and drops their arguments.
func frames(stack []byte) string {
	var out []string
	for line := range strings.Lines(string(stack)) {
		if place, ok := strings.CutPrefix(line, "\t"); ok {
			out = append(out, strings.Fields(place)[0])
		}
	}
	return strings.Join(out, " < ")
}

const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

const permissions = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), " +
	"microphone=(), midi=(), payment=(), usb=(), browsing-topics=()"

func secureHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", permissions)
		// Not no-referrer: with it, browsers send "Origin: null" on form posts.
		h.Set("Referrer-Policy", "same-origin")
		return next(c)
	}
}

// transport is how a request came to us.
type transport int

const (
	plain    transport = iota // over an open network: refused
	loopback                  // plain, from this machine: for trying things out
	secure
)

const transportKey = "transport"

// transportOf knows HTTPS by TLS itself or by a trusted proxy's word, and by
// nothing else. Loopback means a browser on this machine: a request that some
// proxy forwarded, or that came under a public name, is none.
func (s *Server) transportOf(r *http.Request) transport {
	if r.TLS != nil {
		return secure
	}
	remote, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return plain
	}
	addr := remote.Addr().Unmap()
	for _, p := range s.proxies {
		if p.Contains(addr) {
			if strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https") {
				return secure
			}
			if forwarded(r) {
				return plain
			}
		}
	}
	if addr.IsLoopback() && !forwarded(r) && localName(r.Host) {
		return loopback
	}
	return plain
}

func forwarded(r *http.Request) bool {
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host"} {
		if r.Header.Get(name) != "" {
			return true
		}
	}
	return false
}

func localName(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && addr.IsLoopback()
}

// requireHTTPS refuses to talk of illnesses over an open line.
func (s *Server) requireHTTPS(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		t := s.transportOf(c.Request())
		c.Set(transportKey, t)
		switch {
		case t == secure:
			c.Response().Header().Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
		case t == plain && c.Path() != "/healthz" && c.Path() != "/readyz":
			return s.askForHTTPS(c)
		}
		return next(c)
	}
}

// sameOrigin refuses what another site makes a browser send.
func (s *Server) sameOrigin(next echo.HandlerFunc) echo.HandlerFunc {
	protection := http.NewCrossOriginProtection()
	return func(c echo.Context) error {
		if err := protection.Check(c.Request()); err != nil {
			return errForeign
		}
		return next(c)
	}
}

func limitBody(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if r.ContentLength > maxBody {
			return errTooLarge
		}
		r.Body = http.MaxBytesReader(c.Response(), r.Body, maxBody)
		return next(c)
	}
}
