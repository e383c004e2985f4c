package private

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// State is how far a case has come.
type State string

// The states.
const (
	New         State = "new"
	Looking     State = "looking"
	Asked       State = "asked_doctor"
	Referred    State = "referred"
	Screening   State = "screening"
	Enrolled    State = "enrolled"
	NotEligible State = "not_eligible"
	Closed      State = "closed"
)

// after is which state may follow which. A closed case may be opened again.
var after = map[State][]State{
	New:         {Looking, Asked, Referred, Closed},
	Looking:     {Asked, Referred, NotEligible, Closed},
	Asked:       {Looking, Referred, NotEligible, Closed},
	Referred:    {Looking, Screening, NotEligible, Closed},
	Screening:   {Looking, Enrolled, NotEligible, Closed},
	Enrolled:    {Looking, Closed},
	NotEligible: {Looking, Closed},
	Closed:      {Looking},
}

// States are all of them, in their order.
func States() []State {
	return []State{New, Looking, Asked, Referred, Screening, Enrolled, NotEligible, Closed}
}

// Next are the states that may follow, the present one first.
func (s State) Next() []State { return append([]State{s}, after[s]...) }

// MayBecome says whether a state may follow.
func (s State) MayBecome(t State) bool { return slices.Contains(s.Next(), t) }

// Case is what is kept of one caller: no name, and nothing that leads to one.
type Case struct {
	ID      string
	Ref     string // the number that both sides say on the phone
	Owner   string // account
	Draft   bool
	Version int64
	Created time.Time
	Used    time.Time
	Content
}

// Content is the sealed part.
type Content struct {
	Lang      string          `json:"lang,omitempty"` // that the caller speaks
	Answers   json.RawMessage `json:"answers,omitempty"`
	Line      string          `json:"line,omitempty"` // the quick line, until it is confirmed
	Shortlist []string        `json:"shortlist,omitempty"`
	Notes     string          `json:"notes,omitempty"`
	State     State           `json:"state"`
	FollowUp  string          `json:"follow_up,omitempty"` // day
	Consent   time.Time       `json:"consent,omitzero"`    // when the caller said that it may be kept
	ConsentBy string          `json:"consent_by,omitempty"`
}

// How long cases are kept after they were last used.
const (
	DraftLasts = 24 * time.Hour
	CaseLasts  = 365 * 24 * time.Hour
	AuditLasts = 2 * 365 * 24 * time.Hour
	// WarnBefore is how long before its end a case says so.
	WarnBefore = 30 * 24 * time.Hour
)

// Ends is when the case is deleted unless it is used.
func (c *Case) Ends() time.Time {
	if c.Draft {
		return c.Used.Add(DraftLasts)
	}
	return c.Used.Add(CaseLasts)
}

// Ref writes the n-th reference number of the database: a number, its year and a check
// digit, so that one misheard on the phone is nobody else's.
func Ref(n int64, year int) string {
	body := fmt.Sprintf("%02d%05d", year%100, n)
	return fmt.Sprintf("%s-%s-%d", body[:2], body[2:], damm(body))
}

// dammTable is H. Michael Damm's quasigroup of order ten.
var dammTable = [10]string{
	"0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
	"3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
}

func damm(digits string) int {
	at := 0
	for _, d := range digits {
		at = int(dammTable[at][d-'0'] - '0')
	}
	return at
}
