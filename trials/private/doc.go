// Package private is the vocabulary of what advisers keep: accounts, cases and the audit,
// and the sealing of all that tells of a person. It does no input or output but for the key
// file; trials/store keeps the sealed rows.
//
//	key file → data key → the case's own key → the case
//
// Whoever has the database alone, or a backup of it, has ids and times.
package private
