package trials

import (
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"sync"
)

// FieldError is a field of another type than the one that is known. It is an
// ErrSchema, and tells a counter which field it was.
type FieldError struct {
	Field, Got, Want string
}

func (e *FieldError) Error() string {
	return fmt.Sprintf("%v: field %s is a JSON %s, want %s", ErrSchema, e.Field, e.Got, e.Want)
}

func (e *FieldError) Unwrap() error { return ErrSchema }

// Drift names the fields of a listing whose values are none that this program
// knows: each is kept as sent and counts as unknown. One here and there is an
// oversight; many are a registry that has changed.
func (t *Trial) Drift() []string {
	var fields []string
	note := func(field string, unknown bool) {
		if unknown {
			fields = append(fields, field)
		}
	}
	note("overallStatus", t.Status != "" && !t.Status.Known() || t.Source == CTIS && t.Status == UnknownStatus)
	note("studyType", t.StudyType != UnspecifiedStudyType && !t.StudyType.known())
	note("phases", !allKnown(t.Phases, Phase.known))
	note("sex", t.Eligibility.Sex != "" && !t.Eligibility.Sex.known())
	note("minimumAge", unreadAge(t.Eligibility.MinimumAge))
	note("maximumAge", unreadAge(t.Eligibility.MaximumAge))
	note("locations.status", !allKnown(t.Sites, func(s Site) bool { return s.Status == "" || s.Status.Known() }))
	return fields
}

func allKnown[T any](list []T, known func(T) bool) bool {
	for _, one := range list {
		if !known(one) {
			return false
		}
	}
	return true
}

func unreadAge(a *Age) bool { return a != nil && a.Unit == "" }

func (t StudyType) known() bool { return t.Treats() || t == Observational }

func (p Phase) known() bool {
	switch p {
	case PhaseNA, EarlyPhase, Phase1, Phase2, Phase3, Phase4:
		return true
	}
	return false
}

func (s Sex) known() bool { return s == Female || s == Male || s == AnySex }

// DriftCount counts drift by field. It is safe for concurrent use.
type DriftCount struct {
	mu      sync.Mutex
	records int
	fields  map[string]int
}

// perRecords: a field that drifts in fewer than one record of so many is an
// oversight of somebody's.
const perRecords = 100

// Note counts one record, or the field for which it could not be read.
func (d *DriftCount) Note(t *Trial, err error) {
	fields := t.Drift()
	var field *FieldError
	if errors.As(err, &field) {
		fields = []string{field.Field}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.records++
	if d.fields == nil {
		d.fields = map[string]int{}
	}
	for _, f := range fields {
		d.fields[f]++
	}
}

// Take gives what was counted, without oversights, and begins anew.
func (d *DriftCount) Take() map[string]int {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := map[string]int{}
	for f, n := range d.fields {
		if n*perRecords > d.records {
			out[f] = n
		}
	}
	d.records, d.fields = 0, nil
	return out
}

// NameOfTerms is a short name for a list of search words: another list, another name.
func NameOfTerms(terms []string) string {
	h := fnv.New64a()
	for _, term := range slices.Compact(slices.Sorted(slices.Values(terms))) {
		_, _ = fmt.Fprintln(h, term) // a hash takes everything
	}
	return strconv.FormatUint(h.Sum64(), 36)
}
