// Package fetch is polite HTTP for the registries' JSON interfaces. One place
// owns the rate, the retries, Retry-After, the time-outs, the size of an answer
// and the redirects, so that a registry's client speaks of studies alone.
//
//	budget → limiter → one attempt (time-out, same-host redirects) → status, type, size,
//	whole JSON? → else wait (backoff ± 25 %, or Retry-After) and try again
//
// Every failure but the end of the context is a *StatusError, whose message
// tells the operator what to do, and which wraps trials.ErrUnavailable,
// trials.ErrNotFound or trials.ErrSchema.
package fetch
