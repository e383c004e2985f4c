package content

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

var write = flag.Bool("write", false, "write the table of docs/texts.md anew")

func osFiles(dir string) fs.FS { return os.DirFS(dir) }

func (t *Text) plain() string {
	var b strings.Builder
	for _, s := range t.Sections {
		b.WriteString(s.Title + "\n" + s.Plain)
	}
	return b.String()
}

var sentenceEnd = regexp.MustCompile(`[.?!…]["”»)’]*[\s\x{a0}\x{202f}]+|[。？！]|\n`)

// sentences parts a text; each line is one at least.
func sentences(text string) []string {
	var out []string
	for _, s := range sentenceEnd.Split(text, -1) {
		if s = strings.TrimSpace(s); strings.ContainsFunc(s, unicode.IsLetter) {
			out = append(out, s)
		}
	}
	return out
}

// wordsOf counts l’homme as two words.
func wordsOf(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '.' && r != ','
	})
}

// letters counts the characters of Chinese, words of Latin letters one by one.
func characters(text string) int {
	return utf8.RuneCountInString(strings.Join(strings.Fields(text), ""))
}

// Long sentences are hard to read for somebody who is ill and afraid.
func TestSentencesAreShort(t *testing.T) {
	const longest, longestZh = 20, 40
	library(t).everyText(func(lang string, one *Text) {
		for _, s := range sentences(one.Title + "\n" + one.Summary + "\n" + one.plain()) {
			if lang == "zh" {
				if n := characters(s); n > longestZh {
					t.Errorf("zh/%s: a sentence of %d characters: %s", one.Slug, n, s)
				}
			} else if n := len(strings.Fields(s)); n > longest {
				t.Errorf("%s/%s: a sentence of %d words: %s", lang, one.Slug, n, s)
			}
		}
	})
}

// lix is words per sentence and the share of words over six letters, added.
func lix(text string) float64 {
	words, long := wordsOf(text), 0
	for _, w := range words {
		if utf8.RuneCountInString(strings.Trim(w, ".,-")) > 6 {
			long++
		}
	}
	return float64(len(words))/float64(len(sentences(strings.ReplaceAll(text, ": ", ". ")))) + 100*float64(long)/float64(len(words))
}

func TestLix(t *testing.T) {
	for text, want := range map[string]float64{
		"One two three.":                        3,
		"One two three. Remarkable words here.": 3 + 100.0/6,
		"L’immunothérapie aide.":                3 + 100.0/3,
		"As follows:\nyes\nno":                  (4.0)/3 + 100.0/4,
	} {
		if got := lix(text); fmt.Sprintf("%.3f", got) != fmt.Sprintf("%.3f", want) {
			t.Errorf("%q: got %.3f, want %.3f", text, got, want)
		}
	}
}

// tableOf is the table of docs/texts.md.
func tableOf(l *Library) string {
	var b strings.Builder
	fmt.Fprintln(&b, "| text | words en | da | nl | fr | characters zh | sources en da nl fr zh | LIX en | da | nl | fr |")
	fmt.Fprintln(&b, "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
	for _, slug := range l.slugs {
		var sizes, grades strings.Builder
		var sources []string
		for _, lang := range languages {
			text := l.texts[lang][slug].plain()
			sources = append(sources, fmt.Sprint(len(l.texts[lang][slug].Sources)))
			if lang == "zh" {
				fmt.Fprintf(&sizes, " %d |", characters(text))
				continue
			}
			fmt.Fprintf(&sizes, " %d |", len(wordsOf(text)))
			fmt.Fprintf(&grades, " %.0f |", lix(text))
		}
		fmt.Fprintf(&b, "| `%s` |%s %s |%s\n", slug, &sizes, strings.Join(sources, " "), &grades)
	}
	return b.String()
}

// The table tells what the texts are. To write it anew: go test ./web/content -run TestDocsTable -write
func TestDocsTable(t *testing.T) {
	const begin, end = "<!-- table -->\n", "<!-- /table -->"
	file := filepath.Join("..", "..", "docs", "texts.md")
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := bytes.Cut(b, []byte(begin))
	got, after, ok2 := bytes.Cut(rest, []byte(end))
	if !ok || !ok2 {
		t.Fatalf("%s: no place for the table", file)
	}
	want := tableOf(library(t))
	if *write {
		if err := os.WriteFile(file, []byte(string(before)+begin+want+end+string(after)), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(got) != want {
		t.Errorf("%s: the table is not true any more; see the comment on this test", file)
	}
}
