package condition_test

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"trialfinder/matcher/condition"
)

// floor is the least share of immunotherapy and cell-therapy trials of which an
// illness must be known. The rest test illnesses that the vocabulary has not
// (asthma, epilepsy …) or healthy people.
const floor = 0.94

// tested finds the trials that matter here by what they give, roughly: which
// trials exactly is another package's question.
var tested = regexp.MustCompile(`(?i)(pembroliz|nivol|atezoliz|durval|avel|ipilim|cemipl|toripal|sintil|camreliz|tisleliz|tremelim)[a-z]*mab|` +
	`anti-?PD-?L?1|CTLA-?4|checkpoint inhib|CAR-?T|chimeric antigen|NK cell|natural killer|tumou?r.infiltrating|\bTILs?\b|` +
	`mesenchym|stromal cell|\bMSCs?\b|(cancer|tumou?r|melanoma|peptide|DC) vaccine|dendritic cell|oncolytic|T.cell therapy|` +
	`lymphocyte infusion|\bCIK\b|cytokine.induced killer|exosome|T lymphocytes`)

type record struct {
	ProtocolSection struct {
		IdentificationModule struct {
			NCTID         string `json:"nctId"`
			BriefTitle    string `json:"briefTitle"`
			OfficialTitle string `json:"officialTitle"`
		} `json:"identificationModule"`
		ConditionsModule struct {
			Conditions []string `json:"conditions"`
			Keywords   []string `json:"keywords"`
		} `json:"conditionsModule"`
		ArmsInterventionsModule struct {
			Interventions []struct {
				Name string `json:"name"`
			} `json:"interventions"`
		} `json:"armsInterventionsModule"`
	} `json:"protocolSection"`
	DerivedSection struct {
		ConditionBrowseModule struct {
			Meshes []struct {
				ID string `json:"id"`
			} `json:"meshes"`
		} `json:"conditionBrowseModule"`
	} `json:"derivedSection"`
}

func (r record) study() condition.Study {
	p := r.ProtocolSection
	s := condition.Study{
		Conditions: p.ConditionsModule.Conditions,
		Keywords:   p.ConditionsModule.Keywords,
		Titles:     []string{p.IdentificationModule.BriefTitle, p.IdentificationModule.OfficialTitle},
	}
	for _, m := range r.DerivedSection.ConditionBrowseModule.Meshes {
		s.MeSHIDs = append(s.MeSHIDs, m.ID)
	}
	return s
}

func (r record) matters() bool {
	p := r.ProtocolSection
	words := []string{p.IdentificationModule.BriefTitle, p.IdentificationModule.OfficialTitle}
	for _, i := range p.ArmsInterventionsModule.Interventions {
		words = append(words, i.Name)
	}
	return tested.MatchString(strings.Join(words, " | "))
}

// readCorpus gives the stored registry records, or skips the test.
func readCorpus(t *testing.T) []record {
	t.Helper()
	root := os.Getenv("TRIALFINDER_CORPUS")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	files, _ := filepath.Glob(filepath.Join(root, "registry", "ctgov*.ndjson.gz"))
	if len(files) == 0 {
		t.Skip("no registry records; set TRIALFINDER_CORPUS to the folder that holds them")
	}
	byID := map[string]record{}
	for _, name := range files {
		for _, r := range readFile(t, name) {
			byID[r.ProtocolSection.IdentificationModule.NCTID] = r
		}
	}
	var out []record
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		out = append(out, byID[id])
	}
	return out
}

func readFile(t *testing.T, name string) []record {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var out []record
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var r record
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatalf("%s: record %d: %v", name, len(out)+1, err)
		}
		out = append(out, r)
	}
	if err := lines.Err(); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return out
}

func TestCorpusIsMapped(t *testing.T) {
	if testing.Short() {
		t.Skip("reads all stored records")
	}
	v := mustLoad(t)
	all, mapped := 0, 0
	unmapped := map[string]int{}
	for _, r := range readCorpus(t) {
		if !r.matters() {
			continue
		}
		all++
		if len(v.Map(r.study())) > 0 {
			mapped++
			continue
		}
		for _, c := range r.ProtocolSection.ConditionsModule.Conditions {
			unmapped[strings.ToLower(c)]++
		}
	}
	if all == 0 {
		t.Fatal("no record matters")
	}
	share := float64(mapped) / float64(all)
	t.Logf("%d of %d trials (%.1f %%) have a known illness; unmapped: %v", mapped, all, 100*share, most(unmapped, 15))
	if share < floor {
		t.Errorf("share with a known illness: got %.3f, want at least %.3f", share, floor)
	}
}

func most(counts map[string]int, n int) []string {
	keys := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	return keys[:min(n, len(keys))]
}
