package i18n

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/message"
	"golang.org/x/text/number"
)

// ErrKey: a key or one of its placeholders is missing.
var ErrKey = errors.New("i18n")

// Words is one language.
type Words struct {
	code      string
	tag       language.Tag
	collation language.Tag
	printer   *message.Printer
	regions   display.Namer
	keys      []string
	raw       map[string]*goi18n.Message
}

// Code is the language as it stands in a URL.
func (w *Words) Code() string { return w.code }

// Tag is the language as HTML's lang attribute writes it.
func (w *Words) Tag() string { return w.tag.String() }

// Has says whether there is such a key.
func (w *Words) Has(key string) bool { return w.raw[key] != nil }

// T gives the words for a key. Params are pairs of a placeholder's name and its
// value; whole numbers are written as the language writes them, and N chooses
// the plural form.
func (w *Words) T(key string, params ...any) (string, error) {
	if w.raw[key] == nil {
		return "", fmt.Errorf("%w: no key %q in %s", ErrKey, key, w.code)
	}
	if len(params)%2 != 0 {
		return "", fmt.Errorf("%w: %q: params come in pairs", ErrKey, key)
	}
	text, form := w.raw[key].Other, 0
	for i := 0; i < len(params); i += 2 {
		if _, ok := params[i].(string); !ok {
			return "", fmt.Errorf("%w: %q: param %d is no name", ErrKey, key, i)
		}
		if n, whole := params[i+1].(int); whole && params[i] == "N" && hasForms(w.raw[key]) {
			text, form = w.form(w.raw[key], n), n
		}
	}
	if text == "" {
		return "", fmt.Errorf("%w: %q in %s has no form for %d", ErrKey, key, w.code, form)
	}
	return w.filled(key, text, params)
}

// form is a message's text for a number, by the plural rules of the language.
func (w *Words) form(m *goi18n.Message, n int) string {
	// Beyond that many the rules of our languages repeat themselves.
	const enough, million = 10_000_000, 1_000_000
	text := ""
	switch plural.Cardinal.MatchPlural(w.tag, n%enough, 0, 0, 0, 0) {
	case plural.Zero:
		text = m.Zero
	case plural.One:
		text = m.One
	case plural.Two:
		text = m.Two
	case plural.Few:
		text = m.Few
	default:
		// The tables of x/text are older than the form that French has for whole millions.
		if n != 0 && n%million == 0 {
			text = m.Many
		}
	}
	return cmp.Or(text, m.Other)
}

// hasForms says whether a message has more than one plural form. One that has
// none, in any language or in one like Chinese, is the same for every number.
func hasForms(m *goi18n.Message) bool {
	return m.Zero != "" || m.One != "" || m.Two != "" || m.Few != "" || m.Many != ""
}

// Int writes a whole number.
func (w *Words) Int(n int) string { return w.printer.Sprintf("%d", n) }

// Number writes a number with as many decimals as it needs, six at most.
func (w *Words) Number(v float64) string {
	return w.printer.Sprint(number.Decimal(v, number.MaxFractionDigits(6)))
}

// Day writes a day: the month's name is a word of the catalogue.
func (w *Words) Day(t time.Time) (string, error) {
	return w.Date(t.Year(), int(t.Month()), t.Day())
}

// Date writes a date of which the day, or the day and the month, may be 0.
func (w *Words) Date(year, month, day int) (string, error) {
	y := fmt.Sprint(year)
	if month < 1 || month > 12 {
		return w.T("date_year", "Year", y)
	}
	name, err := w.T(fmt.Sprintf("month_%d", month))
	if err != nil {
		return "", err
	}
	if day == 0 {
		return w.T("date_month", "Month", name, "Year", y)
	}
	return w.T("date_day", "Day", fmt.Sprint(day), "Month", name, "Year", y)
}

// filled is a text with its placeholders filled. They all have the form
// {{.Name}}, which the tests see to, so that no template needs to be run.
func (w *Words) filled(key, text string, params []any) (string, error) {
	if !strings.Contains(text, "{{") {
		return text, nil
	}
	var out strings.Builder
	for {
		before, rest, open := strings.Cut(text, "{{.")
		out.WriteString(before)
		if !open {
			return out.String(), nil
		}
		name, after, closed := strings.Cut(rest, "}}")
		value, there := param(params, name)
		if !closed || !there {
			return "", fmt.Errorf("%w: %q in %s: a placeholder has no value", ErrKey, key, w.code)
		}
		if n, whole := value.(int); whole {
			value = w.Int(n)
		}
		fmt.Fprint(&out, value)
		text = after
	}
}

// param finds a value by its name; the last of a name holds.
func param(params []any, name string) (value any, there bool) {
	for i := len(params) - 2; i >= 0; i -= 2 {
		if params[i] == name {
			return params[i+1], true
		}
	}
	return nil, false
}
