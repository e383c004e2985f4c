package lexicon_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"trialfinder/matcher/lexicon"
)

func TestFold(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"case and hyphen", "Non-Small-Cell  Lung", "non small cell lung"},
		{"accents", "Étude sjögren", "etude sjogren"},
		{"combining accent", "e\u0301tude", "etude"},
		{"danish letters", "brystkræft løs", "brystkraeft los"},
		{"british spelling", "Tumour leukaemia oesophageal", "tumor leukemia esophageal"},
		{"greek letters are words", "γδT TCRβ", "gamma delta t tcr beta"},
		{"full width", "ＰＤ－１", "pd 1"},
		{"trademark", "KEYTRUDA®", "keytruda"},
		{"superscript", "10⁹", "109"},
		{"han characters one by one", "肺癌NK", "肺 癌 nk"},
		{"nothing", " – ", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := lexicon.Fold(tt.in); got != tt.want {
				t.Errorf("Fold(%q): got %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestFind(t *testing.T) {
	var l lexicon.Lexicon[string]
	for phrase, id := range map[string]string{
		"lung cancer": "lung", "non small cell lung cancer": "nsclc", "small cell lung cancer": "sclc", "肺癌": "lung",
	} {
		l.Add(phrase, id)
	}
	tests := []struct {
		name, in string
		want     []string
	}{
		{"the longest phrase wins", "Advanced Non-Small Cell Lung Cancer", []string{"nsclc:Non-Small Cell Lung Cancer"}},
		{"whole words only", "lung cancerous", nil},
		{"several, left to right", "Lung cancer or small-cell lung cancer", []string{"lung:Lung cancer", "sclc:small-cell lung cancer"}},
		{"a broken start does not hide a later phrase", "small cell small cell lung cancer", []string{"sclc:small cell lung cancer"}},
		{"chinese", "晚期肺癌患者", []string{"lung:肺癌"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, m := range l.Find(tt.in) {
				got = append(got, m.Values[0]+":"+m.Text)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Find(%q) (-want +got):\n%s", tt.in, diff)
			}
		})
	}
	if l.Add(" -- ", "x") {
		t.Error("Add took a phrase without words")
	}
}

func FuzzTokens(f *testing.F) {
	for _, s := range []string{"PD-1 (γδ)", "İstanbul", "\xff\xfe", "肺癌"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		last := 0
		for _, tok := range lexicon.Tokens(s) {
			if tok.Text == "" || tok.Start < last || tok.End <= tok.Start || tok.End > len(s) {
				t.Fatalf("Tokens(%q): bad token %+v", s, tok)
			}
			last = tok.End
		}
	})
}
