package criteria_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"trialfinder/matcher/criteria"
)

// TestScenarios reads every line of testdata/scenario, which anybody can add to.
func TestScenarios(t *testing.T) {
	p := parser(t)
	files, err := filepath.Glob("testdata/scenario/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		for s := bufio.NewScanner(f); s.Scan(); {
			line := s.Text()
			if line == "" || line[0] == '#' {
				continue
			}
			kind, rest, ok := strings.Cut(line, ": ")
			item, want, found := strings.Cut(rest, " => ")
			if !ok || !found {
				t.Errorf("%s: no scenario: %s", file, line)
				continue
			}
			if got := readItem(t, p, kind, item); got != want {
				t.Errorf("%s: %s: %s\n got %s\nwant %s", filepath.Base(file), kind, item, got, want)
			}
		}
		_ = f.Close()
	}
}

// readItem gives the rule of the one item under a head of its kind.
func readItem(t *testing.T, p *criteria.Parser, kind, item string) string {
	t.Helper()
	cs := p.Parse(strings.ToUpper(kind) + " CRITERIA:\n* " + item)
	c := cs[len(cs)-1]
	if len(cs) != 2 || string(c.Kind) != kind {
		t.Errorf("%q: got %v, want one %s", item, outline(cs), kind)
	}
	switch {
	case c.Clinic:
		return "clinic"
	case c.Rule == nil:
		return "unread"
	}
	return ruleJSON(t, c)
}

// ruleJSON is a criterion's rule as others see it.
func ruleJSON(t *testing.T, c criteria.Criterion) string {
	t.Helper()
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var got struct{ Rule json.RawMessage }
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	return plain(string(got.Rule))
}

// plain undoes the escaping that JSON does for HTML.
func plain(s string) string {
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(s)
}
