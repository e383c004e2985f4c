package i18n

import (
	"errors"
	"fmt"
	"strings"
	"time"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
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
	localizer *goi18n.Localizer
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
	cfg := goi18n.LocalizeConfig{MessageID: key}
	data := map[string]any{}
	for i := 0; i < len(params); i += 2 {
		name, ok := params[i].(string)
		if !ok {
			return "", fmt.Errorf("%w: %q: param %d is no name", ErrKey, key, i)
		}
		data[name] = params[i+1]
		if n, whole := params[i+1].(int); whole {
			data[name] = w.Int(n)
			if name == "N" && hasForms(w.raw[key]) {
				cfg.PluralCount = n
			}
		}
	}
	cfg.TemplateData = data
	text, err := w.localizer.Localize(&cfg)
	if err != nil {
		return "", fmt.Errorf("%w: %s: %w", ErrKey, w.code, err)
	}
	if strings.Contains(text, "<no value>") {
		return "", fmt.Errorf("%w: %q in %s: a placeholder has no value", ErrKey, key, w.code)
	}
	return text, nil
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
