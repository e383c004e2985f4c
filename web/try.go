package web

import (
	"fmt"
	"io"
	"maps"
	"time"

	"trialfinder/trials"
	"trialfinder/web/content"
	"trialfinder/web/view"
)

// samples is data for each page that reaches most of its template.
func samples() map[string]any {
	ask := view.Ask{Fact: "age", Question: "?", Step: "age"}
	criterion := view.Criterion{Status: "not_met", Quote: "q", Field: "f", Cohort: "c", Reading: "r", Asks: []view.Ask{ask}}
	site := view.Site{Facility: "f", City: "c", Country: "DK", KM: "1", Status: "s", Phone: "1", Tel: "12345", Nearer: "n", Abroad: true, Central: true}
	contact := view.Contact{Name: "n", Phone: "1", Tel: "12345", Mail: "a@example.org"}
	card := view.Card{
		ID: "NCT99999999", Title: "t", Verdict: "open", Label: "l", Sentence: "s", Counts: view.Counts{Met: 1, NotMet: 1, Unknown: 1, Clinic: 1, Unread: 1},
		Therapies: []view.Therapy{{ID: "nk", Name: "n", Path: "/learn/x#y", Role: "combined", RoleName: "r"}}, Conditions: []string{"c"},
		Phase: "p", Asks: []view.Ask{ask}, MoreAsks: 1, Deciding: []view.Criterion{criterion, {Exclusion: true}, {}}, Site: &site,
		Why: "w", Decided: []view.Ask{ask}, Several: true,
		Lay: "l", Says: []string{"s"}, Changed: "c", Stale: "s", Route: view.Route{Text: "t", Abroad: "a", Source: "https://example.org", Seen: "d"}, Central: []view.Contact{contact},
		Checked: "d", Updated: "d", URL: "https://clinicaltrials.gov/study/NCT99999999", Registry: "r",
	}
	choices := []choice{{ID: "a", Value: "v", Label: "l", Hint: "h", Href: "/learn/x", Checked: true}}
	question := questionPage{
		Step: "age", Question: "q", Hint: "h", Back: "/question/x", Change: true, Settles: 1, Of: 2, Results: true,
		Errors:  []fieldError{{"value", "m"}, {"unit", "m"}, {"uln", "m"}, {"year", "m"}, {"answer", "m"}, {"q", "m"}, {"country", "m"}, {"place", "m"}},
		Choices: choices, Skips: choices, Number: numberField{Units: choices, Suffix: "s", WithULN: true, WithDate: true, Months: choices},
		Illness: illnessField{Searched: true, Query: "q", Found: choices, Groups: []illnessGroup{{Name: "g", Open: true, Choices: choices}}},
		Place:   placeField{Countries: choices},
		Items: []screenItem{{Fact: "hiv", Question: "q", Hint: "h", Choices: choices},
			{Fact: "alt", Question: "q", Number: &numberField{Units: choices, WithULN: true}, Skip: choices[0]}, {Fact: "edss", Number: &numberField{Suffix: "s"}}},
	}
	question.Narrow = narrowing{Hidden: true, Of: 1, Here: "age"}
	fewest := view.Fewest{N: 1, Fits: true, Sources: []view.Source{{Asks: []view.Ask{ask}}, {Name: "p", Asks: []view.Ask{ask}}}, RulesOut: &ask, Labs: true}
	narrow := narrowing{Bar: []bar{{"fits", 1, 0, 50}}, Possible: 1, Of: 2, More: 1, Here: "age"}
	row := reviewRow{Name: "n", Value: "v", Step: "age", Unknown: true, Alone: 1}
	out := map[string]any{
		"start": startPage{Trials: 1, Hant: true}, "find": startPage{BadID: true, TrialID: "x"}, "about": nil, "error": errorPage{Name: "internal"},
		"clash":   clashPage{A: clashSide{row, true}, B: clashSide{reviewRow: row}, Errors: question.Errors[:1], Done: "/answers"},
		"left":    leftPage{Row: row, N: 1, Cards: []view.Card{card, {Conditions: []string{"a", "b"}}}, Page: 1, Pages: 2, Prev: "/p", Next: "/n"},
		"answers": reviewPage{Who: "w", Steps: []stepRow{{reviewRow: row, Before: 2, After: 1, Left: 1}, {}}, Narrow: narrow, Sections: []reviewSection{{"group_about", []reviewRow{row}}}, Clashes: []clash{{row, row}}, NextStep: "age"},
		"learn":   sampleText(), "learn_index": learnIndexPage{Groups: []learnGroup{{"learn_basics", []textLink{{"t", "s", "/learn/x"}}}}},
		"learn_search": searchPage{Query: "q", Others: []foundText{{Href: "/", Tag: "en"}}, Texts: []textLink{{"t", "s", "/learn/x"}}},
		"results": resultsPage{Counts: counts{Possible: 1, Plainly: 1}, Answered: true, Filtered: true, Therapy: "t", Total: 2, Pages: 2,
			Sections: []section{{"fits", []view.Card{card}}, {"open", nil}, {"not_now", nil}, {"ruled_out", nil}}, Prev: "/results", Next: "/results",
			Filter: resultsFilter{Therapy: "nk"}, Bar: []bar{{"fits", 1, 0, 50}, {"open", 1, 50, 50}, {"not_now", 1, 0, 1}, {"ruled_out", 1, 0, 1}},
			Countries: choices, Phases: choices, Distances: choices, More: true, Clash: true, Old: true, Listings: "d",
			Papers:  []view.Paper{{Name: "n", Tells: "t", Settles: 1, BearsOn: 2}, {Name: "n"}},
			WhatIfs: []view.WhatIf{{Name: "n", Now: "v", Step: "age", Alone: 1, Changes: "c", Instead: []view.Instead{{Value: "v", Returns: 1, Loses: 1}}}}},
		"trial": trialPage{Answered: true, Removed: true, Fewest: &fewest, Trial: view.Trial{Disagree: true,
			Listings: []view.ListingRow{{ID: "a", Registry: "r", URL: "https://clinicaltrials.gov/study/NCT99999999"}, {ID: "b", Registry: "s"}},
			Card:     card, IDs: []string{"a", "b"}, Summary: "s", InShort: []view.Fact{{Name: "n", Value: "v", Names: []string{"n"}, More: "m"}}, WhyStopped: "w", Enrollment: "e",
			Gives: []view.Given{{Kind: "k", Name: "n"}}, Dates: []view.Date{{Name: "n", Value: "v"}}, Notes: []string{"n"},
			Groups: []view.Group{{Status: "not_met", Items: []view.Criterion{criterion}}}, Contacts: []view.Contact{contact},
			Sites: []view.SiteRow{{Facility: "f", City: "c", Country: "d", KM: "k", Contacts: []view.Contact{contact}}}}},
	}
	for name, sample := range trialSamples(card, choices) {
		out[name] = sample
	}
	for _, kind := range []string{"choice", "set", "therapy", "number", "place", "illness", "screen"} {
		out["question_"+kind] = question
	}
	maps.Copy(out, deskSamples())
	return out
}

func sampleText() learnPage {
	day := trials.Date{Year: 2026, Month: 11, Day: 24}
	sources := []content.Source{{ID: "S1", Title: "t", Publisher: "p", Year: "2026", URL: "https://example.org"}}
	row := evidenceRow{Evidence: content.Evidence{Level: content.Early, AsOf: day, Sources: sources}, Label: "l", What: "w", Place: "p", Href: "/"}
	var steps []step
	for _, icon := range []string{"blood", "tumour", "gene", "cell", "grow", "pill", "drip"} {
		steps = append(steps, step{Icon: icon, Label: "l"})
	}
	return learnPage{
		Text: &content.Text{Title: "t", LastChecked: day, ReviewBy: day, Sources: sources},
		Parts: []learnPart{{content.Section{ID: "a", Title: "b"}, []diagram{
			{Name: "brake", Kind: "brake"}, {Name: "til", Kind: "steps", Steps: steps},
			{Name: "body", Kind: "body", Marks: []mark{{N: 1, Level: content.Early, Rows: []evidenceRow{row}}}}}}},
		Counts:   []therapyCount{{ID: "nk", Name: "n", Open: 1, Near: 1}},
		Evidence: []evidenceRow{row}, Related: []textLink{{"t", "s", "/"}}, Country: "c", Overdue: true,
	}
}

// tryPages renders every page once in every language, so that a fault in a
// template or a missing word is found at start and not by a reader.
func (s *Server) tryPages() error {
	data := samples()
	for lang, set := range s.pages.sets {
		for name, t := range set {
			sample, ok := data[name]
			if !ok {
				return fmt.Errorf("page %s has no sample", name)
			}
			d := layoutData{
				Lang: lang, Head: head{Error: true, NoIndex: true}, Notice: "notice_expired", Demo: true, HasAnswer: true,
				Languages: []language{{Code: lang, Current: true}}, Alternate: []alternate{{lang, "/"}},
				Texts: frontTexts(s.texts, lang), Listings: time.Unix(0, 0), D: sample,
			}
			if err := t.Execute(io.Discard, d); err != nil {
				return fmt.Errorf("%s: page %s: %w", lang, name, err)
			}
		}
	}
	return nil
}
