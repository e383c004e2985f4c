package trials

import "time"

// Run is one sync run against one registry. Its JSON is the line that
// `trialfinder sync` prints.
type Run struct {
	ID          int64     `json:"-"`
	Source      SourceID  `json:"source"`
	Started     time.Time `json:"started"`
	Finished    time.Time `json:"finished"`
	Clean       bool      `json:"clean"` // the whole walk was done and every page came
	Version     string    `json:"-"`     // the registry's data version when the run began
	Full        bool      `json:"-"`     // asked for everything, not only for what changed
	Scope       string    `json:"-"`     // which part of the registry is asked for
	Since       time.Time `json:"-"`     // changes since then; zero: everything
	Position    string    `json:"-"`     // the page at which a run that was cut short goes on
	Walked      bool      `json:"-"`     // saw the id of every listing
	Fetched     int       `json:"fetched"`
	New         int       `json:"new"`
	Changed     int       `json:"changed"`
	Removed     int       `json:"removed"`
	Quarantined int       `json:"quarantined"`
	Errors      []string  `json:"errors"`

	Drift map[string]int `json:"-"` // what had another form than known, and how often
}

// Degraded says whether the run was clean and yet somebody should look: records
// were set aside, or had another form than known, or the ids could not be walked.
func (r Run) Degraded() bool {
	return r.Clean && (r.Quarantined > 0 || len(r.Drift) > 0 || len(r.Errors) > 0)
}

// ImportSource is the source of a run that took listings from files.
const ImportSource SourceID = "import"

// Change says what storing a record did.
type Change int

// What storing a record can do.
const (
	Unchanged Change = iota
	Added
	Updated
)

// Stored is a trial as the store holds it.
type Stored struct {
	Trial      Trial
	SourceHash string    // of the raw record
	Synced     time.Time // when the registry was last asked and had this listing
	Others     []Stored  // the same trial in other registries
}

// Derived is what the step after the sync made of a trial: opaque to the store,
// and stale as soon as the raw record or the rules are others.
type Derived struct {
	TrialID    string
	SourceHash string
	RuleSet    string
	Facets     []Facet
	Blob       []byte
	Slip       []byte // what is needed of it to search all trials
	Criteria   int    // how many demands its text makes
	Unread     int    // of how many no rule was read
}

// Slip is the slip of an open trial, as it is now.
type Slip struct {
	TrialID    string
	SourceHash string
	Slip       []byte
}

// Facet is one plain property to filter trials by, such as therapy=nk.
type Facet struct {
	Kind, Value string
}

// Kind stamps a database: fictional listings and real ones never mix.
type Kind string

// The two kinds of database.
const (
	Demo Kind = "demo"
	Real Kind = "real"
)

// Filter narrows a walk over stored trials; the zero Filter takes all that the
// registries list.
type Filter struct {
	OpenOnly bool      // those that take people now or soon
	Since    time.Time // those that came or changed at this time or later
	Source   SourceID  // those of one registry
}

// Quarantined is a record that could not be taken, as it was set aside.
type Quarantined struct {
	Source SourceID
	ID     string // empty where it could not be read
	Raw    []byte // its beginning
	Size   int    // of the whole, in bytes
	Error  string
	Seen   time.Time // last
}
