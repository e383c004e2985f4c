package view_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"trialfinder/web/view"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		`Age \>= 18 years`:                  "Age >= 18 years",
		"ANC &ge; 1.5 &times; 10&#x2079;/L": "ANC ≥ 1.5 × 10⁹/L",
		"&amp;lt;b&amp;gt;":                 "&lt;b&gt;", // decoded once, not twice
		"a\u202Eb\u2066c\u200Bd\x00e":       "abcde",
		"two\nlines":                        "two\nlines",
		"e\u0301":                           "é",
		"broken \xff byte":                  "broken \uFFFD byte",
		`C:\path`:                           `C:\path`,
		"":                                  "",
	} {
		if got := view.Clean(in); got != want {
			t.Errorf("Clean(%q): got %q, want %q", in, got, want)
		}
	}
	if got := view.Sentence("* Able to swallow"); got != "Able to swallow" {
		t.Errorf("Sentence: got %q, want the words without the mark", got)
	}
	if got := view.Sentence("-1 to 1"); got != "-1 to 1" {
		t.Errorf("Sentence: got %q, want the sign kept", got)
	}
}

func TestTel(t *testing.T) {
	for in, want := range map[string]string{
		"+45 12 34 56 78": "+4512345678", "(555) 010-0199": "5550100199", "+1 555 0100 ext. 12": "+15550100",
		"call the ward": "", "": "", "12": "", "+45;phone-context=x": "", "javascript:1": "",
	} {
		if got := view.Tel(in); got != want {
			t.Errorf("Tel(%q): got %q, want %q", in, got, want)
		}
	}
}

func TestMail(t *testing.T) {
	for in, want := range map[string]string{
		"trial@example.org": "trial@example.org", "a@b": "", "a@b.org?bcc=c@d.org": "", "x y@b.org": "", "a@b.org\r\nBcc: c": "",
	} {
		if got := view.Mail(in); got != want {
			t.Errorf("Mail(%q): got %q, want %q", in, got, want)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("* Age \\> 18 &amp; <script>\u202E")
	f.Fuzz(func(t *testing.T, in string) {
		got := view.Clean(in)
		if !utf8.ValidString(got) || len([]rune(got)) > 6001 {
			t.Errorf("Clean(%q): got %q, want valid and bounded text", in, got)
		}
		if i := strings.IndexFunc(got, func(c rune) bool { return c != '\n' && unicode.In(c, unicode.Cc, unicode.Cf) }); i >= 0 {
			t.Errorf("Clean(%q): got %q, want no invisible characters", in, got)
		}
	})
}
