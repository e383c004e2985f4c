package main

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
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
	eventually(t, watch+"/", "<td>ctis</td><td>clean</td>")
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
	restored, _ := serving(t, "--demo", "--db", again, "--cron", "0 3 * * *")
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
	page := func(res *http.Response, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		body := readAll(t, res)
		if res.StatusCode != http.StatusOK {
			t.Fatalf("%s: got %d: %s", res.Request.URL, res.StatusCode, body)
		}
		return body
	}
	page(client.Get(site + "/en/questions"))
	for _, a := range [][2]string{{"condition", "answer=nsclc"}, {"age", "value=62&unit=a"}, {"sex", "answer=female"}} {
		form, err := url.ParseQuery(a[1])
		if err != nil {
			t.Fatal(err)
		}
		page(client.PostForm(site+"/en/question/"+a[0], form))
	}
	found := regexp.MustCompile(`/en/trial/(NCT99\d{6})`).FindStringSubmatch(page(client.Get(site + "/en/results")))
	if found == nil {
		t.Fatal("the results name no trial")
	}
	if body := page(client.Get(site + found[0])); !strings.Contains(body, found[1]) {
		t.Errorf("the page of %s does not name it", found[1])
	}
}
