package therapy

import "slices"

// Intervention is one armsInterventionsModule.interventions item.
type Intervention struct {
	Type, Name, Description string
	OtherNames, ArmLabels   []string
}

// Arm is one armsInterventionsModule.armGroups item. Type is EXPERIMENTAL,
// ACTIVE_COMPARATOR, PLACEBO_COMPARATOR, SHAM_COMPARATOR, NO_INTERVENTION or
// OTHER; Interventions are written "Drug: Name".
type Arm struct {
	Label, Type, Description string
	Interventions            []string
}

// Study is what a record says of the treatment that it gives.
type Study struct {
	StudyType, BriefTitle, OfficialTitle, Summary string
	Keywords, MeSH                                []string
	Interventions                                 []Intervention
	Arms                                          []Arm
}

// Role is the part that a therapy plays in a trial.
type Role string

// The roles, in the order in which labels are given.
const (
	Tested     Role = "tested"     // what the trial is about
	Combined   Role = "combined"   // given to the tested arm along with it
	Comparator Role = "comparator" // only the control arm gets it
)

// Evidence is the words of the record that decided, and the ClinicalTrials.gov
// field they stand in.
type Evidence struct {
	Field string `json:"field"`
	Text  string `json:"text"`
}

// Label is one therapy of a trial.
type Label struct {
	ID       string     `json:"id"`
	Role     Role       `json:"role"`
	Subtype  string     `json:"subtype"`
	Evidence []Evidence `json:"evidence"`
}

// ids are the therapies in their fixed order.
var ids = [...]string{
	"checkpoint", "t_cell", "nk", "msc", "dendritic", "vaccine",
	"cytokine", "antibody", "oncolytic", "hsct", "gene",
}

// IDs gives the therapies in their fixed order.
func (c *Classifier) IDs() []string { return slices.Clone(ids[:]) }

// maxEvidence keeps a label readable; the first words found are from the
// fields that weigh most.
const maxEvidence = 6

// Classify gives the therapies of a study: tested first, then combined, then
// comparator, each by id. Studies that give nothing have none.
func (c *Classifier) Classify(s Study) []Label {
	if c.givesNothing(s) {
		return nil
	}
	f := c.findings(s)
	var out []Label
	for _, id := range ids {
		hits := f.of(id)
		if len(hits) == 0 {
			continue
		}
		out = append(out, Label{
			ID:       id,
			Role:     f.role(id, hits),
			Subtype:  f.subtype(id, hits),
			Evidence: evidence(hits),
		})
	}
	slices.SortStableFunc(out, func(a, b Label) int {
		if d := slices.Index(roles, a.Role) - slices.Index(roles, b.Role); d != 0 {
			return d
		}
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	return out
}

var roles = []Role{Tested, Combined, Comparator}

func evidence(hits []hit) []Evidence {
	out := []Evidence{}
	for _, h := range hits {
		e := Evidence{Field: h.field, Text: h.text}
		if len(out) < maxEvidence && !slices.Contains(out, e) {
			out = append(out, e)
		}
	}
	return out
}
