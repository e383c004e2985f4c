package matcher

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"strings"
	"sync"

	"trialfinder/matcher/chance"
	"trialfinder/matcher/condition"
	"trialfinder/matcher/criteria"
	"trialfinder/matcher/fact"
	"trialfinder/matcher/lexicon"
	"trialfinder/matcher/therapy"
	"trialfinder/matcher/unit"
)

//go:embed *.go data/*.tsv
var rules embed.FS

// version names the rule set by the content of its data and its code, so that
// what was derived by other rules is known to be stale without anybody having
// to remember a number.
var version = sync.OnceValue(func() string {
	h := sha256.New()
	for _, tree := range []fs.FS{rules, chance.Rules, condition.Rules, criteria.Rules, fact.Rules, lexicon.Rules, therapy.Rules, unit.Rules} {
		_ = fs.WalkDir(tree, ".", func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") {
				return err
			}
			b, err := fs.ReadFile(tree, path)
			h.Write([]byte(path))
			h.Write(b)
			return err
		})
	}
	return hex.EncodeToString(h.Sum(nil))[:12]
})

// Version names the rule set: equal versions read every trial alike.
func (m *Matcher) Version() string { return version() }
