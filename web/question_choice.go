package web

import (
	"encoding/json"
	"slices"

	"trialfinder/matcher/fact"
)

// choiceQuestion asks for one of a few: yes or no, an enum, or a scale whose
// steps are described in words.
type choiceQuestion struct{ f fact.Fact }

func (choiceQuestion) template() string { return "question_choice" }

func (choiceQuestion) fields() (once, lists []string) { return []string{"answer"}, nil }

// values are the answers in the order in which they are offered.
func (c choiceQuestion) values() []string {
	switch {
	case c.f.Type == fact.Bool:
		return []string{"true", "false"}
	case c.f.Type == fact.Number:
		var out []string
		for v := int(c.f.Min); v <= int(c.f.Max); v++ {
			out = append(out, string(number(float64(v))))
		}
		return out
	}
	return c.f.Values
}

// raw is the JSON for one of the values.
func (c choiceQuestion) raw(value string) json.RawMessage {
	if c.f.Type == fact.Enum && !c.f.Numeric() {
		return quoted(value)
	}
	return json.RawMessage(value)
}

func (c choiceQuestion) draw(r *request, q *questionPage) error {
	given, _ := r.session.get(c.f.ID)
	label := r.label(c.f)
	for i, v := range c.values() {
		ch := choice{ID: fieldID("answer", i), Value: v, Label: label.Values[v], Checked: string(given) == string(c.raw(v))}
		if ch.Label != "" {
			q.Choices = append(q.Choices, ch)
		}
	}
	var err error
	q.Skips, err = r.skips(c.f.ID)
	return err
}

func (c choiceQuestion) read(r *request, f form, q *questionPage) (bool, error) {
	v := f.get("answer")
	raw, skip := skipped(v)
	switch {
	case v == "":
		return false, r.fault(q, fieldID("answer", 0), "fault_choose")
	case skip && (v == skipUnknown || v == skipWithheld):
	case slices.Contains(c.values(), v):
		raw = c.raw(v)
	default:
		return false, errForm
	}
	if !r.answer(c.f.ID, raw) {
		return false, errForm
	}
	return false, nil
}

// setQuestion asks for any number of a few.
type setQuestion struct{ f fact.Fact }

func (setQuestion) template() string { return "question_set" }

func (setQuestion) fields() (once, lists []string) { return []string{"skip"}, []string{"answer"} }

func (s setQuestion) draw(r *request, q *questionPage) error {
	given := r.texts(s.f.ID)
	for i, v := range s.f.Values {
		q.Choices = append(q.Choices, choice{
			ID: fieldID("answer", i), Value: v, Label: r.label(s.f).Values[v], Checked: slices.Contains(given, v),
		})
	}
	var err error
	q.Skips, err = r.skips(s.f.ID, skipNone)
	return err
}

func (s setQuestion) read(r *request, f form, q *questionPage) (bool, error) {
	return r.readSet(f, q, s.f.ID, s.f.Has)
}

// readSet reads ticked boxes, or the choice below the divider.
func (r *request) readSet(f form, q *questionPage, id string, has func(string) bool) (bool, error) {
	ticked, skip := f["answer"], f.get("skip")
	raw, skips := skipped(skip)
	switch {
	case len(ticked) == 0 && !skips:
		return false, r.fault(q, fieldID("answer", 0), "fault_choose_some")
	case len(ticked) > 0 && skips:
		return false, r.fault(q, fieldID("answer", 0), "fault_both")
	case len(ticked) > 0:
		if slices.ContainsFunc(ticked, func(v string) bool { return !has(v) }) {
			return false, errForm
		}
		slices.Sort(ticked)
		raw = quoted(slices.Compact(ticked))
	}
	if !r.answer(id, raw) {
		return false, errForm
	}
	return false, nil
}

// texts is an answer that is a list of texts.
func (r *request) texts(id string) []string {
	raw, _ := r.session.get(id)
	var out []string
	if json.Unmarshal(raw, &out) != nil {
		return nil
	}
	return out
}
