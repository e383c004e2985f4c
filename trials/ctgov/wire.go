package ctgov

import (
	"bytes"
	"encoding/json"
)

// The structs of this file are the API's JSON as sent, limited to what is kept.
// Pointers stand for things that may be absent or null; null elements of lists
// are nil pointers and left out by Normalise.

type study struct {
	ProtocolSection protocolSection `json:"protocolSection"`
	DerivedSection  derivedSection  `json:"derivedSection"`
}

type protocolSection struct {
	IdentificationModule       identificationModule       `json:"identificationModule"`
	StatusModule               statusModule               `json:"statusModule"`
	SponsorCollaboratorsModule sponsorCollaboratorsModule `json:"sponsorCollaboratorsModule"`
	DescriptionModule          descriptionModule          `json:"descriptionModule"`
	ConditionsModule           conditionsModule           `json:"conditionsModule"`
	DesignModule               designModule               `json:"designModule"`
	ArmsInterventionsModule    armsInterventionsModule    `json:"armsInterventionsModule"`
	EligibilityModule          eligibilityModule          `json:"eligibilityModule"`
	ContactsLocationsModule    contactsLocationsModule    `json:"contactsLocationsModule"`
}

type identificationModule struct {
	NCTID            string             `json:"nctId"`
	NCTIDAliases     texts              `json:"nctIdAliases"`
	OrgStudyIDInfo   orgStudyIDInfo     `json:"orgStudyIdInfo"`
	SecondaryIDInfos []*secondaryIDInfo `json:"secondaryIdInfos"`
	BriefTitle       string             `json:"briefTitle"`
	OfficialTitle    string             `json:"officialTitle"`
	Acronym          string             `json:"acronym"`
}

type orgStudyIDInfo struct {
	ID string `json:"id"`
}

type secondaryIDInfo struct {
	ID     string `json:"id"`
	Type   string `json:"type"`
	Domain string `json:"domain"`
	Link   string `json:"link"`
}

type statusModule struct {
	OverallStatus               string              `json:"overallStatus"`
	LastKnownStatus             string              `json:"lastKnownStatus"`
	StatusVerifiedDate          string              `json:"statusVerifiedDate"`
	WhyStopped                  string              `json:"whyStopped"`
	StartDateStruct             dateStruct          `json:"startDateStruct"`
	PrimaryCompletionDateStruct dateStruct          `json:"primaryCompletionDateStruct"`
	CompletionDateStruct        dateStruct          `json:"completionDateStruct"`
	StudyFirstPostDateStruct    dateStruct          `json:"studyFirstPostDateStruct"`
	LastUpdateSubmitDate        string              `json:"lastUpdateSubmitDate"`
	LastUpdatePostDateStruct    dateStruct          `json:"lastUpdatePostDateStruct"`
	ExpandedAccessInfo          *expandedAccessInfo `json:"expandedAccessInfo"`
}

type dateStruct struct {
	Date string `json:"date"`
	Type string `json:"type"`
}

type expandedAccessInfo struct {
	HasExpandedAccess bool   `json:"hasExpandedAccess"`
	NCTID             string `json:"nctId"`
	StatusForNCTID    string `json:"statusForNctId"`
}

type sponsorCollaboratorsModule struct {
	LeadSponsor leadSponsor `json:"leadSponsor"`
}

type leadSponsor struct {
	Name string `json:"name"`
}

type descriptionModule struct {
	BriefSummary        string `json:"briefSummary"`
	DetailedDescription string `json:"detailedDescription"`
}

type conditionsModule struct {
	Conditions texts `json:"conditions"`
	Keywords   texts `json:"keywords"`
}

type designModule struct {
	StudyType      string          `json:"studyType"`
	Phases         texts           `json:"phases"`
	EnrollmentInfo *enrollmentInfo `json:"enrollmentInfo"`
}

type enrollmentInfo struct {
	Count *int   `json:"count"`
	Type  string `json:"type"`
}

type armsInterventionsModule struct {
	ArmGroups     []*armGroup     `json:"armGroups"`
	Interventions []*intervention `json:"interventions"`
}

type armGroup struct {
	Label             string `json:"label"`
	Type              string `json:"type"`
	Description       string `json:"description"`
	InterventionNames texts  `json:"interventionNames"`
}

type intervention struct {
	Type           string `json:"type"`
	Name           string `json:"name"`
	Description    string `json:"description"`
	OtherNames     texts  `json:"otherNames"`
	ArmGroupLabels texts  `json:"armGroupLabels"`
}

type eligibilityModule struct {
	EligibilityCriteria string `json:"eligibilityCriteria"`
	Sex                 string `json:"sex"`
	GenderBased         *bool  `json:"genderBased"`
	GenderDescription   string `json:"genderDescription"`
	MinimumAge          string `json:"minimumAge"`
	MaximumAge          string `json:"maximumAge"`
	StdAges             texts  `json:"stdAges"`
	HealthyVolunteers   *bool  `json:"healthyVolunteers"`
}

type contactsLocationsModule struct {
	CentralContacts  []*contact  `json:"centralContacts"`
	OverallOfficials []*official `json:"overallOfficials"`
	Locations        []*location `json:"locations"`
}

type contact struct {
	Name     string `json:"name"`
	Role     string `json:"role"`
	Phone    string `json:"phone"`
	PhoneExt string `json:"phoneExt"`
	Email    string `json:"email"`
}

type official struct {
	Name        string `json:"name"`
	Affiliation string `json:"affiliation"`
	Role        string `json:"role"`
}

type location struct {
	Facility string     `json:"facility"`
	Status   string     `json:"status"`
	City     string     `json:"city"`
	State    string     `json:"state"`
	Zip      string     `json:"zip"`
	Country  string     `json:"country"`
	Contacts []*contact `json:"contacts"`
	GeoPoint *geoPoint  `json:"geoPoint"`
}

type geoPoint struct {
	Lat *float64 `json:"lat"`
	Lon *float64 `json:"lon"`
}

type derivedSection struct {
	ConditionBrowseModule    browseModule   `json:"conditionBrowseModule"`
	InterventionBrowseModule browseModule   `json:"interventionBrowseModule"`
	MiscInfoModule           miscInfoModule `json:"miscInfoModule"`
}

type browseModule struct {
	Meshes    []*mesh `json:"meshes"`
	Ancestors []*mesh `json:"ancestors"`
}

type mesh struct {
	ID   string `json:"id"`
	Term string `json:"term"`
}

type miscInfoModule struct {
	VersionHolder    string `json:"versionHolder"`
	RemovedCountries texts  `json:"removedCountries"`
}

// texts is a list of strings. Null and empty elements are no text; a lone string
// is a list of one, because converters from the registry's older XML write it so.
type texts []string

func (t *texts) UnmarshalJSON(b []byte) error {
	if bytes.HasPrefix(b, []byte(`"`)) {
		var text string
		if err := json.Unmarshal(b, &text); err != nil {
			return err
		}
		*t = appendText(nil, text)
		return nil
	}
	var elements []string // null elements come as ""
	if err := json.Unmarshal(b, &elements); err != nil {
		return err
	}
	*t = nil
	for _, text := range elements {
		*t = appendText(*t, text)
	}
	return nil
}

func appendText(list texts, text string) texts {
	if text == "" {
		return list
	}
	return append(list, text)
}
