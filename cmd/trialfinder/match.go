package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
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

// subject is a person's answers and the trials to hold against them.
type subject struct {
	m       *matcher.Matcher
	answers matcher.Answers
	today   time.Time
	// with does something with the trials, and again where one changes meanwhile.
	with func(context.Context, func(*index.Snapshot) error) error
	end  func() // closes what the trials are read from
}

func (s subject) profile(snap *index.Snapshot) matcher.Profile {
	return s.m.Profile(s.answers, s.today, snap.Towns)
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
	s.answers, s.today = answers, today
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
		with := func(_ context.Context, do func(*index.Snapshot) error) error { return do(snap) }
		return subject{m: m, with: with, end: func() {}}, partly, err
	}
	db, err := f.existing(ctx, e)
	if err != nil {
		return s, nil, err
	}
	x, err := index.New(ctx, db, m)
	if err != nil {
		return s, nil, errors.Join(err, db.Close())
	}
	return subject{m: m, with: x.With, end: func() { _ = db.Close() }}, nil, nil // it was only read
}

type matchCmd struct {
	answerFlags
	Limit int  `default:"50" help:"How many trials to list; 0 for all."`
	All   bool `help:"List the ruled-out trials too, those that may fit later first."`
}

// Run prints the trials for the answers.
func (c *matchCmd) Run(ctx context.Context, e *env) error {
	if c.Limit < 0 {
		return usageError("--limit: want 0 or more")
	}
	s, partly := c.load(ctx, e)
	if s.with == nil {
		return partly
	}
	defer s.end()
	var result matcher.Match
	err := s.with(ctx, func(snap *index.Snapshot) (err error) {
		s.warn(e, snap)
		result, err = s.match(ctx, snap, matcher.Options{Limit: c.Limit, RuledOut: c.All})
		return err
	})
	if err != nil {
		return err
	}
	if err := printJSON(e.stdout, result); err != nil {
		return err
	}
	return partly
}

// warn tells where the person's town is not known, so that there are no distances.
func (s subject) warn(e *env, snap *index.Snapshot) {
	p := s.profile(snap)
	if town, told := p.Facts["place"]; told && p.Home == nil {
		fmt.Fprintf(e.stderr, "trialfinder: place: %q is not known, so that no distance is told; name a larger town near by, or a latitude and a longitude\n", town.Text)
	}
}

func (s subject) match(ctx context.Context, snap *index.Snapshot, opts matcher.Options) (matcher.Match, error) {
	p := s.profile(snap)
	result, err := snap.Match(p, opts)
	if err != nil {
		return result, err
	}
	if !opts.RuledOut { // those that are ruled out for now are ruled out
		result.Trials = slices.DeleteFunc(result.Trials, func(t matcher.TrialMatch) bool { return t.Verdict == matcher.RuledOut })
	}
	result.WhatIf = snap.Set.WhatIf(p, matcher.Only{})
	return result, s.settle(ctx, snap, p, &result)
}

// shortlist is of how many of the first trials it is told which paper settles most.
const shortlist = 20

// settle adds what would settle each open trial, and which paper most of the first ones.
func (s subject) settle(ctx context.Context, snap *index.Snapshot, p matcher.Profile, result *matcher.Match) error {
	var first []*matcher.Candidate
	for i := range result.Trials {
		t := &result.Trials[i]
		if t.Verdict == matcher.RuledOut {
			continue
		}
		c, err := snap.Trial(ctx, t.ID)
		if err != nil {
			return err
		}
		if i < shortlist {
			first = append(first, c)
		}
		if t.Verdict == matcher.Open {
			fewest := s.m.Fewest(c.Listing, p)
			t.Fewest = &fewest
		}
	}
	result.Papers = s.m.BestPapers(first, p)
	return nil
}

type askCmd struct{ answerFlags }

// Run prints the questions that can still change a verdict.
func (c *askCmd) Run(ctx context.Context, e *env) error {
	s, partly := c.load(ctx, e)
	if s.with == nil {
		return partly
	}
	defer s.end()
	err := s.with(ctx, func(snap *index.Snapshot) error {
		return printJSON(e.stdout, snap.Set.Ask(s.profile(snap)))
	})
	if err != nil {
		return err
	}
	return partly
}
