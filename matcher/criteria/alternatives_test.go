package criteria_test

import (
	"testing"

	"trialfinder/matcher/criteria"
)

// TestWhatIsAskedOfEachSex: two demands, one for men and one for women, keep nobody out of
// whom the other asks.
func TestWhatIsAskedOfEachSex(t *testing.T) {
	cs := parser(t).Parse("Inclusion Criteria:\n\n* Men aged 40 years or older\n* Women aged 50 years or older")
	for _, c := range cs[1:] {
		if any, ok := c.Rule.(criteria.Any); !ok || len(any) != 2 {
			t.Errorf("%s: got %v, want it to be one of two", c.Text, c.Rule)
		}
	}
}

// TestNestedListOfAlternatives: what is nested in an alternative is none of its own.
func TestNestedListOfAlternatives(t *testing.T) {
	text := "Inclusion Criteria:\n\n- One of the following:\n\n    - Platelets over 100\n\n        - No HIV\n\n    - Stage IV"
	want := "any"
	for _, c := range parser(t).Parse(text) {
		any, ok := c.Rule.(criteria.Any)
		if c.Code != want || !ok {
			continue
		}
		for _, part := range any {
			if _, bare := part.(criteria.Not); bare {
				t.Errorf("%s: a remark is enough by itself: %v", c.Text, c.Rule)
			}
		}
		return
	}
	t.Error("no list of alternatives was read")
}

// TestStepsOfOneScale: demands of two steps of a scale, one an item, are two ways in.
func TestStepsOfOneScale(t *testing.T) {
	cs := parser(t).Parse("Inclusion Criteria:\n\n* Fontaine III (Rutherford 4)\n* Fontaine IV (Rutherford 5)")
	for _, c := range cs[1:] {
		if any, ok := c.Rule.(criteria.Any); !ok || len(any) != 2 {
			t.Errorf("%s: got %v, want it to be one of two", c.Text, c.Rule)
		}
	}
}

// TestSomeOfSeveral: where some of a list are enough, none of it keeps anybody out.
func TestSomeOfSeveral(t *testing.T) {
	cs := parser(t).Parse("Inclusion Criteria:\n\nAt least 3 out of the 5 signs:\n\n* Systolic blood pressure ≥ 130 mmHg\n* Triglycerides ≥ 150 mg/dL")
	if any, ok := cs[2].Rule.(criteria.Any); !ok || len(any) != 2 {
		t.Errorf("%s: got %v, want it to be one of several", cs[2].Text, cs[2].Rule)
	}
}
