package fact

import (
	"embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
)

//go:embed data/*.tsv
var data embed.FS

// Languages are the five in which everything is said, in a fixed order.
var Languages = [...]string{"en", "da", "nl", "fr", "zh"}

// Catalogue is all facts and what follows from them. It is read-only.
type Catalogue struct {
	facts   []Fact
	byID    map[string]int
	implied []Implication
	who     map[Who]map[string][]string // by language: placeholders and their words
	others  others
}

// Implication says that one known fact settles another.
type Implication struct {
	If   Condition
	Then Condition
	Why  string
}

// Condition is a fact and a value, written as in the data file.
type Condition struct {
	Fact  string
	Not   bool // the fact is known and is not the value
	Value string
}

// Load reads the embedded catalogue.
func Load() (*Catalogue, error) {
	c := &Catalogue{byID: map[string]int{}}
	for _, step := range []struct {
		file string
		read func([][]string) error
		head []string
	}{
		{"facts.tsv", c.readFacts, []string{"id", "type", "unit", "values", "also", "changes", "group", "question_en"}},
		{"implied.tsv", c.readImplied, []string{"if", "then", "why"}},
		{"labels.tsv", c.readLabels, []string{"key", "en", "da", "nl", "fr", "zh"}},
		{"who.tsv", c.readWho, []string{"who", "place", "en", "da", "nl", "fr", "zh"}},
		{"others.tsv", c.readOthers, []string{"key", "en", "da", "nl", "fr", "zh"}},
	} {
		rows, err := table(step.file, step.head)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", step.file, err)
		}
		if err := step.read(rows); err != nil {
			return nil, fmt.Errorf("%s: %w", step.file, err)
		}
	}
	return c, c.checkLabels()
}

// All gives the facts in the catalogue's order.
func (c *Catalogue) All() []Fact { return slices.Clone(c.facts) }

// ByID gives one fact.
func (c *Catalogue) ByID(id string) (Fact, bool) {
	i, ok := c.byID[id]
	if !ok {
		return Fact{}, false
	}
	return c.facts[i], true
}

// Len is the number of facts.
func (c *Catalogue) Len() int { return len(c.facts) }

// Index gives the place of a fact in the catalogue's order.
func (c *Catalogue) Index(id string) (int, bool) {
	i, ok := c.byID[id]
	return i, ok
}

// At gives the fact at a place.
func (c *Catalogue) At(i int) Fact { return c.facts[i] }

// Implications gives what follows from what.
func (c *Catalogue) Implications() []Implication { return slices.Clone(c.implied) }

// table reads a file of exactly these columns; a column may be left out at the
// end of a row only where it would be empty.
func table(file string, head []string) ([][]string, error) {
	f, err := data.Open("data/" + file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.Comment, r.LazyQuotes, r.FieldsPerRecord = '\t', '#', true, len(head)
	rows, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 || !slices.Equal(rows[0], head) {
		return nil, fmt.Errorf("want the columns %v", head)
	}
	return rows[1:], nil
}

func (c *Catalogue) readFacts(rows [][]string) error {
	for _, row := range rows {
		f := Fact{ID: row[0], Type: Type(row[1]), Unit: row[2], Changes: Changes(row[5]), Group: row[6], Labels: map[string]Label{}}
		if row[4] != "" {
			f.Also = strings.Split(row[4], ",")
		}
		if err := f.setValues(row[3]); err != nil {
			return err
		}
		if f.Changes != Never && f.Changes != Time && f.Changes != Treatable {
			return fmt.Errorf("%s: unknown kind of change %q", f.ID, f.Changes)
		}
		if _, dup := c.byID[f.ID]; dup || f.ID == "" {
			return fmt.Errorf("id %q is empty or stands twice", f.ID)
		}
		c.byID[f.ID] = len(c.facts)
		c.facts = append(c.facts, f)
	}
	return nil
}

func (c *Catalogue) readImplied(rows [][]string) error {
	for _, row := range rows {
		from, err := c.condition(row[0])
		if err != nil {
			return err
		}
		to, err := c.condition(row[1])
		if err != nil {
			return err
		}
		if to.Not {
			return fmt.Errorf("%q: only a value can follow, not its absence", row[1])
		}
		c.implied = append(c.implied, Implication{If: from, Then: to, Why: row[2]})
	}
	return nil
}

func (c *Catalogue) condition(text string) (Condition, error) {
	sep, not := "=", false
	if strings.Contains(text, "!=") {
		sep, not = "!=", true
	}
	id, value, ok := strings.Cut(text, sep)
	if !ok {
		return Condition{}, fmt.Errorf("%q: want fact=value or fact!=value", text)
	}
	f, known := c.ByID(id)
	if !known {
		return Condition{}, fmt.Errorf("%q: unknown fact %q", text, id)
	}
	if _, fits := f.Parse(value); !fits && !f.Conditions() { // which illnesses there are, others know
		return Condition{}, fmt.Errorf("%q: no value of %s", text, id)
	}
	return Condition{Fact: id, Not: not, Value: value}, nil
}

func (c *Catalogue) readLabels(rows [][]string) error {
	seen := map[string]bool{}
	for _, row := range rows {
		id, part, _ := strings.Cut(row[0], ".")
		i, ok := c.byID[id]
		if !ok || seen[row[0]] {
			return fmt.Errorf("key %q: unknown fact, or the key stands twice", row[0])
		}
		seen[row[0]] = true
		for n, lang := range Languages {
			text := row[n+1]
			if text == "" {
				return fmt.Errorf("key %q: no text in %s", row[0], lang)
			}
			c.facts[i].Labels[lang] = c.facts[i].Labels[lang].with(part, text)
		}
	}
	return nil
}

func (l Label) with(part, text string) Label {
	switch part {
	case "":
		l.Question = text
	case "name":
		l.Name = text
	case "hint":
		l.Hint = text
	default:
		if l.Values == nil {
			l.Values = map[string]string{}
		}
		l.Values[part] = text
	}
	return l
}

// checkLabels fails where a fact could not be asked in some language.
func (c *Catalogue) checkLabels() error {
	for _, f := range c.facts {
		want := f.Values
		if f.Type == Bool {
			want = []string{"true", "false"}
		}
		for _, lang := range Languages {
			label := f.Labels[lang]
			if label.Question == "" || label.Name == "" {
				return fmt.Errorf("labels.tsv: %s has no question or no name in %s", f.ID, lang)
			}
			for _, v := range want {
				if f.Type != Enum && f.Type != Bool && f.Type != Set {
					break
				}
				if label.Values[v] == "" {
					return fmt.Errorf("labels.tsv: %s.%s has no text in %s", f.ID, v, lang)
				}
			}
		}
	}
	return nil
}
