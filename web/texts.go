package web

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/parser"

	"trialfinder/trials"
)

// explained are the therapies that have a text, in the order in which they are
// offered: the therapy's id and the text's slug.
var explained = [...]struct{ therapy, slug string }{
	{"checkpoint", "checkpoint-inhibitors"},
	{"t_cell", "t-cell-therapy"},
	{"nk", "nk-cell-therapy"},
	{"msc", "msc-therapy"},
}

// text is one explanatory text in one language.
type text struct {
	Therapy, Slug  string
	Title, Summary string
	Author         string
	CheckedBy      string // "" = nobody yet
	LastChecked    trials.Date
	ReviewBy       trials.Date
	SignedOff      bool
	Sources        []source
	Contents       []heading
	Body           template.HTML // made by goldmark of our own files, raw HTML off
}

type heading struct{ ID, Title string }

type source struct{ ID, Title, Publisher, Year, URL string }

// textLink is a text in a list.
type textLink struct{ Title, Summary, Slug, Href string }

// texts holds all of them.
type texts struct {
	byLang map[string]map[string]*text // language → slug
}

func loadTexts(fsys fs.FS, langs []string) (*texts, error) {
	sources, err := loadSources(fsys)
	if err != nil {
		return nil, err
	}
	md := goldmark.New(goldmark.WithParserOptions(parser.WithAttribute()))
	t := &texts{byLang: map[string]map[string]*text{}}
	for _, lang := range langs {
		t.byLang[lang] = map[string]*text{}
		for _, e := range explained {
			file := "content/" + lang + "/" + e.slug + ".md"
			b, err := fs.ReadFile(fsys, file)
			if err != nil {
				return nil, err
			}
			one, err := readText(md, string(b), sources)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
			one.Therapy, one.Slug = e.therapy, e.slug
			t.byLang[lang][e.slug] = one
		}
	}
	return t, nil
}

func loadSources(fsys fs.FS) (map[string]source, error) {
	f, err := fsys.Open("content/sources.tsv")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.Comment, r.LazyQuotes, r.FieldsPerRecord = '\t', '#', true, 5
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("sources.tsv: %w", err)
	}
	if len(rows) == 0 || !slices.Equal(rows[0], []string{"id", "title", "publisher", "year", "url"}) {
		return nil, errors.New("sources.tsv: want the columns id, title, publisher, year, url")
	}
	out := map[string]source{}
	for _, row := range rows[1:] {
		if _, dup := out[row[0]]; dup || !strings.HasPrefix(row[4], "https://") {
			return nil, fmt.Errorf("sources.tsv: %s stands twice, or has no https address", row[0])
		}
		year := row[3]
		if year == "-" {
			year = ""
		}
		out[row[0]] = source{row[0], row[1], row[2], year, row[4]}
	}
	return out, nil
}

// headKeys are what a text's head must have, and nothing else.
var headKeys = []string{"title", "summary", "sources", "author", "checked_by", "last_checked", "review_by", "status"}

func readHead(b string) (map[string]string, string, error) {
	rest, ok := strings.CutPrefix(b, "---\n")
	if !ok {
		return nil, "", errors.New("want a head between two lines of ---")
	}
	lines, body, ok := strings.Cut(rest, "\n---\n")
	if !ok {
		return nil, "", errors.New("the head does not end")
	}
	head := map[string]string{}
	for line := range strings.Lines(lines) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if _, dup := head[key]; !ok || dup || !slices.Contains(headKeys, key) {
			return nil, "", fmt.Errorf("head: bad line %q", line)
		}
		head[key] = value
	}
	if len(head) != len(headKeys) {
		return nil, "", fmt.Errorf("head: want all of %v", headKeys)
	}
	return head, body, nil
}

// signedOff is the status of a text that a clinician has approved.
const signedOff = "signed off by a clinician"

func readText(md goldmark.Markdown, b string, sources map[string]source) (*text, error) {
	head, body, err := readHead(b)
	if err != nil {
		return nil, err
	}
	t := &text{Title: head["title"], Summary: head["summary"], Author: head["author"], SignedOff: head["status"] == signedOff}
	if head["checked_by"] != "-" {
		t.CheckedBy = head["checked_by"]
	}
	if t.LastChecked, err = trials.ParseDate(head["last_checked"]); err != nil {
		return nil, err
	}
	if t.ReviewBy, err = trials.ParseDate(head["review_by"]); err != nil {
		return nil, err
	}
	for id := range strings.SplitSeq(head["sources"], ";") {
		s, ok := sources[strings.TrimSpace(id)]
		if !ok {
			return nil, fmt.Errorf("source %q is not in sources.tsv", id)
		}
		t.Sources = append(t.Sources, s)
	}
	t.Contents = contents(body)
	var out bytes.Buffer
	if err := md.Convert([]byte(body), &out); err != nil {
		return nil, err
	}
	t.Body = template.HTML(out.String())
	return t, nil
}

var headingLine = regexp.MustCompile(`(?m)^## (.+?) \{#([a-z0-9-]+)\}$`)

func contents(body string) []heading {
	var out []heading
	for _, m := range headingLine.FindAllStringSubmatch(body, -1) {
		out = append(out, heading{ID: m[2], Title: m[1]})
	}
	return out
}

// links lists the texts of a language.
func (t *texts) links(lang string) []textLink {
	var out []textLink
	for _, e := range explained {
		if one := t.byLang[lang][e.slug]; one != nil {
			out = append(out, textLink{one.Title, one.Summary, one.Slug, "/" + lang + "/learn/" + one.Slug})
		}
	}
	return out
}

// slugs maps each explained therapy to its text.
func (t *texts) slugs() map[string]string {
	out := map[string]string{}
	for _, e := range explained {
		out[e.therapy] = e.slug
	}
	return out
}

// path is the text's address without the language, "" for a therapy that has none.
func (t *texts) path(therapy string) string {
	for _, e := range explained {
		if e.therapy == therapy {
			return "/learn/" + e.slug
		}
	}
	return ""
}

// learnPage is a text with how many trials of its therapy there are.
type learnPage struct {
	*text
	Open, Near int
	Country    string // the reader's, if known
	Overdue    bool   // the review date has passed
	Now        time.Time
}
