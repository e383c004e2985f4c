package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestSuggestions(t *testing.T) {
	f := start(t)
	for _, tt := range []struct{ lang, query, first, hint, said string }{
		{"da", "gammel hofte", "osteoarthritis", "gammel hofte", "fundet"},
		{"en", "breast cancer", "breast_cancer", "", "found"},
		{"nl", "taaislijmzikte", "cystic_fibrosis", "", "gevonden"},
		{"fr", "melanome", "melanoma", "", "trouvée"},
		{"zh", "feiai", "lung_cancer", "fei ai", "找到"},
		{"en", "qqqqqq", "", "", "0 illnesses"},
		{"en", "", "", "", "0 illnesses"},
	} {
		resp, err := http.PostForm(f.srv.URL+"/"+tt.lang+"/illnesses", url.Values{"q": {tt.query}})
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		var got struct {
			Title, Said string
			Found       []struct{ ID, Label, Hint string }
		}
		if err := json.NewDecoder(resp.Body).Decode(&got); err != nil {
			t.Fatalf("%q: %v", tt.query, err)
		}
		if got.Title == "" || !strings.Contains(got.Said, tt.said) {
			t.Errorf("%q: got title %q and %q, want both, the latter with %q", tt.query, got.Title, got.Said, tt.said)
		}
		switch {
		case tt.first == "" && len(got.Found) > 0:
			t.Errorf("%q: got %v, want nothing", tt.query, got.Found)
		case tt.first != "" && (len(got.Found) == 0 || got.Found[0].ID != tt.first || !strings.EqualFold(got.Found[0].Hint, tt.hint)):
			t.Errorf("%q: got %v, want %s first, hint %q", tt.query, got.Found, tt.first, tt.hint)
		}
		if cc := resp.Header.Get("Cache-Control"); cc != "no-store" {
			t.Errorf("%q: Cache-Control %q, want no-store", tt.query, cc)
		}
	}
	if said := f.log.String(); strings.Contains(said, "hofte") || strings.Contains(said, "melanom") {
		t.Error("the log holds what was typed")
	}
}

func TestSuggestionsRefuseStrangeForms(t *testing.T) {
	f := start(t)
	for name, tt := range map[string]struct {
		kind, body string
		want       int
	}{
		"another field": {"application/x-www-form-urlencoded", "q=a&age=62", http.StatusBadRequest},
		"JSON":          {"application/json", `{"q":"a"}`, http.StatusBadRequest},
		"too large":     {"application/x-www-form-urlencoded", "q=" + strings.Repeat("a", 70<<10), http.StatusRequestEntityTooLarge},
	} {
		resp, err := http.Post(f.srv.URL+"/en/illnesses", tt.kind, strings.NewReader(tt.body))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != tt.want {
			t.Errorf("%s: got %d, want %d", name, resp.StatusCode, tt.want)
		}
	}
	resp, err := http.Get(f.srv.URL + "/en/illnesses?q=melanoma")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("as a link: got %d, want %d: an address would tell the illness", resp.StatusCode, http.StatusMethodNotAllowed)
	}
}
