package operator

import (
	"fmt"
	"html/template"
	"time"

	"trialfinder/trials"
)

// functions are what the page's template can call.
var functions = template.FuncMap{
	"when": func(t time.Time) string {
		if t.IsZero() {
			return "–"
		}
		return t.UTC().Format("2006-01-02 15:04")
	},
	"took":    tookText,
	"outcome": outcome,
	"age": func(g registry, now time.Time) string {
		old, ok := g.Age(now)
		if !ok {
			return "never"
		}
		return ageText(old)
	},
	"stale": func(g registry, now time.Time) bool {
		old, ok := g.Age(now)
		return !ok || old > staleAfter
	},
	"chart":   chart,
	"percent": func(f float64) string { return fmt.Sprintf("%.1f %%", f) },
	"add":     func(a, b int) int { return a + b },
}

// staleAfter is the age at which a registry's listings are marked: a night was missed.
const staleAfter = 48 * time.Hour

func tookText(r trials.Run) string {
	if r.Finished.IsZero() {
		return "–"
	}
	return r.Finished.Sub(r.Started).Round(time.Second).String()
}

func ageText(d time.Duration) string {
	if d < 48*time.Hour {
		return fmt.Sprintf("%.0f h", d.Hours())
	}
	return fmt.Sprintf("%.0f days", d.Hours()/24)
}

// outcome is a run's state in a word.
func outcome(r trials.Run) string {
	switch {
	case r.Finished.IsZero():
		return "unfinished"
	case !r.Clean:
		return "failed"
	case r.Degraded():
		return "degraded"
	}
	return "clean"
}

// picture is the chart of a registry's runs: a bar of each for what changed, and
// one for how long it took.
type picture struct {
	Width, Height int
	Bars          []bar
}

type bar struct {
	X, Y, W, H int
	Class      string // changed, took, and the outcome
	Title      string
	Cross      bool // a run that failed is marked by more than its colour
}

const (
	barWidth  = 9
	barStep   = 12
	barHeight = 60
	chartGap  = 14
	chartRuns = 60
)

func chart(runs []trials.Run) picture {
	if len(runs) > chartRuns {
		runs = runs[len(runs)-chartRuns:]
	}
	most, longest := 1, time.Second
	for _, r := range runs {
		most = max(most, changed(r))
		longest = max(longest, r.Finished.Sub(r.Started))
	}
	p := picture{Width: max(len(runs), 1) * barStep, Height: 2*barHeight + chartGap}
	for i, r := range runs {
		state := outcome(r)
		title := fmt.Sprintf("%s: %s; %d fetched, %d new, %d changed, %d removed, %d set aside; %s",
			r.Started.UTC().Format("2006-01-02 15:04"), state, r.Fetched, r.New, r.Changed, r.Removed, r.Quarantined, tookText(r))
		add := func(top, share int, class string) {
			h := max(share, 1)
			p.Bars = append(p.Bars, bar{X: i * barStep, Y: top + barHeight - h, W: barWidth, H: h, Class: class + " " + state, Title: title, Cross: state == "failed"})
		}
		add(0, changed(r)*barHeight/most, "changed")
		if !r.Finished.IsZero() {
			add(barHeight+chartGap, int(r.Finished.Sub(r.Started)*barHeight/longest), "took")
		}
	}
	return p
}

func changed(r trials.Run) int { return r.New + r.Changed + r.Removed }

// sample reaches all of the page's template.
func sample() report {
	at := time.Unix(0, 0)
	run := trials.Run{ID: 1, Source: trials.CTGov, Started: at, Finished: at.Add(time.Minute), Errors: []string{"e"}, Drift: map[string]int{"f": 1}}
	return report{At: at, Kind: trials.Demo, Runs: []trials.Run{run}, Registries: registries([]trials.Run{run, {Source: trials.CTIS, Clean: true}}),
		Quarantine: []trials.Quarantined{{Source: trials.CTGov, ID: "i", Error: "e", Seen: at}}, SetAside: 2, Ahead: 1, Criteria: 1, Trials: 1, Listings: at}
}
