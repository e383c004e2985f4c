package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// jitter spreads our own waits by ± 25 %, so that clients that failed together
// do not come back together.
const jitter = 0.25

// absurdWait: nobody means to be asked again in more than a year.
const absurdWait = 365 * 24 * time.Hour

// tryAgain is the retry policy: network errors and the statuses that pass.
func (c *Client) tryAgain(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if err != nil {
		return !isFinal(err), nil
	}
	return slices.Contains(c.retryOn, resp.StatusCode), nil
}

func isFinal(err error) bool {
	var f final
	var certificate *tls.CertificateVerificationError
	return errors.As(err, &f) || errors.As(err, &certificate)
}

// giveUp is called after the last try.
func (c *Client) giveUp(resp *http.Response, err error, tries int) (*http.Response, error) {
	if err != nil {
		return resp, gaveUp{err, tries}
	}
	defer resp.Body.Close()
	return resp, gaveUp{statusError(resp), tries}
}

// backoff is how long to wait before the next try.
func (c *Client) backoff(least, most time.Duration, attempt int, resp *http.Response) time.Duration {
	wait, asked := c.retryAfter(resp)
	if !asked {
		wait = ownWait(least, most, attempt)
	}
	reason := "no whole answer came"
	if resp != nil && resp.StatusCode != http.StatusOK {
		reason = resp.Status
	}
	c.log.Warn("registry: waiting, then trying again",
		"reason", reason, "wait", wait.Round(time.Millisecond).String(), "try", attempt+2)
	return wait
}

func ownWait(least, most time.Duration, attempt int) time.Duration {
	wait := float64(least)
	for range attempt {
		wait = min(2*wait, float64(most))
	}
	wait *= 1 + jitter*(2*rand.Float64()-1)
	return min(time.Duration(wait), most)
}

// retryAfter is the wait that the registry asks for, capped; false where it asks
// for none, or for one that makes no sense.
func (c *Client) retryAfter(resp *http.Response) (time.Duration, bool) {
	if resp == nil {
		return 0, false
	}
	// A date is one of the registry's clock, which may be wrong.
	now, err := http.ParseTime(resp.Header.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	wait, err := parseRetryAfter(resp.Header.Get("Retry-After"), now)
	if err != nil || wait <= 0 || wait > absurdWait {
		return 0, false
	}
	return min(wait, c.afterMax), true
}

func parseRetryAfter(text string, now time.Time) (time.Duration, error) {
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err == nil {
		// Above the bound the product would overflow; it is absurd either way.
		return time.Duration(min(seconds, int64(2*absurdWait/time.Second))) * time.Second, nil
	}
	date, err := http.ParseTime(text)
	if err != nil {
		return 0, fmt.Errorf("Retry-After %q: want seconds or a date: %w", text, err)
	}
	return date.Sub(now), nil
}
