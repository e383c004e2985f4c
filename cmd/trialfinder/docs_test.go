package main_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestDocumentsNameTestsThatExist holds documents to the tests: a row whose test was
// renamed promises what nobody checks.
func TestDocumentsNameTestsThatExist(t *testing.T) {
	root := filepath.Join("..", "..")
	var tests strings.Builder
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		code, err := os.ReadFile(path)
		tests.Write(code)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for document, least := range map[string]int{"reliability.md": 30, "asvs.md": 40} {
		text, err := os.ReadFile(filepath.Join(root, "docs", document))
		if err != nil {
			t.Fatal(err)
		}
		names := regexp.MustCompile("`(Test[A-Z0-9][A-Za-z0-9]*)`").FindAllStringSubmatch(string(text), -1)
		if len(names) < least {
			t.Errorf("docs/%s: got %d names of tests, want the table's", document, len(names))
		}
		for _, name := range names {
			if !strings.Contains(tests.String(), "func "+name[1]+"(") {
				t.Errorf("docs/%s names %s, which is no test", document, name[1])
			}
		}
	}
}

// Each row of the security table names a test.
func TestEverySecurityRowNamesATest(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "asvs.md"))
	if err != nil {
		t.Fatal(err)
	}
	row := regexp.MustCompile(`^\| \d+\.\d+\.\d+ `)
	for line := range strings.Lines(string(text)) {
		if row.MatchString(line) && !strings.Contains(line, "`Test") {
			t.Errorf("no test: %s", line)
		}
	}
}
