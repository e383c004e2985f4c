package matcher_test

import (
	"cmp"
	"encoding/json"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"trialfinder/matcher"
	"trialfinder/trials"
)

func TestWhyInCodes(t *testing.T) {
	m := newMatcher(t)
	trial := aTrial(t, nil)
	const ecog, anc = `{"fact":"performance_ecog","op":"<=","value":1}`, `{"fact":"neutrophils","op":">=","value":1.5}`
	tests := []struct {
		name, answers string
		rules         []string
		change        func(*trials.Trial)
		want          string
	}{
		{name: "nothing asked yet", answers: `{"facts":{}}`, rules: []string{ecog, "unread"},
			want: "open: met 0, unknown 4, clinic 0, unread 1; checkpoint tested"},
		{name: "still to ask", answers: `{"facts":{"age":62,"condition":["nsclc"],"country":"DK"}}`, rules: []string{ecog, anc, "clinic"},
			want: "open: met 3, unknown 2, clinic 1, unread 0; checkpoint tested; illness same; in the country"},
		{name: "how far", answers: `{"facts":{"age":62,"condition":["nsclc_squamous"],"country":"DK","place":"55.676,12.568","performance_ecog":1}}`, rules: []string{ecog},
			want: "fits: met 4, unknown 0, clinic 0, unread 0; checkpoint tested; illness wider; 156 km"},
		{name: "one criterion alone decided", answers: `{"facts":{"age":80,"condition":["lung_cancer"]}}`, rules: []string{ecog},
			want: "ruled_out: met 1, not_met 1, unknown 2, clinic 0, unread 0; decided by field.maximumAge age; checkpoint tested; illness narrower"},
		{name: "more than one decided", answers: `{"facts":{"age":80,"performance_ecog":3}}`, rules: []string{ecog},
			want: "ruled_out: met 1, not_met 2, unknown 1, clinic 0, unread 0; checkpoint tested"},
		{name: "an illness of no known word", answers: woman62, rules: []string{ecog},
			change: func(t *trials.Trial) {
				t.Conditions, t.BriefTitle = []string{"Zorblax Syndrome"}, "Pembrolizumab in Zorblax Syndrome"
			},
			want: "open: met 2, unknown 2, clinic 0, unread 0; checkpoint tested; illness unnamed; in the country"},
		{name: "another therapy is wanted", answers: `{"therapies":["msc"],"facts":{}}`, rules: []string{ecog},
			want: "open: met 0, unknown 4, clinic 0, unread 0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			one := trial
			if tt.change != nil {
				tt.change(&one)
			}
			c := matcher.Candidate{Trial: one, Listing: listing(t, m.Read(&one), tt.rules...)}
			a, err := m.ParseAnswers(stringsReader(tt.answers), today)
			if err != nil {
				t.Fatal(err)
			}
			got := m.One(&c, m.Profile(a, today, gazetteer(t))).Why
			if got.String() != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			text, err := json.Marshal(got)
			if want := strconv.Quote(tt.want); err != nil || string(text) != want {
				t.Errorf("JSON: got %s, %v, want the string %s", text, err, want)
			}
		})
	}
}

// TestOrderIsTotal holds the order of the results against the order that
// docs/ranking.md tells: no two trials are equal, and it does not hang on the order
// in which the trials came.
func TestOrderIsTotal(t *testing.T) {
	m := newMatcher(t)
	var ts []trials.Trial
	r := rand.New(rand.NewPCG(20261125, 7))
	for i := range 60 { // many alike, so that scores are equal
		ts = append(ts, aTrial(t, func(x *trials.Trial) {
			x.ID = "NCT990000" + strconv.Itoa(10+i)
			x.Status = []trials.Status{trials.Recruiting, trials.NotYetRecruiting}[i%2]
			if i%5 == 0 {
				x.Eligibility.MaximumAge = age(t, "50 Years")
			}
		}))
	}
	list := func() []matcher.TrialMatch {
		out, err := m.NewSet(candidates(m, ts...)).Match(profile(t, woman62), matcher.Options{RuledOut: true, NoNext: true})
		if err != nil {
			t.Fatal(err)
		}
		return out.Trials
	}
	first := list()
	rank := map[matcher.Verdict]int{matcher.Fits: 0, matcher.Open: 1, matcher.RuledOut: 2}
	equal := 0
	for i := 1; i < len(first); i++ {
		a, b := first[i-1], first[i]
		if a.Score == b.Score {
			equal++
		}
		if cmp.Or(cmp.Compare(rank[a.Verdict], rank[b.Verdict]), cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID)) >= 0 {
			t.Errorf("%s (%s, %v) stands before %s (%s, %v)", a.ID, a.Verdict, a.Score, b.ID, b.Verdict, b.Score)
		}
	}
	if equal < 40 {
		t.Errorf("only %d neighbours are equal in score: the test tries too little", equal)
	}
	for range 5 {
		r.Shuffle(len(ts), func(i, j int) { ts[i], ts[j] = ts[j], ts[i] })
		if !slices.EqualFunc(first, list(), func(a, b matcher.TrialMatch) bool { return a.ID == b.ID }) {
			t.Fatal("the order of the results hangs on the order in which the trials came")
		}
	}
}

// TestWeightsAreToldAsTheyAre holds docs/ranking.md against the code.
func TestWeightsAreToldAsTheyAre(t *testing.T) {
	text, err := os.ReadFile("../docs/ranking.md")
	if err != nil {
		t.Fatal(err)
	}
	var told []float64
	sum := 0.0
	for _, row := range regexp.MustCompile(`(?m)^\| [a-z][^|]* \| (0\.\d+) \|`).FindAllStringSubmatch(string(text), -1) {
		w, err := strconv.ParseFloat(row[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		told, sum = append(told, w), sum+w
	}
	if want := matcher.Weights(); !slices.Equal(told, want) || sum < 0.999 || sum > 1.001 {
		t.Errorf("docs/ranking.md tells the weights %v, the code has %v; they add up to %v, want 1", told, want, sum)
	}
}
