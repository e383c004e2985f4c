package matcher_test

import (
	"encoding/json"
	"slices"
	"testing"

	"trialfinder/matcher"
	"trialfinder/matcher/criteria"
	"trialfinder/trials"
)

func mustDate(tb testing.TB, s string) trials.Date {
	tb.Helper()
	d, err := trials.ParseDate(s)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

func age(tb testing.TB, s string) *trials.Age {
	tb.Helper()
	a, err := trials.ParseAge(s)
	if err != nil {
		tb.Fatal(err)
	}
	return &a
}

// aTrial is an open trial of a PD-1 antibody for lung cancer, in Aarhus.
func aTrial(tb testing.TB, change func(*trials.Trial)) trials.Trial {
	tb.Helper()
	t := trials.Trial{
		ID: "NCT99000001", Source: trials.CTGov, BriefTitle: "Pembrolizumab in Non-Small Cell Lung Cancer",
		Status: trials.Recruiting, StudyType: trials.Interventional, Phases: []trials.Phase{trials.Phase1, trials.Phase2},
		Conditions:    []string{"Non-Small Cell Lung Cancer"},
		Arms:          []trials.Arm{{Label: "A", Type: "EXPERIMENTAL", Interventions: []string{"Drug: Pembrolizumab"}}},
		Interventions: []trials.Intervention{{Type: "DRUG", Name: "Pembrolizumab", ArmLabels: []string{"A"}}},
		Eligibility:   trials.Eligibility{Sex: trials.AnySex, MinimumAge: age(tb, "18 Years"), MaximumAge: age(tb, "75 Years")},
		Sites: []trials.Site{{Facility: "Fjord Hospital", Status: trials.Recruiting, City: "Aarhus", Country: "Denmark",
			GeoPoint: &trials.GeoPoint{Lat: 56.157, Lon: 10.211}, Contacts: []trials.Contact{{Phone: "+45 00 00 00 01"}}}},
		LastUpdatePosted: trials.DateStruct{Date: mustDate(tb, "2026-11-01")},
	}
	if change != nil {
		change(&t)
	}
	return t
}

func candidates(m *matcher.Matcher, ts ...trials.Trial) []matcher.Candidate {
	var out []matcher.Candidate
	for _, t := range ts {
		out = append(out, matcher.Candidate{Trial: t, Listing: m.Read(&t)})
	}
	return out
}

const woman62 = `{"facts":{"age":62,"sex":"female","country":"DK","condition":["nsclc"]}}`

func TestConsidered(t *testing.T) {
	m := newMatcher(t)
	tests := []struct {
		name    string
		change  func(*trials.Trial)
		answers string
		want    bool
	}{
		{name: "open, right illness", answers: woman62, want: true},
		{name: "closed", answers: woman62, change: func(t *trials.Trial) { t.Status = trials.Completed }},
		{name: "status that is not known", answers: woman62, change: func(t *trials.Trial) { t.Status = "PAUSED_FOR_LUNCH" }},
		{name: "by invitation", answers: woman62, want: true, change: func(t *trials.Trial) { t.Status = trials.EnrollingByInvitation }},
		{name: "expanded access", answers: woman62, want: true, change: func(t *trials.Trial) {
			t.StudyType, t.Status = trials.ExpandedAccessStudy, trials.Available
		}},
		{name: "observational", answers: woman62, change: func(t *trials.Trial) { t.StudyType = trials.Observational }},
		{name: "another illness", answers: `{"facts":{"condition":["lupus"]}}`},
		{name: "an ancestor is possible", answers: `{"facts":{"condition":["lung_cancer"]}}`, want: true},
		{name: "a descendant is possible", answers: `{"facts":{"condition":["nsclc_squamous"]}}`, want: true},
		{name: "illness not known yet", answers: `{"facts":{"age":62}}`, want: true},
		{name: "an illness of no known word does not vanish", answers: woman62, want: true, change: func(t *trials.Trial) {
			t.Conditions, t.BriefTitle = []string{"Zorblax Syndrome"}, "Pembrolizumab in Zorblax Syndrome"
		}},
		{name: "the wanted therapy", answers: `{"therapies":["checkpoint"],"facts":{}}`, want: true},
		{name: "another therapy", answers: `{"therapies":["msc"],"facts":{}}`},
		{name: "no therapy", answers: woman62, change: func(t *trials.Trial) {
			t.BriefTitle, t.Interventions, t.Arms = "Walking in Non-Small Cell Lung Cancer", []trials.Intervention{{Type: "BEHAVIORAL", Name: "Walking"}}, nil
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := candidates(m, aTrial(t, tt.change))
			if got := m.Considered(&c[0], profile(t, tt.answers)); got != tt.want {
				t.Errorf("%s: got %v, want %v; therapies %+v, conditions %v", tt.answers, got, tt.want, c[0].Listing.Therapies, c[0].Listing.Conditions)
			}
		})
	}
}

// rules makes a listing of the four registry fields and of criteria with these rules.
func listing(tb testing.TB, l matcher.Listing, rules ...string) matcher.Listing {
	tb.Helper()
	for _, text := range rules {
		c := criteria.Criterion{Kind: criteria.Inclusion, Text: text, Code: criteria.CodeUnread}
		switch text {
		case "clinic":
			c.Clinic = true
		case "unread":
		default:
			r, err := criteria.ParseRule([]byte(text))
			if err != nil {
				tb.Fatal(err)
			}
			c.Rule = r
		}
		l.Criteria = append(l.Criteria, c)
	}
	return l
}

func TestVerdict(t *testing.T) {
	m := newMatcher(t)
	trial := aTrial(t, nil)
	base := m.Read(&trial)
	const ecog, anc = `{"fact":"performance_ecog","op":"<=","value":1}`, `{"fact":"neutrophils","op":">=","value":1.5}`
	const washout = `{"not":{"all":[{"fact":"prior_chemo","op":"=","value":true},{"fact":"days_since_systemic","op":"<","value":28}]}}`
	tests := []struct {
		name      string
		rules     []string
		facts     string
		want      matcher.Verdict
		mayChange bool
		notBefore float64
	}{
		{name: "all read and met", rules: []string{ecog}, facts: `"performance_ecog":1`, want: matcher.Fits},
		{name: "laboratory values alone may be missing", rules: []string{ecog, anc}, facts: `"performance_ecog":1`, want: matcher.Fits},
		{name: "another fact may not", rules: []string{ecog, anc}, facts: `"neutrophils":3`, want: matcher.Open},
		{name: "what only staff settle does not stand in the way", rules: []string{ecog, "clinic"}, facts: `"performance_ecog":1`, want: matcher.Fits},
		{name: "one in four unread", rules: []string{ecog, ecog, ecog, "unread"}, facts: `"performance_ecog":1`, want: matcher.Fits},
		{name: "one in three unread", rules: []string{ecog, ecog, "unread"}, facts: `"performance_ecog":1`, want: matcher.Open},
		{name: "no eligibility text", facts: `"performance_ecog":1`, want: matcher.Open},
		{name: "words that no fact expresses", rules: []string{ecog, `{"any":[{"fact":"hiv","op":"=","value":true},{"unknown":"x"}]}`}, facts: `"performance_ecog":1,"hiv":false`, want: matcher.Open},
		{name: "not met", rules: []string{ecog}, facts: `"performance_ecog":2`, want: matcher.RuledOut},
		{name: "a laboratory value can change", rules: []string{anc}, facts: `"neutrophils":1`, want: matcher.RuledOut, mayChange: true},
		{name: "a laboratory value and one that can't", rules: []string{anc, ecog}, facts: `"neutrophils":1,"performance_ecog":3`, want: matcher.RuledOut},
		{name: "a washout is mended by time", rules: []string{washout}, facts: `"prior_chemo":true,"days_since_systemic":10`, want: matcher.RuledOut, mayChange: true, notBefore: 18},
		{name: "of a stretch of days, when it may first be over", rules: []string{washout}, facts: `"prior_chemo":true,"days_since_systemic":{"min":1,"max":13}`, want: matcher.RuledOut, mayChange: true, notBefore: 15},
		{name: "time does not mend it where another fact stays", rules: []string{washout, anc}, facts: `"prior_chemo":true,"days_since_systemic":10,"neutrophils":1`, want: matcher.RuledOut, mayChange: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := profile(t, `{"facts":{"age":62,"sex":"female","condition":["nsclc"],`+tt.facts+`}}`)
			a := m.Assess(listing(t, base, tt.rules...), p)
			if a.Verdict != tt.want || a.MayChange != tt.mayChange || a.NotBefore != tt.notBefore {
				t.Errorf("got %s, may change %v, not before %v; want %s, %v, %v", a.Verdict, a.MayChange, a.NotBefore, tt.want, tt.mayChange, tt.notBefore)
			}
		})
	}
}

func TestWhatFollowsDoesNotChange(t *testing.T) {
	m := newMatcher(t)
	trial := aTrial(t, nil)
	l := listing(t, m.Read(&trial), `{"fact":"pregnant","op":"=","value":true}`)
	a := m.Assess(l, profile(t, `{"facts":{"sex":"male","age":62,"condition":["nsclc"]}}`))
	if a.Verdict != matcher.RuledOut || a.MayChange {
		t.Errorf("a man who must be pregnant: got %s, may change %v; want ruled_out for good", a.Verdict, a.MayChange)
	}
}

func TestCohortCriteriaNeverRuleOut(t *testing.T) {
	m := newMatcher(t)
	trial := aTrial(t, nil)
	l := listing(t, m.Read(&trial), `{"fact":"performance_ecog","op":"<=","value":1}`)
	l.Criteria[0].Cohort = "Cohort B"
	a := m.Assess(l, profile(t, `{"facts":{"age":62,"performance_ecog":3,"condition":["nsclc"]}}`))
	if status := a.Outcomes[len(a.Outcomes)-1].Status; status != matcher.NotMet || a.Verdict == matcher.RuledOut {
		t.Errorf("got %s and %s, want not_met and a trial that is not ruled out", status, a.Verdict)
	}
}

func TestRegistryFields(t *testing.T) {
	m := newMatcher(t)
	yes := true
	tests := []struct {
		name   string
		change func(*trials.Trial)
		facts  string
		field  string
		want   matcher.Status
	}{
		{name: "old enough", facts: `{"age":18}`, field: "minimumAge", want: matcher.Met},
		{name: "as old as allowed", facts: `{"age":75}`, field: "maximumAge", want: matcher.Met},
		{name: "too old", facts: `{"age":76}`, field: "maximumAge", want: matcher.NotMet},
		{name: "an age that can't be read decides nothing", facts: `{"age":76}`, field: "maximumAge", want: matcher.Unknown,
			change: func(t *trials.Trial) { t.Eligibility.MaximumAge = &trials.Age{Text: "elderly"} }},
		{name: "wrong sex", facts: `{"sex":"female"}`, field: "sex", want: matcher.NotMet,
			change: func(t *trials.Trial) { t.Eligibility.Sex = trials.Male }},
		{name: "gender identity is not asked, so it rules nobody out", facts: `{"sex":"female"}`, field: "sex", want: matcher.Unknown,
			change: func(t *trials.Trial) { t.Eligibility.Sex, t.Eligibility.GenderBased = trials.Male, &yes }},
		{name: "right illness", facts: `{"condition":["nsclc"]}`, field: "conditions", want: matcher.Met},
		{name: "an illness of no known word is unknown", facts: `{"condition":["nsclc"]}`, field: "conditions", want: matcher.Unknown,
			change: func(t *trials.Trial) { t.Conditions, t.BriefTitle = []string{"Zorblax Syndrome"}, "Pembrolizumab" }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := candidates(m, aTrial(t, tt.change))
			got := m.One(&c[0], profile(t, `{"facts":`+tt.facts+`}`))
			i := slices.IndexFunc(got.Criteria, func(c matcher.CriterionMatch) bool { return c.Field != nil && *c.Field == tt.field })
			if i < 0 || got.Criteria[i].Status != tt.want {
				t.Errorf("%s for %s: got %+v, want %s", tt.field, tt.facts, got.Criteria, tt.want)
			}
		})
	}
}

func TestNearest(t *testing.T) {
	m := newMatcher(t)
	site := func(facility string, status trials.Status, city, country string, lat, lon float64) trials.Site {
		return trials.Site{Facility: facility, Status: status, City: city, Country: country, GeoPoint: &trials.GeoPoint{Lat: lat, Lon: lon}}
	}
	aarhus := func(s trials.Status) trials.Site { return site("Aarhus", s, "Aarhus", "Denmark", 56.157, 10.211) }
	odense := func(s trials.Status) trials.Site { return site("Odense", s, "Odense", "Denmark", 55.396, 10.388) }
	tests := []struct {
		name          string
		sites         []trials.Site
		status        trials.Status
		want, closed  string
		statusOfThere trials.Status
	}{
		{"the nearest that recruits, not the first listed", []trials.Site{odense(trials.Recruiting), aarhus(trials.Recruiting)}, trials.Recruiting, "Aarhus", "", trials.Recruiting},
		{"a nearer closed one is named", []trials.Site{aarhus(trials.Completed), odense(trials.Recruiting)}, trials.Recruiting, "Odense", "Aarhus", trials.Recruiting},
		{"one that recruits before one that will", []trials.Site{aarhus(trials.NotYetRecruiting), odense(trials.Recruiting)}, trials.Recruiting, "Odense", "Aarhus", trials.Recruiting},
		{"a site without a status has the trial's", []trials.Site{aarhus("")}, trials.NotYetRecruiting, "Aarhus", "", trials.NotYetRecruiting},
		{"no site takes people", []trials.Site{aarhus(trials.Suspended)}, trials.Recruiting, "", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := candidates(m, aTrial(t, func(x *trials.Trial) { x.Sites, x.Status = tt.sites, tt.status }))
			a, err := m.ParseAnswers(stringsReader(`{"facts":{"country":"DK","place":"56.16,10.20"}}`), today)
			if err != nil {
				t.Fatal(err)
			}
			n := m.One(&c[0], m.Profile(a, today, gazetteer(t))).Nearest
			switch {
			case n == nil:
				if tt.want != "" {
					t.Errorf("got none, want %s", tt.want)
				}
			case n.Facility != tt.want || n.Status != tt.statusOfThere || (n.NearerClosed != nil) != (tt.closed != "") || n.KM == nil || !n.Approximate:
				t.Errorf("got %+v (nearer closed %+v), want %s, %q", n, n.NearerClosed, tt.want, tt.closed)
			}
		})
	}
}

// TestApproximateDistances: a distance is exact only from door to door, it is never 0,
// and a closed site of the same town is not known to be nearer.
func TestApproximateDistances(t *testing.T) {
	m := newMatcher(t)
	site := func(facility string, status trials.Status, exact bool, lat, lon float64) trials.Site {
		return trials.Site{Facility: facility, Status: status, City: "Aarhus", Country: "Denmark", GeoPoint: &trials.GeoPoint{Lat: lat, Lon: lon, Exact: exact}}
	}
	open := func(exact bool) trials.Site { return site("Open", trials.Recruiting, exact, 56.19, 10.20) }
	closed := func(exact bool) trials.Site { return site("Closed", trials.Completed, exact, 56.157, 10.211) }
	tests := []struct {
		name, place string
		sites       []trials.Site
		km          float64
		approximate bool
		closed      bool
	}{
		{"from a door to a door", "56.16,10.20", []trials.Site{open(true)}, 3, false, false},
		{"from a town to a door", "Aarhus", []trials.Site{open(true)}, 3, true, false},
		{"from a door to a town", "56.16,10.20", []trials.Site{open(false)}, 3, true, false},
		{"the very centre is not nothing", "56.19,10.20", []trials.Site{open(false)}, 1, true, false},
		{"a closed door that is nearer", "56.16,10.20", []trials.Site{open(true), closed(true)}, 3, false, true},
		{"of two in one town neither is nearer", "56.16,10.20", []trials.Site{open(false), closed(false)}, 3, true, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := candidates(m, aTrial(t, func(x *trials.Trial) { x.Sites = tt.sites }))
			a, err := m.ParseAnswers(stringsReader(`{"facts":{"country":"DK","place":"`+tt.place+`"}}`), today)
			if err != nil {
				t.Fatal(err)
			}
			n := m.One(&c[0], m.Profile(a, today, gazetteer(t))).Nearest
			if n == nil || n.KM == nil || *n.KM != tt.km || n.Approximate != tt.approximate || (n.NearerClosed != nil) != tt.closed {
				t.Errorf("got %+v, want %v km, approximate %v, nearer closed %v", n, tt.km, tt.approximate, tt.closed)
			}
		})
	}
}

func TestMatchOrderAndCounts(t *testing.T) {
	m := newMatcher(t)
	far := func(id string, change func(*trials.Trial)) trials.Trial {
		return aTrial(t, func(x *trials.Trial) {
			x.ID = id
			if change != nil {
				change(x)
			}
		})
	}
	cs := candidates(m,
		far("NCT99000004", func(x *trials.Trial) { x.Eligibility.MaximumAge = age(t, "50 Years") }),
		far("NCT99000003", func(x *trials.Trial) { x.Status = trials.NotYetRecruiting }),
		far("NCT99000002", nil), far("NCT99000001", nil),
		far("NCT99000005", func(x *trials.Trial) { x.Status = trials.Completed }))
	set := m.NewSet(cs)
	match := func(o matcher.Options) matcher.Match {
		out, err := set.Match(profile(t, woman62), o)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	got := match(matcher.Options{RuledOut: true})
	var ids []string
	for _, tm := range got.Trials {
		ids = append(ids, tm.ID)
	}
	want := []string{"NCT99000001", "NCT99000002", "NCT99000003", "NCT99000004"}
	if !slices.Equal(ids, want) {
		t.Errorf("order: got %v, want %v", ids, want)
	}
	if got.Considered != 4 || got.Open != 3 || got.RuledOut != 1 || got.Fits != 0 || got.Answered != 4 {
		t.Errorf("counts: got %+v", got)
	}
	again, _ := json.Marshal(match(matcher.Options{RuledOut: true}))
	first, _ := json.Marshal(got)
	if string(again) != string(first) {
		t.Error("two runs differ")
	}
	if hidden := match(matcher.Options{Limit: 2}); len(hidden.Trials) != 2 || hidden.RuledOut != 1 {
		t.Errorf("limit: got %d trials and %d ruled out, want 2 and 1", len(hidden.Trials), hidden.RuledOut)
	}
}

func TestAsk(t *testing.T) {
	m := newMatcher(t)
	trial := aTrial(t, nil)
	base := m.Read(&trial)
	candidate := func(rules ...string) matcher.Candidate {
		return matcher.Candidate{Trial: trial, Listing: listing(t, base, rules...)}
	}
	hiv, stage := `{"fact":"hiv","op":"=","value":false}`, `{"fact":"stage","op":"in","value":[3,4]}`
	ldh := `{"fact":"ldh_uln","op":"<=","value":2}`
	cs := []matcher.Candidate{candidate(hiv), candidate(hiv, stage), candidate(stage, hiv), candidate(hiv), candidate(ldh)}
	known := `"age":62,"sex":"female","country":"DK","condition":["nsclc"]`
	tests := []struct {
		name, facts string
		want        []string
	}{
		{"illness, age, sex and country first", ``, []string{"condition", "age", "sex", "country"}},
		{"then what settles most and is known", known, []string{"hiv", "stage", "ldh_uln"}},
		{"an answered question is not asked again", known + `,"hiv":null`, []string{"stage", "ldh_uln"}},
		{"what is settled is not asked", known + `,"hiv":true`, []string{"ldh_uln"}},
		{"nothing is left to ask", known + `,"hiv":false,"stage":4,"ldh_uln":1`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, q := range m.NewSet(cs).Ask(profile(t, `{"facts":{`+tt.facts+`}}`)) {
				got = append(got, q.Fact)
			}
			if !slices.Equal(got[:min(len(got), max(len(tt.want), 4))], tt.want) && !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}
