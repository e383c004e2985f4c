package criteria

import (
	"fmt"
	"strings"
	"testing"
)

func TestTokens(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"escaped sign", `Age \> 18 years`, "age > #18 years"},
		{"entities", "ANC &ge; 1.5 &amp; platelets &lt; 9", "anc >= #1.5 & platelets < #9"},
		{"written out signs", "a >/= 1, b > or = 2, c =< 3", "a >= #1 , b >= #2 , c <= #3"},
		{"not more than", "a ≯ 3", "a <= #3"},
		{"thousands", "100,000 and 1,500", "#100000 and #1500"},
		{"decimal comma", "1,5 mg", "#1.5 mg"},
		{"a list is no decimal", "grade 1,2,3", "grade #1 , #2 , #3"},
		{"decimals are exact", "0.1 2.05", "#0.1 #2.05"},
		{"dashes are one", "18–75", "#18 - #75"},
		{"a word with digits", "HER2 CD19 T4b", "her2 cd19 t4b"},
		{"a star behind a number multiplies", "1.5*ULN", "#1.5 x uln"},
		{"a star elsewhere is a bullet", "* ECOG", "ecog"},
		{"chinese", "年龄≥18岁", "年 龄 >= #18 岁"},
		{"greek", "TNF-α", "tnf - alpha"},
		{"full width", "（18～70）", "( #18 - #70 )"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, tok := range newTable(nil).tokens(nil, tt.in) {
				switch tok.kind {
				case numberToken:
					got = append(got, fmt.Sprint("#", tok.number))
				case compareToken:
					got = append(got, string(tok.op))
				default:
					got = append(got, tok.Text)
				}
			}
			if s := strings.ReplaceAll(strings.Join(got, " "), "# ", "#"); s != tt.want {
				t.Errorf("tokens(%q): got %q, want %q", tt.in, s, tt.want)
			}
		})
	}
}

func FuzzTokens(f *testing.F) {
	for _, s := range []string{`\> 1,5 x10^9/L`, "&ge;&amp;", "\\", "١٢", "1,", "＞≥"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at := 0
		for _, tok := range newTable(nil).tokens(nil, s) {
			if tok.Start < at || tok.End <= tok.Start || tok.End > len(s) {
				t.Fatalf("tokens(%q): token %+v after %d", s, tok, at)
			}
			at = tok.End
		}
	})
}
