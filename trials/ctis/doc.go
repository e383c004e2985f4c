// Package ctis reads the EU's register of trials of medicines, CTIS: its public
// interface, which is documented nowhere, and files of what it sends.
//
//	Client.Changed: search (rows, by page) → net (words) → dossier + row → Normalise → trials.Record
//
// The search tells of each trial when it was last published, in an order that is
// only roughly right, and gives so many rows of one query and no more. Criteria
// come split into items; sites have a town and no coordinates; the status that
// counts is the member state's. The package reads today's shape of a dossier and
// the one before June 2024.
package ctis
