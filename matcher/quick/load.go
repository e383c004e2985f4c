package quick

import (
	_ "embed"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"

	"trialfinder/matcher"
	"trialfinder/matcher/fact"
)

//go:embed data/abbreviations.tsv
var abbreviations string

// Parts of speech of the data file.
const (
	years    = "years"
	positive = "positive"
	negative = "negative"
	stage    = "stage"
	staged   = "staged"
	filler   = "filler"
)

// meaning is what a phrase stands for.
type meaning struct {
	fact  string // "" for a part of speech
	value string // "#", "+-", a value, a part of speech, or =name
}

// Reader reads lines. It is read-only and may be used by any number of goroutines.
type Reader struct {
	matcher *matcher.Matcher
	phrases map[string]meaning
	longest int // of the phrases, in characters
}

// New loads the abbreviations and checks each against the facts.
func New(m *matcher.Matcher) (*Reader, error) {
	r := &Reader{matcher: m, phrases: map[string]meaning{}}
	rows := csv.NewReader(strings.NewReader(abbreviations))
	rows.Comma, rows.Comment, rows.LazyQuotes, rows.FieldsPerRecord = '\t', '#', true, 3
	all, err := rows.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("quick: abbreviations.tsv: %w", err)
	}
	for _, row := range all[1:] {
		if err := r.add(row[0], row[1], strings.Split(row[2], "|")); err != nil {
			return nil, fmt.Errorf("quick: abbreviations.tsv: %w", err)
		}
	}
	return r, nil
}

func (r *Reader) add(id, value string, phrases []string) error {
	if id == "-" {
		id = ""
	}
	if f, ok := r.matcher.Facts.ByID(id); id != "" {
		switch {
		case !ok:
			return fmt.Errorf("no fact %q", id)
		case value == "#" && f.Type != fact.Number, value == "+-" && f.Type != fact.Bool:
			return fmt.Errorf("%s: %s does not fit its type", id, value)
		case value != "#" && value != "+-":
			if _, fits := f.Parse(value); !fits {
				return fmt.Errorf("%s has no value %q", id, value)
			}
		}
	}
	for _, p := range phrases {
		if have, twice := r.phrases[p]; twice && have != (meaning{id, value}) {
			return fmt.Errorf("%q stands for two things", p)
		}
		r.phrases[p] = meaning{id, value}
		r.longest = max(r.longest, len([]rune(p)))
	}
	return nil
}

// raw is a value of the data file as an answers file writes it.
func raw(f fact.Fact, value string) json.RawMessage {
	if f.Type == fact.Bool || f.Numeric() {
		return json.RawMessage(value)
	}
	return quoted(value)
}

func quoted(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil { // texts and their lists always marshal
		return json.RawMessage("null")
	}
	return b
}
