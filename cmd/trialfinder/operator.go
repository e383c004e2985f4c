package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"trialfinder/matcher/index"
	"trialfinder/trials"
	"trialfinder/trials/store"
	"trialfinder/web/operator"
)

// mailFlags say how the operator is told of a night that failed or was degraded.
type mailFlags struct {
	SMTP         string `name:"smtp" placeholder:"HOST:PORT" help:"Mail server through which the operator is told of a night that went wrong; none: the log only."`
	SMTPUser     string `name:"smtp-user" placeholder:"NAME" help:"User of the mail server."`
	SMTPPassword string `name:"smtp-password" placeholder:"WORD" help:"Password; better set as TRIALFINDER_SMTP_PASSWORD."`
	MailFrom     string `placeholder:"ADDRESS" help:"Sender of the mails."`
	MailTo       string `placeholder:"ADDRESS" help:"The operator's address."`
}

// tellEvery is how often a mail that could not be sent is tried again.
const tellEvery = 15 * time.Minute

// mailer is nil where there is no mail server. The store is nil where the database
// could not be opened.
func (f mailFlags) mailer(e *env, db operator.MailStore) (*operator.Mailer, error) {
	if f.SMTP == "" {
		return nil, nil //nolint:nilnil // mail is optional
	}
	m, err := operator.NewMailer(db, operator.MailConfig{
		Server: f.SMTP, User: f.SMTPUser, Password: f.SMTPPassword, From: f.MailFrom, To: f.MailTo,
	}, e.now, e.log)
	if err != nil {
		return nil, usageError(err.Error())
	}
	return m, nil
}

// tell sends what there is to tell, also of the runs that have just ended; a mail
// that fails is logged and tried again.
func tell(ctx context.Context, e *env, m *operator.Mailer, ended []trials.Run) {
	if m == nil || ctx.Err() != nil {
		return
	}
	if err := m.Tell(ctx, ended...); err != nil {
		e.log.Error("telling the operator", "error", err)
	}
}

// watch serves the operator's listener, where one is asked for.
func (c *serveCmd) watch(ctx context.Context, e *env, group *errgroup.Group, db *store.DB, x *index.Index, health http.Handler, l net.Listener, failures *operator.Failures) error {
	if l == nil {
		return nil
	}
	site, err := operator.New(operator.Config{Store: db, Index: x, Kind: db.Kind(), Health: health, Failures: failures, Now: e.now, Log: e.log})
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stderr, "trialfinder: operator's page on http://%s\n", shown(l.Addr()))
	group.Go(func() error { return site.Serve(ctx, l) })
	return nil
}
