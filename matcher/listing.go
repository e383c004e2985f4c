package matcher

import (
	"cmp"
	"strconv"

	"trialfinder/matcher/condition"
	"trialfinder/matcher/criteria"
	"trialfinder/matcher/therapy"
	"trialfinder/trials"
)

// Listing is what the matcher made of one trial: what it tests, for which
// illnesses, and what it asks of a person.
type Listing struct {
	Therapies  []therapy.Label      `json:"therapies"`
	Conditions []string             `json:"conditions"` // ids; none: the vocabulary knows none of the words
	Fields     []FieldCriterion     `json:"fields"`     // the registry's own fields
	Criteria   []criteria.Criterion `json:"criteria"`   // the eligibility text
}

// FieldCriterion is a demand that the registry holds as a field of its own.
type FieldCriterion struct {
	Field     string             `json:"field"` // minimumAge, maximumAge, sex, conditions
	Criterion criteria.Criterion `json:"criterion"`
}

// The registry's fields that demand something.
const (
	FieldMinimumAge = "minimumAge"
	FieldMaximumAge = "maximumAge"
	FieldSex        = "sex"
	FieldConditions = "conditions"
)

// Read makes a listing of a trial.
func (m *Matcher) Read(t *trials.Trial) Listing {
	l := Listing{
		Therapies:  m.Therapies.Classify(therapyStudy(t)),
		Conditions: m.conditionIDs(t),
		Criteria:   m.readEligibility(&t.Eligibility),
	}
	l.Fields = fields(t, l.Conditions)
	m.spareOwnCancer(&l)
	return l
}

func (m *Matcher) readEligibility(e *trials.Eligibility) []criteria.Criterion {
	if e.ExclusionStart == nil {
		return m.criteria.Parse(e.Criteria)
	}
	out := m.criteria.ParseSplit(e.Criteria, *e.ExclusionStart, e.Items)
	for i := range out {
		if e.IsForeign(out[i].Start, out[i].End) {
			out[i].Unread(*e.ExclusionStart)
		}
	}
	return out
}

// ReadText reads a bare eligibility text.
func (m *Matcher) ReadText(text string) []criteria.Criterion { return m.criteria.Parse(text) }

func (m *Matcher) conditionIDs(t *trials.Trial) []string {
	study := condition.Study{Conditions: t.Conditions, Keywords: t.Keywords}
	for _, title := range []string{t.BriefTitle, t.OfficialTitle} {
		if title != "" {
			study.Titles = append(study.Titles, title)
		}
	}
	for _, mesh := range t.ConditionMeSH {
		if mesh.ID == "" {
			study.MeSHTerms = append(study.MeSHTerms, mesh.Term)
			continue
		}
		study.MeSHIDs = append(study.MeSHIDs, mesh.ID)
	}
	ids := []string{}
	for _, found := range m.Conditions.Map(study) {
		ids = append(ids, found.ID)
	}
	return ids
}

func therapyStudy(t *trials.Trial) therapy.Study {
	s := therapy.Study{
		StudyType: string(t.StudyType), BriefTitle: t.BriefTitle, OfficialTitle: t.OfficialTitle,
		Summary: t.BriefSummary, Keywords: t.Keywords,
	}
	for _, mesh := range t.InterventionMeSH {
		s.MeSH = append(s.MeSH, mesh.Term)
	}
	for _, i := range t.Interventions {
		s.Interventions = append(s.Interventions, therapy.Intervention(i))
	}
	for _, a := range t.Arms {
		s.Arms = append(s.Arms, therapy.Arm(a))
	}
	return s
}

// fields makes criteria of the registry's own fields. Their text is the
// registry's value; they have no place in the eligibility text.
func fields(t *trials.Trial, conditions []string) []FieldCriterion {
	var out []FieldCriterion
	add := func(field, text string, rule criteria.Rule) {
		out = append(out, FieldCriterion{field, criteria.Criterion{
			Kind: criteria.Inclusion, Text: text, Rule: rule, Code: "field." + field,
		}})
	}
	if a := t.Eligibility.MinimumAge; a != nil {
		add(FieldMinimumAge, cmp.Or(t.Eligibility.AgeGroup, a.Text), ageRule(*a, criteria.Ge))
	}
	if a := t.Eligibility.MaximumAge; a != nil {
		add(FieldMaximumAge, cmp.Or(t.Eligibility.AgeGroup, a.Text), ageRule(*a, criteria.Le))
	}
	if rule := sexRule(t.Eligibility); rule != nil {
		add(FieldSex, string(t.Eligibility.Sex), rule)
	}
	add(FieldConditions, conditionText(t), conditionRule(t, conditions))
	return out
}

func ageRule(a trials.Age, op criteria.Op) criteria.Rule {
	years, ok := a.Years()
	if !ok {
		return criteria.Unknown(a.Text)
	}
	atom := criteria.Atom{Fact: "age", Op: op, Value: criteria.Num(years), Unit: "a"}
	if a.Unit != trials.Years {
		value := a.Value
		atom.AsWritten = &criteria.AsWritten{Value: &value, Unit: string(a.Unit)}
	}
	return atom
}

// sexRule reads the sex that a study takes. A study that goes by gender
// identity rules nobody out: that is not asked.
func sexRule(e trials.Eligibility) criteria.Rule {
	var sex string
	switch e.Sex {
	case trials.Female:
		sex = "female"
	case trials.Male:
		sex = "male"
	case trials.AnySex, "":
		return nil
	default:
		return criteria.Unknown(string(e.Sex))
	}
	atom := criteria.Atom{Fact: "sex", Op: criteria.Eq, Value: criteria.Text(sex)}
	if e.GenderBased != nil && *e.GenderBased {
		return criteria.Any{atom, criteria.Unknown("gender identity")}
	}
	return atom
}

func conditionText(t *trials.Trial) string {
	text := ""
	for i, c := range t.Conditions {
		if i > 0 {
			text += "; "
		}
		text += c
	}
	return text
}

func conditionRule(t *trials.Trial, ids []string) criteria.Rule {
	if len(ids) == 0 {
		return criteria.Unknown(conditionText(t))
	}
	return criteria.Atom{Fact: "condition", Op: criteria.In, Value: criteria.List(ids...)}
}

func formatWhole(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
