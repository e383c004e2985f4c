package web

import (
	"slices"

	"trialfinder/matcher"
)

// Pages of the questionnaire that are not one fact each.
const (
	stepPlace   = "place"   // country and town
	stepTherapy = "therapy" // the therapies that are wanted
)

// firstSteps come first, whatever they settle. After them the matcher chooses.
var firstSteps = [...]string{"condition", "age", "sex", stepPlace, stepTherapy}

// resultsFrom is the number of the question from which the list is offered.
const resultsFrom = 3

// stepOf is the page that asks for a fact.
func stepOf(id string) string {
	switch id {
	case "country", "place":
		return stepPlace
	case therapiesID:
		return stepTherapy
	}
	return id
}

// steps are the pages that are answered, in the order in which they were.
func (s *session) steps() []string {
	var out []string
	for _, e := range s.Entries {
		if step := stepOf(e.ID); !slices.Contains(out, step) {
			out = append(out, step)
		}
	}
	return out
}

// firstOpen is the first of the fixed steps that is not answered, or "".
func (s *session) firstOpen() string {
	done := s.steps()
	for _, step := range firstSteps {
		if !slices.Contains(done, step) {
			return step
		}
	}
	return ""
}

// nextStep is the page to ask next; "" when asking on is of no use.
func (r *request) nextStep() (string, error) {
	if step := r.session.firstOpen(); step != "" {
		return step, nil
	}
	m, err := r.overview()
	if err != nil {
		return "", err
	}
	step, _, err := r.openQuestion(m)
	return step, err
}

// openQuestion is the page of the first question of a match that has none among the
// fixed steps, alone or with others on a screen, and how many trials it settles.
func (r *request) openQuestion(m matcher.Match) (step string, settles int, err error) {
	p, err := r.person()
	if err != nil {
		return "", 0, err
	}
	for _, q := range m.Next {
		if slices.Contains(firstSteps[:], stepOf(q.Fact)) {
			continue
		}
		if screen, _ := r.server.matcher.ScreenOf(q.Fact, p); screen != "" {
			return screen, q.Settles, nil
		}
		return q.Fact, q.Settles, nil
	}
	return "", 0, nil
}

// steps are the pages that are answered. Facts of one screen that were answered one
// after the other were answered there.
func (r *request) steps() []string {
	var out []string
	es := r.session.Entries
	for i := 0; i < len(es); {
		screen := r.server.screenOf(es[i].ID)
		n := 1
		for screen != "" && i+n < len(es) && r.server.screenOf(es[i+n].ID) == screen {
			n++
		}
		step := stepOf(es[i].ID)
		if n > 1 {
			step = screen
		}
		if !slices.Contains(out, step) {
			out = append(out, step)
		}
		i += n
	}
	return out
}

// screenOf is the screen on which a fact may have been answered.
func (s *Server) screenOf(id string) string {
	screen, _ := s.matcher.ScreenOf(id, matcher.Profile{})
	return screen
}

// overview is the counts and the next questions, without the trials.
func (r *request) overview() (matcher.Match, error) {
	p, err := r.person()
	if err != nil {
		return matcher.Match{}, err
	}
	return r.snap.Match(p, matcher.Options{Limit: 1, NoNext: !r.weighs(p)})
}

// weighs says whether the next questions are worth weighing. While the fixed
// ones are not all answered and no illness narrows the trials, it would take
// long and choose nothing.
func (r *request) weighs(p matcher.Profile) bool {
	_, known := p.Facts["condition"]
	return known || r.session.firstOpen() == ""
}

// backFrom is where the Back link of a question leads: to the question before
// it, or to the last one that was answered.
func (r *request) backFrom(step string) string {
	done := r.steps()
	before := len(done)
	if i := slices.Index(done, step); i >= 0 {
		before = i
	}
	if before == 0 {
		return ""
	}
	return "/question/" + done[before-1]
}

// pathNext is the path of the next question, or of the answers when there is none.
func (r *request) pathNext() (string, error) {
	step, err := r.nextStep()
	if err != nil || step == "" {
		return "/answers", err
	}
	return "/question/" + step, nil
}

func (r *request) toNext() error {
	path, err := r.pathNext()
	if err != nil {
		return err
	}
	return r.see(path)
}

// openFacts are the facts whose questions can still change the list.
func (r *request) openFacts() (map[string]bool, error) {
	p, err := r.person()
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	if !r.weighs(p) {
		return out, nil
	}
	for _, q := range r.snap.Set.Ask(p) {
		out[q.Fact] = true
	}
	return out, nil
}

// afterChange sends the reader back to the answers after one was changed there, or on to
// the questions if the change raises new ones.
func (r *request) afterChange(before map[string]bool) error {
	after, err := r.openFacts()
	if err != nil {
		return err
	}
	for id := range after {
		if !before[id] {
			return r.toNext()
		}
	}
	return r.see("/answers")
}

func (s *Server) nextQuestion(r *request) error { return r.toNext() }
