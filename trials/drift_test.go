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
