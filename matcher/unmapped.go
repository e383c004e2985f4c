package matcher

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strings"
)

// Unmapped tells which trials a match would consider for anybody because the
// vocabulary knows none of their words for an illness, and what those words are.
type Unmapped struct {
	Trials   int       `json:"trials"`   // open ones that treat by a therapy
	Unmapped int       `json:"unmapped"` // of these, those with no known illness
	Wordings []Wording `json:"wordings"` // most frequent first
}

// Wording is what trials call an illness, in small letters, and how many do.
type Wording struct {
	Text   string `json:"text"`
	Trials int    `json:"trials"`
}

// UnmappedConditions makes the report over the trials that a match looks at.
func UnmappedConditions(candidates iter.Seq2[*Candidate, error]) (Unmapped, error) {
	out := Unmapped{Wordings: []Wording{}}
	counts := map[string]int{}
	for c, err := range candidates {
		if err != nil {
			return out, err
		}
		if !c.Trial.StudyType.Treats() || !c.Trial.Status.Open() || !givesWanted(c.Listing.Therapies, nil) {
			continue
		}
		out.Trials++
		if len(c.Listing.Conditions) > 0 {
			continue
		}
		out.Unmapped++
		told := map[string]bool{}
		for _, text := range c.Trial.Conditions {
			if w := strings.ToLower(strings.TrimSpace(text)); w != "" {
				told[w] = true
			}
		}
		for w := range told {
			counts[w]++
		}
	}
	for _, w := range slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	}) {
		out.Wordings = append(out.Wordings, Wording{w, counts[w]})
	}
	return out, nil
}
