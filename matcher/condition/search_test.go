package condition_test

import (
	"testing"

	"trialfinder/matcher/condition"
)

func TestSearchFirst(t *testing.T) {
	v := mustLoad(t)
	tests := []struct{ query, lang, want string }{
		// Danish.
		{"brystkræft", "da", "breast_cancer"},
		{"brystkraeft", "da", "breast_cancer"},
		{"bryst", "da", "breast_cancer"},
		{"brystkræt", "da", "breast_cancer"},
		{"gammel hofte", "da", "osteoarthritis"},
		{"slidgit", "da", "osteoarthritis"},
		{"lungecancer", "da", "lung_cancer"},
		{"modermerkekræft", "da", "melanoma"},
		{"KOL", "da", "copd"},
		{"blodprop i hjertet", "da", "myocardial_infarction"},
		{"dissemineret sklerose", "da", "multiple_sclerosis"},
		{"jeg har lungekræft med spredning", "da", "lung_cancer"},
		// Dutch.
		{"borstkanker", "nl", "breast_cancer"},
		{"alvleesklierkancer", "nl", "pancreatic_cancer"},
		{"ziekte van Kahler", "nl", "multiple_myeloma"},
		{"versleten knie", "nl", "osteoarthritis"},
		{"taaislijmzikte", "nl", "cystic_fibrosis"},
		{"reuma", "nl", "rheumatoid_arthritis"},
		// French.
		{"cancer du sein", "fr", "breast_cancer"},
		{"melanome", "fr", "melanoma"},
		{"maladie de Charcot", "fr", "als"},
		{"sclérose en plaque", "fr", "multiple_sclerosis"},
		{"lymphome non hodgkinien", "fr", "nhl"},
		{"SIDA", "fr", "hiv_infection"},
		{"leucemie aigue myeloide", "fr", "aml"},
		// Chinese, also as pinyin.
		{"肺癌", "zh", "lung_cancer"},
		{"feiai", "zh", "lung_cancer"},
		{"fei ai", "zh", "lung_cancer"},
		{"非小细胞", "zh", "nsclc"},
		{"渐冻", "zh", "als"},
		{"乙肝", "zh", "hepatitis_b_disease"},
		// English.
		{"non-Hodgkin", "en", "nhl"},
		{"nonhodgkin", "en", "nhl"},
		{"melanmoa", "en", "melanoma"},
		{"parkinsns", "en", "parkinson"},
		{"glioblastma multforme", "en", "glioblastoma"},
		{"MS", "en", "multiple_sclerosis"},
		{"ALL", "en", "all"},
		{"bone cancer", "en", "sarcoma"},
		{"stage IV adenocarcinoma of the lung", "en", "nsclc_adenocarcinoma"},
		{"desmoplastic small round cell tumor", "en", "soft_tissue_sarcoma"},
		// Another language than the reader's.
		{"brystkræft", "fr", "breast_cancer"},
		{"lung cancer", "zh", "lung_cancer"},
		{"lung cancer", "xx", "lung_cancer"},
	}
	for _, tt := range tests {
		got := v.Search(tt.query, tt.lang, 5)
		if len(got) == 0 || got[0].ID != tt.want {
			t.Errorf("Search(%q, %s): got %v, want %s first", tt.query, tt.lang, got, tt.want)
			continue
		}
		if want := v.Name(tt.want, tt.lang); got[0].Name != want {
			t.Errorf("Search(%q, %s): name %q, want %q", tt.query, tt.lang, got[0].Name, want)
		}
	}
}

func TestSearchMany(t *testing.T) {
	v := mustLoad(t)
	tests := []struct {
		name, query, lang string
		limit             int
		want              []string
	}{
		{"nothing typed", " - ", "en", 5, nil},
		{"nonsense", "qqqqqqqq", "en", 5, nil},
		{"short words get no slack", "mz", "en", 1, []string{"marginal_zone_lymphoma"}},
		{"a wrong short word is not guessed", "mqs", "en", 5, nil},
		{"both that share a word", "diabetes", "nl", 2, []string{"diabetes_type1", "diabetes_type2"}},
		{"the illness before its kinds", "melanoma", "en", 2, []string{"melanoma", "uveal_melanoma"}},
		{"the limit holds", "cancer", "en", 3, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := v.Search(tt.query, tt.lang, tt.limit)
			if tt.name == "the limit holds" {
				if len(got) != tt.limit {
					t.Errorf("Search(%q, %s, %d): got %d", tt.query, tt.lang, tt.limit, len(got))
				}
				return
			}
			if len(got) != len(tt.want) {
				t.Fatalf("Search(%q, %s): got %v, want %v", tt.query, tt.lang, got, tt.want)
			}
			for i, s := range got {
				if s.ID != tt.want[i] {
					t.Errorf("Search(%q, %s) at %d: got %s, want %s", tt.query, tt.lang, i, s.ID, tt.want[i])
				}
			}
		})
	}
}

func TestSearchWithoutLimit(t *testing.T) {
	v := mustLoad(t)
	if got := v.Search("cancer", "en", 0); len(got) < 30 {
		t.Errorf("Search(cancer) without a limit: got %d, want the cancers", len(got))
	}
}

func FuzzSearch(f *testing.F) {
	v := mustLoad(f)
	for _, s := range []string{"brystkræft", "肺", "non hodgkin", "\xff", "a b c d e f g"} {
		f.Add(s, "da")
	}
	f.Fuzz(func(t *testing.T, query, lang string) {
		got := v.Search(query, lang, 4)
		if len(got) > 4 {
			t.Errorf("Search(%q, %q, 4): got %d", query, lang, len(got))
		}
		seen := map[string]bool{}
		for _, s := range got {
			if _, ok := v.ByID(s.ID); !ok || seen[s.ID] || s.Name == "" {
				t.Errorf("Search(%q, %q): bad suggestion %+v", query, lang, s)
			}
			seen[s.ID] = true
		}
	})
}

func BenchmarkSearch(b *testing.B) {
	v := mustLoad(b)
	for b.Loop() {
		v.Search("glioblastma multforme", "en", 10)
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := condition.Load(); err != nil {
			b.Fatal(err)
		}
	}
}

func TestCalled(t *testing.T) {
	v := mustLoad(t)
	tests := []struct {
		id, phrase string
		want       bool
	}{
		{"nsclc", "Non-Small-Cell Lung Cancer", true},
		{"heart_disease", "myocarditis", false},
		{"nsclc", "lung cancer", false},
		{"b_nhl", "primary mediastinal B-cell lymphoma", false},
	}
	for _, tt := range tests {
		if got := v.Called(tt.id, tt.phrase); got != tt.want {
			t.Errorf("Called(%s, %q): got %v, want %v", tt.id, tt.phrase, got, tt.want)
		}
	}
}
