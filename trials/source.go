package trials

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"regexp"
	"strings"
	"time"
)

// SourceID names a registry.
type SourceID string

// The registries that are known.
const (
	CTGov SourceID = "ctgov" // ClinicalTrials.gov
	CTIS  SourceID = "ctis"  // the EU's Clinical Trials Information System
)

// Source is a registry that can be asked what has changed.
type Source interface {
	ID() SourceID
	// Version names the state of the registry's data: equal versions, equal
	// data; it may begin with the time of the
	// data, as 2006-01-02T15:04:05. It fails with ErrUnavailable or ErrSchema.
	Version(ctx context.Context) (string, error)
	// Changed gives every record that the registry has updated since the given
	// day (the zero time: every record). A *RecordError concerns one record and
	// does not end the sequence; any other error is the last thing it gives.
	Changed(ctx context.Context, since time.Time) iter.Seq2[Record, error]
}

// Record is one study: as normalised, and as the registry sent it.
type Record struct {
	Trial Trial
	Raw   []byte
	Page  string // where a walk can be taken up so that this record comes again; "" if nowhere
}

// Hash names the content of the raw record: equal hashes, equal listing.
func (r Record) Hash() string {
	sum := sha256.Sum256(r.Raw)
	return hex.EncodeToString(sum[:])
}

// RecordError is a record that could not be taken. It is set aside with its
// error; the run goes on. Where the error is ErrNotFound, the registry lists the study
// and has no record of it: it is seen, and there is nothing to set aside.
type RecordError struct {
	Source SourceID
	ID     string // empty where even that could not be read
	Raw    []byte
	Err    error
}

func (e *RecordError) Error() string {
	id := e.ID
	if id == "" {
		id = "a record without an id"
	}
	return fmt.Sprintf("%s: %s: %v", e.Source, id, e.Err)
}

func (e *RecordError) Unwrap() error { return e.Err }

var (
	nctID  = regexp.MustCompile(`^NCT\d{8}$`)
	ctisID = regexp.MustCompile(`^\d{4}-5\d{5}-\d{2}(-\d{2})?$`)
)

// CanonicalID gives the id in the registry's own writing, and the registry
// whose form it has; false where it is no registry's.
func CanonicalID(text string) (string, SourceID, bool) {
	id := strings.ToUpper(strings.TrimSpace(text))
	switch {
	case nctID.MatchString(id):
		return id, CTGov, true
	case ctisID.MatchString(id):
		return id, CTIS, true
	}
	return "", "", false
}

// URL is the registry's own page for the trial, built from the id alone; ""
// for an id that has no registry's form.
func URL(id string) string {
	canonical, source, ok := CanonicalID(id)
	switch {
	case !ok:
		return ""
	case source == CTIS:
		return "https://euclinicaltrials.eu/search-for-clinical-trials/?lang=en&EUCT=" + canonical
	}
	return "https://clinicaltrials.gov/study/" + canonical
}
