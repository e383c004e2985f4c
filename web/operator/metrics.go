package operator

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"trialfinder/trials"
)

// collector makes metrics of the report whenever they are asked for: what they tell
// is in the database, whichever process did it.
type collector struct{ server *Server }

const scrapeTimeout = 10 * time.Second

func gauge(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("trialfinder_"+name, help, labels, nil)
}

var (
	lastClean   = gauge("last_clean_run_timestamp_seconds", "When the registry last had a clean run.", "source")
	age         = gauge("listings_age_seconds", "How long ago the registry last had a clean run.", "source")
	lastRun     = gauge("last_run_clean", "Whether the registry's last run was clean (1) or not (0).", "source")
	lastCount   = gauge("last_run_records", "Records of the registry's last run.", "source", "what")
	lastSeconds = gauge("last_run_duration_seconds", "How long the registry's last run took.", "source")
	driftCount  = gauge("schema_drift", "How often a field had another form than known in the last run.", "source", "field")
	setAside    = gauge("quarantined_records", "Records that are set aside.")
	openTrials  = gauge("open_trials", "Open trials that readers are served.")
	lastBackup  = gauge("last_backup_timestamp_seconds", "When the database was last backed up.")
	lastDrill   = gauge("last_restore_drill_timestamp_seconds", "When a copy of the database was last checked.")
	datedAhead  = gauge("listings_dated_ahead", "Listings that say they were updated on a day to come.")
	logSize     = gauge("write_ahead_log_bytes", "Size of the database's write-ahead log: it grows while a reader stays.")
	unreadShare = gauge("criteria_unread_ratio", "Share of the open trials' criteria that no rule was read from.")
)

// Describe makes collector a prometheus.Collector.
func (c *collector) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{lastClean, age, lastRun, lastCount, lastSeconds, driftCount, setAside, openTrials, lastBackup, lastDrill, datedAhead, logSize, unreadShare} {
		to <- d
	}
}

// Collect makes collector a prometheus.Collector.
func (c *collector) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	r, err := c.server.report(ctx)
	if err != nil {
		to <- prometheus.NewInvalidMetric(setAside, err)
		return
	}
	put := func(d *prometheus.Desc, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	for _, g := range r.Registries {
		source := string(g.Source)
		if old, ok := g.Age(r.At); ok {
			put(lastClean, float64(g.LastClean.Finished.Unix()), source)
			put(age, old.Seconds(), source)
		}
		collectLast(g.Last, source, put)
	}
	put(setAside, float64(r.SetAside))
	put(openTrials, float64(r.Trials))
	if !r.LastBackup.IsZero() {
		put(lastBackup, float64(r.LastBackup.Unix()))
	}
	if !r.LastDrill.IsZero() {
		put(lastDrill, float64(r.LastDrill.Unix()))
	}
	put(datedAhead, float64(r.Ahead))
	put(logSize, float64(r.LogSize))
	put(unreadShare, r.UnreadPercent()/100)
}

func collectLast(run trials.Run, source string, put func(*prometheus.Desc, float64, ...string)) {
	clean := 0.0
	if run.Clean {
		clean = 1
	}
	put(lastRun, clean, source)
	for what, n := range map[string]int{"fetched": run.Fetched, "new": run.New, "changed": run.Changed, "removed": run.Removed, "quarantined": run.Quarantined} {
		put(lastCount, float64(n), source, what)
	}
	if !run.Finished.IsZero() {
		put(lastSeconds, run.Finished.Sub(run.Started).Seconds(), source)
	}
	for field, n := range run.Drift {
		put(driftCount, float64(n), source, field)
	}
}
