package chance

import "embed"

// Rules is the data and code that decide the chances: part of the rule-set's version.
//
//go:embed *.go data/*.tsv
var Rules embed.FS
