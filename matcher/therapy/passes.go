package therapy

import (
	"regexp"
	"slices"
	"strings"

	"trialfinder/matcher/lexicon"
)

// titleDecides judges a therapy that no intervention's or arm's name tells.
func (f *findings) titleDecides(title string, x found, open, dendritic bool) bool {
	partner := f.c.cueBefore("partner", title, x.start)
	switch {
	case slices.Contains(x.therapies, "cytokine"): // else an outcome, as a rule
		return partner && (open || x.kind == agent)
	case slices.Contains(x.therapies, "hsct"):
		return open && slices.ContainsFunc(f.givenTexts(), func(t string) bool { return f.c.has(t, "regimen") })
	case x.kind == given && !f.c.has(sentence(title, x.start, x.end), "giving"):
		return false
	case dendritic && slices.Contains(x.therapies, "vaccine"):
		return true
	case x.is("gene") && f.onlyGrafts(): // their genes are what is new
		return true
	}
	if open || partner && x.kind == agent {
		return true
	}
	return x.kind == decides && f.c.has(sentence(title, x.start, x.end), "infusing") &&
		(partner || f.c.cueBefore("sequence", title, x.start))
}

// onlyGrafts reports whether nothing but grafts of blood stem cells is given.
func (f *findings) onlyGrafts() bool {
	given := f.therapies()
	return given["hsct"] && len(given) == 1
}

// dose is what follows cells that are counted into a patient: "10e7 NK cells/kg".
var dose = regexp.MustCompile(`^ ?(/|per )(kg|kilogram|m2|m²)`)

// saidToBeGiven judges a phrase in the description of an intervention or, with
// item nowhere, of an arm: descriptions also tell of mechanisms, earlier
// treatment and outcomes.
func (f *findings) saidToBeGiven(text string, x found, item int) bool {
	told := item != nowhere && !f.untold(item)
	known := slices.ContainsFunc(f.hits, func(h hit) bool {
		return (item == nowhere || h.item == item || h.therapy == "hsct") && slices.Contains(x.therapies, h.therapy)
	})
	infusing := func() bool { return f.c.has(sentence(text, x.start, x.end), "infusing") }
	switch {
	case generic(x):
		return !told && len(f.hits) == 0
	case slices.Contains(x.therapies, "hsct"):
		return known || !told && item != nowhere && f.study.Interventions[item].Type != "DRUG" && infusing()
	case slices.Contains(x.therapies, "cytokine"):
		return infusing()
	case x.kind == given:
		return !told && infusing() || item != nowhere && dose.MatchString(text[x.end:])
	case x.kind == cancer:
		return known
	case x.kind == decides && item != nowhere:
		return !told || known
	case x.kind == decides && len(f.hits) > 0:
		return known || infusing()
	}
	return true
}

// tellsOfIntervention reports whether the summary's phrase follows the name of
// an untold intervention in one sentence: "ABC-123 is an anti-PD-1 antibody".
func (f *findings) tellsOfIntervention(x found) bool {
	s := f.study.Summary
	from := max(0, x.start-summaryDistance)
	window := s[from:x.start]
	if i := strings.LastIndex(window, ". "); i >= 0 {
		window = window[i+2:]
	}
	said := " " + lexicon.Fold(strings.ToValidUTF8(window, " ")) + " "
	for i, v := range f.study.Interventions {
		if f.untold(i) && strings.Contains(said, " "+lexicon.Fold(v.Name)+" ") {
			return true
		}
	}
	return false
}

// suits reports whether a study is of the kind in which a phrase has its
// meaning. Products known by name need no such leave.
func (f *findings) suits(id string, k kind, field, text string) bool {
	switch {
	case k == agent || k == support || k == stem || k == target:
		return true
	case k == blood:
		return f.isBlood
	case id == "vaccine":
		return f.isCancer && (k != cancer || !f.isProphylactic(field, text))
	case id == "gene":
		return !f.c.has(text, "vaccine_word")
	}
	return k != cancer || f.isCancer
}

// isProphylactic reports whether the word "vaccine" is of one against an
// infection: by the text it stands in or, where no name is of a cancer vaccine,
// by any name or title.
func (f *findings) isProphylactic(field, text string) bool {
	if f.c.has(text, "therapeutic") {
		return false
	}
	if f.c.has(text, "prophylactic") {
		return true
	}
	if f.therapies()["vaccine"] {
		return false
	}
	texts := []string{f.study.BriefTitle, f.study.OfficialTitle}
	if field != fieldName && field != fieldOther {
		for _, v := range f.study.Interventions {
			texts = append(append(texts, v.Name), v.OtherNames...)
		}
	}
	return slices.ContainsFunc(texts, func(t string) bool { return f.c.has(t, "prophylactic") })
}

// generic reports whether a phrase names antibodies at large, which is also how
// blockers of checkpoints and the binding parts of cells are described.
func generic(x found) bool {
	return x.kind != agent && x.kind != stem && x.kind != target && x.is("antibody")
}

// specific reports whether a phrase names what a phrase on antibodies at large
// beside it is likely to speak of.
func specific(x found) bool {
	return !generic(x) && x.kind != support && !slices.Contains(x.therapies, "hsct")
}
