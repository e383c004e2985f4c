package criteria

import (
	"maps"
	"slices"
)

// SameWordings gives the wordings of same.tsv.
func SameWordings(p *Parser) map[string][]string {
	out := map[string][]string{}
	for id, phrases := range p.vocabulary.same {
		for phrase := range phrases {
			out[id] = append(out[id], phrase)
		}
	}
	return out
}

// ListedIllnesses gives the illnesses that lists.tsv names.
func ListedIllnesses(p *Parser) []string {
	return slices.AppendSeq(slices.Collect(maps.Keys(p.vocabulary.catchAlls.all)), maps.Keys(p.vocabulary.partial.all))
}

// Equal says whether the reader takes two rules for the same.
func Equal(a, b Rule) bool { return equal(a, b) }
