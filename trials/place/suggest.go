package place

import (
	"cmp"
	"slices"
	"sort"
	"strings"
)

// Suggest gives the towns of which a name begins with what has been written so
// far, at most limit: first those whose whole name it is, then in the gazetteer's
// order. An empty prefix suggests nothing.
func (g *Gazetteer) Suggest(prefix, country string, limit int) []Town {
	if limit <= 0 || len(prefix) > maxName {
		return nil
	}
	country = normalCountry(country)
	rank := map[int]int{} // town → 0 for a whole name, 1 for a beginning
	for _, form := range forms(prefix) {
		p := key(form, g.words.saints)
		if p == "" {
			continue
		}
		for n := sort.SearchStrings(g.keys, p); n < len(g.keys) && strings.HasPrefix(g.keys[n], p); n++ {
			for _, i := range g.byKey[g.keys[n]] {
				if !g.words.covers(country, g.towns[i].Country) {
					continue
				}
				if old, seen := rank[i]; !seen || old > 0 {
					rank[i] = min(1, len(g.keys[n])-len(p))
				}
			}
		}
	}
	found := make([]int, 0, len(rank))
	for i := range rank {
		found = append(found, i)
	}
	slices.SortFunc(found, func(a, b int) int {
		return cmp.Or(cmp.Compare(rank[a], rank[b]), cmp.Compare(a, b))
	})
	var out []Town
	for _, i := range found[:min(limit, len(found))] {
		out = append(out, g.towns[i])
	}
	return out
}
