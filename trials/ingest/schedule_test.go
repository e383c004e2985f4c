package ingest_test

import (
	"context"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"trialfinder/trials"
	"trialfinder/trials/ingest"
)

func TestLate(t *testing.T) {
	clean := func(ago time.Duration) []trials.Run {
		return []trials.Run{{Clean: true, Started: night.Add(-ago - time.Minute), Finished: night.Add(-ago)}}
	}
	tests := []struct {
		name string
		runs []trials.Run
		open bool
		want bool
	}{
		{"there never was a run", nil, false, true},
		{"last night's was clean", clean(24 * time.Hour), false, false},
		{"a night was missed", clean(27 * time.Hour), false, true},
		{"just at the bound", clean(26 * time.Hour), false, false},
		{"the last was cut short", clean(time.Hour), true, true},
		{"the last failed, the one before is fresh", append(clean(20*time.Hour), trials.Run{Finished: night.Add(-time.Hour)}), false, false},
		{"all failed", []trials.Run{{Finished: night.Add(-time.Hour)}}, false, true},
		{"the clock jumped back", clean(-30 * time.Hour), false, true},
		{"two clocks that differ a little", clean(-time.Minute), false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &memory{runs: tt.runs}
			if tt.open {
				s.open = &trials.Run{}
			}
			got, err := ingest.Late(t.Context(), s, []trials.SourceID{trials.CTGov}, night)
			if err != nil || got != tt.want {
				t.Errorf("got %v, %v, want %v", got, err, tt.want)
			}
		})
	}
}

// A run that began when the clock was ahead is no place to go on from: changes
// since then would be none.
func TestClockThatWasAhead(t *testing.T) {
	s := &memory{held: map[string]string{}, runs: []trials.Run{{Clean: true, Version: "v1", Started: night.Add(240 * time.Hour)}}}
	r := &registry{version: "v2", gives: []any{record("A", "1")}}
	if run := runOnce(t, job(s, night, r), false); !run.Clean || len(r.asked) != 1 || !r.asked[0].IsZero() {
		t.Errorf("got %+v, asked since %v, want everything", run, r.asked)
	}
}

// A night that takes longer than a day makes the next be skipped, not overlap.
func TestRunsDoNotOverlap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var running, most, ran atomic.Int64
		s, err := ingest.NewScheduler("15 3 * * *", slog.New(slog.DiscardHandler), func() {
			most.Store(max(most.Load(), running.Add(1)))
			time.Sleep(30 * time.Hour)
			running.Add(-1)
			ran.Add(1)
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { s.Run(ctx); close(done) }()
		time.Sleep(10 * 24 * time.Hour)
		stop()
		<-done
		if most.Load() != 1 || ran.Load() != 5 {
			t.Errorf("got %d at once and %d runs in ten days, want 1 and every other night", most.Load(), ran.Load())
		}
	})
}

// Each night at 03:15 UTC, for a month.
func TestRunsEachNight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Time
		s, err := ingest.NewScheduler("15 3 * * *", slog.New(slog.DiscardHandler), func() { at = append(at, time.Now().UTC()) })
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { s.Run(ctx); close(done) }()
		time.Sleep(30 * 24 * time.Hour)
		stop()
		<-done
		if len(at) != 30 {
			t.Fatalf("got %d runs in 30 days", len(at))
		}
		for _, a := range at {
			if a.Hour() != 3 || a.Minute() != 15 {
				t.Errorf("ran at %s, want 03:15", a)
			}
		}
	})
}
