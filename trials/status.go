package trials

// Status is a study's or a site's recruitment status, as the registry sends it.
type Status string

// The statuses of ClinicalTrials.gov; a value that is none of these is kept as text.
const (
	Recruiting             Status = "RECRUITING"
	NotYetRecruiting       Status = "NOT_YET_RECRUITING"
	EnrollingByInvitation  Status = "ENROLLING_BY_INVITATION"
	ActiveNotRecruiting    Status = "ACTIVE_NOT_RECRUITING"
	Completed              Status = "COMPLETED"
	Suspended              Status = "SUSPENDED"
	Terminated             Status = "TERMINATED"
	Withdrawn              Status = "WITHDRAWN"
	Available              Status = "AVAILABLE"
	NoLongerAvailable      Status = "NO_LONGER_AVAILABLE"
	TemporarilyUnavailable Status = "TEMPORARILY_NOT_AVAILABLE"
	ApprovedForMarketing   Status = "APPROVED_FOR_MARKETING"
	Withheld               Status = "WITHHELD"
	UnknownStatus          Status = "UNKNOWN"
)

// Open says whether a study of this status takes people now or soon.
func (s Status) Open() bool {
	switch s {
	case Recruiting, NotYetRecruiting, EnrollingByInvitation, Available:
		return true
	}
	return false
}

// Known says whether the registry's documented list has the status.
func (s Status) Known() bool {
	switch s {
	case Recruiting, NotYetRecruiting, EnrollingByInvitation, ActiveNotRecruiting, Completed,
		Suspended, Terminated, Withdrawn, Available, NoLongerAvailable,
		TemporarilyUnavailable, ApprovedForMarketing, Withheld, UnknownStatus:
		return true
	}
	return false
}

// StudyType is what kind of study it is, as the registry sends it.
type StudyType string

// The study types of ClinicalTrials.gov.
const (
	Interventional       StudyType = "INTERVENTIONAL"
	Observational        StudyType = "OBSERVATIONAL"
	ExpandedAccessStudy  StudyType = "EXPANDED_ACCESS"
	UnspecifiedStudyType StudyType = ""
)

// Treats says whether a study of this type gives a treatment.
func (s StudyType) Treats() bool { return s == Interventional || s == ExpandedAccessStudy }

// Phase is a phase of drug development, as the registry sends it; a study may name two.
type Phase string

// The phases of ClinicalTrials.gov.
const (
	PhaseNA    Phase = "NA"
	EarlyPhase Phase = "EARLY_PHASE1"
	Phase1     Phase = "PHASE1"
	Phase2     Phase = "PHASE2"
	Phase3     Phase = "PHASE3"
	Phase4     Phase = "PHASE4"
)

// Sex is the sex that a study takes.
type Sex string

// The sexes of ClinicalTrials.gov.
const (
	Female Sex = "FEMALE"
	Male   Sex = "MALE"
	AnySex Sex = "ALL"
)
