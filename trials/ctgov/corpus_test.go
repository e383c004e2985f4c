package ctgov_test

import (
	"bytes"
	stdcmp "cmp"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trialfinder/trials"
	"trialfinder/trials/ctgov"
)

// corpus opens a zipped file of real records.
func corpus(tb testing.TB, name string) *gzip.Reader {
	tb.Helper()
	z, err := gzip.NewReader(corpusFile(tb, name))
	if err != nil {
		tb.Fatal(err)
	}
	return z
}

// corpusFile opens a file of real records; the test is skipped where there is none.
func corpusFile(tb testing.TB, name string) *os.File {
	tb.Helper()
	dir := stdcmp.Or(os.Getenv("TRIALFINDER_CORPUS"), "../shared")
	if !filepath.IsAbs(dir) {
		dir = filepath.Join("..", "..", dir) // as seen from the repository's root
	}
	file, err := os.Open(filepath.Join(dir, "registry", name))
	if err != nil {
		tb.Skipf("no corpus of real records (set TRIALFINDER_CORPUS): %v", err)
	}
	tb.Cleanup(func() { file.Close() })
	return file
}

// kept gives, for each field that is kept, its values in a trial, in order.
var kept = map[string]func(*trials.Trial) []string{
	"protocolSection.identificationModule.nctId":                   one(func(t *trials.Trial) string { return t.ID }),
	"protocolSection.identificationModule.nctIdAliases":            func(t *trials.Trial) []string { return t.Aliases },
	"protocolSection.identificationModule.orgStudyIdInfo.id":       one(func(t *trials.Trial) string { return t.OrgStudyID }),
	"protocolSection.identificationModule.secondaryIdInfos.id":     secondary(func(s trials.SecondaryID) string { return s.ID }),
	"protocolSection.identificationModule.secondaryIdInfos.type":   secondary(func(s trials.SecondaryID) string { return s.Type }),
	"protocolSection.identificationModule.secondaryIdInfos.domain": secondary(func(s trials.SecondaryID) string { return s.Domain }),
	"protocolSection.identificationModule.secondaryIdInfos.link":   secondary(func(s trials.SecondaryID) string { return s.Link }),
	"protocolSection.identificationModule.briefTitle":              one(func(t *trials.Trial) string { return t.BriefTitle }),
	"protocolSection.identificationModule.officialTitle":           one(func(t *trials.Trial) string { return t.OfficialTitle }),
	"protocolSection.identificationModule.acronym":                 one(func(t *trials.Trial) string { return t.Acronym }),

	"protocolSection.statusModule.overallStatus":                        one(func(t *trials.Trial) string { return string(t.Status) }),
	"protocolSection.statusModule.lastKnownStatus":                      one(func(t *trials.Trial) string { return string(t.LastKnownStatus) }),
	"protocolSection.statusModule.statusVerifiedDate":                   one(func(t *trials.Trial) string { return t.StatusVerified.String() }),
	"protocolSection.statusModule.whyStopped":                           one(func(t *trials.Trial) string { return t.WhyStopped }),
	"protocolSection.statusModule.startDateStruct.date":                 one(func(t *trials.Trial) string { return t.Start.Date.String() }),
	"protocolSection.statusModule.startDateStruct.type":                 one(func(t *trials.Trial) string { return t.Start.Type }),
	"protocolSection.statusModule.primaryCompletionDateStruct.date":     one(func(t *trials.Trial) string { return t.PrimaryCompletion.Date.String() }),
	"protocolSection.statusModule.primaryCompletionDateStruct.type":     one(func(t *trials.Trial) string { return t.PrimaryCompletion.Type }),
	"protocolSection.statusModule.completionDateStruct.date":            one(func(t *trials.Trial) string { return t.Completion.Date.String() }),
	"protocolSection.statusModule.completionDateStruct.type":            one(func(t *trials.Trial) string { return t.Completion.Type }),
	"protocolSection.statusModule.studyFirstPostDateStruct.date":        one(func(t *trials.Trial) string { return t.FirstPosted.Date.String() }),
	"protocolSection.statusModule.studyFirstPostDateStruct.type":        one(func(t *trials.Trial) string { return t.FirstPosted.Type }),
	"protocolSection.statusModule.lastUpdateSubmitDate":                 one(func(t *trials.Trial) string { return t.LastUpdateSubmit.String() }),
	"protocolSection.statusModule.lastUpdatePostDateStruct.date":        one(func(t *trials.Trial) string { return t.LastUpdatePosted.Date.String() }),
	"protocolSection.statusModule.lastUpdatePostDateStruct.type":        one(func(t *trials.Trial) string { return t.LastUpdatePosted.Type }),
	"protocolSection.statusModule.expandedAccessInfo.hasExpandedAccess": access(func(e *trials.ExpandedAccess) string { return strconv.FormatBool(e.HasExpandedAccess) }),
	"protocolSection.statusModule.expandedAccessInfo.nctId":             access(func(e *trials.ExpandedAccess) string { return e.ID }),
	"protocolSection.statusModule.expandedAccessInfo.statusForNctId":    access(func(e *trials.ExpandedAccess) string { return string(e.Status) }),

	"protocolSection.sponsorCollaboratorsModule.leadSponsor.name": one(func(t *trials.Trial) string { return t.LeadSponsor }),
	"protocolSection.descriptionModule.briefSummary":              one(func(t *trials.Trial) string { return t.BriefSummary }),
	"protocolSection.descriptionModule.detailedDescription":       one(func(t *trials.Trial) string { return t.DetailedDescription }),
	"protocolSection.conditionsModule.conditions":                 func(t *trials.Trial) []string { return t.Conditions },
	"protocolSection.conditionsModule.keywords":                   func(t *trials.Trial) []string { return t.Keywords },

	"protocolSection.designModule.studyType": one(func(t *trials.Trial) string { return string(t.StudyType) }),
	"protocolSection.designModule.phases":    func(t *trials.Trial) []string { return asText(t.Phases) },
	"protocolSection.designModule.enrollmentInfo.count": enrollment(func(e *trials.Enrollment) string {
		return strconv.Itoa(e.Count)
	}),
	"protocolSection.designModule.enrollmentInfo.type": enrollment(func(e *trials.Enrollment) string { return e.Type }),

	"protocolSection.armsInterventionsModule.armGroups.label":              arms(func(a trials.Arm) []string { return []string{a.Label} }),
	"protocolSection.armsInterventionsModule.armGroups.type":               arms(func(a trials.Arm) []string { return []string{a.Type} }),
	"protocolSection.armsInterventionsModule.armGroups.description":        arms(func(a trials.Arm) []string { return []string{a.Description} }),
	"protocolSection.armsInterventionsModule.armGroups.interventionNames":  arms(func(a trials.Arm) []string { return a.Interventions }),
	"protocolSection.armsInterventionsModule.interventions.type":           given(func(i trials.Intervention) []string { return []string{i.Type} }),
	"protocolSection.armsInterventionsModule.interventions.name":           given(func(i trials.Intervention) []string { return []string{i.Name} }),
	"protocolSection.armsInterventionsModule.interventions.description":    given(func(i trials.Intervention) []string { return []string{i.Description} }),
	"protocolSection.armsInterventionsModule.interventions.otherNames":     given(func(i trials.Intervention) []string { return i.OtherNames }),
	"protocolSection.armsInterventionsModule.interventions.armGroupLabels": given(func(i trials.Intervention) []string { return i.ArmLabels }),

	"protocolSection.eligibilityModule.eligibilityCriteria": one(func(t *trials.Trial) string { return t.Eligibility.Criteria }),
	"protocolSection.eligibilityModule.sex":                 one(func(t *trials.Trial) string { return string(t.Eligibility.Sex) }),
	"protocolSection.eligibilityModule.genderBased":         one(func(t *trials.Trial) string { return boolText(t.Eligibility.GenderBased) }),
	"protocolSection.eligibilityModule.genderDescription":   one(func(t *trials.Trial) string { return t.Eligibility.GenderDescription }),
	"protocolSection.eligibilityModule.minimumAge":          one(func(t *trials.Trial) string { return ageText(t.Eligibility.MinimumAge) }),
	"protocolSection.eligibilityModule.maximumAge":          one(func(t *trials.Trial) string { return ageText(t.Eligibility.MaximumAge) }),
	"protocolSection.eligibilityModule.stdAges":             func(t *trials.Trial) []string { return t.Eligibility.StdAges },
	"protocolSection.eligibilityModule.healthyVolunteers":   one(func(t *trials.Trial) string { return boolText(t.Eligibility.HealthyVolunteers) }),

	"protocolSection.contactsLocationsModule.centralContacts.name":         central(func(c trials.Contact) string { return c.Name }),
	"protocolSection.contactsLocationsModule.centralContacts.role":         central(func(c trials.Contact) string { return c.Role }),
	"protocolSection.contactsLocationsModule.centralContacts.phone":        central(func(c trials.Contact) string { return c.Phone }),
	"protocolSection.contactsLocationsModule.centralContacts.phoneExt":     central(func(c trials.Contact) string { return c.PhoneExt }),
	"protocolSection.contactsLocationsModule.centralContacts.email":        central(func(c trials.Contact) string { return c.Email }),
	"protocolSection.contactsLocationsModule.overallOfficials.name":        officials(func(o trials.Official) string { return o.Name }),
	"protocolSection.contactsLocationsModule.overallOfficials.affiliation": officials(func(o trials.Official) string { return o.Affiliation }),
	"protocolSection.contactsLocationsModule.overallOfficials.role":        officials(func(o trials.Official) string { return o.Role }),
	"protocolSection.contactsLocationsModule.locations.facility":           sites(func(s trials.Site) string { return s.Facility }),
	"protocolSection.contactsLocationsModule.locations.status":             sites(func(s trials.Site) string { return string(s.Status) }),
	"protocolSection.contactsLocationsModule.locations.city":               sites(func(s trials.Site) string { return s.City }),
	"protocolSection.contactsLocationsModule.locations.state":              sites(func(s trials.Site) string { return s.State }),
	"protocolSection.contactsLocationsModule.locations.zip":                sites(func(s trials.Site) string { return s.Zip }),
	"protocolSection.contactsLocationsModule.locations.country":            sites(func(s trials.Site) string { return s.Country }),
	"protocolSection.contactsLocationsModule.locations.geoPoint.lat":       sites(func(s trials.Site) string { return point(s, func(g *trials.GeoPoint) float64 { return g.Lat }) }),
	"protocolSection.contactsLocationsModule.locations.geoPoint.lon":       sites(func(s trials.Site) string { return point(s, func(g *trials.GeoPoint) float64 { return g.Lon }) }),
	"protocolSection.contactsLocationsModule.locations.contacts.name":      siteContacts(func(c trials.Contact) string { return c.Name }),
	"protocolSection.contactsLocationsModule.locations.contacts.role":      siteContacts(func(c trials.Contact) string { return c.Role }),
	"protocolSection.contactsLocationsModule.locations.contacts.phone":     siteContacts(func(c trials.Contact) string { return c.Phone }),
	"protocolSection.contactsLocationsModule.locations.contacts.phoneExt":  siteContacts(func(c trials.Contact) string { return c.PhoneExt }),
	"protocolSection.contactsLocationsModule.locations.contacts.email":     siteContacts(func(c trials.Contact) string { return c.Email }),

	"derivedSection.conditionBrowseModule.meshes.id":         meshes(func(t *trials.Trial) []trials.MeSH { return t.ConditionMeSH }, meshID),
	"derivedSection.conditionBrowseModule.meshes.term":       meshes(func(t *trials.Trial) []trials.MeSH { return t.ConditionMeSH }, meshTerm),
	"derivedSection.conditionBrowseModule.ancestors.id":      meshes(func(t *trials.Trial) []trials.MeSH { return t.ConditionAncestors }, meshID),
	"derivedSection.conditionBrowseModule.ancestors.term":    meshes(func(t *trials.Trial) []trials.MeSH { return t.ConditionAncestors }, meshTerm),
	"derivedSection.interventionBrowseModule.meshes.id":      meshes(func(t *trials.Trial) []trials.MeSH { return t.InterventionMeSH }, meshID),
	"derivedSection.interventionBrowseModule.meshes.term":    meshes(func(t *trials.Trial) []trials.MeSH { return t.InterventionMeSH }, meshTerm),
	"derivedSection.interventionBrowseModule.ancestors.id":   meshes(func(t *trials.Trial) []trials.MeSH { return t.InterventionAncestors }, meshID),
	"derivedSection.interventionBrowseModule.ancestors.term": meshes(func(t *trials.Trial) []trials.MeSH { return t.InterventionAncestors }, meshTerm),
	"derivedSection.miscInfoModule.versionHolder":            one(func(t *trials.Trial) string { return t.VersionHolder.String() }),
	"derivedSection.miscInfoModule.removedCountries":         func(t *trials.Trial) []string { return t.RemovedCountries },
}

// TestCorpusNothingIsLost compares every value of every kept field with the raw
// record, in order. The one exception in these records: identical sites are one.
func TestCorpusNothingIsLost(t *testing.T) {
	counts := map[string]int{}
	for name, atLeast := range map[string]int{"ctgov.ndjson.gz": 2900, "ctgov-older.ndjson.gz": 5200, "history.ndjson.gz": 50} {
		t.Run(name, func(t *testing.T) {
			records, values, twins := 0, 0, 0
			for raw, err := range ctgov.Studies(corpus(t, name)) {
				if err != nil {
					t.Fatal(err)
				}
				record, err := ctgov.Normalise(raw)
				if err != nil {
					t.Errorf("record %d: %v", records+1, err)
					continue
				}
				records++
				sent, n := sentValues(t, raw)
				twins += n
				for path, get := range kept {
					got := withoutEmpty(get(&record.Trial))
					if !slices.Equal(sent[path], got) {
						t.Errorf("%s: %s (-sent +kept):\n%s", record.Trial.ID, path, cmp.Diff(sent[path], got))
					}
					values += len(got)
					counts[path] += len(got)
				}
			}
			if records < atLeast {
				t.Errorf("got %d records, want the whole file, at least %d", records, atLeast)
			}
			t.Logf("%d records, %d values kept as sent, %d identical sites dropped", records, values, twins)
		})
	}
	for path := range kept {
		if counts[path] == 0 && len(counts) > 0 {
			t.Errorf("%s: no record has it, so nothing was compared", path)
		}
	}
}

func TestCorpusRecordedAnswers(t *testing.T) {
	for name, want := range map[string]int{"page-1.json": 5, "page-2.json": 5, "search-full.json": 3, "get_nct02576665_20260811.json": 1} {
		n := 0
		for raw, err := range ctgov.Studies(corpusFile(t, filepath.Join("api", "responses", name))) {
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if _, err := ctgov.Normalise(raw); err != nil {
				t.Errorf("%s: study %d: %v", name, n+1, err)
			}
			n++
		}
		if n != want {
			t.Errorf("%s: got %d studies, want %d", name, n, want)
		}
	}
}

// sentValues gives the values of a raw record by path, in order, and the number
// of identical sites that it left out.
func sentValues(t *testing.T, raw []byte) (map[string][]string, int) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var value any
	if err := dec.Decode(&value); err != nil {
		t.Fatal(err)
	}
	sent := map[string][]string{}
	twins := 0
	var walk func(path string, value any)
	walk = func(path string, value any) {
		switch v := value.(type) {
		case map[string]any:
			for key, x := range v {
				walk(strings.TrimPrefix(path+"."+key, "."), x)
			}
		case []any:
			seen := map[string]bool{}
			for _, x := range v {
				b, err := json.Marshal(x)
				if err != nil {
					t.Fatal(err)
				}
				if path == "protocolSection.contactsLocationsModule.locations" && seen[string(b)] {
					twins++
					continue
				}
				seen[string(b)] = true
				walk(path, x)
			}
		case string:
			sent[path] = append(sent[path], v)
		case json.Number:
			f, err := v.Float64()
			if err != nil {
				t.Fatal(err)
			}
			sent[path] = append(sent[path], strconv.FormatFloat(f, 'f', -1, 64))
		case bool:
			sent[path] = append(sent[path], strconv.FormatBool(v))
		}
	}
	walk("", value)
	return sent, twins
}

func withoutEmpty(list []string) []string {
	var out []string
	for _, text := range list {
		if text != "" {
			out = append(out, text)
		}
	}
	return out
}

func one(get func(*trials.Trial) string) func(*trials.Trial) []string {
	return func(t *trials.Trial) []string { return []string{get(t)} }
}

func listOf[T any](list func(*trials.Trial) []T, get func(T) []string) func(*trials.Trial) []string {
	return func(t *trials.Trial) []string {
		var out []string
		for _, element := range list(t) {
			out = append(out, get(element)...)
		}
		return out
	}
}

func single[T any](get func(T) string) func(T) []string {
	return func(element T) []string { return []string{get(element)} }
}

func secondary(get func(trials.SecondaryID) string) func(*trials.Trial) []string {
	return listOf(func(t *trials.Trial) []trials.SecondaryID { return t.SecondaryIDs }, single(get))
}

func arms(get func(trials.Arm) []string) func(*trials.Trial) []string {
	return listOf(func(t *trials.Trial) []trials.Arm { return t.Arms }, get)
}

func given(get func(trials.Intervention) []string) func(*trials.Trial) []string {
	return listOf(func(t *trials.Trial) []trials.Intervention { return t.Interventions }, get)
}

func central(get func(trials.Contact) string) func(*trials.Trial) []string {
	return listOf(func(t *trials.Trial) []trials.Contact { return t.CentralContacts }, single(get))
}

func officials(get func(trials.Official) string) func(*trials.Trial) []string {
	return listOf(func(t *trials.Trial) []trials.Official { return t.Officials }, single(get))
}

func sites(get func(trials.Site) string) func(*trials.Trial) []string {
	return listOf(func(t *trials.Trial) []trials.Site { return t.Sites }, single(get))
}

func siteContacts(get func(trials.Contact) string) func(*trials.Trial) []string {
	return listOf(func(t *trials.Trial) []trials.Site { return t.Sites }, func(s trials.Site) []string {
		var out []string
		for _, c := range s.Contacts {
			out = append(out, get(c))
		}
		return out
	})
}

func meshes(list func(*trials.Trial) []trials.MeSH, get func(trials.MeSH) string) func(*trials.Trial) []string {
	return listOf(list, single(get))
}

func meshID(m trials.MeSH) string   { return m.ID }
func meshTerm(m trials.MeSH) string { return m.Term }

func access(get func(*trials.ExpandedAccess) string) func(*trials.Trial) []string {
	return one(func(t *trials.Trial) string {
		if t.ExpandedAccess == nil {
			return ""
		}
		return get(t.ExpandedAccess)
	})
}

func enrollment(get func(*trials.Enrollment) string) func(*trials.Trial) []string {
	return one(func(t *trials.Trial) string {
		if t.Enrollment == nil {
			return ""
		}
		return get(t.Enrollment)
	})
}

func point(s trials.Site, get func(*trials.GeoPoint) float64) string {
	if s.GeoPoint == nil {
		return ""
	}
	return strconv.FormatFloat(get(s.GeoPoint), 'f', -1, 64)
}

func boolText(b *bool) string {
	if b == nil {
		return ""
	}
	return strconv.FormatBool(*b)
}

func ageText(a *trials.Age) string {
	if a == nil {
		return ""
	}
	return a.Text
}

func asText[T ~string](list []T) []string {
	var out []string
	for _, v := range list {
		out = append(out, string(v))
	}
	return out
}

func BenchmarkNormaliseCorpus(b *testing.B) {
	var records [][]byte
	size := 0
	for raw, err := range ctgov.Studies(corpus(b, "ctgov.ndjson.gz")) {
		if err != nil {
			b.Fatal(err)
		}
		records = append(records, raw)
		size += len(raw)
	}
	b.SetBytes(int64(size))
	for b.Loop() {
		for _, raw := range records {
			if _, err := ctgov.Normalise(raw); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(len(records)*b.N)/b.Elapsed().Seconds(), "records/s")
}
