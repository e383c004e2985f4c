package ctis

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"trialfinder/trials"
)

// IsRecord says whether a JSON object is a record of this register.
func IsRecord(raw []byte) bool {
	var head struct {
		CTNumber json.RawMessage `json:"ctNumber"`
	}
	return json.Unmarshal(raw, &head) == nil && len(head.CTNumber) > 0
}

// Normalise reads one record. What is not known stays unknown: the sites of a
// member state without a public status have an unknown one, since the trial's
// may be another country's; an age group that can't be read is an age without a unit. Text without a dossier or an id of the register's
// form is trials.ErrInvalid; a field of another type is trials.ErrSchema.
func Normalise(raw []byte) (trials.Record, error) {
	var r record
	if err := json.Unmarshal(raw, &r); err != nil {
		var mistyped *json.UnmarshalTypeError
		if errors.As(err, &mistyped) && mistyped.Field != "" {
			return trials.Record{}, fmt.Errorf("ctis: %w",
				&trials.FieldError{Field: mistyped.Field, Got: mistyped.Value, Want: mistyped.Type.String()})
		}
		return trials.Record{}, fmt.Errorf("ctis: %w: not a record: %w", trials.ErrInvalid, err)
	}
	trial, err := r.trial()
	if err != nil {
		return trials.Record{}, err
	}
	return trials.Record{Trial: trial, Raw: trials.Compact(raw)}, nil
}

func (r *record) trial() (trials.Trial, error) {
	id, source, ok := trials.CanonicalID(r.CTNumber)
	if !ok || source != trials.CTIS {
		return trials.Trial{}, fmt.Errorf("ctis: ctNumber %q: want the form 2024-512345-12-00: %w", r.CTNumber, trials.ErrInvalid)
	}
	d := &r.dossier
	if r.Application != nil {
		d = r.Application
	}
	if d.PartI == nil {
		return trials.Trial{}, fmt.Errorf("ctis: %s: no authorizedPartI, as of a search and not of the whole record: %w", id, trials.ErrInvalid)
	}
	info := &d.PartI.TrialDetails.Information
	t := trials.Trial{
		ID: id, Source: trials.CTIS,
		Status:           r.overall(),
		StudyType:        trials.Interventional, // the register lists no other
		BriefSummary:     inEnglish(info.Objective.Main, info.Objective.Mains),
		Aliases:          earlierSubmissions(id),
		Phases:           phases[info.Category.Phase],
		Eligibility:      info.eligibility(),
		Start:            trials.DateStruct{Date: date(r.StartDateEU)},
		LastUpdateSubmit: date(r.LastUpdated),
		LastUpdatePosted: trials.DateStruct{Date: date(cmp.Or(r.LastPublished, r.LastUpdated, r.PublishDate))},
		Translations:     d.PartI.translations(),
	}
	if t.Start.Date.IsZero() {
		t.Start = trials.DateStruct{Date: date(info.Duration.RecruitmentStart), Type: "ESTIMATED"}
	}
	if end := cmp.Or(info.Duration.GlobalEnd, info.Duration.End); end != "" {
		t.Completion = trials.DateStruct{Date: date(end), Type: "ESTIMATED"}
	}
	t.Eligibility.MinimumAge, t.Eligibility.MaximumAge = r.ages(info)
	t.Eligibility.AgeGroup = r.AgeGroup
	if n, err := strconv.Atoi(strings.Trim(string(r.TotalEnrolled), `" `)); err == nil && n > 0 {
		t.Enrollment = &trials.Enrollment{Count: n, Type: "ESTIMATED"}
	}
	d.PartI.TrialDetails.Identifiers.fill(&t)
	if code := cmp.Or(d.EudraCT.Code, d.EudraCTInfo.Code); code != "" {
		t.SecondaryIDs = append(t.SecondaryIDs, trials.SecondaryID{ID: code, Type: "EUDRACT_NUMBER"})
	}
	d.PartI.fill(&t)
	t.Sites = sites(d.PartsII, r.byCountry(d.MemberStates))
	return t, nil
}

// phases are the register's phase codes.
var phases = map[string][]trials.Phase{
	"1": {trials.Phase1}, "2": {trials.Phase1}, "3": {trials.Phase1},
	"4": {trials.Phase2}, "5": {trials.Phase3}, "6": {trials.Phase4},
	"7": {trials.Phase1, trials.Phase2}, "8": {trials.Phase1, trials.Phase2}, "9": {trials.Phase1, trials.Phase2},
	"10": {trials.Phase2, trials.Phase3}, "11": {trials.Phase3, trials.Phase4},
}

// date reads the register's two ways to write a day; text that is neither is no date.
func date(text string) trials.Date {
	if day, err := time.Parse("02/01/2006", text); err == nil {
		return trials.Date{Year: day.Year(), Month: int(day.Month()), Day: day.Day()}
	}
	d, err := trials.ParseDate(text)
	if err != nil {
		return trials.Date{}
	}
	return d
}

func (i *identifiers) fill(t *trials.Trial) {
	t.OfficialTitle = inEnglish(i.FullTitle, i.FullTitles)
	t.BriefTitle = cmp.Or(inEnglish(i.PublicTitle, i.PublicTitles), t.OfficialTitle)
	t.Acronym = i.ShortTitle
	if n := i.Secondary.NCT.Number; n != "" {
		t.SecondaryIDs = append(t.SecondaryIDs, trials.SecondaryID{ID: n, Type: "REGISTRY", Domain: "ClinicalTrials.gov"})
	}
	for _, n := range i.Secondary.Additional {
		if n.Number != "" {
			t.SecondaryIDs = append(t.SecondaryIDs, trials.SecondaryID{ID: n.Number, Type: "OTHER", Domain: n.Registry})
		}
	}
}

// armTypes are the register's roles of a product, as the model's types of arm.
// The register lists products and no arms: one arm stands for each role.
var armTypes = map[string]string{"1": "EXPERIMENTAL", "2": "ACTIVE_COMPARATOR", "3": "PLACEBO_COMPARATOR", "4": "OTHER"}

func (p *partI) fill(t *trials.Trial) {
	for _, s := range p.Sponsors {
		if s.Primary || t.LeadSponsor == "" {
			t.LeadSponsor = s.Organisation.Name
		}
		for _, c := range s.PublicContacts {
			t.LeadSponsor = cmp.Or(t.LeadSponsor, c.Organisation.Name)
			t.CentralContacts = append(t.CentralContacts, trials.Contact{Name: c.Name, Phone: c.Telephone, Email: c.Email})
		}
	}
	list := p.TrialDetails.Information.Condition.Conditions // the one with translations
	if len(list) == 0 {
		list = p.MedicalConditions
	}
	for _, c := range list {
		if text := inEnglish(c.Text, c.Texts); text != "" {
			t.Conditions = append(t.Conditions, text)
		}
	}
	roles := p.ProductRoles
	if len(roles) == 0 {
		roles = []productRole{{Products: p.Products}}
	}
	for _, role := range roles {
		for _, product := range role.Products {
			addProduct(t, role, product)
		}
	}
}

func addProduct(t *trials.Trial, role productRole, p product) {
	var names []string
	for _, name := range []string{p.Name, p.ActiveSubstances, p.ScientificName, p.Dictionary.Name, p.Dictionary.ActiveSubstance} {
		known := slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
		if name != "" && !known {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return
	}
	again := func(i trials.Intervention) bool {
		return i.Name == names[0] && slices.Equal(i.OtherNames, names[1:]) && slices.Contains(i.ArmLabels, role.Name)
	}
	if slices.ContainsFunc(t.Interventions, again) {
		return
	}
	one := trials.Intervention{Type: "DRUG", Name: names[0], OtherNames: names[1:]}
	if role.Name != "" {
		one.ArmLabels = []string{role.Name}
		at := slices.IndexFunc(t.Arms, func(a trials.Arm) bool { return a.Label == role.Name })
		if at < 0 {
			at = len(t.Arms)
			t.Arms = append(t.Arms, trials.Arm{Label: role.Name, Type: armTypes[role.Code]})
		}
		t.Arms[at].Interventions = append(t.Arms[at].Interventions, one.Type+": "+one.Name)
	}
	t.Interventions = append(t.Interventions, one)
}

// item is one criterion as it is shown.
type item struct {
	text       string
	translated bool // by the register, into English
}

// eligibility joins the register's split criteria by newlines, inclusion first,
// and keeps where the exclusions begin.
func (i *trialInformation) eligibility() trials.Eligibility {
	included, excluded := items(i.Eligibility.Inclusion), items(i.Eligibility.Exclusion)
	all := slices.Concat(included, excluded)
	var text strings.Builder
	begin := 0
	starts := make([]int, 0, len(all))
	for n, it := range all {
		if n > 0 {
			text.WriteByte('\n')
		}
		starts = append(starts, text.Len())
		if n == len(included) {
			begin = text.Len()
		}
		text.WriteString(it.text)
	}
	if len(excluded) == 0 {
		begin = text.Len()
	}
	return trials.Eligibility{
		Criteria:       text.String(),
		ExclusionStart: &begin,
		Items:          starts,
		Foreign:        foreign(all),
		Sex:            i.sex(),
	}
}

// items are the criteria that say something, in English where they are, in the
// order of their numbers.
func items(list []criterion) []item {
	var out []item
	for _, c := range ordered(list) {
		text := inEnglish(c.entered(), c.translated())
		if strings.TrimSpace(text) != "" {
			out = append(out, item{text, text != c.entered()})
		}
	}
	return out
}

func ordered(list []criterion) []criterion {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b criterion) int { return cmp.Compare(a.Number, b.Number) })
	return list
}

func (i *trialInformation) sex() trials.Sex {
	female, male := i.Population.Female, i.Population.Male
	switch {
	case female == nil || male == nil:
		return ""
	case *female && *male:
		return trials.AnySex
	case *female:
		return trials.Female
	case *male:
		return trials.Male
	}
	return ""
}

var ageGroup = regexp.MustCompile(`(\d+)(?:-(\d+)|\+) years`)

// ages are the limits of the register's age groups. Only their words are read:
// what the codes mean is not documented, so codes alone are an age without a
// unit. Groups with a gap between them are one too: no two limits say that.
func (r *record) ages(info *trialInformation) (minimum, maximum *trials.Age) {
	unread := &trials.Age{Text: cmp.Or(r.AgeGroup, "ageRanges")}
	type span struct{ from, to int }
	const open = 1 << 20
	var spans []span
	for _, m := range ageGroup.FindAllStringSubmatch(r.AgeGroup, -1) {
		from, err := strconv.Atoi(m[1])
		to := open
		if m[2] != "" && err == nil {
			to, err = strconv.Atoi(m[2])
		}
		if err != nil {
			return unread, nil
		}
		spans = append(spans, span{from, to})
	}
	if len(spans) == 0 {
		for _, a := range info.Population.AgeRanges {
			unread.Text += " " + a.Code
		}
		return unread, nil
	}
	slices.SortFunc(spans, func(a, b span) int { return a.from - b.from })
	all := spans[0]
	for _, s := range spans[1:] {
		if s.from > all.to+1 {
			return unread, nil
		}
		all.to = max(all.to, s.to)
	}
	years := func(n int) *trials.Age {
		// The error is dropped on purpose: a number of years is an age.
		a, _ := trials.ParseAge(strconv.Itoa(n) + " Years")
		return &a
	}
	if all.to >= open {
		return years(all.from), nil
	}
	return years(all.from), years(all.to)
}

func sites(parts []*partII, status map[string]trials.Status) []trials.Site {
	var out []trials.Site
	for _, part := range parts {
		if part == nil {
			continue
		}
		for i := range part.Sites {
			s := &part.Sites[i]
			country := cmp.Or(part.Info.Country, s.Address.Address.Country)
			site := trials.Site{
				Facility: s.Address.Organisation.Name,
				Status:   cmp.Or(status[trials.CountryCode(country)], trials.UnknownStatus),
				City:     s.Address.Address.City, Zip: s.Address.Address.Postcode,
				Country: cmp.Or(s.Address.Address.Country, country),
			}
			if s.Department != "" && site.Facility != "" {
				site.Facility += ", " + s.Department
			}
			contact := trials.Contact{
				Name:  strings.TrimSpace(s.Person.FirstName + " " + s.Person.LastName),
				Phone: cmp.Or(s.Person.Telephone, s.Address.Phone), Email: cmp.Or(s.Person.Email, s.Address.Email),
			}
			if contact != (trials.Contact{}) {
				site.Contacts = []trials.Contact{contact}
			}
			out = append(out, site)
		}
	}
	return out
}
