package criteria_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"trialfinder/matcher/condition"
	"trialfinder/matcher/criteria"
)

func parser(tb testing.TB) *criteria.Parser {
	tb.Helper()
	p, err := loaded()
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

var loaded = sync.OnceValues(func() (*criteria.Parser, error) {
	conditions, err := condition.Load()
	if err != nil {
		return nil, err
	}
	return criteria.Load(conditions)
})

// outline tells criteria as "kind[cohort]: text", one a line.
func outline(cs []criteria.Criterion) []string {
	var out []string
	for _, c := range cs {
		cohort := ""
		if c.Cohort != "" {
			cohort = "[" + c.Cohort + "]"
		}
		out = append(out, string(c.Kind)+cohort+": "+c.Text)
	}
	return out
}

func TestParseStructure(t *testing.T) {
	p := parser(t)
	tests := []struct {
		name, text string
		want       []string
	}{
		{"two sections with bullets", "Inclusion Criteria:\n\n* Age 18 or more\n* ECOG 0-1\n\nExclusion Criteria:\n\n* HIV\n", []string{
			"heading: Inclusion Criteria:", "inclusion: * Age 18 or more", "inclusion: * ECOG 0-1",
			"heading: Exclusion Criteria:", "exclusion: * HIV"}},
		{"no head at all is inclusion", "Adults with asthma", []string{"inclusion: Adults with asthma"}},
		{"capitals without a colon", "INCLUSION CRITERIA\n1. A\n2. B\nEXCLUSION CRITERIA\n1) C", []string{
			"heading: INCLUSION CRITERIA", "inclusion: 1. A", "inclusion: 2. B", "heading: EXCLUSION CRITERIA", "exclusion: 1) C"}},
		{"key criteria, bulleted head", "-  KEY INCLUSION CRITERIA:\n   -  A\n-  KEY EXCLUSION CRITERIA:\n   -  B", []string{
			"heading: -  KEY INCLUSION CRITERIA:", "inclusion: -  A", "heading: -  KEY EXCLUSION CRITERIA:", "exclusion: -  B"}},
		{"inline head", "Inclusion Criteria: Adults only\nExclusion: none of them ill", []string{
			"heading: Inclusion Criteria:", "inclusion: Adults only", "heading: Exclusion:", "exclusion: none of them ill"}},
		{"french non-inclusion is exclusion", "Critères de non-inclusion :\n- Grossesse", []string{
			"heading: Critères de non-inclusion :", "exclusion: - Grossesse"}},
		{"non-inclusion in english too", "Non-inclusion criteria:\n- Pregnancy", []string{
			"heading: Non-inclusion criteria:", "exclusion: - Pregnancy"}},
		{"chinese heads", "入选标准：\n1. 年龄18岁以上\n排除标准：\n1. 妊娠", []string{
			"heading: 入选标准：", "inclusion: 1. 年龄18岁以上", "heading: 排除标准：", "exclusion: 1. 妊娠"}},
		{"a cohort's own section", "Donor Inclusion Criteria:\n* Related donor\nExclusion Criteria:\n* HIV", []string{
			"heading[Donor]: Donor Inclusion Criteria:", "inclusion[Donor]: * Related donor", "heading: Exclusion Criteria:", "exclusion: * HIV"}},
		{"a head that runs into its first item", "Inclusion criteria common to cohort B 1. Earlier chemotherapy\n2. No HIV", []string{
			"heading[cohort B]: Inclusion criteria common to cohort B", "inclusion[cohort B]: 1. Earlier chemotherapy", "inclusion[cohort B]: 2. No HIV"}},
		{"a number in a sentence begins no list", "Exclusion Criteria:\n- Inclusion into arm 1. A second consent is needed", []string{
			"heading: Exclusion Criteria:", "exclusion[arm 1]: - Inclusion into arm 1. A second consent is needed"}},
		{"wrapped lines are one item", "Inclusion Criteria:\n\n  -  Written consent given by the patient or by somebody\n     who may speak for the patient\n\n  -  Adult", []string{
			"heading: Inclusion Criteria:",
			"inclusion: -  Written consent given by the patient or by somebody\n     who may speak for the patient", "inclusion: -  Adult"}},
		{"wrapped prose without bullets", "Patients whose disease came back after the first treatment, and who\nhave not had another one since.\nNo pregnancy.", []string{
			"inclusion: Patients whose disease came back after the first treatment, and who\nhave not had another one since.", "inclusion: No pregnancy."}},
		{"one of the following is one criterion", "Inclusion Criteria:\n* One of the following:\n  - A\n  - B\n* C", []string{
			"heading: Inclusion Criteria:", "inclusion: * One of the following:\n  - A\n  - B", "inclusion: * C"}},
		{"any of the following excludes item by item", "Exclusion Criteria:\n* Any of the following:\n  - A\n  - B", []string{
			"heading: Exclusion Criteria:", "heading: * Any of the following:", "exclusion: - A", "exclusion: - B"}},
		{"a stem over its list demands nothing itself", "Inclusion Criteria:\n1. Adequate organ function:\n   * ANC 1.5\n   * Platelets 100", []string{
			"heading: Inclusion Criteria:", "heading: 1. Adequate organ function:", "inclusion: * ANC 1.5", "inclusion: * Platelets 100"}},
		{"notes demand nothing", "Inclusion Criteria:\n* A\nNote: B is allowed.\nOther protocol-defined inclusion/exclusion criteria may apply.", []string{
			"heading: Inclusion Criteria:", "inclusion: * A", "note: Note: B is allowed.", "note: Other protocol-defined inclusion/exclusion criteria may apply."}},
		{"but for notes that ban somebody", "Exclusion Criteria:\n* A\n* Note: Patients with leptomeningeal metastases are not eligible.\n* Note: Others with B are eligible; C are not eligible.", []string{
			"heading: Exclusion Criteria:", "exclusion: * A", "exclusion: * Note: Patients with leptomeningeal metastases are not eligible.", "note: * Note: Others with B are eligible; C are not eligible."}},
		{"a sentence about inclusion is no head", "Exclusion Criteria:\n* Weight loss in the weeks before inclusion\ninclusion.", []string{
			"heading: Exclusion Criteria:", "exclusion: * Weight loss in the weeks before inclusion\ninclusion."}},
		{"carriage returns", "Inclusion Criteria:\r\n\r\n- A\r\n- B\r\n", []string{"heading: Inclusion Criteria:", "inclusion: - A", "inclusion: - B"}},
		{"nothing", " \n\t\n", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, outline(p.Parse(tt.text))); diff != "" {
				t.Errorf("Parse(%q) (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

// TestOneLineOfSeveralDemands: each can be met or not by itself.
func TestOneLineOfSeveralDemands(t *testing.T) {
	cs := parser(t).Parse("Inclusion Criteria:\n* Age ≥ 18 years, KPS ≥ 70\n* Platelets ≥ 100 or transfused")
	want := []string{"heading: Inclusion Criteria:", "inclusion: * Age ≥ 18 years,", "inclusion: KPS ≥ 70", "inclusion: * Platelets ≥ 100 or transfused"}
	if diff := cmp.Diff(want, outline(cs)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := criteria.Facts(cs[1].Rule); len(got) != 1 || got[0] != "age" {
		t.Errorf("the first demand: got %v, want age", got)
	}
	if got := criteria.Facts(cs[2].Rule); len(got) != 1 || got[0] != "performance_ecog" {
		t.Errorf("the second demand: got %v, want performance_ecog", got)
	}
}

// TestCohortOfAnItem: an item that names a cohort holds for that one.
func TestCohortOfAnItem(t *testing.T) {
	cs := parser(t).Parse("Exclusion Criteria:\n* Known CNS involvement (Cohort B only)\n* Eastern Cooperative Oncology Group 3")
	if cs[1].Cohort != "Cohort B" || cs[2].Cohort != "" {
		t.Errorf("got %q and %q, want Cohort B and none", cs[1].Cohort, cs[2].Cohort)
	}
}

// checkSpans holds the invariant of every parse: spans are in order, don't
// overlap, carry the text's own bytes, and together cover all that is not white space.
func checkSpans(tb testing.TB, text string, cs []criteria.Criterion) {
	tb.Helper()
	at := 0
	for _, c := range cs {
		if c.Start < at || c.End <= c.Start || c.End > len(text) || text[c.Start:c.End] != c.Text {
			tb.Fatalf("Parse(%q): bad span [%d,%d) after %d", text, c.Start, c.End, at)
		}
		if gap := strings.TrimFunc(text[at:c.Start], unicode.IsSpace); gap != "" {
			tb.Fatalf("Parse(%q): lost %q before %d", text, gap, c.Start)
		}
		at = c.End
	}
	if rest := strings.TrimFunc(text[at:], unicode.IsSpace); rest != "" {
		tb.Fatalf("Parse(%q): lost %q at the end", text, rest)
	}
}

func FuzzParse(f *testing.F) {
	p := parser(f)
	for _, s := range []string{
		"Inclusion Criteria:\n* a\n  1. b\nExclusion: c", "•\n-\n:\n", "Inclusion:Exclusion:x", "\u2028a\r\n\tb", "\xff: \xfe\n排除标准：一",
		"* One of the following:\n  - A", "Inclusion Criteria: \u00a0\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) { checkSpans(t, text, p.Parse(text)) })
}

func TestParseSplit(t *testing.T) {
	t.Parallel()
	p := parser(t)
	const text = "Age over 18 years\nHIV infection"
	tests := map[string]struct {
		at   int
		want []criteria.Kind
	}{
		"exclusions from the second line": {len("Age over 18 years\n"), []criteria.Kind{criteria.Inclusion, criteria.Exclusion}},
		"no exclusions":                   {len(text), []criteria.Kind{criteria.Inclusion, criteria.Inclusion}},
		"only exclusions":                 {0, []criteria.Kind{criteria.Exclusion, criteria.Exclusion}},
		"a place that is not there":       {len(text) + 9, []criteria.Kind{criteria.Inclusion, criteria.Inclusion}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var kinds []criteria.Kind
			for _, c := range p.ParseSplit(text, tt.at, nil) {
				kinds = append(kinds, c.Kind)
				if c.Text != text[c.Start:c.End] {
					t.Errorf("[%d, %d) is %q, got %q", c.Start, c.End, text[c.Start:c.End], c.Text)
				}
			}
			if diff := cmp.Diff(tt.want, kinds); diff != "" {
				t.Errorf("kinds (-want +got):\n%s", diff)
			}
		})
	}
}

// TestItemsStayApart: what the registry sends as demands of their own is not read as the
// lines of one, and the lines of one are.
func TestItemsStayApart(t *testing.T) {
	t.Parallel()
	p := parser(t)
	first, second, third := "Basal cell carcinoma of the head or neck that can\nbe removed", "18 years or older", "known allergy to the drug"
	text := first + "\n" + second + "\n" + third
	begins := []int{0, len(first) + 1, len(first) + len(second) + 2}
	var got []string
	for _, c := range p.ParseSplit(text, begins[2], begins) {
		got = append(got, string(c.Kind)+": "+c.Text)
	}
	want := []string{"inclusion: " + first, "inclusion: " + second, "exclusion: " + third}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestSameWordingsNameTheirIllness: what same.tsv lists is found, and found as that.
func TestSameWordingsNameTheirIllness(t *testing.T) {
	p := parser(t)
	for id, phrases := range criteria.SameWordings(p) {
		for _, phrase := range phrases {
			found := false
			for _, c := range p.Parse("INCLUSION CRITERIA:\n* " + phrase) {
				criteria.Walk(c.Rule, func(a criteria.Atom) {
					found = found || a.Fact == "condition" && slices.Contains(a.Value.List, id)
				})
			}
			if !found {
				t.Errorf("%s: %q is not read as it", id, phrase)
			}
		}
	}
}

// TestListedIllnessesAreKnown: lists.tsv names illnesses by their ids.
func TestListedIllnessesAreKnown(t *testing.T) {
	conditions, err := condition.Load()
	if err != nil {
		t.Fatal(err)
	}
	ids := criteria.ListedIllnesses(parser(t))
	if len(ids) == 0 {
		t.Fatal("no illnesses are listed")
	}
	for _, id := range ids {
		if _, ok := conditions.ByID(id); !ok {
			t.Errorf("lists.tsv: %q is no illness", id)
		}
	}
}
