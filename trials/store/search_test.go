package store_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trialfinder/trials"
	"trialfinder/trials/store"
	"trialfinder/trials/store/storetest"
)

func found(tb testing.TB, db *store.DB, q store.Query) []string {
	tb.Helper()
	hits, total, err := db.Search(tb.Context(), q)
	if err != nil {
		tb.Fatalf("search %+v: %v", q, err)
	}
	if q.Limit == 0 && q.Offset == 0 && total != len(hits) {
		tb.Errorf("search %+v: got a total of %d and %d hits", q, total, len(hits))
	}
	got := []string{}
	for _, h := range hits {
		got = append(got, h.ID)
	}
	return got
}

func searchable(tb testing.TB) *store.DB {
	tb.Helper()
	updated := func(year int) func(*trials.Trial) {
		return func(t *trials.Trial) { t.LastUpdatePosted.Date = trials.Date{Year: year} }
	}
	db := storetest.Open(tb,
		record(nct(1), title("Étude of T-cell therapies"), updated(2024)),
		record(nct(2), title("Anti-PD-1 in sarcoma"), updated(2026), func(t *trials.Trial) {
			t.Keywords = []string{"checkpoint"}
			t.BriefSummary = "Compares two doses with a glacier."
			t.Interventions = []trials.Intervention{{Name: "inventumab", OtherNames: []string{"INV-42"}}}
			t.OrgStudyID = "HARBOUR-7"
			t.Sites = append(t.Sites, trials.Site{City: "Gent", Country: "Belgium"})
		}),
		record(nct(3), title("Glacier study of PD markers, part 1"), updated(2025), status(trials.Completed), func(t *trials.Trial) {
			t.Conditions = []string{"Sjögren's Syndrome"}
			t.Sites = []trials.Site{{City: "Lyon", Country: "France"}}
		}),
	)
	for id, facets := range map[string][]trials.Facet{
		nct(1): {{Kind: "therapy", Value: "t_cell"}, {Kind: "condition", Value: "melanoma"}},
		nct(2): {{Kind: "therapy", Value: "checkpoint"}, {Kind: "condition", Value: "sarcoma"}, {Kind: "condition", Value: "melanoma"}},
		nct(3): {{Kind: "therapy", Value: "nk"}},
	} {
		derive(tb, db, trials.Derived{TrialID: id, RuleSet: "r1", Facets: facets})
	}
	return db
}

func TestSearchText(t *testing.T) {
	db := searchable(t)
	tests := []struct {
		name, text string
		want       []string
	}{
		{"a word of the title", "sarcoma", []string{nct(2)}},
		{"accent in the listing only", "etude", []string{nct(1)}},
		{"accent in one code point", "\u00c9tude", []string{nct(1)}},
		{"accent in two code points", "E\u0301tude", []string{nct(1)}},
		{"accent and apostrophe", "SJOGREN'S", []string{nct(3)}},
		{"another form of the word", "therapy", []string{nct(1)}},
		{"every word must occur", "sarcoma therapy", []string{}},
		{"words from several fields", "sarcoma inventumab doses", []string{nct(2)}},
		{"parts that stand together", "PD-1", []string{nct(2)}},
		{"parts apart are words", "PD part 1", []string{nct(3)}},
		{"title before summary", "glacier", []string{nct(3), nct(2)}},
		{"other name of an intervention", "inv-42", []string{nct(2)}},
		{"id", nct(3), []string{nct(3)}},
		{"id in lower case", strings.ToLower(nct(3)), []string{nct(3)}},
		{"sponsor's number", "harbour-7", []string{nct(2)}},
		{"nothing typed: latest first", " ", []string{nct(2), nct(3), nct(1)}},
		{"typed, but no word", "?!", []string{}},
		{"an operator is a word", "sarcoma OR glacier", []string{}},
		{"a column is a word", "title:sarcoma", []string{}},
		{"no prefix", "sarc*", []string{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, found(t, db, store.Query{Text: tt.text})); diff != "" {
				t.Errorf("%q (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

func TestSearchFilters(t *testing.T) {
	db := searchable(t)
	facet := func(pairs ...string) (got []trials.Facet) {
		for i := 0; i < len(pairs); i += 2 {
			got = append(got, trials.Facet{Kind: pairs[i], Value: pairs[i+1]})
		}
		return got
	}
	tests := []struct {
		name  string
		query store.Query
		want  []string
	}{
		{"one facet", store.Query{Facets: facet("condition", "melanoma")}, []string{nct(2), nct(1)}},
		{"of one kind any", store.Query{Facets: facet("therapy", "nk", "therapy", "t_cell")}, []string{nct(3), nct(1)}},
		{"of two kinds both", store.Query{Facets: facet("condition", "melanoma", "therapy", "nk", "therapy", "t_cell")}, []string{nct(1)}},
		{"unknown facet", store.Query{Facets: facet("therapy", "'; DROP TABLE trial")}, []string{}},
		{"country", store.Query{Countries: []string{"BE"}}, []string{nct(2)}},
		{"any of the countries", store.Query{Countries: []string{"BE", "FR"}}, []string{nct(2), nct(3)}},
		{"status", store.Query{Status: []trials.Status{trials.Completed, trials.Terminated}}, []string{nct(3)}},
		{"all together", store.Query{Text: "glacier", Facets: facet("therapy", "checkpoint"), Countries: []string{"DK"},
			Status: []trials.Status{trials.Recruiting}}, []string{nct(2)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, found(t, db, tt.query)); diff != "" {
				t.Errorf("%+v (-want +got):\n%s", tt.query, diff)
			}
		})
	}
}

func TestSearchPages(t *testing.T) {
	db := searchable(t)
	tests := []struct {
		limit, offset int
		want          []string
	}{
		{0, 0, []string{nct(2), nct(3), nct(1)}},
		{2, 0, []string{nct(2), nct(3)}},
		{2, 2, []string{nct(1)}},
		{0, 1, []string{nct(3), nct(1)}},
		{2, 9, []string{}},
	}
	for _, tt := range tests {
		hits, total, err := db.Search(t.Context(), store.Query{Limit: tt.limit, Offset: tt.offset})
		got := []string{}
		for _, h := range hits {
			got = append(got, h.ID)
		}
		if err != nil || total != 3 || !cmp.Equal(tt.want, got) {
			t.Errorf("limit %d, offset %d: got %v of %d, %v, want %v of 3", tt.limit, tt.offset, got, total, err, tt.want)
		}
	}
	if _, _, err := db.Search(t.Context(), store.Query{Limit: -1}); !errors.Is(err, trials.ErrInvalid) {
		t.Errorf("limit -1: got %v, want ErrInvalid", err)
	}
}

func TestSearchHit(t *testing.T) {
	hits, _, err := searchable(t).Search(t.Context(), store.Query{Text: "sjogren"})
	want := []store.Hit{{ID: nct(3), Source: trials.CTGov, Title: "Glacier study of PD markers, part 1", Status: trials.Completed,
		StudyType: trials.Interventional, LastUpdatePosted: trials.Date{Year: 2025}}}
	if diff := cmp.Diff(want, hits); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// Whatever is typed, the search answers.
func FuzzSearchText(f *testing.F) {
	for _, seed := range []string{`"`, `""`, `'`, `*`, `(`, `)`, `a AND`, `NEAR(a b, 2)`, `a NOT`, `OR OR`, `^a`, `-a`, `{title}: a`,
		`title : a`, "a\x00b", "\xff\xfe", `a"b`, `"a`, `a + b`, `\`, `%`, `中文`, "é", "e\u0301", "\u0301", "a\u00adb", "½", "①", "٣",
		"-- ", "; DROP TABLE trial", strings.Repeat("a ", 2000), strings.Repeat("a-", 2000), strings.Repeat(`"`, 999), "\U000F0000", "𝛼"} {
		f.Add(seed)
	}
	db := storetest.Open(f, record(nct(1), title("Étude of T-cell therapies")))
	f.Fuzz(func(t *testing.T, text string) {
		if _, _, err := db.Search(t.Context(), store.Query{Text: text}); err != nil {
			t.Errorf("%q as %q: %v", text, store.MatchText(text), err)
		}
	})
}
