package demo

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

type tokenKind int

const (
	tokenEnd tokenKind = iota
	tokenWord
	tokenQuoted
	tokenOpen
	tokenClose
	tokenComma
	tokenArgument // [ … ] after an operator
)

type token struct {
	kind tokenKind
	text string
}

// endOfWord are the characters that a bare word stops before.
const endOfWord = " \t\r\n()[]\","

// lex splits an expression. Brackets belong to an operator that is written
// right before them; anywhere else they are an error, as in the registry.
func lex(text string) ([]token, error) {
	var tokens []token
	for text != "" {
		t, size, err := lexOne(text)
		if err != nil {
			return nil, err
		}
		text = text[size:]
		if t.kind == tokenEnd {
			continue
		}
		if t.kind == tokenArgument && !takesArgument(tokens) {
			return nil, fmt.Errorf("unexpected [%s]", t.text)
		}
		tokens = append(tokens, t)
	}
	return append(tokens, token{kind: tokenEnd}), nil
}

func takesArgument(before []token) bool {
	if len(before) == 0 {
		return false
	}
	last := before[len(before)-1]
	return last.kind == tokenWord && (last.text == "AREA" || last.text == "RANGE")
}

// lexOne reads the token at the start of the text and says how long it is;
// white space gives a tokenEnd.
func lexOne(text string) (token, int, error) {
	switch text[0] {
	case ' ', '\t', '\r', '\n':
		return token{}, 1, nil
	case '(':
		return token{kind: tokenOpen}, 1, nil
	case ')':
		return token{kind: tokenClose}, 1, nil
	case ',':
		return token{kind: tokenComma}, 1, nil
	case '"':
		inner, _, closed := strings.Cut(text[1:], `"`)
		if !closed {
			return token{}, 0, fmt.Errorf("quotation mark without an end")
		}
		return token{tokenQuoted, inner}, len(inner) + 2, nil
	case '[':
		inner, _, closed := strings.Cut(text[1:], "]")
		if !closed {
			return token{}, 0, fmt.Errorf("[ without ]")
		}
		return token{tokenArgument, strings.TrimSpace(inner)}, len(inner) + 2, nil
	case ']':
		return token{}, 0, fmt.Errorf("] without [")
	}
	size := strings.IndexAny(text, endOfWord)
	if size < 0 {
		size = len(text)
	}
	if !utf8.ValidString(text[:size]) {
		return token{}, 0, fmt.Errorf("invalid UTF-8")
	}
	return token{tokenWord, text[:size]}, size, nil
}
