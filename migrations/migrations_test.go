package migrations_test

import (
	"database/sql"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite"

	"trialfinder/migrations"
	"trialfinder/migrations/private"
)

var fileName = regexp.MustCompile(`^(\d{5})_[a-z]+(_[a-z]+)*\.sql$`)

func TestNumbersAreUnbroken(t *testing.T) {
	files := sqlFiles(t)
	for i, name := range files {
		m := fileName.FindStringSubmatch(name)
		if m == nil {
			t.Errorf("%s: want a name like 00001_words.sql", name)
			continue
		}
		if n, _ := strconv.Atoi(m[1]); n != i+1 {
			t.Errorf("%s: got number %d, want %d", name, n, i+1)
		}
	}
	if len(files) == 0 {
		t.Error("no migration at all")
	}
}

func TestEveryFileHasBothDirections(t *testing.T) {
	for _, name := range sqlFiles(t) {
		text, err := fs.ReadFile(migrations.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		_, rest, up := strings.Cut(string(text), "-- +goose Up\n")
		_, down, both := strings.Cut(rest, "-- +goose Down\n")
		if !up || !both || strings.TrimSpace(down) == "" {
			t.Errorf("%s: want an Up and a Down part, in that order", name)
		}
	}
}

func TestUpOnEmpty(t *testing.T) {
	db, provider := open(t)
	results, err := provider.Up(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(results), len(sqlFiles(t)); got != want {
		t.Errorf("got %d migrations applied, want %d", got, want)
	}
	var id int
	if err := db.QueryRow(`PRAGMA application_id`).Scan(&id); err != nil || id == 0 {
		t.Errorf("application_id: got %d, %v, want the program's mark", id, err)
	}
}

// Down must undo all that up did, and up must be able to follow it.
func TestUpDownUp(t *testing.T) {
	ctx := t.Context()
	db, provider := open(t)
	before := []string{schema(t, db)}
	for range sqlFiles(t) {
		if _, err := provider.UpByOne(ctx); err != nil {
			t.Fatal(err)
		}
		before = append(before, schema(t, db))
	}
	for i := len(before) - 2; i >= 0; i-- {
		if _, err := provider.Down(ctx); err != nil {
			t.Fatalf("down to %d: %v", i, err)
		}
		if diff := cmp.Diff(before[i], schema(t, db)); diff != "" {
			t.Errorf("down to %d leaves another schema (-want +got):\n%s", i, diff)
		}
	}
	if _, err := provider.Up(ctx); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before[len(before)-1], schema(t, db)); diff != "" {
		t.Errorf("the second up gives another schema (-want +got):\n%s", diff)
	}
}

func TestTablesAreStrict(t *testing.T) {
	db, provider := open(t)
	if _, err := provider.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	// Not ours to declare: goose's table, SQLite's own, and the search index's.
	rows, err := db.Query(`SELECT name FROM pragma_table_list
		WHERE schema = 'main' AND type = 'table' AND strict = 0
		  AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'search%' AND name <> 'goose_db_version'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		t.Errorf("table %s: want STRICT", name)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

func TestForeignKeys(t *testing.T) {
	const trial = `INSERT INTO trial (key, id, source, status, study_type, brief_title, official_title,
		last_update_posted, first_posted, source_hash, doc_hash, first_seen, changed, synced)
		VALUES (1, 'NCT99000001', 'ctgov', 'RECRUITING', '', '', '', '', '', 'h', 'h', 't', 't', 't')`
	children := map[string]string{
		"version": `INSERT INTO version (key, trial_key, source_hash, doc_hash, seen) VALUES (1, %d, 'h', 'h', 't')`,
		"body":    `INSERT INTO body (version, doc, raw) VALUES (%d, x'00', x'00')`,
		"event":   `INSERT INTO event (trial_key, version, at, kind, what, old, new) VALUES (%d, 1, 't', 'new', '', '', '')`,
		"number":  `INSERT INTO number (trial_key, number, own) VALUES (%d, 'NCT99000001', 1)`,
		"alias":   `INSERT INTO alias (trial_key, alias) VALUES (%d, 'NCT99000002')`,
		"site":    `INSERT INTO site (trial_key, seq, facility, status, city, state, country_code) VALUES (%d, 1, '', '', '', '', 'DK')`,
		"derived": `INSERT INTO derived (trial_key, source_hash, rule_set, blob) VALUES (%d, 'h', 'r', x'00')`,
		"facet":   `INSERT INTO facet (trial_key, kind, value) VALUES (%d, 'therapy', 'nk')`,
	}
	db, provider := open(t)
	if _, err := provider.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	for table, insert := range children {
		if _, err := db.Exec(fmt.Sprintf(insert, 7)); err == nil || !strings.Contains(err.Error(), "FOREIGN KEY") {
			t.Errorf("%s of a trial that is not there: got error %v, want a foreign key's", table, err)
		}
	}
	mustExec(t, db, trial)
	for _, table := range []string{"version", "body", "event", "number", "alias", "site", "derived", "facet"} {
		mustExec(t, db, fmt.Sprintf(children[table], 1))
	}
	mustExec(t, db, `DELETE FROM trial`)
	for table := range children {
		var n int
		if err := db.QueryRow(`SELECT count(*) FROM ` + table).Scan(&n); err != nil || n != 0 {
			t.Errorf("%s after its trial went: got %d rows, %v, want none", table, n, err)
		}
	}
}

func open(t *testing.T) (*sql.DB, *goose.Provider) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "t.db")+"?_pragma=foreign_keys(1)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, migrations.FS)
	if err != nil {
		t.Fatal(err)
	}
	return db, provider
}

// schema is the text of every object but goose's own, in order of name.
func schema(t *testing.T, db *sql.DB) string {
	t.Helper()
	rows, err := db.Query(`SELECT type, name, coalesce(sql, '') FROM sqlite_schema
		WHERE name NOT LIKE 'sqlite%' AND name <> 'goose_db_version' ORDER BY type, name`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out strings.Builder
	for rows.Next() {
		var kind, name, text string
		if err := rows.Scan(&kind, &name, &text); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%s %s: %s\n", kind, name, text)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func sqlFiles(t *testing.T) []string {
	t.Helper()
	names, err := fs.Glob(migrations.FS, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func mustExec(t *testing.T, db *sql.DB, query string) {
	t.Helper()
	if _, err := db.Exec(query); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// The private database's files keep the same rules.
func TestPrivateUpDownUp(t *testing.T) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "p.db")+"?_pragma=foreign_keys(1)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, private.FS)
	if err != nil {
		t.Fatal(err)
	}
	empty := schema(t, db)
	if _, err := provider.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	full := schema(t, db)
	if _, err := provider.DownTo(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(empty, schema(t, db)); diff != "" {
		t.Errorf("down leaves another schema (-want +got):\n%s", diff)
	}
	if _, err := provider.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(full, schema(t, db)); diff != "" {
		t.Errorf("the second up gives another schema (-want +got):\n%s", diff)
	}
}
