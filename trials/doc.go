// Package trials is the vocabulary of registered clinical trials: what a
// registry lists, in one form whatever the registry. The root holds types and
// nothing that fetches or stores; the sub-packages implement:
//
//	registry JSON → ctgov (wire, normalise) → trials.Trial → store
//	                ctis  (the same for the EU's register)
//	                fetch (polite HTTP)        ingest (the nightly job)
//	                demo (a stand-in registry) place (where towns are)
//
// Words, as ClinicalTrials.gov uses them:
//
//   - study, trial: one registered investigation. Record: the registry's listing of it.
//   - overall status: whether the study as a whole takes people; a site has its own.
//   - arm: a group of participants that gets the same; intervention: what is given.
//   - eligibility criteria: the free text that says who may join.
//   - partial date: a year, a month or a day, as precise as the sponsor gave it.
//
// Conventions: a registry's enums are string types whose unknown values are kept
// as sent; an absent value is the zero value or nil, never a guess. Nothing in
// this tree knows of matching.
package trials
