// Package private holds the schema of the advisers' database, which is a file of its
// own: it can't be fetched again, and listings can. The rules of package migrations hold.
package private

import "embed"

// FS has the files at its root.
//
//go:embed *.sql
var FS embed.FS
