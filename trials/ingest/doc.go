// Package ingest is the nightly job: it asks each registry what has changed,
// stores it, and keeps the account of the run. What can't be taken is counted
// and set aside; what breaks a run leaves the old listings as they were.
package ingest
