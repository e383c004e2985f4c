package matcher_test

import (
	"slices"
	"testing"

	"trialfinder/matcher"
)

func TestPaperOf(t *testing.T) {
	m := newMatcher(t)
	for id, want := range map[string]string{
		"age": "", "performance_ecog": "", "pdl1_tps": "pathology_report", "hemoglobin": "blood_test", "hla_a0201": "tissue_typing",
		"prior_chemo": "hospital_letter", "brain_metastases": "scan_report", "hepatitis_b": "infection_test", "lvef": "heart_test", "no_such_fact": "",
	} {
		if got := m.PaperOf(id); got != want {
			t.Errorf("%s stands in %q, want %q", id, got, want)
		}
	}
}

func TestBestPapers(t *testing.T) {
	m := newMatcher(t)
	trial := aTrial(t, nil)
	base := m.Read(&trial)
	const (
		ecog  = `{"fact":"performance_ecog","op":"<=","value":1}`
		pdl1  = `{"fact":"pdl1_tps","op":">=","value":50}`
		msi   = `{"fact":"msi_high","op":"=","value":true}`
		scan  = `{"fact":"measurable_disease","op":"=","value":true}`
		hbv   = `{"fact":"hbv_dna","op":"<","value":500}`
		brain = `{"fact":"brain_metastases","op":"=","value":"none"}`
		anc   = `{"fact":"neutrophils","op":">=","value":1.5}`
		words = `{"all":[{"fact":"msi_high","op":"=","value":true},{"unknown":"as judged"}]}`
	)
	known := `"age":62,"sex":"female","condition":["nsclc"],"performance_ecog":1`
	pathology := func(settles, bears int, facts ...string) matcher.Paper {
		return matcher.Paper{Paper: "pathology_report", Facts: facts, Settles: settles, BearsOn: bears}
	}
	tests := []struct {
		name   string
		facts  string
		trials [][]string
		want   []matcher.Paper
	}{
		{"nothing is missing", known, [][]string{{ecog}}, nil},
		{"one paper settles two trials", known, [][]string{{pdl1}, {pdl1, msi}}, []matcher.Paper{pathology(2, 2, "pdl1_tps", "msi_high")}},
		{"a paper that settles before one that bears on more", known, [][]string{{pdl1}, {scan, msi, anc}, {scan, hbv, anc}},
			[]matcher.Paper{
				pathology(1, 2, "pdl1_tps", "msi_high"),
				{Paper: "blood_test", Facts: []string{"neutrophils"}, BearsOn: 2},
				{Paper: "infection_test", Facts: []string{"hbv_dna"}, BearsOn: 1},
				{Paper: "scan_report", Facts: []string{"measurable_disease"}, BearsOn: 2},
			}},
		{"what no fact expresses stays", known, [][]string{{words}}, []matcher.Paper{pathology(0, 1, "msi_high")}},
		{"what is ruled out needs no paper", known, [][]string{{`{"fact":"performance_ecog","op":"=","value":0}`, pdl1}}, nil},
		{"most people know it", known, [][]string{{brain}}, nil},
		{"this one does not", known + `,"brain_metastases":null`, [][]string{{brain}}, []matcher.Paper{{Paper: "scan_report", Facts: []string{"brain_metastases"}, Settles: 1, BearsOn: 1}}},
		{"what a person knows is no paper", `"age":62,"sex":"female","condition":["nsclc"]`, [][]string{{ecog}}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var list []*matcher.Candidate
			for _, rules := range tt.trials {
				list = append(list, &matcher.Candidate{Trial: trial, Listing: listing(t, base, rules...)})
			}
			got := m.BestPapers(list, profile(t, `{"facts":{`+tt.facts+`}}`))
			if len(got) != len(tt.want) {
				t.Fatalf("got %+v, want %+v", got, tt.want)
			}
			slices.SortStableFunc(tt.want, func(a, b matcher.Paper) int {
				if a.Settles != b.Settles {
					return b.Settles - a.Settles
				}
				return b.BearsOn - a.BearsOn
			})
			for i, w := range tt.want {
				if got[i].Paper != w.Paper || got[i].Settles != w.Settles || got[i].BearsOn != w.BearsOn || !slices.Equal(got[i].Facts, w.Facts) {
					t.Errorf("place %d: got %+v, want %+v", i, got[i], w)
				}
			}
		})
	}
}

// TestBestPapersOfRealTrials: no paper is said to settle more than it bears on, and
// what it is said to tell is lacking.
func TestBestPapersOfRealTrials(t *testing.T) {
	m := newMatcher(t)
	cs := openCorpus(t, m)
	p := profile(t, `{"facts":{"age":62,"sex":"female","country":"DK","condition":["nsclc"],"performance_ecog":1}}`)
	var list []*matcher.Candidate
	for i := range cs {
		if m.Considered(&cs[i], p) && len(list) < 60 && m.Assess(cs[i].Listing, p).Verdict == matcher.Open {
			list = append(list, &cs[i])
		}
	}
	got := m.BestPapers(list, p)
	if len(got) < 3 {
		t.Fatalf("got %+v, want several papers", got)
	}
	for i, paper := range got {
		if paper.Settles > paper.BearsOn || paper.BearsOn > len(list) || len(paper.Facts) == 0 {
			t.Errorf("got %+v", paper)
		}
		if i > 0 && paper.Settles > got[i-1].Settles {
			t.Errorf("%+v stands behind %+v", paper, got[i-1])
		}
	}
}
