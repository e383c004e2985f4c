package operator_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http/httptest"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"trialfinder/trials"
	"trialfinder/web/operator"
)

// post is a mail server that keeps what it is given.
type post struct {
	mu     sync.Mutex
	got    []string
	refuse bool
	tls    *tls.Config // what a client must trust
	addr   string
}

func (p *post) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{p}, nil }

type session struct{ *post }

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "trials" || password != "secret" {
			return errors.New("no such user")
		}
		return nil
	}), nil
}

func (s *session) Mail(string, *smtp.MailOptions) error {
	if s.refuse {
		return &smtp.SMTPError{Code: 451, Message: "try again later"}
	}
	return nil
}

func (s *session) Rcpt(string, *smtp.RcptOptions) error { return nil }

func (s *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got = append(s.got, string(b))
	return err
}

func (s *session) Reset() {}

func (s *session) Logout() error { return nil }

// startPost starts the server; encrypted says whether it can encrypt the line.
func startPost(t *testing.T, encrypted bool) *post {
	t.Helper()
	p := &post{}
	srv := smtp.NewServer(p)
	if encrypted {
		certified := httptest.NewTLSServer(nil)
		certified.Close()
		srv.TLSConfig = &tls.Config{Certificates: certified.TLS.Certificates}
		pool := x509.NewCertPool()
		pool.AddCert(certified.Certificate())
		p.tls = &tls.Config{RootCAs: pool, ServerName: "example.com"}
	}
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.addr = l.Addr().String()
	done := make(chan struct{})
	go func() { _ = srv.Serve(l); close(done) }()
	t.Cleanup(func() { _ = srv.Close(); <-done })
	return p
}

// ledger is the runs to tell of.
type ledger struct {
	runs  []trials.Run
	told  []int64
	saved time.Time // the newest backup
}

func (l *ledger) LastBackup(context.Context) (time.Time, error) { return l.saved, nil }

func (l *ledger) Untold(context.Context, time.Time) ([]trials.Run, error) {
	return slices.DeleteFunc(slices.Clone(l.runs), func(r trials.Run) bool { return slices.Contains(l.told, r.ID) }), nil
}

func (l *ledger) MarkTold(_ context.Context, run int64) error {
	l.told = append(l.told, run)
	return nil
}

var night = time.Date(2026, 11, 24, 3, 15, 0, 0, time.UTC)

func failed() trials.Run {
	return trials.Run{ID: 7, Source: trials.CTGov, Started: night, Finished: night.Add(time.Minute), Fetched: 12,
		Errors: []string{"page 3: registry unavailable\r\nBcc: everybody@example.org"}}
}

func degraded() trials.Run {
	return trials.Run{ID: 8, Source: trials.CTIS, Started: night, Finished: night.Add(time.Minute), Clean: true, Quarantined: 2,
		Drift: map[string]int{"overallStatus": 4}}
}

func mailer(t *testing.T, p *post, l *ledger, change func(*operator.MailConfig)) *operator.Mailer {
	t.Helper()
	cfg := operator.MailConfig{Server: p.addr, User: "trials", Password: "secret", From: "trials@example.org", To: "operator@example.org", TLS: p.tls}
	if change != nil {
		change(&cfg)
	}
	var s operator.MailStore
	if l != nil {
		s = l
	}
	m, err := operator.NewMailer(s, cfg, func() time.Time { return night }, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestMailTellsOnce(t *testing.T) {
	p, l := startPost(t, true), &ledger{runs: []trials.Run{failed(), degraded()}}
	m := mailer(t, p, l, nil)
	for range 3 {
		if err := m.Tell(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if len(p.got) != 2 {
		t.Fatalf("got %d mails, want one for each run", len(p.got))
	}
	wants := []struct{ subject, id, says string }{
		{"Trialfinder: the sync of ctgov failed", "<run-7-1795490100@example.org>", "readers are shown the listings of the last clean night"},
		{"Trialfinder: the sync of ctis needs a look", "<run-8-1795490100@example.org>", "overallStatus, 4 times"},
	}
	for i, want := range wants {
		msg, err := mail.ReadMessage(strings.NewReader(p.got[i]))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(msg.Body)
		if err != nil {
			t.Fatal(err)
		}
		if got := msg.Header.Get("Subject"); got != want.subject {
			t.Errorf("subject: got %q, want %q", got, want.subject)
		}
		if got := msg.Header.Get("Message-Id"); got != want.id {
			t.Errorf("message id: got %q, want %q", got, want.id)
		}
		if msg.Header.Get("Bcc") != "" || msg.Header.Get("To") == "" {
			t.Errorf("headers: got %v", msg.Header)
		}
		if flat := strings.ReplaceAll(string(bytes.ReplaceAll(body, []byte("=\r\n"), nil)), "\r\n", "\n"); !strings.Contains(flat, want.says) {
			t.Errorf("body: got %s, want %q in it", flat, want.says)
		}
	}
}

// What can't be sent is tried again, and told when it can.
func TestMailServerThatIsDown(t *testing.T) {
	p, l := startPost(t, true), &ledger{runs: []trials.Run{failed()}}
	p.refuse = true
	m := mailer(t, p, l, nil)
	if err := m.Tell(t.Context()); err == nil || len(l.told) != 0 {
		t.Errorf("refused: got %v and told %v", err, l.told)
	}
	p.refuse = false
	if err := m.Tell(t.Context()); err != nil || len(l.told) != 1 || len(p.got) != 1 {
		t.Errorf("then: got %v, told %v and %d mails, want one", err, l.told, len(p.got))
	}
	gone := mailer(t, &post{addr: "127.0.0.1:1"}, &ledger{runs: []trials.Run{failed()}}, nil)
	if err := gone.Tell(t.Context()); err == nil {
		t.Error("nobody listens: got no error")
	}
}

// A run that failed so that the database knows nothing of it is told of once, too,
// and tried again where the mail can't be sent; also where there is no database.
func TestMailOfARunWithoutAnAccount(t *testing.T) {
	for _, ledgers := range []*ledger{{}, nil} {
		p := startPost(t, true)
		p.refuse = true
		m := mailer(t, p, ledgers, nil)
		lost := failed()
		lost.ID, lost.Errors = 0, []string{"no space left"}
		if err := m.Tell(t.Context(), lost, degraded()); err == nil {
			t.Error("refused: got no error")
		}
		p.refuse = false
		for range 2 {
			if err := m.Tell(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if len(p.got) != 1 || !strings.Contains(p.got[0], "no space left") || !strings.Contains(p.got[0], "<run-ctgov-1795490100@example.org>") {
			t.Errorf("got %d mails, want one: %s", len(p.got), p.got)
		}
	}
}

// Whoever tells at the same time tells nothing twice.
func TestMailTellsOnceForAllWhoAsk(t *testing.T) {
	p, l := startPost(t, true), &ledger{runs: []trials.Run{failed(), degraded()}}
	m := mailer(t, p, l, nil)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := m.Tell(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if len(p.got) != 2 {
		t.Errorf("got %d mails, want one for each run", len(p.got))
	}
}

// A backup that is missing is told of, and again after a week.
func TestMailRemindsOfTheBackup(t *testing.T) {
	for _, tt := range []struct {
		name  string
		saved time.Time
		after []time.Duration // since the program began, one look each
		mails int
		says  string
	}{
		{"a new one", night.Add(-time.Hour), []time.Duration{0, 24 * time.Hour}, 0, ""},
		{"an old one", night.Add(-49 * time.Hour), []time.Duration{0, time.Hour, 6 * 24 * time.Hour}, 1, "2026-11-22 02:15 UTC"},
		{"for more than a week", night.Add(-49 * time.Hour), []time.Duration{0, 7 * 24 * time.Hour}, 2, "newest backup"},
		{"none, on the first day", time.Time{}, []time.Duration{0, 47 * time.Hour}, 0, ""},
		{"none later", time.Time{}, []time.Duration{0, 49 * time.Hour}, 1, "never backed up"},
	} {
		p, now := startPost(t, true), night
		m, err := operator.NewMailer(&ledger{saved: tt.saved}, operator.MailConfig{Server: p.addr, User: "trials", Password: "secret",
			From: "trials@example.org", To: "operator@example.org", TLS: p.tls}, func() time.Time { return now }, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		for _, after := range tt.after {
			now = night.Add(after)
			if err := m.Remind(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if len(p.got) != tt.mails || tt.mails > 0 && !strings.Contains(p.got[0], tt.says) {
			t.Errorf("%s: got %d mails, want %d with %q: %s", tt.name, len(p.got), tt.mails, tt.says, p.got)
		}
	}
}

// A password and the state of things don't go over an open line, or to a stranger.
func TestMailNeedsAnEncryptedLine(t *testing.T) {
	open := startPost(t, false)
	if err := mailer(t, open, &ledger{runs: []trials.Run{failed()}}, nil).Tell(t.Context()); err == nil || len(open.got) != 0 {
		t.Errorf("a server that can't encrypt: got %v and %d mails", err, len(open.got))
	}
	stranger := startPost(t, true)
	m := mailer(t, stranger, &ledger{runs: []trials.Run{failed()}}, func(c *operator.MailConfig) { c.TLS = nil })
	if err := m.Tell(t.Context()); err == nil || len(stranger.got) != 0 {
		t.Errorf("a certificate that nobody vouches for: got %v and %d mails", err, len(stranger.got))
	}
}

func TestMailConfig(t *testing.T) {
	good := operator.MailConfig{Server: "mail.example.org:587", From: "a@example.org", To: "b@example.org"}
	for name, change := range map[string]func(*operator.MailConfig){
		"no port":         func(c *operator.MailConfig) { c.Server = "mail.example.org" },
		"no sender":       func(c *operator.MailConfig) { c.From = "" },
		"not an address":  func(c *operator.MailConfig) { c.To = "operator" },
		"a second header": func(c *operator.MailConfig) { c.To = "b@example.org\r\nBcc: c@example.org" },
	} {
		cfg := good
		change(&cfg)
		if _, err := operator.NewMailer(&ledger{}, cfg, time.Now, slog.New(slog.DiscardHandler)); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
	if _, err := operator.NewMailer(&ledger{}, good, time.Now, slog.New(slog.DiscardHandler)); err != nil {
		t.Error(err)
	}
}
