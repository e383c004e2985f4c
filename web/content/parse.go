package content

import (
	"bytes"
	"fmt"
	"html/template"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// sections parts a text at its headings and makes HTML of each part. The words w
// are explained where they are first met; nil explains none.
func sections(src []byte, lang string, w *terms) ([]Section, error) {
	md := goldmark.New(
		goldmark.WithParserOptions(parser.WithAttribute()),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(&termRenderer{lang: lang, terms: w}, 1))),
	)
	doc := md.Parser().Parse(text.NewReader(src))
	if err := onlyPlain(doc); err != nil {
		return nil, err
	}
	used := map[string]bool{}
	var out []Section
	var body bytes.Buffer
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok {
			id, _ := h.AttributeString("id")
			name, _ := id.([]byte)
			if h.Level != 2 || len(name) == 0 {
				return nil, fmt.Errorf("heading %q: want ## and an id", plain(h, src))
			}
			out = append(out, Section{ID: string(name), Title: strings.TrimSpace(plain(h, src))})
			continue
		}
		if len(out) == 0 {
			return nil, fmt.Errorf("a text begins with a heading, not with %q", plain(n, src))
		}
		w.mark(n, src, used)
		body.Reset()
		if err := md.Renderer().Render(&body, src, n); err != nil {
			return nil, err
		}
		last := &out[len(out)-1]
		last.Body += template.HTML(body.String())
		last.Plain += plain(n, src)
		last.leads = append(last.leads, destinations(n)...)
	}
	return out, nil
}

// onlyPlain refuses what the texts do without: HTML of their own, images, code.
func onlyPlain(doc ast.Node) error {
	return ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n.Kind() {
		case ast.KindHTMLBlock, ast.KindRawHTML, ast.KindImage, ast.KindCodeBlock, ast.KindFencedCodeBlock:
			return ast.WalkStop, fmt.Errorf("a %s has no place in a text", n.Kind())
		}
		return ast.WalkContinue, nil
	})
}

// plain is a node's words, one block a line.
func plain(n ast.Node, src []byte) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.Text:
			if entering {
				b.Write(n.Segment.Value(src))
				if n.SoftLineBreak() {
					b.WriteByte(' ')
				}
			}
		case *termNode:
			if entering {
				b.WriteString(n.shown)
			}
		case *ast.Paragraph, *ast.TextBlock:
			if !entering {
				b.WriteByte('\n')
			}
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

// destinations are where a node's links lead.
func destinations(n ast.Node) []string {
	var out []string
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if link, ok := n.(*ast.Link); ok && entering {
			out = append(out, string(link.Destination))
		}
		return ast.WalkContinue, nil
	})
	return out
}
