package trials

import "slices"

// Translation is one text of a listing in another language.
type Translation struct {
	Language string `json:"language"` // ISO 639-1; "und" where the registry does not say which
	Field    string `json:"field"`    // the JSON name of the Trial's field
	Text     string `json:"text"`
}

// IsForeign says whether some of the bytes [start, end) of Criteria is not in English.
func (e *Eligibility) IsForeign(start, end int) bool {
	return slices.ContainsFunc(e.Foreign, func(s Span) bool { return s.Start < end && start < s.End })
}

// Span is a part of a text: its bytes [Start, End).
type Span struct {
	Start int `json:"start"`
	End   int `json:"end"`
}
