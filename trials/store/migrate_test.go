package store_test

import (
	"bytes"
	"compress/gzip"
	"database/sql"
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pressly/goose/v3"

	"trialfinder/migrations"
	"trialfinder/trials"
	"trialfinder/trials/store"
)

// oldDatabase is one of schema 4, as earlier versions of the program left it.
func oldDatabase(t *testing.T, recs ...trials.Record) (path string, handle *sql.DB) {
	t.Helper()
	path = tempPath(t)
	handle, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { handle.Close() })
	provider, err := goose.NewProvider(goose.DialectSQLite3, handle, migrations.FS)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.UpTo(t.Context(), 4); err != nil {
		t.Fatal(err)
	}
	exec := func(query string, args ...any) {
		t.Helper()
		if _, err := handle.Exec(query, args...); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	const at = "2026-03-01T02:00:00.000000000Z"
	exec(`INSERT INTO meta (id, kind, created) VALUES (1, 'real', ?)`, at)
	exec(`INSERT INTO sync_run (source, started, finished, clean, version, complete) VALUES ('ctgov', ?, ?, 1, 'v1', 1)`, at, at)
	for i, r := range recs {
		doc, err := json.Marshal(r.Trial)
		if err != nil {
			t.Fatal(err)
		}
		exec(`INSERT INTO trial (key, id, source, status, study_type, brief_title, official_title, last_update_posted,
			first_posted, source_hash, doc_hash, first_seen, changed, synced) VALUES (?, ?, ?, ?, ?, ?, '', '', '', ?, 'old', ?, ?, ?)`,
			i+7, r.Trial.ID, r.Trial.Source, r.Trial.Status, r.Trial.StudyType, r.Trial.BriefTitle, r.Hash(), at, at, at)
		exec(`INSERT INTO doc (trial_key, body) VALUES (?, ?)`, i+7, zipped(t, doc))
		exec(`INSERT INTO raw (trial_key, body) VALUES (?, ?)`, i+7, zipped(t, r.Raw))
	}
	return path, handle
}

func zipped(t *testing.T, plain []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A database of an older program goes on with all it had, and a copy of it as it
// was is kept.
func TestOldSchemaIsMigrated(t *testing.T) {
	const eu = "2023-599999-22-00"
	one, two := record(nct(1)), record(eu, ctis, names(nct(1)))
	path, handle := oldDatabase(t, one, two)
	handle.Close()
	db := open(t, store.Config{Path: path})
	if got := groups(t, db); !cmp.Equal(got, []string{nct(1) + " + " + eu}) {
		t.Errorf("got %v, want both, and paired", got)
	}
	raw, err := db.Raw(t.Context(), eu)
	if err != nil || string(raw) != string(two.Raw) {
		t.Errorf("raw: got %q, %v", raw, err)
	}
	if h := history(t, db, nct(1)); len(h.Versions) != 1 || !h.Versions[0].Seen.Equal(day1) {
		t.Errorf("history: got %+v, want the version that was there", h)
	}
	if done := night(t, db, day2, record(nct(1), title("new"))); done.Changed != 1 {
		t.Errorf("the next night: got %+v, want 1 changed", done)
	}
	kept, err := store.Verify(t.Context(), path+".schema-4")
	if err != nil || kept.Schema != 4 || kept.Trials != 2 {
		t.Errorf("the copy: got %+v, %v, want schema 4 with both", kept, err)
	}
}

// A migration that fails is rolled back, and the copy is there.
func TestFailedMigration(t *testing.T) {
	path, handle := oldDatabase(t, record(nct(1)))
	if _, err := handle.Exec(`CREATE TABLE version (something TEXT)`); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(t.Context(), store.Config{Path: path}); err == nil {
		t.Fatal("opened all the same")
	}
	var schema, docs int
	err := handle.QueryRow(`SELECT (SELECT max(version_id) FROM goose_db_version), (SELECT count(*) FROM doc)`).Scan(&schema, &docs)
	if err != nil || schema != 5 || docs != 1 {
		t.Errorf("got schema %d and %d documents, %v, want it as it was before the one that fails", schema, docs, err)
	}
	if _, err := os.Stat(path + ".schema-4"); err != nil {
		t.Errorf("the copy: %v", err)
	}
}
