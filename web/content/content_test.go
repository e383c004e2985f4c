package content

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func library(t *testing.T) *Library {
	t.Helper()
	l, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// everyText calls do for each text in each language.
func (l *Library) everyText(do func(lang string, t *Text)) {
	for _, lang := range languages {
		for _, slug := range l.slugs {
			do(lang, l.texts[lang][slug])
		}
	}
}

func TestEveryTextInEveryLanguage(t *testing.T) {
	l := library(t)
	if got, want := len(l.Slugs()), 23; got != want {
		t.Errorf("got %d texts, want %d", got, want)
	}
	l.everyText(func(lang string, one *Text) {
		if one.Title == "" || one.Summary == "" || len(one.Sections) == 0 || len(one.Sources) == 0 {
			t.Errorf("%s/%s: something is empty", lang, one.Slug)
		}
		if one.Slug == Glossary {
			return
		}
		n := len(one.Sections)
		if !slices.ContainsFunc(one.Sections, func(s Section) bool { return s.ID == "uncertain" }) || one.Sections[n-1].ID != "ask-your-doctor" {
			t.Errorf("%s/%s: want what is uncertain, and what to ask, at the end", lang, one.Slug)
		}
	})
}

// changed is the embedded files with one of them made anew; nil takes it away.
func changed(t *testing.T, file string, edit func(string) string) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(files, path)
		out[path] = &fstest.MapFile{Data: b}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if edit == nil {
		delete(out, file)
		return out
	}
	was := string(out[file].Data)
	is := edit(was)
	if is == was {
		t.Fatalf("%s: the change changes nothing", file)
	}
	out[file].Data = []byte(is)
	return out
}

func replace(was, is string) func(string) string {
	return func(s string) string { return strings.Replace(s, was, is, 1) }
}

func appended(line string) func(string) string {
	return func(s string) string { return s + line + "\n" }
}

func TestFaultsAreRefused(t *testing.T) {
	for name, tt := range map[string]struct {
		file string
		edit func(string) string
		want string
	}{
		"a language is missing":             {"nl/cytokines.md", nil, "nl/cytokines.md"},
		"no head":                           {"en/cytokines.md", replace("---\n", ""), "head"},
		"an unknown key":                    {"en/cytokines.md", replace("author:", "writer:"), "bad line"},
		"a key is missing":                  {"en/cytokines.md", replace("author: Trialfinder editors\n", ""), "want all of"},
		"a key twice":                       {"en/cytokines.md", replace("author:", "title:"), "bad line"},
		"no such date":                      {"en/cytokines.md", replace("review_by: 2027-", "review_by: 2027-1"), "date"},
		"a status made up":                  {"en/cytokines.md", replace("not yet signed off", "soon signed off"), "status"},
		"signed off by nobody":              {"en/cytokines.md", replace("not yet signed", "signed"), "status"},
		"no such source":                    {"en/cytokines.md", replace("sources: ", "sources: S999; "), "S999"},
		"a link to no text":                 {"da/cytokines.md", appended("[x](/da/learn/nothing)"), "leads nowhere"},
		"a link to no paragraph":            {"da/cytokines.md", appended("[x](/da/learn/side-effects#nothing)"), "leads nowhere"},
		"a link into another language":      {"da/cytokines.md", appended("[x](/en/learn/side-effects)"), "leads nowhere"},
		"a link to another site":            {"da/cytokines.md", appended("[x](https://example.org/)"), "leads nowhere"},
		"a heading too many":                {"fr/cytokines.md", appended("## Encore {#encore}"), "outline"},
		"a heading of another name":         {"fr/cytokines.md", replace("{#uncertain}", "{#incertain}"), "outline"},
		"a heading without a name":          {"fr/cytokines.md", appended("## Encore"), "and an id"},
		"a text in the outline and no file": {"texts.tsv", appended("more\tbasics\t-\t-\t-"), "en/more.md"},
		"HTML":                              {"zh/cytokines.md", appended("<b>x</b>"), "RawHTML"},
		"an image":                          {"zh/cytokines.md", appended("![x](y.png)"), "Image"},
		"related to itself":                 {"texts.tsv", replace("cytokine\tt-cell-therapy,", "cytokine\tcytokines,"), "related"},
		"a word of no glossary":             {"terms.tsv", appended("x\tx\tx\tx\tx\tx"), "glossary"},
		"a word of two meanings":            {"terms.tsv", replace("sponsor\tsponsor\t", "sponsor\tplacebo\t"), "twice"},
		"a table leads to no text":          {"links.tsv", appended("fact\tage\tnothing\t-"), "nothing"},
		"a table leads to no paragraph":     {"links.tsv", appended("fact\tage\tcytokines\tnothing"), "nothing"},
		"a table leads two ways":            {"links.tsv", appended("therapy\tnk\tcytokines\t-"), "twice"},
		"a source without https":            {"sources.tsv", replace("https://", "http://"), "https"},
		"evidence without a source":         {"evidence.tsv", replace("\tS37\t", "\tS999\t"), "S999"},
		"evidence of no level":              {"evidence.tsv", replace("\tunproven\t", "\tfine\t"), "level"},
		"evidence told nowhere":             {"evidence.tsv", replace("\tinterleukin-2\t", "\tnothing\t"), "nothing"},
	} {
		_, err := load(changed(t, tt.file, tt.edit))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want an error that names %q", name, err, tt.want)
		}
	}
}

// A text that nobody looked at again in time stops the build; the page says so, too.
func TestNoReviewIsOverdue(t *testing.T) {
	l := library(t)
	l.everyText(func(lang string, one *Text) {
		if one.ReviewBy.Last().Before(time.Now()) {
			t.Errorf("%s/%s was to be reviewed by %v", lang, one.Slug, one.ReviewBy)
		}
		if one.ReviewBy.Last().Sub(one.LastChecked.First()) > 366*24*time.Hour {
			t.Errorf("%s/%s: more than a year between check and review", lang, one.Slug)
		}
	})
}

func TestNoPromises(t *testing.T) {
	rows, err := table(osFiles("testdata"), "promises.tsv", "lang", "pattern")
	if err != nil {
		t.Fatal(err)
	}
	l := library(t)
	for _, row := range rows {
		promise := regexp.MustCompile("(?i)" + row[1])
		for slug, one := range l.texts[row[0]] {
			if found := promise.FindString(one.Title + "\n" + one.Summary + "\n" + one.plain()); found != "" {
				t.Errorf("%s/%s: %q promises too much", row[0], slug, found)
			}
		}
	}
}

// A glossary word is explained once a text, and not in links or headings.
func TestWordsAreExplainedInPlace(t *testing.T) {
	l := library(t)
	seen := map[string]bool{}
	l.everyText(func(lang string, one *Text) {
		for _, s := range one.Sections {
			if one.Slug == Glossary && strings.Contains(string(s.Body), "<details") {
				t.Errorf("%s: the glossary explains itself", lang)
			}
			if strings.Contains(s.Title, "<") || regexp.MustCompile(`<a [^>]*>[^<]*<details`).MatchString(string(s.Body)) {
				t.Errorf("%s/%s#%s: an explanation in a heading or a link", lang, one.Slug, s.ID)
			}
			for _, m := range regexp.MustCompile(`glossary#([a-z-]+)`).FindAllStringSubmatch(string(s.Body), -1) {
				key := lang + "/" + one.Slug + " " + m[1]
				if seen[key] && one.Slug != Glossary {
					t.Errorf("%s is explained twice", key)
				}
				seen[key] = true
			}
		}
	})
	for _, tt := range []struct{ lang, text, want string }{
		{"en", "The T cells of a T-cell lymphoma", "T cells"},
		{"en", "TIL, until", "TIL"},
		{"da", "til TIL-celler og antistof.", "antistof"},
		{"nl", "Killer-T-cel? T-cellen!", "T-cellen"},
		{"fr", "l’antigène d’un lymphocyte T", "antigène|lymphocyte T"},
		{"zh", "活化的T细胞和NK细胞", "T细胞|NK细胞"},
	} {
		w, err := loadTerms(files, tt.lang, l.Text(tt.lang, Glossary))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, h := range w.find(tt.text, map[string]bool{}) {
			got = append(got, tt.text[h.from:h.to])
		}
		if strings.Join(got, "|") != tt.want {
			t.Errorf("%s %q: got %q, want %q", tt.lang, tt.text, got, tt.want)
		}
	}
}
