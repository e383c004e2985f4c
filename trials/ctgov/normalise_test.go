package ctgov_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"trialfinder/trials"
	"trialfinder/trials/ctgov"
)

func golden(tb testing.TB) []byte {
	tb.Helper()
	raw, err := os.ReadFile("testdata/study.json")
	if err != nil {
		tb.Fatal(err)
	}
	return raw
}

func yes(b bool) *bool { return &b }

// wantGolden is testdata/study.json, field by field.
func wantGolden() trials.Trial {
	return trials.Trial{
		ID: "NCT99000001", Source: trials.CTGov, Aliases: []string{"NCT99000901", "NCT99000902"},
		OrgStudyID: "FICT-001",
		SecondaryIDs: []trials.SecondaryID{
			{ID: "2031-500001-11-00", Type: "CTIS", Domain: "EU", Link: "https://example.org/ctis"},
			{ID: "U1", Type: "OTHER"},
		},
		BriefTitle:    "Invented Cells for an Invented Tumour",
		OfficialTitle: "An Invented Phase 1/2 Study of Invented Cells",
		Acronym:       "INVENT", LeadSponsor: "Invented University Hospital",
		Status: trials.Recruiting, LastKnownStatus: trials.NotYetRecruiting,
		StatusVerified: trials.Date{Year: 2031, Month: 2}, WhyStopped: "It did not",
		Start:             trials.DateStruct{Date: trials.Date{Year: 2030}, Type: "ACTUAL"},
		PrimaryCompletion: trials.DateStruct{Date: trials.Date{Year: 2032, Month: 4}, Type: "ESTIMATED"},
		Completion:        trials.DateStruct{Date: trials.Date{Year: 2033, Month: 4, Day: 5}, Type: "ESTIMATED"},
		FirstPosted:       trials.DateStruct{Date: trials.Date{Year: 2029, Month: 12, Day: 31}, Type: "ACTUAL"},
		LastUpdateSubmit:  trials.Date{Year: 2031, Month: 2, Day: 3},
		LastUpdatePosted:  trials.DateStruct{Date: trials.Date{Year: 2031, Month: 2, Day: 5}, Type: "ESTIMATED"},
		ExpandedAccess:    &trials.ExpandedAccess{HasExpandedAccess: true, ID: "NCT99000003", Status: trials.Available},
		BriefSummary:      "A summary.", DetailedDescription: "A description.",
		Conditions: []string{"Tumour A", "Tumour B"}, Keywords: []string{"cells", "CAR-T"},
		StudyType: trials.Interventional, Phases: []trials.Phase{trials.Phase1, trials.Phase2},
		Enrollment: &trials.Enrollment{Count: 24, Type: "ESTIMATED"},
		Arms: []trials.Arm{{
			Label: "Arm 1", Type: "EXPERIMENTAL", Description: "One infusion",
			Interventions: []string{"Biological: Cells X", "Drug: Y"},
		}},
		Interventions: []trials.Intervention{{
			Type: "BIOLOGICAL", Name: "Cells X", Description: "Given once",
			OtherNames: []string{"X-101", "X cells"}, ArmLabels: []string{"Arm 1"},
		}},
		Eligibility: trials.Eligibility{
			Criteria: "Inclusion Criteria:\n\n* Age ≥ 18\r\n* ECOG 0 \\< 2 🧬\t\n\nExclusion Criteria:\n\n1. None ",
			Sex:      trials.Female, GenderBased: yes(true), GenderDescription: "People with an invented organ",
			MinimumAge: &trials.Age{Value: 18, Unit: trials.Years, Text: "18 Years"},
			MaximumAge: &trials.Age{Value: 6, Unit: trials.Months, Text: "6 Months"},
			StdAges:    []string{"ADULT", "OLDER_ADULT"}, HealthyVolunteers: yes(false),
		},
		CentralContacts: []trials.Contact{{Name: "Desk A", Role: "CONTACT", Phone: "+45 00 00 00 00", PhoneExt: "12", Email: "a@example.org"}},
		Officials:       []trials.Official{{Name: "Dr Invented", Affiliation: "Invented University", Role: "PRINCIPAL_INVESTIGATOR"}},
		Sites: []trials.Site{
			{
				Facility: "Invented Clinic", Status: trials.Recruiting, City: "Aarhus", State: "Midtjylland", Zip: "8000", Country: "Denmark",
				GeoPoint: &trials.GeoPoint{Lat: 56.15, Lon: -10.2},
				Contacts: []trials.Contact{{Name: "Desk B", Role: "CONTACT", Phone: "1", PhoneExt: "2", Email: "b@example.org"}},
			},
			{Facility: "Second Clinic", City: "Gent", Country: "Belgium"},
		},
		ConditionMeSH:         []trials.MeSH{{ID: "D000001", Term: "Tumour"}},
		ConditionAncestors:    []trials.MeSH{{ID: "D000002", Term: "Disease"}},
		InterventionMeSH:      []trials.MeSH{{ID: "D000003", Term: "Cell"}},
		InterventionAncestors: []trials.MeSH{{ID: "D000004", Term: "Therapy"}},
		VersionHolder:         trials.Date{Year: 2031, Month: 2, Day: 6},
		RemovedCountries:      []string{"France"},
	}
}

func TestNormaliseKeepsEveryField(t *testing.T) {
	got, err := ctgov.Normalise(golden(t))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wantGolden(), got.Trial); diff != "" {
		t.Errorf("study.json (-want +got):\n%s", diff)
	}
}

func TestTheSameListingIsTheSameRecordHoweverPrinted(t *testing.T) {
	pretty := golden(t)
	var other bytes.Buffer
	if err := json.Indent(&other, pretty, "  ", "\t"); err != nil {
		t.Fatal(err)
	}
	a, errA := ctgov.Normalise(pretty)
	b, errB := ctgov.Normalise(other.Bytes())
	if errA != nil || errB != nil || a.Hash() != b.Hash() {
		t.Errorf("got %v, %v, hashes %s and %s, want one hash", errA, errB, a.Hash(), b.Hash())
	}
	if !strings.Contains(string(a.Raw), `\u2265 18\r\n* ECOG 0 \\< 2 \ud83e\uddec`) {
		t.Errorf("got a raw record whose strings are not as sent: %.900s", a.Raw)
	}
}

// with is a minimal study with one more module.
func with(module, content string) string {
	return fmt.Sprintf(`{"protocolSection":{"identificationModule":{"nctId":"NCT99000001"},%q:%s}}`, module, content)
}

func TestNormalise(t *testing.T) {
	tests := []struct {
		name string
		raw  string
		get  func(trials.Trial) any
		want any
	}{
		{"an id in lower case", `{"protocolSection":{"identificationModule":{"nctId":" nct99000001 "}}}`,
			func(t trials.Trial) any { return t.ID }, "NCT99000001"},
		{"sentinel enrolment", with("designModule", `{"enrollmentInfo":{"count":99999999,"type":"ESTIMATED"}}`),
			func(t trials.Trial) any { return t.Enrollment }, (*trials.Enrollment)(nil)},
		{"negative enrolment", with("designModule", `{"enrollmentInfo":{"count":-1}}`),
			func(t trials.Trial) any { return t.Enrollment }, (*trials.Enrollment)(nil)},
		{"no enrolment count", with("designModule", `{"enrollmentInfo":{"type":"ACTUAL"}}`),
			func(t trials.Trial) any { return t.Enrollment }, (*trials.Enrollment)(nil)},
		{"an enrolment of nobody", with("designModule", `{"enrollmentInfo":{"count":0,"type":"ACTUAL"}}`),
			func(t trials.Trial) any { return t.Enrollment }, &trials.Enrollment{Type: "ACTUAL"}},
		{"an age that can't be read", with("eligibilityModule", `{"minimumAge":"N/A"}`),
			func(t trials.Trial) any { return t.Eligibility.MinimumAge }, &trials.Age{Text: "N/A"}},
		{"an empty age", with("eligibilityModule", `{"minimumAge":""}`),
			func(t trials.Trial) any { return t.Eligibility.MinimumAge }, (*trials.Age)(nil)},
		{"a date that can't be read", with("statusModule", `{"statusVerifiedDate":"May 2020","lastUpdateSubmitDate":"2020-05-01"}`),
			func(t trials.Trial) any { return []trials.Date{t.StatusVerified, t.LastUpdateSubmit} },
			[]trials.Date{{}, {Year: 2020, Month: 5, Day: 1}}},
		{"a day that does not exist", with("statusModule", `{"startDateStruct":{"date":"2021-02-30"}}`),
			func(t trials.Trial) any { return t.Start }, trials.DateStruct{}},
		{"an unknown status", with("statusModule", `{"overallStatus":"BRAND_NEW"}`),
			func(t trials.Trial) any { return t.Status }, trials.Status("BRAND_NEW")},
		{"a lone string for a list", with("conditionsModule", `{"conditions":"Tumour"}`),
			func(t trials.Trial) any { return t.Conditions }, []string{"Tumour"}},
		{"empty and null texts in a list", with("conditionsModule", `{"conditions":["",null,"Tumour"]}`),
			func(t trials.Trial) any { return t.Conditions }, []string{"Tumour"}},
		{"invalid UTF-8", with("descriptionModule", "{\"briefSummary\":\"a\xffb\"}"),
			func(t trials.Trial) any { return t.BriefSummary }, "a\ufffdb"},
		{"half a surrogate", with("descriptionModule", `{"briefSummary":"a\ud83eb"}`),
			func(t trials.Trial) any { return t.BriefSummary }, "a\ufffdb"},
		{"healthy volunteers not told", with("eligibilityModule", `{}`),
			func(t trials.Trial) any { return t.Eligibility.HealthyVolunteers }, (*bool)(nil)},
		{"modules that we do not know", with("futureModule", `{"x":[1,{"y":null}]}`),
			func(t trials.Trial) any { return t }, trials.Trial{ID: "NCT99000001", Source: trials.CTGov}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := ctgov.Normalise([]byte(test.raw))
			if err != nil {
				t.Fatalf("%s: %v", test.raw, err)
			}
			if diff := cmp.Diff(test.want, test.get(got.Trial)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.raw, diff)
			}
		})
	}
}

func TestCoordinates(t *testing.T) {
	tests := []struct {
		point string
		want  *trials.GeoPoint
	}{
		{`{"lat":56.15,"lon":10.2}`, &trials.GeoPoint{Lat: 56.15, Lon: 10.2}},
		{`{"lat":0,"lon":10.2}`, &trials.GeoPoint{Lat: 0, Lon: 10.2}},
		{`{"lat":-90,"lon":180}`, &trials.GeoPoint{Lat: -90, Lon: 180}},
		{`{"lat":0,"lon":0}`, nil},
		{`{"lat":0.0,"lon":-0.0}`, nil},
		{`{"lat":90.01,"lon":10}`, nil},
		{`{"lat":10,"lon":-180.5}`, nil},
		{`{"lat":10}`, nil},
		{`{"lon":10}`, nil},
		{`{"lat":null,"lon":10}`, nil},
		{`{}`, nil},
		{`null`, nil},
	}
	for _, test := range tests {
		raw := with("contactsLocationsModule", `{"locations":[{"city":"Gent","geoPoint":`+test.point+`}]}`)
		got, err := ctgov.Normalise([]byte(raw))
		if err != nil {
			t.Errorf("%s: %v", test.point, err)
			continue
		}
		if diff := cmp.Diff(test.want, got.Trial.Sites[0].GeoPoint); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.point, diff)
		}
	}
}

func TestOnlyIdenticalSitesAreOne(t *testing.T) {
	const a = `{"facility":"A","city":"Gent","geoPoint":{"lat":51,"lon":3},"contacts":[{"name":"N"}]}`
	tests := []struct {
		name, other string
		want        int
	}{
		{"identical", a, 1},
		{"another order of keys", `{"city":"Gent","facility":"A","contacts":[{"name":"N"}],"geoPoint":{"lon":3,"lat":51}}`, 1},
		{"another contact", `{"facility":"A","city":"Gent","geoPoint":{"lat":51,"lon":3},"contacts":[{"name":"M"}]}`, 2},
		{"another point", `{"facility":"A","city":"Gent","geoPoint":{"lat":51.1,"lon":3},"contacts":[{"name":"N"}]}`, 2},
		{"no point", `{"facility":"A","city":"Gent","contacts":[{"name":"N"}]}`, 2},
		{"another status", `{"facility":"A","status":"WITHDRAWN","city":"Gent","geoPoint":{"lat":51,"lon":3},"contacts":[{"name":"N"}]}`, 2},
		{"another zip", `{"facility":"A","zip":"9","city":"Gent","geoPoint":{"lat":51,"lon":3},"contacts":[{"name":"N"}]}`, 2},
	}
	for _, test := range tests {
		raw := with("contactsLocationsModule", `{"locations":[`+a+`,`+test.other+`]}`)
		got, err := ctgov.Normalise([]byte(raw))
		if err != nil || len(got.Trial.Sites) != test.want {
			t.Errorf("%s: got %d sites, %v, want %d", test.name, len(got.Trial.Sites), err, test.want)
		}
	}
}

func TestNormaliseRefuses(t *testing.T) {
	tests := []struct {
		raw  string
		want error
		says string
	}{
		{``, trials.ErrInvalid, "not a study object"},
		{`{"protocolSection":`, trials.ErrInvalid, "not a study object"},
		{`{} {}`, trials.ErrInvalid, "not a study object"},
		{`[]`, trials.ErrInvalid, "JSON array"},
		{`7`, trials.ErrInvalid, "JSON number"},
		{`null`, trials.ErrInvalid, `nctId ""`},
		{`{}`, trials.ErrInvalid, `nctId ""`},
		{`{"protocolSection":{"identificationModule":{"nctId":"NCT123"}}}`, trials.ErrInvalid, `nctId "NCT123"`},
		{`{"protocolSection":{"identificationModule":{"nctId":"2031-500001-11-00"}}}`, trials.ErrInvalid, "2031-500001-11-00"},
		{with("designModule", `{"enrollmentInfo":{"count":1.5}}`), trials.ErrSchema, "protocolSection.designModule.enrollmentInfo.count"},
		{with("designModule", `{"enrollmentInfo":{"count":1e99}}`), trials.ErrSchema, "protocolSection.designModule.enrollmentInfo.count"},
		{with("eligibilityModule", `{"healthyVolunteers":"No"}`), trials.ErrSchema, "protocolSection.eligibilityModule.healthyVolunteers is a JSON string, want bool"},
	}
	for _, test := range tests {
		_, err := ctgov.Normalise([]byte(test.raw))
		if !errors.Is(err, test.want) || !strings.Contains(fmt.Sprint(err), test.says) {
			t.Errorf("%s: got %v, want %v that says %q", test.raw, err, test.want, test.says)
		}
	}
}

func FuzzNormalise(f *testing.F) {
	f.Add(golden(f))
	f.Add([]byte(with("contactsLocationsModule", `{"locations":[null,{"geoPoint":{"lat":0}}]}`)))
	f.Add([]byte(`{"protocolSection":null}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := ctgov.Normalise(raw)
		if err != nil {
			if !errors.Is(err, trials.ErrInvalid) && !errors.Is(err, trials.ErrSchema) {
				t.Errorf("%q: got %v, want ErrInvalid or ErrSchema", raw, err)
			}
			return
		}
		if id, _, ok := trials.CanonicalID(got.Trial.ID); !ok || id != got.Trial.ID {
			t.Errorf("%q: got the id %q", raw, got.Trial.ID)
		}
		if c := got.Trial.Eligibility.Criteria; !utf8.ValidString(c) {
			t.Errorf("%q: got criteria that are no UTF-8: %q", raw, c)
		}
		again, err := ctgov.Normalise(got.Raw)
		if err != nil || !cmp.Equal(got, again) {
			t.Errorf("%q: the stored record reads otherwise: %v\n%s", raw, err, cmp.Diff(got, again))
		}
	})
}

func BenchmarkNormalise(b *testing.B) {
	raw := golden(b)
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		if _, err := ctgov.Normalise(raw); err != nil {
			b.Fatal(err)
		}
	}
}
