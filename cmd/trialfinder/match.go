package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"trialfinder/matcher"
	"trialfinder/matcher/index"
	"trialfinder/trials"
)

// answerFlags name the answers and the studies that they are matched against.
type answerFlags struct {
	dbFlags
	Answers string `required:"" placeholder:"FILE" help:"JSON file of answers."`
	Stdin   bool   `help:"Match against the studies on standard input instead of the database."`
}

// subject is a person's profile and the trials to hold against it.
type subject struct {
	m       *matcher.Matcher
	snap    *index.Snapshot
	profile matcher.Profile
	end     func() // closes what the trials are read from
}

// load reads the answers and the trials. The error of studies that could not be
// read comes with the rest.
func (f answerFlags) load(ctx context.Context, e *env) (subject, error) {
	m, err := matcher.New()
	if err != nil {
		return subject{}, err
	}
	today := day(e.now())
	answers, err := readAnswers(m, f.Answers, today)
	if err != nil {
		return subject{}, err
	}
	s, partly, err := f.trials(ctx, e, m)
	if err != nil {
		return subject{}, err
	}
	s.profile = m.Profile(answers, today, s.snap.Towns)
	return s, partly
}

func readAnswers(m *matcher.Matcher, name string, today time.Time) (matcher.Answers, error) {
	file, err := os.Open(name)
	if err != nil {
		return matcher.Answers{}, err
	}
	defer file.Close()
	answers, err := m.ParseAnswers(file, today)
	if err != nil {
		return answers, fmt.Errorf("%s: %w", name, err)
	}
	return answers, nil
}

func day(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

func (f answerFlags) trials(ctx context.Context, e *env, m *matcher.Matcher) (s subject, partly, err error) {
	if f.Stdin {
		var stored []trials.Stored
		at := map[string]int{} // the last listing of a trial counts, as in a database
		partly = eachStudy(e, func(t *trials.Trial) error {
			if i, again := at[t.ID]; again {
				stored[i].Trial = *t
				return nil
			}
			at[t.ID] = len(stored)
			stored = append(stored, trials.Stored{Trial: *t})
			return nil
		})
		snap, err := index.Of(m, stored)
		return subject{m: m, snap: snap, end: func() {}}, partly, err
	}
	db, err := f.existing(ctx, e)
	if err != nil {
		return s, nil, err
	}
	x, err := index.New(ctx, db, m)
	if err != nil {
		return s, nil, errors.Join(err, db.Close())
	}
	return subject{m: m, snap: x.Snapshot(), end: func() { _ = db.Close() }}, nil, nil // it was only read
}

type matchCmd struct {
	answerFlags
	Limit int  `default:"50" help:"How many trials to list; 0 for all."`
	All   bool `help:"List the ruled-out trials too."`
}

// Run prints the trials for the answers.
func (c *matchCmd) Run(ctx context.Context, e *env) error {
	if c.Limit < 0 {
		return usageError("--limit: want 0 or more")
	}
	s, partly := c.load(ctx, e)
	if s.snap == nil {
		return partly
	}
	defer s.end()
	result, err := s.snap.Match(s.profile, matcher.Options{Limit: c.Limit, RuledOut: c.All})
	if err != nil {
		return err
	}
	result.WhatIf = s.snap.Set.WhatIf(s.profile, matcher.Only{})
	if err := s.settle(ctx, &result); err != nil {
		return err
	}
	if err := printJSON(e.stdout, result); err != nil {
		return err
	}
	return partly
}

// shortlist is how many of the first trials are told what would settle them.
const shortlist = 20

// settle adds what would settle the first trials, and which paper most of them.
func (s subject) settle(ctx context.Context, result *matcher.Match) error {
	var first []*matcher.Candidate
	for i := range result.Trials[:min(len(result.Trials), shortlist)] {
		t := &result.Trials[i]
		if t.Verdict == matcher.RuledOut {
			continue
		}
		c, err := s.snap.Trial(ctx, t.ID)
		if err != nil {
			return err
		}
		first = append(first, c)
		if t.Verdict == matcher.Open {
			fewest := s.m.Fewest(c.Listing, s.profile)
			t.Fewest = &fewest
		}
	}
	result.Papers = s.m.BestPapers(first, s.profile)
	return nil
}

type askCmd struct{ answerFlags }

// Run prints the questions that can still change a verdict.
func (c *askCmd) Run(ctx context.Context, e *env) error {
	s, partly := c.load(ctx, e)
	if s.snap == nil {
		return partly
	}
	defer s.end()
	if err := printJSON(e.stdout, s.snap.Set.Ask(s.profile)); err != nil {
		return err
	}
	return partly
}
