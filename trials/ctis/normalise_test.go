package ctis_test

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	stdcmp "cmp"

	"github.com/google/go-cmp/cmp"

	"trialfinder/trials"
	"trialfinder/trials/ctis"
)

// whole is a fictional record of today's shape, with all that is kept.
const whole = `{
 "ctNumber":"2031-512345-12-00", "ctStatus":8, "ctPublicStatusCode":4, "ageGroup":"18-64 years, 65+ years",
 "totalNumberEnrolled":"42", "startDateEU":"05/02/2031", "lastUpdated":"20/03/2031", "lastPublicationUpdate":"21/03/2031",
 "trialCountries":["Denmark:5","Belgium:4"],
 "authorizedApplication":{
  "authorizedPartI":{
   "sponsors":[{"primary":true,"organisation":{"name":"Sound Hospital"},
     "publicContacts":[{"functionalName":"Trial desk","functionalEmailAddress":"desk@example.org","telephone":"+45 00"}]}],
   "medicalConditions":[{"medicalCondition":"Melanoma"}],
   "productRoleGroupInfos":[
    {"productRoleCode":"1","productRoleName":"Test","products":[
      {"productName":"Examplimab","jsonActiveSubstanceNames":"examplimab","productDictionaryInfo":{"prodName":"EX-1","activeSubstanceName":"EXAMPLIMAB"}},
      {"productName":"Examplimab","jsonActiveSubstanceNames":"examplimab","productDictionaryInfo":{"prodName":"EX-1","activeSubstanceName":"EXAMPLIMAB"}}]},
    {"productRoleCode":"2","productRoleName":"Comparator","products":[{"jsonActiveSubstanceNames":"dacarbazine"},{}]}],
   "trialDetails":{
    "clinicalTrialIdentifiers":{"fullTitle":"A long title","publicTitle":"A short title","shortTitle":"EX",
      "secondaryIdentifyingNumbers":{"nctNumber":{"number":"NCT99900001"},"additionalRegistries":[{"number":"77","otherRegistryName":"Local"}]}},
    "trialInformation":{
     "trialCategory":{"trialPhase":"8"},
     "trialObjective":{"mainObjective":"To see."},
     "eligibilityCriteria":{
      "principalInclusionCriteria":[{"number":2,"principalInclusionCriteria":"ECOG 0 or 1"},{"number":1,"principalInclusionCriteria":"Melanoma"},{"number":3,"principalInclusionCriteria":" "}],
      "principalExclusionCriteria":[{"number":1,"principalExclusionCriteria":"HIV"}]},
     "populationOfTrialSubjects":{"isFemaleSubjects":true,"isMaleSubjects":false},
     "trialDuration":{"estimatedGlobalEndDate":"2033-01-31"}}}},
  "authorizedPartsII":[
   {"mscInfo":{"countryName":"Denmark"},"trialSites":[{"organisationAddressInfo":{"organisation":{"name":"North Clinic"},"address":{"city":"Aalborg","postcode":"9000","countryName":"Denmark"},"phone":"+45 11"},"departmentName":"Oncology","personInfo":{"firstName":"A","lastName":"B","email":"a@example.org"}}]},
   {"mscInfo":{"countryName":"Belgium"},"trialSites":[{"organisationAddressInfo":{"organisation":{"name":"Lys Clinic"},"address":{"city":"Gent","countryName":"Belgium"}}}]},
   {"mscInfo":{"countryName":"Greece"},"trialSites":[{"organisationAddressInfo":{"organisation":{"name":"Sea Clinic"},"address":{"city":"Volos","countryName":"Greece"}}}]},
   null],
  "memberStatesConcerned":[{"mscName":"Belgium","mscPublicStatusCode":6},{"mscName":"Greece"}],
  "eudraCt":{"eudraCtCode":"2020-000001-11"}}}`

func TestNormalise(t *testing.T) {
	t.Parallel()
	got, err := ctis.Normalise([]byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	begin := len("Melanoma\nECOG 0 or 1\n")
	minimum, _ := trials.ParseAge("18 Years")
	want := trials.Trial{
		ID: "2031-512345-12-00", Source: trials.CTIS,
		SecondaryIDs: []trials.SecondaryID{
			{ID: "NCT99900001", Type: "REGISTRY", Domain: "ClinicalTrials.gov"},
			{ID: "77", Type: "OTHER", Domain: "Local"},
			{ID: "2020-000001-11", Type: "EUDRACT_NUMBER"},
		},
		BriefTitle: "A short title", OfficialTitle: "A long title", Acronym: "EX", LeadSponsor: "Sound Hospital",
		Status:           trials.Recruiting,
		Start:            trials.DateStruct{Date: trials.Date{Year: 2031, Month: 2, Day: 5}},
		Completion:       trials.DateStruct{Date: trials.Date{Year: 2033, Month: 1, Day: 31}, Type: "ESTIMATED"},
		LastUpdateSubmit: trials.Date{Year: 2031, Month: 3, Day: 20},
		LastUpdatePosted: trials.DateStruct{Date: trials.Date{Year: 2031, Month: 3, Day: 21}},
		BriefSummary:     "To see.", Conditions: []string{"Melanoma"},
		StudyType: trials.Interventional, Phases: []trials.Phase{trials.Phase1, trials.Phase2},
		Enrollment: &trials.Enrollment{Count: 42, Type: "ESTIMATED"},
		Arms: []trials.Arm{
			{Label: "Test", Type: "EXPERIMENTAL", Interventions: []string{"DRUG: Examplimab"}},
			{Label: "Comparator", Type: "ACTIVE_COMPARATOR", Interventions: []string{"DRUG: dacarbazine"}},
		},
		Interventions: []trials.Intervention{
			{Type: "DRUG", Name: "Examplimab", OtherNames: []string{"EX-1"}, ArmLabels: []string{"Test"}},
			{Type: "DRUG", Name: "dacarbazine", OtherNames: []string{}, ArmLabels: []string{"Comparator"}},
		},
		Eligibility: trials.Eligibility{
			Criteria: "Melanoma\nECOG 0 or 1\nHIV", ExclusionStart: &begin, Items: []int{0, 9, 21}, Sex: trials.Female, MinimumAge: &minimum,
			AgeGroup: "18-64 years, 65+ years",
		},
		CentralContacts: []trials.Contact{{Name: "Trial desk", Phone: "+45 00", Email: "desk@example.org"}},
		Sites: []trials.Site{
			{Facility: "North Clinic, Oncology", Status: trials.ActiveNotRecruiting, City: "Aalborg", Zip: "9000", Country: "Denmark",
				Contacts: []trials.Contact{{Name: "A B", Phone: "+45 11", Email: "a@example.org"}}},
			// The member state's own code is newer than the list of countries.
			{Facility: "Lys Clinic", Status: trials.Suspended, City: "Gent", Country: "Belgium"},
			// Recruiting elsewhere says nothing of a country without a status.
			{Facility: "Sea Clinic", Status: trials.UnknownStatus, City: "Volos", Country: "Greece"},
		},
	}
	if diff := cmp.Diff(want, got.Trial); diff != "" {
		t.Errorf("Normalise (-want +got):\n%s", diff)
	}
}

// memberStates is a dossier with the given list of member states.
func memberStates(list string) []byte {
	return []byte(strings.Replace(string(record(false, `,"ctPublicStatusCode":4,"trialCountries":["Germany:4","Spain:4"]`)),
		`"authorizedApplication":{`, `"authorizedApplication":{"memberStatesConcerned":[`+list+`],`, 1))
}

// A member state that was applied for again stands in the list twice.
func TestACountryThatIsListedTwice(t *testing.T) {
	t.Parallel()
	const old, newer = `{"mscName":"Germany","mscPublicStatusCode":11,"lastDecisionDate":"2030-01-01T10:00:00"}`,
		`{"mscName":"Germany","mscPublicStatusCode":3,"lastDecisionDate":"2031-01-01T10:00:00.5"}`
	tests := map[string]struct {
		raw  []byte
		want trials.Status
	}{
		"the last decision counts":             {memberStates(old + "," + newer), trials.Recruiting},
		"whatever comes first":                 {memberStates(newer + "," + old), trials.Recruiting},
		"without dates they contradict":        {memberStates(`{"mscName":"Germany","mscPublicStatusCode":11},{"mscName":"Germany","mscPublicStatusCode":3}`), trials.UnknownStatus},
		"the search's list has no dates":       {record(false, `,"trialCountries":["Germany:11","Germany:3"]`), trials.UnknownStatus},
		"the same twice is no contradiction":   {record(false, `,"trialCountries":["Germany:3","Germany:4"]`), trials.Recruiting},
		"the old list that says two things":    {record(true, `,"trialCountries":"DE:Ended, DE:Ongoing, recruiting"`), trials.UnknownStatus},
		"the dossier settles what a list does": {memberStates(old), trials.Withdrawn},
	}
	for name, tt := range tests {
		got, err := ctis.Normalise(tt.raw)
		if err != nil || got.Trial.Sites[0].Status != tt.want {
			t.Errorf("%s: got %v, %v; want %s", name, got.Trial.Sites, err, tt.want)
		}
	}
}

func TestASubmissionKeepsTheIDsOfThoseBefore(t *testing.T) {
	t.Parallel()
	for id, want := range map[string][]string{
		"2031-512345-12-00": nil, "2031-512345-12": nil, "2031-512345-12-02": {"2031-512345-12-00", "2031-512345-12-01"},
	} {
		got, err := ctis.Normalise([]byte(strings.Replace(string(record(false, "")), "2031-512345-12-00", id, 1)))
		if diff := cmp.Diff(want, got.Trial.Aliases); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", id, err, diff)
		}
	}
}

// record is a record of today's or the old shape with more top-level fields.
func record(old bool, fields string) []byte {
	dossier := `"authorizedPartI":{"productRoleGroupInfos":[]},"authorizedPartsII":[{"mscInfo":{"countryName":"Germany"},"trialSites":[{}]},{"mscInfo":{"countryName":"Spain"},"trialSites":[{}]}]`
	if !old {
		dossier = `"authorizedApplication":{` + dossier + `}`
	}
	return []byte(`{"ctNumber":"2031-512345-12-00",` + dossier + fields + `}`)
}

func TestStatus(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		old            bool
		fields         string
		overall        trials.Status
		germany, spain trials.Status
	}{
		"the application's status is not the trial's": {fields: `,"ctStatus":"Authorised"`},
		"its code neither":                            {fields: `,"ctStatus":4`},
		"a public code":                               {fields: `,"ctPublicStatusCode":2`, overall: trials.NotYetRecruiting},
		"a code that nobody knows":                    {fields: `,"ctPublicStatusCode":77`, overall: trials.UnknownStatus},
		"under evaluation is not soon":                {fields: `,"ctPublicStatusCode":1`, overall: trials.Withheld},
		"words with commas, as they were":             {old: true, fields: `,"ctStatus":"Ongoing, recruiting","trialCountries":"DE:Authorised, not started, ES:Ongoing, recruiting"`, overall: trials.Recruiting, germany: trials.NotYetRecruiting, spain: trials.Recruiting},
		"one country, with a space":                   {old: true, fields: `,"ctStatus":"Ended","trialCountries":"ES: Ended"`, overall: trials.Completed, spain: trials.Completed},
		"a list with codes":                           {fields: `,"ctPublicStatusCode":4,"trialCountries":["Germany:8","Spain:3","Atlantis:4","Spain"]`, overall: trials.Recruiting, germany: trials.Completed, spain: trials.Recruiting},
		"words that nobody knows":                     {old: true, fields: `,"ctStatus":"Fine","trialCountries":"DE:Fine"`, overall: trials.UnknownStatus},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := ctis.Normalise(record(tt.old, tt.fields))
			if err != nil {
				t.Fatal(err)
			}
			s := got.Trial.Sites
			tt.germany, tt.spain = stdcmp.Or(tt.germany, trials.UnknownStatus), stdcmp.Or(tt.spain, trials.UnknownStatus)
			if got.Trial.Status != tt.overall || s[0].Status != tt.germany || s[1].Status != tt.spain {
				t.Errorf("got %q, Germany %q, Spain %q; want %q, %q, %q",
					got.Trial.Status, s[0].Status, s[1].Status, tt.overall, tt.germany, tt.spain)
			}
		})
	}
}

func TestAges(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ fields, minimum, maximum string }{
		"adults":                   {`,"ageGroup":"18-64 years, 65+ years"`, "18 Years", ""},
		"in another order, twice":  {`,"ageGroup":"65+ years, 18-64 years, 18-64 years"`, "18 Years", ""},
		"children":                 {`,"ageGroup":"0-17 years"`, "0 Years", "17 Years"},
		"a gap is no two limits":   {`,"ageGroup":"0-17 years, 65+ years"`, "0-17 years, 65+ years", ""},
		"words that nobody knows":  {`,"ageGroup":"In utero"`, "In utero", ""},
		"no words: not known":      {``, "ageRanges", ""},
		"a number beyond all ages": {`,"ageGroup":"99999999999999999999+ years"`, "99999999999999999999+ years", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := ctis.Normalise(record(false, tt.fields))
			if err != nil {
				t.Fatal(err)
			}
			text := func(a *trials.Age) string {
				if a == nil {
					return ""
				}
				return a.Text
			}
			e := got.Trial.Eligibility
			if text(e.MinimumAge) != tt.minimum || text(e.MaximumAge) != tt.maximum {
				t.Errorf("got %q to %q, want %q to %q", text(e.MinimumAge), text(e.MaximumAge), tt.minimum, tt.maximum)
			}
		})
	}
}

func TestWhatIsNoRecord(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		raw  string
		want error
		says string
	}{
		"not found":            {`{}`, trials.ErrInvalid, "ctNumber"},
		"another number":       {`{"ctNumber":"NCT99900001"}`, trials.ErrInvalid, "NCT99900001"},
		"no JSON":              {`{"ctNumber":`, trials.ErrInvalid, "not a record"},
		"a field of its own":   {`{"ctNumber":"2031-512345-12-00","ageGroup":3}`, trials.ErrSchema, "ageGroup"},
		"no dossier":           {`{"ctNumber":"2031-512345-12-00","ctStatus":4}`, trials.ErrInvalid, "authorizedPartI"},
		"an empty application": {`{"ctNumber":"2031-512345-12-00","authorizedApplication":{}}`, trials.ErrInvalid, "authorizedPartI"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := ctis.Normalise([]byte(tt.raw))
			if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want %v that says %q", err, tt.want, tt.says)
			}
		})
	}
}

// TestCorpus reads each real record, in both shapes, and counts what is lost.
func TestCorpus(t *testing.T) {
	t.Parallel()
	dir := stdcmp.Or(os.Getenv("TRIALFINDER_CORPUS"), "../shared")
	if !filepath.IsAbs(dir) {
		dir = filepath.Join("..", "..", dir) // as seen from the repository's root
	}
	files, err := filepath.Glob(filepath.Join(dir, "registry", "ctis", "*.json*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("no corpus of real records (set TRIALFINDER_CORPUS)")
	}
	for _, name := range files {
		raw := readAll(t, name)
		got, err := ctis.Normalise(raw)
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(name), err)
			continue
		}
		var sent map[string]any
		if err := json.Unmarshal(raw, &sent); err != nil {
			t.Fatal(err)
		}
		delete(sent, "applications") // what was applied for, and may not have been authorised
		e := got.Trial.Eligibility
		for key, text := range map[string]string{
			"principalInclusionCriteria": e.Criteria[:*e.ExclusionStart],
			"principalExclusionCriteria": e.Criteria[*e.ExclusionStart:],
		} {
			for _, item := range values(sent, key) {
				if !strings.Contains(text, item) {
					t.Errorf("%s: lost %s %q", got.Trial.ID, key, item)
				}
			}
		}
		if n := len(values(sent, "departmentName")); n != len(got.Trial.Sites) {
			t.Errorf("%s: %d sites of %d", got.Trial.ID, len(got.Trial.Sites), n)
		}
		for _, s := range got.Trial.Sites {
			if trials.CountryCode(s.Country) == "" || s.Facility == "" || s.City == "" || s.Status == trials.UnknownStatus {
				t.Errorf("%s: a site without place or status: %+v", got.Trial.ID, s)
			}
		}
		if got.Trial.Status == trials.UnknownStatus || len(got.Trial.Phases) == 0 || len(got.Trial.Conditions) == 0 ||
			len(got.Trial.Interventions) == 0 || e.MinimumAge == nil || e.Sex == "" || got.Trial.LeadSponsor == "" {
			t.Errorf("%s: incomplete: %+v", got.Trial.ID, got.Trial)
		}
	}
}

func readAll(t *testing.T, name string) []byte {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// values are all texts under a key, wherever it is.
func values(v any, key string) []string {
	var out []string
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			out = append(out, values(e, key)...)
		}
	case map[string]any:
		for k, e := range v {
			if text, ok := e.(string); ok && k == key && strings.TrimSpace(text) != "" {
				out = append(out, text)
				continue
			}
			out = append(out, values(e, key)...)
		}
	}
	return out
}

func FuzzNormalise(f *testing.F) {
	f.Add([]byte(whole))
	f.Add(record(true, `,"ctStatus":"Ended","trialCountries":"ES: Ended, DE:"`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := ctis.Normalise(raw)
		if err != nil {
			if !errors.Is(err, trials.ErrInvalid) && !errors.Is(err, trials.ErrSchema) {
				t.Errorf("%q: got %v, want ErrInvalid or ErrSchema", raw, err)
			}
			return
		}
		if at := *got.Trial.Eligibility.ExclusionStart; at < 0 || at > len(got.Trial.Eligibility.Criteria) {
			t.Errorf("%q: the exclusions begin at %d", raw, at)
		}
		again, err := ctis.Normalise(got.Raw)
		if err != nil || !cmp.Equal(got, again) {
			t.Errorf("%q: the stored record reads otherwise: %v\n%s", raw, err, cmp.Diff(got, again))
		}
	})
}
