// Package store keeps listings, what is derived from them, and the record of
// sync runs in one SQLite file. It holds all the program's SQL.
//
//	ingest, import → BeginRun, Stage, Swap or FinishRun, Quarantine
//	index          → Stale, PutDerived, Slips, Derived, Get
//	web, cmd       → Get, Raw, Each, Search, History, Freshness, Generation
//
// A run fetches into staging, which no reader sees, and is swapped in by one
// transaction that also writes what changed; a run that fails leaves nothing. What
// is staged outlives a kill. A content of a listing is one row, a version; to swap
// it in moves a pointer to it.
//
// Writing goes through one connection, in transactions that take the write lock
// at once; reading through a pool of its own, where each call or iteration sees
// one consistent snapshot and never waits for a writer. An iteration holds its
// snapshot until it ends: don't leave one standing. Lock keeps two runs apart.
//
// A removed listing stays in the file, so that an old reference to it can be
// explained; only Get, Raw and History still give it. A derived row is current
// while both its source hash and its rule set are; what has no current one is in
// Stale.
//
// One trial in two registries is two listings, of which one leads: Get and Each
// give it, with the other beside it.
//
// Names: Get and Count answer with one value, Each… and Stale iterate in order of
// id, Put… writes. Errors wrap the sentinels of package trials.
package store
