package lexicon

import (
	"fmt"
	"strings"
)

// maxPhrases bounds what one pattern may expand to, so that a slip in the data
// is an error and not a slow start.
const maxPhrases = 4000

// Expand writes out a pattern: "(a/b)" is a or b, "<set>" a word of a named set.
func Expand(pattern string, sets map[string][]string) ([]string, error) {
	out, rest, err := expandSequence(pattern, sets)
	if err != nil {
		return nil, fmt.Errorf("phrase %q: %w", pattern, err)
	}
	if rest != "" {
		return nil, fmt.Errorf("phrase %q: unmatched %q", pattern, rest)
	}
	return out, nil
}

// expandSequence reads up to the end or to a "/" or ")" that belongs to the
// caller, which is left in rest.
func expandSequence(s string, sets map[string][]string) (out []string, rest string, err error) {
	out = []string{""}
	for s != "" && s[0] != '/' && s[0] != ')' {
		var options []string
		switch s[0] {
		case '(':
			options, s, err = expandChoice(s[1:], sets)
		case '<':
			options, s, err = expandSet(s[1:], sets)
		case '>':
			err = fmt.Errorf("unmatched %q", s)
		default:
			end := strings.IndexAny(s, "(/)<>")
			if end < 0 {
				end = len(s)
			}
			options, s = []string{s[:end]}, s[end:]
		}
		if err != nil {
			return nil, "", err
		}
		if len(out)*len(options) > maxPhrases {
			return nil, "", fmt.Errorf("more than %d phrases", maxPhrases)
		}
		out = product(out, options)
	}
	return out, s, nil
}

// expandChoice reads the alternatives behind "(" and their ")".
func expandChoice(s string, sets map[string][]string) (options []string, rest string, err error) {
	for {
		var part []string
		part, s, err = expandSequence(s, sets)
		if err != nil {
			return nil, "", err
		}
		options = append(options, part...)
		if s == "" {
			return nil, "", fmt.Errorf("a bracket is not closed")
		}
		closed := s[0] == ')'
		s = s[1:]
		if closed {
			return options, s, nil
		}
	}
}

// expandSet reads the name behind "<" and its ">".
func expandSet(s string, sets map[string][]string) (options []string, rest string, err error) {
	name, rest, ok := strings.Cut(s, ">")
	if !ok {
		return nil, "", fmt.Errorf("a set is not closed")
	}
	options, ok = sets[name]
	if !ok {
		return nil, "", fmt.Errorf("unknown set %q", name)
	}
	return options, rest, nil
}

func product(heads, tails []string) []string {
	out := make([]string, 0, len(heads)*len(tails))
	for _, h := range heads {
		for _, t := range tails {
			out = append(out, h+t)
		}
	}
	return out
}
