package web

import (
	"errors"
	"testing"
)

func TestParseNumber(t *testing.T) {
	for text, want := range map[string]float64{
		"62": 62, " 62 ": 62, "7,9": 7.9, "7.9": 7.9, "0,125": 0.125, "0.125": 0.125, "12 500": 12500, "12\u00a0500,5": 12500.5,
		"1.234,5": 1234.5, "1,234.5": 1234.5, "1,234,567": 1234567, "1.234.567": 1234567, "６２": 62, "6\u200b2": 62, "1'500": 1500,
	} {
		if got, err := parseNumber(text); err != nil || got != want {
			t.Errorf("parseNumber(%q): got %v, %v, want %v", text, got, err, want)
		}
	}
	for text, want := range map[string]error{
		"": errNoNumber, "sixty": errNoNumber, "-3": errNoNumber, "1e9": errNoNumber, "NaN": errNoNumber, "0x10": errNoNumber,
		"1,2,3": errNoNumber, "1..2": errNoNumber, "5 or 6": errNoNumber, "1,500": errAmbiguous, "1.500": errAmbiguous, "12.345": errAmbiguous,
	} {
		if got, err := parseNumber(text); !errors.Is(err, want) {
			t.Errorf("parseNumber(%q): got %v, %v, want %v", text, got, err, want)
		}
	}
}

func FuzzParseNumber(f *testing.F) {
	f.Add("1.234,5")
	f.Fuzz(func(t *testing.T, text string) {
		if v, err := parseNumber(text); err == nil && (v < 0 || v != v) {
			t.Errorf("parseNumber(%q): got %v, want no such number", text, v)
		}
	})
}
