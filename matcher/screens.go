package matcher

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"

	"trialfinder/matcher/fact"
)

//go:embed data/screens.tsv
var screensTSV string

// ScreenFacts is a screen of the questionnaire and the facts that it asks for, in
// their order.
type ScreenFacts struct {
	ID    string
	Facts []string
}

// longestScreen is how many questions one looks through without losing the place.
const longestScreen = 7

func loadScreens(facts *fact.Catalogue) ([]ScreenFacts, error) {
	r := csv.NewReader(strings.NewReader(screensTSV))
	r.Comma, r.Comment, r.FieldsPerRecord, r.LazyQuotes = '\t', '#', 2, true
	rows, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	var out []ScreenFacts
	for _, row := range rows[1:] {
		s := ScreenFacts{row[0], strings.Split(row[1], ",")}
		if _, isFact := facts.ByID(s.ID); isFact || seen[s.ID] || len(s.Facts) < 2 || len(s.Facts) > longestScreen {
			return nil, fmt.Errorf("%s: a fact's id, twice, or not two to %d facts", s.ID, longestScreen)
		}
		seen[s.ID] = true
		for _, id := range s.Facts {
			f, known := facts.ByID(id)
			short := f.Type == fact.Bool || f.Type == fact.Enum || f.Type == fact.Number && !f.Grows()
			if !known || !short || seen[id] {
				return nil, fmt.Errorf("%s: %s is no fact, on two screens, or needs a page of its own", s.ID, id)
			}
			seen[id] = true
		}
		out = append(out, s)
	}
	return out, nil
}

// Screens lists the screens of several questions.
func (m *Matcher) Screens() []ScreenFacts { return slices.Clone(m.screens) }

// ScreenOf names the screen on which a fact is asked, and the fact as which it is: the
// value instead of its multiple of the laboratory's limit, unless that is answered
// already. The screen is "" for a question that has a page to itself.
func (m *Matcher) ScreenOf(id string, p Profile) (screen, as string) {
	as = id
	if value, times := strings.CutSuffix(id, ulnSuffix); times && !p.Asked[value] {
		as = value
	}
	for _, s := range m.screens {
		if slices.Contains(s.Facts, as) {
			return s.ID, as
		}
	}
	return "", id
}

// Screen is questions to be asked at once.
type Screen struct {
	ID        string // "" : a single question
	Questions []Question
}

// Screens groups the questions of Ask into screens, the screen with the best question
// first. A question is on a screen with others only if they can change a verdict, too.
func (s *Set) Screens(p Profile) []Screen { return s.m.group(s.Ask(p), p) }

func (m *Matcher) group(questions []Question, p Profile) []Screen {
	out := []Screen{}
	at := map[string]int{}
	for _, q := range questions {
		screen, as := m.ScreenOf(q.Fact, p)
		q.Fact = as
		i, begun := at[screen]
		if screen == "" || !begun {
			at[screen] = len(out)
			out = append(out, Screen{screen, []Question{q}})
			continue
		}
		if !slices.ContainsFunc(out[i].Questions, func(o Question) bool { return o.Fact == as }) {
			out[i].Questions = append(out[i].Questions, q)
		}
	}
	for i := range out {
		if len(out[i].Questions) == 1 {
			out[i].ID = ""
		}
	}
	return out
}
