package main_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "trialfinder/"

// imports is who may import whom: of the project's packages, and of others'.
// A package that is not in the table fails the test, so that it is put there.
var imports = map[string]struct{ own, others []string }{
	"migrations":             {nil, nil},
	"migrations/private":     {nil, nil},
	"trials":                 {nil, nil},
	"trials/place":           {[]string{"trials"}, []string{"golang.org/x/text"}},
	"trials/fetch":           {[]string{"trials"}, []string{"golang.org/x/time", "github.com/hashicorp/go-retryablehttp"}},
	"trials/ctgov":           {[]string{"trials", "trials/fetch"}, nil},
	"trials/ctis":            {[]string{"trials", "trials/fetch"}, nil},
	"trials/merge":           {[]string{"trials", "trials/place"}, []string{"golang.org/x/text"}},
	"trials/demo":            {nil, nil},
	"trials/private":         {nil, nil},
	"trials/store":           {[]string{"trials", "trials/private", "migrations", "migrations/private"}, []string{"modernc.org/sqlite", "github.com/pressly/goose", "github.com/klauspost/compress"}},
	"trials/store/storetest": {[]string{"trials", "trials/store"}, nil},
	"trials/ingest":          {[]string{"trials"}, []string{"github.com/robfig/cron"}},
	"matcher/unit":           {nil, nil},
	"matcher/lexicon":        {nil, []string{"golang.org/x/text"}},
	"matcher/fact":           {nil, nil},
	"matcher/chance":         {[]string{"matcher/fact"}, nil},
	"matcher/condition":      {[]string{"matcher/lexicon"}, nil},
	"matcher/therapy":        {[]string{"matcher/lexicon"}, nil},
	"matcher/criteria":       {[]string{"matcher/condition", "matcher/fact", "matcher/lexicon", "matcher/unit"}, nil},
	"matcher":                {[]string{"trials", "trials/place", "matcher/chance", "matcher/condition", "matcher/criteria", "matcher/fact", "matcher/lexicon", "matcher/therapy", "matcher/unit"}, nil},
	"matcher/index":          {[]string{"trials", "trials/merge", "trials/place", "matcher", "matcher/therapy"}, []string{"golang.org/x/sync", "github.com/hashicorp/golang-lru"}},
	"web/atlas":              {nil, nil},
	"web/atlas/generate":     {[]string{"web/atlas"}, nil},
	"matcher/quick":          {[]string{"trials/place", "matcher", "matcher/criteria", "matcher/fact", "matcher/lexicon"}, []string{"golang.org/x/text"}},
	"web/seal":               {nil, nil},
	"web/i18n":               {nil, []string{"golang.org/x/text", "github.com/nicksnyder/go-i18n", "github.com/BurntSushi/toml"}},
	"web/desk":               {[]string{"trials/private"}, []string{"golang.org/x/crypto/argon2", "golang.org/x/text", "github.com/pquerna/otp"}},
	"web/content":            {[]string{"trials"}, []string{"github.com/yuin/goldmark"}},
	"web/view":               {[]string{"trials", "trials/place", "matcher", "matcher/", "web/content", "web/i18n"}, []string{"golang.org/x/text"}},
	"web":                    {[]string{"trials", "trials/private", "trials/merge", "trials/place", "matcher", "matcher/", "web/"}, []string{"github.com/labstack/echo", "golang.org/x/text", "github.com/alexedwards/scs", "github.com/boombuler/barcode"}},
	"web/operator":           {[]string{"trials", "matcher/index"}, []string{"github.com/prometheus/client_golang", "github.com/wneessen/go-mail"}},
	"web/internal/htmltest":  {nil, []string{"golang.org/x/net", "github.com/andybalholm/cascadia"}},
	"cmd/trialfinder":        {[]string{"trials", "trials/", "matcher", "matcher/", "web", "web/content", "web/operator"}, []string{"github.com/alecthomas/kong", "filippo.io/age", "golang.org/x/sync", "golang.org/x/time"}},
}

// impure is what the matcher tree may not import: it does no input or output.
var impure = []string{"net", "net/http", "database/sql", "os", "log", "log/slog"}

// sqlOnly is the one package that may speak SQL.
const sqlOnly = "trials/store"

type goPackage struct {
	ImportPath string
	Imports    []string
	Standard   bool
}

func packages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,Standard", module+"...")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	var all []goPackage
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func TestImportTable(t *testing.T) {
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		allowed, known := imports[name]
		if !known {
			t.Errorf("package %s stands in no row of the import table", name)
			continue
		}
		for _, imported := range p.Imports {
			switch {
			case strings.HasPrefix(imported, module):
				own := strings.TrimPrefix(imported, module)
				if !slices.ContainsFunc(allowed.own, func(a string) bool {
					return own == a || strings.HasSuffix(a, "/") && strings.HasPrefix(own, a)
				}) {
					t.Errorf("%s imports %s, against the table", name, own)
				}
			case strings.Contains(strings.Split(imported, "/")[0], "."):
				if !slices.ContainsFunc(allowed.others, func(a string) bool { return strings.HasPrefix(imported, a) }) {
					t.Errorf("%s imports %s, against the table", name, imported)
				}
			default:
				checkStandard(t, name, imported)
			}
		}
	}
}

// checkStandard holds matcher to be pure and SQL to be in one place.
func checkStandard(t *testing.T, name, imported string) {
	t.Helper()
	if tree, _, _ := strings.Cut(name, "/"); tree == "matcher" && slices.Contains(impure, imported) {
		t.Errorf("%s imports %s: the matcher does no input or output", name, imported)
	}
	if imported == "database/sql" && name != sqlOnly {
		t.Errorf("%s imports %s: all SQL is in %s", name, imported, sqlOnly)
	}
}

func TestNoDrawerPackages(t *testing.T) {
	for _, p := range packages(t) {
		for _, part := range strings.Split(p.ImportPath, "/") {
			if slices.Contains([]string{"util", "utils", "common", "helpers", "helper", "misc"}, part) {
				t.Errorf("%s: name a package for what it does", p.ImportPath)
			}
		}
	}
}
