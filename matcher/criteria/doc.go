// Package criteria turns a registry's eligibility text into criteria: sections,
// items with exact byte offsets, and rules over facts.
//
// A text is never refused. What can't be read is a result, not an error: the
// criterion stays without a rule, "unread", and is shown as such. Every
// non-blank line of the text is in the result exactly once (or shared by the
// criteria that stand on it), and the text of a criterion is the registry's own
// bytes.
//
// The asymmetry that governs every rule: a wrong "not met" takes a chance away
// from somebody, so what is not certain must stay unread or carry an Unknown leaf.
package criteria
