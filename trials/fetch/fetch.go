package fetch

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/hashicorp/go-retryablehttp"
	"golang.org/x/time/rate"

	"trialfinder/trials"
)

// Config says how a Client behaves. The zero value is a careful client.
type Config struct {
	UserAgent     string            // who asks; default "trialfinder"
	Rate          rate.Limit        // requests a second, retries and redirects among them; default 1
	Burst         int               // how many may go at once; default 1
	MaxBody       int64             // bytes of one answer after decompression; default 64 MiB
	Timeout       time.Duration     // of one attempt, its body included; default 1 min
	RetryMax      int               // tries after the first; default 6, negative for none
	RetryWaitMin  time.Duration     // before the second try, doubled for each further one; default 1 s
	RetryWaitMax  time.Duration     // no wait of our own is longer; default 30 s
	RetryAfterMax time.Duration     // no wait that the registry asks for is longer; default 15 min
	Budget        *Budget           // of all requests together; default DefaultBudget
	RetryAlso     []int             // statuses to retry beyond the usual ones
	Transport     http.RoundTripper // default: as http.DefaultTransport
	Log           *slog.Logger      // where waits are told; default nowhere
}

// DefaultBudget is the time for one night.
const DefaultBudget = 4 * time.Hour

const (
	defaultMaxBody = 64 << 20
	maxRedirects   = 5
)

// retried are the statuses that a later try may cure.
var retried = [...]int{
	http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests,
	http.StatusInternalServerError, http.StatusBadGateway,
	http.StatusServiceUnavailable, http.StatusGatewayTimeout,
}

// Client asks one registry. It is safe for concurrent use; all users share its rate.
type Client struct {
	retry     *retryablehttp.Client
	userAgent string
	maxBody   int64
	retryOn   []int
	afterMax  time.Duration
	budget    *Budget
	log       *slog.Logger
}

// New makes a client.
func New(cfg Config) *Client {
	cfg = cfg.withDefaults()
	c := &Client{
		userAgent: cfg.UserAgent,
		maxBody:   cfg.MaxBody,
		retryOn:   slices.Concat(retried[:], cfg.RetryAlso),
		afterMax:  cfg.RetryAfterMax,
		budget:    cfg.Budget,
		log:       cfg.Log,
	}
	c.retry = &retryablehttp.Client{
		HTTPClient: &http.Client{
			Transport: &politeTransport{
				next:    cfg.Transport,
				limiter: rate.NewLimiter(cfg.Rate, cfg.Burst),
				timeout: cfg.Timeout,
			},
			CheckRedirect: sameOrigin,
		},
		RetryMax:     max(cfg.RetryMax, 0),
		RetryWaitMin: cfg.RetryWaitMin,
		RetryWaitMax: cfg.RetryWaitMax,
		CheckRetry:   c.tryAgain,
		Backoff:      c.backoff,
		ErrorHandler: c.giveUp,
	}
	return c
}

func (cfg Config) withDefaults() Config {
	setDefault(&cfg.UserAgent, "trialfinder")
	setDefault(&cfg.Rate, 1)
	setDefault(&cfg.Burst, 1)
	setDefault(&cfg.MaxBody, defaultMaxBody)
	setDefault(&cfg.Timeout, time.Minute)
	setDefault(&cfg.RetryMax, 6)
	setDefault(&cfg.RetryWaitMin, time.Second)
	setDefault(&cfg.RetryWaitMax, 30*time.Second)
	setDefault(&cfg.RetryAfterMax, 15*time.Minute)
	if cfg.Budget == nil {
		cfg.Budget = NewBudget(DefaultBudget)
	}
	if cfg.Transport == nil {
		cfg.Transport = defaultTransport()
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return cfg
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// defaultTransport is a copy, so that closing our idle connections closes nobody else's.
func defaultTransport() http.RoundTripper {
	if t, ok := http.DefaultTransport.(*http.Transport); ok {
		return t.Clone()
	}
	return http.DefaultTransport
}

// GetJSON fetches a JSON document, decodes it into the given value (nil: not at
// all) and gives its bytes too. It returns only whole documents.
func (c *Client) GetJSON(ctx context.Context, address string, into any) ([]byte, error) {
	return c.do(ctx, http.MethodGet, address, nil, into)
}

// PostJSON is GetJSON for an interface that wants its question as a JSON document.
// The question must be harmless to repeat.
func (c *Client) PostJSON(ctx context.Context, address string, body, into any) ([]byte, error) {
	question, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("fetch: question for %s: %w", address, err)
	}
	return c.do(ctx, http.MethodPost, address, question, into)
}

func (c *Client) do(caller context.Context, method, address string, question []byte, into any) ([]byte, error) {
	ctx, cancel := c.budget.within(caller)
	defer cancel()
	req, err := c.newRequest(ctx, method, address, question)
	if err != nil {
		return nil, err
	}
	if into == nil {
		into = new(json.RawMessage)
	}
	answer := answer{maxBody: c.maxBody, into: into}
	req.SetResponseHandler(answer.read)

	_, err = c.retry.Do(req) //nolint:bodyclose // answer.read or giveUp closes it
	if err != nil {
		return nil, explain(caller, req.URL, c.budget.explain(caller, err))
	}
	return answer.body, nil
}

func (c *Client) newRequest(ctx context.Context, method, address string, question []byte) (*retryablehttp.Request, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, fmt.Errorf("fetch: address %q: want http(s)://host/…: %w", address, trials.ErrInvalid)
	}
	var body any
	if question != nil {
		body = bytes.NewReader(question)
	}
	req, err := retryablehttp.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return nil, fmt.Errorf("fetch: %s %q: %w", method, address, err)
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.userAgent)
	if question != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}
