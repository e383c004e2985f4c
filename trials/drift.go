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
	note("overallStatus", t.Status != "" && t.StatusUnread())
	note("studyType", t.StudyType != UnspecifiedStudyType && !t.StudyType.known())
	note("phases", !allKnown(t.Phases, Phase.known))
	note("sex", t.Eligibility.Sex != "" && !t.Eligibility.Sex.known())
	note("minimumAge", unreadAge(t.Eligibility.MinimumAge))
	note("maximumAge", unreadAge(t.Eligibility.MaximumAge))
	note("locations.status", !allKnown(t.Sites, func(s Site) bool { return s.Status == "" || s.Status.Known() }))
	return fields
}

// StatusUnread says whether the listing tells no status that this program knows. In
// the EU's register "unknown" is no status: it stands for a code that is new.
func (t *Trial) StatusUnread() bool {
	return !t.Status.Known() || t.Source == CTIS && t.Status == UnknownStatus
}

// KeepStatus puts the statuses that the listing had before in the place of those
// that can't be read, and says whether there were any: a new word or code says that
// something is otherwise, and nobody knows what.
func (t *Trial) KeepStatus(before *Trial) (kept bool) {
	if t.StatusUnread() && !before.StatusUnread() {
		t.Status, kept = before.Status, true
	}
	had := map[string]Status{}
	for i := range before.Sites {
		s := &before.Sites[i]
		if other, twice := had[s.name()]; twice && other != s.Status {
			had[s.name()] = "" // nobody knows which of them it is
			continue
		}
		had[s.name()] = s.Status
	}
	for i := range t.Sites {
		s := &t.Sites[i]
		if old := had[s.name()]; old != "" && t.siteUnread(s) && !before.siteUnread(&Site{Status: old}) {
			s.Status, kept = old, true
		}
	}
	return kept
}

// siteUnread: ClinicalTrials.gov gives a site's status only while the study is open;
// the EU's register always does.
func (t *Trial) siteUnread(s *Site) bool {
	if t.Source == CTIS {
		return s.Status == "" || s.Status == UnknownStatus
	}
	return s.Status != "" && !s.Status.Known()
}

// core are the fields that are read of nearly every listing, and of how many in a
// hundred one may be absent: of more, and the registry calls it otherwise now.
var core = []struct {
	field  string
	may    int
	absent func(*Trial) bool
}{
	{"overallStatus", 1, func(t *Trial) bool { return t.Status == "" }},
	{"briefTitle", 10, func(t *Trial) bool { return t.BriefTitle == "" }},
	{"officialTitle", 50, func(t *Trial) bool { return t.OfficialTitle == "" }},
	{"studyType", 10, func(t *Trial) bool { return t.StudyType == "" }},
	{"eligibilityCriteria", 10, func(t *Trial) bool { return t.Eligibility.Criteria == "" }},
	{"sex", 30, func(t *Trial) bool { return t.Eligibility.Sex == "" }},
	{"minimumAge", 50, func(t *Trial) bool { return t.Eligibility.MinimumAge == nil }},
	{"conditions", 10, func(t *Trial) bool { return len(t.Conditions) == 0 }},
	{"interventions", 50, func(t *Trial) bool { return len(t.Interventions) == 0 }},
	{"locations", 50, func(t *Trial) bool { return len(t.Sites) == 0 }},
	{"lastUpdatePostDate", 10, func(t *Trial) bool { return t.LastUpdatePosted.Date.IsZero() }},
}

// fewAbsent: so many records without a field say nothing of the registry.
const fewAbsent = 2

// Losses is what the listings of a run would lose if it were swapped in.
type Losses struct {
	Listings int // of the run, that readers are served already

	// How many of them had one and would have none.
	Status, Criteria, Sites int

	Open   int // open listings of the registry
	Closed int // by how many they would be fewer
}

// Count compares a listing as readers see it with what comes in its place.
func (l *Losses) Count(before, after *Trial) {
	count := func(n *int, lost bool) {
		if lost {
			*n++
		}
	}
	// One that this program does not know is no loss: KeepStatus.
	count(&l.Status, !before.StatusUnread() && after.Status == "")
	count(&l.Criteria, before.Eligibility.Criteria != "" && after.Eligibility.Criteria == "")
	// A study that is withdrawn has no sites any more.
	count(&l.Sites, len(before.Sites) > 0 && len(after.Sites) == 0 && after.Status != Withdrawn)
	switch now := after.Status.Open() || after.StatusUnread() && before.Status.Open(); {
	case before.Status.Open() && !now:
		l.Closed++
	case now && !before.Status.Open():
		l.Closed--
	}
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
	absent  map[string]int
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
		d.fields, d.absent = map[string]int{}, map[string]int{}
	}
	for _, f := range fields {
		d.fields[f]++
	}
	if err != nil {
		return
	}
	for _, c := range core {
		if c.absent(t) {
			d.absent[c.field]++
		}
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
	for _, c := range core {
		if n := d.absent[c.field]; n > fewAbsent && n*100 > d.records*c.may {
			out[c.field+" (absent)"] = n
		}
	}
	d.records, d.fields, d.absent = 0, nil, nil
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
