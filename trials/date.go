package trials

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Date is a date as precise as the registry gives it: a year, a year and month,
// or a day. Zero parts are not known; a zero Date is no date.
type Date struct {
	Year, Month, Day int
}

// DateStruct is a date with the registry's word on whether it has come to pass.
type DateStruct struct {
	Date Date   `json:"date,omitzero"`
	Type string `json:"type,omitempty"` // ACTUAL or ESTIMATED
}

var dateLayouts = []struct {
	layout string
	parts  int
}{{"2006-01-02", 3}, {"2006-01", 2}, {"2006", 1}}

// ParseDate reads YYYY, YYYY-MM or YYYY-MM-DD (a time of day behind it is ignored).
func ParseDate(text string) (Date, error) {
	day, _, _ := strings.Cut(text, "T")
	for _, l := range dateLayouts {
		t, err := time.Parse(l.layout, day)
		if err != nil {
			continue
		}
		d := Date{Year: t.Year()}
		if l.parts > 1 {
			d.Month = int(t.Month())
		}
		if l.parts > 2 {
			d.Day = t.Day()
		}
		return d, nil
	}
	return Date{}, fmt.Errorf("date %q: want YYYY, YYYY-MM or YYYY-MM-DD: %w", text, ErrInvalid)
}

// IsZero says whether there is no date at all.
func (d Date) IsZero() bool { return d == Date{} }

// First is the first day that the date can mean.
func (d Date) First() time.Time {
	return time.Date(d.Year, time.Month(max(d.Month, 1)), max(d.Day, 1), 0, 0, 0, 0, time.UTC)
}

// Last is the last day that the date can mean.
func (d Date) Last() time.Time {
	switch {
	case d.Month == 0:
		return time.Date(d.Year, time.December, 31, 0, 0, 0, 0, time.UTC)
	case d.Day == 0:
		return time.Date(d.Year, time.Month(d.Month)+1, 0, 0, 0, 0, 0, time.UTC)
	}
	return d.First()
}

func (d Date) String() string {
	switch {
	case d.IsZero():
		return ""
	case d.Month == 0:
		return fmt.Sprintf("%04d", d.Year)
	case d.Day == 0:
		return fmt.Sprintf("%04d-%02d", d.Year, d.Month)
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// MarshalJSON writes the date with the precision that it has.
func (d Date) MarshalJSON() ([]byte, error) { return json.Marshal(d.String()) }

// UnmarshalJSON reads a partial date; an empty text is no date.
func (d *Date) UnmarshalJSON(b []byte) error {
	var text string
	if err := json.Unmarshal(b, &text); err != nil {
		return fmt.Errorf("date: %w", err)
	}
	if text == "" {
		*d = Date{}
		return nil
	}
	got, err := ParseDate(text)
	if err != nil {
		return err
	}
	*d = got
	return nil
}
