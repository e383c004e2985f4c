package ctis

import (
	"cmp"
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"

	"trialfinder/trials"
)

//go:embed data/languages.tsv
var languagesTSV string

// languages gives the code of a language by the register's name or number for it.
var languages = sync.OnceValue(func() map[string]string {
	known := map[string]string{}
	for line := range strings.Lines(languagesTSV) {
		columns := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if strings.HasPrefix(line, "#") || len(columns) != 3 || columns[0] == "code" {
			continue
		}
		known[columns[1]] = columns[0]
		for number := range strings.SplitSeq(columns[2], ",") {
			known[number] = columns[0]
		}
	}
	delete(known, "")
	return known
})

const (
	english = "en"
	unnamed = "und" // ISO 639-2's word for a language that is not known
)

// translation is one text in a language that the register may name.
type translation struct {
	Text        string `json:"attributeTranslation"`
	Number      int    `json:"language"`
	Description string `json:"languageDescription"`
}

func (t *translation) language() string {
	known := languages()
	return cmp.Or(known[t.Description], known[strconv.Itoa(t.Number)], unnamed)
}

// inEnglish is the text in English where the register has it, or else as it was
// entered, in a language that the register does not tell.
func inEnglish(text string, translated []*translation) string {
	for _, t := range translated {
		if t != nil && t.language() == english && strings.TrimSpace(t.Text) != "" {
			return t.Text
		}
	}
	return text
}

// translations gathers the texts of one trial in the other languages.
type translations struct {
	order []trials.Translation // one a field and language, in the order of their coming
}

// add takes the text of a field with its translations; where a language has the
// field in several pieces, they become lines.
func (ts *translations) add(field, text string, translated []*translation) {
	if shown := inEnglish(text, translated); shown != text && strings.TrimSpace(text) != "" {
		ts.put(field, unnamed, text)
	}
	for _, t := range translated {
		if t != nil && t.language() != english {
			ts.put(field, t.language(), t.Text)
		}
	}
}

func (ts *translations) put(field, language, text string) {
	if strings.TrimSpace(text) == "" {
		return
	}
	i := slices.IndexFunc(ts.order, func(t trials.Translation) bool { return t.Field == field && t.Language == language })
	if i < 0 {
		ts.order = append(ts.order, trials.Translation{Language: language, Field: field, Text: text})
		return
	}
	ts.order[i].Text += "\n" + text
}

// translations are the trial's texts in other languages than the one that is shown.
func (p *partI) translations() []trials.Translation {
	var ts translations
	id, info := &p.TrialDetails.Identifiers, &p.TrialDetails.Information
	ts.add("briefTitle", id.PublicTitle, id.PublicTitles)
	ts.add("officialTitle", id.FullTitle, id.FullTitles)
	for i := range info.Condition.Conditions {
		c := &info.Condition.Conditions[i]
		ts.add("conditions", c.Text, c.Texts)
	}
	ts.add("briefSummary", info.Objective.Main, info.Objective.Mains)
	for _, list := range [][]criterion{info.Eligibility.Inclusion, info.Eligibility.Exclusion} {
		for _, c := range ordered(list) {
			ts.add("eligibilityCriteria", c.entered(), c.translated())
		}
	}
	return ts.order
}
