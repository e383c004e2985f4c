package criteria

import (
	"encoding/json"
	"fmt"
)

// Kind is what a criterion's place in the text makes of it.
type Kind string

// The kinds. Headings and notes demand nothing.
const (
	Inclusion Kind = "inclusion"
	Exclusion Kind = "exclusion"
	Heading   Kind = "heading"
	Note      Kind = "note"
)

// Demands says whether the kind asks something of a person.
func (k Kind) Demands() bool { return k == Inclusion || k == Exclusion }

// Codes of criteria without a rule; a rule's own code names its family.
const (
	CodeUnread  = "unread"
	CodeHeading = "heading"
	CodeNote    = "note"
)

// Criterion is one statement of an eligibility text: Text is its bytes
// [Start, End), unchanged.
type Criterion struct {
	Kind   Kind
	Text   string
	Start  int
	End    int
	Cohort string // the cohort, part or arm that it holds for; "" = everybody
	Rule   Rule   // nil: no rule was read
	Clinic bool   // only the trial's staff can settle it
	Code   string // what kind of statement it is, for explaining
}

// Unread makes it one of which nothing was read, as where it is in a language that
// is not; in a text whose exclusions begin at the given byte.
func (c *Criterion) Unread(exclusionStart int) {
	*c = Criterion{Kind: Inclusion, Text: c.Text, Start: c.Start, End: c.End, Code: CodeUnread}
	if c.Start >= exclusionStart {
		c.Kind = Exclusion
	}
}

type criterionJSON struct {
	Kind   Kind            `json:"kind"`
	Text   string          `json:"text"`
	Start  int             `json:"start"`
	End    int             `json:"end"`
	Cohort string          `json:"cohort,omitempty"`
	Rule   json.RawMessage `json:"rule,omitempty"`
	Clinic bool            `json:"clinic,omitempty"`
	Code   string          `json:"code"`
}

// MarshalJSON writes the criterion for storing.
func (c Criterion) MarshalJSON() ([]byte, error) {
	out := criterionJSON{Kind: c.Kind, Text: c.Text, Start: c.Start, End: c.End, Cohort: c.Cohort, Clinic: c.Clinic, Code: c.Code}
	if c.Rule != nil {
		rule, err := marshal(c.Rule)
		if err != nil {
			return nil, fmt.Errorf("criterion at %d: %w", c.Start, err)
		}
		out.Rule = rule
	}
	return marshal(out)
}

// UnmarshalJSON reads a stored criterion.
func (c *Criterion) UnmarshalJSON(b []byte) error {
	var in criterionJSON
	if err := json.Unmarshal(b, &in); err != nil {
		return fmt.Errorf("criterion: %w", err)
	}
	*c = Criterion{Kind: in.Kind, Text: in.Text, Start: in.Start, End: in.End, Cohort: in.Cohort, Clinic: in.Clinic, Code: in.Code}
	if in.Rule == nil {
		return nil
	}
	rule, err := ParseRule(in.Rule)
	if err != nil {
		return fmt.Errorf("criterion at %d: %w", in.Start, err)
	}
	c.Rule = rule
	return nil
}
