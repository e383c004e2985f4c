package therapy

import (
	"slices"
	"strings"
	"unicode"

	"trialfinder/matcher/lexicon"
)

// armsOf links each intervention to its arms, by the arm labels that it names
// and by the interventions that the arms name; records fill in one or both.
func armsOf(s Study) [][]int {
	out := make([][]int, len(s.Interventions))
	for i, v := range s.Interventions {
		for j, a := range s.Arms {
			if slices.Contains(v.ArmLabels, a.Label) || slices.ContainsFunc(a.Interventions, func(n string) bool {
				_, name, ok := strings.Cut(n, ": ")
				return n == v.Name || ok && name == v.Name
			}) {
				out[i] = append(out[i], j)
			}
		}
	}
	return out
}

// role weighs where a therapy is given against what else is given there.
func (f *findings) role(id string, hits []hit) Role {
	inTested, inControl := f.placed(hits)
	if inControl && !inTested {
		return Comparator
	}
	rivals := f.rivals(id)
	if !f.isIntervention(hits) && f.standIn(hits) {
		return Combined
	}
	if inControl && f.onlyTestedHas(rivals) && !f.hasOwnInTested(id) {
		return Combined
	}
	if id == "hsct" && f.supports() {
		return Combined
	}
	standard := !slices.ContainsFunc(hits, func(h hit) bool { return !h.standard })
	if !standard || len(rivals) == 0 {
		return Tested
	}
	if f.isPartner(id, hits, rivals) {
		return Combined
	}
	return Tested
}

// supports reports whether a transplantation is there for the sake of something
// newer: titles name that first, or alone. Gene-modified grafts are the same thing.
func (f *findings) supports() bool {
	for _, field := range []string{fieldBrief, fieldOfficial} {
		own, other := nowhere, nowhere
		for _, h := range f.hits {
			switch {
			case h.field != field || h.standard && h.therapy != "hsct" || h.therapy == "gene":
			case h.therapy == "hsct":
				own = earliest(own, h.start)
			default:
				other = earliest(other, h.start)
			}
		}
		if own != nowhere || other != nowhere {
			return other != nowhere && (own == nowhere || other < own)
		}
	}
	return false
}

func earliest(a, b int) int {
	if a == nowhere {
		return b
	}
	return min(a, b)
}

// standIn reports whether all that is said of a therapy is standard agents named
// in the description of something with another name.
func (f *findings) standIn(hits []hit) bool {
	return !slices.ContainsFunc(hits, func(h hit) bool {
		return !(h.standard && h.kind == agent && (h.field == fieldNameText || h.field == fieldArmText))
	})
}

// isPartner judges a standard agent given with others.
func (f *findings) isPartner(id string, hits []hit, rivals []int) bool {
	named := f.inTitle(hits)
	if !f.isIntervention(hits) {
		return f.isMentioned(hits)
	}
	if f.otherInTitle(id, named) {
		return true
	}
	for _, r := range rivals {
		if f.isNew(r) && (f.named(r) || !named) {
			return true
		}
	}
	if !named {
		return slices.ContainsFunc(rivals, f.named)
	}
	return f.followsPartnerCue(hits, rivals)
}

// isIntervention reports whether some intervention is named for the therapy.
func (f *findings) isIntervention(hits []hit) bool {
	return slices.ContainsFunc(hits, func(h hit) bool { return h.field == fieldName || h.field == fieldOther })
}

// isMentioned reports whether an agent that no intervention is named for is only
// spoken of as a partner: after a partner word in a title, or in the text of
// what goes by another name.
func (f *findings) isMentioned(hits []hit) bool {
	if f.inTitle(hits) {
		return slices.ContainsFunc(hits, func(h hit) bool {
			return h.field == fieldBrief && f.c.cueBefore("partner", f.study.BriefTitle, h.start) ||
				h.field == fieldOfficial && f.c.cueBefore("partner", f.study.OfficialTitle, h.start)
		})
	}
	return !slices.ContainsFunc(hits, func(h hit) bool {
		return h.field == fieldSummary || h.field == fieldKeywords || h.field == fieldMeSH ||
			h.field == fieldNameText && h.kind != agent && !slices.ContainsFunc(f.hits, func(o hit) bool {
				return o.item == h.item && (o.field == fieldName || o.field == fieldOther)
			})
	})
}

// otherInTitle reports whether a title names another therapy: a newer one, or
// any where this one is not named.
func (f *findings) otherInTitle(id string, named bool) bool {
	return slices.ContainsFunc(f.hits, func(h hit) bool {
		return h.therapy != id && (h.field == fieldBrief || h.field == fieldOfficial) && (!named || !h.standard)
	})
}

// placed tells whether hits stand in tested and in control arms. What the names
// of interventions and arms say goes before what titles, and that before what
// descriptions say; a therapy that is in no arm is in all.
func (f *findings) placed(hits []hit) (inTested, inControl bool) {
	for _, fields := range [][]string{{fieldName, fieldOther, fieldLabel}, {fieldNameText, fieldArmText}} {
		for _, h := range hits {
			if !slices.Contains(fields, h.field) {
				continue
			}
			arms := []int{h.arm}
			if h.item != nowhere {
				arms = f.arms[h.item]
			}
			for _, a := range arms {
				control := f.isControl(a)
				inControl = inControl || control
				inTested = inTested || !control
			}
		}
		if inTested || inControl {
			return inTested, inControl
		}
		if f.inTitle(hits) {
			break
		}
	}
	return true, false
}

// isControl reports whether an arm is there to be compared with: by its type,
// where some other arm is tested.
func (f *findings) isControl(arm int) bool {
	switch f.study.Arms[arm].Type {
	case "PLACEBO_COMPARATOR", "SHAM_COMPARATOR", "NO_INTERVENTION", "ACTIVE_COMPARATOR":
		return slices.ContainsFunc(f.study.Arms, func(a Arm) bool { return a.Type == "EXPERIMENTAL" })
	}
	return false
}

// rivals gives the other products given in tested arms, backbones left out.
func (f *findings) rivals(id string) []int {
	var out []int
	for i, v := range f.study.Interventions {
		if notGiven(v.Type) || f.isPlacebo(v.Name) || f.c.has(v.Name, "backbone") || f.carries(i, id) {
			continue
		}
		arms := f.arms[i]
		if len(arms) == 0 || slices.ContainsFunc(arms, func(a int) bool { return !f.isControl(a) }) {
			out = append(out, i)
		}
	}
	return out
}

// hasOwnInTested reports whether the therapy is given in tested arms by an agent
// that no control arm gets: an add-on of its own kind is tested all the same.
func (f *findings) hasOwnInTested(id string) bool {
	control := map[string]bool{}
	var own []string
	for _, h := range f.hits {
		if h.therapy != id || h.item == nowhere || h.field != fieldName || len(f.arms[h.item]) == 0 {
			continue
		}
		name := lexicon.Fold(h.text)
		if slices.ContainsFunc(f.arms[h.item], f.isControl) {
			control[name] = true
		} else {
			own = append(own, name)
		}
	}
	return slices.ContainsFunc(own, func(name string) bool { return !control[name] })
}

// carries reports whether an intervention's own name is of the therapy.
func (f *findings) carries(item int, id string) bool {
	return slices.ContainsFunc(f.hits, func(h hit) bool {
		return h.item == item && h.therapy == id && (h.field == fieldName || h.field == fieldOther)
	})
}

// onlyTestedHas reports whether one of the interventions is kept from all
// control arms: then what all arms get is not what is tested.
func (f *findings) onlyTestedHas(items []int) bool {
	return slices.ContainsFunc(items, func(r int) bool {
		return len(f.arms[r]) > 0 && !slices.ContainsFunc(f.arms[r], f.isControl)
	})
}

// isNew reports whether an intervention is no standard agent: it is of a
// therapy by words that are not, or goes by a laboratory code.
func (f *findings) isNew(item int) bool {
	own := false
	for _, h := range f.hits {
		if h.item == item && (h.field == fieldName || h.field == fieldOther) {
			if !h.standard {
				return true
			}
			own = true
		}
	}
	return !own && hasCode(f.study.Interventions[item].Name)
}

// hasCode reports whether a name holds a laboratory code such as "ABC-1234".
func hasCode(name string) bool {
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' }) {
		letters, digits := 0, 0
		for _, r := range word {
			switch {
			case unicode.IsDigit(r):
				digits++
			case unicode.IsUpper(r):
				letters++
			}
		}
		if letters >= 2 && digits >= 3 {
			return true
		}
	}
	return false
}

func (f *findings) inTitle(hits []hit) bool {
	return slices.ContainsFunc(hits, func(h hit) bool { return h.field == fieldBrief || h.field == fieldOfficial })
}

// named reports whether a title names an intervention.
func (f *findings) named(item int) bool {
	return f.namedAt(f.study.BriefTitle, item) >= 0 || f.namedAt(f.study.OfficialTitle, item) >= 0
}

// namedAt gives the place in the folded title of an intervention's name, one
// of its other names or the first long word of its name, or nowhere.
func (f *findings) namedAt(title string, item int) int {
	t := " " + lexicon.Fold(title) + " "
	v := f.study.Interventions[item]
	for _, n := range append([]string{v.Name}, v.OtherNames...) {
		if n = lexicon.Fold(n); n == "" {
			continue
		}
		if i := strings.Index(t, " "+n+" "); i >= 0 {
			return i
		}
	}
	if first, _, _ := strings.Cut(lexicon.Fold(v.Name), " "); len(first) >= 6 {
		return strings.Index(t, " "+first+" ")
	}
	return nowhere
}

// followsPartnerCue reports whether each title that names the therapy names a
// rival before it, and a word such as "plus" right before it.
func (f *findings) followsPartnerCue(hits []hit, rivals []int) bool {
	follows := false
	for _, t := range []struct{ field, text string }{{fieldBrief, f.study.BriefTitle}, {fieldOfficial, f.study.OfficialTitle}} {
		i := slices.IndexFunc(hits, func(h hit) bool { return h.field == t.field })
		if i < 0 {
			continue
		}
		folded := " " + lexicon.Fold(t.text) + " "
		at := strings.Index(folded, " "+lexicon.Fold(hits[i].text)+" ")
		if at < 0 || !f.c.cueBefore("partner", t.text, hits[i].start) {
			return false
		}
		if !slices.ContainsFunc(rivals, func(r int) bool {
			n := f.namedAt(t.text, r)
			return n >= 0 && n < at
		}) {
			return false
		}
		follows = true
	}
	return follows
}

// cueBefore reports whether a word of the kind ends at most two words before
// the place in title.
func (c *Classifier) cueBefore(kind, title string, start int) bool {
	return slices.ContainsFunc(c.cues.Find(title), func(m lexicon.Match[string]) bool {
		return slices.Contains(m.Values, kind) && m.End <= start && near(title[m.End:start], 2)
	})
}
