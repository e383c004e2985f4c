package operator

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	gomail "github.com/wneessen/go-mail"

	"trialfinder/trials"
)

// MailStore is what the mails need of the store.
type MailStore interface {
	// Untold gives the runs of which the operator is still to be told.
	Untold(ctx context.Context, since time.Time) ([]trials.Run, error)
	MarkTold(ctx context.Context, run int64) error
	// LastBackup is zero where there was none.
	LastBackup(ctx context.Context) (time.Time, error)
}

// MailConfig says how the operator is told.
type MailConfig struct {
	Server   string // host:port; the line must be encrypted
	User     string // "" where the server asks for no sign-in
	Password string
	From, To string
	TLS      *tls.Config // nil: the machine's certificates
}

const (
	mailTimeout = 30 * time.Second
	// forget: of runs before that nobody wants to be told any more.
	forget = 7 * 24 * time.Hour
	// remindEvery is how often the operator is told of the same missing backup.
	remindEvery = 7 * 24 * time.Hour
)

// Mailer tells the operator of nights that failed or were degraded.
type Mailer struct {
	store  MailStore
	cfg    MailConfig
	client *gomail.Client
	now    func() time.Time
	log    *slog.Logger

	since    time.Time // when this program began
	reminded time.Time // of the backup, last

	mu       sync.Mutex   // one tells at a time: else a run is told of twice
	unstored []trials.Run // failed runs that the database does not know, still to be told of
}

// NewMailer makes a mailer. It fails where the configuration can't work.
func NewMailer(store MailStore, cfg MailConfig, now func() time.Time, log *slog.Logger) (*Mailer, error) {
	host, portText, err := net.SplitHostPort(cfg.Server)
	port, portErr := strconv.Atoi(portText)
	if err := errors.Join(err, portErr); err != nil {
		return nil, fmt.Errorf("mail server %q: want host:port such as mail.example.org:587", cfg.Server)
	}
	for _, address := range []string{cfg.From, cfg.To} {
		if _, err := mail.ParseAddress(address); err != nil {
			return nil, fmt.Errorf("mail address %q: want one such as operator@example.org: %w", address, err)
		}
	}
	options := []gomail.Option{gomail.WithPort(port), gomail.WithTLSPolicy(gomail.TLSMandatory), gomail.WithTimeout(mailTimeout)}
	if cfg.User != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(cfg.User), gomail.WithPassword(cfg.Password))
	}
	if cfg.TLS != nil {
		options = append(options, gomail.WithTLSConfig(cfg.TLS))
	}
	client, err := gomail.NewClient(host, options...)
	if err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return &Mailer{store: store, cfg: cfg, client: client, now: now, log: log, since: now()}, nil
}

// Tell sends a mail for each run of which the operator is to be told. One that
// can't be sent is tried again the next time. Of the given runs those are told that
// failed so that the store knows nothing of them.
func (m *Mailer) Tell(ctx context.Context, ended ...trials.Run) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.unstored = append(m.unstored, slices.DeleteFunc(slices.Clone(ended), func(r trials.Run) bool { return !unaccounted(r) })...)
	for len(m.unstored) > 0 {
		if err := m.send(ctx, m.unstored[0]); err != nil {
			return fmt.Errorf("mail about a run of %s: %w", m.unstored[0].Source, err)
		}
		m.log.Info("the operator was told", "source", m.unstored[0].Source)
		m.unstored = m.unstored[1:]
	}
	if m.store == nil {
		return nil // it could not be opened
	}
	runs, err := m.store.Untold(ctx, m.now().Add(-forget))
	if err != nil {
		return err
	}
	for _, run := range runs {
		if err := m.send(ctx, run); err != nil {
			return fmt.Errorf("mail about run %d: %w", run.ID, err)
		}
		if err := m.store.MarkTold(ctx, run.ID); err != nil {
			return err
		}
		m.log.Info("the operator was told", "run", run.ID, "source", run.Source)
	}
	return nil
}

// Run tells whenever there is something to tell, until ctx ends.
func (m *Mailer) Run(ctx context.Context, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if err := m.Tell(ctx); err != nil && ctx.Err() == nil {
			m.log.Error("telling the operator", "error", err)
		}
		if err := m.Remind(ctx); err != nil && ctx.Err() == nil {
			m.log.Error("reminding the operator", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Remind sends a mail where the newest backup is older than two days, or there was
// none in two days of serving; again after a week.
func (m *Mailer) Remind(ctx context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	last, err := m.store.LastBackup(ctx)
	if err != nil {
		return err
	}
	now, from, says := m.now(), last, "The newest backup is of "+last.UTC().Format("2006-01-02 15:04")+" UTC."
	if last.IsZero() {
		from, says = m.since, "The database was never backed up."
	}
	if now.Sub(from) <= staleAfter || now.Sub(m.reminded) < remindEvery {
		return nil
	}
	says += "\n\n`trialfinder backup FILE` makes one while the site is in use. If one is made each night, it fails or is made elsewhere.\n"
	if err := m.mail(ctx, fmt.Sprintf("backup-%d", now.Unix()), "Trialfinder: there is no new backup", says); err != nil {
		return fmt.Errorf("mail about the backup: %w", err)
	}
	m.reminded = now
	return nil
}

func (m *Mailer) send(ctx context.Context, run trials.Run) error {
	name := strconv.FormatInt(run.ID, 10)
	if unaccounted(run) {
		name = string(run.Source)
	}
	return m.mail(ctx, fmt.Sprintf("run-%s-%d", name, run.Started.Unix()),
		fmt.Sprintf("Trialfinder: the sync of %s %s", run.Source, sayOutcome(run)), letter(run))
}

// mail sends one. The same id is the same mail, should it go out twice over a crash.
func (m *Mailer) mail(ctx context.Context, id, subject, text string) error {
	msg := gomail.NewMsg()
	if err := errors.Join(msg.From(m.cfg.From), msg.To(m.cfg.To)); err != nil {
		return err
	}
	_, domain, _ := strings.Cut(m.cfg.From, "@")
	msg.SetMessageIDWithValue(id + "@" + strings.Trim(domain, "> "))
	msg.SetDateWithValue(m.now())
	msg.Subject(subject)
	msg.SetBodyString(gomail.TypeTextPlain, text)
	return m.client.DialAndSendWithContext(ctx, msg)
}

func sayOutcome(run trials.Run) string {
	if run.Clean {
		return "needs a look"
	}
	return "failed"
}

// letter tells what happened, what it means for readers, and what to do.
func letter(run trials.Run) string {
	var b strings.Builder
	fmt.Fprintf(&b, "The sync of %s that began at %s UTC %s.\n\n", run.Source, run.Started.UTC().Format("2006-01-02 15:04"), sayOutcome(run))
	if run.Clean {
		b.WriteString("It was swapped in. Some of what the registry sent could not be used.\n\n")
	} else {
		b.WriteString("Nothing of it was swapped in: readers are shown the listings of the last clean night.\nThe next night tries again; `trialfinder sync` does at once.\n\n")
	}
	fmt.Fprintf(&b, "fetched %d, new %d, changed %d, removed %d, set aside %d\n", run.Fetched, run.New, run.Changed, run.Removed, run.Quarantined)
	for field, n := range run.Drift {
		fmt.Fprintf(&b, "field with another form than known: %s, %d times\n", field, n)
	}
	for _, text := range run.Errors {
		fmt.Fprintf(&b, "\n- %s\n", text)
	}
	return b.String()
}
