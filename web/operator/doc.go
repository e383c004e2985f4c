// Package operator shows whoever runs the program how the nights went: a page and
// metrics on a listener of their own, and a mail when a night failed or was
// degraded.
//
//	store: runs, quarantine ─┐
//	index: snapshot ─────────┴→ report → page, /metrics
//	store: runs not told of ──→ mail
//
// There is nothing here of those who use the site, and nothing that changes
// anything: the listener needs no sign-in where only the operator can reach it. The
// words are English; readers of the site never see them.
package operator
