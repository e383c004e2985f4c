package ctis

import "encoding/json"

// record is a trial as the register gives it, with the columns of its search
// where whoever kept the record added them. Fields whose type has changed over
// the years are kept raw.
type record struct {
	CTNumber           string          `json:"ctNumber"`
	CTStatus           json.RawMessage `json:"ctStatus"` // before June 2024 the public status in words; since then the application's
	CTPublicStatusCode *int            `json:"ctPublicStatusCode"`
	TrialCountries     json.RawMessage `json:"trialCountries"` // "DE:Ongoing, recruiting, …" or ["Ireland:2", …]
	AgeGroup           string          `json:"ageGroup"`
	TotalEnrolled      json.RawMessage `json:"totalNumberEnrolled"`
	StartDateEU        string          `json:"startDateEU"`
	LastUpdated        string          `json:"lastUpdated"`
	LastPublished      string          `json:"lastPublicationUpdate"`
	PublishDate        string          `json:"publishDate"`

	Application *dossier `json:"authorizedApplication"`
	dossier              // before June 2024 at the top level
}

type dossier struct {
	PartI        *partI        `json:"authorizedPartI"`
	PartsII      []*partII     `json:"authorizedPartsII"`
	MemberStates []memberState `json:"memberStatesConcerned"`
	EudraCT      eudraCT       `json:"eudraCt"`
	EudraCTInfo  eudraCT       `json:"eudraCtInfo"`
}

type eudraCT struct {
	Code string `json:"eudraCtCode"`
}

type memberState struct {
	Name             string `json:"mscName"`
	PublicStatusCode *int   `json:"mscPublicStatusCode"`
	LastDecision     string `json:"lastDecisionDate"`
}

type partI struct {
	Sponsors          []sponsor          `json:"sponsors"`
	Products          []product          `json:"products"`
	ProductRoles      []productRole      `json:"productRoleGroupInfos"`
	MedicalConditions []medicalCondition `json:"medicalConditions"`
	TrialDetails      struct {
		Identifiers identifiers      `json:"clinicalTrialIdentifiers"`
		Information trialInformation `json:"trialInformation"`
	} `json:"trialDetails"`
}

type sponsor struct {
	Primary        bool         `json:"primary"`
	Organisation   organisation `json:"organisation"`
	PublicContacts []struct {
		Name         string       `json:"functionalName"`
		Email        string       `json:"functionalEmailAddress"`
		Telephone    string       `json:"telephone"`
		Organisation organisation `json:"organisation"`
	} `json:"publicContacts"`
}

type organisation struct {
	Name string `json:"name"`
}

type productRole struct {
	Code     string    `json:"productRoleCode"`
	Name     string    `json:"productRoleName"`
	Products []product `json:"products"`
}

type product struct {
	Name             string `json:"productName"`
	ScientificName   string `json:"scientificProductName"`
	ActiveSubstances string `json:"jsonActiveSubstanceNames"`
	Dictionary       struct {
		Name            string `json:"prodName"`
		ActiveSubstance string `json:"activeSubstanceName"`
	} `json:"productDictionaryInfo"`
}

type medicalCondition struct {
	Text  string         `json:"medicalCondition"`
	Texts []*translation `json:"medicalConditionTranslations"`
}

type identifiers struct {
	FullTitle    string         `json:"fullTitle"`
	FullTitles   []*translation `json:"fullTitleTranslations"`
	PublicTitle  string         `json:"publicTitle"`
	PublicTitles []*translation `json:"publicTitleTranslations"`
	ShortTitle   string         `json:"shortTitle"`
	Secondary    struct {
		NCT        registryNumber   `json:"nctNumber"`
		Additional []registryNumber `json:"additionalRegistries"`
	} `json:"secondaryIdentifyingNumbers"`
}

type registryNumber struct {
	Number   string `json:"number"`
	Registry string `json:"otherRegistryName"`
}

type trialInformation struct {
	Category struct {
		Phase string `json:"trialPhase"`
	} `json:"trialCategory"`
	Condition struct {
		Conditions []medicalCondition `json:"partIMedicalConditions"`
	} `json:"medicalCondition"`
	Objective struct {
		Main  string         `json:"mainObjective"`
		Mains []*translation `json:"mainObjectiveTranslations"`
	} `json:"trialObjective"`
	Eligibility struct {
		Inclusion []criterion `json:"principalInclusionCriteria"`
		Exclusion []criterion `json:"principalExclusionCriteria"`
	} `json:"eligibilityCriteria"`
	Population struct {
		AgeRanges []struct {
			Code string `json:"ageRangeCategoryCode"`
		} `json:"ageRanges"`
		Female *bool `json:"isFemaleSubjects"`
		Male   *bool `json:"isMaleSubjects"`
	} `json:"populationOfTrialSubjects"`
	Duration struct {
		RecruitmentStart string `json:"estimatedRecruitmentStartDate"`
		GlobalEnd        string `json:"estimatedGlobalEndDate"`
		End              string `json:"estimatedEndDate"`
	} `json:"trialDuration"`
}

// criterion is one numbered item; its text is in the field of its list.
type criterion struct {
	Number     int            `json:"number"`
	Inclusion  string         `json:"principalInclusionCriteria"`
	Inclusions []*translation `json:"principalInclusionCriteriaTranslations"`
	Exclusion  string         `json:"principalExclusionCriteria"`
	Exclusions []*translation `json:"principalExclusionCriteriaTranslations"`
}

func (c *criterion) entered() string { return c.Inclusion + c.Exclusion }

func (c *criterion) translated() []*translation {
	return append(c.Inclusions[:len(c.Inclusions):len(c.Inclusions)], c.Exclusions...)
}

type partII struct {
	Info struct {
		Country string `json:"countryName"`
	} `json:"mscInfo"`
	Sites []struct {
		Address struct {
			Organisation organisation `json:"organisation"`
			Address      struct {
				City     string `json:"city"`
				Postcode string `json:"postcode"`
				Country  string `json:"countryName"`
			} `json:"address"`
			Phone string `json:"phone"`
			Email string `json:"email"`
		} `json:"organisationAddressInfo"`
		Department string `json:"departmentName"`
		Person     struct {
			FirstName string `json:"firstName"`
			LastName  string `json:"lastName"`
			Telephone string `json:"telephone"`
			Email     string `json:"email"`
		} `json:"personInfo"`
	} `json:"trialSites"`
}
