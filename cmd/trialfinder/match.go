package main

import (
	"context"
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
	snap, partly, err := f.trials(ctx, e, m)
	if err != nil {
		return subject{}, err
	}
	return subject{m, snap, m.Profile(answers, today, snap.Towns)}, partly
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

func (f answerFlags) trials(ctx context.Context, e *env, m *matcher.Matcher) (snap *index.Snapshot, partly, err error) {
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
		snap, err = index.Of(m, stored)
		return snap, partly, err
	}
	db, err := f.existing(ctx, e)
	if err != nil {
		return nil, nil, err
	}
	defer db.Close()
	x, err := index.New(ctx, db, m)
	if err != nil {
		return nil, nil, err
	}
	return x.Snapshot(), nil, nil
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
	result, err := s.snap.Match(s.profile, matcher.Options{Limit: c.Limit, RuledOut: c.All})
	if err != nil {
		return err
	}
	result.WhatIf = s.snap.Set.WhatIf(s.profile, nil)
	s.settle(&result)
	if err := printJSON(e.stdout, result); err != nil {
		return err
	}
	return partly
}

// shortlist is how many of the first trials are told what would settle them.
const shortlist = 20

// settle adds what would settle the first trials, and which paper most of them.
func (s subject) settle(result *matcher.Match) {
	var first []*matcher.Candidate
	for i := range result.Trials[:min(len(result.Trials), shortlist)] {
		t := &result.Trials[i]
		c, ok := s.snap.Find(t.ID)
		if !ok || t.Verdict == matcher.RuledOut {
			continue
		}
		first = append(first, c)
		if t.Verdict == matcher.Open {
			fewest := s.m.Fewest(c.Listing, s.profile)
			t.Fewest = &fewest
		}
	}
	result.Papers = s.m.BestPapers(first, s.profile)
}

type askCmd struct{ answerFlags }

// Run prints the questions that can still change a verdict.
func (c *askCmd) Run(ctx context.Context, e *env) error {
	s, partly := c.load(ctx, e)
	if s.snap == nil {
		return partly
	}
	if err := printJSON(e.stdout, s.snap.Set.Ask(s.profile)); err != nil {
		return err
	}
	return partly
}
