package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"trialfinder/trials"
)

// StatusError is a request that failed for good.
type StatusError struct {
	Status int    // the HTTP status; 0 where no answer came
	Body   string // the answer's first 200 bytes, printable
	URL    string // what was asked, without its query
	Tries  int
	Err    error // the cause, where it is not the status

	kind error // trials.ErrUnavailable, ErrNotFound or ErrSchema
}

func (e *StatusError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %v", e.URL, e.kind)
	if e.Status != 0 {
		fmt.Fprintf(&b, ": %d %s", e.Status, http.StatusText(e.Status))
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	if e.Tries > 1 {
		fmt.Fprintf(&b, ", after %d tries", e.Tries)
	}
	if e.Body != "" {
		fmt.Fprintf(&b, ", with %q", e.Body)
	}
	return b.String() + "; " + e.advice()
}

// Unwrap gives the class of the failure (trials.ErrUnavailable, …) and its cause.
func (e *StatusError) Unwrap() []error {
	if e.Err == nil {
		return []error{e.kind}
	}
	return []error{e.kind, e.Err}
}

// advice is what the operator can do about it.
func (e *StatusError) advice() string {
	switch {
	case errors.Is(e.Err, ErrBudget):
		return "the registry is slow or throttles us: run again later"
	case e.Status == 0 && errors.Is(e.kind, trials.ErrSchema):
		return "check the base URL: the registry seems to have moved"
	case e.Status == 0:
		return "check the network, DNS and proxy of this machine, then run again"
	case e.Status == http.StatusTooManyRequests:
		return "the registry wants fewer requests: wait, then run again, at a lower rate if it persists"
	case e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden:
		return "the registry refuses this machine: wait, then run again; check the proxy and the user agent"
	case errors.Is(e.kind, trials.ErrUnavailable):
		return "the registry is in trouble: run again later"
	case errors.Is(e.kind, trials.ErrNotFound):
		return "check the id, or the base URL"
	}
	return "the registry's interface may have changed, or the base URL is another's: check it, then look for an update of this program"
}

// final marks an error that no further try can cure.
type final struct{ error }

func (f final) Unwrap() error { return f.error }

// gaveUp is the last error with the number of tries that it took.
type gaveUp struct {
	error
	tries int
}

func (g gaveUp) Unwrap() error { return g.error }

// statusError is the error of an answer that is not 200. It reads from the body.
func statusError(resp *http.Response) *StatusError {
	// What can't be read of an error page is no loss.
	body, _ := io.ReadAll(io.LimitReader(resp.Body, excerptBytes))
	kind := trials.ErrSchema
	switch status := resp.StatusCode; {
	case status == http.StatusNotFound || status == http.StatusGone:
		kind = trials.ErrNotFound
	case status >= 500, status == http.StatusTooManyRequests, status == http.StatusTooEarly,
		status == http.StatusRequestTimeout, status == http.StatusForbidden, status == http.StatusUnauthorized:
		kind = trials.ErrUnavailable
	}
	return &StatusError{
		Status: resp.StatusCode, Body: excerpt(body), URL: where(resp.Request.URL), Tries: 1, kind: kind,
	}
}

// schemaError is the error of an answer of status 200 that is not what we asked for.
func schemaError(resp *http.Response, body []byte, err error) *StatusError {
	return &StatusError{
		Status: resp.StatusCode, Body: excerpt(body), URL: where(resp.Request.URL), Tries: 1,
		kind: trials.ErrSchema, Err: err,
	}
}

// explain makes the last error of a request one that a caller can tell and an
// operator can act on.
func explain(ctx context.Context, asked *url.URL, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", where(asked), ctx.Err())
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%s: %w", where(asked), innermost(err))
	}
	tries := 1
	var g gaveUp
	if errors.As(err, &g) {
		tries = g.tries
	}
	var status *StatusError
	if errors.As(err, &status) {
		status.Tries = tries
		return status
	}
	var f final
	kind := trials.ErrUnavailable
	if errors.As(err, &f) {
		kind = trials.ErrSchema
	}
	return &StatusError{URL: where(asked), Tries: tries, Err: innermost(err), kind: kind}
}

// innermost drops the layers that repeat the whole address, query and all.
func innermost(err error) error {
	var f final
	if errors.As(err, &f) {
		return f.error
	}
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	var g gaveUp
	if errors.As(err, &g) {
		return g.error
	}
	return err
}

// where names what was asked: the query may be thousands of bytes long.
func where(u *url.URL) string { return u.Host + u.Path }

// excerpt is the beginning of a body, fit for one line of a log.
func excerpt(body []byte) string {
	body = body[:min(len(body), excerptBytes)]
	printable := strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(string(body), ""))
	return strings.Join(strings.Fields(printable), " ")
}
