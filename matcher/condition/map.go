package condition

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"trialfinder/matcher/lexicon"
)

// Study is what Map reads of a registry record.
type Study struct {
	Conditions, Keywords, Titles []string
	MeSHIDs                      []string // descriptors of the browse module
	MeSHTerms                    []string // its headings without a descriptor, as older records have them
}

// Fields of Found.
const (
	FieldConditions = "conditions"
	FieldMeSH       = "mesh"
	FieldTitle      = "title"
	FieldKeywords   = "keywords"
	FieldText       = "text"
)

// Found is an illness and the words that named it.
type Found struct {
	ID    string
	Field string
	Text  string
}

// Map gives the illnesses of a study, one entry an id, in the order of trust:
// conditions, MeSH, titles, keywords. A lower source adds an id only where it
// narrows one that a higher source named, or where those named none: registries
// hang wide MeSH headings and stray keywords on everything.
func (v *Vocabulary) Map(s Study) []Found {
	var titles [][]Found // as they stand: a wider illness beside its kinds counts too
	for _, t := range s.Titles {
		titles = append(titles, v.find(FieldTitle, t))
	}
	levels := [][]Found{
		v.inStrings(FieldConditions, s.Conditions),
		v.inMeSH(s.MeSHIDs, s.MeSHTerms),
		v.inStrings(FieldTitle, s.Titles),
		v.inStrings(FieldKeywords, s.Keywords),
	}
	var out []Found
	for _, found := range levels {
		out = v.merge(out, found)
	}
	out = append(out, v.confirmed(out, levels[1], levels[2])...)
	out = v.withCatchAlls(out, slices.Concat(titles...))
	out = v.withoutHeadings(out, titles)
	return v.withoutAlternatives(out, slices.Concat(levels...))
}

// confirmed gives the illnesses that a title adds beside the conditions' because
// MeSH names them too: HIV, in a trial for hepatitis C of people with both.
func (v *Vocabulary) confirmed(found, mesh, titled []Found) []Found {
	return slices.DeleteFunc(titled, func(t Found) bool {
		return isCatchAll(t) ||
			!slices.ContainsFunc(mesh, func(m Found) bool { return v.IsA(m.ID, t.ID) || v.IsA(t.ID, m.ID) }) ||
			slices.ContainsFunc(found, func(f Found) bool { return v.IsA(f.ID, t.ID) || v.IsA(t.ID, f.ID) })
	})
}

// catchAlls are the illnesses that registries add to any cancer trial: "Advanced
// Cancer" beside "Pancreatic Cancer".
var catchAlls = [...]string{"cancer", "solid_tumour", "haematological_malignancy"}

func isCatchAll(f Found) bool { return slices.Contains(catchAlls[:], f.ID) }

// withCatchAlls keeps catch-alls to basket trials. A basket says so in its title,
// and then takes more than the kinds it lists; where the title names a kind and no
// catch-all, a catch-all elsewhere is a heading.
func (v *Vocabulary) withCatchAlls(found, titled []Found) []Found {
	if !slices.ContainsFunc(titled, isCatchAll) {
		return slices.DeleteFunc(found, func(f Found) bool {
			return isCatchAll(f) && slices.ContainsFunc(titled, func(n Found) bool { return n.ID != f.ID && v.IsA(n.ID, f.ID) })
		})
	}
	for _, t := range titled {
		other := func(f Found) bool { return f.ID == t.ID || !v.IsA(f.ID, t.ID) && !v.IsA(t.ID, f.ID) }
		if t.ID == "solid_tumour" && len(found) > 0 && !slices.ContainsFunc(found, other) {
			found = append(found, t)
		}
	}
	return found
}

// withoutHeadings drops an illness under which others are only filed: a title or
// keywords name a kind of it, and no title names the illness itself. Kinds listed
// beside it in one field are patients of their own.
func (v *Vocabulary) withoutHeadings(found []Found, titles [][]Found) []Found {
	return slices.DeleteFunc(slices.Clone(found), func(w Found) bool {
		isIt := func(f Found) bool { return f.ID == w.ID }
		isKind := func(f Found) bool {
			return f.ID != w.ID && v.IsA(f.ID, w.ID) && (!isCatchAll(w) || isCatchAll(f))
		}
		for _, title := range titles { // the more precise title tells of whom both speak
			if slices.ContainsFunc(title, isKind) && !slices.ContainsFunc(title, isIt) {
				return true
			}
		}
		return !slices.ContainsFunc(slices.Concat(titles...), isIt) &&
			slices.ContainsFunc(found, func(k Found) bool { return k.Field != w.Field && isKind(k) })
	})
}

// withoutAlternatives settles phrases of several illnesses ("skin cancer") where
// another phrase names one of these alone: melanoma. The others were not meant.
func (v *Vocabulary) withoutAlternatives(found, all []Found) []Found {
	alternatives := func(a, b Found) bool {
		return a.ID != b.ID && a.Field == b.Field && a.Text == b.Text && v.siblings(a.ID, b.ID)
	}
	alone := func(f Found) bool {
		return !slices.ContainsFunc(all, func(o Found) bool { return alternatives(f, o) })
	}
	return slices.DeleteFunc(found, func(f Found) bool {
		return slices.ContainsFunc(all, func(o Found) bool {
			return alternatives(f, o) && slices.ContainsFunc(all, func(x Found) bool { return alone(x) && v.IsA(x.ID, o.ID) })
		})
	})
}

// siblings reports whether two illnesses are kinds of the same.
func (v *Vocabulary) siblings(a, b string) bool {
	return slices.ContainsFunc(v.conditions[v.byID[a]].Parents, func(p string) bool {
		return slices.Contains(v.conditions[v.byID[b]].Parents, p)
	})
}

// MapText gives the illnesses named in free text, each place of the text once
// for each illness, from left to right.
func (v *Vocabulary) MapText(text string) []Found { return v.find(FieldText, text) }

// Start is where the phrases go on that begin with one word.
type Start struct{ lexicon.Start[phrase] }

// Start gives the start of a word for PhraseFrom.
func (v *Vocabulary) Start(word string) Start { return Start{v.phrases.Start(word)} }

// Phrase gives the illnesses of the longest phrase that the words begin with, and
// how many words it has; none for a phrase that only looks like an illness. Text
// is what the words were read from.
func (v *Vocabulary) Phrase(words []lexicon.Token, text string) (n int, ids []string) {
	if len(words) == 0 {
		return 0, nil
	}
	start := v.Start(words[0].Text)
	return v.PhraseFrom(&start, words, text)
}

// PhraseFrom is Phrase for words of which the start of the first is known.
func (v *Vocabulary) PhraseFrom(start *Start, words []lexicon.Token, text string) (n int, ids []string) {
	n, phrases := start.At(words, 0)
	if n == 0 {
		return 0, nil
	}
	if p := phrases[0]; len(phrases) == 1 && !p.capitals && p.id != none {
		return n, []string{p.id} // as it is with nearly all
	}
	m := lexicon.Match[phrase]{Values: phrases, Text: text[words[0].Start:words[n-1].End]}
	for _, f := range v.narrowest(named(FieldText, text, m)) {
		ids = append(ids, f.ID)
	}
	return n, ids
}

// Words gives each word of the phrases that Phrase knows, and whether one begins with it.
func (v *Vocabulary) Words(yield func(word string, first bool)) { v.phrases.Words(yield) }

// Part gives the illnesses of the longest phrase that the words begin with and that
// names one only with the head of a later name: "breast" in "breast or lung cancer".
func (v *Vocabulary) Part(words []lexicon.Token) (n int, ids []string) {
	n, phrases := v.parts.At(words, 0)
	for _, p := range phrases {
		if p.id != none && !slices.Contains(ids, p.id) {
			ids = append(ids, p.id)
		}
	}
	return n, ids
}

// Head reports whether a word is one that names of illnesses share: "cancer".
func (v *Vocabulary) Head(word string) bool { return v.heads[word] }

// find gives the illnesses of the phrases in text, as they stand.
func (v *Vocabulary) find(field, text string) []Found {
	var out []Found
	last := 0
	for _, m := range v.listed.Find(text) {
		if !denied(text[:m.Start]) {
			out = append(out, v.sharing(field, text, last, m)...)
			out = append(out, v.narrowest(named(field, text, m))...)
		}
		last = m.End
	}
	return out
}

// named gives the illnesses of one phrase, each once.
func named(field, text string, m lexicon.Match[phrase]) []Found {
	var out []Found
	for _, p := range m.Values {
		double := slices.ContainsFunc(out, func(f Found) bool { return f.ID == p.id })
		if p.id == none || double || p.capitals && !abbreviated(text, m.Text) {
			continue
		}
		out = append(out, Found{ID: p.id, Field: field, Text: m.Text})
	}
	return out
}

// denied reports whether what follows before is denied by a "non": a
// "non-prostate tumor". Illnesses whose name begins so are phrases of their own.
func denied(before string) bool {
	before = strings.TrimRightFunc(before, notInWord)
	const word = "non"
	cut := len(before) - len(word)
	if cut < 0 || !strings.EqualFold(before[cut:], word) {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(before[:cut])
	return cut == 0 || !unicode.IsLetter(last)
}

// abbreviated reports whether the last word of words is written in capitals, and
// is so on purpose: not because all of the text is. A string that holds nothing
// else needs no capitals.
func abbreviated(text, words string) bool {
	if strings.TrimSpace(text) == words {
		return true
	}
	last := words
	if i := strings.LastIndexFunc(words, notInWord); i >= 0 {
		_, size := utf8.DecodeRuneInString(words[i:])
		last = words[i+size:]
	}
	return last == strings.ToUpper(last) && text != strings.ToUpper(text)
}

func notInWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// merge adds to higher what lower may add.
func (v *Vocabulary) merge(higher, lower []Found) []Found {
	out := slices.Clip(higher)
	for _, f := range lower {
		if slices.ContainsFunc(out, func(h Found) bool { return h.ID == f.ID }) {
			continue
		}
		narrows := slices.ContainsFunc(higher, func(h Found) bool { return v.IsA(f.ID, h.ID) })
		widens := slices.ContainsFunc(higher, func(h Found) bool { return v.IsA(h.ID, f.ID) })
		if len(higher) == 0 || narrows && !widens {
			out = append(out, f)
		}
	}
	return out
}

func (v *Vocabulary) inStrings(field string, texts []string) []Found {
	var out []Found
	for _, text := range texts {
		out = append(out, v.inString(field, text)...)
	}
	return out
}

// inString finds the illnesses of one string. Of a wider and a narrower one that
// the same string names, the narrower stays: "lung cancer (NSCLC)" is one.
func (v *Vocabulary) inString(field, text string) []Found {
	if field != FieldTitle {
		if whole := v.whole.Exact(text); whole != nil {
			var found []Found
			for _, p := range whole {
				found = append(found, Found{ID: p.id, Field: field, Text: strings.TrimSpace(text)})
			}
			return found
		}
	}
	return v.narrowest(v.find(field, text))
}

func (v *Vocabulary) inMeSH(descriptors, terms []string) []Found {
	var found []Found
	for _, d := range descriptors {
		if id, ok := v.mesh[canonicalMeSH(d)]; ok {
			found = append(found, Found{ID: id, Field: FieldMeSH, Text: d})
		}
	}
	for _, term := range terms {
		found = append(found, v.inString(FieldMeSH, term)...)
	}
	return v.narrowest(found)
}

// narrowest drops every illness of which another in found is a kind.
func (v *Vocabulary) narrowest(found []Found) []Found {
	var out []Found
	for _, f := range found {
		wider := slices.ContainsFunc(found, func(o Found) bool { return o.ID != f.ID && v.IsA(o.ID, f.ID) })
		if !wider {
			out = append(out, f)
		}
	}
	return out
}

// canonicalMeSH folds the two lengths in which registries write a descriptor:
// D008175 and D000008175 are one.
func canonicalMeSH(d string) string {
	digits, ok := strings.CutPrefix(strings.ToUpper(strings.TrimSpace(d)), "D")
	if !ok {
		return d
	}
	return "D" + strings.TrimLeft(digits, "0")
}
