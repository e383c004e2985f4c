// Package ctgov reads ClinicalTrials.gov: its API v2, and files of what the API
// sends.
//
//	Client.Changed, Client.Study: API  ─┐
//	Studies: NDJSON, array, API page   ─┴→ wire (as sent) → Normalise → trials.Record
//
// A walk can be taken up at a page (ChangedFrom), and the whole registry can be
// named by ids alone (IDs), so that what it has taken away is found.
//
// A study that can't be read is an error of that study and never of the walk; an
// answer whose shape is not the documented one is an error of the walk and never
// "no studies".
package ctgov
