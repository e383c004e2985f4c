package store_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"trialfinder/trials"
	"trialfinder/trials/store"
	"trialfinder/trials/store/storetest"
)

func TestOpenRefuses(t *testing.T) {
	type maker func(t *testing.T, path string) store.Config
	stored := func(change string, cfg store.Config) maker {
		return func(t *testing.T, path string) store.Config {
			write(t, path, trials.Real, change)
			cfg.Path = path
			return cfg
		}
	}
	tests := []struct {
		name string
		make maker
		want string // in the message
	}{
		{"no path", func(*testing.T, string) store.Config { return store.Config{} }, "no path given"},
		{"an unknown kind", func(_ *testing.T, path string) store.Config { return store.Config{Path: path, Kind: "test"} },
			`kind "test"`},
		{"missing and must exist", func(_ *testing.T, path string) store.Config { return store.Config{Path: path, MustExist: true} },
			"no database at PATH: run `trialfinder sync` or `trialfinder import` first"},
		{"missing and read-only", func(_ *testing.T, path string) store.Config { return store.Config{Path: path, ReadOnly: true} },
			"no database at PATH: run `trialfinder sync`"},
		{"empty and must exist", func(t *testing.T, path string) store.Config {
			writeFile(t, path, "")
			return store.Config{Path: path, MustExist: true}
		}, "no database at PATH"},
		{"missing directory", func(_ *testing.T, path string) store.Config {
			return store.Config{Path: filepath.Join(path, "sub", "t.db")}
		}, "no directory"},
		{"a file where a directory should be", func(t *testing.T, path string) store.Config {
			writeFile(t, path, "x")
			return store.Config{Path: filepath.Join(path, "t.db")}
		}, "name another file with --db"},
		{"a directory", func(t *testing.T, path string) store.Config {
			return store.Config{Path: filepath.Dir(path)}
		}, "is a directory"},
		{"another format", func(t *testing.T, path string) store.Config {
			writeFile(t, path, strings.Repeat("id\ttitle\n", 1000))
			return store.Config{Path: path}
		}, "PATH is no database: name another file with --db"},
		{"another program's database", stored(`PRAGMA application_id = 7`, store.Config{}), "belongs to another program"},
		{"an unmarked database", stored(`PRAGMA application_id = 0`, store.Config{}), "belongs to another program"},
		{"a newer schema", stored(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)`, store.Config{}),
			"has schema 99 and this program knows up to"},
		{"an older schema, read-only", stored(`DELETE FROM goose_db_version WHERE version_id > 3`, store.Config{ReadOnly: true}),
			"has schema 3 and this program needs"},
		{"real listings for the demo", stored(``, store.Config{Kind: trials.Demo}), "PATH holds real listings"},
		{"real listings for the demo, read-only", stored(``, store.Config{Kind: trials.Demo, ReadOnly: true}), "PATH holds real listings"},
		{"demo listings for real", func(t *testing.T, path string) store.Config {
			write(t, path, trials.Demo, "")
			return store.Config{Path: path, Kind: trials.Real}
		}, "PATH holds the demo's fictional listings"},
		{"damaged pages", func(t *testing.T, path string) store.Config {
			write(t, path, trials.Real, "")
			damage(t, path)
			return store.Config{Path: path}
		}, "PATH is damaged"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := tempPath(t)
			cfg := tt.make(t, path)
			before, _ := os.ReadFile(path)
			db, err := store.Open(t.Context(), cfg)
			if err == nil {
				db.Close()
				t.Fatalf("got no error, want %q", tt.want)
			}
			if db != nil {
				t.Error("got a database with the error")
			}
			if want := strings.ReplaceAll(tt.want, "PATH", path); !strings.Contains(err.Error(), want) {
				t.Errorf("got %q, want it to say %q", err, want)
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("got %q, want one line", err)
			}
			var refusal *store.OpenError
			if !errors.As(err, &refusal) && !errors.Is(err, trials.ErrInvalid) {
				t.Errorf("got %v (%T), want an OpenError or ErrInvalid", err, err)
			}
			if after, _ := os.ReadFile(path); string(after) != string(before) {
				t.Error("the file was changed")
			}
		})
	}
}

func TestOpenRefusesWhatItCannotWrite(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write anything")
	}
	path := tempPath(t)
	write(t, path, trials.Real, "")
	dir := filepath.Dir(path)
	for _, mode := range []struct {
		name      string
		file, dir fs.FileMode
	}{
		{"file", 0o400, 0o700},
		{"directory", 0o600, 0o500},
		{"both", 0o400, 0o500},
	} {
		if err := errors.Join(os.Chmod(path, mode.file), os.Chmod(dir, mode.dir)); err != nil {
			t.Fatal(err)
		}
		db, err := store.Open(t.Context(), store.Config{Path: path})
		if err == nil {
			db.Close()
		}
		if err == nil || !strings.Contains(err.Error(), "give this user write access to both") {
			t.Errorf("%s: got %v, want an error that says what to do", mode.name, err)
		}
		if err := os.Chmod(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(dir, 0o700)
	_, err := store.Open(t.Context(), store.Config{Path: filepath.Join(dir, "new.db")})
	if err == nil || !strings.Contains(err.Error(), "give this user write access to both") {
		t.Errorf("a new file: got %v, want an error that says what to do", err)
	}
}

func TestOpenMustExistDoesNotCreate(t *testing.T) {
	path := tempPath(t)
	if _, err := store.Open(t.Context(), store.Config{Path: path, MustExist: true}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want fs.ErrNotExist", err)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 0 {
		t.Errorf("got %v, %v left in the directory, want nothing", left, err)
	}
}

func TestKind(t *testing.T) {
	tests := []struct {
		name              string
		first, then, want trials.Kind
	}{
		{"a new one is real unless told", "", "", trials.Real},
		{"real stays real", trials.Real, trials.Real, trials.Real},
		{"demo stays demo", trials.Demo, trials.Demo, trials.Demo},
		{"whatever it is", trials.Demo, "", trials.Demo},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := tempPath(t)
			open(t, store.Config{Path: path, Kind: tt.first}).Close()
			if got := open(t, store.Config{Path: path, Kind: tt.then}).Kind(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if got := open(t, store.Config{Path: path, Kind: tt.then, ReadOnly: true}).Kind(); got != tt.want {
				t.Errorf("read-only: got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestOpenTakesAnyPath(t *testing.T) {
	for _, name := range []string{"with space.db", "a?mode=memory.db", "50%25.db", "a#b.db", "å&_pragma=x.db", "-.db"} {
		path := filepath.Join(t.TempDir(), name)
		open(t, store.Config{Path: path}).Close()
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	t.Chdir(t.TempDir())
	open(t, store.Config{Path: "relative.db"}).Close()
	if _, err := os.Stat("relative.db"); err != nil {
		t.Error(err)
	}
}

// Two processes may start on the same new file.
func TestOpenAtOnce(t *testing.T) {
	path := tempPath(t)
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			db, err := store.Open(t.Context(), store.Config{Path: path})
			if err != nil {
				t.Error(err)
				return
			}
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestOpenFinishesAFirstStartThatWasCutShort(t *testing.T) {
	path := tempPath(t)
	db := open(t, store.Config{Path: path})
	for _, change := range []string{`DELETE FROM meta`, `DROP TABLE body`, `ALTER TABLE version ADD COLUMN doc BLOB NOT NULL DEFAULT x''`,
		`ALTER TABLE version ADD COLUMN raw BLOB NOT NULL DEFAULT x''`, `DELETE FROM goose_db_version WHERE version_id = 12`} {
		if err := db.Exec(t.Context(), change); err != nil {
			t.Fatal(err)
		}
	}
	db.Close()
	again := open(t, store.Config{Path: path, Kind: trials.Demo})
	if got := again.Kind(); got != trials.Demo {
		t.Errorf("got kind %q, want it stamped demo", got)
	}
	put(t, again, day1, record(nct(1)))
	if err := again.PutDerived(t.Context(), []trials.Derived{{TrialID: nct(1)}}); err != nil {
		t.Error(err)
	}
}

func TestReadOnlyRefusesWrites(t *testing.T) {
	path := tempPath(t)
	put(t, open(t, store.Config{Path: path}), day1, record(nct(1)))
	db := open(t, store.Config{Path: path, ReadOnly: true})
	if n, err := db.Count(t.Context()); n != 1 || err != nil {
		t.Errorf("count: got %d, %v, want 1", n, err)
	}
	if _, err := db.Put(t.Context(), []trials.Record{record(nct(2))}, day1); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("put: got %v, want ErrReadOnly", err)
	}
	if err := db.MarkImport(t.Context(), day1); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("mark import: got %v, want ErrReadOnly", err)
	}
}

func TestPragmas(t *testing.T) {
	db := storetest.Open(t)
	for _, tt := range []struct{ pragma, writer, reader string }{
		{"journal_mode", "wal", "wal"},
		{"synchronous", "2", "2"}, // FULL: what was committed outlives a power cut
		{"busy_timeout", "5000", "5000"},
		{"query_only", "0", "1"},
	} {
		writer, reader, err := db.Pragmas(t.Context(), tt.pragma)
		if err != nil || writer != tt.writer || reader != tt.reader {
			t.Errorf("%s: got %q for writing and %q for reading, %v, want %q and %q",
				tt.pragma, writer, reader, err, tt.writer, tt.reader)
		}
	}
	if writer, _, err := db.Pragmas(t.Context(), "foreign_keys"); writer != "1" || err != nil {
		t.Errorf("foreign_keys: got %q, %v, want 1", writer, err)
	}
}

func TestStampUsesTheClock(t *testing.T) {
	now := time.Date(2026, time.May, 5, 5, 5, 5, 0, time.UTC)
	db := open(t, store.Config{Path: tempPath(t), Now: func() time.Time { return now }})
	n, err := db.Int(t.Context(), `SELECT count(*) FROM meta WHERE created LIKE '2026-05-05T05:05:05%'`)
	if n != 1 || err != nil {
		t.Errorf("got %d rows created now, %v, want 1", n, err)
	}
}

// write makes a database with something in it, changes it and closes it.
func write(t *testing.T, path string, kind trials.Kind, change string) {
	t.Helper()
	db := open(t, store.Config{Path: path, Kind: kind})
	recs := make([]trials.Record, 50)
	for i := range recs {
		recs[i] = record(nct(i))
	}
	put(t, db, day1, recs...)
	if err := db.Exec(t.Context(), change); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// damage overwrites every page but the first.
func damage(t *testing.T, path string) {
	t.Helper()
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 4096; i < len(file); i++ {
		file[i] = 0xA5
	}
	writeFile(t, path, string(file))
}

// A swap of a large night holds the write lock for long: whoever only reads opens
// the database meanwhile all the same.
func TestOpenDuringASwap(t *testing.T) {
	path := tempPath(t)
	db := open(t, store.Config{Path: path})
	put(t, db, day1, record(nct(1)))
	release := db.HoldWriteLock(t)
	defer release()
	other := open(t, store.Config{Path: path, MustExist: true})
	if n, err := other.Count(t.Context()); n != 1 || err != nil {
		t.Errorf("count: got %d, %v, want 1", n, err)
	}
}
