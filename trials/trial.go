package trials

import "time"

// Trial is one study as a registry lists it.
type Trial struct {
	ID      string   `json:"id"`     // the registry's own id, for example "NCT01234567"
	Source  SourceID `json:"source"` // the registry that lists it
	Aliases []string `json:"aliases,omitempty"`

	OrgStudyID    string        `json:"orgStudyId,omitempty"`
	SecondaryIDs  []SecondaryID `json:"secondaryIds,omitempty"`
	BriefTitle    string        `json:"briefTitle,omitempty"`
	OfficialTitle string        `json:"officialTitle,omitempty"`
	Acronym       string        `json:"acronym,omitempty"`
	LeadSponsor   string        `json:"leadSponsor,omitempty"`

	Status            Status          `json:"overallStatus,omitempty"`
	LastKnownStatus   Status          `json:"lastKnownStatus,omitempty"`
	StatusVerified    Date            `json:"statusVerifiedDate,omitzero"`
	WhyStopped        string          `json:"whyStopped,omitempty"`
	Start             DateStruct      `json:"startDateStruct,omitzero"`
	PrimaryCompletion DateStruct      `json:"primaryCompletionDateStruct,omitzero"`
	Completion        DateStruct      `json:"completionDateStruct,omitzero"`
	FirstPosted       DateStruct      `json:"studyFirstPostDateStruct,omitzero"`
	LastUpdateSubmit  Date            `json:"lastUpdateSubmitDate,omitzero"`
	LastUpdatePosted  DateStruct      `json:"lastUpdatePostDateStruct,omitzero"`
	ExpandedAccess    *ExpandedAccess `json:"expandedAccessInfo,omitempty"`

	BriefSummary        string `json:"briefSummary,omitempty"`
	DetailedDescription string `json:"detailedDescription,omitempty"`

	Translations []Translation `json:"translations,omitempty"` // what the registry has in other languages than that of the texts here

	Conditions []string `json:"conditions,omitempty"`
	Keywords   []string `json:"keywords,omitempty"`

	StudyType  StudyType   `json:"studyType,omitempty"`
	Phases     []Phase     `json:"phases,omitempty"`
	Enrollment *Enrollment `json:"enrollmentInfo,omitempty"`

	Arms          []Arm          `json:"armGroups,omitempty"`
	Interventions []Intervention `json:"interventions,omitempty"`

	Eligibility Eligibility `json:"eligibility,omitzero"`

	CentralContacts []Contact  `json:"centralContacts,omitempty"`
	Officials       []Official `json:"overallOfficials,omitempty"`
	Sites           []Site     `json:"locations,omitempty"`

	// The registry's own indexing, for what it is worth.
	ConditionMeSH         []MeSH   `json:"conditionMeshes,omitempty"`
	ConditionAncestors    []MeSH   `json:"conditionAncestors,omitempty"`
	InterventionMeSH      []MeSH   `json:"interventionMeshes,omitempty"`
	InterventionAncestors []MeSH   `json:"interventionAncestors,omitempty"`
	VersionHolder         Date     `json:"versionHolder,omitzero"` // the registry's data version of the record
	RemovedCountries      []string `json:"removedCountries,omitempty"`

	// What each registry says, where more than one lists the trial; made when the
	// listings are merged, and never stored.
	Listings []Listing `json:"listings,omitempty"`
}

// Listing is what one of several registries says of a trial.
type Listing struct {
	ID         string    `json:"id"`
	Source     SourceID  `json:"source"`
	Status     Status    `json:"status,omitempty"`
	Updated    Date      `json:"updated,omitzero"`
	Start      Date      `json:"start,omitzero"`
	Completion Date      `json:"completion,omitzero"`
	Synced     time.Time `json:"synced,omitzero"`
}

// Title is the shortest title that the registry gives, or the id.
func (t *Trial) Title() string {
	for _, s := range []string{t.BriefTitle, t.OfficialTitle, t.Acronym} {
		if s != "" {
			return s
		}
	}
	return t.ID
}

// SecondaryID is a number that the study has elsewhere.
type SecondaryID struct {
	ID     string `json:"id"`
	Type   string `json:"type,omitempty"` // NIH, FDA, EUDRACT_NUMBER, REGISTRY, OTHER, … as sent
	Domain string `json:"domain,omitempty"`
	Link   string `json:"link,omitempty"`
}

// ExpandedAccess says whether the product can be had outside the study.
type ExpandedAccess struct {
	HasExpandedAccess bool   `json:"hasExpandedAccess"`
	ID                string `json:"nctId,omitempty"`
	Status            Status `json:"statusForNctId,omitempty"`
}

// Enrollment is how many people take part. The registry's sentinel for "not
// known" (99999999) does not reach this type.
type Enrollment struct {
	Count int    `json:"count"`
	Type  string `json:"type,omitempty"` // ACTUAL or ESTIMATED
}

// Arm is a group of participants that gets the same.
type Arm struct {
	Label         string   `json:"label,omitempty"`
	Type          string   `json:"type,omitempty"` // EXPERIMENTAL, ACTIVE_COMPARATOR, … as sent
	Description   string   `json:"description,omitempty"`
	Interventions []string `json:"interventionNames,omitempty"`
}

// Intervention is one thing that is given or done.
type Intervention struct {
	Type        string   `json:"type,omitempty"` // DRUG, BIOLOGICAL, GENETIC, … as sent
	Name        string   `json:"name,omitempty"`
	Description string   `json:"description,omitempty"`
	OtherNames  []string `json:"otherNames,omitempty"`
	ArmLabels   []string `json:"armGroupLabels,omitempty"`
}

// Eligibility is who may join, as far as the registry has fields for it, and
// the free text that says the rest.
type Eligibility struct {
	Criteria          string   `json:"eligibilityCriteria,omitempty"` // unchanged, so that offsets hold
	ExclusionStart    *int     `json:"exclusionStart,omitempty"`      // the byte of Criteria where the exclusions begin, where the registry keeps them apart
	Items             []int    `json:"items,omitempty"`               // the bytes of Criteria where its items begin, where the registry keeps them apart
	Foreign           []Span   `json:"foreign,omitempty"`             // the parts of Criteria that are not in English
	Sex               Sex      `json:"sex,omitempty"`
	GenderBased       *bool    `json:"genderBased,omitempty"`
	GenderDescription string   `json:"genderDescription,omitempty"`
	MinimumAge        *Age     `json:"minimumAge,omitempty"`
	MaximumAge        *Age     `json:"maximumAge,omitempty"`
	AgeGroup          string   `json:"ageGroup,omitempty"` // the registry's words that the two limits were made of, where it has no limits
	StdAges           []string `json:"stdAges,omitempty"`
	HealthyVolunteers *bool    `json:"healthyVolunteers,omitempty"`
}

// Contact is somebody to ask.
type Contact struct {
	Name     string `json:"name,omitempty"`
	Role     string `json:"role,omitempty"`
	Phone    string `json:"phone,omitempty"`
	PhoneExt string `json:"phoneExt,omitempty"`
	Email    string `json:"email,omitempty"`
}

// Official is who answers for the study.
type Official struct {
	Name        string `json:"name,omitempty"`
	Affiliation string `json:"affiliation,omitempty"`
	Role        string `json:"role,omitempty"`
}

// Site is one place where the study runs.
type Site struct {
	Facility string    `json:"facility,omitempty"`
	Status   Status    `json:"status,omitempty"` // empty where the registry gives none
	City     string    `json:"city,omitempty"`
	State    string    `json:"state,omitempty"`
	Zip      string    `json:"zip,omitempty"`
	Country  string    `json:"country,omitempty"` // the registry's name for it; CountryCode gives the ISO code
	GeoPoint *GeoPoint `json:"geoPoint,omitempty"`
	Contacts []Contact `json:"contacts,omitempty"`
}

// GeoPoint is where a site's city lies: the registry gives the city's centre,
// not the hospital's door.
type GeoPoint struct {
	Lat   float64 `json:"lat"`
	Lon   float64 `json:"lon"`
	Exact bool    `json:"-"` // it is the door after all: found by comparing the sites of a city
}

// MeSH is a term of the US National Library of Medicine's thesaurus.
type MeSH struct {
	ID   string `json:"id,omitempty"`
	Term string `json:"term,omitempty"`
}
