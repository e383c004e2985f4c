package private_test

import (
	"strings"
	"testing"

	"trialfinder/trials/private"
)

// A slip of one figure, and two neighbours swapped, are noticed; what people put between
// figures is not.
func TestCodes(t *testing.T) {
	seen := map[string]bool{}
	for range 200 {
		code := private.NewCode()
		if len(code) != 16 || seen[code] {
			t.Fatalf("got %q", code)
		}
		seen[code] = true
		for i := range code {
			slip := []byte(code)
			slip[i] = '0' + (slip[i]-'0'+1)%10
			if _, ok := private.CleanCode(string(slip)); ok {
				t.Errorf("%s for %s was taken", slip, code)
			}
			if i == 0 || code[i] == code[i-1] {
				continue
			}
			swapped := []byte(code)
			swapped[i], swapped[i-1] = swapped[i-1], swapped[i]
			if _, ok := private.CleanCode(string(swapped)); ok {
				t.Errorf("%s for %s was taken", swapped, code)
			}
		}
	}
	code := private.NewCode()
	wide := strings.Map(func(c rune) rune { return c - '0' + '\uff10' }, code)
	for typed, want := range map[string]bool{
		code: true, code[:4] + " " + code[4:8] + "-" + code[8:12] + "." + code[12:]: true, wide: true, " " + code + " ": true,
		"": false, code + "0": false, code[1:]: false, "x" + code[1:]: false, code[:8] + "o" + code[9:]: false,
	} {
		if got, ok := private.CleanCode(typed); ok != want || ok && got != code {
			t.Errorf("%q: got %q, %v", typed, got, ok)
		}
	}
}
