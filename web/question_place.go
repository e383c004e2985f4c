package web

import (
	"encoding/json"
	"slices"

	"trialfinder/trials"
	"trialfinder/web/content"
)

// placeQuestion asks for the country and, if wished, a town: one page, since a
// town alone could be anywhere.
type placeQuestion struct{}

// placeField is the place's part of the page.
type placeField struct {
	Town      string
	Country   string
	Typed     bool
	Countries []choice
}

func (p *placeField) choose(code string) {
	p.Country = code
	for i := range p.Countries {
		p.Countries[i].Checked = p.Countries[i].Value == code
	}
}

func (placeQuestion) template() string { return "question_place" }

func (placeQuestion) fields() (once, lists []string) {
	return []string{"country", "place", "skip"}, nil
}

func (placeQuestion) draw(r *request, q *questionPage) error {
	country, _ := r.server.matcher.Facts.ByID("country")
	town, _ := r.server.matcher.Facts.ByID("place")
	q.Question, q.Name = country.Labels[r.lang].Question, country.Labels[r.lang].Name
	q.Hint = town.Labels[r.lang].Hint
	for _, code := range trials.CountryCodes() {
		q.Place.Countries = append(q.Place.Countries, choice{Value: code, Label: r.words.Country(code)})
	}
	collator := r.words.Collator()
	slices.SortStableFunc(q.Place.Countries, func(a, b choice) int { return collator.CompareString(a.Label, b.Label) })
	given, answered := r.session.get("country")
	q.Place.choose(asText(given))
	given, _ = r.session.get("place")
	q.Place.Town = asText(given)
	var err error
	if q.Skips, err = r.skips("country"); err != nil {
		return err
	}
	if answered && q.Place.Country != "" {
		q.Skips = unchecked(q.Skips)
	}
	return nil
}

func asText(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return ""
	}
	return text
}

func (placeQuestion) read(r *request, f form, q *questionPage) (bool, error) {
	country, town := f.get("country"), f.text("place")
	q.Place = placeField{Town: town, Country: country, Typed: true}
	_, skips := skipped(f.get("skip"))
	switch {
	case skips && (f.get("skip") == skipNever || f.get("skip") == skipNone):
		return false, errForm
	case skips && country != "":
		return false, r.fault(q, "country", "fault_place_and_skip")
	case skips:
		if !r.answer("country", null) || !r.answer("place", null) {
			return false, errForm
		}
		return false, nil
	case country == "":
		return false, r.fault(q, "country", "fault_country")
	case !slices.Contains(trials.CountryCodes(), country):
		return false, errForm
	}
	raw := null
	if town != "" {
		if _, found := r.snap.Towns.Find(town, country); !found {
			return false, r.fault(q, "place", "fault_town", "Country", r.words.Country(country))
		}
		raw = quoted(town)
	}
	if !r.answer("country", quoted(country)) || !r.answer("place", raw) {
		return false, r.fault(q, "place", "fault_town", "Country", r.words.Country(country))
	}
	return false, nil
}

// therapyQuestion asks which therapies are wanted; none ticked means any.
type therapyQuestion struct{}

func (therapyQuestion) template() string { return "question_therapy" }

func (therapyQuestion) fields() (once, lists []string) { return nil, []string{"answer"} }

func (therapyQuestion) draw(r *request, q *questionPage) error {
	var err error
	if q.Question, err = r.words.T("therapy_question"); err != nil {
		return err
	}
	if q.Hint, err = r.words.T("therapy_hint"); err != nil {
		return err
	}
	if q.Name, err = r.words.T("therapy_name"); err != nil {
		return err
	}
	given := r.texts(therapiesID)
	for i, id := range r.server.matcher.Therapies.IDs() {
		name, hint, err := r.viewer.Therapy(id)
		if err != nil {
			return err
		}
		q.Choices = append(q.Choices, choice{
			ID: fieldID("answer", i), Value: id, Label: name, Hint: hint, Checked: slices.Contains(given, id),
			Href: r.server.texts.Link(content.OfTherapy, id),
		})
	}
	return nil
}

func (therapyQuestion) read(r *request, f form, _ *questionPage) (bool, error) {
	ids := r.server.matcher.Therapies.IDs()
	wanted := []string{}
	for _, id := range ids { // in the fixed order, each once
		if slices.Contains(f["answer"], id) {
			wanted = append(wanted, id)
		}
	}
	for _, id := range f["answer"] {
		if !slices.Contains(ids, id) {
			return false, errForm
		}
	}
	if r.session.AsOf.IsZero() {
		r.session.AsOf = r.today
	}
	r.session.set(therapiesID, quoted(wanted))
	return false, nil
}
