package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"trialfinder/matcher"
	"trialfinder/matcher/index"
	"trialfinder/trials"
	"trialfinder/web/content"
	"trialfinder/web/desk"
	"trialfinder/web/i18n"
	"trialfinder/web/seal"
	"trialfinder/web/view"
)

// Store is what the site needs of the database.
type Store interface {
	// Ready says whether the database answers.
	Ready(ctx context.Context) error
}

// Index hands out the newest state of the open trials.
type Index interface {
	Snapshot() *index.Snapshot
	// With does something with it, and again with a newer one where a trial has changed meanwhile.
	With(ctx context.Context, do func(*index.Snapshot) error) error
}

// TextIndex searches the explanatory texts.
type TextIndex interface {
	// Find gives the passages of a language that fit what was typed, the best first.
	Find(ctx context.Context, lang, text string, limit int) ([]trials.Found, error)
}

// Config is what a server is made of.
type Config struct {
	Matcher        *matcher.Matcher
	Index          Index
	Store          Store
	Texts          *content.Library
	TextIndex      TextIndex // of these texts
	Kind           trials.Kind
	Private        Private          // what advisers keep; nil: there is no desk
	Hashing        desk.Hashing     // of advisers' passwords; zero: as it is shipped
	KeyFile        string           // where the cookies' keys live; "" = in memory
	BaseURL        string           // the site's public address, for links between languages
	TrustedProxies []netip.Prefix   // whose X-Forwarded-Proto is believed
	Now            func() time.Time // nil: time.Now
	Log            *slog.Logger     // nil: slog.Default()
}

// Server is the site. It is safe for concurrent use.
type Server struct {
	matcher *matcher.Matcher
	index   Index
	store   Store
	kind    trials.Kind
	baseURL string
	proxies []netip.Prefix
	now     func() time.Time
	log     *slog.Logger

	ring      *seal.Ring
	packer    *packer
	units     usualUnits
	catalogue *i18n.Catalogue
	viewers   map[string]*view.Viewer
	pages     *pages
	static    *static
	texts     *content.Library
	textIndex TextIndex
	desk      *adviserDesk
	echo      *echo.Echo
}

// Limits of a request. Nothing that a person can say needs more.
const (
	maxHeader     = 16 << 10
	maxBody       = 64 << 10
	maxFields     = 200
	headerTimeout = 5 * time.Second
	readTimeout   = 15 * time.Second
	writeTimeout  = 30 * time.Second
	idleTimeout   = 60 * time.Second
	stopTimeout   = 10 * time.Second
	rotateEvery   = time.Hour
)

// New makes a server. It fails early: every catalogue, text and template is
// read, and every template rendered once in every language.
func New(cfg Config) (*Server, error) {
	if cfg.Matcher == nil || cfg.Index == nil || cfg.Store == nil || cfg.Texts == nil || cfg.TextIndex == nil {
		return nil, errors.New("web: a matcher, an index, a store and the texts with theirs are needed")
	}
	s := &Server{
		matcher: cfg.Matcher, index: cfg.Index, store: cfg.Store, kind: cfg.Kind,
		texts: cfg.Texts, textIndex: cfg.TextIndex,
		proxies: cfg.TrustedProxies, now: cfg.Now, log: cfg.Log,
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.log == nil {
		s.log = slog.Default()
	}
	steps := []func() error{
		func() error { return s.setBaseURL(cfg.BaseURL) },
		func() (err error) { s.ring, err = seal.NewRing(cfg.KeyFile, s.now); return err },
		func() (err error) { s.packer, err = newPacker(s.matcher); return err },
		func() (err error) { s.units, err = loadUnits(unitsTSV, s.matcher.Facts); return err },
		func() (err error) { s.catalogue, err = i18n.Load(); return err },
		func() (err error) { s.static, err = loadStatic(staticFiles); return err },
		s.checkTexts,
		s.loadPages,
		func() error { return s.openDesk(cfg) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, fmt.Errorf("web: %w", err)
		}
	}
	s.echo = s.routes()
	return s, nil
}

func (s *Server) setBaseURL(text string) error {
	if text == "" {
		return nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.Path != "" && u.Path != "/" {
		return fmt.Errorf("base URL %q: want an address such as https://trials.example.org", text)
	}
	s.baseURL = u.Scheme + "://" + u.Host
	return nil
}

func (s *Server) loadPages() error {
	s.viewers = map[string]*view.Viewer{}
	for _, code := range s.catalogue.Languages() {
		words, _ := s.catalogue.Words(code)
		s.viewers[code] = view.New(words, s.matcher, s.texts)
	}
	var err error
	if s.pages, err = loadPages(templateFiles, s.catalogue, s.static, s.texts); err != nil {
		return err
	}
	return s.tryPages()
}

// Handler is the whole site.
func (s *Server) Handler() http.Handler { return s.echo }

// Languages are the languages that are there, English first.
func (s *Server) Languages() []string { return s.catalogue.Languages() }

// Serve answers on the listener until the context ends, then finishes what has
// begun, for ten seconds at most.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	srv := &http.Server{
		Handler: s.echo, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout,
		WriteTimeout: writeTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader,
		ErrorLog: slog.NewLogLogger(discardHandler{}, slog.LevelError),
	}
	go s.rotateKeys(ctx)
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(l) }()
	select {
	case err := <-ended:
		return fmt.Errorf("web: %w", err)
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	if err := srv.Shutdown(stop); err != nil {
		return fmt.Errorf("web: stopping: %w", err)
	}
	return nil
}

// rotateKeys destroys old keys on a server that nobody uses.
func (s *Server) rotateKeys(ctx context.Context) {
	tick := time.NewTicker(rotateEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := s.ring.Rotate(); err != nil {
			s.log.Error("keys", "error", err)
		}
	}
}

// discardHandler drops net/http's own messages: they name the addresses of readers.
type discardHandler struct{ slog.Handler }

func (discardHandler) Enabled(context.Context, slog.Level) bool { return false }

// today is the day on which answers are given.
func (s *Server) today() time.Time {
	y, m, d := s.now().UTC().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
