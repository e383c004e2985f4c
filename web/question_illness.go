package web

import (
	"slices"

	"trialfinder/matcher/fact"
)

// illnessQuestion asks for illnesses: by a search, or by browsing. The search is
// a POST, since what is searched for is an illness; it is kept sealed until the
// page is shown again.
type illnessQuestion struct{ f fact.Fact }

// illnessField is the illnesses' part of the page.
type illnessField struct {
	Many     bool // any number of them; else one
	Query    string
	Searched bool
	Found    []choice
	Groups   []illnessGroup
}

type illnessGroup struct {
	Name    string
	Open    bool
	Choices []choice
}

const (
	actionSearch = "search"
	shownFound   = 8
	// maxIllnesses keeps the cookie within its size.
	maxIllnesses = 12
)

func (illnessQuestion) template() string { return "question_illness" }

func (q illnessQuestion) many() bool { return q.f.ID != "condition" }

func (q illnessQuestion) fields() (once, lists []string) {
	return []string{"q", "action", "skip"}, []string{"answer"}
}

func (iq illnessQuestion) draw(r *request, q *questionPage) error {
	given := r.texts(iq.f.ID)
	if len(r.session.Ticked) > 0 && iq.many() {
		given = r.session.Ticked
	}
	q.Illness = illnessField{Many: iq.many(), Query: r.session.Query, Searched: r.session.Query != ""}
	shown := map[string]bool{}
	add := func(list []choice, id, label, hint string) []choice {
		c := choice{ID: fieldID("answer", len(shown)), Value: id, Label: label, Hint: hint}
		c.Checked = slices.Contains(given, id)
		shown[id] = true
		return append(list, c)
	}
	vocabulary := r.server.matcher.Conditions
	if iq.many() {
		for _, id := range given { // what is ticked already stays in sight
			q.Illness.Found = add(q.Illness.Found, id, vocabulary.Name(id, r.lang), "")
		}
	}
	if q.Illness.Searched {
		for _, found := range r.illnesses(r.session.Query) {
			if !shown[found.ID] {
				q.Illness.Found = add(q.Illness.Found, found.ID, found.Label, found.Hint)
			}
		}
	}
	for _, g := range vocabulary.Groups() {
		group := illnessGroup{Name: g.Names[r.lang]}
		for _, id := range g.Conditions {
			if shown[id] {
				continue
			}
			group.Choices = add(group.Choices, id, vocabulary.Name(id, r.lang), "")
			group.Open = group.Open || group.Choices[len(group.Choices)-1].Checked
		}
		if len(group.Choices) > 0 {
			q.Illness.Groups = append(q.Illness.Groups, group)
		}
	}
	var more []string
	if iq.many() {
		more = append(more, skipNone)
	}
	var err error
	q.Skips, err = r.skips(iq.f.ID, more...)
	return err
}

func (iq illnessQuestion) read(r *request, f form, q *questionPage) (stay bool, err error) {
	if f.get("action") == actionSearch {
		return iq.search(r, f, q)
	}
	if f.get("action") != "" {
		return false, errForm
	}
	has := func(id string) bool { _, ok := r.server.matcher.Conditions.ByID(id); return ok }
	answers := f["answer"]
	if iq.many() {
		if len(answers) > maxIllnesses {
			return false, r.fault(q, "q", "fault_too_many", "N", maxIllnesses)
		}
		if _, err := r.readSet(f, q, iq.f.ID, has); err != nil || len(q.Errors) > 0 {
			return false, err
		}
	} else if stay, err := iq.readOne(r, f, q, has); stay || err != nil || len(q.Errors) > 0 {
		return stay, err
	}
	r.session.Query, r.session.Ticked = "", nil
	return false, nil
}

// readOne reads the illness that a trial is sought for.
func (iq illnessQuestion) readOne(r *request, f form, q *questionPage, has func(string) bool) (stay bool, err error) {
	answers := f["answer"]
	switch {
	case len(answers) > 1 || f.get("skip") != "":
		return false, errForm
	case len(answers) == 0 && f.text("q") != "" && f.text("q") != r.session.Query:
		return iq.search(r, f, q) // they typed and went on: they meant to search
	case len(answers) == 0:
		return false, r.fault(q, "q", "fault_illness")
	}
	raw := null
	if answers[0] != skipUnknown && answers[0] != skipWithheld {
		if !has(answers[0]) {
			return false, errForm
		}
		raw = quoted(answers)
	}
	if !r.answer(iq.f.ID, raw) {
		return false, errForm
	}
	return false, nil
}

func (iq illnessQuestion) search(r *request, f form, q *questionPage) (stay bool, err error) {
	text := f.text("q")
	if text == "" {
		return false, r.fault(q, "q", "fault_search")
	}
	r.session.Query = text
	if iq.many() {
		r.session.Ticked = nil
		for _, id := range f["answer"] {
			if _, ok := r.server.matcher.Conditions.ByID(id); ok && len(r.session.Ticked) < maxIllnesses {
				r.session.Ticked = append(r.session.Ticked, id)
			}
		}
	}
	return true, nil
}
