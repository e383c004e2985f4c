package trials_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"trialfinder/trials"
)

func TestDiff(t *testing.T) {
	site := func(city string, s trials.Status) trials.Site {
		return trials.Site{Facility: "Clinic", City: city, Country: "Denmark", Status: s}
	}
	study := func(change ...func(*trials.Trial)) trials.Trial {
		trial := trials.Trial{Status: trials.Recruiting,
			Sites:       []trials.Site{site("Aarhus", trials.Recruiting), site("Odense", "")},
			Start:       trials.DateStruct{Date: trials.Date{Year: 2026, Month: 3}},
			Eligibility: trials.Eligibility{Criteria: "Inclusion Criteria:\n\n* Age 18 years or older\n* ECOG 0 to 1\n\nExclusion Criteria:\n* Active infection"}}
		for _, c := range change {
			c(&trial)
		}
		return trial
	}
	criteria := func(text string) func(*trials.Trial) {
		return func(t *trials.Trial) { t.Eligibility.Criteria = text }
	}
	status := func(s trials.Status) func(*trials.Trial) { return func(t *trials.Trial) { t.Status = s } }
	closed := func(t *trials.Trial) { t.Status = trials.Suspended }
	tests := []struct {
		name          string
		before, after func(*trials.Trial)
		want          []trials.Event
	}{
		{"nothing", nil, nil, nil},
		{"what nobody follows", nil, func(t *trials.Trial) { t.Keywords = []string{"x"}; t.LastUpdatePosted.Date.Year = 2026 }, nil},
		{"a study that closes", nil, status(trials.Completed), []trials.Event{{Kind: trials.EventStatus, Old: "RECRUITING", New: "COMPLETED"}}},
		{"withdrawn", nil, status(trials.Withdrawn), []trials.Event{{Kind: trials.EventWithdrawn, Old: "RECRUITING", New: "WITHDRAWN"}}},
		{"reopened", closed, nil, []trials.Event{{Kind: trials.EventReopened, Old: "SUSPENDED", New: "RECRUITING"}}},
		{"reopened after its entry was closed", status(trials.ActiveNotRecruiting), nil, []trials.Event{{Kind: trials.EventReopened, Old: "ACTIVE_NOT_RECRUITING", New: "RECRUITING"}}},
		{"reopened after it had ended", status(trials.Terminated), nil, []trials.Event{{Kind: trials.EventReopened, Old: "TERMINATED", New: "RECRUITING"}}},
		{"reopened after it was withdrawn", status(trials.Withdrawn), nil, []trials.Event{{Kind: trials.EventReopened, Old: "WITHDRAWN", New: "RECRUITING"}}},
		{"a product that can be had again", status(trials.TemporarilyUnavailable), status(trials.Available),
			[]trials.Event{{Kind: trials.EventReopened, Old: "TEMPORARILY_NOT_AVAILABLE", New: "AVAILABLE"}}},
		{"authorised, after it was under evaluation", status(trials.Withheld), status(trials.NotYetRecruiting),
			[]trials.Event{{Kind: trials.EventStatus, Old: "WITHHELD", New: "NOT_YET_RECRUITING"}}},
		{"verified again", status(trials.UnknownStatus), nil, []trials.Event{{Kind: trials.EventStatus, Old: "UNKNOWN", New: "RECRUITING"}}},
		{"a product that was approved", status(trials.ApprovedForMarketing), status(trials.Available),
			[]trials.Event{{Kind: trials.EventStatus, Old: "APPROVED_FOR_MARKETING", New: "AVAILABLE"}}},
		{"it begins to recruit", status(trials.NotYetRecruiting), nil, []trials.Event{{Kind: trials.EventStatus, Old: "NOT_YET_RECRUITING", New: "RECRUITING"}}},
		{"a status that was unknown", status(""), nil, []trials.Event{{Kind: trials.EventStatus, New: "RECRUITING"}}},
		{"a site closes", nil, func(t *trials.Trial) { t.Sites[0].Status = trials.Completed },
			[]trials.Event{{Kind: trials.EventSiteClosed, What: "Clinic, Aarhus, Denmark", Old: "RECRUITING", New: "COMPLETED"}}},
		{"a site goes", nil, func(t *trials.Trial) { t.Sites = t.Sites[:1] },
			[]trials.Event{{Kind: trials.EventSiteClosed, What: "Clinic, Odense, Denmark", Old: "RECRUITING"}}},
		{"a site comes", nil, func(t *trials.Trial) { t.Sites = append(t.Sites, site("Vejle", trials.Recruiting)) },
			[]trials.Event{{Kind: trials.EventSiteOpened, What: "Clinic, Vejle, Denmark", New: "RECRUITING"}}},
		{"sites that lose their status with a study that closes", nil, func(t *trials.Trial) { t.Status, t.Sites = trials.Completed, nil },
			[]trials.Event{{Kind: trials.EventStatus, Old: "RECRUITING", New: "COMPLETED"}}},
		{"a date", nil, func(t *trials.Trial) { t.Start.Date.Month = 5 },
			[]trials.Event{{Kind: trials.EventDate, What: "start", Old: "2026-03", New: "2026-05"}}},
		{"other bullets, blanks and order", nil, criteria(
			"Inclusion criteria\n- ECOG 0 to 1\n\n- Age 18 years or older\nExclusion criteria\n- Active  infection"), nil},
		{"a criterion comes", nil, criteria("Inclusion Criteria:\n* Age 18 years or older\n* ECOG 0 to 1\n* Measurable disease\nExclusion Criteria:\n* Active infection"),
			[]trials.Event{{Kind: trials.EventCriterionAdded, What: "inclusion", New: "Measurable disease"}}},
		{"a criterion goes", nil, criteria("Inclusion Criteria:\n* Age 18 years or older\nExclusion Criteria:\n* Active infection"),
			[]trials.Event{{Kind: trials.EventCriterionRemoved, What: "inclusion", Old: "ECOG 0 to 1"}}},
		{"a criterion is reworded", nil, criteria("Inclusion Criteria:\n* Age 18 years or older\n* ECOG 0 to 2\nExclusion Criteria:\n* Active infection"),
			[]trials.Event{{Kind: trials.EventCriterionReworded, What: "inclusion", Old: "ECOG 0 to 1", New: "ECOG 0 to 2"}}},
		{"a criterion changes sides", nil, criteria("Inclusion Criteria:\n* Age 18 years or older\n* ECOG 0 to 1\n* Active infection"),
			[]trials.Event{{Kind: trials.EventCriterionRemoved, What: "exclusion", Old: "Active infection"},
				{Kind: trials.EventCriterionAdded, What: "inclusion", New: "Active infection"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			same := func(*trials.Trial) {}
			if tt.before == nil {
				tt.before = same
			}
			if tt.after == nil {
				tt.after = same
			}
			before, after := study(tt.before), study(tt.after)
			if diff := cmp.Diff(tt.want, trials.Diff(&before, &after)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestCanonicalNumber(t *testing.T) {
	tests := []struct{ text, want string }{
		{"NCT99000001", "NCT99000001"},
		{" nct99000001 ", "NCT99000001"},
		{"2023-599999-22-01", "2023-599999-22"},
		{"EUCT number: 2023-599999-22-00", "2023-599999-22"},
		{"EU CT 2023-599999-22", "2023-599999-22"},
		{"CTIS2023-599999-22-00", "2023-599999-22"},
		{"EudraCT 2019-001234-56", "2019-001234-56"},
		{"EUCTR2019-001234-56-DK", "2019-001234-56"},
		{"2019-001234-56-3rd", "2019-001234-56"},
		{"ISRCTN12345678", "ISRCTN12345678"},
		{"U1111-1234-5678", "U1111-1234-5678"},
		{"ABC-2019-001", ""},
		{"12345", ""},
		{"", ""},
	}
	for _, tt := range tests {
		if got, ok := trials.CanonicalNumber(tt.text); got != tt.want || ok != (tt.want != "") {
			t.Errorf("%q: got %q, %v, want %q", tt.text, got, ok, tt.want)
		}
	}
}
