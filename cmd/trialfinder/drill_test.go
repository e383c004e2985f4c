package main

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"filippo.io/age"
)

// The whole drill: while nights are swapped in and pages read, an encrypted copy is
// made; it is checked, restored elsewhere and served, and a person finds a trial in it.
func TestRestoreDrillWithPages(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "demo.db")
	site, watch := serving(t, "--demo", "--db", path, "--cron", "@every 1s")
	eventually(t, watch+"/metrics", "\ntrialfinder_open_trials 1") // a hundred and some
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	secret, sealed, again := filepath.Join(dir, "key"), filepath.Join(dir, "copy.age"), filepath.Join(dir, "again.db")
	if err := os.WriteFile(secret, []byte(key.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		args []string
		says string
	}{
		{[]string{"backup", "--db", path, "--recipient", key.Recipient().String(), sealed}, `"kind":"demo"`},
		{[]string{"restore", "--verify", "--db", path, "--identity", secret, sealed}, `"kind":"demo"`},
		{[]string{"restore", "--db", again, "--identity", secret, sealed}, `"kind":"demo"`},
	} {
		if code, stdout, stderr := runs(t, step.args...); code != exitOK || !strings.Contains(stdout, step.says) {
			t.Fatalf("%v: got %d, %s%s", step.args, code, stdout, stderr)
		}
	}
	journey(t, site)
	eventually(t, watch+"/", "A copy was last checked on")
	restored, watch := serving(t, "--demo", "--db", again, "--cron", "0 3 * * *")
	eventually(t, watch+"/metrics", "\ntrialfinder_open_trials 1")
	journey(t, restored)
}

// journey answers a few questions and opens the first trial that is found.
func journey(t *testing.T, site string) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	page := func(path, answer string) string {
		t.Helper()
		method := http.MethodGet
		if answer != "" {
			method = http.MethodPost
		}
		req, err := http.NewRequestWithContext(t.Context(), method, site+path, strings.NewReader(answer))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("%s: got %d, %v: %s", path, res.StatusCode, err, body)
		}
		return string(body)
	}
	page("/en/questions", "")
	page("/en/question/condition", "answer=nsclc")
	page("/en/question/age", "value=62&unit=a")
	page("/en/question/sex", "answer=female")
	found := regexp.MustCompile(`/en/trial/(NCT99\d{6})`).FindStringSubmatch(page("/en/results", ""))
	if found == nil {
		t.Fatal("the results name no trial")
	}
	if body := page(found[0], ""); !strings.Contains(body, found[1]) {
		t.Errorf("the page of %s does not name it", found[1])
	}
}
