package criteria

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"trialfinder/matcher/condition"
	"trialfinder/matcher/fact"
	"trialfinder/matcher/unit"
)

// Parser reads eligibility texts. It is read-only after Load.
type Parser struct {
	sections   *sections
	vocabulary *vocabulary
	units      *unit.Table
	facts      *fact.Catalogue
	conditions *condition.Vocabulary
	illnesses  map[string]*concept // of phrases that name one
	book       wordBook
}

// Load reads the embedded data files. Illnesses are known by their own vocabulary.
func Load(conditions *condition.Vocabulary) (*Parser, error) {
	p := &Parser{conditions: conditions, illnesses: map[string]*concept{}}
	for _, c := range conditions.All() {
		p.illnesses[c.ID] = illnessConcept([]string{c.ID})
	}
	var err error
	if p.sections, err = loadSections(); err != nil {
		return nil, err
	}
	if p.units, err = unit.Load(); err != nil {
		return nil, err
	}
	if p.facts, err = fact.Load(); err != nil {
		return nil, err
	}
	if p.vocabulary, err = loadVocabulary(p.facts); err != nil {
		return nil, err
	}
	p.book = newWordBook(p.vocabulary, conditions, p.sections.first)
	p.sections.book = p.book
	return p, p.checkIllnesses()
}

// checkIllnesses: the illnesses that meanings.tsv names are known.
func (p *Parser) checkIllnesses() error {
	for code, c := range p.vocabulary.concepts {
		for _, s := range c.senses {
			for _, id := range named(s.rule, "condition", "other_conditions") {
				if _, ok := p.conditions.ByID(id); !ok {
					return fmt.Errorf("meanings.tsv: %s: %q is no illness", code, id)
				}
			}
		}
	}
	for id, others := range p.vocabulary.kin {
		for _, id := range append(slices.Clip(others), id) {
			if _, ok := p.conditions.ByID(id); !ok {
				return fmt.Errorf("kin.tsv: %q is no illness", id)
			}
		}
	}
	for id := range p.vocabulary.same {
		if _, ok := p.conditions.ByID(id); !ok {
			return fmt.Errorf("same.tsv: %q is no illness", id)
		}
	}
	return nil
}

// Parse reads a text into its criteria, in the order of the text. It never
// fails: what has no rule is unread.
func (p *Parser) Parse(text string) []Criterion { return p.parse(text, Inclusion, nil, nil) }

// ParseSplit reads a text whose registry keeps exclusions apart: they begin at
// the byte exclusionStart, and at the bytes items, in order, begins a demand of its own.
func (p *Parser) ParseSplit(text string, exclusionStart int, items []int) []Criterion {
	exclusionStart = min(max(exclusionStart, 0), len(text))
	n, _ := slices.BinarySearch(items, exclusionStart)
	excluded := slices.Clone(items[n:])
	for i := range excluded {
		excluded[i] -= exclusionStart
	}
	out := p.parse(text[:exclusionStart], Inclusion, items[:n], nil)
	for _, c := range p.parse(text[exclusionStart:], Exclusion, excluded, out) {
		c.Start += exclusionStart
		c.End += exclusionStart
		out = append(out, c)
	}
	return out
}

// parse reads a text that begins in a section; before is what was read in front of it.
func (p *Parser) parse(text string, kind Kind, items []int, before []Criterion) []Criterion {
	room := scratches.Get().(*scratch)
	defer func() {
		room.reader.walk, room.reader.text = nil, "" // the text is not kept with the room
		clear(room.heads)
		scratches.Put(room)
	}()
	room.lines = apart(lines(room.lines[:0], text), items)
	room.heads = slices.Grow(room.heads[:0], len(room.lines))[:len(room.lines)]
	w := walk{parser: p, text: text, kind: kind, before: before, scratch: room, out: make([]Criterion, 0, len(room.lines))}
	w.findTitles()
	for w.at < len(w.lines) {
		w.step()
	}
	alternatives(w.out)
	return w.out
}

// apart marks the lines at which an item begins.
func apart(all []line, items []int) []line {
	for i := range all {
		for len(items) > 0 && items[0] <= all[i].start {
			all[i].apart = true
			items = items[1:]
		}
	}
	return all
}

// walk is the reading of one text, line by line.
type walk struct {
	parser   *Parser
	text     string
	at       int
	kind     Kind
	cohort   string
	named    line   // the head inside a section that names the cohort, if one does
	titles   []int  // lines that are the names of illnesses over lists
	seen     int    // how many criteria have been looked at for cancer
	ofCancer bool   // and one of them is about it
	stems    []stem // those that the line stands under
	*scratch
	before []Criterion // what was read of a text in front of this one
	out    []Criterion
}

// step reads the lines that begin at w.at: a head, a stem, a note or an item.
func (w *walk) step() {
	l := w.lines[w.at]
	content := w.text[l.content:l.end]
	if h, ok := w.head(w.at); ok {
		w.openSection(l, h)
		return
	}
	if name, ok := w.cohortHead(w.at); ok {
		w.cohort, w.named = name, l
		w.emit(l.start, l.end, Heading, CodeHeading)
		w.at++
		return
	}
	if w.named.end > 0 && l.indent < w.named.indent {
		w.cohort, w.named = "", line{}
	}
	last := w.wrapped(w.at)
	full := w.text[l.content:w.lines[last].end]
	flat := false
	if isStem, enough := w.parser.sections.stem(full, &w.words); isStem {
		deeper := w.deeper(last)
		if deeper > last && enough && w.kind == Inclusion {
			w.emitAny(l.start, last, deeper)
			w.at = deeper + 1
			return
		}
		if deeper > last || len(strings.Fields(full)) <= maxHeadWords {
			w.emit(l.start, w.lines[last].end, Heading, CodeHeading)
			if deeper > last {
				w.openStem(full, deeper)
			}
			w.at = last + 1
			return
		}
		flat = w.kind == Inclusion && w.several(full) || w.kind == Exclusion && w.ofOthers(full)
	}
	kind, code := w.kind, CodeUnread
	if isNote(content) && !w.parser.vocabulary.bansInNote(full) {
		kind, code = Note, CodeNote
	}
	w.emit(l.start, w.lines[last].end, kind, code)
	if flat {
		w.openFlat(full, w.sameList(last))
	}
	w.at = last + 1
}

// maxHeadWords is the length up to which a line that ends in a colon only heads others.
const maxHeadWords = 4

// openSection emits a head; words behind it on the same line become an item,
// together with the lines that go on from it.
func (w *walk) openSection(l line, h head) {
	if h.kind == Note {
		last := w.wrapped(w.at)
		w.emit(l.start, w.lines[last].end, Note, CodeNote)
		w.at = last + 1
		return
	}
	w.kind, w.cohort, w.named, w.stems = h.kind, h.cohort, line{}, nil
	headEnd := l.content + h.length
	if headEnd >= l.end {
		w.emit(l.start, l.end, Heading, CodeHeading)
		w.at++
		return
	}
	trimmed := l.start + len(strings.TrimRightFunc(w.text[l.start:headEnd], unicode.IsSpace))
	w.emit(l.start, trimmed, Heading, CodeHeading)
	// The rest of the line is read as a line of its own.
	rest := l
	rest.start, rest.content, rest.bulleted = headEnd, headEnd, false
	if n := bulletLen(w.text[headEnd:l.end]); n > 0 && headEnd+n < l.end {
		rest.content, rest.bulleted = headEnd+n, true
	}
	w.lines[w.at], w.heads[w.at] = rest, seenHead{}
}

// seenHead is what is known of a line as a head.
type seenHead struct {
	head
	is, known bool
}

// head says whether line i opens a section.
func (w *walk) head(i int) (head, bool) {
	h := &w.heads[i]
	if !h.known {
		h.head, h.is = w.parser.sections.head(w.text[w.lines[i].content:w.lines[i].end], &w.words)
		h.known = true
	}
	return h.head, h.is
}

func (w *walk) emit(start, end int, kind Kind, code string) {
	c := Criterion{Kind: kind, Text: w.text[start:end], Start: start, End: end, Cohort: w.cohort, Code: code}
	if kind.Demands() {
		content := marksLen(c.Text)
		over := w.under(w.at)
		got := w.read(c.Text[content:], kind)
		if over.text != "" && w.goesOnFrom(c.Text[content:]) {
			got.rule, got.splits, got.code = nil, nil, CodeUnread // "To bone metastases within 14 days", under "Radiotherapy:"
		}
		c.Rule, c.Clinic, c.Code = over.soften(got.rule, kind), got.clinic, got.code
		if got.cohort != "" {
			c.Cohort = got.cohort // an item knows better than the head over it
		}
		if got.splits != nil && over.words == "" {
			w.split(c, content, got.splits)
			return
		}
	}
	w.out = append(w.out, c)
}

// goesOnFrom: an item of a list only goes on from the stem over it.
func (w *walk) goesOnFrom(text string) bool {
	first, _, _ := strings.Cut(text, " ")
	return w.parser.vocabulary.goesOn.has(strings.ToLower(first))
}

// split emits an item as the several criteria that it is. They share its lines.
func (w *walk) split(whole Criterion, content int, splits []split) {
	for i, s := range splits {
		c := whole
		from, to := content+s.start, len(whole.Text)
		if i == 0 {
			from = 0
		}
		if i+1 < len(splits) {
			to = content + splits[i+1].start
		}
		c.Text = strings.TrimRightFunc(whole.Text[from:to], unicode.IsSpace)
		c.Start, c.End = whole.Start+from, whole.Start+from+len(c.Text)
		c.Rule, c.Code = s.rule, s.code
		w.out = append(w.out, c)
	}
}

// cancer: the text is about people with cancer, as far as its inclusion criteria say.
// Where they don't speak, it may be.
func (w *walk) cancer() bool { cancer, _ := w.tellsCancer(); return cancer }

// tellsCancer says whether the text is about people with cancer, and whether anything tells.
func (w *walk) tellsCancer() (cancer, told bool) {
	if w.ofCancer {
		return true, true
	}
	spoken := w.seen > 0
	for _, cs := range [...][]Criterion{w.before, w.out[w.seen:]} {
		for _, c := range cs {
			if c.Kind != Inclusion {
				continue
			}
			spoken = true
			if w.saysCancer(c.Text) || slices.ContainsFunc(illnesses(c.Rule), w.isCancer) {
				w.ofCancer = true
				return true, true
			}
		}
	}
	if spoken {
		w.seen = len(w.out)
	}
	return !spoken, spoken
}

// saysCancer: a word of texts about people with cancer stands in s.
func (w *walk) saysCancer(s string) bool {
	w.words = w.parser.book.words(w.words[:0], s)
	return w.parser.vocabulary.cancer.In(w.words)
}

func (w *walk) isCancer(id string) bool { return w.parser.conditions.IsA(id, "cancer") }

// wrapped gives the last line that only goes on from the line at i: registries
// break long sentences at a fixed width, with a hanging indent or none.
func (w *walk) wrapped(i int) int {
	first := w.lines[i]
	for i+1 < len(w.lines) {
		prev, next := w.lines[i], w.lines[i+1]
		content := w.text[next.content:next.end]
		if next.bulleted || next.blankBefore || next.apart || next.indent < first.indent {
			break
		}
		if _, ok := w.head(i + 1); ok {
			break
		}
		hanging := first.bulleted && next.indent >= first.contentCol-1 && next.indent > first.indent
		if !hanging && !goesOn(w.text[prev.start:prev.end], content) {
			break
		}
		i++
	}
	return i
}

// emitAny emits a stem with its list as one criterion, of which one item is enough.
func (w *walk) emitAny(start, stemLast, deeper int) {
	var parts []Rule
	read := false
	for at := stemLast + 1; at <= deeper; {
		end := min(w.wrapped(at), deeper)
		text := w.text[w.lines[at].content:w.lines[end].end]
		got := w.read(text, w.kind)
		nested := w.kind == Inclusion && w.lines[at].indent > w.lines[stemLast+1].indent
		switch {
		case got.rule == nil:
			parts = append(parts, Unknown(oneLine(text)))
		case nested:
			parts, read = append(parts, All{got.rule, Unknown(oneLine(text))}), true // it belongs to one of them
		default:
			parts, read = append(parts, got.rule), true
		}
		at = end + 1
	}
	end := w.lines[deeper].end
	c := Criterion{Kind: w.kind, Text: w.text[start:end], Start: start, End: end, Cohort: w.cohort, Code: CodeUnread}
	if read {
		c.Rule, c.Code = joined(parts, Exclusion), "any"
		stem := w.text[w.lines[w.at].content:w.lines[stemLast].end]
		if over := w.read(stem, w.kind).rule; over != nil && demandsIllness(over) {
			c.Rule = All{over, c.Rule} // "melanoma with any of the following:"
		}
	}
	if c.Cohort == "" {
		c.Cohort, _, _ = cohortNamed(w.parser.book.tokens(nil, c.Text), c.Text)
	}
	w.out = append(w.out, c)
}

// wrapWidth is the shortest line that can have been broken for its length.
const wrapWidth = 55

// goesOn says whether next reads as the rest of prev's sentence.
func goesOn(prev, next string) bool {
	last, _ := utf8.DecodeLastRuneInString(prev)
	if strings.ContainsRune(".;:!?。；：", last) {
		return false
	}
	r, _ := utf8.DecodeRuneInString(next)
	return unicode.IsLower(r) || last == ',' || len(prev) >= wrapWidth && !unicode.IsUpper(r)
}

// deeper gives the last line of the list under the stem that ends at line i: the
// lines that are indented more, or that are bulleted where the stem is not.
func (w *walk) deeper(i int) int {
	stem := w.lines[i]
	for first := i; first >= 0; first-- {
		stem = w.lines[first]
		if stem.bulleted || stem.blankBefore {
			break
		}
	}
	last := i
	for last+1 < len(w.lines) {
		next := w.lines[last+1]
		if _, ok := w.head(last + 1); ok {
			break
		}
		if next.indent <= stem.indent && (stem.bulleted || !next.bulleted) && !w.lettered(stem, next) {
			break
		}
		last++
	}
	return last
}

// sameList gives the last line of a list that stands under line i and is not indented more.
func (w *walk) sameList(i int) int {
	const most = 8 // where it ends is not told
	last := i
	for last+1 < min(len(w.lines), i+1+most) {
		next := w.lines[last+1]
		if _, ok := w.head(last + 1); ok || next.blankBefore && !next.bulleted && last > i || strings.HasSuffix(w.text[next.content:next.end], ":") {
			break
		}
		last++
	}
	return last
}

// lettered: a line marked with a letter goes on under one that is marked otherwise, at
// whatever indentation.
func (w *walk) lettered(stem, next line) bool {
	return next.bulleted && letterMark(w.text[next.start:next.content]) && !letterMark(w.text[stem.start:stem.content])
}

// isNote says whether a line only remarks on others.
func isNote(content string) bool {
	s := strings.TrimLeft(content, "*_( -–\\")
	for _, start := range [...]string{"note:", "nb:", "n.b."} {
		if len(s) >= len(start) && strings.EqualFold(s[:len(start)], start) {
			return true
		}
	}
	const end = "not specified"
	s = strings.TrimRight(s, ". ")
	return len(s) >= len(end) && strings.EqualFold(s[len(s)-len(end):], end)
}
