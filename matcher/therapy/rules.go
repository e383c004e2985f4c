package therapy

import "embed"

// Rules is what this package reads by: its data and its code, for the name of
// the rule set.
//
//go:embed *.go data/*.tsv
var Rules embed.FS
