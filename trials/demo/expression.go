package demo

import (
	"errors"
	"fmt"
	"strings"
)

// An expression is the part of the registry's Essie syntax that is served:
//
//	or   = and { "OR" and }
//	and  = not { ["AND" | ","] not }        words side by side must all be there
//	not  = "NOT" not | term
//	term = "(" or ")" | word | "phrase" | AREA[piece] (RANGE[from,to] | MISSING | term)
//
// Synonyms, spelling variants and relevance are the real registry's own.
type expression interface {
	// matches looks in the area, unless the expression names its own.
	matches(s *study, area []*piece) bool
}

type (
	allOf    []expression
	anyOf    []expression
	notThis  struct{ of expression }
	nothing  struct{} // an expression of words that hold no letter: matches all
	areaExpr struct {
		area []*piece
		of   expression
	}
)

// maxDepth keeps a request of nothing but parentheses from using up the stack.
const maxDepth = 100

func parseExpression(text string, cat *catalogue) (expression, error) {
	tokens, err := lex(text)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens, cat: cat}
	e, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.peek().kind != tokenEnd {
		return nil, errors.New("unexpected )")
	}
	return e, nil
}

type parser struct {
	tokens []token
	cat    *catalogue
	depth  int
}

func (p *parser) peek() token { return p.tokens[0] }

func (p *parser) next() token {
	t := p.tokens[0]
	if t.kind != tokenEnd {
		p.tokens = p.tokens[1:]
	}
	return t
}

// take moves over a word if it comes next.
func (p *parser) take(word string) bool {
	if t := p.peek(); t.kind != tokenWord || t.text != word {
		return false
	}
	p.next()
	return true
}

func (p *parser) or() (expression, error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxDepth {
		return nil, errors.New("too deeply nested")
	}
	e, err := p.and()
	if err != nil {
		return nil, err
	}
	either := anyOf{e}
	for p.take("OR") {
		if e, err = p.and(); err != nil {
			return nil, err
		}
		either = append(either, e)
	}
	return either, nil
}

func (p *parser) and() (expression, error) {
	e, err := p.not()
	if err != nil {
		return nil, err
	}
	every := allOf{e}
	for {
		if p.peek().kind == tokenComma {
			p.next()
		} else if !p.take("AND") && !p.startsTerm() {
			return every, nil
		}
		if e, err = p.not(); err != nil {
			return nil, err
		}
		every = append(every, e)
	}
}

func (p *parser) startsTerm() bool {
	switch t := p.peek(); t.kind {
	case tokenWord:
		return t.text != "OR"
	case tokenQuoted, tokenOpen:
		return true
	}
	return false
}

func (p *parser) not() (expression, error) {
	negative := false
	for p.take("NOT") {
		negative = !negative
	}
	e, err := p.term()
	if err != nil || !negative {
		return e, err
	}
	return notThis{e}, nil
}

func (p *parser) term() (expression, error) {
	switch t := p.next(); t.kind {
	case tokenOpen:
		e, err := p.or()
		if err != nil {
			return nil, err
		}
		if p.next().kind != tokenClose {
			return nil, errors.New("( without )")
		}
		return e, nil
	case tokenQuoted:
		return newWords(t.text), nil
	case tokenWord:
		return p.word(t.text)
	}
	return nil, errors.New("a word is missing")
}

func (p *parser) word(text string) (expression, error) {
	switch text {
	case "AND", "OR":
		return nil, fmt.Errorf("%s without a word before it", text)
	case "RANGE", "MISSING":
		return nil, fmt.Errorf("%s without AREA", text)
	case "AREA":
		return p.areaTerm()
	}
	return newWords(text), nil
}

func (p *parser) areaTerm() (expression, error) {
	name := p.next()
	if name.kind != tokenArgument {
		return nil, errors.New("AREA without [")
	}
	area, ok := p.cat.area(name.text)
	if !ok {
		return nil, fmt.Errorf("unknown area %q", name.text)
	}
	switch {
	case p.take("RANGE"):
		bounds := p.next()
		if bounds.kind != tokenArgument {
			return nil, errors.New("RANGE without [")
		}
		return newRange(area, bounds.text)
	case p.take("MISSING"):
		return missing{area}, nil
	}
	e, err := p.term()
	if err != nil {
		return nil, err
	}
	return areaExpr{area, e}, nil
}

func newWords(text string) expression {
	folded := foldedWords(text)
	if len(folded) == 0 {
		return nothing{}
	}
	return phrase{words: folded, written: strings.ToLower(strings.TrimSpace(text))}
}
