package web_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"trialfinder/web/content"
	"trialfinder/web/i18n"
	"trialfinder/web/internal/htmltest"
)

// Every text in every language is a page that owes its reader nothing, and every
// link in it arrives.
func TestEveryTextPage(t *testing.T) {
	f := start(t)
	texts, err := loadTexts()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range f.languages() {
		b := f.browser(lang)
		for _, slug := range texts.Slugs() {
			one := texts.Text(lang, slug)
			v := b.get("/learn/" + slug)
			v.Check(tagOf(lang))
			v.Has("h1", one.Title)
			v.Has(".warn") // not signed off
			v.Has(".meta", one.Author)
			if got, want := len(v.All(".sources li")), len(one.Sources); got != want {
				t.Errorf("%s: got %d sources, want %d", v.path, got, want)
			}
			if got, want := len(v.All(`a.button[href^="/`+lang+`/results?therapy="]`)), len(one.Therapies); got != want {
				t.Errorf("%s: got %d ready searches, want %d", v.path, got, want)
			}
		}
	}
}

// The page of all texts names each once, and the foot of every page leads to it.
func TestIndexOfTexts(t *testing.T) {
	f := start(t)
	texts, err := loadTexts()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range f.languages() {
		b := f.browser(lang)
		v := b.get("/learn")
		for _, slug := range texts.Slugs() {
			if n := len(v.All(`main a[href="/` + lang + `/learn/` + slug + `"]`)); n != 1 {
				t.Errorf("%s: got %d links to %s, want 1", v.path, n, slug)
			}
		}
		b.get("/about").Has(`footer a[href="/` + lang + `/learn"]`)
		b.get("").Has(`main a[href="/` + lang + `/learn"]`)
		b.get("/about").Has(`header form[role=search] input[name=q]`)
	}
}

// A glossary word opens in place, without script, and leads on to the glossary.
func TestWordsOpenInPlace(t *testing.T) {
	b := start(t).browser("en")
	v := b.get("/learn/checkpoint-inhibitors")
	v.Has("details.term summary dfn", "T cells")
	v.Has(`details.term a[href="/en/learn/glossary#t-cell"]`)
	v.HasNo("h2 details, a details, p details")
	b.get("/learn/glossary").Has("h2#t-cell", "T cell")
}

// Drawings have words for who can't see them, in every language.
func TestDrawings(t *testing.T) {
	f := start(t)
	for _, lang := range f.languages() {
		b := f.browser(lang)
		for path, want := range map[string]int{"checkpoint-inhibitors": 1, "how-immunotherapy-works": 1, "t-cell-therapy": 2, "nk-cell-therapy": 1, "msc-uses-studied": 1, "msc-therapy": 1} {
			v := b.get("/learn/" + path)
			drawn := v.All("figure svg[role=img]")
			if len(drawn) != want {
				t.Errorf("%s: got %d drawings, want %d", v.path, len(drawn), want)
			}
			for _, svg := range drawn {
				for id := range strings.FieldsSeq(htmltest.Attr(svg, "aria-labelledby")) {
					if named := v.All("#" + id); len(named) != 1 || htmltest.Text(named[0]) == "" {
						t.Errorf("%s: %s has no words", v.path, id)
					}
				}
			}
		}
		// Words in a drawing can't wrap: a narrow screen has room for so many.
		for _, n := range b.get("/learn/t-cell-therapy").All("svg text") {
			room := 29
			if lang == "zh" {
				room = 17
			}
			if got := len([]rune(htmltest.Text(n))); got > room {
				t.Errorf("%s: %q has %d characters, the drawing has room for %d", lang, htmltest.Text(n), got, room)
			}
		}
	}
}

func TestEvidenceIsShownWithItsSourceAndDay(t *testing.T) {
	f := start(t)
	v := f.browser("en").get("/learn/msc-uses-studied")
	v.Has(".evidence li.approved", "Approved", "acute GVHD in children", "United States", "as of December 2024", "Source:")
	v.Has(`.evidence li.withdrawn a[href="/en/learn/msc-uses-studied#crohn-fistula"]`, "Crohn")
	f.browser("da").get("/trial/NCT99900003").Has("#evidence .evidence li.unproven", "Ikke bevist", "egne NK-celler")
}

// Words of results and questions lead to the paragraph that explains them.
func TestWordsLeadToTexts(t *testing.T) {
	b := start(t).browser("en")
	b.get("/question/performance_ecog").Has(`a[href="/en/learn/clinical-trial-basics#ecog"]`)
	b.get("/question/hla_a0201").Has(`a[href="/en/learn/t-cell-therapy#tissue-type"]`)
	b.get("/question/pdl1_tps").Has(`a[href="/en/learn/checkpoint-inhibitors#markers"]`)
	b.get("/question/hemoglobin").HasNo(`main a[href*="/learn/"]`)
	b.begin()
	v := b.get("/results")
	v.Has(`.verdict a[href^="/en/learn/understanding-your-result#"]`)
	v.Has(`.tags a[href="/en/learn/checkpoint-inhibitors#targets"]`)
	for _, slug := range []string{"understanding-your-result", "standard-first", "trial-rights", "questions-to-ask"} {
		v.Has(`.reading a[href="/en/learn/` + slug + `"]`)
	}
	v = b.get("/trial/NCT99900001")
	v.Has(`.verdict a[href^="/en/learn/understanding-your-result#"]`)
	v.Has(`.criteria.unknown a[href="/en/learn/understanding-your-result#not-known"]`)
	v.Has(`.reading a[href="/en/learn/trial-rights"]`)
	v.HasNo(".sold")
	b.get("/trial/NCT99900002").Has(`.tags a[href="/en/learn/t-cell-therapy#car-t"]`)
	b.get("/trial/NCT99900003").Has(`.sold a[href="/en/learn/unproven-clinics"]`)
}

// Whatever the table of links names is a therapy, a kind of it or a fact, and every therapy but
// one has a text.
func TestTableOfLinks(t *testing.T) {
	m, err := loadMatcher()
	if err != nil {
		t.Fatal(err)
	}
	texts, err := loadTexts()
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range m.Therapies.IDs() {
		if texts.Link(content.OfTherapy, id) == "" && id != "oncolytic" {
			t.Errorf("%s has no text", id)
		}
	}
	for _, kind := range []content.Kind{content.OfTherapy, content.OfSubtype, content.Notice} {
		for _, key := range texts.Keys(kind) {
			therapy, _, _ := strings.Cut(key, "/")
			if !slices.Contains(m.Therapies.IDs(), therapy) {
				t.Errorf("%s %s: no such therapy", kind, key)
			}
		}
	}
	kinds := subtypes(t)
	for _, key := range texts.Keys(content.OfSubtype) {
		if !kinds[key] {
			t.Errorf("subtype %s: the classifier knows no such kind", key)
		}
	}
	for _, slug := range texts.Slugs() {
		for _, id := range texts.Text("en", slug).Therapies {
			if !slices.Contains(m.Therapies.IDs(), id) {
				t.Errorf("texts.tsv: %s: %s is no therapy", slug, id)
			}
		}
	}
}

// subtypes are the kinds that the classifier's data name, as therapy/subtype.
func subtypes(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	for _, file := range []string{"agents.tsv", "phrases.tsv"} {
		b, err := os.ReadFile(filepath.Join("..", "matcher", "therapy", "data", file))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(b)) {
			if cells := strings.Split(line, "\t"); len(cells) > 2 {
				for therapy := range strings.SplitSeq(cells[0], ",") {
					out[therapy+"/"+cells[1]] = true
				}
			}
		}
	}
	return out
}

// The text on results uses the words that stand on the results.
func TestTextOnResultsUsesTheirWords(t *testing.T) {
	texts, err := loadTexts()
	if err != nil {
		t.Fatal(err)
	}
	c, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range c.Languages() {
		var said strings.Builder
		for _, s := range texts.Text(lang, "understanding-your-result").Sections {
			said.WriteString(s.Title + s.Plain)
		}
		words, _ := c.Words(lang)
		for _, verdict := range []string{"fits", "open", "not_now", "ruled_out"} {
			want, err := words.T("verdict_" + verdict)
			if err != nil {
				t.Fatal(err)
			}
			// French names the first by its first word.
			if lang == "fr" {
				want, _, _ = strings.Cut(want, " à ")
			}
			if !strings.Contains(strings.ToLower(said.String()), strings.ToLower(want)) {
				t.Errorf("%s: no word on %q", lang, want)
			}
		}
	}
}

func TestSearchOverTexts(t *testing.T) {
	f := start(t)
	for _, tt := range []struct{ lang, query, want, words string }{
		{"en", "brake", `.found a[href^="/en/learn/checkpoint-inhibitors"]`, ""},
		{"en", "cytokine release syndrome", `.found a[href="/en/learn/glossary#cytokine-release-syndrome"]`, "cytokine release syndrome"},
		{"da", "lodtrækning", `.found a[href="/da/learn/glossary#randomisation"]`, ""},
		{"nl", "bijwerkingen", `.found a[href^="/nl/learn/side-effects"]`, ""},
		{"fr", "definition immunite", `.found a[href^="/fr/learn/"]`, ""},
		{"zh", "副作用", `.found a[href^="/zh/learn/side-effects"]`, ""},
		{"zh", "骨髓", `.found a[href="/zh/learn/glossary#bone-marrow"]`, "骨髓"},
		{"zh", "lodtrækning", `.found li[lang=da] a[href="/da/learn/glossary#randomisation"]`, ""},
		{"en", "qqqqq", ".warn", "No text has these words: qqqqq"},
		{"en", "qqqqq", `.tiles a[href="/en/learn/nk-cell-therapy"]`, ""},
		{"en", "q", ".warn", "too short"},
		{"en", "-- ()", ".warn", "too short"},
		{"en", "", ".tiles a", ""},
		{"en", `<b>"' OR 1`, `input[name=q]`, ""},
	} {
		v := f.browser(tt.lang).get("/learn/search?q=" + url.QueryEscape(tt.query))
		if v.status != http.StatusOK {
			t.Errorf("%s: got %d", v.path, v.status)
		}
		v.Check(tagOf(tt.lang))
		v.Has(tt.want, tt.words)
	}
	v := f.browser("en").get("/learn/search?q=rash")
	v.Has(".found mark", "rash")
	v.Has(`.languages a[href="/da/learn/search?q=rash"]`)
}

// What a reader searches for may tell of an illness: it is in no line of the log.
func TestSearchIsNotLogged(t *testing.T) {
	f := start(t)
	f.browser("en").get("/learn/search?q=canaryword")
	if said := f.log.String(); strings.Contains(said, "canaryword") || !strings.Contains(said, "/:lang/learn/search") {
		t.Errorf("log: got %q, want the route alone", said)
	}
}

// A text whose review is overdue says so.
func TestOverdueTextSaysSo(t *testing.T) {
	f := start(t)
	texts, err := loadTexts()
	if err != nil {
		t.Fatal(err)
	}
	due := texts.Text("en", "cytokines").ReviewBy
	f.clock.add(due.Last().Sub(now) + 48*60*60*1e9)
	v := f.browser("en").get("/learn/cytokines")
	if !slices.ContainsFunc(v.All(".warn"), func(n *html.Node) bool { return strings.Contains(htmltest.Text(n), "due for review") }) {
		t.Errorf("%s: no word that it was to be reviewed by %v", v.path, due)
	}
}
