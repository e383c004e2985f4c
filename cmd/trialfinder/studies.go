package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"

	"trialfinder/matcher"
	"trialfinder/matcher/criteria"
	"trialfinder/matcher/therapy"
	"trialfinder/trials"
	"trialfinder/trials/ctgov"
	"trialfinder/trials/ctis"
)

// eachStudy reads the studies on standard input, in order. What can't be read is
// told with its line; the rest is done, and the error says so at the end.
func eachStudy(e *env, use func(*trials.Trial) error) error {
	var partly error
	n := 0
	for raw, err := range ctgov.Studies(e.stdin) {
		n++
		var record trials.Record
		if err == nil {
			if record, err = normalise(raw); err != nil {
				err = fmt.Errorf("line %d: %w", n, err) // of one study a line
			}
		}
		if err != nil {
			fmt.Fprintln(e.stderr, "trialfinder: standard input:", err)
			partly = errPartly
			continue
		}
		if err := use(&record.Trial); err != nil {
			return err
		}
	}
	return partly
}

// normalise reads a record of either registry.
func normalise(raw []byte) (trials.Record, error) {
	if ctis.IsRecord(raw) {
		return ctis.Normalise(raw)
	}
	return ctgov.Normalise(raw)
}

type classifyCmd struct{}

// Run prints what each study tests and for whom, a line each.
func (*classifyCmd) Run(e *env) error {
	m, err := matcher.New()
	if err != nil {
		return err
	}
	enc := encoder(e.stdout)
	return eachStudy(e, func(t *trials.Trial) error {
		l := m.Read(t)
		if l.Therapies == nil {
			l.Therapies = []therapy.Label{}
		}
		return enc.Encode(struct {
			ID         string          `json:"id"`
			Therapies  []therapy.Label `json:"therapies"`
			Conditions []string        `json:"conditions"`
		}{t.ID, l.Therapies, l.Conditions})
	})
}

type parseCmd struct {
	Text bool `help:"Standard input is one bare eligibility text."`
}

// parsed is one criterion as parse prints it; its JSON is a contract.
type parsed struct {
	Kind                 criteria.Kind  `json:"kind"`
	Text                 string         `json:"text"`
	Start                int            `json:"start"`
	End                  int            `json:"end"`
	Cohort               *string        `json:"cohort"`
	Rule                 criteria.Rule  `json:"rule"`
	Facts                []string       `json:"facts"`
	StatusWithoutAnswers matcher.Status `json:"status_without_answers"` // of a heading: unread
	Code                 string         `json:"code"`
}

// Run prints the criteria of each study, a line each.
func (c *parseCmd) Run(ctx context.Context, e *env) error {
	m, err := matcher.New()
	if err != nil {
		return err
	}
	enc := encoder(e.stdout)
	type line struct {
		ID       string   `json:"id"`
		Criteria []parsed `json:"criteria"`
	}
	if c.Text {
		text, err := io.ReadAll(e.stdin)
		if err != nil {
			return fmt.Errorf("standard input: %w", err)
		}
		return enc.Encode(line{"", parsedCriteria(m, string(text))})
	}
	return eachStudy(e, func(t *trials.Trial) error {
		if ctx.Err() != nil {
			return errors.New("interrupted")
		}
		return enc.Encode(line{t.ID, parsedCriteria(m, t.Eligibility.Criteria)})
	})
}

func parsedCriteria(m *matcher.Matcher, text string) []parsed {
	out := []parsed{}
	for _, c := range m.ReadText(text) {
		p := parsed{Kind: c.Kind, Text: c.Text, Start: c.Start, End: c.End, Rule: c.Rule, Facts: []string{}, Code: c.Code}
		if c.Rule != nil {
			p.Facts = criteria.Facts(c.Rule)
		}
		if c.Cohort != "" {
			p.Cohort = &c.Cohort
		}
		p.StatusWithoutAnswers = cmp.Or(m.StatusWithoutAnswers(c), matcher.Unread)
		out = append(out, p)
	}
	return out
}
