package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"trialfinder/trials"
	"trialfinder/trials/ingest"
)

// able is a registry that can do what is optional.
type able struct {
	registry
	scope   string
	ids     []string
	idsFail error
	from    []string // the pages from which it was asked
	drift   map[string]int
	walks   int
	part    bool           // what it asks for is no whole registry
	alone   map[string]any // what it gives when asked for one: a record or an error
	asking  []string
}

func (r *able) Scope() string { return r.scope }

func (r *able) Whole() bool { return !r.part }

func (r *able) Study(_ context.Context, id string) (trials.Record, error) {
	r.asking = append(r.asking, id)
	record, _ := r.alone[id].(trials.Record)
	err, _ := r.alone[id].(error)
	if err == nil && record.Trial.ID == "" {
		err = trials.ErrNotFound
	}
	return record, err
}

func (r *able) Drift() map[string]int { return r.drift }

func (r *able) IDs(context.Context) iter.Seq2[string, error] {
	r.walks++
	return func(yield func(string, error) bool) {
		for _, id := range r.ids {
			var err error
			if id == "" {
				err = &trials.RecordError{Source: trials.CTGov, Err: trials.ErrSchema}
			}
			if !yield(id, err) {
				return
			}
		}
		if r.idsFail != nil {
			yield("", r.idsFail)
		}
	}
}

func (r *able) ChangedFrom(_ context.Context, since time.Time, page string) iter.Seq2[trials.Record, error] {
	r.from = append(r.from, page)
	return func(yield func(trials.Record, error) bool) {
		begun := false
		for record, err := range r.Changed(context.Background(), since) {
			if begun = begun || err == nil && record.Page == page; begun && !yield(record, err) {
				return
			}
		}
	}
}

func job(s *memory, at time.Time, sources ...trials.Source) ingest.Job {
	return ingest.Job{Store: s, Sources: sources, Now: func() time.Time { return at }, Log: slog.New(slog.DiscardHandler)}
}

func runOnce(t *testing.T, j ingest.Job, full bool) trials.Run {
	t.Helper()
	runs, err := j.Run(t.Context(), full)
	if err != nil {
		t.Fatal(err)
	}
	return runs[0]
}

func held(n int) map[string]string {
	out := map[string]string{}
	for i := range n {
		out[fmt.Sprint("T", i)] = record("", "1").Hash()
	}
	return out
}

// A run that was told to stop, or killed, goes on at the page where it was.
func TestARunGoesOnWhereItWas(t *testing.T) {
	r := &able{registry: registry{version: "v1"}}
	for i := range 900 {
		rec := record(fmt.Sprint("T", i), "1")
		rec.Page = fmt.Sprint("page ", i/300)
		r.gives = append(r.gives, rec)
	}
	s := &memory{held: map[string]string{}}
	first := job(s, night, r)
	ctx, stop := context.WithCancel(t.Context())
	first.Progress = func(run trials.Run) {
		if run.Fetched >= 600 {
			stop()
		}
	}
	runs, err := first.Run(ctx, false)
	if err != nil || runs[0].Clean || len(s.held) != 0 || s.open == nil {
		t.Fatalf("stopped: got %+v, %v and %d held, want an open run and nothing swapped", runs[0], err, len(s.held))
	}
	run := runOnce(t, job(s, night.Add(time.Hour), r), false)
	if !run.Clean || run.Fetched != 900 || run.New != 900 || !run.Started.Equal(night) {
		t.Errorf("taken up: got %+v, want the first run with all 900", run)
	}
	if len(r.from) != 1 || !strings.HasPrefix(r.from[0], "page ") || r.from[0] == "page 0" {
		t.Errorf("asked from %q, want a later page", r.from)
	}
}

func TestARunIsNotTakenUp(t *testing.T) {
	cut := trials.Run{ID: 7, Source: trials.CTGov, Started: night.Add(-time.Hour), Version: "v1", Full: true, Position: "page 2"}
	tests := []struct {
		name   string
		change func(*trials.Run)
	}{
		{"it is too old", func(r *trials.Run) { r.Started = night.Add(-37 * time.Hour) }},
		{"it asked for another part", func(r *trials.Run) { r.Scope = "all" }},
		{"it asked for changes only", func(r *trials.Run) { r.Full = false }},
		{"the clock jumped back", func(r *trials.Run) { r.Started = night.Add(time.Hour) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			left := cut
			tt.change(&left)
			r := &able{registry: registry{version: "v1", gives: []any{record("A", "1")}}}
			s := &memory{held: map[string]string{}, staged: map[string]string{}, open: &left}
			if run := runOnce(t, job(s, night, r), false); run.ID == left.ID || len(r.from) != 0 || !run.Clean {
				t.Errorf("got %+v, asked from %q, want a new run", run, r.from)
			}
		})
	}
}

func TestWeeklyWalk(t *testing.T) {
	ids := func(n int) (out []string) {
		for i := range n {
			out = append(out, fmt.Sprint("T", i))
		}
		return out
	}
	before := func(age time.Duration, walked bool) []trials.Run {
		return []trials.Run{{Clean: true, Version: "v1", Walked: walked, Started: night.Add(-age)}}
	}
	tests := []struct {
		name    string
		before  []trials.Run
		ids     []string
		idsFail error
		want    trials.Run
		walks   int
		held    int
		says    string
	}{
		{"a week after the last, it finds what is gone", before(7*24*time.Hour, true), ids(95), nil, trials.Run{Clean: true, Removed: 5}, 1, 95, ""},
		{"where there never was one", before(24*time.Hour, false), ids(100), nil, trials.Run{Clean: true}, 1, 100, ""},
		{"not before", before(6*24*time.Hour, true), ids(5), nil, trials.Run{Clean: true}, 0, 100, ""},
		{"a tenth may go", before(7*24*time.Hour, true), ids(90), nil, trials.Run{Clean: true, Removed: 10}, 1, 90, ""},
		{"more is no truth", before(7*24*time.Hour, true), ids(89), nil, trials.Run{Clean: true}, 1, 100, "far fewer"},
		{"an empty registry neither", before(7*24*time.Hour, true), nil, nil, trials.Run{Clean: true}, 1, 100, "100 of 100 are missing"},
		{"a walk that broke off counts for nothing", before(7*24*time.Hour, true), ids(99), trials.ErrUnavailable, trials.Run{Clean: true}, 1, 100, "unavailable"},
		{"nor does one with a listing that can't be named", before(7*24*time.Hour, true), append(ids(95), ""), nil, trials.Run{Clean: true}, 1, 100, "1 listings without a readable id"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &able{registry: registry{version: "v1"}, ids: tt.ids, idsFail: tt.idsFail}
			s := &memory{held: held(100), runs: slices.Clone(tt.before)}
			run := runOnce(t, job(s, night, r), false)
			if run.Clean != tt.want.Clean || run.Removed != tt.want.Removed || r.walks != tt.walks || len(s.held) != tt.held {
				t.Errorf("got %+v, %d walks, %d held; want %+v, %d, %d", run, r.walks, len(s.held), tt.want, tt.walks, tt.held)
			}
			if run.Degraded() != (tt.says != "") || run.Walked == (tt.says != "" || tt.walks == 0) {
				t.Errorf("got %+v, want it degraded, and no walk, where there are errors", run)
			}
			if got := strings.Join(run.Errors, " "); !strings.Contains(got, tt.says) {
				t.Errorf("errors: got %q, want %q in it", got, tt.says)
			}
		})
	}
}

// Whatever became of the walk, the night's records are swapped in and the cursor moves;
// a listing without an id holds no later night up.
func TestAWalkThatFailsCostsNoRecords(t *testing.T) {
	s := &memory{held: held(10), runs: []trials.Run{{Clean: true, Started: night.AddDate(0, 0, -1)}}}
	for n := range 14 {
		r := &able{registry: registry{version: fmt.Sprint("v", n), gives: []any{record("T0", fmt.Sprint(n+2))}}, ids: []string{"T0", ""}}
		run := runOnce(t, job(s, night.AddDate(0, 0, n), r), false)
		if !run.Clean || run.Changed != 1 || run.Removed != 0 || len(s.held) != 10 {
			t.Fatalf("night %d: got %+v and %d held, want one change and nothing gone", n, run, len(s.held))
		}
	}
}

// A part of the registry that is asked for whole says nothing of the rest.
func TestAFullRunOfAPartRemovesNothing(t *testing.T) {
	for part, want := range map[bool]int{true: 0, false: 5} {
		r := &able{registry: registry{version: "v2"}, part: part, ids: slices.Collect(maps.Keys(held(100)))}
		for i := range 95 {
			r.gives = append(r.gives, record(fmt.Sprint("T", i), "2"))
		}
		s := &memory{held: held(100), runs: []trials.Run{{Clean: true, Walked: true, Version: "v1", Started: night.AddDate(0, 0, -1)}}}
		if run := runOnce(t, job(s, night, r), true); !run.Clean || run.Removed != want || run.Walked == part {
			t.Errorf("a part %v: got %+v, want %d removed", part, run, want)
		}
	}
}

// What a walk does not see is asked for before it is removed.
func TestWhatIsMissingIsAskedFor(t *testing.T) {
	tests := map[string]struct {
		answer  any
		removed int
		held    map[string]string
	}{
		"it is gone":         {trials.ErrNotFound, 1, map[string]string{"T0": "1"}},
		"the walk missed it": {record("T1", "1"), 0, map[string]string{"T0": "1", "T1": "1"}},
		"it can't be had":    {trials.ErrUnavailable, 0, map[string]string{"T0": "1", "T1": "1"}},
		"it can't be read":   {&trials.RecordError{Source: trials.CTGov, ID: "T1", Err: trials.ErrSchema}, 0, map[string]string{"T0": "1", "T1": "1"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := &able{registry: registry{version: "v1"}, ids: []string{"T0"}, alone: map[string]any{"T1": tt.answer}}
			s := &memory{held: held(2), runs: []trials.Run{{Clean: true, Version: "v1", Walked: true, Started: night.AddDate(0, 0, -8)}}}
			run := runOnce(t, job(s, night, r), false)
			if !run.Clean || !run.Walked || run.Removed != tt.removed || len(s.held) != len(tt.held) || !slices.Equal(r.asking, []string{"T1"}) {
				t.Errorf("got %+v, %d held, asked for %v; want %d removed", run, len(s.held), r.asking, tt.removed)
			}
		})
	}
}

// A record that was set aside is asked for again each night, though the registry has
// nothing new.
func TestWhatWasSetAsideIsAskedForAgain(t *testing.T) {
	bad := &trials.RecordError{Source: trials.CTGov, ID: "T1", Err: trials.ErrSchema}
	tests := map[string]struct {
		answer  any
		added   int
		waiting int
		aside   int // set aside again
	}{
		"it can be read now":            {record("T1", "1"), 1, 0, 0},
		"it is gone":                    {trials.ErrNotFound, 0, 0, 0},
		"it can't be had yet":           {trials.ErrUnavailable, 0, 1, 1},
		"an answer of no known form":    {fmt.Errorf("a page: %w", trials.ErrSchema), 0, 1, 1},
		"an id that can't be asked for": {trials.ErrInvalid, 0, 1, 1},
		"nor be read":                   {bad, 0, 1, 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := &able{registry: registry{version: "v1"}, alone: map[string]any{"T1": tt.answer}}
			s := &memory{held: held(1), waiting: []string{"T1"}, runs: []trials.Run{{Clean: true, Version: "v1", Walked: true, Started: night.AddDate(0, 0, -1)}}}
			run := runOnce(t, job(s, night, r), false)
			if !run.Clean || run.New != tt.added || len(s.waiting) != tt.waiting || len(s.aside) != tt.aside || len(r.asked) != 0 {
				t.Errorf("got %+v, waiting %v, set aside %v", run, s.waiting, s.aside)
			}
		})
	}
}

// A night that is too short for all leaves what it has to the next, whatever the registry
// has published meanwhile.
func TestANightThatIsTooShortIsGoneOnWith(t *testing.T) {
	s := &memory{held: map[string]string{}}
	for n := range 4 {
		r := &able{registry: registry{version: fmt.Sprint("v", n)}}
		for i := range 800 {
			rec := record(fmt.Sprint("T", i), "1")
			rec.Page = fmt.Sprint("page ", i/200)
			r.gives = append(r.gives, rec)
		}
		if n < 3 {
			r.gives = append(r.gives[:200*(n+1)], fmt.Errorf("the time is up: %w", trials.ErrUnavailable))
		}
		run := runOnce(t, job(s, night.Add(time.Duration(n)*8*time.Hour), r), false)
		if run.Clean != (n == 3) || s.paused != (n < 3) || n > 0 && len(r.from) == 0 {
			t.Fatalf("night %d: got %+v, paused %v, asked from %v", n, run, s.paused, r.from)
		}
		if n == 3 && (run.Fetched != 800 || len(s.held) != 800 || run.Version != "v0" || !run.Started.Equal(night)) {
			t.Errorf("got %+v and %d held, want all 800 and the first night's cursor", run, len(s.held))
		}
	}
}

// A complete run sees all listings, and so finds those that are gone; of a
// registry that gives 5 % of them nothing is believed.
func TestMassDeletionIsNotSwappedIn(t *testing.T) {
	for n, clean := range map[int]bool{5: false, 89: false, 90: true, 100: true} {
		r := &registry{version: "v2"}
		for i := range n {
			r.gives = append(r.gives, record(fmt.Sprint("T", i), "2"))
		}
		s := &memory{held: held(100)}
		run := runOnce(t, job(s, night, r), true)
		if run.Clean != clean || len(s.held) != map[bool]int{true: n, false: 100}[clean] {
			t.Errorf("%d of 100 listings: got %+v and %d held, want clean %v", n, run, len(s.held), clean)
		}
		if _, err := s.LastClean(t.Context(), trials.CTGov); (err == nil) != clean {
			t.Errorf("%d of 100 listings: the cursor: %v", n, err)
		}
	}
}

// AACT's fault: a list of all ids held against each page deletes what stands on
// the others, and an empty page ends the walk.
func TestManyPagesRemoveNothing(t *testing.T) {
	r := &registry{version: "v2"}
	for i := range 1000 {
		r.gives = append(r.gives, record(fmt.Sprint("T", i), "1"))
	}
	s := &memory{held: held(1000)}
	if run := runOnce(t, job(s, night, r), true); !run.Clean || run.Removed != 0 || len(s.held) != 1000 {
		t.Errorf("got %+v and %d held, want all 1000", run, len(s.held))
	}
}

func TestTooManyBadRecords(t *testing.T) {
	tests := []struct {
		of, bad int
		clean   bool
	}{{1000, 10, true}, {1000, 11, false}, {1000, 40, false}, {5, 5, false}, {8, 4, true}, {7, 4, false}, {1, 1, true}}
	for _, tt := range tests {
		bad, clean := tt.bad, tt.clean
		r := &registry{version: "v1"}
		for i := range tt.of - bad {
			r.gives = append(r.gives, record(fmt.Sprint("T", i), "1"))
		}
		for i := range bad {
			r.gives = append(r.gives, &trials.RecordError{Source: trials.CTGov, ID: fmt.Sprint("B", i), Err: errors.New("no title")})
		}
		s := &memory{held: map[string]string{}}
		run := runOnce(t, job(s, night, r), false)
		if run.Clean != clean || run.Quarantined != bad || len(s.aside) != bad || len(run.Errors) > 21 {
			t.Errorf("%d bad of %d: got %+v, want clean %v", bad, tt.of, run, clean)
		}
	}
}

// A record that can't be read is still listed: its trial stays as it was.
func TestABadRecordIsNotGone(t *testing.T) {
	bad := &trials.RecordError{Source: trials.CTGov, ID: "T1", Err: errors.New("no title")}
	nameless := &trials.RecordError{Source: trials.CTGov, Err: errors.New("not JSON")}
	for _, gives := range [][]any{{record("T0", "1"), bad}, {record("T0", "1"), nameless}} {
		s := &memory{held: held(2)}
		run := runOnce(t, job(s, night, &registry{version: "v1", gives: gives}), true)
		if !run.Clean || !run.Degraded() || run.Removed != 0 || len(s.held) != 2 {
			t.Errorf("got %+v and %d held, want both", run, len(s.held))
		}
	}
}

// Another scope asks for everything, though the data is of the same version.
func TestAnotherScopeAsksForEverything(t *testing.T) {
	s := &memory{held: map[string]string{}, runs: []trials.Run{{Clean: true, Version: "v1", Scope: "therapies", Started: night.AddDate(0, 0, -1)}}}
	r := &able{registry: registry{version: "v1", gives: []any{record("A", "1")}}, scope: "all"}
	if run := runOnce(t, job(s, night, r), false); !run.Clean || run.New != 1 || run.Scope != "all" {
		t.Errorf("got %+v, want everything fetched", run)
	}
	if diff := cmp.Diff([]time.Time{{}}, r.asked); diff != "" {
		t.Errorf("asked since (-want +got):\n%s", diff)
	}
}

// Other search words may find a good part fewer; half of them gone is no truth.
func TestAnotherScopeMayFindFewer(t *testing.T) {
	for n, clean := range map[int]bool{49: false, 50: true, 80: true} {
		r := &able{registry: registry{version: "v1"}, scope: "fewer words"}
		for i := range n {
			r.gives = append(r.gives, record(fmt.Sprint("T", i), "1"))
		}
		s := &memory{held: held(100), runs: []trials.Run{{Clean: true, Version: "v1", Scope: "words", Started: night.AddDate(0, 0, -1)}}}
		if run := runOnce(t, job(s, night, r), false); run.Clean != clean {
			t.Errorf("%d of 100: got %+v, want clean %v", n, run, clean)
		}
	}
}

func TestDriftIsKeptWithTheRun(t *testing.T) {
	r := &able{registry: registry{version: "v1", gives: []any{record("A", "1")}}, drift: map[string]int{"overallStatus": 3}}
	run := runOnce(t, job(&memory{held: map[string]string{}}, night, r), false)
	if !run.Clean || !run.Degraded() || run.Drift["overallStatus"] != 3 {
		t.Errorf("got %+v, want a degraded run with its drift", run)
	}
}

// moving is a registry whose data moves after it was asked for its version so often.
type moving struct {
	able
	asked, after int
}

func (r *moving) Version(context.Context) (string, error) {
	if r.asked++; r.asked > r.after {
		return "2026-11-24T04:00:00", nil
	}
	return r.version, nil
}

// Data that moves while it is walked is no state of the registry: what it seems to
// miss is not removed, and the next run asks again from where the first state was.
func TestDataThatMovesDuringTheRun(t *testing.T) {
	for after, removed := range map[int]int{1: 0, 2: 5} {
		r := &moving{able: able{registry: registry{version: "2026-11-23T09:00:00"}}, after: after}
		for i := range 95 {
			r.gives = append(r.gives, record(fmt.Sprint("T", i), "1"))
		}
		s := &memory{held: held(100)}
		run := runOnce(t, job(s, night, r), true)
		if !run.Clean || run.Removed != removed || run.Walked != (removed > 0) || run.Version != "2026-11-23T09:00:00" {
			t.Errorf("moved after %d questions: got %+v, want %d removed", after, run, removed)
		}
		r.after, r.registry.asked = 100, nil
		r.version = "2026-11-24T04:00:00"
		runOnce(t, job(s, night.AddDate(0, 0, 1), r), false)
		if want := []time.Time{time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)}; !slices.Equal(r.registry.asked, want) {
			t.Errorf("the next night asked since %v, want %v", r.registry.asked, want)
		}
	}
}

// A registry that stamps its data with a time to come is told of.
func TestVersionFromTheFutureIsTold(t *testing.T) {
	for version, told := range map[string]bool{"2026-11-24T20:00:00": false, "2026-11-27T09:00:00": true, "2026-11-27T00:00:00 1x2y": true, "v1": false} {
		r := &able{registry: registry{version: version, gives: []any{record("A", "1")}}}
		run := runOnce(t, job(&memory{held: map[string]string{}}, night, r), false)
		if !run.Clean || run.Degraded() != told || (run.Drift["version (in the future)"] == 1) != told {
			t.Errorf("%s: got %+v, want it told: %v", version, run, told)
		}
	}
}
