// Package htmltest asserts pages by selector, and checks what every page owes
// its readers: a language, one main heading, labels, and nothing inline that
// the content policy would refuse.
package htmltest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// Page is a parsed page.
type Page struct {
	tb   testing.TB
	Name string
	root *html.Node
}

// Parse reads a page; the name stands in failures.
func Parse(tb testing.TB, name, body string) *Page {
	tb.Helper()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		tb.Fatalf("%s: %v", name, err)
	}
	return &Page{tb, name, root}
}

// All gives the elements that a selector matches.
func (p *Page) All(selector string) []*html.Node {
	p.tb.Helper()
	sel, err := cascadia.ParseGroup(selector)
	if err != nil {
		p.tb.Fatalf("selector %q: %v", selector, err)
	}
	return cascadia.QueryAll(p.root, sel)
}

// Has fails unless some element matches and its text holds all the words.
func (p *Page) Has(selector string, words ...string) {
	p.tb.Helper()
	found := p.All(selector)
	for _, n := range found {
		text := Text(n)
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, singleSpaced(w)) }) {
			return
		}
	}
	if len(found) > 0 {
		p.tb.Errorf("%s: no %q has the words %q; the first says %q", p.Name, selector, words, Text(found[0]))
		return
	}
	p.tb.Errorf("%s: no %q", p.Name, selector)
}

// HasNo fails if an element matches.
func (p *Page) HasNo(selector string) {
	p.tb.Helper()
	if found := p.All(selector); len(found) > 0 {
		p.tb.Errorf("%s: got %q (%q), want none", p.Name, selector, Text(found[0]))
	}
}

// Text is an element's text with single spaces.
func Text(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
			b.WriteByte(' ')
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(n)
	return singleSpaced(b.String())
}

// singleSpaced makes every kind of space one plain space.
func singleSpaced(s string) string { return strings.Join(strings.Fields(s), " ") }

// Attr is an attribute's value, "" if it is not there.
func Attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// Check fails for whatever a page owes and lacks.
func (p *Page) Check(lang string) {
	p.tb.Helper()
	for _, fault := range p.Faults(lang) {
		p.tb.Errorf("%s: %s", p.Name, fault)
	}
}

// Faults lists them.
func (p *Page) Faults(lang string) []string {
	return slices.Concat(p.structure(lang), p.headings(), p.fields(), p.inline(), p.links())
}

func (p *Page) structure(lang string) []string {
	var out []string
	if got := Attr(p.All("html")[0], "lang"); got != lang {
		out = append(out, fmt.Sprintf("html lang: got %q, want %q", got, lang))
	}
	for _, one := range []string{"h1", "main", "head > title", "header", "footer", `meta[name="viewport"]`} {
		if n := len(p.All(one)); n != 1 {
			out = append(out, fmt.Sprintf("got %d of %s, want 1", n, one))
		}
	}
	for _, n := range p.All("h1, h2, h3, title, legend, button, a, label, summary, th") {
		if Text(n) == "" {
			out = append(out, fmt.Sprintf("an empty <%s>", n.Data))
		}
	}
	seen := map[string]bool{}
	for _, n := range p.All("[id]") {
		id := Attr(n, "id")
		if seen[id] || id == "" || strings.Contains(id, " ") {
			out = append(out, fmt.Sprintf("id %q is empty or stands twice", id))
		}
		seen[id] = true
	}
	return out
}

// headings may go deeper by one step only.
func (p *Page) headings() []string {
	var out []string
	level := 0
	for _, n := range p.All("h1, h2, h3, h4, h5, h6") {
		l := int(n.Data[1] - '0')
		if l > level+1 {
			out = append(out, fmt.Sprintf("<%s> %q follows level %d", n.Data, Text(n), level))
		}
		level = l
	}
	return out
}

func (p *Page) fields() []string {
	var out []string
	labelled := map[string]bool{}
	for _, n := range p.All("label[for]") {
		labelled[Attr(n, "for")] = true
	}
	for _, n := range p.All("input, select, textarea") {
		if Attr(n, "name") == "" {
			out = append(out, fmt.Sprintf("a field without a name: id %q", Attr(n, "id")))
		}
		if Attr(n, "type") != "hidden" && !labelled[Attr(n, "id")] {
			out = append(out, fmt.Sprintf("field %q has no label", Attr(n, "name")))
		}
		if slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "required" }) {
			out = append(out, fmt.Sprintf("field %q is required: every question can be left open", Attr(n, "name")))
		}
	}
	for _, n := range p.All("fieldset") {
		if n.FirstChild == nil || len(cascadia.QueryAll(n, cascadia.MustCompile("legend"))) == 0 {
			out = append(out, "a fieldset without a legend")
		}
	}
	for _, n := range p.All("form") {
		if m := Attr(n, "method"); m != "post" && m != "get" || Attr(n, "action") == "" {
			out = append(out, "a form without a method or an action")
		}
	}
	return out
}

// inline is what the content policy forbids.
func (p *Page) inline() []string {
	var out []string
	for _, n := range p.All("script, style, iframe, object, embed, base, [style]") {
		if n.Data == "script" && strings.HasPrefix(Attr(n, "src"), "/static/") && n.FirstChild == nil {
			continue // a file of the site's own
		}
		out = append(out, fmt.Sprintf("<%s> or a style attribute", n.Data))
	}
	for _, n := range p.All("*") {
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") {
				out = append(out, fmt.Sprintf("<%s %s>", n.Data, a.Key))
			}
			if strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:") || strings.Contains(a.Val, "ZgotmplZ") {
				out = append(out, fmt.Sprintf("<%s %s=%q>", n.Data, a.Key, a.Val))
			}
		}
	}
	return out
}

// links within the page must lead somewhere, and those out of the site must
// tell nobody where they come from.
func (p *Page) links() []string {
	var out []string
	ids := map[string]bool{}
	for _, n := range p.All("[id]") {
		ids[Attr(n, "id")] = true
	}
	for _, n := range p.All("a[href]") {
		href := Attr(n, "href")
		if id, ok := strings.CutPrefix(href, "#"); ok && !ids[id] {
			out = append(out, fmt.Sprintf("link to #%s, which is not there", id))
		}
		if strings.HasPrefix(href, "http") && !strings.Contains(Attr(n, "rel"), "noreferrer") {
			out = append(out, fmt.Sprintf("link to %s without noreferrer", href))
		}
	}
	for _, n := range p.All("img[src], link[href], source[src], script[src]") {
		for _, name := range []string{"src", "href"} {
			if Attr(n, "rel") != "alternate" && strings.Contains(Attr(n, name), "//") {
				out = append(out, fmt.Sprintf("<%s> from another host: %s", n.Data, Attr(n, name)))
			}
		}
	}
	return out
}
