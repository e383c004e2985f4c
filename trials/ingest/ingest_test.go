package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"trialfinder/trials"
	"trialfinder/trials/ingest"
)

// registry is a source that gives a list of records and errors.
type registry struct {
	version string
	down    error
	gives   []any // trials.Record or error
	asked   []time.Time
}

func (r *registry) ID() trials.SourceID { return trials.CTGov }

func (r *registry) Version(context.Context) (string, error) { return r.version, r.down }

func (r *registry) Changed(_ context.Context, since time.Time) iter.Seq2[trials.Record, error] {
	r.asked = append(r.asked, since)
	return func(yield func(trials.Record, error) bool) {
		for _, g := range r.gives {
			record, _ := g.(trials.Record)
			err, _ := g.(error)
			if !yield(record, err) {
				return
			}
		}
	}
}

// memory is a store in memory that counts what it is told.
type memory struct {
	held       map[string]string // id → hash, as readers see it
	staged     map[string]string
	runs       []trials.Run
	open       *trials.Run // begun and not ended
	aside      []string    // set aside, ever
	waiting    []string    // of them, those of earlier nights that are there still
	walks      int
	paused     bool
	stageError error
}

func (s *memory) last(which func(trials.Run) bool) (trials.Run, error) {
	for i := len(s.runs) - 1; i >= 0; i-- {
		if which(s.runs[i]) {
			return s.runs[i], nil
		}
	}
	return trials.Run{}, trials.ErrNotFound
}

func (s *memory) LastClean(context.Context, trials.SourceID) (trials.Run, error) {
	return s.last(func(r trials.Run) bool { return r.Clean })
}

func (s *memory) LastWalk(context.Context, trials.SourceID) (trials.Run, error) {
	return s.last(func(r trials.Run) bool { return r.Clean && r.Walked })
}

func (s *memory) Unfinished(context.Context, trials.SourceID) (trials.Run, error) {
	if s.open == nil {
		return trials.Run{}, trials.ErrNotFound
	}
	return *s.open, nil
}

func (s *memory) BeginRun(_ context.Context, r trials.Run) (int64, error) {
	r.ID, s.staged = int64(len(s.runs)+1), map[string]string{}
	s.open = &r
	return r.ID, nil
}

func (s *memory) FinishRun(_ context.Context, r trials.Run) error {
	s.runs, s.staged, s.open = append(s.runs, r), nil, nil
	return nil
}

func (s *memory) PauseRun(_ context.Context, r trials.Run) error {
	s.runs, s.paused = append(s.runs, r), true
	return nil
}

func (s *memory) ResumeRun(context.Context, int64) error {
	s.paused = false
	return nil
}

func (s *memory) Aside(context.Context, trials.SourceID, time.Time, int) ([]string, error) {
	return slices.Clone(s.waiting), nil
}

func (s *memory) Release(_ context.Context, _ trials.SourceID, id string) error {
	s.waiting = slices.DeleteFunc(s.waiting, func(w string) bool { return w == id })
	return nil
}

func (s *memory) MissingIDs(context.Context, trials.Run, int) (ids []string, err error) {
	for id := range s.held {
		if _, seen := s.staged[id]; !seen {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids, nil
}

func (s *memory) Stage(_ context.Context, r trials.Run, records []trials.Record) (added int, err error) {
	for _, rec := range records {
		if _, known := s.staged[rec.Trial.ID]; !known {
			added++
		}
		s.staged[rec.Trial.ID] = rec.Hash()
		_ = s.Release(context.Background(), r.Source, rec.Trial.ID)
	}
	r.Fetched += added
	s.open = &r
	return added, s.stageError
}

func (s *memory) StageIDs(_ context.Context, _ trials.Run, ids []string) error {
	for _, id := range ids {
		if _, known := s.staged[id]; !known {
			s.staged[id] = ""
		}
	}
	return nil
}

func (s *memory) Missing(context.Context, trials.Run) (missing, listed int, err error) {
	for id := range s.held {
		if _, seen := s.staged[id]; !seen {
			missing++
		}
	}
	return missing, len(s.held), nil
}

func (s *memory) Swap(ctx context.Context, r trials.Run, walks int) (trials.Run, error) {
	s.walks = walks
	for id, hash := range s.staged {
		old, known := s.held[id]
		switch {
		case hash == "":
			continue
		case !known:
			r.New++
		case old != hash:
			r.Changed++
		}
		s.held[id] = hash
	}
	for id := range s.held {
		if _, seen := s.staged[id]; r.Walked && !seen {
			delete(s.held, id)
			r.Removed++
		}
	}
	r.Clean = true
	return r, s.FinishRun(ctx, r)
}

func (s *memory) Quarantine(_ context.Context, e *trials.RecordError, _ time.Time) error {
	s.aside = append(s.aside, e.ID)
	return nil
}

func record(id, content string) trials.Record {
	return trials.Record{Trial: trials.Trial{ID: id}, Raw: []byte(content)}
}

var night = time.Date(2026, 11, 24, 3, 15, 0, 0, time.UTC)

func TestRun(t *testing.T) {
	bad := &trials.RecordError{Source: trials.CTGov, ID: "NCT99000009", Err: errors.New("no title")}
	last := trials.Run{Clean: true, Version: "v1", Started: night.AddDate(0, 0, -1)}
	tests := []struct {
		name     string
		registry *registry
		before   []trials.Run
		held     map[string]string
		full     bool
		want     trials.Run
		asked    []time.Time
		aside    []string
	}{
		{name: "the first run asks for everything", registry: &registry{version: "v1", gives: []any{record("A", "1"), record("B", "1")}},
			want: trials.Run{Clean: true, Fetched: 2, New: 2}, asked: []time.Time{{}}},
		{name: "later ones since the last clean run began, less two days", registry: &registry{version: "v2", gives: []any{record("A", "2"), record("B", "1")}},
			before: []trials.Run{last}, held: map[string]string{"A": "old", "B": record("B", "1").Hash()},
			want: trials.Run{Clean: true, Fetched: 2, Changed: 1}, asked: []time.Time{night.AddDate(0, 0, -3)}},
		{name: "the registry's data was older than the run", registry: &registry{version: "v2"}, before: []trials.Run{{Clean: true, Version: "2026-11-20T09:00:05", Started: night.AddDate(0, 0, -1)}},
			want: trials.Run{Clean: true}, asked: []time.Time{time.Date(2026, 11, 18, 9, 0, 5, 0, time.UTC)}},
		{name: "a version may say more than its time", registry: &registry{version: "v2"}, before: []trials.Run{{Clean: true, Version: "2026-11-20T09:00:05 1x2y", Started: night.AddDate(0, 0, -1)}},
			want: trials.Run{Clean: true}, asked: []time.Time{time.Date(2026, 11, 18, 9, 0, 5, 0, time.UTC)}},
		{name: "an unclean run does not move the cursor", registry: &registry{version: "v2"}, before: []trials.Run{last, {Started: night.Add(-time.Hour)}},
			want: trials.Run{Clean: true}, asked: []time.Time{night.AddDate(0, 0, -3)}},
		{name: "same version, nothing to do", registry: &registry{version: "v1", gives: []any{record("A", "2")}}, before: []trials.Run{last},
			want: trials.Run{Clean: true}},
		{name: "full asks all the same", registry: &registry{version: "v1", gives: []any{record("A", "2")}}, before: []trials.Run{last}, full: true,
			want: trials.Run{Clean: true, Fetched: 1, New: 1}, asked: []time.Time{{}}},
		{name: "a record that can't be read is set aside and the run goes on", registry: &registry{version: "v1", gives: []any{record("A", "1"), bad, record("B", "1")}},
			want: trials.Run{Clean: true, Fetched: 3, New: 2, Quarantined: 1, Errors: []string{"ctgov: NCT99000009: no title"}}, asked: []time.Time{{}}, aside: []string{"NCT99000009"}},
		{name: "a break is not clean and leaves all as it was", registry: &registry{version: "v1", gives: []any{record("A", "1"), trials.ErrUnavailable}},
			want: trials.Run{Fetched: 1, Errors: []string{"registry unavailable"}}, asked: []time.Time{{}}},
		{name: "a registry that is down is not asked further", registry: &registry{down: trials.ErrUnavailable},
			want: trials.Run{Errors: []string{"registry unavailable"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &memory{held: map[string]string{}, runs: tt.before}
			for id, hash := range tt.held {
				s.held[id] = hash
			}
			job := ingest.Job{Store: s, Sources: []trials.Source{tt.registry}, Now: func() time.Time { return night }, Log: slog.New(slog.DiscardHandler)}
			runs, err := job.Run(t.Context(), tt.full)
			if err != nil {
				t.Fatal(err)
			}
			tt.want.Source = trials.CTGov
			ignore := cmpopts.IgnoreFields(trials.Run{}, "ID", "Started", "Finished", "Version", "Full", "Since", "Walked")
			if diff := cmp.Diff(tt.want, runs[0], ignore, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("run (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.asked, tt.registry.asked); diff != "" {
				t.Errorf("asked since (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.aside, s.aside); diff != "" {
				t.Errorf("set aside (-want +got):\n%s", diff)
			}
			if len(s.runs) != len(tt.before)+1 {
				t.Errorf("the account of the run was not kept")
			}
		})
	}
}

func TestManyRecordsAllArrive(t *testing.T) {
	r := &registry{version: "v1"}
	for i := range 1234 {
		r.gives = append(r.gives, record(fmt.Sprint("NCT", i), "1"))
	}
	s := &memory{held: map[string]string{}}
	told := 0
	job := ingest.Job{Store: s, Sources: []trials.Source{r}, Now: time.Now, Log: slog.New(slog.DiscardHandler), Progress: func(trials.Run) { told++ }}
	runs, err := job.Run(t.Context(), false)
	if err != nil || runs[0].New != 1234 || len(s.held) != 1234 || told < 2 {
		t.Errorf("got %+v, %d held, told %d times, %v; want 1234 new", runs[0], len(s.held), told, err)
	}
}

func TestStoreFailureEndsTheRun(t *testing.T) {
	s := &memory{held: map[string]string{}, stageError: errors.New("disk full")}
	job := ingest.Job{Store: s, Sources: []trials.Source{&registry{version: "v1", gives: []any{record("A", "1")}}}, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
	runs, err := job.Run(t.Context(), false)
	if err != nil || runs[0].Clean || !strings.Contains(strings.Join(runs[0].Errors, " "), "disk full") {
		t.Errorf("got %+v, %v; want an unclean run that says disk full", runs[0], err)
	}
}

func TestScheduleSpecs(t *testing.T) {
	tests := []struct {
		spec string
		ok   bool
	}{{"15 3 * * *", true}, {"@daily", true}, {"CRON_TZ=UTC 0 2 * * *", true}, {"TZ=0", false}, {"every night", false}, {"", false}, {"61 3 * * *", false}}
	for _, tt := range tests {
		_, err := ingest.NewScheduler(tt.spec, slog.New(slog.DiscardHandler), func() {})
		if (err == nil) != tt.ok {
			t.Errorf("spec %q: got %v, want ok %v", tt.spec, err, tt.ok)
		}
	}
}

// TestOnceANight walks over a year in time zones with and without summer time:
// the runs are 24 hours apart, always.
func TestOnceANight(t *testing.T) {
	s, err := ingest.NewScheduler("30 2 * * *", slog.New(slog.DiscardHandler), func() {})
	if err != nil {
		t.Fatal(err)
	}
	for _, zone := range []string{"UTC", "Europe/Copenhagen", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe"} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Skipf("no time zone data: %v", err)
		}
		at := s.Next(time.Date(2026, 1, 1, 0, 0, 0, 0, loc))
		for range 400 {
			next := s.Next(at.In(loc))
			if next.Sub(at) != 24*time.Hour {
				t.Fatalf("%s: after %s comes %s", zone, at, next)
			}
			at = next
		}
	}
}

func TestSchedulerStopsWhenTheJobHasEnded(t *testing.T) {
	started, ended := make(chan struct{}, 100), false
	s, err := ingest.NewScheduler("@every 1s", slog.New(slog.DiscardHandler), func() {
		started <- struct{}{}
		time.Sleep(50 * time.Millisecond)
		ended = true
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { s.Run(ctx); close(done) }()
	<-started
	stop()
	<-done
	if !ended {
		t.Error("Run returned while the job was running")
	}
}
