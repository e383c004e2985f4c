package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"golang.org/x/time/rate"
)

// politeTransport waits its turn before each request, so that retries and
// redirects keep the rate too, and ends an attempt that takes too long. The time
// spent waiting for the turn does not count as the registry's.
type politeTransport struct {
	next    http.RoundTripper
	limiter *rate.Limiter
	timeout time.Duration
}

func (t *politeTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	err := t.limiter.Wait(req.Context())
	if err != nil {
		if req.Context().Err() == nil {
			// The turn would come after the caller's deadline: say so at once.
			err = final{fmt.Errorf("%w before the next request was due", context.DeadlineExceeded)}
		}
		return nil, err
	}
	ctx, cancel := context.WithTimeout(req.Context(), t.timeout)
	resp, err := t.next.RoundTrip(req.WithContext(ctx))
	if err != nil {
		cancel()
		return nil, t.timedOut(req.Context(), err)
	}
	resp.Body = &attemptBody{ReadCloser: resp.Body, cancel: cancel, transport: t, caller: req.Context()}
	return resp, nil
}

// timedOut tells our own time-out from the caller's deadline, which ends the retries.
func (t *politeTransport) timedOut(caller context.Context, err error) error {
	if caller.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("no whole answer within %s", t.timeout)
	}
	return err
}

// CloseIdleConnections lets http.Client reach the real transport.
func (t *politeTransport) CloseIdleConnections() {
	if closer, ok := t.next.(interface{ CloseIdleConnections() }); ok {
		closer.CloseIdleConnections()
	}
}

// attemptBody ends the attempt's time-out with its body.
type attemptBody struct {
	io.ReadCloser
	cancel    context.CancelFunc
	transport *politeTransport
	caller    context.Context
}

func (b *attemptBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = b.transport.timedOut(b.caller, err)
	}
	return n, err
}

func (b *attemptBody) Close() error {
	defer b.cancel()
	return b.ReadCloser.Close()
}

// sameOrigin lets a redirect lead to another page of the same registry (an alias
// of a study), and nowhere else.
func sameOrigin(req *http.Request, via []*http.Request) error {
	first := via[0].URL
	switch {
	case len(via) > maxRedirects:
		return final{fmt.Errorf("more than %d redirects", maxRedirects)}
	case req.URL.Scheme != first.Scheme || req.URL.Host != first.Host:
		return final{fmt.Errorf("redirected to %s://%s", req.URL.Scheme, req.URL.Host)}
	}
	return nil
}
