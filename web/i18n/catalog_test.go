package i18n_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"

	"trialfinder/web/i18n"
)

func load(t *testing.T) *i18n.Catalogue {
	t.Helper()
	c, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func words(t *testing.T, c *i18n.Catalogue, lang string) *i18n.Words {
	t.Helper()
	w, ok := c.Words(lang)
	if !ok {
		t.Fatalf("no words in %s", lang)
	}
	return w
}

// forms are the CLDR plural forms of each language.
var forms = map[string][]string{
	"en": {"one", "other"}, "da": {"one", "other"}, "nl": {"one", "other"},
	"fr": {"one", "many", "other"}, "zh": {"other"},
}

func formsOf(m *goi18n.Message) map[string]string {
	out := map[string]string{}
	for name, text := range map[string]string{
		"zero": m.Zero, "one": m.One, "two": m.Two, "few": m.Few, "many": m.Many, "other": m.Other,
	} {
		if text != "" {
			out[name] = text
		}
	}
	return out
}

func plural(m *goi18n.Message) bool { return len(formsOf(m)) > 1 }

// Every language says everything that English says, and nothing else.
func TestSameKeysEverywhere(t *testing.T) {
	c := load(t)
	english := words(t, c, "en").Raw()
	for _, lang := range c.Languages() {
		raw := words(t, c, lang).Raw()
		for key := range english {
			if raw[key] == nil {
				t.Errorf("%s.toml: no %q", lang, key)
			}
		}
		for key := range raw {
			if english[key] == nil {
				t.Errorf("%s.toml: %q is no key of English", lang, key)
			}
		}
	}
}

var placeholder = regexp.MustCompile(`\{\{[^}]*\}\}`)

func placeholders(text string) []string {
	out := placeholder.FindAllString(text, -1)
	slices.Sort(out)
	return slices.Compact(out)
}

func TestSamePlaceholdersAndRightForms(t *testing.T) {
	c := load(t)
	english := words(t, c, "en").Raw()
	plain := regexp.MustCompile(`^\{\{\.[A-Z][A-Za-z]*\}\}$`)
	for _, lang := range c.Languages() {
		for key, m := range words(t, c, lang).Raw() {
			e := english[key]
			if e == nil {
				continue
			}
			got := formsOf(m)
			want := placeholders(e.Other)
			for form, text := range got {
				if diff := cmp.Diff(want, placeholders(text)); diff != "" && form != "one" {
					t.Errorf("%s.toml: %s (%s): placeholders (-want +got):\n%s", lang, key, form, diff)
				}
				for _, p := range placeholders(text) {
					if !plain.MatchString(p) {
						t.Errorf("%s.toml: %s (%s): placeholder %s, want the form {{.Name}}", lang, key, form, p)
					}
				}
				if strings.TrimSpace(text) == "" {
					t.Errorf("%s.toml: %s (%s) is empty", lang, key, form)
				}
			}
			if plural(e) {
				for _, form := range forms[lang] {
					if got[form] == "" {
						t.Errorf("%s.toml: %s has no plural form %q", lang, key, form)
					}
				}
				for form := range got {
					if !slices.Contains(forms[lang], form) {
						t.Errorf("%s.toml: %s has a plural form %q, which the language has not", lang, key, form)
					}
				}
			} else if plural(m) {
				t.Errorf("%s.toml: %s has plural forms, in English it has none", lang, key)
			}
		}
	}
}

// composed are the keys of which the end is a value: a status, a therapy.
var composed = regexp.MustCompile(`^(desk_did_|desk_role_|desk_state_|route_[a-z]+$|phase_means_|why_illness_|whatif_changes_|paper_|screen_|month_\d+|season_\d|who_|skip_|status_|phase_|type_|given_|therapy_|role_|verdict_|field_|group_|error_.*_title$|unit_)`)

var quotedKey = regexp.MustCompile("[\"`]([a-z][A-Za-z0-9_]+)[\"`]")

// Every key is used by a template or by code, and every key that a template
// uses is there.
func TestEveryKeyIsUsedAndEveryUsedKeyExists(t *testing.T) {
	w := words(t, load(t), "en")
	used := map[string]bool{}
	inTemplate := regexp.MustCompile(`\bt "([a-zA-Z0-9_]+)"`)
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") {
			return err
		}
		ext := filepath.Ext(path)
		if ext != ".go" && ext != ".html" {
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range quotedKey.FindAllStringSubmatch(string(b), -1) {
			used[m[1]] = true
		}
		for _, m := range inTemplate.FindAllStringSubmatch(string(b), -1) {
			if ext == ".html" && !w.Has(m[1]) {
				t.Errorf("%s: no key %q", path, m[1])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for key := range w.Raw() {
		if !used[key] && !composed.MatchString(key) {
			t.Errorf("key %q is used nowhere", key)
		}
	}
}

// French sets a space before these signs that no line may break at.
func TestFrenchSignsStayWithTheirWord(t *testing.T) {
	loose := regexp.MustCompile(`\S [:;?!»]|« `)
	for key, m := range words(t, load(t), "fr").Raw() {
		for form, text := range formsOf(m) {
			if found := loose.FindString(text); found != "" {
				t.Errorf("fr: %s (%s): %q may break before the sign", key, form, found)
			}
		}
	}
}

// Long sentences are hard to read for somebody who is ill and afraid.
func TestSentencesAreShort(t *testing.T) {
	const longest, longestChinese = 20, 40 // words, characters
	c := load(t)
	for _, lang := range c.Languages() {
		for key, m := range words(t, c, lang).Raw() {
			for _, text := range formsOf(m) {
				for _, sentence := range regexp.MustCompile(`[.?!:;] `).Split(text, -1) {
					if lang == "zh" {
						for _, part := range regexp.MustCompile(`[。？！：；]`).Split(sentence, -1) {
							if n := len([]rune(placeholder.ReplaceAllString(part, ""))); n > longestChinese {
								t.Errorf("zh.toml: %s: a sentence of %d characters, want %d at most", key, n, longestChinese)
							}
						}
						continue
					}
					if n := len(strings.Fields(sentence)); n > longest {
						t.Errorf("%s.toml: %s: a sentence of %d words, want %d at most", lang, key, n, longest)
					}
				}
			}
		}
	}
}
