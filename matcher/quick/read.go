package quick

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"trialfinder/matcher"
	"trialfinder/trials/place"
)

// Answer is one fact and its value, as an answers file has it.
type Answer struct {
	Fact string
	Raw  json.RawMessage
}

// Part is a stretch of the line: what was read of it, or nothing.
type Part struct {
	Text    string
	Answers []Answer // none: unread
}

// MaxLine bounds a line, in characters.
const MaxLine = 400

// Towns finds towns by name.
type Towns interface {
	Find(name, country string) (place.Town, bool)
}

// line is a line being read.
type line struct {
	*Reader
	towns Towns
	today time.Time
	text  []rune // as it is shown
	low   []rune // in lower case, character by character
	at    int
	parts []Part
	drug  bool // the last part was a treatment
}

// Read reads a line. Every character but the spaces is in exactly one part.
func (r *Reader) Read(text string, towns Towns, today time.Time) []Part {
	l := &line{Reader: r, towns: towns, today: today}
	for _, c := range norm.NFKC.String(strings.ToValidUTF8(text, "")) {
		if unicode.IsControl(c) || unicode.Is(unicode.Cf, c) {
			c = ' '
		}
		if c == '‐' || c == '–' || c == '−' {
			c = '-'
		}
		l.text = append(l.text, c)
		l.low = append(l.low, unicode.ToLower(c))
	}
	if len(l.text) > MaxLine {
		l.text, l.low = l.text[:MaxLine], l.low[:MaxLine]
	}
	for l.at = l.skip(0); l.at < len(l.low); l.at = l.skip(l.at) {
		l.part()
	}
	return l.parts
}

// skip goes past what parts words.
func (l *line) skip(i int) int {
	for i < len(l.low) && (unicode.IsSpace(l.low[i]) || strings.ContainsRune(",;、/()", l.low[i])) {
		i++
	}
	return i
}

// part reads the next part.
func (l *line) part() {
	for _, read := range []func() (int, []Answer){l.number, l.stageOf, l.phrase, l.word} {
		if end, answers := read(); end > l.at && l.takes(answers) {
			l.add(end, answers)
			return
		}
	}
	l.add(l.wordEnd(l.at), nil)
}

// takes says whether the matcher takes the answers.
func (l *line) takes(answers []Answer) bool {
	var scratch matcher.Answers
	return len(answers) > 0 && !slices.ContainsFunc(answers, func(a Answer) bool { return l.matcher.Set(&scratch, a.Fact, a.Raw, l.today) != nil })
}

func (l *line) add(end int, answers []Answer) {
	l.parts = append(l.parts, Part{strings.TrimSpace(string(l.text[l.at:end])), answers})
	l.drug = slices.ContainsFunc(answers, func(a Answer) bool { return strings.HasPrefix(a.Fact, "prior_") && a.Fact != "prior_lines" })
	l.at = end
}

// find gives the longest phrase at a place, and where it ends.
func (l *line) find(i int) (meaning, int) {
	for end := min(len(l.low), i+l.longest); end > i; end-- {
		if m, ok := l.phrases[string(l.low[i:end])]; ok && l.ends(end) {
			return m, end
		}
	}
	return meaning{}, i
}

// ends says whether a phrase may end here: where the word does, before a figure if it is no
// figure itself, or anywhere in Chinese.
func (l *line) ends(i int) bool {
	if i == len(l.low) {
		return true
	}
	last, next := l.low[i-1], l.low[i]
	switch {
	case unicode.Is(unicode.Han, last) || unicode.Is(unicode.Han, next):
		return true
	case unicode.IsDigit(next):
		return !unicode.IsDigit(last)
	}
	return !unicode.IsLetter(next) || !unicode.IsLetter(last) && !unicode.IsDigit(last)
}

// speech goes past a part of speech, if one stands there.
func (l *line) speech(i int, want string) (int, bool) {
	i = l.skip(i)
	if m, end := l.find(i); end > i && m.fact == "" && m.value == want {
		return end, true
	}
	return i, false
}

// figure reads a number. A comma between figures is a decimal one; one in three figures is not
// guessed at.
func (l *line) figure(i int) (value float64, text string, end int) {
	end = i
	for end < len(l.low) && (l.low[end] >= '0' && l.low[end] <= '9' || end > i && end+1 < len(l.low) &&
		(l.low[end] == '.' || l.low[end] == ',') && l.low[end+1] >= '0' && l.low[end+1] <= '9') {
		end++
	}
	text = strings.Replace(string(l.low[i:end]), ",", ".", 1)
	value, err := strconv.ParseFloat(text, 64)
	if err != nil || end-i > 8 {
		return 0, "", i
	}
	return value, text, end
}

// number reads a number that stands first in its part: an age, or the year of the treatment
// before it.
func (l *line) number() (int, []Answer) {
	n, text, end := l.figure(l.at)
	if end == l.at {
		return l.at, nil
	}
	if after, ok := l.speech(end, years); ok {
		return after, []Answer{{"age", json.RawMessage(text)}}
	}
	if year := int(n); l.drug && len(text) == 4 && year > 1950 && year <= l.today.Year() {
		return end, []Answer{{"days_since_systemic", quoted(map[string]string{"date": text})}}
	}
	if len(l.parts) == 0 && n == float64(int(n)) && n > 0 && n <= 110 && l.bare(end) {
		return end, []Answer{{"age", json.RawMessage(text)}}
	}
	return l.at, nil
}

// bare says whether a number ends with its word, or with a letter for the sex.
func (l *line) bare(end int) bool {
	if end == len(l.low) || l.skip(end) > end {
		return true
	}
	m, _ := l.find(end)
	return m.fact == "sex"
}

var romans = map[string]int{"i": 1, "ii": 2, "iii": 3, "iv": 4, "0": 0, "1": 1, "2": 2, "3": 3, "4": 4}

// stageOf reads a stage: with the word for it before or behind, or a Roman figure above one.
func (l *line) stageOf() (int, []Answer) {
	i, said := l.speech(l.at, stage)
	if said {
		i = l.skip(i)
	}
	for end := min(len(l.low), i+4); end > i; end-- {
		body := string(l.low[i:end])
		letter := strings.TrimLeft(body, "iv01234")
		n, ok := romans[strings.TrimSuffix(body, letter)]
		if !ok || len(letter) > 1 || strings.Trim(letter, "abc") != "" || !l.ends(end) {
			continue
		}
		after, behind := l.speech(end, staged)
		if !said && !behind && (body[0] != 'i' && body[0] != 'v' || body == "i") {
			return l.at, nil
		}
		out := []Answer{{"stage", json.RawMessage(strconv.Itoa(n))}}
		if letter != "" {
			out = append(out, Answer{"substage", quoted(strings.ToUpper(letter))})
		}
		if behind {
			end = after
		}
		return end, out
	}
	return l.at, nil
}

// phrase reads an abbreviation, with the number or the finding that belongs to it.
func (l *line) phrase() (int, []Answer) {
	m, end := l.find(l.at)
	switch {
	case end == l.at:
		return l.at, nil
	case m.fact == "" && strings.HasPrefix(m.value, "="):
		return end, l.named(m.value[1:])
	case m.fact == "":
		return l.at, nil
	case m.value == "#":
		return l.measured(m.fact, end)
	case m.value == "+-":
		for _, finding := range []string{positive, negative} {
			if after, ok := l.speech(end, finding); ok {
				return after, []Answer{{m.fact, json.RawMessage(fmt.Sprint(finding == positive))}}
			}
		}
		return l.at, nil
	}
	f, _ := l.matcher.Facts.ByID(m.fact)
	return end, []Answer{{m.fact, raw(f, m.value)}}
}

// measured reads the number behind a phrase, its sign and its unit. A number of which the unit
// is not said is read only where there is but one.
func (l *line) measured(id string, i int) (int, []Answer) {
	f, _ := l.matcher.Facts.ByID(id)
	for after, ok := l.speech(i, filler); ok; after, ok = l.speech(i, filler) {
		i = after
	}
	i = l.skip(i)
	sign := ""
	for i < len(l.low) && strings.ContainsRune("<>≤≥=", l.low[i]) {
		sign += string(l.low[i])
		i++
	}
	_, text, end := l.figure(l.skip(i))
	if text == "" {
		return l.at, nil
	}
	unit, end, said := l.unit(append([]string{f.Unit}, f.Also...), end)
	if !said && len(f.Also) > 0 || end < len(l.low) && !l.ends(end) {
		return l.at, nil
	}
	value := json.Number(text)
	object := map[string]any{"unit": unit}
	switch {
	case sign == "" || sign == "=":
		object["value"] = value
	case strings.HasPrefix(sign, "<") || sign == "≤":
		object["min"], object["max"] = f.Min, value
	default:
		object["min"], object["max"] = value, f.Max
	}
	if f.Unit == unit && object["value"] != nil {
		return end, []Answer{{id, json.RawMessage(text)}}
	}
	return end, []Answer{{id, quoted(object)}}
}

// unit reads a unit where one stands.
func (l *line) unit(units []string, i int) (unit string, end int, said bool) {
	from := i
	for from < len(l.low) && l.low[from] == ' ' {
		from++
	}
	best := 0
	for _, u := range units {
		for _, written := range []string{u, strings.Trim(u, "{}[]"), strings.Replace(u, "10*9/L", "e9/L", 1)} {
			rs := []rune(strings.ToLower(written))
			if end := from + len(rs); len(rs) > best && end <= len(l.low) && string(l.low[from:end]) == string(rs) {
				unit, best, said = u, len(rs), true
			}
		}
	}
	if !said {
		return units[0], i, false
	}
	return unit, from + best, true
}
