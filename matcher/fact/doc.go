// Package fact is the catalogue of what can be known of a person: id, type,
// unit, values, whether it changes, what follows from it, and the words in which
// it is asked. Criteria, answers and questions all speak in these ids.
//
// A fact is known, unknown (asked: "I don't know") or not asked; the last two
// count alike in logic.
package fact
