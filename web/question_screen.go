package web

import (
	"encoding/json"
	"slices"

	"trialfinder/matcher"
	"trialfinder/matcher/fact"
)

// screenQuestion asks several facts of one kind at once. What is left open counts as
// "I don't know"; each can also be said so.
type screenQuestion struct{ matcher.ScreenFacts }

// screenItem is one question of a screen.
type screenItem struct {
	Fact, Question, Hint string
	Choices              []choice // of a choice, "I don't know" the last
	Number               *numberField
	Skip                 choice // of a number: "I don't know"
}

// Names of a number's fields on a screen begin with the fact.
const (
	unitOf = ".unit"
	ulnOf  = ".uln"
	skipOf = ".skip"
	asked  = "asked" // the facts that the screen showed
)

func (screenQuestion) template() string { return "question_screen" }

func (s screenQuestion) fields() (once, lists []string) {
	once = []string{"skip"}
	for _, id := range s.Facts {
		once = append(once, id, id+unitOf, id+ulnOf, id+skipOf)
	}
	return once, []string{asked}
}

// screen is a screen of several questions by its path.
func (s *Server) screen(step string) (screenQuestion, bool) {
	all := s.matcher.Screens()
	i := slices.IndexFunc(all, func(sc matcher.ScreenFacts) bool { return sc.ID == step })
	if i < 0 {
		return screenQuestion{}, false
	}
	return screenQuestion{all[i]}, true
}

// draw shows what can still change the list, and what was answered here before.
func (s screenQuestion) draw(r *request, q *questionPage) error {
	var err error
	if q.Question, err = r.words.T("screen_" + s.ID); err != nil {
		return err
	}
	p, err := r.person()
	if err != nil {
		return err
	}
	settles := map[string]int{}
	for _, screen := range r.snap.Set.Screens(p) {
		for _, one := range screen.Questions {
			settles[one.Fact] = one.Settles
		}
	}
	for _, id := range s.Facts {
		_, answered := r.session.get(id)
		if n, open := settles[id]; open || answered {
			q.Settles = max(q.Settles, n)
			item, err := r.screenItem(id)
			if err != nil {
				return err
			}
			q.Items = append(q.Items, item)
		}
	}
	return nil
}

func (r *request) screenItem(id string) (screenItem, error) {
	f, _ := r.server.matcher.Facts.ByID(id)
	label := r.label(f)
	item := screenItem{Fact: id, Question: label.Question, Hint: label.Hint}
	given, answered := r.session.get(id)
	unknown := choice{ID: id + "-skip", Value: skipUnknown, Checked: answered && string(given) == "null"}
	var err error
	if unknown.Label, err = r.words.T("skip_unknown"); err != nil {
		return item, err
	}
	var one questionPage
	qu, _ := r.server.questionFor(id)
	if err := qu.draw(r, &one); err != nil {
		return item, err
	}
	if f.Type == fact.Number && len(one.Choices) == 0 {
		one.Number.WithDate = false
		item.Number, item.Skip = &one.Number, unknown
		return item, nil
	}
	for i, c := range one.Choices {
		c.ID = fieldID(id, i)
		item.Choices = append(item.Choices, c)
	}
	item.Choices = append(item.Choices, unknown)
	return item, nil
}

func (s screenQuestion) read(r *request, f form, q *questionPage) (bool, error) {
	shown := f[asked]
	if len(shown) == 0 || slices.ContainsFunc(shown, func(id string) bool { return !slices.Contains(s.Facts, id) }) {
		return false, errForm
	}
	skip := f.get("skip")
	if skip != "" && skip != skipUnknown {
		return false, errForm
	}
	said := 0
	for _, id := range shown {
		raw, err := s.readItem(r, f, q, id)
		if err != nil {
			return false, err
		}
		if raw == nil {
			continue
		}
		said++
		if !r.answer(id, raw) {
			if err := r.fault(q, id, "fault_number"); err != nil {
				return false, err
			}
		}
	}
	switch {
	case len(q.Errors) > 0:
		return false, nil
	case said == 0 && skip == "":
		return false, r.fault(q, shown[0], "fault_screen")
	case said > 0 && skip != "":
		return false, r.fault(q, shown[0], "fault_both")
	}
	return false, s.leaveOpen(r, f, shown)
}

// leaveOpen keeps "I don't know" for what was left open.
func (s screenQuestion) leaveOpen(r *request, f form, shown []string) error {
	for _, id := range shown {
		if v := f.text(id); v != "" && v != skipUnknown {
			continue
		}
		if err := r.unknown(id); err != nil {
			return err
		}
	}
	return nil
}

// readItem reads one answer; nil where nothing was said. Faults are beside the item.
func (s screenQuestion) readItem(r *request, f form, q *questionPage, id string) (json.RawMessage, error) {
	qu, _ := r.server.questionFor(id)
	switch qu := qu.(type) {
	case choiceQuestion:
		v := f.get(id)
		switch {
		case v == "":
			return nil, nil
		case v == skipUnknown:
			return null, nil
		case slices.Contains(qu.values(), v):
			return qu.raw(v), nil
		}
		return nil, errForm
	case numberQuestion:
		return s.readNumber(r, f, q, qu)
	}
	return nil, errInternal
}

func (s screenQuestion) readNumber(r *request, f form, q *questionPage, qu numberQuestion) (json.RawMessage, error) {
	id := qu.f.ID
	t := numberField{Value: f.text(id), Unit: f.get(id + unitOf), ULN: f.text(id + ulnOf), Typed: true}
	skip := f.get(id + skipOf)
	if t.Unit != "" && !slices.Contains(qu.units(), t.Unit) || skip != "" && skip != skipUnknown {
		return nil, errForm
	}
	switch {
	case t.Value == "" && skip != "":
		return null, nil
	case t.Value == "":
		return nil, nil
	case skip != "":
		return nil, r.fault(q, id, "fault_number_and_skip")
	}
	var one questionPage
	raw, err := qu.readValue(r, &one, t)
	if err == nil && len(one.Errors) == 0 && !r.possible(id, raw) {
		err = qu.outOfRange(r, &one, t)
	}
	for _, e := range one.Errors {
		field := map[string]string{"value": id, "unit": id + unitOf, "uln": id + ulnOf}[e.Field]
		q.Errors = append(q.Errors, fieldError{field, e.Message})
	}
	return raw, err
}

// possible says whether the matcher takes an answer.
func (r *request) possible(id string, raw json.RawMessage) bool {
	var scratch matcher.Answers
	return r.server.matcher.Set(&scratch, id, raw, r.today) == nil
}

// typed shows a screen with faults as it was sent.
func (s screenQuestion) typed(f form, q *questionPage) {
	for i := range q.Items {
		item := &q.Items[i]
		for k := range item.Choices {
			item.Choices[k].Checked = f.get(item.Fact) == item.Choices[k].Value
		}
		if n := item.Number; n != nil {
			n.Value, n.Unit, n.ULN = f.text(item.Fact), f.get(item.Fact+unitOf), f.text(item.Fact+ulnOf)
			item.Skip.Checked = f.get(item.Fact+skipOf) != ""
		}
	}
}
