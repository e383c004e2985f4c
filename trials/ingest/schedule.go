package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// Scheduler runs a job by a cron spec, in UTC: local clocks skip or repeat an
// hour twice a year.
type Scheduler struct {
	cron *cron.Cron
}

// CheckSpec says what is wrong with a cron spec.
func CheckSpec(spec string) error {
	if _, err := parseSpec(spec); err != nil {
		return fmt.Errorf("cron spec %q: %w; an example: \"15 3 * * *\" (03:15 UTC each night)", spec, err)
	}
	return nil
}

// NewScheduler checks the spec and plans the job. A run that is still going on
// when the next is due makes that one be skipped; a panic ends the run, not
// the program.
func NewScheduler(spec string, log *slog.Logger, job func()) (*Scheduler, error) {
	if err := CheckSpec(spec); err != nil {
		return nil, err
	}
	schedule, err := parseSpec(spec)
	if err != nil {
		return nil, err
	}
	logger := cronLog{log}
	c := cron.New(cron.WithLocation(time.UTC), cron.WithLogger(logger),
		cron.WithChain(cron.Recover(logger), cron.SkipIfStillRunning(logger)))
	c.Schedule(schedule, cron.FuncJob(job))
	return &Scheduler{cron: c}, nil
}

// parseSpec refuses what would not run each time that it says, and guards against
// the parser's panics on some malformed specs.
func parseSpec(spec string) (_ cron.Schedule, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("malformed")
		}
	}()
	schedule, err := cron.ParseStandard(spec)
	if err != nil {
		return nil, err
	}
	if zone, named := zoneOf(spec); named && zone != "UTC" {
		return nil, fmt.Errorf("zone %q: nights are in UTC, since other clocks skip or repeat an hour", zone)
	}
	if schedule.Next(time.Unix(0, 0).UTC()).IsZero() {
		return nil, errors.New("it never comes")
	}
	return schedule, nil
}

// zoneOf is the zone that a spec begins with, if it does.
func zoneOf(spec string) (zone string, named bool) {
	first, _, _ := strings.Cut(strings.TrimSpace(spec), " ")
	for _, prefix := range []string{"TZ=", "CRON_TZ="} {
		if zone, named = strings.CutPrefix(first, prefix); named {
			return zone, true
		}
	}
	return "", false
}

// Run keeps the schedule until ctx ends, and returns when a job that was
// running then has ended.
func (s *Scheduler) Run(ctx context.Context) {
	s.cron.Start()
	<-ctx.Done()
	<-s.cron.Stop().Done()
}

// Next is when the job runs next.
func (s *Scheduler) Next(after time.Time) time.Time {
	return s.cron.Entries()[0].Schedule.Next(after.UTC())
}

// cronLog lets the scheduler log like everything else.
type cronLog struct{ log *slog.Logger }

func (l cronLog) Info(msg string, kv ...any) { l.log.Debug(msg, kv...) }

func (l cronLog) Error(err error, msg string, kv ...any) {
	l.log.Error(msg, append([]any{"error", err}, kv...)...)
}
