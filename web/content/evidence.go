package content

import (
	"fmt"
	"io/fs"
	"slices"

	"trialfinder/trials"
)

// Level is how far along a use of a therapy is.
type Level string

// The levels, the farthest along first.
const (
	Approved  Level = "approved"
	Phase3    Level = "phase3"
	Early     Level = "early"
	Unproven  Level = "unproven"
	Withdrawn Level = "withdrawn"
)

var levels = []Level{Approved, Phase3, Early, Unproven, Withdrawn}

// Evidence is what a source says of one use of a therapy.
type Evidence struct {
	ID, Therapy     string
	Level           Level
	Where           []string // countries by their codes, and EU; nil = nowhere in particular
	AsOf            trials.Date
	Sources         []Source
	Slug, Paragraph string            // where a text tells it
	Use             map[string]string // by language
}

// Path is where it is told, without the language.
func (e Evidence) Path() string { return Target{Slug: e.Slug, Paragraph: e.Paragraph}.Path() }

func (l *Library) loadEvidence(fsys fs.FS) ([]Evidence, error) {
	columns := []string{"id", "therapy", "level", "where", "as_of", "sources", "slug", "paragraph"}
	rows, err := table(fsys, "evidence.tsv", append(columns, languages[:]...)...)
	if err != nil {
		return nil, err
	}
	var out []Evidence
	seen := map[string]bool{}
	for _, row := range rows {
		e := Evidence{ID: row[0], Therapy: row[1], Level: Level(row[2]), Where: several(row[3], ","), Slug: row[6], Paragraph: row[7], Use: map[string]string{}}
		if seen[e.ID] || !slices.Contains(levels, e.Level) {
			return nil, fmt.Errorf("content: evidence.tsv: %s stands twice, or has the level %q", e.ID, e.Level)
		}
		seen[e.ID] = true
		if e.AsOf, err = trials.ParseDate(row[4]); err != nil {
			return nil, fmt.Errorf("content: evidence.tsv: %s: %w", e.ID, err)
		}
		for _, id := range several(row[5], ";") {
			s, ok := l.sources[id]
			if !ok {
				return nil, fmt.Errorf("content: evidence.tsv: %s: source %q is not in sources.tsv", e.ID, id)
			}
			e.Sources = append(e.Sources, s)
		}
		for i, lang := range languages {
			e.Use[lang] = row[len(columns)+i]
			if e.Use[lang] == "" || len(e.Sources) == 0 {
				return nil, fmt.Errorf("content: evidence.tsv: %s has no source, or no words in %s", e.ID, lang)
			}
		}
		out = append(out, e)
	}
	return out, nil
}

// Evidence lists what is known of the uses of therapies, the farthest along first.
func (l *Library) Evidence(therapies ...string) []Evidence {
	var out []Evidence
	for _, e := range l.evidence {
		if slices.Contains(therapies, e.Therapy) {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b Evidence) int { return slices.Index(levels, a.Level) - slices.Index(levels, b.Level) })
	return out
}
