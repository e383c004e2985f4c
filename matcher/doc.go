// Package matcher judges which trials are worth asking about. It is pure: no
// clock, no network, no database; today's date is an argument.
//
//	trials.Trial → Read → Listing (therapies, conditions, criteria)
//	answers → Profile (grown to today, with what follows)
//	Listings → Set (compiled: a rule is judged once a person, however many have it)
//	Set × Profile → Match (ranked, with details of what is shown), Ask (the next question)
//	Listing × Profile → Assessment (the details; the plain way, to which a Set is held)
//
// Words:
//
//   - fact: one thing that can be known of a person (matcher/fact).
//   - criterion: one statement of a trial's eligibility text, or one of the
//     registry's own fields; its rule is over facts (matcher/criteria).
//   - answer: a fact as the person gave it; profile: all that is known today.
//   - status: what one criterion is for one person: met, not met, unknown
//     (a fact is missing), clinic (only staff can settle it), unread.
//   - verdict: what one trial is for one person: fits, open, ruled out.
//   - missing: the facts that could still change an outcome.
//
// The asymmetry: a wrong "not met" takes a chance away from somebody, a wrong
// "fits" costs hope and a journey. So unknown is never rounded, what was not
// read is said to be unread, and only a criterion that is surely not met rules
// a trial out. The package returns codes and parameters; words live in web/i18n.
package matcher
