package store_test

import (
	"strings"
	"testing"

	"trialfinder/trials"
	"trialfinder/trials/store"
)

func passages(t *testing.T) *store.Passages {
	t.Helper()
	p, err := store.NewPassages(t.Context(), []trials.Passage{
		{Lang: "en", Slug: "brakes", Title: "Brakes", Text: "Takes the brakes off PD-1 and other switches."},
		{Lang: "en", Slug: "brakes", ID: "risk", Title: "Brakes", Heading: "Risks", Text: "A rash. A cough.\nThe brakes again."},
		{Lang: "en", Slug: "cells", ID: "what", Title: "Cells", Heading: "What cells are", Text: "They come from a donor, \"as is\"."},
		{Lang: "fr", Slug: "cells", ID: "what", Title: "Cellules", Heading: "Définition", Text: "Le greffon d’un donneur."},
		{Lang: "da", Slug: "cells", ID: "what", Title: "Celler", Heading: "Hvad", Text: "Immunterapi og ål på øen."},
		{Lang: "zh", Slug: "brakes", ID: "risk", Title: "检查点", Heading: "副作用", Text: "免疫治疗可能引起皮疹。PD-1抗体也一样。"},
		{Lang: "zh", Slug: "cells", ID: "what", Title: "细胞", Heading: "定义", Text: "免疫细胞来自供者，治疗时输入。"},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func TestFindPassages(t *testing.T) {
	p := passages(t)
	for _, tt := range []struct{ lang, text, want string }{
		{"en", "brakes", "brakes brakes#risk"},
		{"en", "BRAKE", "brakes brakes#risk"},           // the beginning of a word
		{"en", "rakes", ""},                             // not its end
		{"en", "pd-1", "brakes"},                        // parts of a word
		{"en", "rash brakes", "brakes#risk"},            // all words
		{"en", "rash unicorn", "brakes#risk"},           // or some
		{"en", "unicorn", ""},                           //
		{"en", `donor" OR lang:en NEAR(`, "cells#what"}, // nothing has a meaning to the index
		{"en", "donneur", ""},                           // another language's
		{"fr", "definition", "cells#what"},              // accents don't count
		{"da", "immunterapien ål", "cells#what"},        //
		{"zh", "免疫治疗", "brakes#risk"},                   // characters in their sequence
		{"zh", "皮疹", "brakes#risk"},                     //
		{"zh", "供", "cells#what"},                       //
		{"zh", "疫免", ""},                                //
		{"zh", "PD-1抗体", "brakes#risk"},                 // both kinds of writing
		{"zh", "供者会不会皮疹", "cells#what brakes#risk"},     // or some pairs of them
		{"zh", "", ""}, {"en", " -*\" ", ""}, {"xx", "brakes", ""},
	} {
		found, err := p.Find(t.Context(), tt.lang, tt.text, 10)
		if err != nil {
			t.Errorf("%s %q: %v", tt.lang, tt.text, err)
		}
		var got []string
		for _, f := range found {
			got = append(got, strings.TrimSuffix(f.Slug+"#"+f.ID, "#"))
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s %q: got %q, want %q", tt.lang, tt.text, got, tt.want)
		}
	}
}

func TestSnippets(t *testing.T) {
	p := passages(t)
	for _, tt := range []struct{ lang, text, title, want string }{
		{"en", "rash", "Brakes / Risks", "A [rash]. A cough. The brakes again."},
		{"zh", "皮疹", "检查点 / 副作用", "免疫治疗可能引起[皮疹]。PD-1抗体也一样。"},
		{"zh", "副作用", "检查点 / 副作用", "免疫治疗可能引起皮疹。PD-1抗体也一样。"},
	} {
		found, err := p.Find(t.Context(), tt.lang, tt.text, 1)
		if err != nil || len(found) != 1 {
			t.Fatalf("%s: got %v, %v", tt.text, found, err)
		}
		var got strings.Builder
		for _, piece := range found[0].Snippet {
			if piece.Match {
				got.WriteString("[" + piece.Text + "]")
			} else {
				got.WriteString(piece.Text)
			}
		}
		if title := found[0].Title + " / " + found[0].Heading; got.String() != tt.want || title != tt.title {
			t.Errorf("%s: got %q in %q, want %q in %q", tt.text, got.String(), title, tt.want, tt.title)
		}
	}
}

// Nobody can type what the index does not take.
func FuzzFindPassages(f *testing.F) {
	for _, seed := range []string{"brakes", `"`, "免疫治疗", "a AND b*", "\x00\xff", "é\u0301", "NEAR(a b)", "-", strings.Repeat("x ", 500)} {
		f.Add("zh", seed)
		f.Add("en", seed)
	}
	p, err := store.NewPassages(f.Context(), []trials.Passage{{Lang: "zh", Slug: "s", Title: "免疫", Text: "免疫治疗 x"}, {Lang: "en", Slug: "s", Title: "a b", Text: "x é"}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, lang, text string) {
		found, err := p.Find(t.Context(), lang, text, 5)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range found {
			for _, piece := range one.Snippet {
				if strings.ContainsAny(piece.Text, "\x02\x03\u200b") {
					t.Errorf("a mark of the index shows in %q", piece.Text)
				}
			}
		}
	})
}
