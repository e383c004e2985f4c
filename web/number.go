package web

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

var (
	errNoNumber  = errors.New("no number")
	errAmbiguous = errors.New("a thousand, or a decimal?")
)

var (
	plainNumber = regexp.MustCompile(`^\d+(\.\d+)?$`)
	oneGroup    = regexp.MustCompile(`^[1-9]\d{0,2}[.,]\d{3}$`)
	groups      = regexp.MustCompile(`^[1-9]\d{0,2}([.,])\d{3}([.,]\d{3})+$`)
)

// parseNumber reads a number as people write it: a decimal comma or point,
// spaces between thousands, full-width figures. "1.500" could be one and a half
// or one thousand five hundred: that is asked, never guessed.
func parseNumber(text string) (float64, error) {
	s := figures(text)
	switch {
	case oneGroup.MatchString(s):
		return 0, errAmbiguous
	case groups.MatchString(s) && !(strings.Contains(s, ".") && strings.Contains(s, ",")):
		s = strings.NewReplacer(".", "", ",", "").Replace(s)
	case strings.Contains(s, ".") && strings.Contains(s, ","):
		s = lastIsDecimal(s)
	default:
		s = strings.Replace(s, ",", ".", 1)
	}
	if len(s) > 20 || !plainNumber.MatchString(s) {
		return 0, errNoNumber
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, errNoNumber
	}
	return v, nil
}

// figures drops what people put between figures, and what can't be seen.
func figures(text string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsSpace(c) || unicode.Is(unicode.Cf, c) || unicode.IsControl(c) || c == '\'' || c == '’' {
			return -1
		}
		return c
	}, norm.NFKC.String(strings.ToValidUTF8(text, "?")))
}

// figuresAsASCII writes full-width figures as everybody else does.
func figuresAsASCII(text string) string { return norm.NFKC.String(text) }

// readings are the two numbers that an ambiguous text can be.
func readings(text string) []float64 {
	s := figures(text)
	var out []float64
	for _, sign := range []string{".", ""} {
		v, err := strconv.ParseFloat(strings.NewReplacer(".", sign, ",", sign).Replace(s), 64)
		if err == nil {
			out = append(out, v)
		}
	}
	return out
}

// lastIsDecimal reads "1.234,5" and "1,234.5": of two kinds of sign, the last
// one parts the decimals.
func lastIsDecimal(s string) string {
	i := strings.LastIndexAny(s, ".,")
	whole := s[:i]
	other := "."
	if s[i] == '.' {
		other = ","
	}
	return strings.ReplaceAll(whole, other, "") + "." + s[i+1:]
}
