package ctis

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"trialfinder/trials"
	"trialfinder/trials/fetch"
)

// BaseURL is the register's public interface.
const BaseURL = "https://euclinicaltrials.eu/ctis-public-api"

// The two scopes of a Client.
const (
	ScopeTherapies = "therapies" // trials whose row in the search holds one of the words
	ScopeAll       = "all"       // the whole register
)

const (
	defaultPageSize = 100
	// defaultCap: of one query the register gives no more rows, and does not say so.
	defaultCap = 10_000
)

// Config says how the register is asked.
type Config struct {
	BaseURL  string        // default BaseURL
	Fetch    *fetch.Client // default: one of Politely
	Scope    string        // ScopeTherapies (default) or ScopeAll
	Terms    []string      // the words of ScopeTherapies
	PageSize int           // rows a page; default 100
	Cap      int           // rows that one query can give; default 10,000
	Log      *slog.Logger  // progress; default nowhere
}

// Client asks the EU's register. It is a trials.Source.
type Client struct {
	base     *url.URL
	fetch    *fetch.Client
	net      *net // nil takes everything
	scope    string
	drift    trials.DriftCount
	pageSize int
	cap      int
	log      *slog.Logger
}

var _ trials.Source = (*Client)(nil)

// Politely makes the settings ones that the register's firewall bears: it
// answers 403 as well as 429 to what it takes for a burst, and is fine after a
// while.
func Politely(cfg fetch.Config) fetch.Config {
	cfg.RetryAlso = append(cfg.RetryAlso, http.StatusForbidden)
	cfg.RetryMax = cmp.Or(cfg.RetryMax, 9)
	cfg.RetryWaitMax = cmp.Or(cfg.RetryWaitMax, time.Minute)
	return cfg
}

// New makes a client; it fails where the configuration is trials.ErrInvalid.
func New(cfg Config) (*Client, error) {
	base, err := url.Parse(strings.TrimSuffix(cmp.Or(cfg.BaseURL, BaseURL), "/"))
	if err != nil || base.Host == "" {
		return nil, fmt.Errorf("ctis: base URL %q: want https://host/…: %w", cfg.BaseURL, trials.ErrInvalid)
	}
	c := &Client{
		base:     base,
		fetch:    cfg.Fetch,
		pageSize: cmp.Or(cfg.PageSize, defaultPageSize),
		cap:      cmp.Or(cfg.Cap, defaultCap),
		log:      cmp.Or(cfg.Log, slog.New(slog.DiscardHandler)),
	}
	if c.fetch == nil {
		c.fetch = fetch.New(Politely(fetch.Config{Log: cfg.Log}))
	}
	c.scope = cmp.Or(cfg.Scope, ScopeTherapies)
	switch {
	case c.pageSize < 1 || c.pageSize > defaultPageSize || c.cap < c.pageSize:
		return nil, fmt.Errorf("ctis: pages of %d rows, %d in all: want 1 to %d: %w", c.pageSize, c.cap, defaultPageSize, trials.ErrInvalid)
	case c.scope == ScopeAll:
		return c, nil
	case c.scope != ScopeTherapies:
		return nil, fmt.Errorf("ctis: scope %q: want %s or %s: %w", c.scope, ScopeTherapies, ScopeAll, trials.ErrInvalid)
	case len(cfg.Terms) == 0:
		return nil, fmt.Errorf("ctis: scope %s needs search terms: %w", c.scope, trials.ErrInvalid)
	}
	c.net = newNet(cfg.Terms)
	c.scope += " " + trials.NameOfTerms(cfg.Terms)
	return c, nil
}

// ID is trials.CTIS.
func (c *Client) ID() trials.SourceID { return trials.CTIS }

// Scope names what is asked for: other search words are another scope.
func (c *Client) Scope() string { return c.scope }

// Whole says whether that is the whole register.
func (c *Client) Whole() bool { return c.scope == ScopeAll }

// Drift counts by field what had another form than known since it was last asked,
// where that is too much to be an oversight.
func (c *Client) Drift() map[string]int { return c.drift.Take() }

// Version is the day of the newest publication, and a sum of the page that begins
// with it: what changes is published, and comes first. It fails where the search
// does not answer as it should.
func (c *Client) Version(ctx context.Context) (string, error) {
	got, err := c.search(ctx, query{page: 1, size: c.pageSize, direction: newestFirst})
	switch {
	case err != nil:
		return "", fmt.Errorf("ctis: version: %w", err)
	case got.total == 0:
		return "", fmt.Errorf("ctis: version: an empty register: %w", trials.ErrSchema)
	}
	newest := time.Time{}
	h := fnv.New64a()
	_, _ = fmt.Fprintln(h, got.total) // a hash takes everything
	for _, r := range got.rows {
		_, _ = fmt.Fprintln(h, string(r.raw))
		if day := date(r.LastPublished); !day.IsZero() && day.First().After(newest) {
			newest = day.First()
		}
	}
	return newest.Format("2006-01-02T15:04:05 ") + strconv.FormatUint(h.Sum64(), 36), nil
}

// Study gives one trial. A number without its last two digits, or with those of an
// earlier submission, gives the last one.
func (c *Client) Study(ctx context.Context, id string) (trials.Record, error) {
	canonical, source, ok := trials.CanonicalID(id)
	if !ok || source != trials.CTIS {
		return trials.Record{}, fmt.Errorf("ctis: trial %q: want the form 2024-512345-12-00: %w", id, trials.ErrInvalid)
	}
	base, _ := submission(canonical)
	got, err := c.search(ctx, query{number: base, page: 1, size: c.pageSize, direction: newestFirst})
	if err != nil {
		return trials.Record{}, fmt.Errorf("ctis: trial %s: %w", canonical, err)
	}
	last := row{Number: canonical}
	_, highest := submission(canonical)
	for _, r := range got.rows {
		if b, n := submission(r.Number); b == base && n >= highest {
			last, highest = r, n
		}
	}
	record, err := c.retrieve(ctx, last)
	if err != nil {
		return trials.Record{}, fmt.Errorf("ctis: trial %s: %w", canonical, err)
	}
	return record, nil
}

// notKept are the parts of a dossier that nothing is read from: most of its size,
// and changed by every paper that is added.
var notKept = [...]string{"documents", "results", "correctiveMeasures"}

// columns are what the search tells of a trial and the dossier does not.
var columns = [...]string{"ageGroup", "lastPublicationUpdate", "lastUpdated", "startDateEU", "totalNumberEnrolled", "trialCountries"}

// retrieve gets a trial's dossier and joins it with its row of the search.
func (c *Client) retrieve(ctx context.Context, r row) (trials.Record, error) {
	var dossier map[string]json.RawMessage
	sent, err := c.fetch.GetJSON(ctx, c.base.JoinPath("retrieve", r.Number).String(), &dossier)
	switch {
	case err != nil:
		return trials.Record{}, err
	case !utf8.Valid(sent):
		return trials.Record{}, &trials.RecordError{Source: trials.CTIS, ID: r.Number, Raw: sent, Err: errNotUTF8}
	case len(dossier) == 0: // how the register says 404, now and then
		return trials.Record{}, fmt.Errorf("the dossier is empty: %w", trials.ErrNotFound)
	}
	for _, part := range notKept {
		delete(dossier, part)
	}
	for _, column := range columns {
		if value, ok := r.columns[column]; ok {
			dossier[column] = value
		}
	}
	if len(dossier["ctPublicStatusCode"]) == 0 && r.columns["ctStatus"] != nil {
		dossier["ctPublicStatusCode"] = r.columns["ctStatus"] // which is the public one there, and the application's here
	}
	var raw bytes.Buffer
	encoder := json.NewEncoder(&raw)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(dossier); err != nil {
		return trials.Record{}, &trials.RecordError{Source: trials.CTIS, ID: r.Number, Err: err}
	}
	record, err := Normalise(raw.Bytes())
	c.drift.Note(&record.Trial, err)
	if err == nil && record.Trial.ID != r.Number {
		err = fmt.Errorf("the dossier is of %s: %w", record.Trial.ID, trials.ErrSchema)
	}
	if err != nil {
		return trials.Record{}, &trials.RecordError{Source: trials.CTIS, ID: r.Number, Raw: raw.Bytes(), Err: err}
	}
	if drift := record.Trial.Drift(); len(drift) > 0 {
		c.log.Warn("ctis: values that are not known", "trial", r.Number, "fields", strings.Join(drift, ", "))
	}
	return record, nil
}

// setAside is the error of one record, whatever it was.
func setAside(r row, err error) *trials.RecordError {
	var bad *trials.RecordError
	if errors.As(err, &bad) {
		return bad
	}
	return &trials.RecordError{Source: trials.CTIS, ID: r.Number, Raw: r.raw, Err: err}
}
