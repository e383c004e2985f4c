package web

import "trialfinder/web/view"

// trialSamples is data for the pages that show some trials in another way than a list.
func trialSamples(card view.Card, choices []choice) map[string]any {
	alone := card
	alone.Site, alone.Lay, alone.Says = nil, "", nil
	said := map[string]pair{"sheet_made": {"a", "b"}}
	for _, key := range sheetWords {
		said[key] = pair{"a", "b"}
	}
	two := pair{"a", "b"}
	return map[string]any{
		"compare": comparePage{Answered: true, Many: true, Trials: []view.Trial{{Card: card}, {Card: alone, Enrollment: "e"}}},
		"map": mapPage{Picture: "europe.svg", Width: 1, Height: 1, N: 2, Rest: 1, Part: "europe", Other: "/map", Back: "/results",
			Dots: []dot{{X: 1, Y: 1, R: 1, Title: "t", Row: 1}}, Towns: []view.Place{{City: "c", Country: "d", Code: "DK", KM: "k", Trials: 1}, {}}},
		"doctor": sheetPage{Other: "da", With: "da", Languages: choices, Said: said, Picked: []string{"a"}, Answers: []sheetAnswer{{two, two}},
			Trials: []sheetTrial{{Trial: view.Trial{Card: card, IDs: []string{"a", "b"}}, Named: two, Illness: two, Place: two, Date: two, More: two,
				Asks: []pair{two}, Checks: []sheetCheck{{"unknown", two, two, "q"}}}}},
	}
}
