package demo

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func (e allOf) matches(s *study, area []*piece) bool {
	return !slices.ContainsFunc(e, func(one expression) bool { return !one.matches(s, area) })
}

func (e anyOf) matches(s *study, area []*piece) bool {
	return slices.ContainsFunc(e, func(one expression) bool { return one.matches(s, area) })
}

func (e notThis) matches(s *study, area []*piece) bool { return !e.of.matches(s, area) }

func (nothing) matches(*study, []*piece) bool { return true }

func (e areaExpr) matches(s *study, _ []*piece) bool { return e.of.matches(s, e.area) }

// phrase is a word or several in a row.
type phrase struct {
	words   []string
	written string
}

func (e phrase) matches(s *study, area []*piece) bool {
	return slices.ContainsFunc(area, func(p *piece) bool {
		if p.kind != kindText {
			return slices.ContainsFunc(s.texts(p), func(t string) bool { return strings.ToLower(t) == e.written })
		}
		return slices.ContainsFunc(s.words[p], e.in)
	})
}

// in says whether the words stand in the text, in this order and side by side.
func (e phrase) in(text []string) bool {
	for i := range len(text) - len(e.words) + 1 {
		if slices.Equal(text[i:i+len(e.words)], e.words) {
			return true
		}
	}
	return false
}

type missing struct{ area []*piece }

func (e missing) matches(s *study, _ []*piece) bool {
	return !slices.ContainsFunc(e.area, func(p *piece) bool { return len(s.values(p)) > 0 })
}

// between is RANGE[from,to], both included. An open end is nil. Dates, ages
// and numbers are all compared as numbers; a study without the value is not in.
type between struct {
	piece    *piece
	from, to *float64
}

func newRange(area []*piece, bounds string) (expression, error) {
	from, to, ok := strings.Cut(bounds, ",")
	if !ok {
		return nil, fmt.Errorf("RANGE[%s] needs two bounds", bounds)
	}
	if len(area) != 1 {
		return nil, fmt.Errorf("RANGE[%s] needs one field", bounds)
	}
	e := between{piece: area[0]}
	var err error
	if e.from, err = bound(e.piece, from, "MIN", false); err != nil {
		return nil, err
	}
	if e.to, err = bound(e.piece, to, "MAX", true); err != nil {
		return nil, err
	}
	return e, nil
}

func bound(p *piece, text, open string, upper bool) (*float64, error) {
	text = strings.TrimSpace(text)
	if text == open {
		return nil, nil
	}
	n, err := measure(p.kind, text, upper)
	if err != nil {
		return nil, fmt.Errorf("%s: bound %q: %w", p.name, text, err)
	}
	return &n, nil
}

func (e between) matches(s *study, _ []*piece) bool {
	for _, text := range s.texts(e.piece) {
		n, err := measure(e.piece.kind, text, false)
		if err == nil && (e.from == nil || n >= *e.from) && (e.to == nil || n <= *e.to) {
			return true
		}
	}
	return false
}

var (
	partialDate = regexp.MustCompile(`^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$`)
	ageText     = regexp.MustCompile(`^(?i)(\d+) ?(year|month|week|day|hour|minute)s?$`)
)

// measure makes a number of a date (yyyymmdd), an age (days) or a number. A
// partial date counts as its first day, or as its last where it is an upper bound.
func measure(k kind, text string, upper bool) (float64, error) {
	switch k {
	case kindDate:
		m := partialDate.FindStringSubmatch(text)
		if m == nil {
			return 0, fmt.Errorf("not a date")
		}
		month, day := "01", "01"
		if upper {
			month, day = "12", "31"
		}
		return strconv.ParseFloat(m[1]+cmp.Or(m[2], month)+cmp.Or(m[3], day), 64)
	case kindAge:
		m := ageText.FindStringSubmatch(text)
		if m == nil {
			return 0, fmt.Errorf("not an age")
		}
		days := map[string]float64{"year": 365.25, "month": 30.4375, "week": 7, "day": 1, "hour": 1. / 24, "minute": 1. / 1440}
		n, err := strconv.ParseFloat(m[1], 64)
		return n * days[strings.ToLower(m[2])], err
	case kindNumber:
		return strconv.ParseFloat(text, 64)
	}
	return 0, fmt.Errorf("not a date, an age or a number")
}
