package main

import (
	"strings"
	"testing"

	"trialfinder/trials/ctgov"
	"trialfinder/trials/ctis"
)

// Whoever asks a real registry should say whom it can write to.
func TestMissingContactIsTold(t *testing.T) {
	both := sourceFlags{Source: []string{"ctgov", "ctis"}, CtgovURL: ctgov.BaseURL, CtisURL: ctis.BaseURL}
	for _, tt := range []struct {
		name   string
		change func(*sourceFlags)
		told   bool
	}{
		{"a real registry", func(*sourceFlags) {}, true},
		{"one of them", func(f *sourceFlags) { f.CtgovURL = "http://mirror.example/api" }, true},
		{"with a contact", func(f *sourceFlags) { f.Contact = "me@example.org" }, false},
		{"the demo", func(f *sourceFlags) { f.Demo = true }, false},
		{"mirrors", func(f *sourceFlags) { f.CtgovURL, f.CtisURL = "http://mirror.example/a", "http://mirror.example/b" }, false},
		{"a mirror, and a registry that is not asked", func(f *sourceFlags) { f.Source, f.CtgovURL = []string{"ctgov"}, "http://mirror.example/a" }, false},
	} {
		flags := both
		tt.change(&flags)
		var said strings.Builder
		flags.warn(&said)
		if told := strings.Count(said.String(), "--contact") == 1; told != tt.told {
			t.Errorf("%s: got %q, want it told: %v", tt.name, said.String(), tt.told)
		}
		if agent := flags.userAgent(); !strings.Contains(agent, flags.Contact) {
			t.Errorf("%s: the registry is told %q", tt.name, agent)
		}
	}
}
