package web

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"trialfinder/matcher/fact"
	"trialfinder/trials"
)

// when is a time as people remember it: a year, with a month or a season if they know it.
type when struct {
	year  int
	month int // 1 to 12; 0: not known, or a season
	part  int // of the year: 1 spring, 2 summer, 3 autumn, 4 winter; 0: not a season
}

// String is how an answer is kept: as a date of an answers file, a season as 2025-s1.
func (w when) String() string {
	if w.part > 0 {
		return fmt.Sprintf("%04d-s%d", w.year, w.part)
	}
	return trials.Date{Year: w.year, Month: w.month}.String()
}

// choice is the value of the list of months and seasons.
func (w when) choice() string {
	switch {
	case w.part > 0:
		return "s" + strconv.Itoa(w.part)
	case w.month > 0:
		return strconv.Itoa(w.month)
	}
	return ""
}

// span is the first day of the time and the last. Winter may be that at the year's
// beginning or at its end, so both are in it.
func (w when) span() (first, last time.Time) {
	day := func(month, day int) time.Time { return time.Date(w.year, time.Month(month), day, 0, 0, 0, 0, time.UTC) }
	switch {
	case w.part == 4:
		return day(1, 1).AddDate(0, -1, 0), day(12, 31).AddDate(0, 2, 0)
	case w.part > 0:
		return day(3*w.part, 1), day(3*w.part+3, 0)
	case w.month > 0:
		return day(w.month, 1), day(w.month+1, 0)
	}
	return day(1, 1), day(12, 31)
}

var (
	season      = regexp.MustCompile(`^(\d{4})-s([1-4])$`)
	yearInText  = regexp.MustCompile(`\d{4}`)
	monthByYear = regexp.MustCompile(`^(\d{1,2})[./-](\d{4})$`)
	yearByMonth = regexp.MustCompile(`^(\d{4})[./-](\d{1,2})$`)
)

// keptWhen reads what String wrote.
func keptWhen(text string) (when, bool) {
	if m := season.FindStringSubmatch(text); m != nil {
		year, _ := strconv.Atoi(m[1])
		part, _ := strconv.Atoi(m[2])
		return when{year: year, part: part}, true
	}
	d, err := trials.ParseDate(text)
	return when{year: d.Year, month: d.Month}, err == nil
}

// readWhen reads a year, or a time in words: "2025", "5.2025", "spring 2025", "2025年春季".
func (r *request) readWhen(text string) (when, bool) {
	text = strings.ToLower(figuresAsASCII(text))
	if m := monthByYear.FindStringSubmatch(text); m != nil {
		return yearAndMonth(m[2], m[1])
	}
	if m := yearByMonth.FindStringSubmatch(text); m != nil {
		return yearAndMonth(m[1], m[2])
	}
	at := yearInText.FindStringIndex(text)
	if at == nil {
		return when{}, false
	}
	w := when{}
	w.year, _ = strconv.Atoi(text[at[0]:at[1]])
	rest := strings.Trim(strings.ReplaceAll(text[:at[0]]+" "+text[at[1]:], "年", " "), " ,.")
	if rest == "" {
		return w, true
	}
	return r.namedPart(w, rest)
}

func yearAndMonth(year, month string) (when, bool) {
	y, _ := strconv.Atoi(year)
	m, _ := strconv.Atoi(month)
	return when{year: y, month: m}, m >= 1 && m <= 12
}

// shortestName is how many letters of a month or season are enough.
const shortestName = 3

// namedPart finds a month or season by its name in the reader's language, or its beginning.
func (r *request) namedPart(w when, name string) (when, bool) {
	fits := func(key string) bool {
		word, err := r.words.T(key)
		word = strings.ToLower(word)
		return err == nil && (word == name || strings.HasPrefix(word, name) && (len([]rune(name)) >= shortestName || len(name) > len([]rune(name))))
	}
	for part := 1; part <= 4; part++ {
		if fits(fmt.Sprintf("season_%d", part)) {
			w.part = part
			return w, true
		}
	}
	for month := 1; month <= 12; month++ {
		if fits(fmt.Sprintf("month_%d", month)) {
			w.month = month
			return w, true
		}
	}
	return w, false
}

// inWords is a time as the reader's language writes it.
func (w when) inWords(r *request) (string, error) {
	if w.part == 0 {
		return r.viewer.Partial(trials.Date{Year: w.year, Month: w.month})
	}
	name, err := r.words.T(fmt.Sprintf("season_%d", w.part))
	if err != nil {
		return "", err
	}
	return r.words.T("season_of", "Season", name, "Year", strconv.Itoa(w.year))
}

// daysIn is how many days the units of time have in which facts are counted.
var daysIn = map[string]float64{"d": 1, "mo": 30.4375, "a": 365.25}

// forMatcher turns an answer that only our pages have, a season, into the interval that an
// answers file can say: the time between it and the day on which the answers were true.
func forMatcher(f fact.Fact, raw json.RawMessage, asOf time.Time) json.RawMessage {
	var v packed
	if len(raw) == 0 || raw[0] != '{' || json.Unmarshal(raw, &v) != nil || !season.MatchString(v.Date) {
		return raw
	}
	w, _ := keptWhen(v.Date)
	first, last := w.span()
	since := func(t time.Time) float64 { return max(0, asOf.Sub(t).Hours()/24) / daysIn[f.Unit] }
	return quoted(map[string]float64{"min": since(last), "max": since(first)})
}
