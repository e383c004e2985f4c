// Package index is the step after a sync: it reads the trials whose listing or
// whose rules are new, keeps what it made of them as rows that the store does
// not look into, and builds from these the snapshot that requests are answered
// from. It does its input and output through a small interface; the reading
// itself is the matcher's.
package index
