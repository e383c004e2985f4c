package matcher_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"trialfinder/matcher"
	"trialfinder/matcher/therapy"
	"trialfinder/trials"
)

func TestUnmappedConditions(t *testing.T) {
	checkpoint := []therapy.Label{{ID: "checkpoint", Role: therapy.Tested}}
	trial := func(status trials.Status, labels []therapy.Label, ids []string, words ...string) matcher.Candidate {
		return matcher.Candidate{
			Trial:   trials.Trial{StudyType: trials.Interventional, Status: status, Conditions: words},
			Listing: matcher.Listing{Therapies: labels, Conditions: ids},
		}
	}
	all := []matcher.Candidate{
		trial(trials.Recruiting, checkpoint, []string{"melanoma"}, "Melanoma", "Odd Fever"),
		trial(trials.Recruiting, checkpoint, nil, "Odd Fever", "odd fever ", "Green Cough"),
		trial(trials.NotYetRecruiting, checkpoint, nil, "odd fever"),
		trial(trials.Completed, checkpoint, nil, "Blue Cough"),
		trial(trials.Recruiting, nil, nil, "Red Cough"),
		trial(trials.Recruiting, []therapy.Label{{ID: "checkpoint", Role: therapy.Comparator}}, nil, "Grey Cough"),
	}
	got, err := matcher.UnmappedConditions(func(yield func(*matcher.Candidate, error) bool) {
		for i := range all {
			if !yield(&all[i], nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	want := matcher.Unmapped{Trials: 3, Unmapped: 2, Wordings: []matcher.Wording{{Text: "odd fever", Trials: 2}, {Text: "green cough", Trials: 1}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("UnmappedConditions (-want +got):\n%s", diff)
	}
}
