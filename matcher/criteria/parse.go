package criteria

import (
	"regexp"
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
}

// Load reads the embedded data files. Illnesses are known by their own vocabulary.
func Load(conditions *condition.Vocabulary) (*Parser, error) {
	p := &Parser{conditions: conditions}
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
	return p, nil
}

// Parse reads a text into its criteria, in the order of the text. It never
// fails: what has no rule is unread.
func (p *Parser) Parse(text string) []Criterion { return p.parse(text, Inclusion) }

// ParseSplit reads a text whose registry keeps exclusions apart: they begin at
// the byte exclusionStart.
func (p *Parser) ParseSplit(text string, exclusionStart int) []Criterion {
	exclusionStart = min(max(exclusionStart, 0), len(text))
	out := p.parse(text[:exclusionStart], Inclusion)
	for _, c := range p.parse(text[exclusionStart:], Exclusion) {
		c.Start += exclusionStart
		c.End += exclusionStart
		out = append(out, c)
	}
	return out
}

func (p *Parser) parse(text string, kind Kind) []Criterion {
	w := walk{parser: p, text: text, lines: lines(text), kind: kind}
	for w.at < len(w.lines) {
		w.step()
	}
	alternatives(w.out)
	return w.out
}

// walk is the reading of one text, line by line.
type walk struct {
	parser *Parser
	text   string
	lines  []line
	at     int
	kind   Kind
	cohort string
	out    []Criterion
}

// step reads the lines that begin at w.at: a head, a stem, a note or an item.
func (w *walk) step() {
	l := w.lines[w.at]
	content := w.text[l.content:l.end]
	if h, ok := w.parser.sections.head(content); ok {
		w.openSection(l, h)
		return
	}
	last := w.wrapped(w.at)
	full := w.text[l.content:w.lines[last].end]
	if isStem, enough := w.parser.sections.stem(full); isStem {
		deeper := w.deeper(last)
		if deeper > last && enough && w.kind == Inclusion {
			w.emitAny(l.start, last, deeper)
			w.at = deeper + 1
			return
		}
		if deeper > last || len(strings.Fields(full)) <= maxHeadWords {
			w.emit(l.start, w.lines[last].end, Heading, CodeHeading)
			w.at = last + 1
			return
		}
	}
	kind, code := w.kind, CodeUnread
	if isNote(content) {
		kind, code = Note, CodeNote
	}
	w.emit(l.start, w.lines[last].end, kind, code)
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
	w.kind, w.cohort = h.kind, h.cohort
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
	w.lines[w.at] = rest
}

func (w *walk) emit(start, end int, kind Kind, code string) {
	c := Criterion{Kind: kind, Text: w.text[start:end], Start: start, End: end, Cohort: w.cohort, Code: code}
	if kind.Demands() {
		content := bulletLen(c.Text)
		got := w.parser.read(c.Text[content:], kind)
		c.Rule, c.Clinic, c.Code = got.rule, got.clinic, got.code
		if c.Cohort == "" {
			c.Cohort = cohortOf(c.Text)
		}
		if got.splits != nil {
			w.split(c, content, got.splits)
			return
		}
	}
	w.out = append(w.out, c)
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

// cohortMark is how an item says that it holds for one cohort, part or arm.
var cohortMark = regexp.MustCompile(`\b(?:[Cc]ohorts?|[Aa]rms?|[Ss]trat(?:um|a)|[Pp]arts?|[Ss]ub-?[Ss]tud(?:y|ies))\s+(?:[A-Z]\d?|\d{1,2}[a-zA-Z]?|I{1,3}|IV)\b|\b(?:[Dd]ose |[Cc]ohort )[Ee]xpansion\b|\b[Ee]xpansion [Cc]ohorts?\b`)

// cohortOf gives the cohort that an item names. Most items hold none of the words
// that one begins with, and need no search.
func cohortOf(text string) string {
	for _, hint := range [...]string{"ohort", "Arm ", "arm ", "Arms", "arms", "trata", "tratum", "Part ", "part ", "Parts", "parts", "xpansion", "ubstud", "ub-stud", "ub-Stud"} {
		if strings.Contains(text, hint) {
			return cohortMark.FindString(text)
		}
	}
	return ""
}

// wrapped gives the last line that only goes on from the line at i: registries
// break long sentences at a fixed width, with a hanging indent or none.
func (w *walk) wrapped(i int) int {
	first := w.lines[i]
	for i+1 < len(w.lines) {
		prev, next := w.lines[i], w.lines[i+1]
		content := w.text[next.content:next.end]
		if next.bulleted || next.blankBefore || next.indent < first.indent {
			break
		}
		if _, ok := w.parser.sections.head(content); ok {
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
		got := w.parser.read(text, w.kind)
		if got.rule == nil {
			parts = append(parts, Unknown(strings.Join(strings.Fields(text), " ")))
		} else {
			parts, read = append(parts, got.rule), true
		}
		at = end + 1
	}
	end := w.lines[deeper].end
	c := Criterion{Kind: w.kind, Text: w.text[start:end], Start: start, End: end, Cohort: w.cohort, Code: CodeUnread}
	if read {
		c.Rule, c.Code = joined(parts, Exclusion), "any"
	}
	if c.Cohort == "" {
		c.Cohort = cohortOf(c.Text)
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
		if _, ok := w.parser.sections.head(w.text[next.content:next.end]); ok {
			break
		}
		if next.indent <= stem.indent && (stem.bulleted || !next.bulleted) {
			break
		}
		last++
	}
	return last
}

// isNote says whether a line only remarks on others.
func isNote(content string) bool {
	s := strings.ToLower(strings.TrimLeft(content, "*_( "))
	return strings.HasSuffix(strings.TrimRight(s, ". "), "not specified") || strings.HasPrefix(s, "note:") || strings.HasPrefix(s, "nb:") || strings.HasPrefix(s, "n.b.")
}
