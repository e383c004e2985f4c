package i18n

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"

	"github.com/BurntSushi/toml"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/message"
)

//go:embed catalog/*/*.toml
var catalogs embed.FS

// order is the order in which languages are offered, and the BCP 47 tag of each.
var order = []struct{ code, tag string }{
	{"en", "en"}, {"da", "da"}, {"nl", "nl"}, {"fr", "fr"}, {"zh", "zh-Hans"},
}

// Catalogue is the words in every language that is there. It is read-only.
type Catalogue struct {
	words   []*Words
	byCode  map[string]*Words
	matcher language.Matcher
}

// Load reads the embedded catalogues.
func Load() (*Catalogue, error) { return load(catalogs) }

func load(fsys fs.FS) (*Catalogue, error) {
	bundle := goi18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	c := &Catalogue{byCode: map[string]*Words{}}
	var tags []language.Tag
	for _, lang := range order {
		files, err := fs.Glob(fsys, "catalog/"+lang.code+"/*.toml")
		if err != nil || len(files) == 0 {
			continue // not translated yet
		}
		w := newWords(lang.code, language.MustParse(lang.tag))
		for _, file := range files {
			if err := w.read(fsys, bundle, file); err != nil {
				return nil, fmt.Errorf("i18n: %s: %w", file, err)
			}
		}
		c.words = append(c.words, w)
		c.byCode[lang.code] = w
		tags = append(tags, w.tag)
	}
	if len(c.words) == 0 || c.words[0].code != "en" {
		return nil, fmt.Errorf("i18n: the English catalogue is missing")
	}
	c.matcher = language.NewMatcher(tags)
	return c, nil
}

func newWords(code string, tag language.Tag) *Words {
	return &Words{
		code: code, tag: tag, printer: message.NewPrinter(tag),
		regions: display.Regions(tag), collation: tag, raw: map[string]*goi18n.Message{},
	}
}

// read adds the words of one file. The bundle takes the language from the file's name.
func (w *Words) read(fsys fs.FS, bundle *goi18n.Bundle, file string) error {
	b, err := fs.ReadFile(fsys, file)
	if err != nil {
		return err
	}
	messages, err := bundle.ParseMessageFileBytes(b, w.code+".toml")
	if err != nil {
		return err
	}
	for _, m := range messages.Messages {
		if w.raw[m.ID] != nil {
			return fmt.Errorf("%q stands twice", m.ID)
		}
		w.keys = append(w.keys, m.ID)
		w.raw[m.ID] = m
	}
	return nil
}

// Languages are the codes of the languages that are there, English first.
func (c *Catalogue) Languages() []string {
	codes := make([]string, len(c.words))
	for i, w := range c.words {
		codes[i] = w.code
	}
	return codes
}

// Words gives one language's words.
func (c *Catalogue) Words(code string) (*Words, bool) {
	w, ok := c.byCode[code]
	return w, ok
}

// Choose gives the language that fits an Accept-Language header best.
func (c *Catalogue) Choose(accept string) string {
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil {
		return c.words[0].code
	}
	// The index counts, not the tag: the tag may carry extensions of the reader's.
	_, i, _ := c.matcher.Match(tags...)
	return c.words[i].code
}

// Traditional says whether an Accept-Language header asks first for Chinese in traditional
// characters: zh-TW, zh-HK.
func Traditional(accept string) bool {
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(tags) == 0 {
		return false
	}
	base, _ := tags[0].Base()
	script, _ := tags[0].Script()
	return base.String() == "zh" && script.String() == "Hant"
}

// Collator sorts as the language does. It is not safe for concurrent use.
func (w *Words) Collator() *collate.Collator { return collate.New(w.collation, collate.IgnoreCase) }

// Country is a country's name for its ISO 3166-1 code; what is no code, such as
// a registry's own word, comes back as it is.
func (w *Words) Country(code string) string {
	region, err := language.ParseRegion(code)
	if err != nil || len(code) != 2 {
		return code
	}
	if name := w.regions.Name(region); name != "" {
		return name
	}
	return strings.ToUpper(code)
}
