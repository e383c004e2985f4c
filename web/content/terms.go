package content

import (
	"fmt"
	"html"
	"io/fs"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// terms are the glossary's words of one language.
type terms struct {
	title   string            // the glossary's
	meaning map[string]string // id → what it means
	forms   map[rune][]form   // by the first letter, small; the longest first
}

// form is one way of writing a word. Abbreviations count in capitals only: TIL
// is no "til".
type form struct {
	text, id string
	exact    bool
}

func loadTerms(fsys fs.FS, lang string, glossary *Text) (*terms, error) {
	rows, err := table(fsys, "terms.tsv", append([]string{"id"}, languages[:]...)...)
	if err != nil {
		return nil, err
	}
	w := &terms{title: glossary.Title, meaning: map[string]string{}, forms: map[rune][]form{}}
	for _, s := range glossary.Sections {
		w.meaning[s.ID] = strings.TrimSpace(strings.ReplaceAll(s.Plain, "\n", " "))
	}
	seen := map[string]bool{}
	for _, row := range rows {
		if w.meaning[row[0]] == "" {
			return nil, fmt.Errorf("content: terms.tsv: %s is not in the glossary", row[0])
		}
		for _, text := range several(row[1+slices.Index(languages[:], lang)], "|") {
			if text == "" || seen[strings.ToLower(text)] {
				return nil, fmt.Errorf("content: terms.tsv: %s: %q stands twice, or is empty", lang, text)
			}
			seen[strings.ToLower(text)] = true
			first := firstLetter(text)
			w.forms[first] = append(w.forms[first], form{text, row[0], text == strings.ToUpper(text)})
		}
	}
	if len(rows) != len(w.meaning) {
		return nil, fmt.Errorf("content: terms.tsv: got %d words, the glossary has %d", len(rows), len(w.meaning))
	}
	for _, fs := range w.forms {
		slices.SortStableFunc(fs, func(a, b form) int { return len(b.text) - len(a.text) })
	}
	return w, nil
}

func firstLetter(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.ToLower(r)
}

// at gives the longest form that begins a text.
func (w *terms) at(s string) (form, bool) {
	for _, f := range w.forms[firstLetter(s)] {
		if n := len(f.text); n <= len(s) && (s[:n] == f.text || !f.exact && strings.EqualFold(s[:n], f.text)) {
			return f, true
		}
	}
	return form{}, false
}

// hit is a word found in a text.
type hit struct {
	from, to int
	id       string
}

// find gives the words that are met here for the first time.
func (w *terms) find(s string, used map[string]bool) []hit {
	var out []hit
	for at := 0; at < len(s); {
		f, ok := w.at(s[at:])
		to := at + len(f.text)
		if !ok || !whole(s, at, to) {
			_, size := utf8.DecodeRuneInString(s[at:])
			at += size
			continue
		}
		if !used[f.id] {
			used[f.id] = true
			out = append(out, hit{at, to, f.id})
		}
		at = to
	}
	return out
}

// whole says whether a match is not a piece of a longer word. Chinese writes no
// spaces between words.
func whole(s string, from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:from])
	first, _ := utf8.DecodeRuneInString(s[from:])
	last, _ := utf8.DecodeLastRuneInString(s[:to])
	after, _ := utf8.DecodeRuneInString(s[to:])
	return !(inWord(before) && inWord(first)) && !(inWord(last) && inWord(after))
}

func inWord(r rune) bool {
	return r == '-' || (unicode.IsLetter(r) || unicode.IsDigit(r)) && !unicode.Is(unicode.Han, r)
}

// mark puts the explanations into a block, outside links.
func (w *terms) mark(block ast.Node, src []byte, used map[string]bool) {
	if w == nil {
		return
	}
	var found []*ast.Text
	_ = ast.Walk(block, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if n.Kind() == ast.KindLink {
			return ast.WalkSkipChildren, nil
		}
		if t, ok := n.(*ast.Text); ok && entering {
			found = append(found, t)
		}
		return ast.WalkContinue, nil
	})
	for _, t := range found {
		start, parent := t.Segment.Start, t.Parent()
		for _, h := range w.find(string(t.Segment.Value(src)), used) {
			before := ast.NewTextSegment(text.NewSegment(t.Segment.Start, start+h.from))
			parent.InsertBefore(parent, t, before)
			parent.InsertBefore(parent, t, &termNode{id: h.id, shown: string(src[start+h.from : start+h.to])})
			t.Segment = text.NewSegment(start+h.to, t.Segment.Stop)
			holder(t).SetAttributeString("terms", true)
		}
	}
}

// holder is the block that a piece of text stands in.
func holder(n ast.Node) ast.Node {
	for n.Type() == ast.TypeInline {
		n = n.Parent()
	}
	return n
}

// kindTerm is a word with its explanation.
var kindTerm = ast.NewNodeKind("Term")

type termNode struct {
	ast.BaseInline
	id, shown string
}

func (*termNode) Kind() ast.NodeKind              { return kindTerm }
func (n *termNode) Dump(source []byte, level int) { ast.DumpHelper(n, source, level, nil, nil) }

// termRenderer writes words with their explanations. What opens needs no script,
// but may not stand in a <p>: such a paragraph is one by its role.
type termRenderer struct {
	lang  string
	terms *terms
}

func (r *termRenderer) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(kindTerm, r.term)
	reg.Register(ast.KindParagraph, paragraph)
}

func (r *termRenderer) term(out util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	t, ok := n.(*termNode)
	if !ok || !entering {
		return ast.WalkContinue, nil
	}
	_, err := fmt.Fprintf(out, `<details class="term"><summary><dfn>%s</dfn></summary><span>%s <a href="/%s/learn/%s#%s">%s</a></span></details>`,
		html.EscapeString(t.shown), html.EscapeString(r.terms.meaning[t.id]), r.lang, Glossary, t.id, html.EscapeString(r.terms.title))
	return ast.WalkContinue, err
}

func paragraph(out util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	tag, attributes := "p", ""
	if _, ok := n.AttributeString("terms"); ok {
		tag, attributes = "div", ` class="p" role="paragraph"`
	}
	var err error
	if entering {
		_, err = fmt.Fprintf(out, "<%s%s>", tag, attributes)
	} else {
		_, err = fmt.Fprintf(out, "</%s>\n", tag)
	}
	return ast.WalkContinue, err
}
