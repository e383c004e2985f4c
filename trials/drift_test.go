package trials_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trialfinder/trials"
)

func TestDrift(t *testing.T) {
	t.Parallel()
	age, _ := trials.ParseAge("eighteen")
	tests := map[string]struct {
		trial trials.Trial
		want  []string
	}{
		"nothing given": {trials.Trial{}, nil},
		"all known": {trials.Trial{
			Status: trials.Recruiting, StudyType: trials.Observational, Phases: []trials.Phase{trials.PhaseNA, trials.Phase4},
			Eligibility: trials.Eligibility{Sex: trials.AnySex}, Sites: []trials.Site{{Status: trials.Withdrawn}, {}},
		}, nil},
		"all new": {trials.Trial{
			Status: "ON_HOLD", StudyType: "VIRTUAL", Phases: []trials.Phase{trials.Phase1, "PHASE5"},
			Eligibility: trials.Eligibility{Sex: "OTHER", MinimumAge: &age, MaximumAge: &age}, Sites: []trials.Site{{}, {Status: "FULL"}},
		}, []string{"overallStatus", "studyType", "phases", "sex", "minimumAge", "maximumAge", "locations.status"}},
		"a code that the EU's register did not have": {trials.Trial{Source: trials.CTIS, Status: trials.UnknownStatus}, []string{"overallStatus"}},
	}
	for name, tt := range tests {
		if diff := cmp.Diff(tt.want, tt.trial.Drift()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestFieldErrorIsASchemaError(t *testing.T) {
	err := fmt.Errorf("ctgov: %w", &trials.FieldError{Field: "a.b", Got: "number", Want: "string"})
	if !errors.Is(err, trials.ErrSchema) || err.Error() != "ctgov: unexpected answer from the registry: field a.b is a JSON number, want string" {
		t.Errorf("got %v, want ErrSchema with the field", err)
	}
}

func TestLosses(t *testing.T) {
	t.Parallel()
	study := func(source trials.SourceID, status trials.Status, criteria string, sites int) trials.Trial {
		return trials.Trial{Source: source, Status: status, Eligibility: trials.Eligibility{Criteria: criteria}, Sites: make([]trials.Site, sites)}
	}
	whole := study(trials.CTGov, trials.Recruiting, "Adults", 2)
	eu := study(trials.CTIS, trials.Recruiting, "Adults", 2)
	for name, tt := range map[string]struct {
		before, after trials.Trial
		want          trials.Losses
	}{
		"nothing":                {whole, whole, trials.Losses{}},
		"the status":             {whole, study(trials.CTGov, "", "Adults", 2), trials.Losses{Status: 1}},
		"a status that is new":   {whole, study(trials.CTGov, "ON_HOLD", "Adults", 2), trials.Losses{}},
		"unknown, as a status":   {whole, study(trials.CTGov, trials.UnknownStatus, "Adults", 2), trials.Losses{Closed: 1}},
		"unknown, as a new code": {eu, study(trials.CTIS, trials.UnknownStatus, "Adults", 2), trials.Losses{}},
		"criteria and sites":     {whole, study(trials.CTGov, trials.Recruiting, "", 0), trials.Losses{Criteria: 1, Sites: 1}},
		"a study that closes":    {whole, study(trials.CTGov, trials.Completed, "Adults", 1), trials.Losses{Closed: 1}},
		"one that is withdrawn":  {whole, study(trials.CTGov, trials.Withdrawn, "Adults", 0), trials.Losses{Closed: 1}},
		"one that opens":         {study(trials.CTGov, trials.Suspended, "", 0), whole, trials.Losses{Closed: -1}},
	} {
		var got trials.Losses
		got.Count(&tt.before, &tt.after)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
