package criteria

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
