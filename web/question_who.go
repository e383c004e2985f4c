package web

import "trialfinder/matcher/fact"

// stepWho asks whom the questions are about. It is no fact: it changes the words alone.
const stepWho = "who"

// whoQuestion is put by the start page's buttons, and again where it is to be changed.
type whoQuestion struct{}

// whoValues are the answers as forms and keys of the catalogue have them.
var whoValues = [...]struct {
	value string
	who   fact.Who
}{{"self", fact.Self}, {"child", fact.Child}, {"other", fact.Other}}

func (whoQuestion) template() string { return "question_choice" }

func (whoQuestion) fields() (once, lists []string) { return []string{"answer"}, nil }

func (whoQuestion) draw(r *request, q *questionPage) error {
	var err error
	if q.Question, err = r.words.T("who_question"); err != nil {
		return err
	}
	if q.Hint, err = r.words.T("who_hint"); err != nil {
		return err
	}
	for i, w := range whoValues {
		label, err := r.words.T("who_" + w.value)
		if err != nil {
			return err
		}
		q.Choices = append(q.Choices, choice{ID: fieldID("answer", i), Value: w.value, Label: label, Checked: r.session.For == w.who && q.Change})
	}
	return nil
}

func (whoQuestion) read(r *request, f form, q *questionPage) (bool, error) {
	v := f.get("answer")
	if v == "" {
		return false, r.fault(q, fieldID("answer", 0), "fault_choose_who")
	}
	for _, w := range whoValues {
		if w.value == v {
			r.session.For = w.who
			r.viewer = r.viewer.About(w.who)
			return false, nil
		}
	}
	return false, errForm
}
