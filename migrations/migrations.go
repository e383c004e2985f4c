// Package migrations holds the database's schema as numbered SQL files, one
// matter each. trials/store applies them, in order, when it opens a database;
// nothing else reads them. A file that has been released is never edited: what
// comes after it goes into a new one.
package migrations

import "embed"

// FS has the files at its root: NNNNN_name.sql, each with an Up and a Down part.
//
//go:embed *.sql
var FS embed.FS
