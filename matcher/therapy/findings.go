package therapy

import (
	"slices"
	"strings"
)

// Fields, by their ClinicalTrials.gov names, in the order in which they are
// read: what is given weighs more than what is said of it.
const (
	fieldName       = "interventions.name"
	fieldOther      = "interventions.otherNames"
	fieldLabel      = "armGroups.label"
	fieldBrief      = "briefTitle"
	fieldOfficial   = "officialTitle"
	fieldNameText   = "interventions.description"
	fieldArmText    = "armGroups.description"
	fieldKeywords   = "keywords"
	fieldMeSH       = "interventionBrowseModule.meshes"
	fieldSummary    = "briefSummary"
	nowhere         = -1
	summaryDistance = 160 // bytes between a product's name and what it is said to be
)

// hit is one therapy found at one place of the record.
type hit struct {
	therapy, subtype string
	kind             kind
	standard         bool
	generic          bool // antibodies at large
	field, text      string
	start            int // in the text of the field
	item, arm        int // index of the intervention or arm, or nowhere
}

// findings is what one study says, and the study for looking around.
type findings struct {
	c        *Classifier
	study    Study
	isCancer bool
	isBlood  bool
	arms     [][]int // of each intervention; nil: not said
	hits     []hit
	refine   []hit // support words: no decision, only a subtype
}

// givesNothing reports whether a study only observes or follows up.
func (c *Classifier) givesNothing(s Study) bool {
	if strings.HasPrefix(s.StudyType, "OBSERVATIONAL") {
		return true
	}
	for _, t := range []string{s.BriefTitle, s.OfficialTitle} {
		if c.has(t, "rollover") {
			return false
		}
	}
	return c.has(s.BriefTitle, "follow_up") || c.has(s.OfficialTitle, "follow_up")
}

func (c *Classifier) findings(s Study) *findings {
	f := &findings{c: c, study: s, arms: armsOf(s)}
	f.isCancer = c.has(s.BriefTitle, "cancer") || c.has(s.OfficialTitle, "cancer") ||
		slices.ContainsFunc(s.Keywords, func(k string) bool { return c.has(k, "cancer") })
	f.isBlood = f.anyText("blood")
	f.readGiven()
	f.readTitles()
	f.readDescriptions()
	f.readRest()
	f.dropUnselected()
	f.addTeaching()
	return f
}

// addTeaching makes vaccines of dendritic cells that are said to carry an antigen
// of the cancer, whether or not the record calls them so.
func (f *findings) addTeaching() {
	if !f.isCancer || f.therapies()["vaccine"] {
		return
	}
	var taught []hit
	for _, h := range f.of("dendritic") {
		if f.c.has(f.textOf(h), "pulsed") {
			h.therapy, h.subtype = "vaccine", "dendritic_cell_vaccine"
			taught = append(taught, h)
		}
	}
	f.hits = append(f.hits, taught...)
}

// textOf is the whole text that a hit stands in; for a name also its description.
func (f *findings) textOf(h hit) string {
	switch {
	case h.field == fieldBrief:
		return f.study.BriefTitle
	case h.field == fieldOfficial:
		return f.study.OfficialTitle
	case h.item != nowhere:
		v := f.study.Interventions[h.item]
		return v.Name + " " + v.Description
	case h.arm != nowhere:
		return f.study.Arms[h.arm].Label + " " + f.study.Arms[h.arm].Description
	}
	return h.text
}

// dropUnselected takes away mesenchymal cells that only descriptions and
// keywords speak of, where names and titles say that the cells are unselected
// (marrow concentrate, stromal vascular fraction …): these hold some.
func (f *findings) dropUnselected() {
	texts := []string{f.study.BriefTitle, f.study.OfficialTitle}
	for _, v := range f.study.Interventions {
		texts = append(texts, v.Name)
	}
	for _, a := range f.study.Arms {
		texts = append(texts, a.Label)
	}
	if !slices.ContainsFunc(texts, func(t string) bool { return f.c.has(t, "unselected") }) {
		return
	}
	heads := []string{fieldName, fieldOther, fieldLabel, fieldBrief, fieldOfficial}
	if !slices.ContainsFunc(f.hits, func(h hit) bool { return h.therapy == "msc" && slices.Contains(heads, h.field) }) {
		f.hits = slices.DeleteFunc(f.hits, func(h hit) bool { return h.therapy == "msc" })
	}
}

// anyText reports whether a title, keyword, name or description holds a cue.
func (f *findings) anyText(kind string) bool {
	texts := append([]string{f.study.BriefTitle, f.study.OfficialTitle}, f.study.Keywords...)
	return slices.ContainsFunc(append(texts, f.givenTexts()...), func(t string) bool { return f.c.has(t, kind) })
}

// givenTexts gives what is said of interventions and arms.
func (f *findings) givenTexts() []string {
	var texts []string
	for _, v := range f.study.Interventions {
		texts = append(texts, v.Name, v.Description)
	}
	for _, a := range f.study.Arms {
		texts = append(texts, a.Label, a.Description)
	}
	return texts
}

// of gives the hits of one therapy, in field order.
func (f *findings) of(id string) []hit {
	var out []hit
	for _, h := range f.hits {
		if h.therapy == id {
			out = append(out, h)
		}
	}
	return out
}

// readGiven reads the names of what is given, and of the arms.
func (f *findings) readGiven() {
	for i, v := range f.study.Interventions {
		if notGiven(v.Type) || f.isPlacebo(v.Name) {
			continue
		}
		product := slices.Contains([]string{"", "DRUG", "BIOLOGICAL", "GENETIC", "COMBINATION_PRODUCT"}, v.Type)
		f.take(fieldName, v.Name, i, nowhere, true, func(x found) bool {
			return product || x.kind != given || f.c.has(v.Name+". "+v.Description, "giving")
		})
	}
	for i, v := range f.study.Interventions {
		if notGiven(v.Type) || f.isPlacebo(v.Name) {
			continue
		}
		for _, o := range v.OtherNames {
			f.take(fieldOther, o, i, nowhere, true, func(x found) bool { return x.kind != given || v.Type == "BIOLOGICAL" })
		}
	}
	for i, a := range f.study.Arms {
		if f.isPlacebo(a.Label) {
			continue
		}
		f.take(fieldLabel, a.Label, nowhere, i, true, func(x found) bool {
			return x.kind != given || f.c.has(a.Label, "giving")
		})
	}
}

// readTitles takes from the titles what the interventions confirm, what some
// intervention whose name tells nothing may be, and partners named by name.
func (f *findings) readTitles() {
	before := f.therapies()
	open := f.hasUntold() || len(f.study.Interventions) == 0
	titles := []struct{ field, text string }{{fieldBrief, f.study.BriefTitle}, {fieldOfficial, f.study.OfficialTitle}}
	for _, t := range titles {
		f.take(t.field, t.text, nowhere, nowhere, true, func(x found) bool {
			if slices.ContainsFunc(x.therapies, func(id string) bool { return before[id] }) {
				return true
			}
			return f.titleDecides(t.text, x, open, before["dendritic"])
		})
	}
}

// readDescriptions reads what is said of interventions and arms.
func (f *findings) readDescriptions() {
	for i, v := range f.study.Interventions {
		if notGiven(v.Type) || f.isPlacebo(v.Name) {
			continue
		}
		f.take(fieldNameText, v.Description, i, nowhere, false, func(x found) bool {
			return f.saidToBeGiven(v.Description, x, i)
		})
	}
	for i, a := range f.study.Arms {
		f.take(fieldArmText, a.Description, nowhere, i, false, func(x found) bool {
			return f.saidToBeGiven(a.Description, x, nowhere)
		})
	}
}

// readRest asks keywords, MeSH terms and the summary, which speak of more than
// what is given, and only where an intervention's name tells nothing.
func (f *findings) readRest() {
	if !f.hasUntoldProduct() {
		return
	}
	before := f.therapies()
	fresh := func(x found) bool {
		return !(x.kind == agent && x.standard) && x.kind != given && !slices.Contains(x.therapies, "hsct") && !slices.Contains(x.therapies, "cytokine") && !slices.ContainsFunc(x.therapies, func(id string) bool { return before[id] })
	}
	if len(before) == 0 {
		for _, m := range f.study.MeSH {
			f.take(fieldMeSH, m, nowhere, nowhere, true, func(x found) bool {
				return x.kind == agent && !slices.Contains(x.therapies, "cytokine")
			})
		}
		for _, k := range f.study.Keywords {
			f.take(fieldKeywords, k, nowhere, nowhere, true, func(x found) bool {
				return fresh(x) && !x.bare
			})
		}
	}
	f.take(fieldSummary, f.study.Summary, nowhere, nowhere, false, func(x found) bool {
		return fresh(x) && f.tellsOfIntervention(x)
	})
}

// take files the phrases of one text that pass.
func (f *findings) take(field, text string, item, arm int, head bool, passes func(found) bool) {
	all := f.c.read(text, head)
	for _, x := range all {
		if generic(x) && slices.ContainsFunc(all, specific) {
			continue
		}
		if x.kind != support && !passes(x) {
			continue
		}
		for _, id := range x.therapies {
			if !f.suits(id, x.kind, field, text) {
				continue
			}
			h := hit{id, x.subtype, x.kind, x.standard, generic(x), field, x.text, x.start, item, arm}
			if x.kind == support {
				f.refine = append(f.refine, h)
			} else {
				f.hits = append(f.hits, h)
			}
		}
	}
}

func (f *findings) therapies() map[string]bool {
	out := map[string]bool{}
	for _, h := range f.hits {
		out[h.therapy] = true
	}
	return out
}

// hasUntold reports whether some product given has a name that tells nothing.
func (f *findings) hasUntold() bool {
	for i := range f.study.Interventions {
		if f.untold(i) {
			return true
		}
	}
	return false
}

// hasUntoldProduct is hasUntold without radiation and devices, which are what
// they are called.
func (f *findings) hasUntoldProduct() bool {
	for i, v := range f.study.Interventions {
		if v.Type != "RADIATION" && v.Type != "DEVICE" && f.untold(i) {
			return true
		}
	}
	return false
}

func (f *findings) untold(i int) bool {
	v := f.study.Interventions[i]
	if notGiven(v.Type) || v.Type == "DIETARY_SUPPLEMENT" || f.isPlacebo(v.Name) || f.c.has(v.Name, "sampling") {
		return false
	}
	return !slices.ContainsFunc(f.hits, func(h hit) bool { return h.item == i && !h.generic })
}

// isPlacebo reports whether a name is a placebo's; "X or placebo" is X's.
func (f *findings) isPlacebo(name string) bool {
	return f.c.has(name, "placebo") && !f.c.has(name, "or_placebo")
}

// notGiven tells the intervention types that treat nobody with a product.
func notGiven(kind string) bool { return kind == "DIAGNOSTIC_TEST" || kind == "BEHAVIORAL" }

// subtype gives the kind of product: what names and titles say first.
func (f *findings) subtype(id string, hits []hit) string {
	for _, h := range slices.Concat(hits, f.refine) {
		if h.therapy == id && h.subtype != "" {
			return h.subtype
		}
	}
	return ""
}
