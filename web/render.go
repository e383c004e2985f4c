package web

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"trialfinder/trials"
	"trialfinder/web/content"
	"trialfinder/web/i18n"
)

// pages holds one parsed template set per language and page. Sets are made at
// start: functions bound per request would let one reader see another's language.
type pages struct {
	sets  map[string]map[string]*template.Template // language → page → set
	plain []byte                                   // the page that asks for HTTPS
}

func loadPages(fsys fs.FS, c *i18n.Catalogue, st *static, texts *content.Library) (*pages, error) {
	p := &pages{sets: map[string]map[string]*template.Template{}}
	files, err := fs.Glob(fsys, "templates/page/*.html")
	if err != nil {
		return nil, err
	}
	for _, lang := range c.Languages() {
		words, _ := c.Words(lang)
		base := template.New("layout.html").Funcs(functions(words, st)).Funcs(textFunctions(texts, words))
		parts, err := fs.Glob(fsys, "templates/part/*.html")
		if err != nil {
			return nil, err
		}
		for _, file := range append([]string{"templates/layout.html"}, parts...) {
			if err := parseIn(base, fsys, file, words); err != nil {
				return nil, err
			}
		}
		set := map[string]*template.Template{}
		for _, file := range files {
			page, err := base.Clone()
			if err != nil {
				return nil, err
			}
			if err := parseIn(page, fsys, file, words); err != nil {
				return nil, err
			}
			set[strings.TrimSuffix(path.Base(file), ".html")] = page
		}
		p.sets[lang] = set
	}
	var b bytes.Buffer
	t, err := template.New("https.html").Funcs(template.FuncMap{"static": st.url}).ParseFS(fsys, "templates/https.html")
	if err != nil {
		return nil, err
	}
	if err := t.Execute(&b, nil); err != nil {
		return nil, err
	}
	p.plain = b.Bytes()
	return p, nil
}

// constant is what a template says the same way in every page of one language.
var constant = regexp.MustCompile(`\{\{(t|link) "([^"\s]*)"\}\}`)

// parseIn adds a file to a set. Its words that never change and its links are put in once
// and for all: a list of twenty trials has hundreds of them.
func parseIn(set *template.Template, fsys fs.FS, file string, words *i18n.Words) error {
	b, err := fs.ReadFile(fsys, file)
	if err != nil {
		return err
	}
	var faults []error
	text := constant.ReplaceAllStringFunc(string(b), func(action string) string {
		m := constant.FindStringSubmatch(action)
		if m[1] == "link" {
			return "/" + words.Code() + m[2]
		}
		said, err := words.T(m[2])
		if err != nil {
			faults = append(faults, err)
		}
		return template.HTMLEscapeString(said)
	})
	if len(faults) > 0 {
		return fmt.Errorf("%s: %w", file, errors.Join(faults...))
	}
	if name := path.Base(file); name != set.Name() {
		set = set.New(name)
	}
	_, err = set.Parse(text)
	return err
}

// functions are the words of one language for templates.
func functions(w *i18n.Words, st *static) template.FuncMap {
	return template.FuncMap{
		"t":       w.T,
		"int":     w.Int,
		"day":     w.Day,
		"date":    func(d trials.Date) (string, error) { return w.Date(d.Year, d.Month, d.Day) },
		"country": w.Country,
		"link":    func(rest string) string { return "/" + w.Code() + rest },
		"static":  st.url,
		"args":    args,
		"colon":   func() string { return colon(w) },
		"gap":     func() string { return gap(w) },
		"join":    func(names []string) (string, error) { return joined(w, names) },
		"sub":     func(a, b int) int { return a - b },
		"add":     func(a, b int) int { return a + b },
	}
}

// gap is what stands between two sentences: Chinese full stops bring their own.
func gap(w *i18n.Words) string {
	if w.Code() == "zh" {
		return ""
	}
	return " "
}

// colon is a colon as the language sets it.
func colon(w *i18n.Words) string {
	switch w.Code() {
	case "zh":
		return "："
	case "fr":
		return "\u00a0: "
	}
	return ": "
}

// args passes several values to a part: {{template "x" (args "A" .A "B" .B)}}.
func args(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("args: want pairs")
	}
	m := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("args: %v is no name", pairs[i])
		}
		m[name] = pairs[i+1]
	}
	return m, nil
}

// layoutData is what every template gets: the layout's data and the page's own, as D.
type layoutData struct {
	Lang, Tag string
	Head      head
	Title     string
	Notice    string
	Demo      bool
	Languages []language
	Alternate []alternate // absolute, where the base URL is known
	Start     bool        // this is the start page
	Desk      bool        // this is a page for advisers
	Shares    bool        // answers can be let be seen by an adviser
	Texts     []textLink
	HasAnswer bool
	Listings  time.Time
	D         any
}

type language struct {
	Code, Tag, Name, Href string
	Current               bool
}

type alternate struct{ Tag, Href string }

// page renders into a buffer first: a fault never gives half a page.
func (r *request) page(status int, name string, data any) error {
	d, err := r.layout(data)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := r.server.pages.sets[r.lang][name].Execute(&b, d); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	h := r.Response().Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Language", r.words.Tag())
	if r.head.NoIndex {
		h.Set("X-Robots-Tag", "noindex")
	}
	return r.Blob(status, echo.MIMETextHTMLCharsetUTF8, b.Bytes())
}

func (r *request) show(name string, data any) error { return r.page(http.StatusOK, name, data) }

func (r *request) layout(data any) (layoutData, error) {
	title := r.head.Title
	if r.head.TitleKey != "" {
		var err error
		if title, err = r.words.T(r.head.TitleKey); err != nil {
			return layoutData{}, err
		}
	}
	d := layoutData{
		Lang: r.lang, Tag: r.words.Tag(), Head: r.head, Title: title, Notice: r.notice,
		Demo: r.server.kind == trials.Demo, Start: r.Path() == "/:lang", Desk: strings.HasPrefix(r.Path(), "/:lang/desk"), Shares: r.server.desk != nil,
		Texts: frontTexts(r.server.texts, r.lang), HasAnswer: len(r.session.Entries) > 0,
		Listings: r.snap.Listings, D: data,
	}
	if err := r.languages(&d); err != nil {
		return layoutData{}, err
	}
	return d, nil
}

// languages links this page in the other languages. Parameters go along: none
// of them is about the person.
func (r *request) languages(d *layoutData) error {
	rest, query := "", ""
	if !r.head.Bare {
		rest = strings.TrimPrefix(r.Request().URL.EscapedPath(), "/"+r.lang)
		if q := r.Request().URL.RawQuery; q != "" && r.Request().Method != http.MethodPost {
			query = "?" + q
		}
	}
	for _, code := range r.server.catalogue.Languages() {
		w, _ := r.server.catalogue.Words(code)
		name, err := w.T("language_name")
		if err != nil {
			return err
		}
		href := "/" + code + rest
		d.Languages = append(d.Languages, language{Code: code, Tag: w.Tag(), Name: name, Href: href + query, Current: code == r.lang})
		if !r.head.NoIndex {
			d.Alternate = append(d.Alternate, alternate{w.Tag(), r.server.baseURL + href})
		}
	}
	if len(d.Alternate) > 0 {
		d.Alternate = append(d.Alternate, alternate{"x-default", r.server.baseURL + "/"})
	}
	return nil
}
