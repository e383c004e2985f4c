package operator

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"trialfinder/matcher/index"
	"trialfinder/trials"
)

// Index hands out the newest state of the open trials.
type Index interface {
	Snapshot() *index.Snapshot
}

// Config is what a server is made of.
type Config struct {
	Store  Store
	Index  Index
	Kind   trials.Kind
	Health http.Handler // answers /healthz and /readyz: the site does
	// Failures are the failed runs that the store does not know; may be nil.
	Failures *Failures
	Now      func() time.Time
	Log      *slog.Logger
}

// Server is the operator's listener. It is safe for concurrent use.
type Server struct {
	store Store
	index Index
	kind  trials.Kind
	now   func() time.Time
	log   *slog.Logger
	page  *template.Template
	mux   *http.ServeMux

	failures *Failures
}

//go:embed templates/operator.html
var pageText string

//go:embed static/operator.css
var static embed.FS

// New makes a server; it renders its page once, so that a fault in it is found here.
func New(cfg Config) (*Server, error) {
	s := &Server{store: cfg.Store, index: cfg.Index, kind: cfg.Kind, now: cfg.Now, log: cfg.Log, mux: http.NewServeMux(), failures: cfg.Failures}
	var err error
	if s.page, err = template.New("operator").Funcs(functions).Parse(pageText); err != nil {
		return nil, fmt.Errorf("operator: %w", err)
	}
	if err := s.page.Execute(&bytes.Buffer{}, sample()); err != nil {
		return nil, fmt.Errorf("operator: %w", err)
	}
	metrics := prometheus.NewRegistry()
	metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), &collector{s})
	s.mux.Handle("GET /metrics", promhttp.HandlerFor(metrics, promhttp.HandlerOpts{ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelError)}))
	s.mux.Handle("GET /static/", http.FileServerFS(static))
	s.mux.HandleFunc("GET /{$}", s.show)
	for _, path := range []string{"GET /healthz", "GET /readyz"} {
		s.mux.Handle(path, cfg.Health)
	}
	return s, nil
}

// Handler is all of it.
func (s *Server) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		s.mux.ServeHTTP(w, r)
	})
}

func (s *Server) show(w http.ResponseWriter, r *http.Request) {
	report, err := s.report(r.Context())
	var body bytes.Buffer
	if err == nil {
		err = s.page.Execute(&body, report)
	}
	if err != nil {
		s.log.Error("operator's page", "error", err)
		http.Error(w, "The page could not be made; the log says why.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = body.WriteTo(w) // whoever asked has gone
}

const (
	headerTimeout = 5 * time.Second
	writeTimeout  = time.Minute
	stopTimeout   = 5 * time.Second
)

// Serve answers on the listener until the context ends.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	srv := &http.Server{Handler: s.Handler(), ReadHeaderTimeout: headerTimeout, ReadTimeout: headerTimeout, WriteTimeout: writeTimeout,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(l) }()
	select {
	case err := <-ended:
		return fmt.Errorf("operator: %w", err)
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	if err := srv.Shutdown(stop); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("operator: stopping: %w", err)
	}
	return nil
}
