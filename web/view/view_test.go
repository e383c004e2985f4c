package view_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trialfinder/matcher"
	"trialfinder/matcher/criteria"
	"trialfinder/matcher/therapy"
	"trialfinder/trials"
	"trialfinder/web/content"
	"trialfinder/web/i18n"
	"trialfinder/web/view"
)

var loadMatcher = sync.OnceValues(matcher.New)

func viewer(t *testing.T, lang string) *view.Viewer {
	t.Helper()
	m, err := loadMatcher()
	if err != nil {
		t.Fatal(err)
	}
	c, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	w, ok := c.Words(lang)
	if !ok {
		t.Fatalf("no words in %s", lang)
	}
	texts, err := content.Load()
	if err != nil {
		t.Fatal(err)
	}
	return view.New(w, m, texts)
}

func atom(fact string, op criteria.Op, v criteria.Operand) criteria.Atom {
	return criteria.Atom{Fact: fact, Op: op, Value: v}
}

func TestReading(t *testing.T) {
	karnofsky, micromol := 70.0, 133.0
	scaled := atom("performance_ecog", criteria.Le, criteria.Num(1))
	scaled.AsWritten = &criteria.AsWritten{Value: &karnofsky, Scale: "karnofsky"}
	written := atom("creatinine", criteria.Le, criteria.Num(1.5))
	written.AsWritten = &criteria.AsWritten{Value: &micromol, Unit: "umol/L"}
	chemo := atom("prior_chemo", criteria.Eq, criteria.Boolean(true))
	recent := atom("days_since_systemic", criteria.Lt, criteria.Num(28))
	many := criteria.List("nsclc", "sclc", "lymphoma", "melanoma", "glioma", "osteosarcoma", "neuroblastoma", "wilms")
	for _, tt := range []struct {
		rule criteria.Rule
		want string
	}{
		{nil, ""},
		{criteria.Unknown("words"), ""},
		{atom("age", criteria.Ge, criteria.Num(18)), "We read: Age: at least 18 years."},
		{atom("hemoglobin", criteria.Gt, criteria.Num(9.5)), "We read: Haemoglobin: more than 9.5 g/dL."},
		{atom("alt_uln", criteria.Le, criteria.Num(2.5)), "We read: ALT, times the upper limit: at most 2.5."},
		{scaled, "We read: Daily activity (ECOG): at most 1 (written as Karnofsky 70)."},
		{written, "We read: Creatinine: at most 133 µmol/L."},
		{atom("sex", criteria.Eq, criteria.Text("female")), "We read: Sex at birth: Female."},
		{atom("sex", criteria.Ne, criteria.Text("female")), "We read: Sex at birth: not Female."},
		{atom("stage", criteria.In, criteria.Stages("3", "4")), "We read: Stage: Stage 3 (III) or Stage 4 (IV)."},
		{atom("days_since_mi", criteria.Eq, criteria.Text("never")), "We read: Time since heart attack: never."},
		{criteria.Not{Rule: atom("days_since_mi", criteria.Eq, criteria.Text("never"))}, "We read: Time since heart attack: it has happened."},
		{criteria.Not{Rule: atom("age", criteria.Lt, criteria.Num(18))}, "We read: Age: at least 18 years."},
		{criteria.All{chemo, recent}, "We read: Earlier chemotherapy: Yes, I have had chemotherapy; and Time since drug treatment: less than 28 days."},
		{criteria.Any{atom("hiv", criteria.Eq, criteria.Boolean(true)), criteria.All{chemo, criteria.Unknown("unless &lt; 3")}},
			"We read: HIV: Yes, I have HIV; or (Earlier chemotherapy: Yes, I have had chemotherapy; and what only the hospital can tell (“unless < 3”))."},
	} {
		got, err := viewer(t, "en").Reading(tt.rule)
		if err != nil || got != tt.want {
			t.Errorf("Reading(%v): got %q, %v, want %q", tt.rule, got, err, tt.want)
		}
	}
	if got, err := viewer(t, "en").Reading(atom("condition", criteria.In, many)); err != nil || !strings.HasSuffix(got, " or 2 more.") {
		t.Errorf("eight illnesses: got %q, %v, want six and a number", got, err)
	}
	long := criteria.Any{}
	for range 9 {
		long = append(long, chemo)
	}
	if got, err := viewer(t, "en").Reading(long); err != nil || got != "" {
		t.Errorf("a rule of nine parts: got %q, %v, want none", got, err)
	}
	if got, err := viewer(t, "da").Reading(atom("hemoglobin", criteria.Ge, criteria.Num(9.5))); err != nil || !strings.Contains(got, "mindst 9,5 g/dL") {
		t.Errorf("in Danish: got %q, %v", got, err)
	}
}

func match() matcher.TrialMatch {
	field, cohort := "maximumAge", "Cohort B"
	return matcher.TrialMatch{
		ID: "2025-599999-10-00", IDs: []string{"2025-599999-10-00"}, Title: "NK &amp; more", Status: "SOMETHING_NEW", Phase: "PHASE1/PHASE2",
		Therapies: []therapy.Label{{ID: "nk", Role: therapy.Tested}, {ID: "cytokine", Role: therapy.Combined}, {ID: "checkpoint", Role: therapy.Comparator}},
		Verdict:   matcher.RuledOut, Updated: "2026-11",
		Criteria: []matcher.CriterionMatch{
			{Kind: criteria.Heading, Text: "Inclusion:"},
			{Kind: criteria.Inclusion, Text: "70 Years", Field: &field, Status: matcher.NotMet},
			{Kind: criteria.Inclusion, Text: "* One", Status: matcher.Met},
			{Kind: criteria.Exclusion, Text: "- Two", Status: matcher.Unknown, Facts: []string{"country", "hiv"}},
			{Kind: criteria.Exclusion, Text: "Three", Status: matcher.NotMet, Cohort: &cohort},
			{Kind: criteria.Inclusion, Text: "Four", Status: matcher.Clinic},
			{Kind: criteria.Inclusion, Text: "Five", Status: matcher.Unread},
			{Kind: criteria.Note, Text: "* A note"},
		},
	}
}

// Every criterion that came in goes out, once, under its status.
func TestCriteriaAreAllShown(t *testing.T) {
	groups, notes, err := viewer(t, "en").Criteria(match())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{"notes": notes}
	for _, g := range groups {
		for _, c := range g.Items {
			got[g.Status] = append(got[g.Status], c.Quote)
		}
	}
	want := map[string][]string{
		"not_met": {"70 Years", "Three"}, "unknown": {"Two"}, "met": {"One"}, "clinic": {"Four"}, "unread": {"Five"}, "notes": {"A note"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("criteria (-want +got):\n%s", diff)
	}
}

func TestCard(t *testing.T) {
	c, err := viewer(t, "en").Card(match())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]any{
		"title": c.Title, "verdict": c.Verdict, "counts": c.Counts, "status": c.Status, "phase": c.Phase, "registry": c.Registry,
		"updated": c.Updated, "therapies": len(c.Therapies), "path": c.Therapies[0].Path, "deciding": len(c.Deciding), "sentence": c.Sentence,
	}
	want := map[string]any{
		"title": "NK & more", "verdict": "ruled_out", "counts": view.Counts{Met: 1, NotMet: 1, Unknown: 1, Clinic: 1, Unread: 1},
		"status": "SOMETHING_NEW", "phase": "Phase 1 / Phase 2", "registry": "EU CTIS", "updated": "November 2026",
		"therapies": 2, "path": "/learn/nk-cell-therapy", "deciding": 1, "sentence": "1 rule does not fit.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("card (-want +got):\n%s", diff)
	}
}

func TestNotNowNamesTheDay(t *testing.T) {
	m, day := match(), "2026-12-11"
	m.MayChange, m.NotBefore = true, &day
	c, err := viewer(t, "en").Card(m)
	if err != nil || c.Verdict != "not_now" || !strings.Contains(c.Sentence, "11 December 2026") {
		t.Errorf("got %q, %q, %v, want not now until the day", c.Verdict, c.Sentence, err)
	}
}

func TestUnitsAreShownAsLaboratoriesPrintThem(t *testing.T) {
	m, err := loadMatcher()
	if err != nil {
		t.Fatal(err)
	}
	v := viewer(t, "en")
	for ucum, want := range map[string]string{
		"10*9/L": "×10⁹/L", "umol/L": "µmol/L", "mm[Hg]": "mmHg", "mL/min/{1.73_m2}": "mL/min/1.73 m²", "{score}": "", "a": "years", "[lb_av]": "lb",
	} {
		if got, err := v.Unit(ucum); err != nil || got != want {
			t.Errorf("Unit(%q): got %q, %v, want %q", ucum, got, err, want)
		}
	}
	for _, f := range m.Facts.All() {
		for _, u := range append(f.Also, f.Unit) {
			if got, err := v.Unit(u); err != nil || strings.ContainsAny(got, "[]{}*_") {
				t.Errorf("%s: Unit(%q): got %q, %v, want no UCUM signs", f.ID, u, got, err)
			}
		}
	}
}

func TestClosedTrial(t *testing.T) {
	m, err := loadMatcher()
	if err != nil {
		t.Fatal(err)
	}
	tr := trials.Trial{ID: "NCT99999999", BriefTitle: "A", OfficialTitle: "A in full", Status: trials.Terminated, Sites: []trials.Site{
		{City: "Aarhus", Country: "Denmark", Status: trials.Completed}, {City: "Utrecht", Country: "Netherlands", Status: trials.Recruiting},
	}}
	c := matcher.Candidate{Trial: tr, Listing: m.Read(&tr)}
	got, err := viewer(t, "en").Trial(&tr, m.One(&c, matcher.Profile{}), matcher.Profile{})
	if err != nil || got.Open || got.OfficialTitle != "A in full" || len(got.Sites) != 2 || got.Sites[0].City != "Utrecht" {
		t.Errorf("got %+v, %v, want a closed trial, sites that take people first", got, err)
	}
}
