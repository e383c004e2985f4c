package web

import (
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"

	"trialfinder/matcher/fact"
	"trialfinder/trials"
)

// deskField is one fact on the page of a case: a list to choose from, or a short text.
type deskField struct {
	ID, Label, Value string
	Options          []choice // of a list
	Hint             string   // the units that may be typed
	List             string   // id of the names that are offered while typing
	Error            string
}

// deskSection is the facts of one group.
type deskSection struct {
	TitleKey string
	Fields   []deskField
	Known    int
	Faulty   bool
}

const (
	fieldOf      = "f."
	unknownTyped = "?"
)

// errField: what was typed is no answer.
var errField = errors.New("no answer of this fact")

// deskSections are all facts, with the answers of the case; typed is what was typed and not taken.
func (r *request) deskSections(typed map[string]string) ([]deskSection, error) {
	byGroup := map[string]*deskSection{}
	var out []*deskSection
	for _, g := range groupOrder {
		byGroup[g] = &deskSection{TitleKey: "group_" + g}
		out = append(out, byGroup[g])
	}
	for _, f := range r.server.matcher.Facts.All() {
		field, err := r.deskField(f)
		if err != nil {
			return nil, err
		}
		section := byGroup[f.Group]
		if text, faulty := typed[f.ID]; faulty {
			field.Value, section.Faulty = text, true
			if field.Error, err = r.words.T("desk_field_wrong", "Name", field.Label); err != nil {
				return nil, err
			}
		} else if _, known := r.session.get(f.ID); known {
			section.Known++
		}
		section.Fields = append(section.Fields, field)
	}
	all := make([]deskSection, len(out))
	for i, section := range out {
		all[i] = *section
	}
	return all, nil
}

func (r *request) deskField(f fact.Fact) (deskField, error) {
	field := deskField{ID: f.ID, Label: f.Labels[r.lang].Name}
	raw, _ := r.session.get(f.ID)
	values := r.optionsOf(f)
	if values == nil {
		var err error
		if field.Value, err = r.typedAs(f, raw); err != nil {
			return field, err
		}
		if f.Conditions() {
			field.List = "illnesses"
		}
		if f.Type == fact.Number && len(f.Also) > 0 {
			field.Hint, err = r.unitsOf(f)
		}
		return field, err
	}
	unknown, err := r.words.T("skip_unknown")
	if err != nil {
		return field, err
	}
	field.Options = append(field.Options, choice{}, choice{Value: skipUnknown, Label: unknown, Checked: string(raw) == "null"})
	for _, v := range values {
		c := choice{Value: v, Label: f.Labels[r.lang].Values[v]}
		if f.Type == fact.Country {
			c.Label = r.words.Country(v)
		}
		if c.Checked = string(raw) == string(optionRaw(f, v)); c.Label != "" {
			field.Options = append(field.Options, c)
		}
	}
	if f.Type == fact.Country {
		collator := r.words.Collator()
		slices.SortStableFunc(field.Options[2:], func(a, b choice) int { return collator.CompareString(a.Label, b.Label) })
	}
	return field, nil
}

// optionsOf are the values to choose from; nil where a text is typed.
func (r *request) optionsOf(f fact.Fact) []string {
	switch {
	case f.Type == fact.Country:
		return trials.CountryCodes()
	case f.Type == fact.Bool, f.Type == fact.Enum, f.Type == fact.Number && len(f.Labels["en"].Values) > 0:
		return choiceQuestion{f}.values()
	}
	return nil
}

func optionRaw(f fact.Fact, value string) json.RawMessage {
	if f.Type == fact.Country {
		return quoted(value)
	}
	return choiceQuestion{f}.raw(value)
}

func (r *request) unitsOf(f fact.Fact) (string, error) {
	var names []string
	for _, u := range append([]string{f.Unit}, f.Also...) {
		name, err := r.viewer.Unit(u)
		if err != nil {
			return "", err
		}
		names = append(names, name)
	}
	return r.list(names)
}

// typedAs writes an answer as it could be typed.
func (r *request) typedAs(f fact.Fact, raw json.RawMessage) (string, error) {
	switch {
	case raw == nil:
		return "", nil
	case string(raw) == "null":
		return unknownTyped, nil
	case f.Type != fact.Number || raw[0] == '"':
		return r.inWords(f, raw)
	case raw[0] != '{':
		return r.withUnit(localNumber(r, string(raw)), f.Unit)
	}
	var v struct {
		packed
		Min, Max json.Number
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		return "", errInternal
	}
	switch {
	case v.Date != "":
		return v.Date, nil
	case v.Value == "":
		return r.withUnit(localNumber(r, v.Min.String())+" – "+localNumber(r, v.Max.String()), v.Unit)
	}
	text, err := r.withUnit(localNumber(r, v.Value.String()), v.Unit)
	if v.ULN != "" {
		text += " ULN " + localNumber(r, v.ULN.String())
	}
	return text, err
}

func (r *request) withUnit(number, unit string) (string, error) {
	name, err := r.viewer.Unit(unit)
	return strings.TrimSpace(number + " " + name), err
}

// readField turns what was chosen or typed into an answer; nil where there is none.
func (r *request) readField(f fact.Fact, text string) (json.RawMessage, error) {
	if values := r.optionsOf(f); values != nil {
		switch {
		case text == "":
			return nil, nil
		case text == skipUnknown:
			return null, nil
		case !slices.Contains(values, text):
			return nil, errForm
		}
		return optionRaw(f, text), nil
	}
	text = tidyTo(text, maxDeskText)
	given, _ := r.session.get(f.ID)
	shown, err := r.typedAs(f, given)
	switch {
	case err != nil:
		return nil, err
	case text == tidyTo(shown, maxDeskText):
		return given, nil // not touched: nothing is lost by writing it down and reading it again
	case text == "":
		return nil, nil
	case text == unknownTyped:
		return null, nil
	case f.Type == fact.Number:
		return r.readDeskNumber(f, text)
	case f.Type == fact.Set:
		return r.readNames(f, text)
	}
	country, _ := r.session.get("country")
	if _, found := r.snap.Towns.Find(text, asText(country)); !found {
		return nil, errField
	}
	return quoted(text), nil
}

var (
	typedULN   = regexp.MustCompile(`(?i)\s*\(?(?:×|x)?\s*uln\s*([\d.,]+)\)?$`)
	typedDate  = regexp.MustCompile(`^\d{4}(-\d{2}){0,2}$`)
	typedRange = regexp.MustCompile(`^([\d.,]+)\s*[-–]\s*([\d.,]+)\s*(.*)$`)
	typedOne   = regexp.MustCompile(`^([\d.,]+)\s*(.*)$`)
)

func (r *request) readDeskNumber(f fact.Fact, text string) (json.RawMessage, error) {
	never, err := r.words.T("skip_never")
	if err != nil {
		return nil, err
	}
	switch {
	case f.CanNever && (strings.EqualFold(text, never) || strings.EqualFold(text, "never")):
		return quoted("never"), nil
	case typedDate.MatchString(text) && (numberQuestion{f}).withDate():
		if d, err := trials.ParseDate(text); err != nil || d.First().After(r.today) {
			return nil, errField
		}
		return quoted(packed{Date: text}), nil
	}
	object := map[string]any{}
	if m := typedULN.FindStringSubmatch(text); m != nil {
		limit, err := parseNumber(m[1])
		if err != nil || limit == 0 {
			return nil, errField
		}
		object["uln"] = limit
		text = strings.TrimSuffix(text, m[0])
	}
	names := []string{"min", "max"}
	m := typedRange.FindStringSubmatch(text)
	if m == nil {
		m, names = typedOne.FindStringSubmatch(text), []string{"value"}
	}
	if m == nil {
		return nil, errField
	}
	for i, name := range names {
		v, err := parseNumber(m[i+1])
		if err != nil {
			return nil, errField
		}
		object[name] = v
	}
	unit, ok := r.unitTyped(f, m[len(m)-1])
	if !ok {
		return nil, errField
	}
	if v, one := object["value"].(float64); one && unit == f.Unit && len(object) == 1 {
		return number(v), nil
	}
	object["unit"] = unit
	return quoted(object), nil
}

// unitTyped finds the unit that was typed. Where several are in use none is taken for meant,
// but for an age, which everybody counts in years.
func (r *request) unitTyped(f fact.Fact, text string) (string, bool) {
	plain := func(s string) string {
		return strings.ToLower(strings.NewReplacer(" ", "", "µ", "u", "μ", "u").Replace(s))
	}
	if text == "" {
		return f.Unit, len(f.Also) == 0 || f.ID == "age"
	}
	for _, u := range append([]string{f.Unit}, f.Also...) {
		name, err := r.viewer.Unit(u)
		if err == nil && (plain(text) == plain(u) || plain(text) == plain(name)) {
			return u, true
		}
	}
	return "", false
}

// readNames reads names of illnesses, or of the fact's own values, parted by commas.
func (r *request) readNames(f fact.Fact, text string) (json.RawMessage, error) {
	none, err := r.words.T("skip_none")
	if err != nil {
		return nil, err
	}
	if f.ID != "condition" && (strings.EqualFold(text, none) || text == "-") {
		return json.RawMessage("[]"), nil
	}
	var ids []string
	for _, name := range strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(",;、，", c) }) {
		id := r.idNamed(f, strings.TrimSpace(name))
		if id == "" {
			return nil, errField
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 || f.ID == "condition" && len(ids) > 1 {
		return nil, errField
	}
	slices.Sort(ids)
	return quoted(ids), nil
}

func (r *request) idNamed(f fact.Fact, name string) string {
	if !f.Conditions() {
		for _, v := range f.Values {
			if strings.EqualFold(f.Labels[r.lang].Values[v], name) {
				return v
			}
		}
		return ""
	}
	found := ""
	for _, c := range r.server.matcher.Conditions.All() {
		switch {
		case strings.EqualFold(r.server.matcher.Conditions.Name(c.ID, r.lang), name):
			return c.ID
		case found == "" && r.server.matcher.Conditions.Spoken(c.ID, name):
			found = c.ID
		}
	}
	return found
}
