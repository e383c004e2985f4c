// Package store keeps listings, what is derived from them, and the record of
// sync runs in one SQLite file. It holds all the program's SQL.
//
//	ingest, import → Put, Quarantine, Remove, BeginRun, FinishRun, MarkImport
//	index          → Stale, PutDerived, Slips, Derived, Get
//	web, cmd       → Get, Raw, Each, Search, Freshness, Generation
//
// Writing goes through one connection, in transactions that take the write lock
// at once; reading through a pool of its own, where each call or iteration sees
// one consistent snapshot and never waits for a writer. An iteration holds its
// snapshot until it ends: don't leave one standing.
//
// A removed listing stays in the file, so that an old reference to it can be
// explained; only Get and Raw still give it. A derived row is current while both
// its source hash and its rule set are; what has no current one is in Stale.
//
// Names: Get and Count answer with one value, Each… and Stale iterate in order of
// id, Put… writes. Errors wrap the sentinels of package trials.
package store
