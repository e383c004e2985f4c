package trials

import "time"

// EventKind is what kind of change an event tells.
type EventKind string

// The kinds of change. One change is one event, of the kind that says most.
const (
	EventNew               EventKind = "new"                // the listing was not here before
	EventStatus            EventKind = "status"             // the overall status, otherwise than by the next two
	EventWithdrawn         EventKind = "withdrawn"          // the study was withdrawn, or the registry lists it no more
	EventReopened          EventKind = "reopened"           // the study was closed or gone and takes people again
	EventRenamed           EventKind = "renamed"            // the registry gave the listing another id
	EventSiteOpened        EventKind = "site_opened"        // a site takes people that did not, or was not there
	EventSiteClosed        EventKind = "site_closed"        // a site that took people does not, or is gone
	EventCriterionAdded    EventKind = "criterion_added"    //
	EventCriterionRemoved  EventKind = "criterion_removed"  //
	EventCriterionReworded EventKind = "criterion_reworded" //
	EventDate              EventKind = "date"               // of start or completion
)

// Event is one change of a listing. Its JSON is what `trialfinder history` prints.
type Event struct {
	ID   int64     `json:"id"`
	At   time.Time `json:"at"` // when the run began that found it
	Kind EventKind `json:"kind"`
	What string    `json:"what,omitempty"` // which site, date or kind of criterion
	Old  string    `json:"old,omitempty"`
	New  string    `json:"new,omitempty"`
}

// Version is one content that a listing has had.
type Version struct {
	Seen    time.Time `json:"seen"` // when the run began that first fetched it
	Hash    string    `json:"hash"` // of the raw record
	Status  Status    `json:"status"`
	Updated string    `json:"updated"` // the registry's own date
	Current bool      `json:"current"`
	Trial   Trial     `json:"-"`
}

// History is what is known of a listing's past, the oldest first.
type History struct {
	ID       string    `json:"id"`
	Source   SourceID  `json:"source"`
	Removed  bool      `json:"removed"` // the registry lists it no more
	Versions []Version `json:"versions"`
	Events   []Event   `json:"events"`
	Others   []History `json:"others,omitempty"` // of the same trial in other registries
}
