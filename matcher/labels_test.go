package matcher_test

import (
	"crypto/sha256"
	"encoding/csv"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"trialfinder/matcher/therapy"
	"trialfinder/trials"
)

// The floors of what the classifier has reached on labelled trials. They may rise.
const (
	floorRoles      = 0.90
	floorConditions = 0.92 // precision and recall alike
	fewest          = 10   // cases under which a share says nothing
)

var floorF1 = map[string]float64{
	"checkpoint": 0.98, "t_cell": 0.98, "nk": 0.97, "msc": 0.97,
}

const floorOtherF1 = 0.91

// label is what readers made of one trial.
type label struct {
	set        string
	therapies  map[string]therapy.Role
	conditions []string
}

func readLabels(t *testing.T) map[string]label {
	t.Helper()
	out := map[string]label{}
	for _, row := range readTestTable(t, "testdata/labels.tsv", "set", "id", "therapies", "conditions") {
		l := label{set: row[0], therapies: map[string]therapy.Role{}, conditions: strings.Fields(row[3])}
		for _, field := range strings.Fields(row[2]) {
			id, role, _ := strings.Cut(field, ":")
			l.therapies[id] = therapy.Role(role)
		}
		if _, twice := out[row[1]]; twice {
			t.Errorf("labels.tsv: %s twice", row[1])
		}
		out[row[1]] = l
	}
	return out
}

// readTestTable gives the rows of a table under a header; "#" begins a remark.
func readTestTable(t *testing.T, name string, header ...string) [][]string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	r := csv.NewReader(f)
	r.Comma, r.Comment, r.LazyQuotes = '\t', '#', true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(rows[0], header) {
		t.Fatalf("%s: header %q, want %q", name, rows[0], header)
	}
	return rows[1:]
}

// corpusTrials are all ClinicalTrials.gov records of the corpus by id, or skips.
func corpusTrials(t *testing.T) map[string]*trials.Trial {
	t.Helper()
	out := map[string]*trials.Trial{}
	for _, name := range []string{"ctgov.ndjson.gz", "ctgov-older.ndjson.gz"} {
		eachTrial(t, func(trial *trials.Trial) { out[trial.ID] = trial }, "registry", name)
	}
	return out
}

// TestLabelsAreTheDraw: the labelled trials are those that nets.tsv draws, so that
// nobody has picked them.
func TestLabelsAreTheDraw(t *testing.T) {
	all := corpusTrials(t)
	labels := readLabels(t)
	drawn := map[string]bool{}
	for _, row := range readTestTable(t, "testdata/nets.tsv", "set", "seed", "count", "where", "words") {
		count, err := strconv.Atoi(row[2])
		if err != nil {
			t.Fatal(err)
		}
		words := regexp.MustCompile(`(?i)` + row[4])
		for _, id := range shuffled(slices.Collect(maps.Keys(all)), row[1]) {
			if count == 0 {
				break
			}
			if drawn[id] || !words.MatchString(named(all[id], row[3] == "given")) {
				continue
			}
			drawn[id] = true
			count--
			if got := labels[id].set; got != row[0] {
				t.Errorf("%s: labelled in set %q, drawn in %q", id, got, row[0])
			}
		}
	}
	if len(drawn) != len(labels) {
		t.Errorf("drawn %d trials, labelled %d", len(drawn), len(labels))
	}
}

// shuffled orders ids by a hash over seed and id: no generator's version matters.
func shuffled(ids []string, seed string) []string {
	hash := func(id string) string { h := sha256.Sum256([]byte(seed + id)); return string(h[:]) }
	slices.SortFunc(ids, func(a, b string) int { return strings.Compare(hash(a), hash(b)) })
	return ids
}

// named is what a record calls its treatment, one name a line.
func named(t *trials.Trial, given bool) string {
	names := []string{t.BriefTitle, t.OfficialTitle}
	for _, v := range t.Interventions {
		names = append(append(names, v.Name), v.OtherNames...)
		if given {
			names = append(names, v.Description)
		}
	}
	for _, a := range t.Arms {
		names = append(names, a.Label)
	}
	return strings.Join(names, "\n")
}

// tally counts what was found rightly, found wrongly and missed.
type tally struct{ right, wrong, missed int }

func (c tally) precision() float64 { return float64(c.right) / float64(max(1, c.right+c.wrong)) }
func (c tally) recall() float64    { return float64(c.right) / float64(max(1, c.right+c.missed)) }
func (c tally) f1() float64 {
	return float64(2*c.right) / float64(max(1, 2*c.right+c.wrong+c.missed))
}

// add counts the members of got and want.
func (c *tally) add(got, want []string) {
	for _, id := range got {
		if slices.Contains(want, id) {
			c.right++
		} else {
			c.wrong++
		}
	}
	for _, id := range want {
		if !slices.Contains(got, id) {
			c.missed++
		}
	}
}

// scores is how the classifier stands against the labels of one set.
type scores struct {
	therapies             map[string]*tally
	conditions            tally
	rolesRight, rolesOver int
}

// TestClassifyAgainstLabels holds the floors and prints the table of docs/classification.md.
func TestClassifyAgainstLabels(t *testing.T) {
	m := newMatcher(t)
	all := corpusTrials(t)
	sets := map[string]*scores{}
	for id, want := range readLabels(t) {
		got := m.Read(all[id])
		for _, set := range []string{want.set, "all"} {
			s := sets[set]
			if s == nil {
				s = &scores{therapies: map[string]*tally{}}
				for _, id := range m.Therapies.IDs() {
					s.therapies[id] = &tally{}
				}
				sets[set] = s
			}
			s.conditions.add(got.Conditions, want.conditions)
			s.count(got.Therapies, want.therapies)
		}
	}
	for _, set := range slices.Sorted(maps.Keys(sets)) {
		s := sets[set]
		t.Logf("%s: roles right %d of %d; conditions: precision %.3f, recall %.3f", set, s.rolesRight, s.rolesOver, s.conditions.precision(), s.conditions.recall())
		for _, id := range m.Therapies.IDs() {
			c := *s.therapies[id]
			t.Logf("  %-10s %3d labelled, precision %.3f, recall %.3f, F1 %.3f", id, c.right+c.missed, c.precision(), c.recall(), c.f1())
		}
	}
	s := sets["all"]
	for id, c := range s.therapies {
		floor, ok := floorF1[id]
		if !ok {
			floor = floorOtherF1
		}
		if c.right+c.missed >= fewest && c.f1() < floor {
			t.Errorf("%s: F1 %.3f, want at least %.3f", id, c.f1(), floor)
		}
	}
	if roles := float64(s.rolesRight) / float64(s.rolesOver); roles < floorRoles {
		t.Errorf("roles: %.3f right, want at least %.3f", roles, floorRoles)
	}
	if c := s.conditions; c.precision() < floorConditions || c.recall() < floorConditions {
		t.Errorf("conditions: precision %.3f, recall %.3f, want at least %.3f", c.precision(), c.recall(), floorConditions)
	}
}

func (s *scores) count(got []therapy.Label, want map[string]therapy.Role) {
	roles := map[string]therapy.Role{}
	for _, l := range got {
		roles[l.ID] = l.Role
	}
	for id, c := range s.therapies {
		_, found := roles[id]
		role, meant := want[id]
		switch {
		case found && meant:
			c.right++
			s.rolesOver++
			if roles[id] == role {
				s.rolesRight++
			}
		case found:
			c.wrong++
		case meant:
			c.missed++
		}
	}
}
