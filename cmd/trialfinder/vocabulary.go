package main

import (
	"context"
	"encoding/json"
	"runtime"
	"runtime/debug"

	"trialfinder/matcher"
	"trialfinder/matcher/fact"
	"trialfinder/matcher/index"
)

type factsCmd struct{}

type factJSON struct {
	ID       string                `json:"id"`
	Type     fact.Type             `json:"type"`
	Unit     string                `json:"unit"`
	Values   []any                 `json:"values"`
	Min      *float64              `json:"min"`
	Max      *float64              `json:"max"`
	CanNever bool                  `json:"never"`
	Also     []string              `json:"also"`
	Changes  fact.Changes          `json:"changes"`
	Group    string                `json:"group"`
	Labels   map[string]fact.Label `json:"labels"`
}

// Run prints the catalogue of facts.
func (*factsCmd) Run(e *env) error {
	m, err := matcher.New()
	if err != nil {
		return err
	}
	out := []factJSON{}
	for _, f := range m.Facts.All() {
		j := factJSON{ID: f.ID, Type: f.Type, Unit: f.Unit, Values: values(f), CanNever: f.CanNever,
			Also: append([]string{}, f.Also...), Changes: f.Changes, Group: f.Group, Labels: f.Labels}
		if f.Type == fact.Number {
			j.Min, j.Max = &f.Min, &f.Max
		}
		out = append(out, j)
	}
	return printJSON(e.stdout, out)
}

// values are the values of a choice as answers write them: stages are numbers.
func values(f fact.Fact) []any {
	out := []any{}
	for _, v := range f.Values {
		if f.Numeric() {
			out = append(out, json.Number(v))
		} else {
			out = append(out, v)
		}
	}
	return out
}

type conditionsCmd struct {
	dbFlags
	Unmapped bool `help:"Instead, count what stored open trials call their illness where the vocabulary knows none of it."`
}

type conditionJSON struct {
	ID      string            `json:"id"`
	Parents []string          `json:"parents"`
	Group   string            `json:"group"`
	MeSH    []string          `json:"mesh"`
	Names   map[string]string `json:"names"`
}

// Run prints the vocabulary of conditions, or what it lacks.
func (c *conditionsCmd) Run(ctx context.Context, e *env) error {
	m, err := matcher.New()
	if err != nil {
		return err
	}
	if c.Unmapped {
		return c.unmapped(ctx, e, m)
	}
	out := []conditionJSON{}
	for _, c := range m.Conditions.All() {
		j := conditionJSON{c.ID, c.Parents, c.Group, c.MeSH, c.Names}
		if j.Parents == nil {
			j.Parents = []string{}
		}
		if j.MeSH == nil {
			j.MeSH = []string{}
		}
		out = append(out, j)
	}
	return printJSON(e.stdout, out)
}

// unmapped prints the report of wordings that the vocabulary lacks.
func (c *conditionsCmd) unmapped(ctx context.Context, e *env, m *matcher.Matcher) error {
	db, err := c.existing(ctx, e)
	if err != nil {
		return err
	}
	defer db.Close()
	x, err := index.New(ctx, db, m)
	if err != nil {
		return err
	}
	report, err := matcher.UnmappedConditions(x.Snapshot().All())
	if err != nil {
		return err
	}
	return printJSON(e.stdout, report)
}

type versionCmd struct{}

// Run prints the versions of the program, of Go and of the rules.
func (*versionCmd) Run(e *env) error {
	m, err := matcher.New()
	if err != nil {
		return err
	}
	version := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		version = info.Main.Version
	}
	return encoder(e.stdout).Encode(struct {
		Version string `json:"version"`
		Go      string `json:"go"`
		Rules   string `json:"rules"`
	}{version, runtime.Version(), m.Version()})
}
