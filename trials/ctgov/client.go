package ctgov

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"time"

	"trialfinder/trials"
	"trialfinder/trials/fetch"
)

// BaseURL is the registry's API.
const BaseURL = "https://clinicaltrials.gov/api/v2"

// The two scopes of a Client.
const (
	ScopeTherapies = "therapies" // studies that one of the search words finds
	ScopeAll       = "all"       // the whole registry
)

const (
	maxPageSize = 1000   // the API takes a larger one for this
	knownAPI    = "2."   // the versions whose answers this package knows
	maxPages    = 10_000 // of one walk: ten times the registry
)

// Config says how the registry is asked.
type Config struct {
	BaseURL  string        // default BaseURL
	Fetch    *fetch.Client // default: fetch.New with its defaults
	Scope    string        // ScopeTherapies (default) or ScopeAll
	Terms    []string      // the search words of ScopeTherapies
	PageSize int           // studies a page; default 1000
	Log      *slog.Logger  // progress; default nowhere
}

// Client asks ClinicalTrials.gov. It is a trials.Source.
type Client struct {
	base     *url.URL
	fetch    *fetch.Client
	searches []string // one walk each; "" asks for everything
	scope    string
	pageSize int
	drift    trials.DriftCount
	log      *slog.Logger
}

var _ trials.Source = (*Client)(nil)

// New makes a client; it fails where the configuration is trials.ErrInvalid.
func New(cfg Config) (*Client, error) {
	base, err := url.Parse(strings.TrimSuffix(cmp.Or(cfg.BaseURL, BaseURL), "/"))
	if err != nil || base.Host == "" {
		return nil, fmt.Errorf("ctgov: base URL %q: want https://host/…: %w", cfg.BaseURL, trials.ErrInvalid)
	}
	c := &Client{
		base:     base,
		fetch:    cfg.Fetch,
		pageSize: cmp.Or(cfg.PageSize, maxPageSize),
		log:      cmp.Or(cfg.Log, slog.New(slog.DiscardHandler)),
	}
	if c.fetch == nil {
		c.fetch = fetch.New(fetch.Config{Log: cfg.Log})
	}
	if c.pageSize < 1 || c.pageSize > maxPageSize {
		return nil, fmt.Errorf("ctgov: page size %d: want 1 to %d: %w", c.pageSize, maxPageSize, trials.ErrInvalid)
	}
	c.scope = cmp.Or(cfg.Scope, ScopeTherapies)
	c.searches, err = walks(c.scope, cfg.Terms, c.pageSize)
	if err != nil {
		return nil, fmt.Errorf("ctgov: %w", err)
	}
	if c.scope == ScopeTherapies {
		c.scope += " " + trials.NameOfTerms(cfg.Terms)
	}
	return c, nil
}

func walks(scope string, terms []string, pageSize int) ([]string, error) {
	switch {
	case scope == ScopeAll:
		return []string{""}, nil
	case scope != ScopeTherapies:
		return nil, fmt.Errorf("scope %q: want %s or %s: %w", scope, ScopeTherapies, ScopeAll, trials.ErrInvalid)
	case len(terms) == 0:
		return nil, fmt.Errorf("scope %s needs search terms: %w", scope, trials.ErrInvalid)
	}
	rest := listQuery(time.Now(), pageSize, "-").Encode()
	return searches(terms, maxQuery-tokenMargin-len(rest))
}

// ID is trials.CTGov.
func (c *Client) ID() trials.SourceID { return trials.CTGov }

// Scope names what is asked for: other search words are another scope.
func (c *Client) Scope() string { return c.scope }

// Whole says whether that is the whole registry.
func (c *Client) Whole() bool { return c.scope == ScopeAll }

// Drift counts by field what had another form than known since it was last asked,
// where that is too much to be an oversight.
func (c *Client) Drift() map[string]int { return c.drift.Take() }

// Version is the time stamp of the registry's data. It fails with
// trials.ErrSchema where the API is not of a version that this package knows.
func (c *Client) Version(ctx context.Context) (string, error) {
	var got struct {
		APIVersion    string `json:"apiVersion"`
		DataTimestamp string `json:"dataTimestamp"`
	}
	_, err := c.fetch.GetJSON(ctx, c.address("version", nil), &got)
	switch {
	case err != nil:
		return "", fmt.Errorf("ctgov: version: %w", err)
	case !strings.HasPrefix(got.APIVersion, knownAPI):
		return "", fmt.Errorf("ctgov: version %q of the API, this program knows %sx; look for an update of it: %w",
			got.APIVersion, knownAPI, trials.ErrSchema)
	case got.DataTimestamp == "":
		return "", fmt.Errorf("ctgov: version: no dataTimestamp: %w", trials.ErrSchema)
	}
	return got.DataTimestamp, nil
}

// Study gives one study. Where the id is an old one of another study, it gives
// that one, with the id among its aliases.
func (c *Client) Study(ctx context.Context, id string) (trials.Record, error) {
	canonical, source, ok := trials.CanonicalID(id)
	if !ok || source != trials.CTGov {
		return trials.Record{}, fmt.Errorf("ctgov: study %q: want NCT and eight digits: %w", id, trials.ErrInvalid)
	}
	var raw json.RawMessage
	q := url.Values{"format": {"json"}, "fields": {fieldList()}}
	_, err := c.fetch.GetJSON(ctx, c.address("studies/"+canonical, q), &raw)
	if err != nil {
		return trials.Record{}, fmt.Errorf("ctgov: study %s: %w", canonical, err)
	}
	record, err := Normalise(raw)
	if err != nil {
		return trials.Record{}, &trials.RecordError{Source: trials.CTGov, ID: canonical, Raw: raw, Err: err}
	}
	t := &record.Trial
	if t.ID != canonical && !slices.Contains(t.Aliases, canonical) {
		t.Aliases = append(t.Aliases, canonical)
	}
	return record, nil
}

func (c *Client) address(path string, q url.Values) string {
	u := c.base.JoinPath(path)
	u.RawQuery = q.Encode()
	return u.String()
}
