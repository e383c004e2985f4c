package matcher_test

import (
	"cmp"
	"os"
	"slices"
	"strings"
	"testing"

	"trialfinder/matcher"
	"trialfinder/matcher/criteria"
	"trialfinder/matcher/lexicon"
	"trialfinder/matcher/therapy"
	"trialfinder/trials"
)

// floors of the share of criteria of immunotherapy and cell-therapy trials that are
// read or the staff's, and the ceiling of the staff's.
const (
	floorRead     = 0.705
	ceilingClinic = 0.10
)

// topic is what some criteria speak of, and how they were read.
type topic struct {
	name                         string
	all, read, deciding, clinics int
	unread                       map[string]int // the words around the topic's own, where nothing was read
}

// TestTopics counts, topic by topic, how the criteria of immunotherapy and
// cell-therapy trials are read, and holds the floor; -v prints the table of
// docs/criteria.md.
func TestTopics(t *testing.T) {
	words, topics := readTopics(t)
	m := newMatcher(t)
	for _, file := range []string{"ctgov.ndjson.gz", "ctgov-older.ndjson.gz"} {
		eachTested(t, m, file, func(cs []criteria.Criterion) {
			for _, c := range cs {
				if c.Kind.Demands() {
					topicOf(words, topics, c.Text).count(c)
				}
			}
		})
	}
	var all, read, clinic int
	for _, one := range topics {
		all, read, clinic = all+one.all, read+one.read, clinic+one.clinics
		t.Logf("| %s | %d | %.0f %% | %.0f %% | %.0f %% | %s |", one.name, one.all, one.share(one.read), one.share(one.deciding), one.share(one.clinics), strings.Join(one.commonest(3), ", "))
	}
	if all == 0 {
		t.Fatal("no criteria were read")
	}
	share := float64(read+clinic) / float64(all)
	t.Logf("%d criteria, %.3f read, %.3f the staff's", all, float64(read)/float64(all), float64(clinic)/float64(all))
	if share < floorRead || float64(clinic)/float64(all) > ceilingClinic {
		t.Errorf("want %.2f or more read or the staff's, and at most %.2f the staff's", floorRead, ceilingClinic)
	}
}

// readTopics reads topics.tsv: where each word's topic stands among them, the last of
// which takes what no other does.
func readTopics(t *testing.T) (*lexicon.Lexicon[int], []*topic) {
	t.Helper()
	raw, err := os.ReadFile("testdata/topics.tsv")
	if err != nil {
		t.Fatal(err)
	}
	words, topics := new(lexicon.Lexicon[int]), []*topic(nil)
	for _, line := range strings.Split(strings.TrimSpace(string(raw)), "\n")[2:] {
		name, phrases, _ := strings.Cut(line, "\t")
		for _, phrase := range strings.Split(phrases, "|") {
			words.Add(phrase, len(topics))
		}
		topics = append(topics, &topic{name: name, unread: map[string]int{}})
	}
	return words, append(topics, &topic{name: "other", unread: map[string]int{}})
}

// eachTested gives the criteria of each trial of a file that tests a therapy.
func eachTested(t *testing.T, m *matcher.Matcher, file string, use func([]criteria.Criterion)) {
	t.Helper()
	eachTrial(t, func(trial *trials.Trial) {
		l := m.Read(trial)
		if slices.ContainsFunc(l.Therapies, func(label therapy.Label) bool { return label.Role == therapy.Tested }) {
			use(l.Criteria)
		}
	}, "registry", file)
}

// topicOf gives the first of the topics that the text speaks of.
func topicOf(words *lexicon.Lexicon[int], topics []*topic, text string) *topic {
	best := len(topics) - 1
	for _, found := range words.Find(text) {
		best = min(best, slices.Min(found.Values))
	}
	return topics[best]
}

func (o *topic) share(n int) float64 { return 100 * float64(n) / float64(max(1, o.all)) }

func (o *topic) count(c criteria.Criterion) {
	o.all++
	switch {
	case c.Rule != nil:
		o.read++
		if decides(c.Rule) {
			o.deciding++
		}
	case c.Clinic:
		o.clinics++
	default:
		toks := lexicon.Tokens(c.Text)
		seen := map[string]bool{}
		for i := 0; i+1 < len(toks); i++ {
			pair := toks[i].Text + " " + toks[i+1].Text
			if len(toks[i].Text) > 3 && len(toks[i+1].Text) > 3 && !seen[pair] {
				seen[pair] = true
				o.unread[pair]++
			}
		}
	}
}

// commonest gives the pairs of words that stand in most of what was not read.
func (o *topic) commonest(n int) []string {
	var pairs []string
	for pair := range o.unread {
		pairs = append(pairs, pair)
	}
	slices.SortFunc(pairs, func(a, b string) int {
		return cmp.Or(cmp.Compare(o.unread[b], o.unread[a]), strings.Compare(a, b))
	})
	return pairs[:min(n, len(pairs))]
}

// decides: the rule can be true or false for somebody.
func decides(r criteria.Rule) bool {
	canBe := values(r)
	return canBe[0] || canBe[1]
}

// values says whether a rule can be false, and whether it can be true, if its
// comparisons are taken one by one.
func values(r criteria.Rule) [2]bool {
	fold := func(parts []criteria.Rule, settles int) [2]bool {
		out := [2]bool{}
		out[1-settles] = true
		for _, part := range parts {
			v := values(part)
			out[settles] = out[settles] || v[settles]
			out[1-settles] = out[1-settles] && v[1-settles]
		}
		return out
	}
	switch r := r.(type) {
	case criteria.All:
		return fold(r, 0)
	case criteria.Any:
		return fold(r, 1)
	case criteria.Not:
		v := values(r.Rule)
		return [2]bool{v[1], v[0]}
	case criteria.Atom:
		return [2]bool{true, true}
	}
	return [2]bool{}
}
