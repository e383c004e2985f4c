// Package ctis reads records of the EU's Clinical Trials Information System.
//
//	record JSON → dossier (wire.go) → trials.Trial (normalise.go)
//
// The register's two shapes, today's and that of before June 2024, differ in
// where the dossier lies and in how a status is written; both are read. The
// register has no recruitment status of a site: what counts is the member
// state's public status, so that is what its sites get.
package ctis
