package fact_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"trialfinder/matcher/fact"
)

func catalogue(tb testing.TB) *fact.Catalogue {
	tb.Helper()
	c, err := fact.Load()
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func TestCatalogue(t *testing.T) {
	c := catalogue(t)
	if n := len(c.All()); n < 170 {
		t.Errorf("got %d facts, want 170 or more", n)
	}
	tests := []struct {
		id   string
		want fact.Fact
	}{
		{"age", fact.Fact{ID: "age", Type: fact.Number, Unit: "a", Max: 120, Also: []string{"mo", "wk", "d"}, Changes: fact.Never, Group: "about"}},
		{"days_since_mi", fact.Fact{ID: "days_since_mi", Type: fact.Number, Unit: "d", Max: 36500, CanNever: true, Also: []string{"wk", "mo", "a"}, Changes: fact.Time, Group: "health"}},
		{"hepatitis_b", fact.Fact{ID: "hepatitis_b", Type: fact.Enum, Values: []string{"none", "past", "active"}, Changes: fact.Treatable, Group: "health"}},
		{"condition", fact.Fact{ID: "condition", Type: fact.Set, Changes: fact.Never, Group: "diagnosis"}},
	}
	for _, tt := range tests {
		t.Run(tt.id, func(t *testing.T) {
			got, ok := c.ByID(tt.id)
			if !ok {
				t.Fatal("not in the catalogue")
			}
			got.Labels = nil
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if stage, _ := c.ByID("stage"); !stage.Numeric() {
		t.Error("stage: its values are numbers in JSON")
	}
	if sex, _ := c.ByID("sex"); sex.Numeric() {
		t.Error("sex: its values are texts in JSON")
	}
}

func TestSpan(t *testing.T) {
	interval := fact.Span{Lo: 3, Hi: 5}
	ageOf62 := fact.Span{Lo: 62, Hi: 63, HiOpen: true}
	tests := []struct {
		name string
		got  fact.Truth
		want fact.Truth
	}{
		{"point at the bound is at least it", fact.Point(3).AtLeast(3), fact.True},
		{"point at the bound is not above it", fact.Point(3).Above(3), fact.False},
		{"point just below", fact.Point(2.999).AtLeast(3), fact.False},
		{"a bound inside the interval is unknown", interval.AtLeast(4), fact.Unknown},
		{"interval that begins at the bound", interval.AtLeast(3), fact.True},
		{"interval that begins at the bound is perhaps above it", interval.Above(3), fact.Unknown},
		{"interval that ends at the bound is perhaps at least it", interval.AtLeast(5), fact.Unknown},
		{"interval that ends at the bound is not above it", interval.Above(5), fact.False},
		{"open end is never reached", ageOf62.AtLeast(63), fact.False},
		{"equal to a point", fact.Point(4).Equal(4), fact.True},
		{"perhaps equal inside", interval.Equal(4), fact.Unknown},
		{"never equal outside", interval.Equal(6), fact.False},
		{"never equal to an open end", ageOf62.Equal(63), fact.False},
		{"an age in whole years", fact.Of(ageOf62.Floor() == fact.Point(62)), fact.True},
		{"an age that has grown by half a year is one of two", fact.Of(ageOf62.Grown(0.5).Floor() == fact.Span{Lo: 62, Hi: 63}), fact.True},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.name, tt.got, tt.want)
		}
	}
}

func TestValueIs(t *testing.T) {
	tests := []struct {
		name  string
		value fact.Value
		text  string
		want  fact.Truth
	}{
		{"bool", fact.Value{Type: fact.Bool, Bool: true}, "true", fact.True},
		{"number", fact.Value{Type: fact.Number, Span: fact.Point(0)}, "0", fact.True},
		{"number that may be it", fact.Value{Type: fact.Number, Span: fact.Span{Lo: 0, Hi: 2}}, "1", fact.Unknown},
		{"never is never", fact.Value{Type: fact.Number, Never: true}, "never", fact.True},
		{"a number is not never", fact.Value{Type: fact.Number, Span: fact.Point(3)}, "never", fact.False},
		{"enum", fact.Value{Type: fact.Enum, Text: "none"}, "past", fact.False},
		{"set", fact.Value{Type: fact.Set, Texts: []string{"a", "b"}}, "b", fact.True},
	}
	for _, tt := range tests {
		if got := tt.value.Is(tt.text); got != tt.want {
			t.Errorf("%s: %+v is %q: got %v, want %v", tt.name, tt.value, tt.text, got, tt.want)
		}
	}
}
