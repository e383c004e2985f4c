package ctgov

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"trialfinder/trials"
)

// unknownEnrollment is the registry's sentinel for an enrolment that nobody knows.
const unknownEnrollment = 99999999

// Normalise reads one study object as the API sends it. It keeps the criteria
// text byte for byte; invalid UTF-8 in any text becomes U+FFFD.
//
// What is not known stays unknown: a date that can't be read is the zero date, an
// age that can't be read keeps its text, coordinates that are nowhere are nil.
// Text without a study, or a study without an id of the registry's form, is
// trials.ErrInvalid; a field of another type than documented is trials.ErrSchema
// with the field's name.
func Normalise(raw []byte) (trials.Record, error) {
	var sent study
	err := json.Unmarshal(raw, &sent)
	if err != nil {
		return trials.Record{}, readError(err)
	}
	trial, err := sent.trial()
	if err != nil {
		return trials.Record{}, err
	}
	return trials.Record{Trial: trial, Raw: trials.Compact(raw)}, nil
}

// readError names the field of a wrong type.
func readError(err error) error {
	var mistyped *json.UnmarshalTypeError
	if !errors.As(err, &mistyped) {
		return fmt.Errorf("ctgov: %w: not a study object: %w", trials.ErrInvalid, err)
	}
	if mistyped.Field == "" {
		return fmt.Errorf("ctgov: %w: want a study object, got a JSON %s", trials.ErrInvalid, mistyped.Value)
	}
	return fmt.Errorf("ctgov: %w", &trials.FieldError{Field: mistyped.Field, Got: mistyped.Value, Want: mistyped.Type.String()})
}

func (s *study) trial() (trials.Trial, error) {
	p, d := &s.ProtocolSection, &s.DerivedSection
	sentID := p.IdentificationModule.NCTID
	id, source, ok := trials.CanonicalID(sentID)
	if !ok || source != trials.CTGov {
		return trials.Trial{}, fmt.Errorf("ctgov: nctId %q: want NCT and eight digits: %w", sentID, trials.ErrInvalid)
	}
	t := trials.Trial{ID: id, Source: trials.CTGov}
	p.IdentificationModule.fill(&t)
	p.StatusModule.fill(&t)
	t.LeadSponsor = p.SponsorCollaboratorsModule.LeadSponsor.Name
	t.BriefSummary = p.DescriptionModule.BriefSummary
	t.DetailedDescription = p.DescriptionModule.DetailedDescription
	t.Conditions = p.ConditionsModule.Conditions
	t.Keywords = p.ConditionsModule.Keywords
	p.DesignModule.fill(&t)
	t.Arms = each(p.ArmsInterventionsModule.ArmGroups, (*armGroup).arm)
	t.Interventions = each(p.ArmsInterventionsModule.Interventions, (*intervention).intervention)
	t.Eligibility = p.EligibilityModule.eligibility()
	t.CentralContacts = each(p.ContactsLocationsModule.CentralContacts, (*contact).contact)
	t.Officials = each(p.ContactsLocationsModule.OverallOfficials, (*official).official)
	t.Sites = distinct(each(p.ContactsLocationsModule.Locations, (*location).site))
	t.ConditionMeSH = each(d.ConditionBrowseModule.Meshes, (*mesh).mesh)
	t.ConditionAncestors = each(d.ConditionBrowseModule.Ancestors, (*mesh).mesh)
	t.InterventionMeSH = each(d.InterventionBrowseModule.Meshes, (*mesh).mesh)
	t.InterventionAncestors = each(d.InterventionBrowseModule.Ancestors, (*mesh).mesh)
	t.VersionHolder = date(d.MiscInfoModule.VersionHolder)
	t.RemovedCountries = d.MiscInfoModule.RemovedCountries
	return t, nil
}

// each converts the elements of a list that are there.
func each[From, To any](list []*From, convert func(*From) To) []To {
	var out []To
	for _, element := range list {
		if element != nil {
			out = append(out, convert(element))
		}
	}
	return out
}

func (m *identificationModule) fill(t *trials.Trial) {
	t.Aliases = m.NCTIDAliases
	t.OrgStudyID = m.OrgStudyIDInfo.ID
	t.SecondaryIDs = each(m.SecondaryIDInfos, func(s *secondaryIDInfo) trials.SecondaryID {
		return trials.SecondaryID{ID: s.ID, Type: s.Type, Domain: s.Domain, Link: s.Link}
	})
	t.BriefTitle, t.OfficialTitle, t.Acronym = m.BriefTitle, m.OfficialTitle, m.Acronym
}

func (m *statusModule) fill(t *trials.Trial) {
	t.Status = trials.Status(m.OverallStatus)
	t.LastKnownStatus = trials.Status(m.LastKnownStatus)
	t.StatusVerified = date(m.StatusVerifiedDate)
	t.WhyStopped = m.WhyStopped
	t.Start = m.StartDateStruct.dateStruct()
	t.PrimaryCompletion = m.PrimaryCompletionDateStruct.dateStruct()
	t.Completion = m.CompletionDateStruct.dateStruct()
	t.FirstPosted = m.StudyFirstPostDateStruct.dateStruct()
	t.LastUpdateSubmit = date(m.LastUpdateSubmitDate)
	t.LastUpdatePosted = m.LastUpdatePostDateStruct.dateStruct()
	if e := m.ExpandedAccessInfo; e != nil {
		t.ExpandedAccess = &trials.ExpandedAccess{
			HasExpandedAccess: e.HasExpandedAccess, ID: e.NCTID, Status: trials.Status(e.StatusForNCTID),
		}
	}
}

// date is the zero date for text that is none: the registry's oldest records
// have such, and a study is worth more than one of its dates.
func date(text string) trials.Date {
	d, err := trials.ParseDate(text)
	if err != nil {
		return trials.Date{}
	}
	return d
}

func (d *dateStruct) dateStruct() trials.DateStruct {
	return trials.DateStruct{Date: date(d.Date), Type: d.Type}
}

func (m *designModule) fill(t *trials.Trial) {
	t.StudyType = trials.StudyType(m.StudyType)
	for _, phase := range m.Phases {
		t.Phases = append(t.Phases, trials.Phase(phase))
	}
	e := m.EnrollmentInfo
	if e == nil || e.Count == nil || *e.Count < 0 || *e.Count == unknownEnrollment {
		return
	}
	t.Enrollment = &trials.Enrollment{Count: *e.Count, Type: e.Type}
}

func (a *armGroup) arm() trials.Arm {
	return trials.Arm{Label: a.Label, Type: a.Type, Description: a.Description, Interventions: a.InterventionNames}
}

func (i *intervention) intervention() trials.Intervention {
	return trials.Intervention{
		Type: i.Type, Name: i.Name, Description: i.Description, OtherNames: i.OtherNames, ArmLabels: i.ArmGroupLabels,
	}
}

func (m *eligibilityModule) eligibility() trials.Eligibility {
	return trials.Eligibility{
		Criteria:          m.EligibilityCriteria,
		Sex:               trials.Sex(m.Sex),
		GenderBased:       m.GenderBased,
		GenderDescription: m.GenderDescription,
		MinimumAge:        age(m.MinimumAge),
		MaximumAge:        age(m.MaximumAge),
		StdAges:           m.StdAges,
		HealthyVolunteers: m.HealthyVolunteers,
	}
}

func age(text string) *trials.Age {
	if text == "" {
		return nil
	}
	// The error is dropped on purpose: an Age without a unit says the same.
	a, _ := trials.ParseAge(text)
	return &a
}

func (c *contact) contact() trials.Contact {
	return trials.Contact{Name: c.Name, Role: c.Role, Phone: c.Phone, PhoneExt: c.PhoneExt, Email: c.Email}
}

func (o *official) official() trials.Official {
	return trials.Official{Name: o.Name, Affiliation: o.Affiliation, Role: o.Role}
}

func (l *location) site() trials.Site {
	return trials.Site{
		Facility: l.Facility, Status: trials.Status(l.Status),
		City: l.City, State: l.State, Zip: l.Zip, Country: l.Country,
		GeoPoint: l.GeoPoint.geoPoint(), Contacts: each(l.Contacts, (*contact).contact),
	}
}

// geoPoint is nil for half a point, a point off the globe, and the 0, 0 that
// stands for a place that was not found.
func (g *geoPoint) geoPoint() *trials.GeoPoint {
	if g == nil || g.Lat == nil || g.Lon == nil {
		return nil
	}
	lat, lon := *g.Lat, *g.Lon
	if lat < -90 || lat > 90 || lon < -180 || lon > 180 || (lat == 0 && lon == 0) {
		return nil
	}
	return &trials.GeoPoint{Lat: lat, Lon: lon}
}

func (m *mesh) mesh() trials.MeSH { return trials.MeSH{ID: m.ID, Term: m.Term} }

// distinct drops sites that repeat another in every field. Sites that differ in
// anything, if only a contact, all stay.
func distinct(sites []trials.Site) []trials.Site {
	type key struct{ facility, status, city, state, zip, country string }
	seen := map[key][]trials.Site{}
	return slices.DeleteFunc(sites, func(s trials.Site) bool {
		k := key{s.Facility, string(s.Status), s.City, s.State, s.Zip, s.Country}
		if slices.ContainsFunc(seen[k], func(other trials.Site) bool { return samePlaceAndPeople(s, other) }) {
			return true
		}
		seen[k] = append(seen[k], s)
		return false
	})
}

func samePlaceAndPeople(a, b trials.Site) bool {
	samePoint := a.GeoPoint == b.GeoPoint ||
		(a.GeoPoint != nil && b.GeoPoint != nil && *a.GeoPoint == *b.GeoPoint)
	return samePoint && slices.Equal(a.Contacts, b.Contacts)
}
